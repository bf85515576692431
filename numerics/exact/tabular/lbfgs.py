"""L-BFGS of many independent problems at once, one a row, with a line search for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.training.memory import MemoryShort, out_of_memory, release

Objective = Callable[[Tensor], Tensor]
"""From points ``(S', D)`` to losses ``(S',)``, rows apart; any number of rows."""

_DESCENT = 1e-4
SLACK = 1e-15
"""Near the optimum losses differ by rounding: there the slope decides (approximate Wolfe)."""
_HALVINGS = 30
_STALLED = 12
"""A row stops after this many steps that gain less than rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Minimised:
    """Local minimisers.

    Fields:
        points: ``(S, D)``.
        losses: ``(S,)``.
        gradients: ``(S,)``, Euclidean norms of the gradients.
        iterations: steps taken by the row that took most.
    """

    points: Tensor
    losses: Tensor
    gradients: Tensor
    iterations: int


def minimise_rows(
    objective: Objective,
    start: Tensor,
    *,
    iterations: int = 1000,
    history: int = 12,
    tolerance: float = 1e-9,
    block: int = 1024,
) -> Minimised:
    """Minimise every row from its start; finished rows leave the batch.

    Arguments:
        objective: differentiable in its points.
        start: ``(S, D)``, float64.
        iterations: steps of a row at most.
        history: pairs of steps and gradient differences that are kept.
        tolerance: a row stops when the norm of its gradient is at most this.
        block: rows whose loss is evaluated at once; bounds the memory. Where memory runs out it
            is halved, down to one row.

    Raises:
        MemoryShort: memory runs out at one row.

    Source: Nocedal and Wright, Numerical Optimization, algorithm 7.4; the acceptance near the
    optimum is that of Hager and Zhang (2005).
    """

    def evaluate(at: Tensor) -> tuple[Tensor, Tensor]:
        nonlocal block
        while True:
            try:
                parts = [value_and_gradient(objective, part) for part in at.split(block)]
                break
            except (RuntimeError, MemoryError) as error:
                if not out_of_memory(error):
                    raise
                block = min(block, len(at)) // 2
                if not block:
                    raise MemoryShort(
                        f"out of memory for one table of {at.shape[1]} numbers",
                        cure="take fewer points or a smaller dimension",
                    ) from error
            release()
        return torch.cat([loss for loss, _ in parts]), torch.cat([slope for _, slope in parts])

    points, rows = start.clone(), torch.arange(len(start), device=start.device)
    x = start.clone()
    f, g = evaluate(x)
    losses, norms = f.clone(), torch.linalg.vector_norm(g, dim=1)
    memory = _Memory.empty(x, history)
    stalled = torch.zeros_like(rows)
    steps = 0
    while steps < iterations:
        steps += 1
        direction = memory.direction(g)
        slope = (direction * g).sum(1)
        uphill = slope >= 0
        direction = torch.where(uphill[:, None], -g, direction)
        slope = torch.where(uphill, -g.square().sum(1), slope)
        moved, f_new, g_new = _search(evaluate, x, f, g, direction, slope)
        memory = memory.after(moved - x, g_new - g)
        gained = f - f_new > SLACK * (1 + f.abs())
        stalled = torch.where(gained, torch.zeros_like(stalled), stalled + 1)
        x, f, g = moved, f_new, g_new
        size = torch.linalg.vector_norm(g, dim=1)
        points[rows], losses[rows], norms[rows] = x, f, size
        keep = (size > tolerance) & (stalled < _STALLED) & f.isfinite()
        if not bool(keep.all()):
            if not bool(keep.any()):
                break
            rows, x, f, g, stalled = rows[keep], x[keep], f[keep], g[keep], stalled[keep]
            memory = memory.rows(keep)
    return Minimised(points, losses, norms, steps)


@dataclass(frozen=True, slots=True, eq=False)
class _Memory:
    """Steps s and gradient differences y, newest last, ``(K, S, D)``; ρ = 1/⟨s, y⟩, 0 if unused."""

    s: Tensor
    y: Tensor
    rho: Tensor
    scale: Tensor

    @staticmethod
    def empty(x: Tensor, history: int) -> _Memory:
        blank = x.new_zeros(history, *x.shape)
        return _Memory(blank, blank, x.new_zeros(history, len(x)), x.new_ones(len(x)))

    def direction(self, gradient: Tensor) -> Tensor:
        """The two-loop recursion."""
        q, alphas = gradient.clone(), []
        for s, y, rho in zip(self.s.flip(0), self.y.flip(0), self.rho.flip(0), strict=True):
            alpha = rho * (s * q).sum(1)
            alphas.append(alpha)
            q = q - alpha[:, None] * y
        q = q * self.scale[:, None]
        for s, y, rho, alpha in zip(self.s, self.y, self.rho, reversed(alphas), strict=True):
            q = q + (alpha - rho * (y * q).sum(1))[:, None] * s
        return -q

    def after(self, s: Tensor, y: Tensor) -> _Memory:
        """Append a pair; where the curvature is not positive it is left unused."""
        product, square = (s * y).sum(1), y.square().sum(1)
        sound = product > 1e-12 * s.norm(dim=1) * square.sqrt()
        rho = torch.where(sound, 1 / product, 0.0)
        scale = torch.where(sound, product / square, self.scale)
        return _Memory(
            torch.cat((self.s[1:], s[None])),
            torch.cat((self.y[1:], y[None])),
            torch.cat((self.rho[1:], rho[None])),
            scale,
        )

    def rows(self, keep: Tensor) -> _Memory:
        """The rows that go on."""
        return _Memory(self.s[:, keep], self.y[:, keep], self.rho[:, keep], self.scale[keep])


def _search(
    evaluate: Callable[[Tensor], tuple[Tensor, Tensor]],
    x: Tensor,
    f: Tensor,
    g: Tensor,
    direction: Tensor,
    slope: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:
    """Shorten each row's step until it descends; a row that finds no descent stays."""
    moved, f_new, g_new = x.clone(), f.clone(), g.clone()
    size = torch.ones_like(f)
    todo = torch.arange(len(x), device=x.device)
    for _ in range(_HALVINGS):
        trial = x[todo] + size[todo, None] * direction[todo]
        value, gradient = evaluate(trial)
        ahead = (gradient * direction[todo]).sum(1)
        down = value <= f[todo] + _DESCENT * size[todo] * slope[todo]
        level = (value <= f[todo] + SLACK * (1 + f[todo].abs())) & (ahead.abs() <= -slope[todo])
        done = down | level
        found = todo[done]
        moved[found], f_new[found], g_new[found] = trial[done], value[done], gradient[done]
        todo = todo[~done]
        if not len(todo):
            break
        # The minimiser of the parabola through both losses and the first slope, kept in bounds.
        excess = value[~done] - f[todo] - size[todo] * slope[todo]
        best = -slope[todo] * size[todo] / (2 * excess)
        best = torch.where(best.isfinite(), best, 0.1).clamp(0.1, 0.5)
        size[todo] = size[todo] * best
    return moved, f_new, g_new


def value_and_gradient(objective: Objective, points: Tensor) -> tuple[Tensor, Tensor]:
    """Losses ``(S,)`` and their gradients ``(S, D)``."""
    leaf = points.detach().requires_grad_()
    with torch.enable_grad():
        losses = objective(leaf)
        (gradient,) = torch.autograd.grad(losses.sum(), leaf)
    return losses.detach(), gradient
