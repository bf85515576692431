"""A contrastive loss with a free predictor finds nonlinear dynamics up to a Euclidean motion.

Setting: z̃ = f(z) + ε on R^d with ε ~ N(0, I) and f nonlinear, x = g(z) with g injective.
Assumptions: a predictor on the reference side; the values of f span R^d affinely; standard noise in
the coordinates chosen; injective mixing.
Objective: InfoNCE with the score −‖F(x) − h(z̃)‖²/2 + α(z̃), F any function of the first observation.
Claim: the maps at the optimum are in **equality** with the Euclidean group E(d); F(x) is then f in the
coordinates of the representation.
Proof idea: the scores of two anchors differ by an affine function of h(z̃) on one side and of z̃ on
the other, so h is affine; the squares of z̃ make its linear part orthogonal.
Source: laiz_2025, Thm 1, for dynamics that are not linear.
Scope: f a polynomial, here z_i + z_i³/3 with a square of the second coordinate in the first. That f is
bijective, as in the paper, is not needed: its values must lie in no hyperplane. F sees the observation
itself, and the paper's f̂(h(x)) is one such function, so that each minimiser of the paper is one here.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("laiz_2025_nonlinear")
    >>> derive(entry, dim=2, degree=2).group
    'E(2)'
    >>> few = {a.name: a for a in entry.at(2).assumptions}["spanning_dynamics"].weaken(entry.at(2))
    >>> derive(few, degree=2).agrees
    False
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    Gaussian,
    PairLogDensity,
    RealSpace,
    Role,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.groups import Euclidean
from sith.theory.notation import pair
from sith.theory.objectives import DynamicsModel, FreePredictor, InfoNCE
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING

SHAPES = {"cubic": sp.Rational(1, 3), "linear": sp.Integer(0)}


def _dynamics(z: tuple[sp.Symbol, ...], shape: Any) -> tuple[sp.Expr, ...]:
    """Return z_i + s z_i³, with a quarter of z_2² in the first coordinate."""
    cubic = SHAPES[shape]
    images = [x + cubic * x**3 for x in z]
    bend = z[1] ** 2 / 4 if cubic else z[1] / 4
    return (images[0] + bend, *images[1:])


def _pairs(
    dim: int, shape: Any, kept: int, precision: Callable[[int], int] = lambda _: 1
) -> PairLogDensity:
    """Return z̃ = f(z) + ε, where f_i is 0 from coordinate `kept` on."""
    z, zt = pair(dim)
    images = [f if i < kept else sp.Integer(0) for i, f in enumerate(_dynamics(z, shape))]
    terms = [precision(i) * (f - y) ** 2 for i, (f, y) in enumerate(zip(images, zt, strict=True))]
    return PairLogDensity(sp.expand(-sp.Add(*terms) / 2), z, zt)


def _shape_of(claim: Any) -> str:
    (z, zt), pairs = pair(claim.dim), claim.world.pairs
    return "cubic" if sp.diff(pairs.log_conditional(z, zt), z[0], 3) != 0 else "linear"


ASSUMPTIONS = (
    Assumption(
        "free_predictor",
        r"a learned $F$ acts on the first observation",
        Role.NECESSARY,
        "no predictor, F = h",
        lambda claim: claim.replace(objective=InfoNCE(DynamicsModel(learned=False))),
    ),
    Assumption(
        "spanning_dynamics",
        r"the values of $f$ lie in no hyperplane",
        Role.NECESSARY,
        "the dynamics forget two coordinates",
        lambda claim: claim.replace(
            world=claim.world.replace(pairs=_pairs(claim.dim, _shape_of(claim), claim.dim - 2))
        ),
    ),
    Assumption(
        "standard_noise",
        r"the noise is $N(0,I)$ in the coordinates of $z$",
        Role.SUFFICIENT,
        "noise of precision 1, 4, 9, …, in the coordinates of z",
        lambda claim: claim.replace(
            world=claim.world.replace(
                pairs=_pairs(claim.dim, _shape_of(claim), claim.dim, lambda i: (i + 1) ** 2)
            )
        ),
    ),
    INJECTIVE_MIXING,
)


def _claim(dim: int, shape: Any) -> Claim:
    if dim < 2:
        raise InputError(f"d = {dim}", allowed="2 or more")
    return Claim(
        name="laiz_2025_nonlinear",
        world=World(RealSpace(dim), Gaussian(), _pairs(dim, shape, dim)),
        objective=InfoNCE(FreePredictor()),
        encoder=Encoder(RealSpace(dim)),
        group=Euclidean(dim),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="laiz_2025_nonlinear",
    title="InfoNCE with a free predictor identifies nonlinear dynamics up to a Euclidean motion",
    statement=r"If $\tilde z=f(z)+\varepsilon$ with $\varepsilon\sim N(0,I)$ and the values of $f$ lie in "
    r"no hyperplane, every minimiser of InfoNCE with score "
    r"$-\lVert F(x)-h(\tilde z)\rVert^2/2+\alpha(\tilde z)$, $F$ free, is $h(z)=Qz+b$ with $Q$ "
    r"orthogonal, and $F(g(z))=Qf(z)+b$.",
    source=Source(
        key="laiz_2025",
        authors="González Laiz, Schmidt, Schneider",
        year=2025,
        title="Self-Supervised Contrastive Learning Performs Non-Linear System Identification",
        statement="Thm 1",
        evidence=Evidence.READ,
        version="ICLR",
    ),
    claim_at=_claim,
    default_dim=2,
    parameters=(
        Parameter("shape", "cubic", "the dynamics f: cubic, or linear", ("cubic", "linear")),
    ),
    points=(
        {"dim": 2, "shape": "cubic"},
        {"dim": 2, "shape": "linear"},
        {"dim": 3, "shape": "cubic"},
        {"dim": 3, "shape": "linear"},
    ),
)
