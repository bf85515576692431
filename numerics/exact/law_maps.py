"""Maps that keep a law: of a round one, and of the uniform one of the box."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from sith.numerics.exact.problem import LatentMap


def spiral(strength: float) -> LatentMap:
    """s ↦ R(strength·‖s‖²) s on the first two coordinates: preserves rotation-invariant laws."""

    def h(s: Tensor) -> Tensor:
        angle = strength * s[:, :2].square().sum(1)
        first = angle.cos() * s[:, 0] - angle.sin() * s[:, 1]
        second = angle.sin() * s[:, 0] + angle.cos() * s[:, 1]
        return torch.cat((first[:, None], second[:, None], s[:, 2:]), 1)

    return h


def gaussian_rotation(angle: float) -> LatentMap:
    """Φ ∘ R(angle) ∘ Φ^{-1} on the first two coordinates: preserves the uniform law of the box."""

    def h(u: Tensor) -> Tensor:
        normal = torch.special.ndtri(u[:, :2])
        first = math.cos(angle) * normal[:, 0] - math.sin(angle) * normal[:, 1]
        second = math.sin(angle) * normal[:, 0] + math.cos(angle) * normal[:, 1]
        turned = torch.special.ndtr(torch.stack((first, second), 1))
        return torch.cat((turned, u[:, 2:]), 1)

    return h


def disc_twist(strength: float, radius: float = 0.4) -> LatentMap:
    """Turn of the disc around the centre of the first two box coordinates, still at its edge.

    The angle strength·(1 − ‖s‖²/radius²)³ vanishes at the edge with two derivatives; the map
    preserves area, and equals the identity outside the disc.
    """

    def h(u: Tensor) -> Tensor:
        s = u[:, :2] - 0.5
        inside = (1 - s.square().sum(1) / radius**2).clamp_min(0)
        angle = strength * inside**3
        first = angle.cos() * s[:, 0] - angle.sin() * s[:, 1]
        second = angle.sin() * s[:, 0] + angle.cos() * s[:, 1]
        return torch.cat((0.5 + torch.stack((first, second), 1), u[:, 2:]), 1)

    return h
