"""Pairs of `StyleRedrawn`: content kept, style redrawn independently."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.worlds.prior import AbstractLatents, ProductLatents
from sith.theory.assumptions import StyleRedrawn
from sith.theory.errors import InputError


@dataclass(frozen=True, slots=True)
class StyleRedrawnPairs:
    """Partners that share the coordinates `content`; the others are a fresh draw of the prior."""

    latents: ProductLatents
    content: tuple[int, ...]

    def __call__(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """One partner ``(n, d)`` for each row of z ``(n, d)``."""
        partner = self.latents(z.shape[0], generator, z.device, z.dtype)
        kept = list(self.content)
        partner[:, kept] = z[:, kept]
        return partner


def style_redrawn_pairs(latents: AbstractLatents, pairs: StyleRedrawn) -> StyleRedrawnPairs:
    """The sampler of `pairs`.

    Raises:
        InputError: the coordinates of the prior are not independent by construction.
    """
    if not isinstance(latents, ProductLatents):
        raise InputError(
            "the style given the content has no exact sampler for this prior",
            allowed="priors with independent coordinates: Gaussian, Product, or Uniform on Box(d)",
            cure="use one of these, or state the pair as PairLogDensity",
        )
    return StyleRedrawnPairs(latents, pairs.content)
