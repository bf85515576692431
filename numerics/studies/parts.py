"""Helpers that several studies share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
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
