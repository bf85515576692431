"""The given mixing g of a `StructuredMixing`, lowered from its exact expressions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.lowering.lower import LoweredMap, lower_map
from sith.theory.assumptions import StructuredMixing


@dataclass(frozen=True, slots=True)
class LoweredMixing:
    """x = g(z), the same g for every seed.

    Fields:
        map: g, in torch.
    """

    map: LoweredMap

    @property
    def dim(self) -> int:
        """The number of latents."""
        return len(self.map.program.symbols)

    @property
    def observed_dim(self) -> int:
        """The number of observed coordinates."""
        return len(self.map.expressions)

    def __call__(self, z: Tensor) -> Tensor:
        """Observations ``(S, B, observed_dim)`` of latents ``(S, B, dim)``, in the dtype of z."""
        return self.map(z)


def structured_mixing(
    generators: Sequence[torch.Generator], mixing: StructuredMixing
) -> LoweredMixing:
    """The mixing of a claim in torch.

    Arguments:
        generators: one per seed; nothing is drawn from them, they are taken so that every
            builder is called the same way.
        mixing: g and its class.

    Raises:
        ValueError: there is no generator.
    """
    if not generators:
        raise ValueError("generators is empty; allowed: one generator per seed; give at least one")
    return LoweredMixing(lower_map(mixing.g, mixing.symbols))
