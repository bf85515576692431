"""Cross-entropy with unit rows identifies up to rotation once there are 2d generic classes.

False: 2d points of the unit sphere lie on other quadrics too. The true neighbour takes d(d+3)/2
classes, as many as fix a quadric.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith import (
    UNPUBLISHED,
    Claim,
    Classes,
    CrossEntropy,
    Encoder,
    Orthogonal,
    Parameter,
    Range,
    RealSpace,
    Relation,
    Sphere,
    Theorem,
    Uniform,
    World,
    rational_unit_vectors,
)


def _claim(dim: int, count: int, kappa: Any, seed: Any) -> Claim:
    return Claim(
        name="diet",
        world=World(
            Sphere(dim), Uniform(), Classes(rational_unit_vectors(count, dim, int(seed)), kappa)
        ),
        objective=CrossEntropy(unit_rows=True),
        encoder=Encoder(RealSpace(dim)),
        group=Orthogonal(dim),
        relation=Relation.CONTAINED,
    )


KAPPA = Parameter(
    "kappa",
    sp.Integer(3),
    "concentration κ of the classes",
    ranges=(Range(sp.Integer(1), sp.Integer(5)),),
)


def _seed(high: int) -> Parameter:
    return Parameter(
        "seed",
        sp.Integer(7),
        "seed of the class vectors",
        ranges=(Range(sp.Integer(0), sp.Integer(high), integers=True),),
    )


FALSE = Theorem(
    slug="diet_twice_d_classes",
    title="Cross-entropy with unit rows is up to rotation once there are 2d generic classes",
    statement="every minimiser is orthogonal up to one factor, for 2d classes in general position",
    source=UNPUBLISHED,
    claim_at=lambda dim, kappa, seed: _claim(dim, 2 * dim, kappa, seed),
    parameters=(KAPPA, _seed(99)),
    dims=(2, 3),
)
TRUE = Theorem(
    slug="diet_quadric_classes",
    title="Cross-entropy with unit rows is up to rotation for d(d+3)/2 generic classes",
    statement="every minimiser is orthogonal up to one factor, for d(d+3)/2 classes that no quadric "
    "but the unit sphere contains",
    source=UNPUBLISHED,
    claim_at=lambda dim, seed: _claim(dim, dim * (dim + 3) // 2, sp.Integer(3), seed),
    parameters=(_seed(9),),
    dims=(2,),
)
