"""Environments that condition on a few linear concepts identify these concepts, and no other latent.

Setting: latents on R^d, Gaussian in every environment; environments change the law along n < d linear
functions of z, the concepts, in the statistics T_i of each: its value (*mean*), or its value and square
(*both*). Coordinates are chosen so that the concepts are the first n. x = g(z) with g injective.
Assumptions: the differences of the natural parameters have full rank on the concepts; as many outputs
as concepts; injective mixing.
Objective: classify the environment by a linear head with biases on h, or on (h, h²).
Claim: **equality** with the affine maps of the concepts (*mean*), and with generalised permutations with
shifts of them (*both*): h is a function of the concepts alone.
Proof idea: the optimal logits are log p(u|z) up to a function of z, so B T(h(z)) = R T(z) + c, where R
has zero columns at every other latent: h is a function of the concepts, and affine.
Source: rajendran_2024; read in its abstract and a summary; the condition is derived here.
Scope: partial identification as a result: the other d − n latents are free, and h does not hold them.
It is a special case, as the paper conditions on concepts softly with noise of fixed width and needs
n + 2 environments; here n + 1 environments shift the concepts (*mean*), or 2n + 1 also scale them (*both*).
For *both* maps far from the identity are not excluded.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("rajendran_2024_concepts")
    >>> verdict = derive(entry, degree=2)
    >>> verdict.group, verdict.base, verdict.outcome.value
    ('Aff(2)', '(z1, z2)', 'identified')
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    ExponentialFamily,
    Gaussian,
    RealSpace,
    Role,
    World,
    natural_parameters,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.exactness import integer
from sith.theory.groups import AbstractGroup, Affine, GeneralisedPermutations, Shifted
from sith.theory.notation import latents
from sith.theory.objectives import EnvironmentClassification
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING

POWERS = {"mean": (1,), "both": (1, 2)}


def environments(dim: int, concepts: int, statistics: Any) -> ExponentialFamily:
    """Return environments that change the first `concepts` coordinates, at full rank."""
    powers = POWERS[statistics]
    table = tuple(tuple(x**k for k in powers) for x in latents(dim))
    width = concepts * len(powers)
    rest = (sp.Integer(0),) * ((dim - concepts) * len(powers))
    rows = tuple((*row, *rest) for row in natural_parameters(width + 1, width))
    return ExponentialFamily(table, rows)


def _fewer_environments(claim: Any) -> Claim:
    family = claim.world.pairs
    few = ExponentialFamily(family.statistics, family.parameters[:-1])
    return claim.replace(world=claim.world.replace(pairs=few))


ASSUMPTIONS = (
    Assumption(
        "concepts_varied",
        r"the differences $\lambda(u)-\lambda(0)$ have full rank on the statistics of the concepts",
        Role.NECESSARY,
        "one environment less",
        _fewer_environments,
    ),
    INJECTIVE_MIXING,
)


def _claim(dim: int, concepts: Any, statistics: Any) -> Claim:
    count = integer(concepts, "concepts", least=1)
    if count >= dim:
        raise InputError(f"concepts = {count} in d = {dim}", allowed=f"1 to {dim - 1}")
    both = statistics == "both"
    permuted = Shifted(GeneralisedPermutations(count))
    group: AbstractGroup = permuted if both else Affine(count)
    return Claim(
        name="rajendran_2024_concepts",
        world=World(RealSpace(dim), Gaussian(), environments(dim, count, statistics)),
        objective=EnvironmentClassification(statistics=both),
        encoder=Encoder(RealSpace(count)),
        group=group,
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="rajendran_2024_concepts",
    title="Environments that change a few linear concepts identify these concepts alone",
    statement=r"If environments change a Gaussian law along $n<d$ linear functions $a_k\cdot z$ alone, at "
    r"full rank, every optimal classifier of the environment with $n$ outputs has "
    r"$h(z)=M(a_k\cdot z)_k+b$ with $M\in GL(n)$; where variances change too, $M$ is a generalised "
    r"permutation.",
    source=Source(
        key="rajendran_2024",
        authors="Rajendran, Buchholz, Aragam, Schölkopf, Ravikumar",
        year=2024,
        title="From Causal to Concept-Based Representation Learning",
        statement="concepts that are linear in the latents are identified up to linear maps from few "
        "environments",
        evidence=Evidence.SECONDARY,
        version="NeurIPS 2024, abstract, and a summary of arXiv 2402.09236",
        url="https://arxiv.org/abs/2402.09236",
    ),
    special="environments shift Gaussian concepts",
    claim_at=_claim,
    parameters=(
        Parameter("concepts", sp.Integer(2), "number of concepts, 1 to d − 1"),
        Parameter("statistics", "mean", "what the environments change", ("mean", "both")),
    ),
    points=(
        {"dim": 3, "concepts": 2, "statistics": "mean"},
        {"dim": 4, "concepts": 2, "statistics": "mean"},
        {"dim": 4, "concepts": 3, "statistics": "mean"},
        {"dim": 3, "concepts": 2, "statistics": "both"},
    ),
)
