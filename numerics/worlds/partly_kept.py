"""Pairs on the sphere that keep some coordinates: von Mises–Fisher on the sphere of the others."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.worlds.sphere import sample_uniform_sphere
from sith.theory import InputError
from sith.theory.assumptions import PartlyKeptSphere


@dataclass(frozen=True, slots=True)
class PartlyKeptPairs:
    """Exact partners: u is kept, and ṽ has density ∝ exp(κ v·ṽ) on the sphere ‖ṽ‖ = ‖v‖.

    `free` holds the coordinates of v, at least two.
    """

    concentration: float
    free: tuple[int, ...]

    def __call__(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """One partner ``(n, d)`` for each unit vector of z ``(n, d)``.

        On the unit sphere the direction of ṽ has the concentration κ‖v‖², another in each row;
        Wood's rejection draws its cosine, and the direction orthogonal to v is uniform.
        """
        columns = list(self.free)
        v = z[:, columns]
        radius = torch.linalg.vector_norm(v, dim=1, keepdim=True)
        tiny = torch.finfo(z.dtype).tiny
        mean = v / radius.clamp_min(tiny)
        cosine = _cosines(self.concentration * radius[:, 0].square(), v.shape[1], generator)
        noise = torch.randn(v.shape, generator=generator, device=z.device, dtype=z.dtype)
        tangent = noise - (noise * mean).sum(1, keepdim=True) * mean
        tangent = tangent / torch.linalg.vector_norm(tangent, dim=1, keepdim=True).clamp_min(tiny)
        sine = (1 - cosine.square()).clamp_min(0).sqrt()
        turned = cosine[:, None] * mean + sine[:, None] * tangent
        # The tangent is a difference, and loses digits where the noise is nearly parallel to v.
        turned = turned / torch.linalg.vector_norm(turned, dim=1, keepdim=True)
        partner = z.clone()
        partner[:, columns] = radius * turned
        return partner


def same_support(pairs: PartlyKeptSphere, z: Tensor, generator: torch.Generator) -> Tensor:
    """Draw v afresh, uniformly on its sphere, for each unit vector z = (u, v) ``(n, d)``.

    With z uniform the draws are the prior restricted to the support of the pairs of z.
    """
    sampler = partly_kept_pairs(z.shape[1], pairs)
    return PartlyKeptPairs(0.0, sampler.free)(z, generator)


def partly_kept_pairs(dim: int, pairs: PartlyKeptSphere) -> PartlyKeptPairs:
    """The sampler of `pairs` on S^{dim−1}; raises `InputError` for fewer than two free coordinates."""
    free = tuple(i for i in range(dim) if i not in pairs.kept)
    if len(free) < 2:
        raise InputError(
            f"kept coordinates {pairs.kept} of {dim}", allowed=f"at most {dim - 2} of them"
        )
    return PartlyKeptPairs(float(pairs.concentration), free)


def _cosines(kappa: Tensor, dim: int, generator: torch.Generator) -> Tensor:
    """Cosines w of density ∝ e^{κ w} (1 − w²)^{(dim−3)/2}, with a κ for each row, ``(n,)``.

    Source: Wood, Simulation of the von Mises Fisher distribution (1994), algorithm VM*.
    """
    b = (dim - 1) / (2 * kappa + (4 * kappa.square() + (dim - 1) ** 2).sqrt())
    mode = (1 - b) / (1 + b)
    offset = kappa * mode + (dim - 1) * torch.log1p(-mode.square())
    found = torch.empty_like(kappa)
    left = torch.arange(len(kappa), device=kappa.device)
    while len(left):
        u = sample_uniform_sphere((len(left),), dim, generator, kappa.device, kappa.dtype)[:, 0]
        beta = (1 - u) / 2
        w = 1 - 2 * b[left] * beta / (1 - (1 - b[left]) * beta)
        level = kappa[left] * w + (dim - 1) * torch.log1p(-mode[left] * w) - offset[left]
        kept = (
            level
            >= torch.rand(
                len(left), generator=generator, device=kappa.device, dtype=kappa.dtype
            ).log()
        )
        found[left[kept]] = w[kept]
        left = left[~kept]
    return found
