"""Cross-entropy over instances or classes identifies spherical latents up to a linear map.

Setting: classes with unit vectors v_c, z on S^{d−1} with p(z|c) ∝ exp(κ v_c·z), labels equally
likely, x = g(z) with g injective and continuous; a bias-free linear classifier with rows w_i.
Assumptions: {v_c} is an affine generator system (the differences span R^d); for C3, no quadric
other than the unit sphere contains all v_c; common κ; equally likely labels; injective mixing;
universal encoder.
Objective: E[−log softmax_i(β⟨w_i, h(z)⟩)].
Claim: C1 (unit rows, unit outputs, β learned): **equality** with O(d); C2 (unit outputs):
**equality** with O(d); C3 (unit rows, up to the factor κ/β): **equality** with O(d); C4 (neither):
**equality** with GL(d).
Proof idea: the optimal logits are log p(i|z) + c(z), so β⟨w_i − w_k, h⟩ = κ⟨v_i − v_k, z⟩; spanning
differences make h linear, unit outputs make it orthogonal. Unit rows w = Mv + ψ put the v_c on a
quadric, which is the unit sphere only for orthogonal M.
Source: reizinger_2025_diet, Thm 1C; the condition of case C3 is corrected, see the errata.
Scope: labels are taken to be classes: at the optimum the instances of a class share their row.
That h is linear for maps far from the identity rests on the lemma L-affine-generators.
Example:
    >>> from sith import derive, theorem
    >>> derive(theorem("reizinger_2025_diet"), dim=2, degree=2, case="C4").group
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
from sith.theory.groups import Linear, Orthogonal
from sith.theory.objectives import CrossEntropy
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING


def _few_classes(claim: Any) -> Claim:
    classes = claim.world.pairs
    few = Classes(classes.vectors[: claim.dim], classes.concentration)
    return claim.replace(world=claim.world.replace(pairs=few))


def _few_quadrics(claim: Any) -> Claim:
    classes = claim.world.pairs
    few = Classes(classes.vectors[: quadric_count(claim.dim) - 1], classes.concentration)
    return claim.replace(world=claim.world.replace(pairs=few))


def quadric_count(dim: int) -> int:
    """Return d(d+3)/2, the number of points in general position that fix a quadric."""
    return dim * (dim + 3) // 2


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
QUADRICS = Assumption(
    "no_other_quadric",
    r"no quadric other than the unit sphere contains all $v_c$",
    Role.NECESSARY,
    "one class less than a quadric has degrees of freedom",
    _few_quadrics,
)


def _claim(dim: int, case: Any, kappa: Any, classes: Any) -> Claim:
    count = integer(classes, "classes", least=0) or max(4 * (dim + 1), quadric_count(dim))
    vectors = rational_unit_vectors(count, dim)
    unit_output = case in ("C1", "C2")
    return Claim(
        name="reizinger_2025_diet",
        world=World(Sphere(dim), Uniform(), Classes(vectors, kappa)),
        objective=CrossEntropy(unit_rows=case in ("C1", "C3"), learned_beta=case == "C1"),
        encoder=Encoder(Sphere(dim) if unit_output else RealSpace(dim)),
        group=Linear(dim) if case == "C4" else Orthogonal(dim),
        assumptions=(*ASSUMPTIONS, QUADRICS) if case == "C3" else ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="reizinger_2025_diet",
    title="Cross-entropy over labels recovers spherical latents up to a linear or orthogonal map",
    statement=r"If $p(z\mid c)\propto e^{\kappa v_c^\top z}$ on $S^{d-1}$ and $\{v_c\}$ is an affine "
    r"generator system, every minimiser of the cross-entropy satisfies $h\in O(d)$ when outputs are "
    r"normalised (C1, C2), $h\in GL(d)$ when neither outputs nor rows are (C4), and $h\in(\kappa/\beta)O(d)$ "
    r"when rows are (C3) and no quadric other than the unit sphere contains all $v_c$.",
    source=Source(
        key="reizinger_2025_diet",
        authors="Reizinger, Bizeul, Juhos, Vogt, Balestriero, Brendel, Klindt",
        year=2025,
        title="Cross-Entropy Is All You Need To Invert the Data Generating Process",
        statement="Thm 1C, case C3 corrected",
        evidence=Evidence.READ,
        version="ICLR 2025, arXiv 2410.21869",
    ),
    claim_at=_claim,
    parameters=(
        Parameter("case", "C4", "which normalisations hold", ("C1", "C2", "C3", "C4")),
        Parameter("kappa", sp.Integer(3), "concentration κ of the classes, rational > 0"),
        Parameter(
            "classes", sp.Integer(0), "number of classes; 0 stands for max(4(d + 1), d(d + 3)/2)"
        ),
    ),
    points=(
        {"dim": 2, "case": "C1", "kappa": 2},
        {"dim": 3, "case": "C2"},
        {"dim": 2, "case": "C3", "classes": 5},
        {"dim": 3, "case": "C3", "classes": 9},
        {"dim": 3, "case": "C4", "kappa": 5},
        {"dim": 4, "case": "C4", "classes": 5},
    ),
)
