"""Draws of one coordinate from a marginal, on the line or truncated to (0, 1)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import singledispatch

import sympy as sp
import torch
from torch import Tensor

from sith.numerics.lowering.lower import lower
from sith.numerics.worlds.generalised_normal import log_gamma, sample_generalised_normal
from sith.numerics.worlds.rejection import negative_log_uniform, reject
from sith.theory.assumptions import AnyMarginal, Marginal, NormalMixture, Student
from sith.theory.dispatch import register_call
from sith.theory.errors import InputError

Draw = Callable[[int, torch.Generator, torch.device, torch.dtype], Tensor]


@singledispatch
def draw_marginal(
    law: object,
    count: int,  # noqa: ARG001
    generator: torch.Generator,  # noqa: ARG001
    device: torch.device,  # noqa: ARG001
    dtype: torch.dtype,  # noqa: ARG001
) -> Tensor:
    """Draw `count` values of a law of one coordinate, ``(count,)``.

    Raises:
        InputError: nothing is registered for the law.
    """
    raise InputError(
        f"the marginal {law!r} has no sampler",
        cure=register_call("sith.numerics.worlds.draw_marginal", law),
    )


def _normal(n: int, generator: torch.Generator, device: torch.device, dtype: torch.dtype) -> Tensor:
    return torch.randn((n,), generator=generator, device=device, dtype=dtype)


def _uniform(
    n: int, generator: torch.Generator, device: torch.device, dtype: torch.dtype
) -> Tensor:
    return torch.rand((n,), generator=generator, device=device, dtype=dtype)


def _laplace(
    n: int, generator: torch.Generator, device: torch.device, dtype: torch.dtype
) -> Tensor:
    return sample_generalised_normal((n,), 1, 1, generator, device, dtype)


def _logistic(
    n: int, generator: torch.Generator, device: torch.device, dtype: torch.dtype
) -> Tensor:
    """The difference of two Gumbel variables is logistic."""
    first = torch.empty((n,), device=device, dtype=dtype)
    second = negative_log_uniform(first, generator)
    return (negative_log_uniform(first, generator) / second).log()


def _hyperbolic_secant(
    n: int, generator: torch.Generator, device: torch.device, dtype: torch.dtype
) -> Tensor:
    """Its distribution function is 2/π · atan(e^x)."""
    u = torch.rand((n,), generator=generator, device=device, dtype=dtype)
    return (u * (math.pi / 2)).tan().clamp_min(torch.finfo(dtype).tiny).log()


def _quartic(
    n: int, generator: torch.Generator, device: torch.device, dtype: torch.dtype
) -> Tensor:
    return sample_generalised_normal((n,), 4, 1 / 4, generator, device, dtype)


NAMED: Mapping[Marginal, Draw] = {
    Marginal.NORMAL: _normal,
    Marginal.UNIFORM: _uniform,
    Marginal.LAPLACE: _laplace,
    Marginal.LOGISTIC: _logistic,
    Marginal.HYPERBOLIC_SECANT: _hyperbolic_secant,
    Marginal.QUARTIC: _quartic,
}
"""The sampler of every named marginal; a test finds one that is missing."""


@draw_marginal.register
def _(
    law: Marginal,
    count: int,
    generator: torch.Generator,
    device: torch.device,
    dtype: torch.dtype,
) -> Tensor:
    return NAMED[law](count, generator, device, dtype)


@draw_marginal.register
def _(
    law: Student,
    count: int,
    generator: torch.Generator,
    device: torch.device,
    dtype: torch.dtype,
) -> Tensor:
    # A normal over the square root of Gamma(ν/2)/(ν/2).
    freedom = float(law.freedom)
    normal = torch.randn((count,), generator=generator, device=device, dtype=dtype)
    scale = log_gamma(count, freedom / 2, generator, device, dtype) - math.log(freedom / 2)
    return normal * torch.exp(-scale / 2)


@draw_marginal.register
def _(
    law: NormalMixture,
    count: int,
    generator: torch.Generator,
    device: torch.device,
    dtype: torch.dtype,
) -> Tensor:
    weights = torch.tensor([float(w) for w in law.weights], device=device, dtype=dtype)
    means = torch.tensor([float(m) for m in law.means], device=device, dtype=dtype)
    which = torch.multinomial(weights, count, replacement=True, generator=generator)
    normal = torch.randn((count,), generator=generator, device=device, dtype=dtype)
    return means[which] + normal


@singledispatch
def top_in_the_box(law: object, density: Callable[[Tensor], Tensor], like: Tensor) -> Tensor:  # noqa: ARG001
    """Return an upper bound of a log-density on (0, 1), for rejection.

    Raises:
        InputError: nothing is registered for the law.
    """
    raise InputError(
        f"the largest density of the marginal {law!r} on (0, 1) is not known",
        cure=register_call("sith.numerics.worlds.top_in_the_box", law),
    )


@top_in_the_box.register(Marginal)
@top_in_the_box.register(Student)
def _(law: Marginal | Student, density: Callable[[Tensor], Tensor], like: Tensor) -> Tensor:  # noqa: ARG001
    # These densities are largest at 0.
    return density(like.new_zeros(1))


@top_in_the_box.register
def _(law: NormalMixture, density: Callable[[Tensor], Tensor], like: Tensor) -> Tensor:  # noqa: ARG001
    # −x²/2 ≤ 0, and the sum of exponentials is convex: largest at an end.
    ends = like.new_tensor([[0.0], [1.0]])
    return (density(ends) + ends.square().squeeze(-1) / 2).max()


def draw_boxed_marginal(
    law: AnyMarginal,
    count: int,
    generator: torch.Generator,
    device: torch.device,
    dtype: torch.dtype,
) -> Tensor:
    """Draw `count` values of a marginal truncated to (0, 1), ``(count,)``."""
    x = sp.Symbol("x")
    density = lower(law.log_density(x), (x,))
    top = top_in_the_box(law, density, torch.empty(0, device=device, dtype=dtype))

    def propose(index: Tensor) -> tuple[Tensor, Tensor]:
        u = torch.rand((index.shape[0], 1), generator=generator, device=device, dtype=dtype)
        level = density(u) - top
        return u, level >= -negative_log_uniform(level, generator)

    return reject(count, propose, device, f"{law.value} marginal on (0, 1)").squeeze(-1)
