"""A contrastive loss with a learned dynamics model identifies a dynamical system.

Setting: z̃ = A z + ε on R^d with ε ~ N(0, I) and A invertible (linear dynamics), x = g(z) with g
injective.
Assumptions: a dynamics model on the reference side; dynamics that keep what z holds; standard noise
in the coordinates chosen; injective mixing.
Objective: InfoNCE with the score −‖f̂(h(z)) − h(z̃)‖²/2 + α(z̃), f̂ affine or linear and learned; the
correction α is the log-density of z̃.
Claim: **equality** with the Euclidean group E(d) for an *affine* model and with O(d) for a *linear*
one; f̂ is then A in the representation's coordinates.
Proof idea: ‖f̂(h) − h̃‖² and ‖Az − z̃‖² agree up to c(z); differences in z make z̃ an affine function
of h(z̃), and the squares of z̃ make it orthogonal; for f̂ without offset ÂQb = Qb forces b = 0.
Source: laiz_2025, Thm 1 and Cor 1, for linear dynamics.
Scope: noise N(0, Σ) is N(0, I) in the coordinates Σ^{−1/2} z. With f̂ the identity no linear map
solves the condition in d = 2, and above the engine does not decide. The O(d) case asks that 1 is no
eigenvalue of A.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("laiz_2025_dynamics")
    >>> derive(entry, dim=2, degree=2).group, derive(entry, dim=2, degree=2, model="linear").group
    ('E(2)', 'O(2)')
    >>> bare = {a.name: a for a in entry.at(2).assumptions}["dynamics_model"].weaken(entry.at(2))
    >>> derive(bare, degree=2).outcome.value
    'mis-specified'
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
from sith.theory.groups import Euclidean, Orthogonal
from sith.theory.notation import pair
from sith.theory.objectives import DynamicsModel, InfoNCE
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING


def _matrix(dim: int, kept: int) -> sp.ImmutableMatrix:
    """Return upper triangular dynamics with eigenvalues 1/2, 1/3, …; columns from `kept` on are 0."""

    def entry(i: int, j: int) -> sp.Rational:
        if j >= kept or j not in (i, i + 1):
            return sp.Integer(0)
        return sp.Rational(1, i + 2) if i == j else sp.Rational(1, 4)

    return sp.ImmutableMatrix(dim, dim, entry)


def _pairs(dim: int, kept: int, precision: Callable[[int], int] = lambda _: 1) -> PairLogDensity:
    z, zt = pair(dim)
    images = _matrix(dim, kept) * sp.Matrix(z)
    terms = [precision(i) * (images[i] - zt[i]) ** 2 for i in range(dim)]
    return PairLogDensity(-sp.Add(*terms) / 2, z, zt)


ASSUMPTIONS = (
    Assumption(
        "dynamics_model",
        r"a learned model $\hat f$ acts on the reference side",
        Role.NECESSARY,
        "no model, f̂ the identity",
        lambda claim: claim.replace(objective=InfoNCE(DynamicsModel(learned=False))),
    ),
    Assumption(
        "bijective_dynamics",
        r"$A$ is invertible",
        Role.NECESSARY,
        "the dynamics forget two coordinates",
        lambda claim: claim.replace(
            world=claim.world.replace(pairs=_pairs(claim.dim, kept=claim.dim - 2))
        ),
    ),
    Assumption(
        "standard_noise",
        r"the noise is $N(0,I)$ in the coordinates of $z$",
        Role.SUFFICIENT,
        "noise of precision 1, 4, 9, …, in the coordinates of z",
        lambda claim: claim.replace(
            world=claim.world.replace(pairs=_pairs(claim.dim, claim.dim, lambda i: (i + 1) ** 2))
        ),
    ),
    INJECTIVE_MIXING,
)


def _claim(dim: int, model: Any) -> Claim:
    affine = model == "affine"
    return Claim(
        name="laiz_2025_dynamics",
        world=World(RealSpace(dim), Gaussian(), _pairs(dim, dim)),
        objective=InfoNCE(DynamicsModel(shift=affine)),
        encoder=Encoder(RealSpace(dim)),
        group=Euclidean(dim) if affine else Orthogonal(dim),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="laiz_2025_dynamics",
    title="InfoNCE with a dynamics model identifies a system up to a Euclidean motion",
    statement=r"If $\tilde z=Az+\varepsilon$ with $\varepsilon\sim N(0,I)$ and $A$ invertible, every "
    r"minimiser of InfoNCE with score $-\lVert\hat f(h(z))-h(\tilde z)\rVert^2/2+\alpha(\tilde z)$ is "
    r"$h(z)=Qz+b$ with $Q$ orthogonal, and $\hat f(u)=QAQ^{-1}(u-b)+b$; without the model $\hat f$ no "
    r"$h$ attains the optimum.",
    source=Source(
        key="laiz_2025",
        authors="González Laiz, Schmidt, Schneider",
        year=2025,
        title="Self-Supervised Contrastive Learning Performs Non-Linear System Identification",
        statement="Thm 1, Cor 1",
        evidence=Evidence.READ,
        version="ICLR",
    ),
    claim_at=_claim,
    default_dim=2,
    parameters=(
        Parameter("model", "affine", "the learned model f̂: Âu + ĉ, or Âu", ("affine", "linear")),
    ),
    points=(
        {"dim": 2, "model": "affine"},
        {"dim": 2, "model": "linear"},
        {"dim": 3, "model": "affine"},
        {"dim": 3, "model": "linear"},
    ),
)
