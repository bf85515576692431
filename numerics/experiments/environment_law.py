"""The exact law of latents and environments, or labels: one registered function for each pairs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

import sympy as sp
import torch
from torch import Tensor

from sith.numerics.experiments.parts import normal
from sith.theory import (
    Claim,
    ExponentialFamily,
    Gaussian,
    SoftmaxLabels,
    UnsupportedCondition,
    World,
    latents,
)
from sith.theory.dispatch import register_call


@dataclass(frozen=True, slots=True)
class EnvironmentLaw:
    """Environments with Gaussian latents, or Gaussian latents with softmax labels.

    Fields:
        means, variances: of coordinate i in environment u, ``(n, d)``; of one row for labels.
        vectors: of the softmax labels, ``(n, d)``, or () for environments.
    """

    means: Tensor
    variances: Tensor
    vectors: tuple[Tensor, ...] = ()

    @property
    def count(self) -> int:
        """Number of environments or labels."""
        return len(self.vectors[0]) if self.vectors else len(self.means)

    def sample(self, count: int, generators: tuple[torch.Generator, ...]) -> tuple[Tensor, Tensor]:
        """Draw latents ``(S, count, d)`` and their environments ``(S, count)``."""
        noise = normal(generators, count, self.means.shape[1])
        if self.vectors:
            z = self.means.to(noise) + self.variances.to(noise).sqrt() * noise
            uniform = torch.stack(
                [torch.rand(count, 1, generator=g, device=g.device) for g in generators]
            )
            ladder = self.logits(z).softmax(-1).cumsum(-1)
            return z, (uniform > ladder).sum(-1).clamp_max(self.count - 1)
        labels = torch.stack(
            [torch.randint(self.count, (count,), generator=g, device=g.device) for g in generators]
        )
        means, variances = self.means.to(noise), self.variances.to(noise)
        return means[labels] + variances[labels].sqrt() * noise, labels

    def logits(self, z: Tensor) -> Tensor:
        """log p(u|z) up to a function of z, ``(..., n)``."""
        if self.vectors:
            return z @ self.vectors[0].to(z).T
        means, variances = self.means.to(z), self.variances.to(z)
        squares = (z.unsqueeze(-2) - means).square() / variances
        return -0.5 * (squares + variances.log()).sum(-1)


def environment_law(claim: Claim) -> EnvironmentLaw:
    """Return the exact law of latents and environments of a claim.

    Raises:
        UnsupportedCondition: p(z|u) is not a product of normal laws.
    """
    return law_of(claim.world.pairs, claim.world)


@singledispatch
def law_of(pairs: object, world: World) -> EnvironmentLaw:  # noqa: ARG001
    """Return the exact law of latents and environments, or labels, of a world with these pairs.

    Raises:
        UnsupportedCondition: nothing is registered for the pairs, or a law is not normal.
    """
    raise UnsupportedCondition(
        f"pairs '{pairs}' have no environments",
        cure=register_call("sith.numerics.experiments.law_of", pairs),
    )


@law_of.register
def _(pairs: SoftmaxLabels, world: World) -> EnvironmentLaw:
    z = latents(world.dim)
    if not isinstance(world.prior, Gaussian):
        raise UnsupportedCondition(f"no sampler of softmax labels under a {world.prior} prior")
    means, variances = _normal(world.prior.log_density(z), z)
    vectors = torch.tensor([[float(x) for x in g] for g in pairs.vectors])
    return EnvironmentLaw(torch.tensor([means]), torch.tensor([variances]), (vectors.double(),))


@law_of.register
def _(pairs: ExponentialFamily, world: World) -> EnvironmentLaw:
    z = latents(world.dim)
    base = world.prior.log_density(z)
    laws = [_normal(base + pairs.exponent(u), z) for u in range(len(pairs.parameters))]
    means, variances = zip(*laws, strict=True)
    return EnvironmentLaw(torch.tensor(means).double(), torch.tensor(variances).double())


def _normal(
    log_density: sp.Expr, z: tuple[sp.Symbol, ...]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Means and variances of a product of normal laws."""
    expanded = sp.expand(log_density)
    if not expanded.is_polynomial(*z):
        raise UnsupportedCondition(f"no sampler of latents with log-density {expanded}")
    poly = sp.Poly(expanded, *z)
    means, variances = [], []
    for monomial in poly.monoms():
        if sum(monomial) > 2 or sum(k > 0 for k in monomial) > 1:
            raise UnsupportedCondition(
                f"no sampler of latents with log-density {expanded}",
                allowed="products of normal laws in every environment",
            )
    for x in z:
        curve = -2 * float(poly.coeff_monomial(x**2))
        if curve <= 0:
            raise UnsupportedCondition(f"log-density {expanded} is not normalisable in {x}")
        means.append(float(poly.coeff_monomial(x)) / curve)
        variances.append(1 / curve)
    return tuple(means), tuple(variances)
