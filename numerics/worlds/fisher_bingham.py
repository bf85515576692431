"""The Fisher-Bingham law on the sphere: density proportional to exp(-x'Λx + b.x), Λ diagonal."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.worlds.rejection import negative_log_uniform, reject

_BISECTIONS = 16


@dataclass(frozen=True, slots=True)
class Envelope:
    """An angular central Gaussian law over each Fisher-Bingham law, up to the sign of x.

    The mean of the densities at x and -x is exp(-x'Λx) cosh(κt) with t = μ.x, b = κμ.
    1. log cosh(κ sqrt(s)) is concave in s, so its tangent at s = t0² lies above it:
       log cosh κt <= log cosh κt0 + w (t² - t0²), w = κ tanh(κt0) / (2 t0).
       At t0 = 1 and large κ this is the bound of Kent, Ganeiban and Mardia; a free t0 is tighter.
    2. With B = cI + Λ - wμμ' positive definite and v = x'Bx > 0,
       exp(-v) <= e^{-d/2} (d/2)^{d/2} v^{-d/2}, an angular central Gaussian density.
    c and t0 minimise the bound on the normaliser, which is convex in (c, w): tr B^{-1} = 2 and
    t0² = μ'B^{-1}μ / 2; c lies in [1/2, (d + κ)/2], and the trace decreases in c at the best t0.
    B is diagonal plus rank one, so that everything costs O(d) a row.

    Fields: `weights` Λ >= 0 ``(d,)``, `direction` μ ``(n, d)``, and, each ``(n,)``, the length κ,
    t0, w and c.
    Source: Kent, Ganeiban and Mardia, A new unified approach for the simulation of a wide class of
    directional distributions (2018).
    """

    weights: Tensor
    direction: Tensor
    length: Tensor
    tangent: Tensor
    slope: Tensor
    shift: Tensor

    def propose(self, index: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Candidates for the rows `index`, and whether each is accepted."""
        mu, kappa, t0 = self.direction[index], self.length[index], self.tangent[index]
        w, c = self.slope[index], self.shift[index]
        d = mu.shape[-1]
        scale = torch.rsqrt(c.unsqueeze(-1) + self.weights)
        v = scale * mu
        m = (v * v).sum(-1)
        # B^{-1/2} y up to a rotation: with D = cI + Λ, D^{-1/2} (I - w vv')^{-1/2} y.
        y = torch.randn(mu.shape, generator=generator, device=mu.device, dtype=mu.dtype)
        stretch = (torch.rsqrt(1 - w * m) - 1) * (v * y).sum(-1) / m.clamp_min(1e-30)
        x = scale * (y + stretch.unsqueeze(-1) * v)
        x = x / torch.linalg.vector_norm(x, dim=-1, keepdim=True)
        t = (mu * x).sum(-1)
        form = c + (self.weights * x * x).sum(-1) - w * t * t
        level = _log_cosh(kappa * t) - _log_cosh(kappa * t0) - w * (t * t - t0 * t0)
        level = level + d / 2 - form + d / 2 * torch.log(form * (2 / d))
        accepted = level >= -negative_log_uniform(level, generator)
        keep = torch.rand_like(t, generator=generator) < torch.sigmoid(2 * kappa * t)
        return torch.where(keep.unsqueeze(-1), x, -x), accepted


def envelope(weights: Tensor, linear: Tensor) -> Envelope:
    """The envelope of each law; `weights` has shape ``(d,)``, `linear` ``(n, d)``."""
    weights = weights - weights.min()
    kappa = torch.linalg.vector_norm(linear, dim=-1)
    mu = linear / kappa.clamp_min(torch.finfo(linear.dtype).tiny).unsqueeze(-1)
    square = mu * mu
    low = torch.full_like(kappa, 0.5)
    high = (weights.shape[0] + kappa) / 2
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        inverse = 1 / (middle.unsqueeze(-1) + weights)
        weighted = square * inverse
        m = weighted.sum(-1)
        _, slope = _tangent(kappa, m)
        rest = 1 - slope * m
        trace = inverse.sum(-1) + slope * (weighted * inverse).sum(-1) / rest
        up = (rest <= 0) | (trace > 2)
        low, high = torch.where(up, middle, low), torch.where(up, high, middle)
    tangent, slope = _tangent(kappa, (square / (high.unsqueeze(-1) + weights)).sum(-1))
    return Envelope(weights, mu, kappa, tangent, slope, high)


def sample_fisher_bingham(weights: Tensor, linear: Tensor, generator: torch.Generator) -> Tensor:
    """One exact draw for each row of `linear`.

    Arguments:
        weights: the diagonal of Λ, shape ``(d,)``, any real numbers; d >= 2.
        linear: b, shape ``(n, d)``, float32 or float64, in the dtype and on the device of
            `weights`.
        generator: the source of randomness, on the same device.

    Returns:
        Unit vectors ``(n, d)``.
    """
    over = envelope(weights, linear)
    return reject(
        linear.shape[0],
        lambda index: over.propose(index, generator),
        linear.device,
        "Fisher-Bingham law",
    )


def _tangent(kappa: Tensor, m: Tensor) -> tuple[Tensor, Tensor]:
    """t0 and w that minimise the normaliser at given m = μ'(cI + Λ)^{-1}μ.

    μ'B^{-1}μ = m / (1 - wm), so that t0² = μ'B^{-1}μ / 2 reads 2t0² = m (1 + κ t0 tanh κt0).
    Two steps of a fixed point in the hyperbolic tangent are enough: any t0 gives a valid bound.
    """
    hyperbolic = torch.ones_like(m)
    for _ in range(2):
        half = m * kappa * hyperbolic / 4
        tangent = (half + torch.sqrt(half * half + m / 2)).clamp(1e-4, 1)
        hyperbolic = torch.tanh(kappa * tangent)
    return tangent, kappa * hyperbolic / (2 * tangent)


def _log_cosh(x: Tensor) -> Tensor:
    size = x.abs()
    return size + torch.log1p(torch.exp(-2 * size)) - math.log(2)
