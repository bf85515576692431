"""Polynomial directions h = h₀ + εξ(h₀) along which an exact optimum stays one, to first order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import torch
from torch import Tensor

from numerics.exact.problem import LatentMap, Linearisation, PopulationProblem
from numerics.lower import lower_map
from theory.groups import AbstractGroup

STEP = 1e-4
"""ε of the central difference: error ε² = 1e-8 from the third order, 1e-16/ε = 1e-12 rounding."""
FLAT = 1e-6
"""A response below FLAT is zero: a hundred times the difference's error."""
NEW = 1e-3
"""A flat direction is outside the algebra if it keeps more than NEW of its unit length."""


@dataclass(frozen=True, slots=True)
class Directions:
    """The flat polynomial directions and the algebra of a stated group, compared.

    Fields:
        tried: dimension of the space of polynomial fields of the stated degree on the nodes.
        flat: how many of them leave the optimum condition valid to first order.
        stated: dimension of the stated algebra's fields of that degree on the nodes.
        outside: how many flat directions lie outside the algebra.
        raising: how many algebra fields are not flat.
        least_response: the smallest response of a direction that is not flat.
    """

    degree: int
    tried: int
    flat: int
    stated: int
    outside: int
    raising: int
    least_response: float


def compare_directions(
    problem: PopulationProblem,
    base: LatentMap,
    project: LatentMap,
    group: AbstractGroup,
    degree: int,
    lowest: int = 0,
) -> Directions:
    """Compare all polynomial fields of these degrees with the Lie algebra of `group`.

    Fields act on the values of `base`, which satisfies the optimum condition; `project` returns
    to the representation space. Fields that vanish or are normal to it are divided out, so that
    dimensions count fields on the space.
    """
    every = monomial_fields(group.dim, degree, lowest)
    algebra = [lower_map(f.expressions, f.symbols) for f in group.algebra_basis(degree)]
    near = problem.linearise(base)
    nuisance = _column_space(near.nuisance)
    all_frame, all_responses = _responses(problem, near, nuisance, base, project, every)
    own_frame, own_responses = _responses(problem, near, nuisance, base, project, algebra)
    _, values, rows = torch.linalg.svd(all_responses, full_matrices=False)
    is_flat = values <= FLAT
    flat = all_frame @ rows[is_flat].T
    leftover = flat - own_frame @ (own_frame.T @ flat)
    outside = int((torch.linalg.svdvals(leftover) > NEW).sum()) if flat.shape[1] else 0
    raising = int((torch.linalg.svdvals(own_responses) > FLAT).sum()) if algebra else 0
    steep = values[~is_flat]
    return Directions(
        degree,
        all_frame.shape[1],
        int(is_flat.sum()),
        own_frame.shape[1],
        outside,
        raising,
        float(steep.min()) if steep.numel() else 0.0,
    )


def monomial_fields(dim: int, degree: int, lowest: int = 0) -> list[LatentMap]:
    """All fields with one monomial, of degree from `lowest` to `degree`, in one component."""
    powers = [
        chosen
        for k in range(lowest, degree + 1)
        for chosen in combinations_with_replacement(range(dim), k)
    ]
    return [_monomial_field(i, chosen) for i in range(dim) for chosen in powers]


def _monomial_field(component: int, factors: tuple[int, ...]) -> LatentMap:
    def field(h: Tensor) -> Tensor:
        value = torch.ones_like(h[:, 0])
        for factor in factors:
            value = value * h[:, factor]
        zero = torch.zeros_like(value)
        return torch.stack([value if i == component else zero for i in range(h.shape[1])], 1)

    return field


def _responses(
    problem: PopulationProblem,
    near: Linearisation,
    nuisance: Tensor,
    base: LatentMap,
    project: LatentMap,
    fields: Sequence[LatentMap],
) -> tuple[Tensor, Tensor]:
    """An orthonormal frame of the fields on the nodes, and the defect's derivative along it."""
    points = base(problem.nodes)
    root = problem.weights.sqrt()[:, None]
    moves, slopes = [], []
    for field in fields:
        ahead, behind = _moved(base, project, field, STEP), _moved(base, project, field, -STEP)
        moves.append((root * (ahead(problem.nodes) - behind(problem.nodes))).reshape(-1))
        slopes.append(near.defect(ahead) - near.defect(behind))
    if not fields:
        return points.new_zeros(points.numel(), 0), nuisance.new_zeros(nuisance.shape[0], 0)
    move, slope = torch.stack(moves, 1) / (2 * STEP), torch.stack(slopes, 1) / (2 * STEP)
    left, size, right = torch.linalg.svd(move, full_matrices=False)
    kept = size > FLAT * size[0].clamp_min(1e-12)
    coefficients = right[kept].T / size[kept]
    slope = slope - nuisance @ (nuisance.T @ slope)
    return left[:, kept], slope @ coefficients


def _moved(base: LatentMap, project: LatentMap, field: LatentMap, size: float) -> LatentMap:
    def moved(z: Tensor) -> Tensor:
        h = base(z)
        return project(h + size * field(h))

    return moved


def _column_space(matrix: Tensor) -> Tensor:
    if matrix.shape[1] == 0:
        return matrix
    left, size, _ = torch.linalg.svd(matrix, full_matrices=False)
    frame: Tensor = left[:, size > 1e-9 * size[0].clamp_min(1e-12)]
    return frame
