"""Latents from the prior of a world."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from typing import Protocol

import torch
from torch import Tensor

from sith.numerics.worlds.density_law import AnyLaw, density_law
from sith.numerics.worlds.marginal import draw_boxed_marginal, draw_marginal
from sith.numerics.worlds.space_parts import uniform_on
from sith.numerics.worlds.sphere import sample_uniform_sphere
from sith.theory.assumptions import (
    AbstractPrior,
    AbstractSpace,
    AnyMarginal,
    Box,
    Gaussian,
    LogDensity,
    Marginal,
    Product,
    Sphere,
    Uniform,
)
from sith.theory.dispatch import register_call
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
class UniformLatents:
    """Uniform on a bounded space, such as a product of spheres and boxes."""

    space: AbstractSpace

    def __call__(
        self, n: int, generator: torch.Generator, device: torch.device, dtype: torch.dtype
    ) -> Tensor:
        """Draw ``(n, d)``."""
        return uniform_on(self.space, n, generator, device, dtype)


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
        draw = draw_boxed_marginal if self.boxed else draw_marginal
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


@singledispatch
def prior_sampler_of(prior: object, space: AbstractSpace) -> AbstractLatents:  # noqa: ARG001
    """Return the exact sampler of a prior on a space.

    Raises:
        InputError: nothing is registered for the prior, or its law has no exact sampler.
    """
    raise InputError(
        f"the prior '{prior}' has no sampler",
        allowed="Uniform, Gaussian, Product or LogDensity",
        cure=register_call("sith.numerics.worlds.prior_sampler_of", prior),
    )


@prior_sampler_of.register
def _(prior: Uniform, space: AbstractSpace) -> AbstractLatents:  # noqa: ARG001
    if isinstance(space, Sphere):
        return UniformSphereLatents(space.dim)
    if isinstance(space, Box):
        return ProductLatents((Marginal.UNIFORM,) * space.dim, boxed=True)
    return UniformLatents(space)


@prior_sampler_of.register
def _(prior: Gaussian, space: AbstractSpace) -> AbstractLatents:  # noqa: ARG001
    return ProductLatents((Marginal.NORMAL,) * space.dim, isinstance(space, Box))


@prior_sampler_of.register
def _(prior: Product, space: AbstractSpace) -> AbstractLatents:
    return ProductLatents(prior.marginals, isinstance(space, Box))


@prior_sampler_of.register
def _(prior: LogDensity, space: AbstractSpace) -> AbstractLatents:
    return DensityLatents(density_law(prior.expression, prior.coordinates, (), space))


def latents_sampler(space: AbstractSpace, prior: AbstractPrior) -> AbstractLatents:
    """The exact sampler of a prior on a space.

    Raises:
        InputError: a log-density on R^d that is not quadratic, or not concave.
    """
    return prior_sampler_of(prior, space)
