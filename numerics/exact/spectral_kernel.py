"""How far a map is from the optima of a spectral objective: by its kernel h(z)·h(z'), not its loss.

The loss is quadratic in the distance, and flat where eigenvalues are small or nearly equal.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from sith.numerics.exact.problem import LatentMap
from sith.numerics.exact.report import TOLERANCE
from sith.numerics.exact.spectral_problem import SpectralProblem


def kernel_difference(problem: SpectralProblem, h: LatentMap) -> float:
    """Return how far the kernel of h is from those of the optima, as a share of their size.

    0 too where h is better than the modes, which are then no optimum. Kernels are compared in
    L²(p × p), p the weights of the nodes; the kernel of h says h up to O(k).
    """
    root = problem.weights.sqrt()[:, None]
    values, best = h(problem.nodes), problem.modes.optimum(problem.nodes)
    loss, violation = problem.terms(values)
    if violation < TOLERANCE and loss < problem.terms(best)[0] - TOLERANCE * problem.size:
        return 0.0
    if problem.objective.shifts:
        values = values - problem.weights @ values
    features, optimum = root * values, root * best
    size = torch.linalg.vector_norm(optimum @ optimum.T)
    if problem.modes.unique:
        away = features @ features.T - optimum @ optimum.T
    else:
        away = _away_in_tie(problem, features, optimum)
    return float(torch.linalg.vector_norm(away) / size)


def _away_in_tie(problem: SpectralProblem, features: Tensor, optimum: Tensor) -> Tensor:
    """What keeps features from being optimal where equal eigenvalues lie on both sides of the cut.

    On the modes above the tie they are the optimum's, up to O(k); the rest R, orthogonal to those, has
    R Rᵀ = μ P with a projection P of the tied eigenspace.
    """
    modes = problem.modes
    last, mu = modes.values[-1], modes.scales[-1]
    above = [i for i, v in enumerate(modes.values) if v > last and not modes.tied(v, last)]
    fixed = optimum[:, above]
    frame = fixed / torch.tensor([modes.scales[i] for i in above], dtype=fixed.dtype).sqrt()
    inside = frame @ (frame.T @ features)
    rest = features - inside
    root = problem.weights.sqrt()[:, None]
    smoothed = root * (problem.smoothed @ (rest / root))
    second = rest.T @ rest
    parts = (
        inside @ inside.T - fixed @ fixed.T,
        inside @ rest.T,
        math.sqrt(mu) * (smoothed - last * rest) / (last - modes.below),
        (second @ second - mu * second) / mu,
        second.trace() - mu * (len(modes.values) - len(above)),
    )
    return torch.cat([part.reshape(-1) for part in parts])
