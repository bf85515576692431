"""Damped Newton for small smooth problems with flat directions, to rounding error."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Oracle = Callable[[Tensor], tuple[Tensor, Tensor, Tensor]]
"""From a point to loss ``()``, gradient ``(q,)`` and Hessian ``(q, q)`` in tangent coordinates."""

_FLAT = 1e-11
_SMALLEST_STEP = 1e-8


def _add(point: Tensor, step: Tensor) -> Tensor:
    return point + step


def minimise(
    oracle: Oracle,
    start: Tensor,
    *,
    retract: Callable[[Tensor, Tensor], Tensor] = _add,
    floor: float | None = None,
    iterations: int = 60,
) -> Tensor:
    """A local minimiser; the global one for convex losses.

    The Hessian's eigenvalues are taken in absolute value, and directions of relative curvature
    below 1e-11 are left alone, so that parameters which do not change the loss cost nothing.

    Arguments:
        oracle: loss and its first two derivatives in tangent coordinates at a point.
        start: first point.
        retract: from a point and a tangent step to the next point; addition in flat space.
        floor: lower bound of every coordinate (flat space only); a coordinate at its bound stays
            there while the gradient pushes it down.
        iterations: Newton steps at most; quadratic convergence needs about ten.
    """
    point = start
    loss, gradient, hessian = oracle(point)
    for _ in range(iterations):
        free = torch.ones_like(gradient, dtype=torch.bool)
        if floor is not None:
            free = ~((point <= floor) & (gradient > 0))
        if not bool(free.any()):
            break
        values, vectors = torch.linalg.eigh(hessian[free][:, free])
        curvature = values.abs()
        kept = curvature > _FLAT * curvature.max()
        along = torch.where(kept, vectors.T @ gradient[free] / curvature, 0.0)
        step = torch.zeros_like(gradient)
        step[free] = -(vectors @ along)
        if -float(gradient @ step) <= 1e-18:
            break
        size = 1.0
        while size > _SMALLEST_STEP:
            trial = retract(point, size * step)
            if floor is not None:
                trial = trial.clamp_min(floor)
            found = oracle(trial)
            if float(found[0]) < float(loss):
                break
            size /= 2
        else:
            break
        point, (loss, gradient, hessian) = trial, found
    return point
