"""Pairs that keep coordinates and redraw the others independently: `StyleRedrawn`, `SubsetsRedrawn`."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.worlds.prior import AbstractLatents, ProductLatents
from sith.theory.assumptions import StyleRedrawn, SubsetsRedrawn
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


@dataclass(frozen=True, slots=True)
class SubsetsRedrawnPairs:
    """Partners in which one of the subsets, drawn uniformly for each row, is a fresh draw of the prior."""

    latents: ProductLatents
    subsets: tuple[tuple[int, ...], ...]

    def __call__(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """One partner ``(n, d)`` for each row of z ``(n, d)``."""
        fresh = self.latents(z.shape[0], generator, z.device, z.dtype)
        changed = torch.zeros(len(self.subsets), z.shape[1], dtype=torch.bool, device=z.device)
        for k, subset in enumerate(self.subsets):
            changed[k, list(subset)] = True
        chosen = torch.randint(
            len(self.subsets), (z.shape[0],), generator=generator, device=z.device
        )
        return torch.where(changed[chosen], fresh, z)


def subsets_redrawn_pairs(latents: AbstractLatents, pairs: SubsetsRedrawn) -> SubsetsRedrawnPairs:
    """The sampler of `pairs`, every subset equally often.

    Raises:
        InputError: the coordinates of the prior are not independent by construction.
    """
    if not isinstance(latents, ProductLatents):
        raise InputError(
            "a subset given the other coordinates has no exact sampler for this prior",
            allowed="priors with independent coordinates: Gaussian, Product, or Uniform on Box(d)",
        )
    return SubsetsRedrawnPairs(latents, pairs.subsets)


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
