"""What several studies use: gradient flow, direct minimisation, random bases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.integrate import solve_ivp
from scipy.optimize import minimize
from torch import Tensor

from sith.numerics.losses import SimilarityGraph


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
    loss: Callable[[Tensor], Tensor],
    start: np.ndarray,
    *,
    steps: int = 2000,
    fall: float = 1e-15,
    path: bool = False,
) -> Minimum:
    """Minimise a smooth function of a flat float64 vector by L-BFGS.

    Arguments:
        loss: the vector to a scalar, by differentiable torch operations.
        start: where to begin.
        steps: iterations at most; few of them stop early, for encoders that have no optimum.
        fall: stop where an iteration lowers the loss by less, relatively.
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

    options = {"maxiter": steps, "maxfun": 2 * steps, "ftol": fall, "gtol": 1e-10, "maxcor": 30}
    found = minimize(
        both, start, jac=True, method="L-BFGS-B", options=options, callback=keep if path else None
    )
    at = torch.tensor(found.x)
    return Minimum(at, float(found.fun), float(np.abs(found.jac).max()), tuple(kept))


GraphLoss = Callable[[Tensor, SimilarityGraph], Tensor]


def descend(
    loss: GraphLoss, graph: SimilarityGraph, inputs: np.ndarray, start: np.ndarray
) -> tuple[np.ndarray, float]:
    """Embeddings `inputs` A and their loss, after L-BFGS in A from a start.

    Steps are combinations of the gradients and of earlier steps.

    Arguments:
        loss: of `sith.numerics.losses`, of embeddings and a graph.
        graph: of N nodes.
        inputs: ``(N, D)``; the identity for free embeddings.
        start: A ``(D, m)``.
    """
    fixed = torch.from_numpy(inputs)
    end = minimum(
        lambda flat: loss((fixed @ flat.view(start.shape))[None], graph)[0],
        start.ravel(),
        steps=5000,
        fall=0.0,
    )
    return inputs @ end.at.numpy().reshape(start.shape), end.loss


def gradient_flow(
    velocity: Callable[[np.ndarray], np.ndarray],
    start: np.ndarray,
    times: Sequence[float],
    *,
    tolerance: float = 1e-9,
) -> np.ndarray:
    """Return the solution of ẋ = velocity(x), x(0) = start, at the times: ``(T, *start.shape)``.

    LSODA, as flows between saddles are stiff.

    Arguments:
        velocity: of an array of the shape of `start`; same shape.
        times: rising, at least 0.
        tolerance: relative; the absolute one is a thousandth of it.
    """
    solved = solve_ivp(
        lambda _t, flat: velocity(flat.reshape(start.shape)).ravel(),
        (0.0, times[-1]),
        start.ravel(),
        method="LSODA",
        rtol=tolerance,
        atol=tolerance / 1000,
        t_eval=list(times),
    )
    states: np.ndarray = solved.y.T.reshape(-1, *start.shape)
    return states


def orthogonal(rng: np.random.Generator, size: int) -> np.ndarray:
    """Return an orthogonal matrix of the rotation-invariant law, up to signs of its columns."""
    basis: np.ndarray = np.linalg.qr(rng.normal(size=(size, size)))[0]
    return basis


def rounded(value: Any, digits: int = 9) -> Any:
    """Return plain data with its numbers rounded to significant digits, so that it is stored short."""
    if isinstance(value, Mapping):
        return {name: rounded(v, digits) for name, v in value.items()}
    if isinstance(value, list):
        return [rounded(v, digits) for v in value]
    return float(f"{value:.{digits}g}") if isinstance(value, float) else value
