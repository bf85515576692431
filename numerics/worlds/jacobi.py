"""Latents and pairs of `JacobiDiffusion`: exact draws by the dual process."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.worlds.ancestors import ancestor_law
from sith.numerics.worlds.generalised_normal import log_gamma_each
from sith.theory.assumptions import JacobiDiffusion


@dataclass(frozen=True, slots=True)
class JacobiLatents:
    """The stationary law: independent Beta(a+1, b+1) coordinates on (0, 1)."""

    dim: int
    a: float
    b: float

    def __call__(
        self, n: int, generator: torch.Generator, device: torch.device, dtype: torch.dtype
    ) -> Tensor:
        """Draw ``(n, dim)``."""
        ones = torch.ones((n, self.dim), device=device, dtype=dtype)
        return sample_beta((self.a + 1) * ones, (self.b + 1) * ones, generator)


@dataclass(frozen=True, slots=True)
class JacobiPairs:
    """Exact partners: z̃ ~ Beta(a+1+L, b+1+M−L), L ~ Binomial(M, z), M the lines of descent.

    Fields:
        laws: the law of M for each coordinate, see `sith.numerics.worlds.ancestors`; what its table
            leaves out has mass below 1e-17.
        a, b: the exponents of the stationary density.

    Source: Jenkins and Spanò, Exact simulation of the Wright-Fisher diffusion (2017), section 2.
    """

    laws: tuple[tuple[float, ...], ...]
    a: float
    b: float

    def __call__(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """One partner ``(n, d)`` for each row of z ``(n, d)``."""
        lines = torch.empty_like(z)
        for i, law in enumerate(self.laws):
            q = torch.tensor(law, dtype=torch.float64, device=z.device)
            drawn = torch.multinomial(q, z.shape[0], replacement=True, generator=generator)
            lines[:, i] = drawn.to(z.dtype)
        kept = torch.binomial(lines, z.clamp(0, 1), generator=generator)
        return sample_beta(self.a + 1 + kept, self.b + 1 + lines - kept, generator)


def sample_beta(first: Tensor, second: Tensor, generator: torch.Generator) -> Tensor:
    """Beta(first, second) variables, one for each entry; the shapes are positive."""
    flat = torch.cat((first.flatten(), second.flatten()))
    one, other = log_gamma_each(flat, generator).view(2, *first.shape)
    return torch.sigmoid(one - other)


def jacobi_latents(pairs: JacobiDiffusion) -> JacobiLatents:
    """The sampler of the law that the diffusion keeps."""
    return JacobiLatents(pairs.dim, float(pairs.a), float(pairs.b))


def jacobi_pairs(pairs: JacobiDiffusion) -> JacobiPairs:
    """The sampler of `pairs`; raises `InputError` for a contraction too near 1."""
    table = {rate: ancestor_law(pairs, rate) for rate in dict.fromkeys(pairs.rates)}
    return JacobiPairs(tuple(table[r] for r in pairs.rates), float(pairs.a), float(pairs.b))
