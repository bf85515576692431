"""Latent classes: an auxiliary label whose conditional is von Mises–Fisher around a class vector."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from sith.theory.assumptions.prior import AbstractPrior
from sith.theory.assumptions.property_names import Property
from sith.theory.assumptions.space import AbstractSpace, Sphere
from sith.theory.errors import InputError
from sith.theory.exactness import positive, rational


@dataclass(frozen=True, slots=True)
class Classes:
    """p(z|c) ∝ exp(κ v_c·z) on the sphere, labels equally likely, v_c rational unit vectors.

    The label plays the part of the positive sample: log p(c|z) = κ v_c·z up to a function of z.
    """

    vectors: tuple[tuple[sp.Rational, ...], ...]
    concentration: sp.Rational

    properties = frozenset({Property.LABELS})

    def __post_init__(self) -> None:
        """Validate κ and the class vectors: at least two, of unit norm and equal length."""
        object.__setattr__(self, "concentration", positive(self.concentration, "concentration κ"))
        rows = tuple(tuple(rational(x, "class vector entry") for x in v) for v in self.vectors)
        if len(rows) < 2 or len({len(v) for v in rows}) != 1:
            raise InputError(
                f"{len(rows)} class vectors of lengths {sorted({len(v) for v in rows})}",
                allowed="at least two vectors of one length",
            )
        for row in rows:
            if sum(x * x for x in row) != 1:
                raise InputError(
                    f"class vector {tuple(map(str, row))} has norm ≠ 1",
                    allowed="rational unit vectors such as (3/5, 4/5)",
                    cure="draw them with sith.theory.rational_unit_vectors",
                )
        object.__setattr__(self, "vectors", rows)

    @property
    def affine_rank(self) -> int:
        """Rank of {v_a − v_b}: d exactly where the vectors are an affine generator system."""
        first = self.vectors[0]
        rows = [[x - y for x, y in zip(v, first, strict=True)] for v in self.vectors[1:]]
        return int(sp.Matrix(rows).rank())

    @property
    def free_quadrics(self) -> int:
        """Dimension of the quadrics vᵀSv + bᵀv = c through the vectors, the unit sphere left out.

        0 exactly where no quadric other than the sphere contains them, which needs at least
        d(d+3)/2 vectors.
        """
        d = len(self.vectors[0])
        squares = [(i, j) for i in range(d) for j in range(i, d)]
        rows = [[*(v[i] * v[j] for i, j in squares), *v, sp.Integer(1)] for v in self.vectors]
        return len(squares) + d - int(sp.Matrix(rows).rank())

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:  # noqa: ARG002
        """Refuse another space than the sphere of the dimension of the vectors."""
        if not isinstance(space, Sphere):
            raise InputError(f"pairs '{self}' live on the sphere", cure="use Sphere(d)")
        if len(self.vectors[0]) != space.dim:
            raise InputError(f"class vectors of length {len(self.vectors[0])} for d = {space.dim}")

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Refuse: the auxiliary variable is a label, not a point."""
        raise InputError("the world pairs z with a label", cure="use the objective CrossEntropy")

    def log_label(self, z: Sequence[sp.Expr], label: int) -> sp.Expr:
        """Return log p(label|z) up to a function of z."""
        return self.concentration * sp.Add(
            *(a * b for a, b in zip(self.vectors[label], z, strict=True))
        )

    def rational_partner(self, space: AbstractSpace, z: Any, rng: random.Random) -> Any:  # noqa: ARG002
        """Draw an independent point; the label needs none."""
        return space.rational_point(rng)

    def __str__(self) -> str:
        """Short name."""
        return f"{len(self.vectors)} classes, p(z|c) ∝ exp({self.concentration} v_c·z)"


def rational_unit_vectors(
    count: int, dim: int, seed: int = 0
) -> tuple[tuple[sp.Rational, ...], ...]:
    """Draw `count` rational unit vectors of R^dim, the axes' affine frame first, then random ones.

    The first dim + 1 vectors are an affine generator system, the rest are drawn by the rational
    parametrisation of the sphere with small numbers.
    """
    rng = random.Random(seed)
    vectors = [tuple(sp.Integer(int(i == j)) for j in range(dim)) for i in range(dim)]
    minus = tuple(-x for x in vectors[0])
    vectors.append(minus)
    size = 6
    while len(vectors) < count:
        # The range grows with every draw, so that there are always new vectors to find.
        size += 1
        t = [
            sp.Rational(rng.randrange(-size, size), rng.randrange(1, size)) for _ in range(dim - 1)
        ]
        square = sum(x * x for x in t)
        candidate = tuple([2 * x / (1 + square) for x in t] + [(square - 1) / (1 + square)])
        if candidate not in vectors:
            vectors.append(candidate)
    return tuple(vectors[:count])
