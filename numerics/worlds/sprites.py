"""Latents and pairs of sprites: three coordinates in a box, rotation and hue on circles."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor

from sith.numerics.worlds.sampler import WorldSampler
from sith.theory.assumptions import Box, ExponentialNorm, Sphere, Uniform, VonMisesFisher, World


@dataclass(frozen=True, slots=True)
class SpriteWorld:
    """Uniform latents ``(n, 7)`` on (0, 1)³ × S¹ × S¹, and partners near them.

    The partner has density proportional to exp(−rate ‖b̃ − b‖²) in the box and to exp(κ u.ũ) on
    each circle, all independent. The coordinates are those of `sith.numerics.mixings.SpriteMixing`.

    Fields:
        rate: of the box, rational and positive.
        concentration: κ of both circles, rational and positive.
        dtype: float32 or float64.
    """

    rate: int = 25
    concentration: int = 8
    dtype: torch.dtype = torch.float32
    _box: WorldSampler = field(init=False, repr=False)
    _circle: WorldSampler = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Build the samplers of both factors."""
        box = World(Box(3), Uniform(), ExponentialNorm(self.rate, 2))
        circle = World(Sphere(2), Uniform(), VonMisesFisher(self.concentration))
        object.__setattr__(self, "_box", WorldSampler(box, self.dtype))
        object.__setattr__(self, "_circle", WorldSampler(circle, self.dtype))

    def latents(self, n: int, generator: torch.Generator) -> Tensor:
        """Draw z ``(n, 7)``."""
        circles = self._circle.latents(2 * n, generator).view(n, 4)
        return torch.cat((self._box.latents(n, generator), circles), -1)

    def partners(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """Draw z̃ ``(n, 7)`` given z ``(n, 7)``."""
        circles = self._circle.partners(z[:, 3:].reshape(-1, 2), generator)
        return torch.cat((self._box.partners(z[:, :3], generator), circles.view(-1, 4)), -1)

    def isometric(self, z: Tensor) -> Tensor:
        """Latents scaled so that log p(z̃|z) = −‖s(z̃) − s(z)‖² up to a function of z ``(..., 7)``.

        On a circle κ u.ũ = κ − κ‖ũ − u‖²/2.
        """
        half = math.sqrt(float(self.concentration) / 2)
        return torch.cat((math.sqrt(float(self.rate)) * z[..., :3], half * z[..., 3:]), -1)
