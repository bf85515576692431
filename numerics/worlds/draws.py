"""What a world draws, by its pairs: one registered function for each kind of pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch
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
from sith.numerics.worlds.style_redrawn import style_redrawn_pairs, subsets_redrawn_pairs
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
    SubsetsRedrawn,
    VonMisesFisher,
    World,
)
from sith.theory.dispatch import register_call
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
class NotPaired:
    """Refuses: the world has no second view of the same latent space.

    `unsupported` where the data are of another kind, so that a check of pairs is left out.
    """

    reason: str
    cure: str
    unsupported: bool = False

    def __call__(self, z: Tensor, generator: torch.Generator) -> Tensor:  # noqa: ARG002
        """Raise the error."""
        if self.unsupported:
            raise UnsupportedCondition(self.reason, cure=self.cure)
        raise InputError(self.reason, cure=self.cure)


@dataclass(frozen=True, slots=True)
class Draws:
    """The samplers of a world.

    Fields:
        partners: of given latents.
        latents: alone; None where they are drawn together with their label.
        labelled: latents with their label or environment; None where there are none.
        environments: the law of each environment; () where there are none.
        actions: of worlds whose partners come from a known action.
        views: the coordinates that each view sees; None where there are no views.
    """

    partners: AbstractPartners
    latents: AbstractLatents | None = None
    labelled: AbstractLabelled | None = None
    environments: tuple[AbstractLatents, ...] = ()
    actions: KnownActionPairs | None = None
    views: Callable[[Tensor], tuple[Tensor, ...]] | None = None


@singledispatch
def draws_of(pairs: object, world: World) -> Draws:  # noqa: ARG001
    """Return the samplers of a world with these pairs.

    Raises:
        InputError: nothing is registered for the pairs, or a law has no exact sampler.
    """
    raise InputError(
        f"pairs '{pairs}' have no sampler",
        cure="state them as PairLogDensity, or "
        + register_call("sith.numerics.worlds.draws_of", pairs),
    )


def _prior(world: World) -> AbstractLatents:
    return latents_sampler(world.space, world.prior)


@draws_of.register
def _(pairs: VonMisesFisher, world: World) -> Draws:
    latents = _prior(world)
    return Draws(VonMisesFisherPairs(float(pairs.concentration)), latents)


@draws_of.register
def _(pairs: ExponentialNorm, world: World) -> Draws:
    latents = _prior(world)
    return Draws(exponential_norm_pairs(world.space, pairs), latents)


@draws_of.register
def _(pairs: AnisotropicSphere, world: World) -> Draws:
    latents = _prior(world)
    return Draws(anisotropic_sphere_pairs(pairs), latents)


@draws_of.register
def _(pairs: PairLogDensity, world: World) -> Draws:
    latents = _prior(world)
    return Draws(log_density_pairs(world.space, pairs), latents)


@draws_of.register
def _(pairs: OrnsteinUhlenbeck, world: World) -> Draws:
    latents = _prior(world)
    return Draws(ornstein_uhlenbeck_pairs(pairs), latents)


@draws_of.register
def _(pairs: PartlyKeptSphere, world: World) -> Draws:
    latents = _prior(world)
    return Draws(partly_kept_pairs(world.dim, pairs), latents)


@draws_of.register
def _(pairs: StyleRedrawn, world: World) -> Draws:
    latents = _prior(world)
    return Draws(style_redrawn_pairs(latents, pairs), latents)


@draws_of.register
def _(pairs: SubsetsRedrawn, world: World) -> Draws:
    latents = _prior(world)
    return Draws(subsets_redrawn_pairs(latents, pairs), latents)


@draws_of.register
def _(pairs: KnownActions, world: World) -> Draws:
    latents = _prior(world)
    actions = known_action_pairs(pairs)
    return Draws(actions, latents, actions=actions)


@draws_of.register
def _(pairs: SharedBlock, world: World) -> Draws:
    refusal = NotPaired(
        "the views see different coordinates", "draw with `views`", unsupported=True
    )
    return Draws(refusal, _prior(world), views=shared_block_views(pairs))


@draws_of.register
def _(pairs: NoPairs, world: World) -> Draws:  # noqa: ARG001
    return Draws(NotPaired("the world has no pairs", "draw with `latents`"), _prior(world))


@draws_of.register
def _(pairs: JacobiDiffusion, world: World) -> Draws:  # noqa: ARG001
    return Draws(jacobi_pairs(pairs), jacobi_latents(pairs))


@draws_of.register
def _(pairs: AugmentationGraph, world: World) -> Draws:  # noqa: ARG001
    return Draws(graph_pairs(pairs), graph_latents(pairs))


@draws_of.register
def _(pairs: MomentOperator, world: World) -> Draws:  # noqa: ARG001
    raise InputError(
        "moments of finitely many functions do not fix a law, so there is nothing to sample",
        cure="state the pairs by their law, for example as PairLogDensity or OrnsteinUhlenbeck",
    )


@draws_of.register
def _(pairs: Classes, world: World) -> Draws:  # noqa: ARG001
    refusal = NotPaired("the world pairs z with a label", "draw with `labelled`")
    return Draws(refusal, labelled=class_latents(pairs))


@draws_of.register
def _(pairs: SoftmaxLabels, world: World) -> Draws:
    latents = _prior(world)
    refusal = NotPaired("the world pairs z with a label", "draw with `labelled`", unsupported=True)
    return Draws(refusal, latents, softmax_latents(pairs, latents))


def _of_environments(drawn: EnvironmentLatents) -> Draws:
    refusal = NotPaired(
        "the world pairs z with an environment", "draw with `labelled`", unsupported=True
    )
    return Draws(refusal, labelled=drawn, environments=tuple(drawn.laws))


@draws_of.register
def _(pairs: ExponentialFamily, world: World) -> Draws:
    return _of_environments(exponential_family_latents(pairs, world.prior))


@draws_of.register
def _(pairs: LinearInterventions, world: World) -> Draws:  # noqa: ARG001
    return _of_environments(intervention_latents(pairs))
