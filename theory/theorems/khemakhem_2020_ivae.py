"""Latents modulated by an observed variable are identified, by likelihood, up to their statistics.

Setting: p(z|u) ∝ p(z) exp(Σ_ij T_ij(z_i) λ_ij(u)) on R^d, x = g(z) with g injective; T_i is z_i
(*mean*), z_i² (*variance*) or both.
Assumptions: the differences λ(u_j) − λ(u_0) have rank dk (variability); injective mixing; and, for
a componentwise result, statistics that are not monotone or k = 2.
Objective: maximum likelihood of x given u; T is known, λ̂(u) and the base measure are learned.
Claim: **equality** with Aff(d) for *mean* (negative: no permutation), with generalised
permutations for *variance*, and with generalised permutations and shifts for *both*.
Proof idea: differences of environments remove base measure and Jacobian, so B T(h(z)) = T(z) + c;
for T = z this makes h affine, for T = z² products of two coordinates must not appear.
Source: khemakhem_2020; T is known here, whereas the paper learns it.
Scope: the base measure is learned without restriction. With a fixed Gaussian base, *mean* leaves
rotations with shifts in place of all affine maps: still no permutation. For *both*, fewer than
dk + 1 environments may do: in d = 2 three leave the same polynomial fields and linear maps, and the
verdict is undecided. For *variance* and latents that are all positive, z² ↦ A z² is free as well.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("khemakhem_2020_ivae")
    >>> derive(entry, dim=2, degree=2, statistics="mean").group
    'Aff(2)'
    >>> derive(entry, dim=2, degree=2, statistics="both").group
    'generalised permutations (2) with shifts'
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    ExponentialFamily,
    Gaussian,
    Mixing,
    RealSpace,
    Role,
    World,
    natural_parameters,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.exactness import integer
from sith.theory.groups import AbstractGroup, Affine, GeneralisedPermutations, Shifted
from sith.theory.notation import latents
from sith.theory.objectives import ConditionalLikelihood
from sith.theory.source import Evidence, Source


def _two_environments(claim: Any) -> Claim:
    family = claim.world.pairs
    few = ExponentialFamily(family.statistics, family.parameters[:2])
    return claim.replace(world=claim.world.replace(pairs=few))


def _mean_only(claim: Any) -> Claim:
    return claim.replace(world=claim.world.replace(pairs=_family(claim.dim, "mean", 0)))


VARIABILITY = Assumption(
    "variability",
    r"the differences $\lambda(u_j)-\lambda(u_0)$ have rank $dk$",
    Role.NECESSARY,
    "only two environments, so that the differences have rank 1",
    _two_environments,
)
INJECTIVE = Assumption(
    "injective_mixing",
    r"$g$ is injective",
    Role.NECESSARY,
    "any continuous mixing",
    lambda claim: claim.replace(world=claim.world.replace(mixing=Mixing.ARBITRARY)),
)
NOT_MONOTONE = Assumption(
    "beyond_the_mean",
    r"the statistics of each coordinate are not the single monotone $T_i(z_i)=z_i$",
    Role.NECESSARY,
    "the mean alone, T(z) = z, which leaves every affine map",
    _mean_only,
)


def _family(dim: int, statistics: Any, environments: int) -> ExponentialFamily:
    powers = {"mean": (1,), "variance": (2,), "both": (1, 2)}[statistics]
    table = tuple(tuple(x**k for k in powers) for x in latents(dim))
    width = dim * len(powers)
    return ExponentialFamily(table, natural_parameters(environments or width + 1, width))


def _group(dim: int, statistics: Any) -> AbstractGroup:
    if statistics == "mean":
        return Affine(dim)
    inner = GeneralisedPermutations(dim)
    return inner if statistics == "variance" else Shifted(inner)


def _claim(dim: int, statistics: Any, environments: Any) -> Claim:
    count = integer(environments, "environments", least=0)
    monotone = statistics == "mean"
    return Claim(
        name="khemakhem_2020_ivae",
        world=World(RealSpace(dim), Gaussian(), _family(dim, statistics, count)),
        objective=ConditionalLikelihood(),
        encoder=Encoder(RealSpace(dim)),
        group=_group(dim, statistics),
        assumptions=(VARIABILITY, INJECTIVE, *(() if monotone else (NOT_MONOTONE,))),
    )


THEOREM = Theorem(
    slug="khemakhem_2020_ivae",
    title="Conditional likelihood recovers the statistics of modulated latents up to an affine map",
    statement=r"If $p(z\mid u)\propto p(z)\exp\langle\lambda(u),T(z)\rangle$ and the differences of "
    r"$\lambda$ have full rank, every maximiser satisfies $T(h(z))=A\,T(z)+c$ with $A$ invertible: "
    r"$h\in\mathrm{Aff}(d)$ for $T_i=z_i$, and $h$ is a generalised permutation for $T_i=z_i^2$, "
    r"with shifts for $T_i=(z_i,z_i^2)$.",
    source=Source(
        key="khemakhem_2020",
        authors="Khemakhem, Kingma, Monti, Hyvärinen",
        year=2020,
        title="Variational Autoencoders and Nonlinear ICA: A Unifying Framework",
        statement="Theorems 1 to 3 and Proposition 1",
        evidence=Evidence.READ,
        version="AISTATS 2020, arXiv 1907.04809",
        url="https://arxiv.org/abs/1907.04809",
    ),
    claim_at=_claim,
    parameters=(
        Parameter(
            "statistics",
            "both",
            "which statistics the environment modulates",
            ("mean", "variance", "both"),
        ),
        Parameter("environments", sp.Integer(0), "number of environments; 0 stands for dk + 1"),
    ),
    points=(
        {"dim": 2, "statistics": "mean"},
        {"dim": 2, "statistics": "variance"},
        {"dim": 3, "statistics": "mean"},
        {"dim": 3, "statistics": "variance", "environments": 6},
        {"dim": 3, "statistics": "both"},
    ),
)
