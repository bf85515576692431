r"""Explaining away: what a class adds to the prediction of an augmentation, and what is kept of it.

Setting: class C and augmentation A are independent fair bits, and the view X̃ has four values: a
collider C → X̃ ← A. With probability t_C the view shows A, up to a flip of probability e
(X̃ = 2 + A), otherwise it is X̃ = C xor A.
Prediction: I(A;C) = 0, and with r = (2−t_0−t_1)/2, s = (1−t_0)/(2−t_0−t_1) and h the entropy of a
bit in nats, I(A;C|X̃) = r h(s). This is what a predictor of A gains from being told C. It is 0 where
the view determines A, and also elsewhere.
What a representation must hold of C is another number. If p(A|Z) = p(A|X̃), then S = p(A|X̃) is a
function of Z, so I(Z;C) ≥ I(S;C) with equality at Z = S:
I(S;C) = h((t_0+t_1)/2) − (h(t_0)+h(t_1))/2, which is 0 for t_0 = t_1, however much is explained away.
Source: Wang, Hu, Gupta, Ye, Wang, Jegelka (2024); the formulas and the second part are derived here.
"""

from __future__ import annotations

from collections import defaultdict

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

t_0, t_1, e = sp.symbols("t_0 t_1 e", positive=True)
r, s = (2 - t_0 - t_1) / 2, (1 - t_0) / (2 - t_0 - t_1)

Law = dict[tuple[int, int, int], sp.Expr]


def _entropy(p: sp.Expr) -> sp.Expr:
    return -p * sp.log(p) - (1 - p) * sp.log(1 - p)


def _law() -> Law:
    """p(x̃, a, c), without the cells of probability zero."""
    law: Law = {}
    for c, shown in enumerate((t_0, t_1)):
        for a in (0, 1):
            law[2 + a, a, c] = shown * (1 - e) / 4
            law[3 - a, a, c] = shown * e / 4
            law[c ^ a, a, c] = (1 - shown) / 4
    return law


def _sums(law: Law, keep: tuple[int, ...]) -> dict[tuple[int, ...], sp.Expr]:
    sums: dict[tuple[int, ...], sp.Expr] = defaultdict(lambda: sp.Integer(0))
    for cell, p in law.items():
        sums[tuple(cell[k] for k in keep)] += p
    return sums


def _conditional(law: Law) -> sp.Expr:
    """I(A;C|X̃) of a table, from its definition."""
    x, xa, xc = (_sums(law, keep) for keep in ((0,), (0, 1), (0, 2)))
    return sp.Add(
        *(p * sp.log(sp.cancel(p * x[i,] / (xa[i, a] * xc[i, c]))) for (i, a, c), p in law.items())
    )


def _kept(law: Law) -> sp.Expr:
    """I(B;C) of a table, with B = 1 for the views 2 and 3."""
    cells = {(int(i > 1), a, c): sp.Integer(0) for i, a, c in law}
    for (i, a, c), p in law.items():
        cells[int(i > 1), a, c] += p
    b, both = _sums(cells, (0,)), _sums(cells, (0, 2))
    return sp.Add(*(p * sp.log(sp.cancel(2 * p / b[i,])) for (i, _), p in both.items()))


def _in_odds(expression: sp.Expr) -> sp.Expr:
    """Put t_0 = a/(1 + a) and so on: products of positive sums, whose logarithms split."""
    a, b, k = sp.symbols("a b k", positive=True)
    put = expression.subs({t_0: a / (1 + a), t_1: b / (1 + b), e: k / (1 + k)})
    split = put.replace(sp.log, lambda x: sp.expand_log(sp.log(sp.factor(x)), force=True))
    return sp.expand(split)


law = _law()
gain = r * _entropy(s)
kept = _entropy((t_0 + t_1) / 2) - (_entropy(t_0) + _entropy(t_1)) / 2
single = _sums(law, (1, 2))
view, seen = _sums(law, (0,)), _sums(law, (0, 1))

PREDICTION = Prediction(
    name="explaining_away",
    title="What the class adds to the prediction of the augmentation is not what is kept of it",
    statement=(
        r"With $A$ and $C$ independent, $I(A;C\mid\tilde X) = \tfrac{2-t_0-t_1}{2}\,"
        r"h\big(\tfrac{1-t_0}{2-t_0-t_1}\big) > 0$: told the class, one predicts the augmentation "
        r"better. Every representation that predicts $A$ as well as $\tilde X$ does holds at least "
        r"$I(S;C)$ of the class, $S = p(A\mid\tilde X)$, and $S$ itself no more. This is "
        r"$h\big(\tfrac{t_0+t_1}{2}\big) - \tfrac{h(t_0)+h(t_1)}{2}$."
    ),
    formulas={
        "gain": gain,
        "kept": kept,
        "accuracy": (1 + t_0 - t_1) / 2,
        "posterior": s,
    },
    identities={
        "class and augmentation are independent": single[0, 0] * single[1, 1]
        - single[0, 1] * single[1, 0],
        "the gain, from the table": _in_odds(_conditional(law) - gain),
        "what is kept, from the table": _in_odds(_kept(law) - kept),
        "nothing is kept for equal t": kept.subs(t_1, t_0),
        "a view 0 has the posterior s": seen[0, 0] / view[0,] - s,
        "a view 2 has the posterior 1 - e": seen[2, 0] / view[2,] - (1 - e),
    },
    conditions=(
        "A and C are independent and fair, 0 < t_1 ≤ t_0 < 1",
        "0 < e < 1/2 and s different from e, so that S tells the views 0, 1 from 2, 3",
        "the gain is zero if the view determines A; that is sufficient, not necessary",
        "equality for functions of S, such as one output with a linear head",
    ),
    source=Source(
        key="wang2024equivariance",
        authors="Wang, Hu, Gupta, Ye, Wang, Jegelka",
        year=2024,
        title="Understanding the Role of Equivariance in Self-supervised Learning",
        statement="the collider and I(A;C|X̃) > 0; tables and what is kept are derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown="wide representations keep more than they must: this is a lower bound, not an optimum",
)
