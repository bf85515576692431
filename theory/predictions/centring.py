r"""What keeps losses from a constant map: they repel the mean, or they cannot see it.

Setting: unit embeddings f; m = |E f|²/E|f|² is 1 iff f is constant. Positives are augmentations.
Prediction: E f·f₊ = E₀|E_aug f|² and E f·f₋ = |E f|², so that a contrastive loss penalises |E f|² at
first order in the inverse temperature. Barlow Twins, SwAV's balanced assignment and DINO's centred
teacher do not penalise the mean: they do not change when a constant is added (to the embeddings, to
the scores). Without the repulsion, the balance or the centre a constant is a global minimum.
Source: Jha, Blaschko, Asano, Tuytelaars (2024), read in a secondary source; derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

inverse, shift = sp.symbols("beta delta", real=True)
a = sp.symbols("a_11 a_12 a_21 a_22", real=True)
b = sp.symbols("b_11 b_12 b_21 b_22", real=True)
one, two = sp.symbols("theta phi", real=True)

# Two samples, two augmentations each, one coordinate; the same holds for every coordinate.
inner = [(a[0] + a[1]) / 2, (a[2] + a[3]) / 2]
mean = sum(inner) / 2
aligned = sum(x * y for pair in (a[:2], a[2:]) for x in pair for y in pair) / 8
repelled = sum(x * y for x in a for y in a) / 16
monitor = 4 * mean**2 / sum(x**2 for x in a)

# The cross-covariance of Barlow Twins over two samples, before and after a shift.
ends_a, ends_b = (a[0], a[1]), (b[0], b[1])


def _covariance(x: tuple[sp.Expr, ...], y: tuple[sp.Expr, ...]) -> sp.Expr:
    middle = sum(x) * sum(y) / len(x) ** 2
    return sp.Add(*[u * v for u, v in zip(x, y, strict=True)]) / len(x) - middle


moved = tuple(x + shift for x in ends_a)
centred = (sum(ends_a) / 2, sum(moved) / 2)
spread = sp.log((sp.exp(inverse * a[0]) + sp.exp(inverse * a[1])) / 2)
balanced = sp.exp(a[0]) / (sp.exp(a[0]) + sp.exp(a[1]))

PREDICTION = Prediction(
    name="centring",
    title="Losses that repel the mean, losses that cannot see it, and collapse without either",
    statement=(
        r"$\mathbb E f^\top f_+ = \mathbb E\|\mathbb E_{\mathrm{aug}} f\|^2$ and "
        r"$\mathbb E f^\top f_- = \|\mathbb E f\|^2$: contrastive losses lower "
        r"$m = \|\mathbb E f\|^2/\mathbb E\|f\|^2$. Barlow Twins, and the targets of SwAV and DINO, "
        r"are unchanged by a constant shift. With alignment alone a constant map, $m = 1$, is a "
        r"global minimum."
    ),
    formulas={"monitor": monitor, "aligned": aligned, "repelled": repelled},
    identities={
        "alignment is the square of the inner mean": aligned - (inner[0] ** 2 + inner[1] ** 2) / 2,
        "repulsion is the square of the mean": repelled - mean**2,
        "log mean exp at first order": sp.diff(spread, inverse).subs(inverse, 0)
        - (a[0] + a[1]) / 2,
        "the monitor of a constant": monitor.subs({x: a[0] for x in a[1:]}) - 1,
        "one minus the monitor is a variance": (1 - monitor) * sum(x**2 for x in a)
        - sum((x - mean) ** 2 for x in a),
        "Barlow Twins does not see a shift": _covariance(moved, ends_b)
        - _covariance(ends_a, ends_b),
        "DINO's centre removes a shift": (moved[0] - centred[1]) - (ends_a[0] - centred[0]),
        "SwAV's columns remove a shift": balanced
        - balanced.subs({x: x + shift for x in a[:2]}, simultaneous=True),
        "alignment of units is a square distance": 2
        - 2 * (sp.cos(one) * sp.cos(two) + sp.sin(one) * sp.sin(two))
        - (sp.cos(one) - sp.cos(two)) ** 2
        - (sp.sin(one) - sp.sin(two)) ** 2,
    },
    conditions=(
        "the first order in the inverse temperature, for contrastive losses",
        "SwAV with full balance and DINO with the exact centre, for the invariance",
        "for BYOL and SimSiam nothing is derived: their loss alone has the constant as a minimum",
    ),
    source=Source(
        key="jha2024common",
        authors="Jha, Blaschko, Asano, Tuytelaars",
        year=2024,
        title="The common stability mechanism behind most self-supervised learning approaches",
        statement="the mean is held down by every method; restated here",
        evidence=Evidence.SECONDARY,
    ),
    not_shown="why a predictor with stop-gradient lowers the mean: see the study direct_pred",
)
