"""A volume-preserving mixing with modulated latents leaves scales of product one.

Setting: p(z|u) ∝ p(z) exp(Σ_ij T_ij(z_i) λ_ij(u)) on R^d, Gaussian for every u, T_i being z_i (*mean*),
z_i² (*variance*) or both; x = g(z) with |det J_g| = 1.
Assumptions: volume-preserving mixing and encoder; auxiliary variable with variability; statistics
beyond the mean, for a componentwise result.
Objective: maximum likelihood of x given u; T is known, λ̂(u) and the base measure are learned.
Claim: **equality** with the members of determinant ±1 of what modulation leaves alone: generalised
permutations (*variance*), with shifts (*both*), and all affine maps (*mean*).
Proof idea: modulation makes h affine with B T(h) = T(z) + c; volume preservation asks |det M| = 1,
which is one equation in the scales. Either assumption alone leaves more.
Source: yang_2022; read in its abstract; the condition is derived and the group computed here.
Scope: the paper is about few environments and learned sources; with fewer than full rank the same
polynomial fields may be left, and the verdict is undecided.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("yang_2022_volume_preserving")
    >>> derive(entry, dim=2, degree=2).group
    'generalised permutations (2) of determinant ±1 with shifts'
    >>> derive(entry, dim=2, degree=2, statistics="mean").dimension_by_degree[2]
    5
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
    NoPairs,
    RealSpace,
    Role,
    World,
    natural_parameters,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.exactness import integer
from sith.theory.groups import AbstractGroup, GeneralisedPermutations, Linear, Shifted, Unimodular
from sith.theory.notation import latents
from sith.theory.objectives import ConditionalLikelihood, Likelihood
from sith.theory.source import Evidence, Source

POWERS = {"mean": (1,), "variance": (2,), "both": (1, 2)}


def _two_environments(claim: Any) -> Claim:
    family = claim.world.pairs
    few = ExponentialFamily(family.statistics, family.parameters[:2])
    return claim.replace(world=claim.world.replace(pairs=few))


VOLUME = Assumption(
    "volume_preserving",
    r"$\lvert\det J_g\rvert=1$, and so for the encoder's inverse",
    Role.NECESSARY,
    "any injective mixing",
    lambda claim: claim.replace(world=claim.world.replace(mixing=Mixing.INJECTIVE)),
)
VARIABILITY = Assumption(
    "variability",
    r"the differences $\lambda(u_j)-\lambda(u_0)$ have full rank",
    Role.NECESSARY,
    "only two environments, so that the differences have rank 1",
    _two_environments,
)
MODULATION = Assumption(
    "auxiliary_variable",
    r"an auxiliary variable $u$ is observed",
    Role.NECESSARY,
    "no auxiliary variable, and the likelihood with the true prior",
    lambda claim: claim.replace(world=claim.world.replace(pairs=NoPairs()), objective=Likelihood()),
)
BEYOND_MEAN = Assumption(
    "beyond_the_mean",
    r"the statistics of each coordinate are not the single monotone $T_i(z_i)=z_i$",
    Role.NECESSARY,
    "the mean alone, T(z) = z, which leaves every affine map of determinant ±1",
    lambda claim: claim.replace(world=claim.world.replace(pairs=_family(claim.dim, "mean", 0))),
)


def _family(dim: int, statistics: Any, environments: int) -> ExponentialFamily:
    powers = POWERS[statistics]
    table = tuple(tuple(x**k for k in powers) for x in latents(dim))
    width = dim * len(powers)
    return ExponentialFamily(table, natural_parameters(environments or width + 1, width))


def _group(dim: int, statistics: Any) -> AbstractGroup:
    if statistics == "mean":
        return Shifted(Unimodular(Linear(dim)))
    inner = Unimodular(GeneralisedPermutations(dim))
    return inner if statistics == "variance" else Shifted(inner)


def _claim(dim: int, statistics: Any, environments: Any) -> Claim:
    count = integer(environments, "environments", least=0)
    family = _family(dim, statistics, count)
    beyond = () if statistics == "mean" else (BEYOND_MEAN,)
    return Claim(
        name="yang_2022_volume_preserving",
        world=World(RealSpace(dim), Gaussian(), family, Mixing.VOLUME_PRESERVING),
        objective=ConditionalLikelihood(),
        encoder=Encoder(RealSpace(dim)),
        group=_group(dim, statistics),
        assumptions=(VOLUME, VARIABILITY, MODULATION, *beyond),
    )


THEOREM = Theorem(
    slug="yang_2022_volume_preserving",
    title="Volume preservation and modulation leave generalised permutations of determinant one",
    statement=r"If $|\det J_g|=1$ and $u$ modulates a Gaussian law of each latent with full rank, the "
    r"maximisers of the likelihood given $u$ are $h(z)=Mz+b$ with $M$ a generalised permutation and "
    r"$\lvert\det M\rvert=1$; with modulated means alone $M$ is any matrix with $\lvert\det M\rvert=1$.",
    source=Source(
        key="yang_2022",
        authors="Yang, Wang, Sun, Zhang, Zhang, Li, Yan",
        year=2022,
        title="Nonlinear ICA Using Volume-Preserving Transformations",
        statement="volume-preserving mixings with an auxiliary variable, up to componentwise linear maps",
        evidence=Evidence.SECONDARY,
        version="ICLR 2022, abstract, and as restated in Zheng, Ng, Zhang (2022)",
    ),
    special="environments of full rank",
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
        {"dim": 2, "statistics": "both"},
        {"dim": 3, "statistics": "variance", "environments": 6},
        {"dim": 3, "statistics": "both"},
    ),
)
