"""The identity mixing: the latents are observed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class IdentityMixing:
    """x = z.

    Fields:
        dim: the number of latents.
    """

    dim: int

    @property
    def observed_dim(self) -> int:
        """The number of observed coordinates, equal to `dim`."""
        return self.dim

    def __call__(self, z: Tensor) -> Tensor:
        """The latents themselves, shape ``(S, B, dim)``."""
        return z


def identity_mixing(generators: Sequence[torch.Generator], dim: int) -> IdentityMixing:
    """The identity in `dim` coordinates.

    Arguments:
        generators: one per seed; nothing is drawn from them, they are taken so that every
            builder is called the same way.
        dim: the number of latents, at least 1.

    Raises:
        ValueError: dim is below 1, or there is no generator.
    """
    if not generators:
        raise ValueError("generators is empty; allowed: one generator per seed; give at least one")
    if dim < 1:
        raise ValueError(f"dim = {dim}; allowed: integers >= 1; give the number of latents")
    return IdentityMixing(dim)
