"""What several studies use: gradient flow of arrays, descent on a graph loss, random bases."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from scipy.integrate import solve_ivp
from scipy.optimize import minimize
from torch import Tensor

from numerics.losses import SimilarityGraph

GraphLoss = Callable[[Tensor, SimilarityGraph], Tensor]


def descend(
    loss: GraphLoss, graph: SimilarityGraph, inputs: np.ndarray, start: np.ndarray
) -> tuple[np.ndarray, float]:
    """Embeddings `inputs` A and their loss, after L-BFGS in A from a start.

    Steps are combinations of the gradients and of earlier steps.

    Arguments:
        loss: of `numerics.losses`, of embeddings and a graph.
        graph: of N nodes.
        inputs: ``(N, D)``; the identity for free embeddings.
        start: A ``(D, m)``.
    """
    fixed = torch.from_numpy(inputs)

    def value(flat: np.ndarray) -> tuple[float, np.ndarray]:
        own = torch.from_numpy(flat.reshape(start.shape)).requires_grad_()
        found = loss((fixed @ own)[None], graph)[0]
        (slope,) = torch.autograd.grad(found, own)
        return float(found.detach()), slope.numpy().ravel()

    options = {"maxiter": 5000, "maxfun": 10000, "ftol": 0.0, "gtol": 1e-10, "maxcor": 30}
    end = minimize(value, start.ravel(), jac=True, method="L-BFGS-B", options=options)
    return inputs @ end.x.reshape(start.shape), float(end.fun)


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
