"""Cross-entropy with unit rows and free outputs: 2d diverse classes are not enough.

The optimum is w_a = M v_a + ψ and h = M^{−T} z up to a factor, and unit rows ask for
‖M v_a + ψ‖ = 1: the v_a lie on the quadric ‖M v + ψ‖² = 1. Where a quadric other than the unit
sphere contains all of them, M need not be orthogonal. A quadric in R^d has d(d+3)/2 degrees of
freedom, so at least that many classes are needed.
The four classes are a rectangle with the vertices (±3/5, ±4/5), turned by (5/13, 12/13): the
published condition, which is not invariant under rotations, then holds. diag(4/3, 3/4) takes
(3/5, 4/5) to (4/5, 3/5), and so the rectangle to another one on the unit circle.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import (
    Classes,
    Encoder,
    RealSpace,
    Sphere,
    Uniform,
    World,
    rational_unit_vectors,
)
from sith.theory.claim import Claim
from sith.theory.erratum_entry import Erratum
from sith.theory.groups import Map, Orthogonal
from sith.theory.objectives import CrossEntropy
from sith.theory.source import Evidence, Source
from sith.theory.verdict import Membership

_TURN = sp.Matrix([[5, -12], [12, 5]]) / 13
_STRETCH = sp.diag(sp.Rational(4, 3), sp.Rational(3, 4))
_CORNERS = [sp.Matrix([a * 3, b * 4]) / 5 for a in (1, -1) for b in (1, -1)]
_RECTANGLE = tuple(tuple(_TURN * v) for v in _CORNERS)
_KAPPA = sp.Integer(3)


def _claim(vectors: tuple[tuple[sp.Rational, ...], ...]) -> Claim:
    return Claim(
        name="reizinger_2025_diet_unit_rows",
        world=World(Sphere(2), Uniform(), Classes(vectors, _KAPPA)),
        objective=CrossEntropy(unit_rows=True),
        encoder=Encoder(RealSpace(2)),
        group=Orthogonal(2),
    )


def _met(claim: Claim) -> Membership:
    """The rank of the rows (v⊙v, v) is 2d, and the classes are an affine generator system."""
    classes = claim.world.pairs
    if not isinstance(classes, Classes):
        return Membership(False, "the world has no classes")
    rank = sp.Matrix([[*(x * x for x in v), *v] for v in classes.vectors]).rank()
    holds = rank == 2 * claim.dim and classes.affine_rank == claim.dim
    return Membership(
        holds, f"the rows (v⊙v, v) have rank {rank}, the differences rank {classes.affine_rank}"
    )


ERRATUM = Erratum(
    slug="reizinger_2025_diet_unit_rows",
    title="Unit rows and free outputs: the diversity assumption on the classes is too weak",
    published=_claim(_RECTANGLE),
    assumptions_met=_met,
    says="In case C3, unit rows and free outputs, h is orthogonal up to one factor, if the classes are "
    "an affine generator system and the rows (v⊙v, v) of the class vectors have rank 2d. That holds "
    "almost surely for at least 2d classes.",
    shown="h is orthogonal up to one factor exactly if no quadric other than the unit sphere contains "
    "all class vectors. That needs at least d(d+3)/2 classes, and then holds for vectors in general "
    "position.",
    counterexample=Map.linear(_STRETCH.inv().T * _TURN.T),
    corrected=_claim(rational_unit_vectors(5, 2)),
    theorem="reizinger_2025_diet",
    parameters={"dim": 2, "case": "C3", "classes": sp.Integer(5)},
    not_proved=(
        "that an affine generator system makes h linear rests on the lemma L-affine-generators",
        "the statement was read in the arXiv version and not compared with the conference version",
        "nothing is said of what training finds: a global minimiser outside O(d) exists",
    ),
    source=Source(
        key="reizinger_2025_diet",
        authors="Reizinger, Bizeul, Juhos, Vogt, Balestriero, Brendel, Klindt",
        year=2025,
        title="Cross-Entropy Is All You Need To Invert the Data Generating Process",
        statement="Thm 1C, case C3, with Assumption 2",
        evidence=Evidence.READ,
        version="arXiv 2410.21869",
    ),
)
