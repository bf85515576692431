"""Patches: slabs of the sphere turned by different angles, a one-to-one map that is not continuous."""

from __future__ import annotations

import math

import torch
from torch import Tensor

SLABS = 4


def patches(z: Tensor) -> Tensor:
    """Turn slabs about the third axis, the sphere by 90° about the second, and slabs again.

    A slab is k/4 < |z_3| ≤ (k + 1)/4 for k = 0 … 3, both signs together, and turns by π/(4 − k).

    Arguments:
        z: ``(..., 3)``.

    Source: Zaliaduonis et al. (2026), the mixing "patches"; not continuous, so outside the theorems.
    """
    once = _slabs(z)
    quarter = torch.stack((once[..., 2], once[..., 1], -once[..., 0]), -1)
    return _slabs(quarter)


def _slabs(z: Tensor) -> Tensor:
    slab = (z[..., 2].abs() * SLABS).ceil().clamp(1, SLABS) - 1
    angle = math.pi / (SLABS - slab)
    cosine, sine = angle.cos(), angle.sin()
    x, y = z[..., 0], z[..., 1]
    return torch.stack((cosine * x - sine * y, sine * x + cosine * y, z[..., 2]), -1)
