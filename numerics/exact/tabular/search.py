"""Where the starts of a tabular problem end: L-BFGS for all at once, then Newton steps."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.exact.tabular.lbfgs import minimise_rows
from sith.numerics.exact.tabular.polish import polish_rows
from sith.numerics.exact.tabular.problem import TabularProblem

GAIN = 1e-7
"""A gain up to this share of the loss's scale is none: converged starts agree to 1e-9."""
ROUNDING = 1e-13
"""Absolute error of a loss: no gain is smaller."""
CONVERGED = 1e-9
"""A start stops at this norm of the gradient, over the loss's scale where that is below 1."""
KEPT = 2**22
"""Scores that are held at once: 32 MiB."""
POLISHED = 2**25
"""Problems get Newton steps up to this many scores times unknowns, over all starts: about a second
on one core."""


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """Where the starts of one problem ended.

    Fields:
        problem: what was minimised.
        tables: ``(S, N, m)``, in the output space and settled in the loss's constraint.
        losses, gradients: ``(S,)``, the gradients' norms.
        before: ``(S,)``, the norms of the gradients before the Newton steps.
        iterations: L-BFGS steps of the longest start.
        base_loss: of the map to compare with.
    """

    problem: TabularProblem
    tables: Tensor
    losses: Tensor
    gradients: Tensor
    before: Tensor
    iterations: int
    base_loss: float

    @property
    def best(self) -> int:
        """The start with the lowest loss."""
        return int(torch.where(self.losses.isnan(), math.inf, self.losses).argmin())

    @property
    def least(self) -> float:
        """A gain up to this is none."""
        return least_gain(self.problem)

    @property
    def agreeing(self) -> list[int]:
        """The starts as good as the best."""
        near = self.losses <= self.losses[self.best] + self.least
        return [int(k) for k in near.nonzero()[:, 0]] or [self.best]

    @property
    def gain(self) -> float:
        """How much lower the best start is than the map to compare with."""
        return self.base_loss - float(self.losses[self.best])


def least_gain(problem: TabularProblem) -> float:
    """The gain up to which two losses of a problem are equal."""
    return max(GAIN * problem.scale, ROUNDING)


def polish_table(problem: TabularProblem, table: Tensor, iterations: int = 400) -> Tensor:
    """Lower the loss from one table ``(N, m)``; learned parameters of the critic follow."""
    shape, width = table.shape, table.numel()
    learned = table.new_zeros(1, problem.loss.learned(shape[1]))
    start = torch.cat((problem.free(table).reshape(1, -1), learned), 1)

    def losses(x: Tensor) -> Tensor:
        return problem.losses(problem.table(x[:, :width].reshape(-1, *shape)), x[:, width:])

    tolerance = CONVERGED * min(1.0, problem.scale)
    found = minimise_rows(losses, start, iterations=iterations, tolerance=tolerance).points
    return problem.table(found[0, :width].reshape(shape))


def search(
    problem: TabularProblem, tables: Tensor, learned: Tensor, base_loss: float, iterations: int
) -> Search:
    """Minimise from these tables and learned parameters ``(S, q)``."""
    shape = tables.shape[1:]
    width = shape[0] * shape[1]
    begin = torch.cat((problem.free(tables).flatten(1), learned), 1)

    def losses(x: Tensor) -> Tensor:
        return problem.losses(problem.table(x[:, :width].unflatten(1, shape)), x[:, width:])

    block = max(1, KEPT // shape[0] ** 2)
    tolerance = CONVERGED * min(1.0, problem.scale)
    found = minimise_rows(losses, begin, iterations=iterations, tolerance=tolerance, block=block)
    small = shape[0] ** 2 * begin.numel() <= POLISHED
    done = polish_rows(losses, found) if small else found
    ended = problem.table(done.points[:, :width].unflatten(1, shape))
    settled = problem.loss.settled(ended, problem.world)
    return Search(
        problem, settled, done.losses, done.gradients, found.gradients, done.iterations, base_loss
    )


def base_loss(problem: TabularProblem) -> tuple[float, Tensor]:
    """The base table's loss, and the critic's learned parameters ``(q,)`` that minimise it."""
    table = problem.base[None]
    start = table.new_zeros(1, problem.loss.learned(table.shape[2]))
    if start.shape[1]:
        start = minimise_rows(lambda x: problem.losses(table, x), start).points
    return float(problem.losses(table, start)[0]), start[0]
