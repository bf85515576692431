"""Latents with an environment or a label: exponential families, interventions, softmax labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from sith.numerics.worlds.density_law import density_law
from sith.numerics.worlds.prior import AbstractLatents, DensityLatents
from sith.theory.assumptions import (
    AbstractPrior,
    ExponentialFamily,
    LinearInterventions,
    RealSpace,
    SoftmaxLabels,
)
from sith.theory.errors import InputError
from sith.theory.notation import latents


class AbstractLabelled(Protocol):
    """A sampler of latents together with a label or an environment."""

    def __call__(
        self, n: int, generator: torch.Generator, device: torch.device, dtype: torch.dtype
    ) -> tuple[Tensor, Tensor]:
        """Draw z ``(n, d)`` and its label ``(n,)``, int64 from 0."""
        ...


@dataclass(frozen=True, slots=True)
class EnvironmentLatents:
    """Equally likely environments, each with a law of its own."""

    laws: tuple[AbstractLatents, ...]

    def __call__(
        self, n: int, generator: torch.Generator, device: torch.device, dtype: torch.dtype
    ) -> tuple[Tensor, Tensor]:
        """Draw z ``(n, d)`` and its environment ``(n,)``."""
        which = torch.randint(len(self.laws), (n,), generator=generator, device=device)
        rows = [torch.nonzero(which == k).squeeze(-1) for k in range(len(self.laws))]
        drawn = [
            law(own.shape[0], generator, device, dtype)
            for law, own in zip(self.laws, rows, strict=True)
        ]
        z = torch.cat(drawn)
        return torch.empty_like(z).index_copy_(0, torch.cat(rows), z), which


@dataclass(frozen=True, slots=True)
class LinearLatents:
    """z = z' B^{-T} for z' standard normal: the law of B z ~ N(0, I); `matrix` is B, float64."""

    matrix: Tensor

    def __call__(
        self, n: int, generator: torch.Generator, device: torch.device, dtype: torch.dtype
    ) -> Tensor:
        """Draw ``(n, d)``."""
        b = self.matrix.to(device=device, dtype=dtype)
        noise = torch.randn((b.shape[0], n), generator=generator, device=device, dtype=dtype)
        z: Tensor = torch.linalg.solve_triangular(b, noise, upper=False).mT
        return z


@dataclass(frozen=True, slots=True)
class SoftmaxLatents:
    """z of the prior and a label of probabilities softmax(g_y.z); `vectors` ``(L, d)``, float64."""

    latents: AbstractLatents
    vectors: Tensor

    def __call__(
        self, n: int, generator: torch.Generator, device: torch.device, dtype: torch.dtype
    ) -> tuple[Tensor, Tensor]:
        """Draw z ``(n, d)`` and its label ``(n,)``."""
        z = self.latents(n, generator, device, dtype)
        p = torch.softmax(z.double() @ self.vectors.to(device).mT, dim=-1)
        return z, torch.multinomial(p, 1, generator=generator).squeeze(-1)


def exponential_family_latents(
    family: ExponentialFamily, prior: AbstractPrior
) -> EnvironmentLatents:
    """The sampler of p(z|u) ∝ p(z) exp⟨T(z), λ(u)⟩, u uniform.

    Raises:
        InputError: an environment whose law `density_law` cannot draw from, or that has none.
    """
    z, space = latents(family.dim), RealSpace(family.dim)
    laws: list[AbstractLatents] = []
    for u in range(len(family.parameters)):
        try:
            law = density_law(prior.log_density(z) + family.exponent(u), z, (), space)
        except InputError as error:
            raise InputError(
                f"environment {u}: {error.fault}", allowed=error.allowed, cure=error.cure
            ) from error
        laws.append(DensityLatents(law))
    return EnvironmentLatents(tuple(laws))


def intervention_latents(pairs: LinearInterventions) -> EnvironmentLatents:
    """The sampler of B_k z ~ N(0, I), k uniform; environment 0 is the observational one."""
    tables = ([[float(x) for x in row] for row in b.tolist()] for b in pairs.matrices)
    return EnvironmentLatents(
        tuple(LinearLatents(torch.tensor(t, dtype=torch.float64)) for t in tables)
    )


def softmax_latents(pairs: SoftmaxLabels, latents: AbstractLatents) -> SoftmaxLatents:
    """The sampler of labels given latents of the prior."""
    rows = [[float(x) for x in v] for v in pairs.vectors]
    return SoftmaxLatents(latents, torch.tensor(rows, dtype=torch.float64))
