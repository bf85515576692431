"""Latents from the prior of a world."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import sympy as sp
import torch
from torch import Tensor

from sith.numerics.lowering.lower import lower
from sith.numerics.worlds.density_law import AnyLaw, density_law
from sith.numerics.worlds.generalised_normal import log_gamma, sample_generalised_normal
from sith.numerics.worlds.rejection import negative_log_uniform, reject
from sith.numerics.worlds.sphere import sample_uniform_sphere
from sith.theory.assumptions import (
    AbstractPrior,
    AbstractSpace,
    AnyMarginal,
    Box,
    Gaussian,
    LogDensity,
    Marginal,
    NormalMixture,
    Product,
    Sphere,
    Student,
    Uniform,
)
from sith.theory.errors import InputError


class AbstractLatents(Protocol):
    """A sampler of latents."""

    def __call__(
        self, n: int, generator: torch.Generator, device: torch.device, dtype: torch.dtype
    ) -> Tensor:
        """Draw ``(n, d)``."""
        ...


@dataclass(frozen=True, slots=True)
class UniformSphereLatents:
    """Uniform on the unit sphere of R^dim."""

    dim: int

    def __call__(
        self, n: int, generator: torch.Generator, device: torch.device, dtype: torch.dtype
    ) -> Tensor:
        """Draw ``(n, dim)``."""
        return sample_uniform_sphere((n,), self.dim, generator, device, dtype)


@dataclass(frozen=True, slots=True)
class ProductLatents:
    """Independent coordinates; `boxed` truncates each to (0, 1)."""

    marginals: tuple[AnyMarginal, ...]
    boxed: bool

    def __call__(
        self, n: int, generator: torch.Generator, device: torch.device, dtype: torch.dtype
    ) -> Tensor:
        """Draw ``(n, d)``; equal marginals are drawn together."""
        result = torch.empty((n, len(self.marginals)), device=device, dtype=dtype)
        draw = _boxed_marginal if self.boxed else _marginal
        for law in dict.fromkeys(self.marginals):
            columns = [i for i, m in enumerate(self.marginals) if m == law]
            drawn = draw(law, n * len(columns), generator, device, dtype)
            result[:, columns] = drawn.view(n, len(columns))
        return result


@dataclass(frozen=True, slots=True)
class DensityLatents:
    """A law given by its log-density, as a conditional law without a conditioning point."""

    law: AnyLaw

    def __call__(
        self, n: int, generator: torch.Generator, device: torch.device, dtype: torch.dtype
    ) -> Tensor:
        """Draw ``(n, d)``."""
        return self.law(torch.empty((n, 0), device=device, dtype=dtype), generator)


def latents_sampler(space: AbstractSpace, prior: AbstractPrior) -> AbstractLatents:
    """The exact sampler of a prior on a space.

    Raises:
        InputError: a log-density on R^d that is not quadratic, or not concave.
    """
    boxed = isinstance(space, Box)
    if isinstance(prior, Uniform):
        if isinstance(space, Sphere):
            return UniformSphereLatents(space.dim)
        return ProductLatents((Marginal.UNIFORM,) * space.dim, boxed)
    if isinstance(prior, Gaussian):
        return ProductLatents((Marginal.NORMAL,) * space.dim, boxed)
    if isinstance(prior, Product):
        return ProductLatents(prior.marginals, boxed)
    if isinstance(prior, LogDensity):
        return DensityLatents(density_law(prior.expression, prior.coordinates, (), space))
    raise InputError(
        f"the prior '{prior}' has no sampler", allowed="Uniform, Gaussian, Product or LogDensity"
    )


def _marginal(
    law: AnyMarginal,
    count: int,
    generator: torch.Generator,
    device: torch.device,
    dtype: torch.dtype,
) -> Tensor:
    shape = (count,)
    if law is Marginal.NORMAL:
        return torch.randn(shape, generator=generator, device=device, dtype=dtype)
    if law is Marginal.UNIFORM:
        return torch.rand(shape, generator=generator, device=device, dtype=dtype)
    if law is Marginal.LAPLACE:
        return sample_generalised_normal(shape, 1, 1, generator, device, dtype)
    if law is Marginal.LOGISTIC:
        # The difference of two Gumbel variables is logistic.
        first = torch.empty(shape, device=device, dtype=dtype)
        second = negative_log_uniform(first, generator)
        return (negative_log_uniform(first, generator) / second).log()
    if law is Marginal.HYPERBOLIC_SECANT:
        # Its distribution function is 2/π · atan(e^x).
        u = torch.rand(shape, generator=generator, device=device, dtype=dtype)
        return (u * (math.pi / 2)).tan().clamp_min(torch.finfo(dtype).tiny).log()
    if isinstance(law, Student):
        # A normal over the square root of Gamma(ν/2)/(ν/2).
        freedom = float(law.freedom)
        normal = torch.randn(shape, generator=generator, device=device, dtype=dtype)
        scale = log_gamma(count, freedom / 2, generator, device, dtype) - math.log(freedom / 2)
        return normal * torch.exp(-scale / 2)
    if isinstance(law, NormalMixture):
        weights = torch.tensor([float(w) for w in law.weights], device=device, dtype=dtype)
        means = torch.tensor([float(m) for m in law.means], device=device, dtype=dtype)
        which = torch.multinomial(weights, count, replacement=True, generator=generator)
        normal = torch.randn(shape, generator=generator, device=device, dtype=dtype)
        return means[which] + normal
    return sample_generalised_normal(shape, 4, 1 / 4, generator, device, dtype)


def _boxed_marginal(
    law: AnyMarginal,
    count: int,
    generator: torch.Generator,
    device: torch.device,
    dtype: torch.dtype,
) -> Tensor:
    """The marginal truncated to (0, 1)."""
    x = sp.Symbol("x")
    density = lower(law.log_density(x), (x,))
    if isinstance(law, NormalMixture):
        # −x²/2 ≤ 0, and the sum of exponentials is convex: largest at an end.
        ends = torch.tensor([[0.0], [1.0]], device=device, dtype=dtype)
        top = (density(ends) + ends.square().squeeze(-1) / 2).max()
    else:
        # Every other density is largest at 0.
        top = density(torch.zeros(1, device=device, dtype=dtype))

    def propose(index: Tensor) -> tuple[Tensor, Tensor]:
        u = torch.rand((index.shape[0], 1), generator=generator, device=device, dtype=dtype)
        level = density(u) - top
        return u, level >= -negative_log_uniform(level, generator)

    return reject(count, propose, device, f"{law.value} marginal on (0, 1)").squeeze(-1)
