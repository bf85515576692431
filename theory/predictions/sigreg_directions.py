r"""SIGReg over M fixed directions of the plane: a density that it cannot tell from N(0, I).

Setting: d = 2 and M directions at equal angles kπ/M. Polar coordinates r, θ; φ is the density of
N(0, I). Loss: E over directions a of ∫|χ_a(t) − e^{−t²/2}|² e^{−t²/2} dt, χ_a the characteristic
function of the projection on a.
Prediction: p = φ (1 + c r^M sin(Mθ) e^{−αr²/2}) has exactly normal projections on all M
directions: the second part is odd under the reflection at each. With c = (eα/M)^{M/2} it is at
least 0 and touches 0; α = M/2 has the largest total variation. At the angle ψ,
χ(t) = e^{−t²/2} + i^M sin(Mψ) A(t), A = c t^M β^{−M−1} e^{−t²/(2β)}, β = 1 + α.
So directions drawn anew see ½∫A² e^{−t²/2} for each sample, and fixed ones see nothing.
Source: the condition of all directions is in Balestriero and LeCun (2025); the density is derived
here. A falsehood of the audit is of this form, with M = 1.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

M, k = sp.symbols("M k", integer=True, positive=True)
r, alpha, beta = sp.symbols("r alpha beta", positive=True)
t, s, theta, x, y = sp.symbols("t s theta x y", real=True)

_ONE, _TWO = sp.Integer(1), sp.Integer(2)

_largest = (sp.E * alpha / M) ** (M / _TWO)
_best = M / _TWO
height = _largest.subs(alpha, _best)
_width = 1 + _best
_radial = r**M * sp.exp(-alpha * r**2 / 2)

factor = height * r**M * sp.sin(M * theta) * sp.exp(-_best * r**2 / 2)
amplitude = height * t**M * _width ** (-M - 1) * sp.exp(-(t**2) / (2 * _width))
variation = sp.exp(_best) * sp.gamma(_width) / (sp.pi * _width**_width)

_tail = -((_TWO / beta) ** _width) * sp.uppergamma(_width, beta * r**2 / 2) / 2
_spread = _largest * sp.gamma(_width) * 2**_best / (sp.pi * (1 + alpha) ** _width)


def _projected(order: int) -> sp.Expr:
    """Mean of Re (s + iy)^M over y of N(0, 1/β), less the derivative that it equals."""
    mean = sum(
        (-1) ** (j // 2)
        * sp.binomial(order, j)
        * s ** (order - j)
        * sp.factorial2(j - 1)
        * beta ** sp.Rational(-j, 2)
        for j in range(0, order + 1, 2)
    )
    bell = sp.exp(-beta * s**2 / 2)
    return sp.expand(mean - sp.expand(sp.diff(bell, s, order) / bell) * (-1 / beta) ** order)


_peak = {r: sp.sqrt(M / alpha)}

PREDICTION = Prediction(
    name="sigreg_directions",
    title="SIGReg over fixed directions cannot see a density whose projections there are normal",
    statement=(
        r"In the plane let $p = \varphi\,(1 + c\, r^M \sin(M\theta)\, e^{-M r^2/4})$ with "
        r"$c = (e/2)^{M/2}$. Then $p \ge 0$, all projections on the $M$ directions $k\pi/M$ are "
        r"$N(0,1)$, so that SIGReg over these directions has its least value, and $p$ is at total "
        r"variation $e^{M/2}\,\Gamma(M/2+1) / (\pi (1+M/2)^{M/2+1})$ from $N(0, I)$. Over fresh "
        r"directions SIGReg of $B$ samples exceeds its least mean by "
        r"$(B-1)\,\tfrac12\int A(t)^2 e^{-t^2/2}\,dt$, where "
        r"$A = c\,t^M (1+M/2)^{-M-1} e^{-t^2/(2+M)}$."
    ),
    formulas={
        "factor": factor,
        "height": height,
        "variation": variation,
        "amplitude": amplitude,
        "noise": 1 - sp.exp(-(t**2)),
    },
    identities={
        "the second part is odd under reflection at the direction kπ/M": sp.sin(
            sp.expand(M * (2 * sp.pi * k / M - theta))
        )
        + sp.sin(M * theta),
        "r^M e^{-αr²/2} is stationary at r² = M/α": sp.diff(sp.log(_radial), r).subs(_peak),
        "and c times it is 1 there": (
            sp.log(_largest) + sp.expand_log(sp.log(_radial), force=True).subs(_peak)
        ),
        "the radial integral of the total variation": sp.diff(_tail, r)
        - r ** (M + 1) * sp.exp(-beta * r**2 / 2),
        "its value": sp.log(-_tail.subs(r, 0) * _largest / sp.pi).subs(beta, 1 + alpha)
        - sp.log(_spread),
        "α = M/2 has the largest total variation": sp.diff(
            sp.expand_log(sp.log(_spread), force=True), alpha
        ).subs(alpha, _best),
        "the total variation there": sp.log(_spread.subs(alpha, _best)) - sp.log(variation),
        **{f"the projection at any other angle, M = {m}": _projected(m) for m in (2, 3, 4, 8)},
    },
    conditions=(
        "two dimensions, and directions at equal angles",
        "a loss that sees projections on its directions, whatever it compares there",
    ),
    source=Source(
        key="balestriero_2025_lejepa",
        authors="Balestriero and LeCun",
        year=2025,
        title="LeJEPA: provable and scalable self-supervised learning without the heuristics",
        statement="all directions are needed (Cramér–Wold); the density is derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown=(
        "what a map with few parameters does under fixed directions: its own class may exclude p"
    ),
)
