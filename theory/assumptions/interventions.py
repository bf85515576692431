"""Linear structural equations under interventions: environments that change one equation each."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.assumptions.abstract_pairs import Point
from sith.theory.assumptions.prior import AbstractPrior, LogDensity
from sith.theory.assumptions.space import AbstractSpace, RealSpace
from sith.theory.errors import InputError
from sith.theory.exactness import rational_matrix
from sith.theory.notation import latents


@dataclass(frozen=True, slots=True)
class LinearInterventions:
    """B_k z ~ N(0, I) in environment k, with B_0 the observational equations.

    `matrices` lists B_0, B_1, …, lower triangular in the causal order, with positive diagonal; row i
    of I − diag(B)⁻¹B holds the effects of the parents of z_i. `targets[k − 1]` is the row in which
    B_k differs from B_0. The precision of environment k is B_kᵀB_k.
    """

    matrices: tuple[sp.ImmutableMatrix, ...]
    targets: tuple[int, ...]

    def __post_init__(self) -> None:
        """Validate shapes, signs, order, and that each environment changes its target alone."""
        if len(self.matrices) < 2:
            raise InputError(
                f"matrices = {self.matrices!r}", allowed="a tuple B_0, B_1, … of two or more"
            )
        if not all(isinstance(b, sp.MatrixBase) for b in self.matrices):
            raise InputError("an environment that is not a sympy matrix")
        table = tuple(
            sp.ImmutableMatrix(rational_matrix(b.tolist(), "structural matrix B"))
            for b in self.matrices
        )
        object.__setattr__(self, "matrices", table)
        dim = table[0].rows
        for b in table:
            triangular = b.shape == (dim, dim) and b.is_lower
            if not triangular or any(b[i, i] <= 0 for i in range(dim)):
                raise InputError(
                    f"the structural matrix {b.tolist()}",
                    allowed="lower triangular with positive diagonal, all of one size",
                    cure="order the coordinates causally",
                )
        if len(self.targets) != len(table) - 1:
            raise InputError(
                f"{len(self.targets)} targets for {len(table) - 1} interventions",
                allowed="one for each matrix after B_0",
            )
        for target, b in zip(self.targets, table[1:], strict=True):
            changed = tuple(i for i in range(dim) if b.row(i) != table[0].row(i))
            if changed != (target,):
                raise InputError(
                    f"the environment with target {target} changes the equations {changed}",
                    allowed="a change of its target's equation alone",
                )

    @property
    def dim(self) -> int:
        """Number of latent coordinates d."""
        return int(self.matrices[0].rows)

    @property
    def perfect(self) -> bool:
        """Whether every intervention cuts its target from all parents."""
        return all(
            all(b[i, j] == 0 for j in range(self.dim) if j != i)
            for i, b in zip(self.targets, self.matrices[1:], strict=True)
        )

    def prior(self) -> LogDensity:
        """Return the law of the observational environment, log p(z) = −‖B_0 z‖²/2."""
        z = latents(self.dim)
        return LogDensity(-sp.Add(*(x**2 for x in self.matrices[0] * sp.Matrix(z))) / 2, z)

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:  # noqa: ARG002
        """Refuse another space than R^d."""
        if not isinstance(space, RealSpace):
            raise InputError(f"{self} on the {space}", cure="use RealSpace(d)")
        if self.dim != space.dim:
            raise InputError(f"{self} in R^{self.dim} for d = {space.dim}")

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Refuse: an environment is not a point."""
        raise InputError(
            "the world pairs z with an environment",
            cure="use the objective InterventionalLikelihood",
        )

    def rational_partner(self, space: AbstractSpace, z: Point, rng: random.Random) -> Point:  # noqa: ARG002
        """Draw an independent point; the environment needs none."""
        return space.rational_point(rng)

    def __str__(self) -> str:
        """Short name."""
        kind = "perfect" if self.perfect else "soft"
        rows = ", ".join(str(b.tolist()) for b in self.matrices)
        return f"{kind} interventions on {self.targets}, B = {rows}"
