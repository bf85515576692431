"""Supervised classification recovers spherical latents up to a linear map.

Setting: classes with unit vectors v_c, z on S^{d−1} with p(z|c) ∝ exp(κ v_c·z), labels equally
likely, x = g(z) with g injective and continuous.
Assumptions: {v_c} is an affine generator system; common κ; equally likely labels; injective mixing;
universal encoder with free outputs.
Objective: cross-entropy of a bias-free linear classifier, the labels being the classes.
Claim: the maps h = f∘g at the optimum are in **equality** with GL(d).
Proof idea: the optimal logits are log p(c|z) up to a function of z, so differences of rows satisfy
⟨w_a − w_b, h(z)⟩ = κ⟨v_a − v_b, z⟩, and spanning differences make h linear. Free rows absorb any
invertible matrix.
Source: reizinger_2025_diet, Thm 2C.
Scope: instance discrimination, one label for each observation, has the same optimum: see
reizinger_2025_diet, which also treats unit rows and unit outputs. That h is linear for maps far
from the identity rests on the lemma L-affine-generators.
Example:
    >>> from sith import derive, theorem
    >>> derive(theorem("reizinger_2025_supervised"), dim=2, degree=2).group
    'GL(2)'
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Classes,
    Encoder,
    RealSpace,
    Role,
    Sphere,
    Uniform,
    World,
    rational_unit_vectors,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.exactness import integer
from sith.theory.groups import Linear
from sith.theory.objectives import CrossEntropy
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING


def _few_classes(claim: Any) -> Claim:
    classes = claim.world.pairs
    few = Classes(classes.vectors[: claim.dim], classes.concentration)
    return claim.replace(world=claim.world.replace(pairs=few))


ASSUMPTIONS = (
    Assumption(
        "affine_generators",
        r"$\{v_a-v_b\}$ spans $\mathbb{R}^d$",
        Role.NECESSARY,
        "only d classes, so that the differences span d − 1 dimensions",
        _few_classes,
    ),
    INJECTIVE_MIXING,
)


def _claim(dim: int, kappa: Any, classes: Any) -> Claim:
    count = integer(classes, "classes", least=0) or dim + 1
    return Claim(
        name="reizinger_2025_supervised",
        world=World(Sphere(dim), Uniform(), Classes(rational_unit_vectors(count, dim), kappa)),
        objective=CrossEntropy(),
        encoder=Encoder(RealSpace(dim)),
        group=Linear(dim),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="reizinger_2025_supervised",
    title="Supervised classification recovers spherical latents up to a linear map",
    statement=r"If $p(z\mid c)\propto e^{\kappa v_c^\top z}$ on $S^{d-1}$, labels are equally likely "
    r"and $\{v_c\}$ is an affine generator system, every minimiser of the cross-entropy over the "
    r"classes satisfies $h\in GL(d)$.",
    source=Source(
        key="reizinger_2025_diet",
        authors="Reizinger, Bizeul, Juhos, Vogt, Balestriero, Brendel, Klindt",
        year=2025,
        title="Cross-Entropy Is All You Need To Invert the Data Generating Process",
        statement="Thm 2C",
        evidence=Evidence.READ,
        version="ICLR 2025, arXiv 2410.21869",
    ),
    claim_at=_claim,
    parameters=(
        Parameter("kappa", sp.Integer(3), "concentration κ of the classes, rational > 0"),
        Parameter("classes", sp.Integer(0), "number of classes; 0 stands for d + 1, the fewest"),
    ),
    points=(
        {"dim": 2, "kappa": 1},
        {"dim": 3},
        {"dim": 3, "classes": 10},
        {"dim": 4, "kappa": 5},
    ),
)
