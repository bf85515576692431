"""Pairs of `ExponentialNorm`: density proportional to exp(-λ‖z̃-z‖_p^α) on the unit box or R^d."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.worlds.generalised_normal import log_gamma, sample_generalised_normal
from sith.numerics.worlds.rejection import negative_log_uniform, reject
from sith.theory.assumptions import AbstractSpace, Box, ExponentialNorm


@dataclass(frozen=True, slots=True)
class ExponentialNormPairs:
    """Exact partners; `boxed` truncates the law to the unit box.

    Every step is a rejection whose proposal is, on the box:
    α = p: coordinate by coordinate, the generalised normal law or the uniform one, whichever has
    the larger acceptance.
    α > p: the law of α = p at the rate of the tangent of s^{α/p} at a typical s = ‖z̃-z‖_p^p.
    α < p: the law on R^d or the uniform one; in many dimensions a corner of the box accepts the
    former with probability 2^{-d}.
    """

    rate: float
    p: float
    alpha: float
    boxed: bool

    def __call__(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """One partner ``(n, d)`` for each row of z ``(n, d)``."""
        if not self.boxed:
            return z + self._free(z, generator)
        if self.alpha == self.p:
            return _truncated_product(z, self.p, self.rate, generator)
        if self.alpha > self.p:
            return self._tangent(z, generator)
        d = z.shape[-1]
        # The volume of the unit ball of the p-norm times Γ(d/α + 1) λ^{-d/α}.
        log_mass = d * math.log(2) + d * math.lgamma(1 + 1 / self.p) - math.lgamma(1 + d / self.p)
        log_mass += math.lgamma(d / self.alpha + 1) - d / self.alpha * math.log(self.rate)
        return self._uniform(z, generator) if log_mass > 0 else self._inside(z, generator)

    def _free(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """z̃ - z on R^d: a direction of the cone measure times a radius with λ r^α ~ Gamma(d/α).

        Source: Barthe, Guédon, Mendelson and Naor, A probabilistic approach to the geometry of
        the l_p^n-ball (2005), theorem 1.
        """
        n, d = z.shape
        step = sample_generalised_normal((n, d), self.p, 1.0, generator, z.device, z.dtype)
        if self.alpha == self.p:
            scaled: Tensor = step / self.rate ** (1 / self.p)
            return scaled
        logarithm = log_gamma(n, d / self.alpha, generator, z.device, z.dtype)
        radius = torch.exp((logarithm - math.log(self.rate)) / self.alpha)
        norm = torch.linalg.vector_norm(step, self.p, dim=-1)
        step *= (radius / norm.clamp_min(torch.finfo(z.dtype).tiny)).unsqueeze(-1)
        return step

    def _inside(self, z: Tensor, generator: torch.Generator) -> Tensor:
        def propose(index: Tensor) -> tuple[Tensor, Tensor]:
            candidate = z[index] + self._free(z[index], generator)
            return candidate, ((candidate >= 0) & (candidate <= 1)).all(-1)

        return reject(z.shape[0], propose, z.device, str(self))

    def _uniform(self, z: Tensor, generator: torch.Generator) -> Tensor:
        def propose(index: Tensor) -> tuple[Tensor, Tensor]:
            anchor = z[index]
            candidate = torch.rand_like(anchor, generator=generator)
            distance = torch.linalg.vector_norm(candidate - anchor, self.p, dim=-1)
            cost = self.rate * distance**self.alpha
            return candidate, cost <= negative_log_uniform(cost, generator)

        return reject(z.shape[0], propose, z.device, str(self))

    def _tangent(self, z: Tensor, generator: torch.Generator) -> Tensor:
        d, power = z.shape[-1], self.alpha / self.p
        # Typical s: of the law on R^d, but no more than the mean over two uniform points.
        free = (d / self.alpha / self.rate) ** (1 / power)
        s0 = min(free, 2 * d / ((self.p + 1) * (self.p + 2)))
        slope = self.rate * power * s0 ** (power - 1)

        def propose(index: Tensor) -> tuple[Tensor, Tensor]:
            anchor = z[index]
            candidate = _truncated_product(anchor, self.p, slope, generator)
            s = (candidate - anchor).abs().pow(self.p).sum(-1)
            cost = self.rate * (s**power - s0**power) - slope * (s - s0)
            return candidate, cost <= negative_log_uniform(cost, generator)

        return reject(z.shape[0], propose, z.device, str(self))


def exponential_norm_pairs(space: AbstractSpace, pairs: ExponentialNorm) -> ExponentialNormPairs:
    """The sampler of `pairs` on the unit box or on R^d."""
    rate, p, alpha = float(pairs.rate), float(pairs.p), float(pairs.alpha)
    return ExponentialNormPairs(rate, p, alpha, isinstance(space, Box))


def _truncated_product(z: Tensor, p: float, rate: float, generator: torch.Generator) -> Tensor:
    """Independent coordinates of density proportional to exp(-rate |x - z_i|^p) on (0, 1)."""
    flat = z.reshape(-1)
    # The mass of exp(-rate |u|^p) on the line; above 1 the uniform proposal accepts more.
    wide = 2 * math.gamma(1 + 1 / p) * rate ** (-1 / p) > 1

    def propose(index: Tensor) -> tuple[Tensor, Tensor]:
        anchor = flat[index]
        if wide:
            x = torch.rand_like(anchor, generator=generator)
            cost = rate * (x - anchor).abs() ** p
            return x.unsqueeze(-1), cost <= negative_log_uniform(cost, generator)
        shape = (anchor.shape[0],)
        x = anchor + sample_generalised_normal(shape, p, rate, generator, z.device, z.dtype)
        return x.unsqueeze(-1), (x >= 0) & (x <= 1)

    return reject(flat.shape[0], propose, z.device, f"exp(-{rate:g}|u|^{p:g})").view(z.shape)
