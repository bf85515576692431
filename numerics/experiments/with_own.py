"""An experiment with a network or a mixing of the user's own in place of the built-in one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from sith.numerics.claims.own_callables import OwnCallable, own_callable
from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.encoder import Encoder
from sith.numerics.experiments.dynamics import DynamicsExperiment
from sith.numerics.experiments.environments import EnvironmentExperiment
from sith.numerics.experiments.own import OwnExperiment
from sith.numerics.experiments.own_encoder import jittered, own_encoder, require_affine
from sith.numerics.experiments.own_mixing import own_mixing
from sith.numerics.experiments.paired import PairedExperiment
from sith.numerics.experiments.permutation_contrast import PermutationExperiment
from sith.numerics.experiments.protocol import Experiment
from sith.numerics.experiments.spectral import SpectralExperiment
from sith.numerics.training.loop import seed_generators
from sith.theory import Family, UnsupportedCondition

MIXED = (
    DynamicsExperiment,
    EnvironmentExperiment,
    OwnExperiment,
    PairedExperiment,
    PermutationExperiment,
    SpectralExperiment,
)
"""Experiments that ask nothing of a mixing but that it is injective."""

CALIBRATION = 4
"""Batches of observations from which whitening is taken and on which networks are looked at."""


@dataclass(frozen=True, slots=True)
class OwnParts:
    """What the user brings to a trained check; () where the built-in one is taken.

    Fields:
        encoder: a factory of networks, see `sith.numerics.experiments.own_encoder`.
        mixing: see `sith.numerics.experiments.own_mixing`.
    """

    encoder: tuple[OwnCallable, ...] = ()
    mixing: tuple[OwnCallable, ...] = ()

    @classmethod
    def of(
        cls,
        encoder: Callable[..., Any] | OwnCallable | None,
        mixing: Callable[..., Any] | OwnCallable | None,
    ) -> OwnParts:
        """Return the parts that are not None; raises `InputError` for what cannot be called."""
        return cls(
            () if encoder is None else (own_callable(encoder, "encoder"),),
            () if mixing is None else (own_callable(mixing, "mixing"),),
        )

    def __bool__(self) -> bool:
        """Whether there is anything of the user's own."""
        return bool(self.encoder or self.mixing)

    def __str__(self) -> str:
        """The names, for the digest of a run."""
        return "; ".join(str(own) for own in (*self.encoder, *self.mixing))


def with_own(experiment: Any, own: OwnParts, seeds: tuple[int, ...], device: str) -> Experiment:
    """Return an experiment that trains the user's own network on the user's own mixing.

    The built-in encoder is made anew for another mixing, whose observations it has to fit.

    Raises:
        UnsupportedCondition: the loss needs an encoder that is one-to-one whatever its parameters,
            or the experiment asks more of a mixing than that it is injective.
        InputError: what `own_encoder` and `own_mixing` refuse, in one line.
    """
    claim, start = experiment.claim, experiment.encoder
    if own and start.spec.kind == "coupling":
        raise UnsupportedCondition(
            f"the loss of '{claim.objective}' takes an encoder that is one-to-one whatever its "
            "parameters, and a smooth mixing that is drawn for it",
            cure="leave the own encoder and mixing out",
        )
    for given in own.mixing:
        if not isinstance(experiment, MIXED) or _of_nodes(experiment):
            raise UnsupportedCondition(f"no own mixing in the training of '{claim.objective}'")
        mixing = own_mixing(given, claim.world.mixing, claim.world.space, experiment.latents)
        experiment = replace(experiment, mixing=mixing)
        _require_square(experiment)
    if not own:
        found: Experiment = experiment
        return found
    rows = _observed(experiment)
    for given in own.encoder:
        encoder = own_encoder(given, start.spec, rows, start.output_dim, seeds)
        if claim.encoder.family is Family.LINEAR:
            noisy = jittered(encoder).to(torch.float64)
            require_affine(f"the network of {given.name}", noisy, rows.double())
        found = replace(experiment, encoder=encoder)
        return found
    found = replace(experiment, encoder=_fitted(start, rows, seeds, device))
    return found


def _of_nodes(experiment: Any) -> bool:
    """Whether the nodes of a graph are observed, so that nothing is mixed."""
    return isinstance(experiment, SpectralExperiment) and bool(experiment.drawn.graph)


def _require_square(experiment: Any) -> None:
    """A likelihood takes the determinant of the mixing's Jacobian."""
    likelihood = isinstance(experiment, PairedExperiment) and experiment.scoring.single_view
    few = experiment.latents[:, :2]
    if likelihood and experiment.mixing(few).shape != few.shape:
        raise UnsupportedCondition(
            "a likelihood with an own mixing of another number of observations",
            allowed="as many observations as latents",
        )


def _fitted(start: Encoder, rows: Tensor, seeds: tuple[int, ...], device: str) -> Encoder:
    """The built-in encoder for other observations; its outputs start where they did."""
    weights = seed_generators(seeds, "encoder", device)
    encoder = build_encoder(start.spec, start.output_dim, rows, weights)
    return encoder.with_state({"output.bias": start.state["output.bias"]})


def _observed(experiment: Any) -> Tensor:
    """Observations ``(S, N, D)`` as in training; the batches that follow are those without it."""
    states = [g.get_state() for g in experiment.generators]
    first = experiment.draw(CALIBRATION)[0]
    for generator, state in zip(experiment.generators, states, strict=True):
        generator.set_state(state)
    rows: Tensor = first.transpose(0, 1).flatten(1, 2)
    return rows
