"""The uniform distribution on the unit sphere S^{dim-1}."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def sample_uniform_sphere(
    shape: Sequence[int],
    dim: int,
    generator: torch.Generator,
    device: torch.device | str | None = None,
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """Independent uniform points of the unit sphere in R^dim.

    A standard normal vector divided by its length is uniform because the normal density depends
    on the length only.

    Arguments:
        shape: the batch shape; the result has shape ``(*shape, dim)``.
        dim: the number of ambient coordinates, at least 1 (dim = 1 gives the two points -1, +1).
        generator: the source of randomness, on the same device as the result.
        device: where the result lies; the generator's device by default.
        dtype: float32 or float64.

    Raises:
        ValueError: dim is below 1.
    """
    if dim < 1:
        raise ValueError(f"dim = {dim}; allowed: integers >= 1; give the number of coordinates")
    place = generator.device if device is None else torch.device(device)
    normal = torch.randn((*shape, dim), generator=generator, device=place, dtype=dtype)
    # A zero vector has probability zero; the floor only keeps a float underflow finite.
    length = torch.linalg.vector_norm(normal, dim=-1, keepdim=True)
    points: Tensor = normal / length.clamp_min(torch.finfo(dtype).tiny)
    return points
