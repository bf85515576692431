"""The augmentation graph: a finite world, given by the joint law of two views."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.assumptions.finite_space import FiniteSpace
from sith.theory.assumptions.prior import AbstractPrior
from sith.theory.assumptions.space import AbstractSpace
from sith.theory.assumptions.stationary import Stationary
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.exactness import rational_matrix
from sith.theory.notation import latents

Rows = tuple[tuple[sp.Rational, ...], ...]


@dataclass(frozen=True, slots=True)
class AugmentationGraph:
    """Pairs of nodes with P(z = e_i, z̃ = e_j) = A_ij, A symmetric and non-negative.

    `joint` holds the rows of A up to a common factor; it is stored with total 1. Every node has a
    positive weight p_i = Σ_j A_ij. Source: HaoChen et al. (2021).
    """

    joint: Rows

    states_law = True

    def __post_init__(self) -> None:
        """Validate and normalise the joint law."""
        table = rational_matrix(self.joint, "the joint law")
        n = table.rows
        if table.cols != n or n < 2:
            raise InputError(f"the joint law is a {n}×{table.cols} table", allowed="n×n with n ≥ 2")
        if not table.is_symmetric():
            raise InputError(
                "the joint law of the two views is not symmetric",
                cure="use (A + Aᵀ)/2, which is all that the losses see",
            )
        if any(x < 0 for x in table):
            raise InputError(f"the joint law has the entry {min(table)}", allowed="entries ≥ 0")
        rows = [sp.Add(*row) for row in table.tolist()]
        empty = [i + 1 for i, p in enumerate(rows) if p == 0]
        if empty:
            raise InputError(f"node {empty[0]} has no weight", cure="leave it out")
        total = sp.Add(*rows)
        object.__setattr__(
            self, "joint", tuple(tuple(x / total for x in row) for row in table.tolist())
        )

    @property
    def dim(self) -> int:
        """Number of nodes."""
        return len(self.joint)

    @property
    def weights(self) -> tuple[sp.Rational, ...]:
        """The marginal law p of a node."""
        return tuple(sp.Add(*row) for row in self.joint)

    def components(self) -> tuple[tuple[int, ...], ...]:
        """Return the connected components, as tuples of nodes counted from 0."""
        left, found = set(range(self.dim)), []
        while left:
            part, new = set[int](), {min(left)}
            while new:
                part |= new
                new = {j for i in new for j in range(self.dim) if self.joint[i][j] != 0} - part
            found.append(tuple(sorted(part)))
            left -= part
        return tuple(found)

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:
        """Refuse another space, or a prior beside the node weights."""
        if space != FiniteSpace(self.dim):
            raise InputError(
                f"a graph on {self.dim} nodes on the {space}", cure=f"use FiniteSpace({self.dim})"
            )
        if not isinstance(prior, Stationary):
            raise InputError(
                f"the joint law fixes the marginal, and the prior is {prior}",
                cure="use Stationary()",
            )

    def moments(self) -> tuple[tuple[sp.Expr, ...], Rows, Rows]:
        """Return functions 1, z_2, …, z_n with their Gram table and cross-moments."""
        p, n = self.weights, self.dim
        one = sp.Integer(1)
        gram = [[one, *p[1:]]]
        gram += [
            [p[i], *(p[i] if i == j else sp.Integer(0) for j in range(1, n))] for i in range(1, n)
        ]
        cross = [[one, *p[1:]], *([p[i], *self.joint[i][1:]] for i in range(1, n))]
        functions = (one, *latents(n)[1:])
        return functions, tuple(map(tuple, gram)), tuple(map(tuple, cross))

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Refuse: nodes have weights, not a density."""
        raise UnsupportedCondition("the pairs of a graph have weights, not a density")

    def rational_partner(
        self,
        space: AbstractSpace,  # noqa: ARG002
        z: tuple[sp.Rational, ...],
        rng: random.Random,
    ) -> tuple[sp.Rational, ...]:
        """Draw a neighbour of the node z, each neighbour with the same probability."""
        row = self.joint[z.index(sp.Integer(1))]
        return FiniteSpace(self.dim).node(rng.choice([j for j, w in enumerate(row) if w != 0]))

    def __str__(self) -> str:
        """Short name."""
        return f"augmentation graph, {self.dim} nodes"
