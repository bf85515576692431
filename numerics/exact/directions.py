"""Polynomial directions h = h₀ + εξ(h₀) along which an exact optimum stays one, to first order."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from sith.numerics.exact.monomials import combined_field, monomial_fields, monomials
from sith.numerics.exact.problem import LatentMap, Linearisation, PopulationProblem
from sith.numerics.lowering.lower import lower_map
from sith.theory.groups import AbstractGroup

STEP = 1e-4
"""ε, a share of the base map's size, of the central differences at ε and 2ε, extrapolated: the error is
ε⁴ = 1e-16, rounding 1e-16/ε = 1e-12."""
FLAT = 1e-9
"""A response below this share of the largest is zero: rounding leaves a share of 1e-11. A loss whose
log-densities change by a larger share along a field is not flat."""
FLAT_LEARNED = 1e-6
"""The same where parameters are learned: they are minimised to 1e-9, in units that may be a hundredth."""
SURE_LEARNED = 1e-11
"""Where parameters are learned a response is zero for sure up to this share of the largest, six times
what rounding leaves, or to `OF_BASE` times the base map's own defect. Above
that an almost redundant environment may tell the field apart."""
OF_BASE = 10.0
INDEPENDENT = 1e-6
"""Fields whose independent part on the nodes is a smaller share of the largest are combinations."""
FAR, STEPS = 0.25, 64
"""How far a flat direction is followed, a share of the base map's size, and in how many steps."""
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
        followed: whether the flow of one of them, at finite size, keeps the optimum and stays in
            the output space; a direction may be flat to first order only. Where parameters are
            learned, free maps do not form a group: whether one is flat up to rounding.
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
    followed: bool = True

    def details(self) -> dict[str, Any]:
        """Return the counts as a report shows them."""
        return {
            "fields": f"degree ≤ {self.degree}: {self.flat} of {self.tried} flat, "
            f"{self.stated} stated, {self.outside} flat outside, {self.raising} stated raise",
            "flat fields": self.flat,
            "least response": self.least_response,
        }


