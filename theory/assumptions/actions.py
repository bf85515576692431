"""Pairs made by a known action: the partner is the anchor, moved by a matrix that is observed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.assumptions.abstract_pairs import Point
from sith.theory.assumptions.prior import AbstractPrior
from sith.theory.assumptions.space import AbstractSpace, RealSpace
from sith.theory.errors import InputError
from sith.theory.exactness import rational_matrix


@dataclass(frozen=True, slots=True)
class KnownActions:
    """z̃ = M_a z for an action a that is observed; `matrices` lists the invertible rational M_a."""

    matrices: tuple[sp.ImmutableMatrix, ...]

    def __post_init__(self) -> None:
        """Validate the matrices: at least one, square, of one size, invertible."""
        if not self.matrices:
            raise InputError(
                f"matrices = {self.matrices!r}", allowed="a non-empty tuple of rational matrices"
            )
        if not all(isinstance(m, sp.MatrixBase) for m in self.matrices):
            raise InputError(
                "an action that is not a sympy matrix", allowed="sp.Matrix([[…], […]])"
            )
        table = tuple(
            sp.ImmutableMatrix(rational_matrix(m.tolist(), "matrix of an action"))
            for m in self.matrices
        )
        dim = table[0].rows
        for m in table:
            if m.shape != (dim, dim) or m.det() == 0:
                raise InputError(
                    f"the action {m.tolist()}", allowed=f"invertible {dim}×{dim} matrices"
                )
        object.__setattr__(self, "matrices", table)

    @property
    def dim(self) -> int:
        """Number of latent coordinates d."""
        return int(self.matrices[0].rows)

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:  # noqa: ARG002
        """Refuse another space than R^d."""
        if not isinstance(space, RealSpace):
            raise InputError(f"{self} on the {space}", cure="use RealSpace(d)")
        if self.dim != space.dim:
            raise InputError(f"{self} in R^{self.dim} for d = {space.dim}")

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Refuse: the partner is a function of the anchor."""
        raise InputError(
            "a known action has no density p(z̃|z)", cure="use the objective Equivariance"
        )

    def rational_partner(self, space: AbstractSpace, z: Point, rng: random.Random) -> Point:  # noqa: ARG002
        """Move the point by one of the actions."""
        moved = rng.choice(self.matrices) * sp.Matrix(z)
        return tuple(moved)

    def __str__(self) -> str:
        """Short name."""
        return f"known actions {', '.join(str(m.tolist()) for m in self.matrices)}"
