"""One sampler for every world: latents, positive pairs, labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

from numerics.worlds.anisotropic_sphere import anisotropic_sphere_pairs
from numerics.worlds.classes import ClassLatents, class_latents
from numerics.worlds.exponential_norm import exponential_norm_pairs
from numerics.worlds.pair_log_density import log_density_pairs
from numerics.worlds.partly_kept import PartlyKeptPairs
from numerics.worlds.prior import AbstractLatents, latents_sampler
from numerics.worlds.style_redrawn import style_redrawn_pairs
from numerics.worlds.von_mises_fisher import sample_vmf
from theory.assumptions import (
    AnisotropicSphere,
    Classes,
    ExponentialFamily,
    ExponentialNorm,
    KnownActions,
    LinearInterventions,
    NoPairs,
    PairLogDensity,
    PartlyKeptSphere,
    SharedBlock,
    SoftmaxLabels,
    StyleRedrawn,
    VonMisesFisher,
    World,
)
from theory.errors import InputError, UnsupportedCondition


class AbstractPartners(Protocol):
    """A sampler of partners."""

    def __call__(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """Draw one partner ``(n, d)`` for each row of z ``(n, d)``."""
        ...


@dataclass(frozen=True, slots=True)
class VonMisesFisherPairs:
    """Exact partners of density proportional to exp(κ z.z̃)."""

    concentration: float

    def __call__(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """One partner ``(n, d)`` for each unit vector of z ``(n, d)``."""
        return sample_vmf(z, self.concentration, generator)


@dataclass(frozen=True, slots=True)
class _NotPaired:
    """Refuses: the world has no second view."""

    reason: str
    cure: str

    def __call__(self, z: Tensor, generator: torch.Generator) -> Tensor:  # noqa: ARG002
        raise InputError(self.reason, cure=self.cure)


@dataclass(frozen=True, slots=True)
class WorldSampler:
    """The exact sampler of a world, built once.

    A world with `Classes` draws its latents from the mixture that the classes define, whatever
    prior it states. Draws lie on the device of the generator.

    Fields:
        world: what is sampled.
        dtype: float32 or float64.

    Raises:
        InputError: a law of the world has no exact sampler.
        UnsupportedCondition: the world has environments or softmax labels.
    """

    world: World
    dtype: torch.dtype = torch.float32
    _classes: ClassLatents | None = field(init=False, repr=False)
    _latents: AbstractLatents | None = field(init=False, repr=False)
    _partners: AbstractPartners = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Choose the samplers."""
        if isinstance(
            self.world.pairs,
            ExponentialFamily | KnownActions | LinearInterventions | SharedBlock | SoftmaxLabels,
        ):
            raise UnsupportedCondition(f"pairs '{self.world.pairs}' have no sampler")
        pairs, labelled = self.world.pairs, isinstance(self.world.pairs, Classes)
        latents = None if labelled else latents_sampler(self.world.space, self.world.prior)
        classes = class_latents(pairs) if isinstance(pairs, Classes) else None
        object.__setattr__(self, "_classes", classes)
        object.__setattr__(self, "_latents", latents)
        object.__setattr__(self, "_partners", _partners(self.world, latents))

    def latents(self, n: int, generator: torch.Generator) -> Tensor:
        """Draw z ``(n, d)``."""
        if self._latents is None:
            return self.labelled(n, generator)[0]
        return self._latents(n, generator, generator.device, self.dtype)

    def partners(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """Draw z̃ ``(n, d)`` given z ``(n, d)``, in the dtype of z."""
        if z.ndim != 2 or z.shape[1] != self.world.dim:
            raise InputError(f"z of shape {tuple(z.shape)}", allowed=f"(n, {self.world.dim})")
        return self._partners(z, generator)

    def pairs(self, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw z and z̃, each ``(n, d)``."""
        z = self.latents(n, generator)
        return z, self._partners(z, generator)

    def labelled(self, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw z ``(n, d)`` and its label ``(n,)``."""
        if self._classes is None:
            raise InputError("the world has no labels", cure="use pairs=Classes(...)")
        return self._classes(n, generator, generator.device, self.dtype)


def sample_latents(
    world: World,
    n: int,
    generator: torch.Generator,
    *,
    device: torch.device | str | None = None,
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """Draw latents ``(n, d)``; `device` must be the generator's, and is so by default."""
    if device is not None and torch.device(device).type != generator.device.type:
        raise InputError(
            f"device {device} with a generator on {generator.device}",
            cure="make the generator on the device of the draws",
        )
    return WorldSampler(world, dtype).latents(n, generator)


def sample_partner(world: World, z: Tensor, generator: torch.Generator) -> Tensor:
    """Draw partners ``(n, d)`` of latents z ``(n, d)``."""
    return WorldSampler(world, z.dtype).partners(z, generator)


def sample_labels(
    world: World, n: int, generator: torch.Generator, *, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, Tensor]:
    """Draw latents ``(n, d)`` and labels ``(n,)`` of a world with `Classes`."""
    return WorldSampler(world, dtype).labelled(n, generator)


def _partners(world: World, latents: AbstractLatents | None) -> AbstractPartners:
    pairs = world.pairs
    if isinstance(pairs, VonMisesFisher):
        return VonMisesFisherPairs(float(pairs.concentration))
    if isinstance(pairs, ExponentialNorm):
        return exponential_norm_pairs(world.space, pairs)
    if isinstance(pairs, AnisotropicSphere):
        return anisotropic_sphere_pairs(pairs)
    if isinstance(pairs, PairLogDensity):
        return log_density_pairs(world.space, pairs)
    if isinstance(pairs, StyleRedrawn) and latents is not None:
        return style_redrawn_pairs(latents, pairs)
    if isinstance(pairs, PartlyKeptSphere):
        return PartlyKeptPairs(float(pairs.concentration), pairs.kept)
    if isinstance(pairs, Classes):
        return _NotPaired("the world pairs z with a label", "draw with `labelled`")
    if isinstance(pairs, NoPairs):
        return _NotPaired("the world has no pairs", "draw with `latents`")
    raise InputError(f"pairs '{pairs}' have no sampler", cure="state them as PairLogDensity")
