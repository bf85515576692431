"""Conditional energy-based models recover the features of the true energy up to an affine map.

Setting: p(x|u) ∝ p(x) exp(⟨f*(x), g*(u)⟩), the latents being the true features z = f*(x), whose base
law is p(z) (standard normal here); f* injective.
Assumptions: the differences g*(u_j) − g*(u_0) have full rank (variability); injective features; for
*augmented*, the energy sees (f, f²).
Objective: a fit of the conditional density, unnormalised, by any method that is zero only at
p̂(x|u) = p(x|u).
Claim: **equality** with Aff(d) for *plain* energies ⟨f, g⟩ (weak form), and with generalised
permutations and shifts for *augmented* energies ⟨(f, f²), g⟩ (strong form).
Proof idea: in differences of environments the base measure cancels, so B h = z + c for plain
energies; for augmented ones B (h, h²) = (z, z²) + c, and h is affine with h_i² free of products.
Source: khemakhem_2020_icebeem; read in its abstract; the condition is derived here.
Scope: the base measure may be learned or known, it plays no part. The strong form for positive
features is not treated. Fewer environments may do for *augmented*; the verdict is then undecided.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("khemakhem_2020_icebeem")
    >>> derive(entry, dim=2, degree=2).group
    'Aff(2)'
    >>> derive(entry, dim=2, degree=2, features="augmented").group
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
from sith.theory.groups import Affine, GeneralisedPermutations, Shifted
from sith.theory.notation import latents
from sith.theory.objectives import ConditionalEnergy
from sith.theory.source import Evidence, Source


def _two_environments(claim: Any) -> Claim:
    family = claim.world.pairs
    few = ExponentialFamily(family.statistics, family.parameters[:2])
    return claim.replace(world=claim.world.replace(pairs=few))


def _plain(claim: Any) -> Claim:
    return claim.replace(
        world=claim.world.replace(pairs=_family(claim.dim, augmented=False, environments=0)),
        objective=ConditionalEnergy(),
    )


VARIABILITY = Assumption(
    "variability",
    r"the differences $g^*(u_j)-g^*(u_0)$ have full rank",
    Role.NECESSARY,
    "only two environments, so that the differences have rank 1",
    _two_environments,
)
INJECTIVE = Assumption(
    "injective_features",
    r"the true features $f^*$ are injective",
    Role.NECESSARY,
    "any continuous features",
    lambda claim: claim.replace(world=claim.world.replace(mixing=Mixing.ARBITRARY)),
)
AUGMENTED = Assumption(
    "augmented_features",
    r"the energy sees $(f,f^2)$",
    Role.NECESSARY,
    "the energy sees f alone, which leaves every affine map",
    _plain,
)


def _family(dim: int, *, augmented: bool, environments: int) -> ExponentialFamily:
    powers = (1, 2) if augmented else (1,)
    table = tuple(tuple(x**k for k in powers) for x in latents(dim))
    width = dim * len(powers)
    return ExponentialFamily(table, natural_parameters(environments or width + 1, width))


def _claim(dim: int, features: Any, environments: Any) -> Claim:
    count = integer(environments, "environments", least=0)
    augmented = features == "augmented"
    family = _family(dim, augmented=augmented, environments=count)
    return Claim(
        name="khemakhem_2020_icebeem",
        world=World(RealSpace(dim), Gaussian(), family),
        objective=ConditionalEnergy(augmented=augmented),
        encoder=Encoder(RealSpace(dim)),
        group=Shifted(GeneralisedPermutations(dim)) if augmented else Affine(dim),
        assumptions=(VARIABILITY, INJECTIVE, *((AUGMENTED,) if augmented else ())),
    )


THEOREM = Theorem(
    slug="khemakhem_2020_icebeem",
    title="Conditional energies recover their features up to an affine map",
    statement=r"If $\langle f,\hat g(u)\rangle$ and $\langle f^*,g^*(u)\rangle$ give the same "
    r"$p(x\mid u)$ for all $u$ and the differences of $g^*$ have full rank, then $f=Af^*+c$ with $A$ "
    r"invertible; with energies linear in $(f,f^2)$, $A$ is a generalised permutation.",
    source=Source(
        key="khemakhem_2020_icebeem",
        authors="Khemakhem, Monti, Kingma, Hyvärinen",
        year=2020,
        title="ICE-BeeM: Identifiable Conditional Energy-Based Deep Models Based on Nonlinear ICA",
        statement="features unique up to a simple transformation, and up to scaling and permutation",
        evidence=Evidence.SECONDARY,
        version="NeurIPS 2020, abstract",
        url="https://arxiv.org/abs/2002.11537",
    ),
    special="the features are functions of the latents",
    claim_at=_claim,
    parameters=(
        Parameter(
            "features",
            "plain",
            "what the energy is linear in: f, or (f, f²)",
            ("plain", "augmented"),
        ),
        Parameter("environments", sp.Integer(0), "number of environments; 0 stands for rank + 1"),
    ),
    points=(
        {"dim": 2, "features": "plain"},
        {"dim": 3, "features": "plain", "environments": 6},
        {"dim": 2, "features": "augmented"},
        {"dim": 3, "features": "augmented"},
    ),
)
