"""Classifiers with a small KL divergence have linearly related representations.

False: clusters of large norm are nearly certain wherever they lie, so they may be rearranged. The
true neighbour asks for equal posteriors.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith import (
    UNPUBLISHED,
    Atoms,
    Claim,
    CloseClassifier,
    Encoder,
    Linear,
    Parameter,
    Range,
    RealSpace,
    Relation,
    SoftmaxLabels,
    Theorem,
    World,
    rational_unit_vectors,
)


def _spread(count: int, dim: int) -> tuple[tuple[sp.Rational, ...], ...]:
    """Rational unit vectors, each as far as may be from those before it."""
    drawn = list(rational_unit_vectors(60, dim))
    chosen = drawn[:1]
    while len(chosen) < count:
        chosen.append(min(drawn, key=lambda v: max(_dot(v, u) for u in chosen)))
    return tuple(chosen)


def _dot(u: tuple[sp.Rational, ...], v: tuple[sp.Rational, ...]) -> sp.Rational:
    return sum((a * b for a, b in zip(u, v, strict=True)), sp.Integer(0))


def _claim(dim: int, classes: Any, norm: Any, kl: Any = 0) -> Claim:
    units = _spread(int(classes), dim)
    labels = SoftmaxLabels(tuple(tuple(norm * x for x in v) for v in units))
    return Claim(
        name="classifier",
        world=World(RealSpace(dim), Atoms(units), labels),
        objective=CloseClassifier(kl, sp.Rational(1, 10)),
        encoder=Encoder(RealSpace(dim)),
        group=Linear(dim),
        relation=Relation.CONTAINED,
    )


CLASSES = Parameter(
    "classes",
    sp.Integer(5),
    "number of classes",
    ranges=(Range(sp.Integer(4), sp.Integer(6), integers=True),),
)
NORM = Parameter(
    "norm",
    sp.Integer(10),
    "norm of the label vectors",
    ranges=(Range(sp.Integer(1), sp.Integer(200), integers=True),),
)
FALSE = Theorem(
    slug="close_classifiers",
    title="Classifiers with a small KL divergence have linearly related representations",
    statement="1 − R² from z to h is at most 1/10 for every model within KL ≤ kl",
    source=UNPUBLISHED,
    claim_at=lambda dim, kl, classes, norm: _claim(dim, classes, norm, kl),
    parameters=(
        Parameter(
            "kl",
            sp.Rational(1, 100),
            "divergence in nats",
            ranges=(Range(sp.Rational(1, 1000), sp.Rational(1, 100)),),
        ),
        CLASSES,
        NORM,
    ),
    dims=(2, 3),
)
TRUE = Theorem(
    slug="equal_classifiers",
    title="Classifiers with equal posteriors have linearly related representations",
    statement="h is linear for every model of the same posterior",
    source=UNPUBLISHED,
    claim_at=_claim,
    parameters=(CLASSES, Parameter("norm", sp.Integer(10), "norm of the label vectors")),
    dims=(2, 3),
)