def compare_directions(
    problem: PopulationProblem,
    base: LatentMap,
    project: LatentMap,
    group: AbstractGroup,
    degree: int,
    lowest: int = 0,
    free: Callable[[LatentMap, LatentMap], bool] = lambda _, __: True,
) -> Directions:
    """Compare all polynomial fields of these degrees with the Lie algebra of `group`.

    Fields act on the values of `base`, which satisfies the optimum condition; `project` returns
    to the representation space. Fields that vanish or are normal to it are divided out, so that
    dimensions count fields on the space. `free` says whether a map at finite size is optimal: flows of
    flat directions outside the algebra are put to it, each with the same in half as many steps.
    """
    size = _size(problem, base(problem.nodes))
    alone = monomial_fields(group.dim, degree, lowest)
    every, factors = zip(*(_sized(f, problem, base, size) for f in alone), strict=True)
    stated = group.algebra_basis(degree)
    algebra = [_sized(lower_map(f.expressions, f.symbols), problem, base, size)[0] for f in stated]
    near = problem.linearise(base)
    nuisance = _column_space(near.nuisance)
    all_frame, all_responses, names, whole = _responses(
        problem, near, nuisance, base, project, every
    )
    own_frame, own_responses, _, _ = _responses(problem, near, nuisance, base, project, algebra)
    _, values, rows = torch.linalg.svd(all_responses, full_matrices=False)
    own_values = torch.linalg.svdvals(own_responses) if algebra else values[:0]
    share = FLAT_LEARNED if nuisance.shape[1] else FLAT
    zero = share * max(whole, float(torch.cat((values, own_values)).max()))
    is_flat = values <= zero
    flat = all_frame @ rows[is_flat].T
    mixed = _outside(flat, own_frame)
    if nuisance.shape[1]:
        left = float(torch.linalg.vector_norm(near.defect(base)))
        sure = values <= max(SURE_LEARNED * float(values.max()), OF_BASE * left)
        followed = len(_outside(all_frame @ rows[sure].T, own_frame)) > 0
    else:
        powers, scales = monomials(group.dim, degree, lowest), names.new_tensor(factors)
        weights = (scales * (names @ rows[is_flat].T @ mixture) for mixture in mixed)
        fields = (combined_field(group.dim, powers, w) for w in weights)
        followed = any(
            free(*(_flow(base, project, field, FAR * size, n) for n in (STEPS, STEPS // 2)))
            for field in fields
        )
    steep = values[~is_flat]
    return Directions(
        degree,
        all_frame.shape[1],
        int(is_flat.sum()),
        own_frame.shape[1],
        len(mixed),
        int((own_values > zero).sum()),
        float(steep.min()) if steep.numel() else 0.0,
        followed,
    )


def _outside(flat: Tensor, own_frame: Tensor) -> Tensor:
    """Combinations of orthonormal fields, in rows, that keep more than `NEW` outside a frame."""
    if not flat.shape[1]:
        return flat.new_zeros(0, 0)
    _, sizes, mixed = torch.linalg.svd(flat - own_frame @ (own_frame.T @ flat), full_matrices=False)
    found: Tensor = mixed[sizes > NEW]
    return found


def _size(problem: PopulationProblem, values: Tensor) -> float:
    """The root mean square of values at the nodes, over all components; 1 for zeros."""
    found = float((problem.weights @ values.square()).sum().sqrt())
    return found if math.isfinite(found) and found > 0 else 1.0


def _sized(
    field: LatentMap, problem: PopulationProblem, base: LatentMap, size: float
) -> tuple[LatentMap, float]:
    """A multiple of a field that moves the base map by its own size, and the factor."""
    factor = size / _size(problem, field(base(problem.nodes)))
    return lambda h: factor * field(h), factor


def _flow(
    base: LatentMap, project: LatentMap, field: LatentMap, far: float, steps: int
) -> LatentMap:
    """Follow a unit field for a time from the base map, by Runge and Kutta's fourth order."""

    def moved(z: Tensor) -> Tensor:
        h, step = base(z), far / steps
        for _ in range(steps):
            first = field(h)
            second = field(h + step / 2 * first)
            third = field(h + step / 2 * second)
            fourth = field(h + step * third)
            h = project(h + step / 6 * (first + 2 * second + 2 * third + fourth))
        return h

    return moved


def _responses(
    problem: PopulationProblem,
    near: Linearisation,
    nuisance: Tensor,
    base: LatentMap,
    project: LatentMap,
    fields: Sequence[LatentMap],
) -> tuple[Tensor, Tensor, Tensor, float]:
    """A frame of the fields, the defect's derivative, coefficients, and its size at fixed parameters."""
    points = base(problem.nodes)
    root = problem.weights.sqrt()[:, None]
    moves, slopes = [], []
    for field in fields:
        moved = {k: _moved(base, project, field, k * STEP) for k in (-2, -1, 1, 2)}
        at, defects = (
            {k: value(h) for k, h in moved.items()}
            for value in (lambda h: h(problem.nodes), near.defect)
        )
        moves.append((root * _slope(at)).reshape(-1))
        slopes.append(_slope(defects))
    if not fields:
        empty = points.new_zeros(points.numel(), 0), nuisance.new_zeros(nuisance.shape[0], 0)
        return *empty, points.new_zeros(0, 0), 0.0
    move, slope = torch.stack(moves, 1), torch.stack(slopes, 1)
    left, size, right = torch.linalg.svd(move, full_matrices=False)
    kept = size > INDEPENDENT * size[0].clamp_min(torch.finfo(size.dtype).tiny)
    coefficients = right[kept].T / size[kept]
    whole = float(torch.linalg.matrix_norm(slope @ coefficients, 2)) if nuisance.shape[1] else 0.0
    slope = slope - nuisance @ (nuisance.T @ slope)
    return left[:, kept], slope @ coefficients, coefficients, whole


def _slope(values: dict[int, Tensor]) -> Tensor:
    """The derivative at 0 from values at ±`STEP` and twice that, by Richardson's extrapolation."""
    near, far = (values[k] - values[-k] for k in (1, 2))
    return (8 * near - far) / (12 * STEP)


def _moved(base: LatentMap, project: LatentMap, field: LatentMap, size: float) -> LatentMap:
    def moved(z: Tensor) -> Tensor:
        h = base(z)
        return project(h + size * field(h))

    return moved


def _column_space(matrix: Tensor) -> Tensor:
    if matrix.shape[1] == 0:
        return matrix
    left, size, _ = torch.linalg.svd(matrix, full_matrices=False)
    frame: Tensor = left[:, size > 1e-9 * size[0].clamp_min(torch.finfo(size.dtype).tiny)]
    return frame
