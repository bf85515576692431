"""What several studies share: direct minimisation of a population loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import minimize
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Minimum:
    """Where L-BFGS ended.

    Fields:
        at: the parameters, flat, float64.
        loss: there.
        gradient: the largest entry of the gradient there.
        path: the parameters after every iteration, if they were asked for.
    """

    at: Tensor
    loss: float
    gradient: float
    path: tuple[Tensor, ...] = ()


def minimum(
    loss: Callable[[Tensor], Tensor], start: np.ndarray, *, steps: int = 2000, path: bool = False
) -> Minimum:
    """Minimise a smooth function of a flat float64 vector by L-BFGS.

    Arguments:
        loss: the vector to a scalar, by differentiable torch operations.
        start: where to begin.
        steps: iterations at most; few of them stop early, for encoders that have no optimum.
        path: keep the iterates.
    """
    kept: list[Tensor] = []

    def both(x: np.ndarray) -> tuple[float, np.ndarray]:
        point = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        value = loss(point)
        (gradient,) = torch.autograd.grad(value, point)
        return float(value.detach()), gradient.numpy()

    def keep(x: np.ndarray) -> None:
        kept.append(torch.tensor(x))

    options = {"maxiter": steps, "maxfun": 2 * steps, "ftol": 1e-15, "gtol": 1e-10, "maxcor": 30}
    found = minimize(
        both, start, jac=True, method="L-BFGS-B", options=options, callback=keep if path else None
    )
    at = torch.tensor(found.x)
    return Minimum(at, float(found.fun), float(np.abs(found.jac).max()), tuple(kept))
