"""Isometric mixings: every latent direction runs along a planar curve at unit speed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from sith.numerics.mixings.linear import prescribed_matrices

Curve = Literal["catenary", "roll"]
CURVES: tuple[Curve, ...] = ("catenary", "roll")


@dataclass(frozen=True, slots=True)
class IsometricMixing:
    """x = (γ(u_1), …, γ(u_d)) V with u = zQ: J'J = I, injective, far from linear.

    γ has unit speed and does not meet itself. "catenary": a (asinh(s/a), √(1 + (s/a)²)), for all
    s. "roll", the involute of a circle, the plane's Swiss roll: φ = √(2(s − start)/a),
    a (cos φ + φ sin φ, sin φ − φ cos φ), for s > start.

    Fields:
        inner: Q, shape ``(S, dim, dim)``, orthogonal.
        outer: V, shape ``(S, 2 dim, observed_dim)``, with orthonormal rows.
        curve: which γ.
        scale: a, the radius of curvature at the vertex of the catenary, or of the rolled circle.
        start: where the roll begins.
    """

    inner: Tensor
    outer: Tensor
    curve: Curve
    scale: float
    start: float

    @property
    def dim(self) -> int:
        """The number of latents."""
        return int(self.inner.shape[1])

    @property
    def observed_dim(self) -> int:
        """The number of observed coordinates."""
        return int(self.outer.shape[2])

    def __call__(self, z: Tensor) -> Tensor:
        """Observations ``(S, B, observed_dim)`` of latents ``(S, B, dim)``, in the dtype of z.

        Raises:
            ValueError: a latent lies before the start of the roll.
        """
        s = torch.bmm(z, self.inner.to(z.dtype))
        if self.curve == "catenary":
            first = torch.asinh(s / self.scale)
            second = torch.sqrt(1 + (s / self.scale).square())
        else:
            if not bool((s > self.start).all()):
                raise ValueError(
                    f"a latent at {float(s.min()):.3g} along a rolled direction; allowed: > "
                    f"{self.start:g}; lower start"
                )
            phi = torch.sqrt(2 * (s - self.start) / self.scale)
            first = phi.cos() + phi * phi.sin()
            second = phi.sin() - phi * phi.cos()
        return torch.bmm(self.scale * torch.cat((first, second), -1), self.outer.to(z.dtype))

    def inverse(self, x: Tensor) -> Tensor:
        """Latents ``(S, B, dim)`` of observations in the image, exact up to rounding."""
        flat = torch.bmm(x, self.outer.to(x.dtype).mT) / self.scale
        first, second = flat.chunk(2, -1)
        if self.curve == "catenary":
            s = self.scale * torch.sinh(first)
        else:
            # |γ|² = a² (1 + φ²).
            s = self.start + self.scale * (first.square() + second.square() - 1) / 2
        return torch.bmm(s, self.inner.to(x.dtype).mT)


def isometric_mixing(
    generators: Sequence[torch.Generator],
    dim: int,
    observed_dim: int | None = None,
    curve: Curve = "catenary",
    scale: float = 0.5,
    start: float = -12.0,
) -> IsometricMixing:
    """A random isometric mixing.

    Arguments:
        generators: one per seed.
        dim: the number of latents, at least 1.
        observed_dim: the number of observed coordinates, at least 2 dim, and so by default.
        curve: "catenary" or "roll".
        scale: the length scale of the curve, positive; smaller bends more.
        start: of the roll; a standard normal latent is below −12 with probability 1e-33.

    Raises:
        ValueError: an argument is outside its range.
    """
    if curve not in CURVES:
        raise ValueError(f"curve = {curve!r}; allowed: {', '.join(CURVES)}; choose one")
    if not 0 < scale < math.inf:
        raise ValueError(f"scale = {scale}; allowed: finite and > 0; use for example 0.5")
    inner = prescribed_matrices(generators, dim, dim, (1.0, 1.0), torch.float64)
    outer = prescribed_matrices(generators, 2 * dim, observed_dim, (1.0, 1.0), torch.float64)
    return IsometricMixing(inner, outer, curve, scale, start)
