"""A claim's population loss on nodes, with the bounds, scale and errors that a witness is judged by.

All tolerances are shares of the loss's scale, which is the loss that a constant map has above the
bound. Nodes that are too few for peaked pairs make the joint law diagonal, and then every map
attains the bound on them: such nodes are no picture of the claim, and are refused here.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.exact.tabular import (
    TabularProblem,
    default_points,
    minimise_rows,
    tabular_problem,
)
from sith.numerics.groups import residual
from sith.numerics.searching.members import best_member
from sith.theory import Claim, InputError, UnsupportedCondition

OUTSIDE = 0.02
"""A map whose residual to the stated group is above this is outside it: members leave 1e-12."""
ATTAINED = 1e-12
"""A loss within this share of the scale from the bound attains it. A loss is quadratic in the
log-densities, so that this is a share of 1e-6 of them: maps that are free leave 1e-15, refined
parameters and converged tables 1e-14, and a world in which a rotation changes the log-density by one
part in 10,000 has it at 1e-9, which is no witness."""
MARGIN = 1e-6
"""A lower loss is lower by more than this share of the scale."""
ROUNDING = 1e-13
"""Absolute error of a sum of up to a million terms of order 1."""
FLAT = 1e-6
"""Losses whose scale is so small that rounding is a larger share of it than this decide nothing."""
RESOLVED = 0.02
"""The bound of nodes that picture the claim moves by less than this share of it, on more nodes."""
SMALL = 0.2
"""An effect counts where its error is at most this share of it."""
ROWS = 400


@dataclass(frozen=True, slots=True)
class Setting:
    """A claim's population loss with what maps are compared with.

    Fields:
        problem: the loss on quadrature nodes.
        best: the lowest loss of a member of the stated group.
        bound: a lower bound of all losses.
        error: of the bound, from half as many nodes a coordinate again.
    """

    problem: TabularProblem
    best: float
    bound: float
    error: float

    @property
    def scale(self) -> float:
        """The loss of a constant map above the bound, which is the pairs' mutual information."""
        return abs(self.bound)

    @property
    def attained(self) -> float:
        """How far from the bound a loss may be that attains it."""
        return max(ATTAINED * self.scale, ROUNDING)

    @property
    def margin(self) -> float:
        """By how much a loss must at least be lower than a member's to count."""
        return max(MARGIN * self.scale, ROUNDING)

    @property
    def resolved(self) -> bool:
        """Whether the nodes picture the pairs, so that the bound on them is the claim's."""
        return self.error <= RESOLVED * self.scale


def more_points(claim: Claim) -> int:
    """Nodes a coordinate of the second evaluation: half as many again, at least two more."""
    count = default_points(claim)
    return count + max(2, count // 2)


def setting_of(claim: Claim, points: int | None = None) -> Setting:
    """Return the setting of a claim; raises `UnsupportedCondition` where it has no such loss.

    Refused are also losses that are flat up to rounding.
    """
    if getattr(claim.objective, "negatives", 0):
        raise UnsupportedCondition(f"no loss on nodes for '{claim.objective}' with M negatives")
    try:
        problem = tabular_problem(claim, points)
        count = points or default_points(claim)
        other = tabular_problem(claim, count + max(2, count // 2))
    except InputError as refused:
        raise UnsupportedCondition(str(refused)) from refused
    bound, near = (p.loss.lower_bound(p.world, p.output.dim) for p in (problem, other))
    if FLAT * abs(bound) < ROUNDING:
        raise UnsupportedCondition(
            f"the loss is flat up to rounding: all maps are within {abs(bound):.1g} nats"
        )
    return Setting(problem, best_member(problem), bound, abs(near - bound))


def require_resolved(setting: Setting) -> None:
    """Raise `UnsupportedCondition` where the nodes do not picture the pairs."""
    if not setting.resolved:
        raise UnsupportedCondition(
            f"the pairs are too peaked for {setting.problem.world.size} nodes: the bound "
            f"{setting.bound:.4g} moves by {setting.error:.2g} on more of them, so a map that "
            "attains it there shows nothing"
        )


def loss_of(problem: TabularProblem, table: Tensor) -> float:
    """Return the loss of a table, the critic's learned parameters minimised out."""
    width = problem.loss.learned(table.shape[1])
    learned = table.new_zeros(1, width)
    if width:
        learned = minimise_rows(lambda x: problem.losses(table[None], x), learned).points
    return float(problem.losses(table[None], learned)[0])


def distance(problem: TabularProblem, table: Tensor) -> float:
    """Return the residual of base(z) ↦ h(z) to the stated group, on nodes drawn by weight."""
    generator = torch.Generator().manual_seed(0)
    rows = torch.multinomial(problem.world.weights, ROWS, replacement=True, generator=generator)
    return float(residual(problem.group, problem.base[rows], table[rows]).value)


def in_output(problem: TabularProblem, table: Tensor) -> bool:
    """Whether all values of a table are finite and lie in the output space."""
    if not bool(table.isfinite().all()):
        return False
    return bool((problem.table(problem.free(table)) - table).abs().max() < 1e-9)
