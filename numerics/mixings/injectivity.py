"""A numerical check that a mixing is injective and immersive on given latents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.losses.likelihood import value_and_jacobian


@dataclass(frozen=True, slots=True)
class InjectivityReport:
    """What the check found; it can refute injectivity, and support but not prove it.

    Fields:
        passed: both figures exceed the tolerance.
        smallest_singular_value: the smallest singular value of the Jacobian over all samples
            and seeds; 0.0 if there are fewer observations than latents.
        smallest_ratio: the smallest |g(z) - g(z')| / |z - z'| found, the search included.
        pair: the latents (z, z') with that ratio, each of shape ``(dim,)``, on the CPU.
        tolerance: the level that both figures must exceed.
        reason: one readable line.
    """

    passed: bool
    smallest_singular_value: float
    smallest_ratio: float
    pair: tuple[Tensor, Tensor]
    tolerance: float
    reason: str

    def __str__(self) -> str:
        return self.reason


def check_injectivity(
    mixing: Callable[[Tensor], Tensor],
    z: Tensor,
    *,
    tolerance: float = 1e-3,
    search_steps: int = 200,
    search_pairs: int = 16,
    project: Callable[[Tensor], Tensor] | None = None,
    normals: Callable[[Tensor], Tensor] | None = None,
) -> InjectivityReport:
    """Look for a direction that the mixing flattens and for two latents that it merges.

    The Jacobian is taken in the ambient coordinates, or on tangent vectors of a variety.  All pairs of samples are compared, then
    the worst are moved downhill on the logarithm of the ratio: in many dimensions no two samples
    are near a collision, and only the search finds it.

    Arguments:
        mixing: ``(S, B, dim) -> (S, B, observed_dim)``, float64 in and out, rows independent.
        z: latents, ``(S, B, dim)``, B >= 2.
        tolerance: positive; relative to a map with singular values near 1.
        search_steps: steps of the search; 0 leaves it out.
        search_pairs: pairs per seed that the search starts from.
        project: brings moved latents back into the latent space (for a sphere, normalisation);
            without it the search may leave the support of the latents.
        normals: an orthonormal basis ``(S, B, dim, k)`` of the normals at latents of a variety, which
            are left out.

    Raises:
        ValueError: z has the wrong shape or the tolerance is not positive.
    """
    if z.ndim != 3 or z.shape[1] < 2:
        raise ValueError(f"z has shape {tuple(z.shape)}; allowed: (S, B >= 2, dim); add samples")
    if not tolerance > 0:
        raise ValueError(f"tolerance = {tolerance}; allowed: > 0; use for example 1e-3")
    z = z.detach().to(torch.float64)
    flattest = _smallest_singular_value(mixing, z, normals)
    ratio, pair = _worst_pair(mixing, z, search_steps, search_pairs, project)
    if flattest <= tolerance:
        reason = f"not injective to first order: a Jacobian has singular value {flattest:.2e}"
    elif ratio <= tolerance:
        gap = float(torch.linalg.vector_norm(pair[0] - pair[1]))
        reason = f"not injective: two latents at distance {gap:.2f} map to points {ratio:.2e} of it"
    else:
        reason = (
            f"no collision found: singular values of the Jacobian >= {flattest:.2e}, "
            f"distance ratios >= {ratio:.2e}"
        )
    passed = flattest > tolerance and ratio > tolerance
    return InjectivityReport(passed, flattest, ratio, pair, tolerance, reason)


def _smallest_singular_value(
    mixing: Callable[[Tensor], Tensor],
    z: Tensor,
    normals: Callable[[Tensor], Tensor] | None,
) -> float:
    with torch.no_grad():
        _, jacobian = value_and_jacobian(mixing, z)
    tangents = jacobian.shape[-1]
    if normals is not None:
        n = normals(z)
        jacobian, tangents = jacobian - jacobian @ n @ n.mT, tangents - n.shape[-1]
    if jacobian.shape[-2] < tangents:
        return 0.0
    return float(torch.linalg.svdvals(jacobian)[..., tangents - 1].min())


def _worst_pair(
    mixing: Callable[[Tensor], Tensor],
    z: Tensor,
    steps: int,
    count: int,
    project: Callable[[Tensor], Tensor] | None,
) -> tuple[float, tuple[Tensor, Tensor]]:
    first, second = _starting_pairs(mixing, z, count)
    start = torch.cat((first, second), dim=1)
    best_ratio, best = _ratios(mixing, start), start
    moving = start.clone().requires_grad_()
    # A pair that shrinks to a point measures the Jacobian, not a collision: hold it apart.
    floor = 0.1 * torch.linalg.vector_norm(first - second, dim=-1).median()
    speed = 0.1
    for step in range(steps):
        ratio = _ratios(mixing, moving)
        half = moving.shape[1] // 2
        gap = torch.linalg.vector_norm(moving[:, :half] - moving[:, half:], dim=-1)
        objective = ratio.clamp_min(1e-300).log().sum() + 10 * (floor / gap - 1).relu().sum()
        (gradient,) = torch.autograd.grad(objective, moving)
        length = torch.linalg.vector_norm(gradient, dim=-1, keepdim=True).clamp_min(1e-300)
        size = speed * (1 - step / steps) ** 2 * floor
        moved = (moving - size * gradient / length).detach()
        moved = project(moved) if project is not None else moved
        with torch.no_grad():
            ratio = _ratios(mixing, moved)
            apart = torch.linalg.vector_norm(moved[:, :half] - moved[:, half:], dim=-1) >= floor
            better = (ratio < best_ratio) & apart
            best_ratio = torch.where(better, ratio, best_ratio)
            twice = torch.cat((better, better), dim=1).unsqueeze(-1)
            best = torch.where(twice, moved, best)
        moving = moved.requires_grad_()
    worst = int(best_ratio.argmin())
    seed, index = divmod(worst, best_ratio.shape[1])
    half = best.shape[1] // 2
    pair = (best[seed, index].detach().cpu(), best[seed, half + index].detach().cpu())
    return float(best_ratio.min()), pair


def _starting_pairs(
    mixing: Callable[[Tensor], Tensor], z: Tensor, count: int
) -> tuple[Tensor, Tensor]:
    """The `count` pairs of samples per seed with the smallest ratio, each ``(S, count, dim)``."""
    with torch.no_grad():
        x = mixing(z)
    size = z.shape[1]
    rows, columns = torch.triu_indices(size, size, offset=1, device=z.device)
    apart = torch.cdist(z, z)[:, rows, columns].clamp_min(1e-300)
    ratio = torch.cdist(x, x)[:, rows, columns] / apart
    chosen = ratio.topk(min(count, ratio.shape[1]), dim=1, largest=False).indices
    take = [
        index.unsqueeze(-1).expand(-1, -1, z.shape[-1]) for index in (rows[chosen], columns[chosen])
    ]
    return z.gather(1, take[0]), z.gather(1, take[1])


def _ratios(mixing: Callable[[Tensor], Tensor], pairs: Tensor) -> Tensor:
    """|g(z) - g(z')| / |z - z'| for z in the first half of the rows and z' in the second."""
    half = pairs.shape[1] // 2
    x = mixing(pairs)
    above = torch.linalg.vector_norm(x[:, :half] - x[:, half:], dim=-1)
    below = torch.linalg.vector_norm(pairs[:, :half] - pairs[:, half:], dim=-1)
    ratios: Tensor = above / below
    return ratios
