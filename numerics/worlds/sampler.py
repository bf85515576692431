"""One sampler for every world: latents, positive pairs, labels, environments, actions, views."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

from sith.numerics.worlds.anisotropic_sphere import anisotropic_sphere_pairs
from sith.numerics.worlds.augmentation_graph import graph_latents, graph_pairs
from sith.numerics.worlds.classes import class_latents
from sith.numerics.worlds.environments import (
    AbstractLabelled,
    EnvironmentLatents,
    exponential_family_latents,
    intervention_latents,
    softmax_latents,
)
from sith.numerics.worlds.exponential_norm import exponential_norm_pairs
from sith.numerics.worlds.jacobi import jacobi_latents, jacobi_pairs
from sith.numerics.worlds.known_actions import KnownActionPairs, known_action_pairs
from sith.numerics.worlds.ornstein_uhlenbeck import ornstein_uhlenbeck_pairs
from sith.numerics.worlds.pair_log_density import log_density_pairs
from sith.numerics.worlds.partly_kept import partly_kept_pairs
from sith.numerics.worlds.prior import AbstractLatents, latents_sampler
from sith.numerics.worlds.shared_block import shared_block_views
from sith.numerics.worlds.style_redrawn import style_redrawn_pairs
from sith.numerics.worlds.von_mises_fisher import sample_vmf
from sith.theory.assumptions import (
    AnisotropicSphere,
    AugmentationGraph,
    Classes,
    ExponentialFamily,
    ExponentialNorm,
    JacobiDiffusion,
    KnownActions,
    LinearInterventions,
    MomentOperator,
    NoPairs,
    OrnsteinUhlenbeck,
    PairLogDensity,
    PartlyKeptSphere,
    SharedBlock,
    SoftmaxLabels,
    StyleRedrawn,
    VonMisesFisher,
    World,
)
from sith.theory.errors import InputError, UnsupportedCondition


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
    """Refuses: the world has no second view of the same latent space.

    `unsupported` where the data are of another kind, so that a check of pairs is left out.
    """

    reason: str
    cure: str
    unsupported: bool = False

    def __call__(self, z: Tensor, generator: torch.Generator) -> Tensor:  # noqa: ARG002
        if self.unsupported:
            raise UnsupportedCondition(self.reason, cure=self.cure)
        raise InputError(self.reason, cure=self.cure)


@dataclass(frozen=True, slots=True)
class WorldSampler:
    """The exact sampler of a world, built once.

    Labels and environments come with their own latents: with `Classes`, `ExponentialFamily` and
    `LinearInterventions`, `latents` draws the mixture over them, whatever prior the world states.
    Draws lie on the device of the generator.

    Fields:
        world: what is sampled.
        dtype: float32 or float64.

    Raises:
        InputError: a law of the world has no exact sampler.
    """

    world: World
    dtype: torch.dtype = torch.float32
    _labelled: AbstractLabelled | None = field(init=False, repr=False)
    _latents: AbstractLatents | None = field(init=False, repr=False)
    _partners: AbstractPartners = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Choose the samplers."""
        latents = _latents(self.world)
        object.__setattr__(self, "_latents", latents)
        object.__setattr__(self, "_labelled", _labelled(self.world, latents))
        object.__setattr__(self, "_partners", _partners(self.world, latents))

    def latents(self, n: int, generator: torch.Generator) -> Tensor:
        """Draw z ``(n, d)``."""
        if self._latents is None:
            return self.labelled(n, generator)[0]
        return self._latents(n, generator, generator.device, self.dtype)

    def partners(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """Draw z̃ ``(n, d)`` given z ``(n, d)``, in the dtype of z.

        Raises:
            InputError: z has the wrong shape, or the world has no pairs.
            UnsupportedCondition: the world has environments, softmax labels or views.
        """
        return self._partners(self._checked(z), generator)

    def pairs(self, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw z and z̃, each ``(n, d)``; raises as `partners`."""
        z = self.latents(n, generator)
        return z, self._partners(z, generator)

    def labelled(self, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw z ``(n, d)`` and its label or environment ``(n,)``, int64 from 0."""
        if self._labelled is None:
            raise InputError(
                "the world has no labels",
                cure="use pairs=Classes(...), SoftmaxLabels, ExponentialFamily or "
                "LinearInterventions",
            )
        return self._labelled(n, generator, generator.device, self.dtype)

    def in_environment(self, environment: int, n: int, generator: torch.Generator) -> Tensor:
        """Draw z ``(n, d)`` of one environment, counted from 0."""
        if not isinstance(self._labelled, EnvironmentLatents):
            raise InputError(
                "the world has no environments",
                cure="use pairs=ExponentialFamily(...) or LinearInterventions(...)",
            )
        count = len(self._labelled.laws)
        if not 0 <= environment < count:
            raise InputError(f"environment {environment}", allowed=f"0 to {count - 1}")
        law = self._labelled.laws[environment]
        return law(n, generator, generator.device, self.dtype)

    def acted(self, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Draw z and z̃ ``(n, d)``, and the action ``(n,)`` that made z̃ of z, int64 from 0."""
        if not isinstance(self._partners, KnownActionPairs):
            raise InputError("the world has no actions", cure="use pairs=KnownActions(...)")
        z = self.latents(n, generator)
        return z, *self._partners.acted(z, generator)

    def views(self, z: Tensor) -> tuple[Tensor, ...]:
        """The coordinates of latents z ``(n, d)`` that each view sees, ``(n, |S_k|)``."""
        if not isinstance(self.world.pairs, SharedBlock):
            raise InputError("the world has no views", cure="use pairs=SharedBlock(...)")
        return shared_block_views(self.world.pairs)(self._checked(z))

    def _checked(self, z: Tensor) -> Tensor:
        if z.ndim != 2 or z.shape[1] != self.world.dim:
            raise InputError(f"z of shape {tuple(z.shape)}", allowed=f"(n, {self.world.dim})")
        return z


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
    """Draw latents ``(n, d)`` and labels or environments ``(n,)``."""
    return WorldSampler(world, dtype).labelled(n, generator)


def _latents(world: World) -> AbstractLatents | None:
    """The latents alone; None where they are drawn together with their label."""
    pairs = world.pairs
    if isinstance(pairs, Classes | ExponentialFamily | LinearInterventions):
        return None
    if isinstance(pairs, AugmentationGraph):
        return graph_latents(pairs)
    if isinstance(pairs, JacobiDiffusion):
        return jacobi_latents(pairs)
    if isinstance(pairs, MomentOperator):
        raise InputError(
            "moments of finitely many functions do not fix a law, so there is nothing to sample",
            cure="state the pairs by their law, for example as PairLogDensity or OrnsteinUhlenbeck",
        )
    return latents_sampler(world.space, world.prior)


def _labelled(world: World, latents: AbstractLatents | None) -> AbstractLabelled | None:
    pairs = world.pairs
    if isinstance(pairs, Classes):
        return class_latents(pairs)
    if isinstance(pairs, ExponentialFamily):
        return exponential_family_latents(pairs, world.prior)
    if isinstance(pairs, LinearInterventions):
        return intervention_latents(pairs)
    if isinstance(pairs, SoftmaxLabels) and latents is not None:
        return softmax_latents(pairs, latents)
    return None


def _partners(world: World, latents: AbstractLatents | None) -> AbstractPartners:
    pairs = world.pairs
    if isinstance(pairs, VonMisesFisher):
        return VonMisesFisherPairs(float(pairs.concentration))
    if isinstance(pairs, ExponentialNorm):
        return exponential_norm_pairs(world.space, pairs)
    if isinstance(pairs, AnisotropicSphere):
        return anisotropic_sphere_pairs(pairs)
    if isinstance(pairs, JacobiDiffusion):
        return jacobi_pairs(pairs)
    if isinstance(pairs, AugmentationGraph):
        return graph_pairs(pairs)
    if isinstance(pairs, KnownActions):
        return known_action_pairs(pairs)
    if isinstance(pairs, PairLogDensity):
        return log_density_pairs(world.space, pairs)
    if isinstance(pairs, OrnsteinUhlenbeck):
        return ornstein_uhlenbeck_pairs(pairs)
    if isinstance(pairs, PartlyKeptSphere):
        return partly_kept_pairs(world.dim, pairs)
    if isinstance(pairs, StyleRedrawn) and latents is not None:
        return style_redrawn_pairs(latents, pairs)
    return _unpaired(world)


def _unpaired(world: World) -> AbstractPartners:
    pairs = world.pairs
    if isinstance(pairs, Classes):
        return _NotPaired("the world pairs z with a label", "draw with `labelled`")
    if isinstance(pairs, SoftmaxLabels):
        return _NotPaired(
            "the world pairs z with a label", "draw with `labelled`", unsupported=True
        )
    if isinstance(pairs, ExponentialFamily | LinearInterventions):
        return _NotPaired(
            "the world pairs z with an environment", "draw with `labelled`", unsupported=True
        )
    if isinstance(pairs, SharedBlock):
        return _NotPaired(
            "the views see different coordinates", "draw with `views`", unsupported=True
        )
    if isinstance(pairs, NoPairs):
        return _NotPaired("the world has no pairs", "draw with `latents`")
    raise InputError(f"pairs '{pairs}' have no sampler", cure="state them as PairLogDensity")
