"""Draws counted in cells, against probabilities from quadrature of a density."""

import math
from collections.abc import Callable

import numpy as np
import torch
from scipy import stats
from torch import Tensor

FALSE_ALARM = 1e-4
DRAWS = 20_000
NODES, WEIGHTS = (torch.tensor(a) for a in np.polynomial.legendre.leggauss(8))


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


# Charts: a rectangle of parameters, the points and area element, and the parameters of points.


def circle(u: Tensor) -> tuple[Tensor, Tensor]:
    angle = 2 * math.pi * u[..., 0]
    return torch.stack((angle.cos(), angle.sin()), -1), torch.ones_like(angle)


def circle_inverse(x: Tensor) -> Tensor:
    return (torch.atan2(x[..., 1], x[..., 0]) / (2 * math.pi) % 1).unsqueeze(-1)


def sphere(u: Tensor) -> tuple[Tensor, Tensor]:
    """Archimedes: height and longitude are uniform under the area measure."""
    height, angle = 2 * u[..., 0] - 1, 2 * math.pi * u[..., 1]
    radius = (1 - height**2).sqrt()
    points = torch.stack((radius * angle.cos(), radius * angle.sin(), height), -1)
    return points, torch.ones_like(height)


def sphere_inverse(x: Tensor) -> Tensor:
    return torch.stack(((x[..., 2] + 1) / 2, circle_inverse(x[..., :2])[..., 0]), -1)


def box(u: Tensor) -> tuple[Tensor, Tensor]:
    return u, torch.ones_like(u[..., 0])


def real(u: Tensor) -> tuple[Tensor, Tensor]:
    """R^d through the logistic quantile at scale 1/2."""
    return torch.log(u / (1 - u)) / 2, (1 / (u * (1 - u)) / 2).prod(-1)


Chart = tuple[
    Callable[[Tensor], tuple[Tensor, Tensor]], Callable[[Tensor], Tensor], tuple[int, ...]
]
CIRCLE: Chart = (circle, circle_inverse, (48,))
SPHERE: Chart = (sphere, sphere_inverse, (8, 8))
BOX: Chart = (box, lambda x: x, (8, 8))
REAL: Chart = (real, lambda x: torch.sigmoid(2 * x), (8, 8))
LINE: Chart = (real, lambda x: torch.sigmoid(2 * x), (48,))
UNIT: Chart = (box, lambda x: x, (48,))


def rule(cells: int) -> tuple[Tensor, Tensor]:
    """Gauss-Legendre nodes of every cell of (0, 1): ``(cells * 8,)``, with their weights."""
    left = torch.arange(cells, dtype=torch.float64).unsqueeze(1) / cells
    return (left + (NODES + 1) / 2 / cells).flatten(), (WEIGHTS / 2 / cells).repeat(cells)


def cell_probabilities(density: Callable[[Tensor], Tensor], chart: Chart) -> np.ndarray:
    """Probabilities of the cells under exp(density), by quadrature."""
    points_of, _, cells = chart
    nodes, weights = zip(*(rule(c) for c in cells), strict=True)
    grid = torch.stack(torch.meshgrid(*nodes, indexing="ij"), -1)
    mass = torch.stack(torch.meshgrid(*weights, indexing="ij"), -1).prod(-1)
    points, area = points_of(grid)
    mass = mass * area * density(points).exp()
    split = mass.view(*(side for c in cells for side in (c, 8)))
    sums = split.sum(dim=tuple(range(1, 2 * len(cells), 2))).flatten()
    return (sums / sums.sum()).numpy()


def p_value(draws: Tensor, density: Callable[[Tensor], Tensor], chart: Chart) -> float:
    """Chi-square test of the draws; cells that expect fewer than 10 are pooled."""
    assert torch.isfinite(draws).all()
    _, inverse, cells = chart
    u = inverse(draws.double())
    assert bool(((u >= 0) & (u <= 1)).all())
    index = [(u[..., i] * c).long().clamp(0, c - 1).numpy() for i, c in enumerate(cells)]
    counts = np.bincount(np.ravel_multi_index(index, cells), minlength=math.prod(cells))
    expected = cell_probabilities(density, chart) * draws.shape[0]
    large = expected >= 10
    # The pool joins the smallest large cell, so that it too expects at least 10.
    large[np.flatnonzero(large)[expected[large].argmin()]] = False
    counts = np.append(counts[large], counts[~large].sum())
    expected = np.append(expected[large], expected[~large].sum())
    statistic = ((counts - expected) ** 2 / expected).sum()
    return float(stats.chi2.sf(statistic, len(expected) - 1))
