"""Sprites: one soft shape on black, drawn from its position, scale, rotation and hue."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

Shape = Literal["heart", "ellipse", "square"]
SHAPES: tuple[Shape, ...] = ("heart", "ellipse", "square")

LATENTS = ("x", "y", "scale", "cos rotation", "sin rotation", "cos hue", "sin hue")
"""The coordinates of a latent: three in (0, 1), and two points of the unit circle."""

CHANNELS = 3


@dataclass(frozen=True, slots=True)
class SpriteMixing:
    """Images of latents (x, y, s, cos θ, sin θ, cos η, sin η), smooth in them almost everywhere.

    The frame is the square (−1, 1)². The centre is `reach` · (2x − 1, 2y − 1), the radius
    `smallest` + s (`largest` − `smallest`). Coverage is the logistic function of the signed
    distance to the outline over `softness` pixels; colour channel c is (1 + cos(η − 2πc/3))/2.

    A heart has no symmetry of rotation. An ellipse is kept by half a turn and a square by a quarter:
    with these shapes the mixing is not injective.

    Fields:
        shape: "heart", "ellipse" (axes 1 : 2) or "square".
        side: pixels along an edge.
        reach: the largest coordinate of a centre, in (0, 1).
        smallest, largest: radii, positive.
        softness: in pixels, positive.
    """

    shape: Shape = "heart"
    side: int = 32
    reach: float = 0.45
    smallest: float = 0.3
    largest: float = 0.55
    softness: float = 0.5

    def __post_init__(self) -> None:
        if self.shape not in SHAPES:
            raise ValueError(f"shape = {self.shape!r}; allowed: {', '.join(SHAPES)}; choose one")
        if self.side < 4:
            raise ValueError(f"side = {self.side}; allowed: integers >= 4; use for example 32")
        if not 0 < self.reach < 1:
            raise ValueError(f"reach = {self.reach}; allowed: (0, 1); use for example 0.45")
        if not 0 < self.smallest <= self.largest < math.inf:
            raise ValueError(
                f"radii {self.smallest} to {self.largest}; allowed: 0 < smallest <= largest; "
                "use for example 0.3 and 0.55"
            )
        if not 0 < self.softness < math.inf:
            raise ValueError(f"softness = {self.softness}; allowed: finite and > 0; try 0.5")

    @property
    def dim(self) -> int:
        """The number of latent coordinates, 7; they have 5 degrees of freedom."""
        return len(LATENTS)

    @property
    def observed_dim(self) -> int:
        """The number of values of an image, 3 · side²."""
        return CHANNELS * self.side**2

    def __call__(self, z: Tensor) -> Tensor:
        """Images as rows ``(S, B, 3 side²)`` of latents ``(S, B, 7)``, in the dtype of z."""
        return self.images(z).flatten(-3)

    def images(self, z: Tensor) -> Tensor:
        """Images ``(..., 3, side, side)`` with values in (0, 1) of latents ``(..., 7)``.

        Raises:
            ValueError: z has another number of coordinates.
        """
        if z.shape[-1] != self.dim:
            raise ValueError(
                f"z has shape {tuple(z.shape)}; allowed: (..., 7); the coordinates are "
                f"{', '.join(LATENTS)}"
            )
        x, y, scale, cos, sin, hue_cos, hue_sin = z.unsqueeze(-1).unsqueeze(-1).unbind(-3)
        edge = (torch.arange(self.side, dtype=z.dtype, device=z.device) + 0.5) / self.side * 2 - 1
        radius = self.smallest + scale * (self.largest - self.smallest)
        right = (edge - self.reach * (2 * x - 1)) / radius
        # Rows run downwards.
        up = (-edge.unsqueeze(-1) - self.reach * (2 * y - 1)) / radius
        distance = _DISTANCES[self.shape](cos * right + sin * up, cos * up - sin * right)
        cover = torch.sigmoid(-distance * radius * self.side / 2 / self.softness)
        turns = [2 * math.pi * c / CHANNELS for c in range(CHANNELS)]
        colours = [(1 + hue_cos * math.cos(t) + hue_sin * math.sin(t)) / 2 for t in turns]
        return torch.stack([colour * cover for colour in colours], dim=-3)


def from_angles(u: Tensor) -> Tensor:
    """Latents ``(..., 7)`` of the chart u ``(..., 5)``: x, y, scale, rotation, hue, in radians."""
    rest, rotation, hue = u[..., :3], u[..., 3], u[..., 4]
    circles = torch.stack((rotation.cos(), rotation.sin(), hue.cos(), hue.sin()), -1)
    return torch.cat((rest, circles), -1)


def _square(x: Tensor, y: Tensor) -> Tensor:
    """The signed distance to a square whose corners are at distance 1."""
    half = math.sqrt(0.5)
    a, b = x.abs() - half, y.abs() - half
    outside = (a.clamp_min(0).square() + b.clamp_min(0).square() + 1e-12).sqrt()
    return outside + torch.maximum(a, b).clamp_max(0)


def _ellipse(x: Tensor, y: Tensor) -> Tensor:
    """The distance to the ellipse of half axes 1 and 1/2, right to first order at the outline."""
    level = (x.square() + 4 * y.square() + 1e-12).sqrt()
    slope = (x.square() + 16 * y.square() + 1e-12).sqrt()
    return level * (level - 1) / slope


def _heart(x: Tensor, y: Tensor) -> Tensor:
    """The signed distance to a heart with its tip below: two arcs on a square turned by 45°.

    In the frame with the tip at 0 the arcs have centres (±1/4, 3/4) and radius √2/4, and the sides
    run along y = ±x; the frame is shifted and scaled so that the heart fills the unit disc.
    Source: Quilez, 2D distance functions.
    """
    size = 0.6
    a, b = (x * size).abs(), y * size + 0.52
    arc = ((a - 0.25).square() + (b - 0.75).square() + 1e-12).sqrt() - math.sqrt(2) / 4
    notch = a.square() + (b - 1).square()
    along = (a + b).clamp_min(0) / 2
    side = (a - along).square() + (b - along).square()
    inner = torch.sign(a - b) * (torch.minimum(notch, side) + 1e-12).sqrt()
    return torch.where(a + b > 1, arc, inner) / size


_DISTANCES = {"heart": _heart, "ellipse": _ellipse, "square": _square}
