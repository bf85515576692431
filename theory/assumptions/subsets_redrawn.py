"""Pairs in which a subset of the coordinates is redrawn, and it is observed which."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import sympy as sp

from sith.theory.assumptions.abstract_pairs import Point
from sith.theory.assumptions.prior import AbstractPrior
from sith.theory.assumptions.space import AbstractSpace
from sith.theory.errors import InputError


@dataclass(frozen=True, slots=True)
class SubsetsRedrawn:
    """A pair comes with a subset A of `subsets`; z̃_A is redrawn, the other coordinates are kept.

    Every subset occurs with positive probability. The redrawn coordinates have a positive density
    on an open set that contains the old ones.
    """

    subsets: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        """Refuse no subsets, empty ones, and repeated coordinates or subsets."""
        table = tuple(tuple(sorted(s)) for s in self.subsets)
        if not table or any(not s or len(set(s)) != len(s) for s in table):
            raise InputError(
                f"subsets = {self.subsets}",
                allowed="a non-empty tuple of non-empty tuples of distinct coordinates",
            )
        if len(set(table)) != len(table):
            raise InputError(f"subsets = {self.subsets} repeat a subset")
        object.__setattr__(self, "subsets", table)

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:  # noqa: ARG002
        """Refuse a subset that is not one of coordinates of the space."""
        outside = [i for s in self.subsets for i in s if not 0 <= i < space.dim]
        if outside:
            raise InputError(f"redrawn coordinate {outside[0]}", allowed=f"0 to {space.dim - 1}")

    def depends(self, dim: int) -> tuple[tuple[int, ...], ...]:
        """Return for each i the j that no subset holds without i.

        An output that is the same in both views whenever z_i is kept depends on these coordinates.
        """
        return tuple(
            tuple(j for j in range(dim) if all(i in s for s in self.subsets if j in s))
            for i in range(dim)
        )

    def exchangeable(self, dim: int) -> bool:
        """Say whether every order of the coordinates gives the same subsets: all of some sizes."""
        sizes = {len(s) for s in self.subsets}
        return set(self.subsets) == {s for k in sizes for s in combinations(range(dim), k)}

    def blocks(self, dim: int) -> tuple[tuple[int, ...], ...]:
        """Return the coordinates in groups that always change together, () where `depends` gives no such.

        There are groups where j in `depends[i]` implies i in `depends[j]`.
        """
        sets = self.depends(dim)
        if any(i not in sets[j] for i in range(dim) for j in sets[i]):
            return ()
        return tuple(dict.fromkeys(sets))

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Refuse: the conditional has no density on the latent space."""
        raise InputError(
            "pairs that keep coordinates have no density p(z̃|z)",
            cure="use the objective PartialAlignment or SparseChange",
        )

    def rational_partner(self, space: AbstractSpace, z: Point, rng: random.Random) -> Point:  # noqa: ARG002
        """Draw all coordinates afresh; an equation puts back those that its own subset keeps."""
        return space.rational_point(rng)

    def __str__(self) -> str:
        """Short name."""
        return f"one of the subsets {', '.join(map(str, self.subsets))} redrawn, observed which"
