"""Pairs of `AnisotropicSphere`: density proportional to exp(-(z̃-z)'Λ(z̃-z)) on the sphere."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.worlds.fisher_bingham import sample_fisher_bingham
from sith.theory.assumptions import AnisotropicSphere


@dataclass(frozen=True, slots=True)
class AnisotropicSpherePairs:
    """Exact partners under a diagonal metric, `weights` its diagonal."""

    weights: tuple[float, ...]

    def __call__(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """One partner ``(n, d)`` for each unit vector of z ``(n, d)``.

        On the sphere -(z̃-z)'Λ(z̃-z) = -z̃'Λz̃ + 2(Λz).z̃ + const: a Fisher-Bingham law. The
        normalised Gaussian vector around z is another law.
        """
        weights = torch.tensor(self.weights, dtype=z.dtype, device=z.device)
        return sample_fisher_bingham(weights, 2 * weights * z, generator)


def anisotropic_sphere_pairs(pairs: AnisotropicSphere) -> AnisotropicSpherePairs:
    """The sampler of `pairs`."""
    return AnisotropicSpherePairs(tuple(float(w) for w in pairs.weights))
