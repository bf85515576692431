"""SIGReg: random projections of an embedding are drawn to the standard normal law."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.losses.characteristic import characteristic_function
from sith.numerics.losses.pairs import require_batch, require_positive


def random_directions(
    generator: torch.Generator,
    dim: int,
    *,
    slices: int = 256,
    seeds: int = 1,
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """Directions uniform on the unit sphere, on the generator's device.

    Draw new ones at each step: for any fixed finite set there are laws other than the normal one
    whose projections on the set are all exactly normal.

    Arguments:
        generator: of the draw.
        dim: m >= 1.
        slices: directions for each seed, >= 1.
        seeds: S >= 1.
        dtype: floating point.

    Returns:
        ``(S, m, slices)``, columns of length 1.

    Raises:
        ValueError: a number is out of range.
    """
    if min(dim, slices, seeds) < 1:
        raise ValueError(
            f"dim, slices, seeds = {dim}, {slices}, {seeds}; allowed: all >= 1; use 256 slices"
        )
    shape = (seeds, dim, slices)
    drawn = torch.randn(shape, generator=generator, dtype=dtype, device=generator.device)
    return F.normalize(drawn, dim=1)


def sigreg(h: Tensor, directions: Tensor, *, knots: int = 17, t_max: float = 3.0) -> Tensor:
    """B times the mean over directions of the Epps-Pulley statistic, per seed.

    For each direction a: ∫_{-t_max}^{t_max} |φ^(t) - e^{-t²/2}|² e^{-t²/2} dt by the trapezoidal
    rule with `knots` points on [0, t_max], the other half by symmetry, where φ^ is the empirical
    characteristic function of the projections <a, h_i>.

    For standard normal rows its mean does not depend on B; otherwise it grows like B.  Unchanged
    by permutations of the rows, by -h, and by one orthogonal map of h and the directions.

    Arguments:
        h: embeddings, ``(S, B, m)``; join the two views along B, as the code named below does.
        directions: unit columns, ``(S, m, A)``, or ``(1, m, A)`` for all seeds; see
            `random_directions`.
        knots: points on [0, t_max], >= 2.
        t_max: > 0; (knots - 1)/t_max must exceed the size of the projections for the rule to
            resolve them.

    Returns:
        ``(S,)``, at least 0.

    Raises:
        ValueError: shapes do not fit or a number is out of range.

    Source: Balestriero and LeCun (2025), LeJEPA; statistic: Epps and Pulley (1983).  Number of
    slices and knots, range and factor B as in the code of klindtlab/lejepa-identifiability.
    """
    require_batch(h, rows=1)
    fits = directions.ndim == 3 and directions.shape[0] in {1, h.shape[0]}
    if not fits or directions.shape[1] != h.shape[2]:
        raise ValueError(
            f"h {tuple(h.shape)} and directions {tuple(directions.shape)}; allowed: (S, B, m) and "
            "(S or 1, m, A); draw them with random_directions"
        )
    require_positive("t_max", t_max)
    if knots < 2:
        raise ValueError(f"knots = {knots}; allowed: >= 2; use 17")
    step = t_max / (knots - 1)
    cos, sin = characteristic_function(h @ directions, step, knots - 1)
    points = torch.arange(1, knots, dtype=h.dtype, device=h.device) * step
    normal = torch.exp(points.square() / -2).unsqueeze(-1)
    # At t = 0 both functions are 1; the last point is an end of the range.
    weights = 2 * step * normal
    weights[-1] = weights[-1] / 2
    statistic = (weights * ((cos - normal).square() + sin.square())).sum(1)
    return h.shape[1] * statistic.mean(-1)
