"""Training of the objectives of `gaussian_claims`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from scipy.special import ndtri
from scipy.stats import qmc
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder, whitening
from sith.numerics.experiments import (
    Experiment,
    PairedExperiment,
    SpectralExperiment,
    spectral_loss,
)
from sith.numerics.losses import infonce
from sith.numerics.lowering.critic import torch_critic
from sith.numerics.mixings import spiral_mixing
from sith.numerics.runs.design import Design, Observe, designed, train_design
from sith.numerics.studies.samples.gaussian_claims import (
    BYOL,
    RATE,
    claim_of,
    quadratic_critic,
    stand_in,
)
from sith.numerics.studies.samples.gaussian_experiments import self_predicting, sliced
from sith.numerics.training.loop import seed_generators
from sith.theory import InnerProduct

TURN = 0.4
"""Radians per unit of norm of the spiral: a modality far from linear that 1000 steps undo."""

ROWS = 256
"""Common latents at which representations are compared."""

FOLD_ROWS = 2**18
"""Quasi-random pairs for the known part of the fold's loss; the sampling error is below 10⁻³."""

BLOCKS = 16
"""Of held-out pairs, from whose spread the standard error of a gap is read."""


@dataclass(frozen=True, slots=True)
class Run:
    """Trained encoders of one objective at common latents.

    Fields:
        latents: ``(N, d)``.
        representations: ``(S, N, m)``.
        gaps: per seed, the loss above the derived optimum's over the loss's scale.
        errors: per seed, the standard error of the gap over held-out rows, in its unit; only for
            "folded mixing", where no optimum on the same rows takes the sampling noise away.
    """

    latents: np.ndarray
    representations: np.ndarray
    gaps: list[float]
    errors: list[float] = field(default_factory=list)


def common_latents(dim: int, rows: int = ROWS) -> np.ndarray:
    """Return quasi-random standard normal rows, whose low moments are nearly exact, ``(N, d)``.

    `rows` is a power of two.
    """
    uniform = qmc.Sobol(dim, scramble=True, seed=1).random(rows)
    found: np.ndarray = ndtri(uniform)
    return found


def train_objective(
    name: str,
    design: Design,
    seeds: tuple[int, ...],
    *,
    dim: int = 2,
    spiral: bool = False,
) -> Run:
    """Train an objective of `claim_of`, and represent the common latents.

    Arguments:
        design: how.
        seeds: mixing, weights and batches are drawn from them.
        spiral: a spiral in front of the network that mixes, another kind of observation.
    """
    own = claim_of(stand_in(name), dim)
    experiment, follow = prepared(name, design, seeds, dim, spiral=spiral)
    every = 1 if name in BYOL else design.steps
    run = train_design(
        own, design, seeds, experiment=experiment, observe=follow, observe_every=every
    )
    rows = common_latents(dim)
    with torch.no_grad():
        found = represented(experiment, run.encoder, rows)
        gap, scale = run.experiment.loss_gap(run.encoder, run.extras)
        if name == "wrong critic" and isinstance(experiment, PairedExperiment):
            gap, scale = _misfit(experiment, run.encoder, dim)
        errors = torch.empty(0, dtype=torch.float64)
        if name == "folded mixing" and isinstance(experiment, SpectralExperiment):
            gap, errors = fold_gap(experiment, run.encoder, dim)
    noise = (errors / scale).tolist() if len(errors) else []
    return Run(rows, found.numpy(), (gap / scale).tolist(), noise)


def prepared(
    name: str, design: Design, seeds: tuple[int, ...], dim: int, *, spiral: bool
) -> tuple[Any, Observe]:
    """Return the experiment of an objective, and what has to follow its encoder."""
    experiment = designed(claim_of(stand_in(name), dim), design, seeds)
    experiment = _observed(experiment, name, seeds, spiral=spiral)
    follow: Observe = _nothing
    if isinstance(experiment, SpectralExperiment):
        if name == "sigreg":
            experiment = sliced(experiment, seed_generators(seeds, "directions", "cpu"))
        elif name in BYOL:
            experiment = self_predicting(experiment, **BYOL[name])
            follow = experiment.follow
    return experiment, follow


def represented(experiment: Any, encoder: Encoder, rows: np.ndarray) -> Tensor:
    """Return representations of common latents, whitened where the claim says so, ``(S, N, m)``."""
    shared = torch.from_numpy(rows).float().expand(encoder.seeds, -1, -1)
    # Only whitened features need more than the encoder; that code also draws signs, undone by none.
    if isinstance(experiment, SpectralExperiment) and experiment.objective.whitens:
        return replace(experiment, latents=shared).represent(encoder)
    found: Tensor = encoder.to(torch.float64)(experiment.mixing(shared).double())
    return found


def _nothing(_step: int, _encoder: Encoder, _extras: Mapping[str, Tensor]) -> None:
    """Nothing follows the encoder."""


def _observed(experiment: Any, name: str, seeds: tuple[int, ...], *, spiral: bool) -> Experiment:
    """Put a fold or a spiral in front of the mixing, and calibrate the encoder to it."""
    network = experiment.mixing
    if name == "folded mixing":
        before: Callable[[Tensor], Tensor] = _fold
    elif spiral:
        before = spiral_mixing(
            seed_generators(seeds, "spiral", "cpu"), experiment.latents.shape[-1], TURN
        )
    else:
        found: Experiment = experiment
        return found

    def mixing(z: Tensor) -> Tensor:
        mixed: Tensor = network(before(z))
        return mixed

    state = whitening(mixing(experiment.latents[:, :1024].float()))
    changed: Experiment = replace(
        experiment, mixing=mixing, encoder=experiment.encoder.with_state(state)
    )
    return changed


def _fold(z: Tensor) -> Tensor:
    return torch.cat((z[..., :1].abs(), z[..., 1:]), -1)


def fold_gap(experiment: SpectralExperiment, encoder: Encoder, dim: int) -> tuple[Tensor, Tensor]:
    """Return the loss of a run under the fold above the injective optimum's, and its standard error, per seed.

    The two span different functions, so that common rows leave most of the noise: a pair adds about
    1.15 scales. A control variate takes it away. On the held-out rows the run is compared with
    (z_2, (z_1² − 1)/√2), which is near it; that map is compared with the latents on many
    quasi-random pairs, which need no network.
    """
    precise = encoder.to(torch.float64)

    def near(z: Tensor) -> Tensor:
        return torch.cat(((z[..., :1].square() - 1) / 2**0.5, z[..., 1:]), -1)

    def excess(*views: Tensor) -> Tensor:
        own, reference = (spectral_loss(experiment.objective, *v) for v in (views[:2], views[2:]))
        return own - reference

    pairs = [v.double() for v in experiment.pairs]
    views = [precise(experiment.mixing(v.float()).double()) for v in pairs] + [*map(near, pairs)]
    blocks = [excess(*part) for part in zip(*(v.chunk(BLOCKS, 1) for v in views), strict=True)]
    errors = torch.stack(blocks).std(0) / len(blocks) ** 0.5
    many = torch.from_numpy(common_latents(2 * dim, FOLD_ROWS))[None]
    one, rho = many[..., :dim], float(RATE)
    two = rho * one + (1 - rho**2) ** 0.5 * many[..., dim:]
    known = spectral_loss(experiment.objective, near(one), near(two)) - spectral_loss(
        experiment.objective, one, two
    )
    return excess(*views) + known, errors


def _misfit(experiment: PairedExperiment, encoder: Encoder, dim: int) -> tuple[Tensor, Tensor]:
    """Loss above that of the log-ratio, in units of the mutual information, on the same rows."""
    rows = slice(0, 2048)
    z, zt = experiment.latents[:, rows].double(), experiment.partners[:, rows].double()
    precise = encoder.to(torch.float64)
    h, ht = (precise(experiment.mixing(v.float()).double()) for v in (z, zt))
    trained = infonce(h, ht, torch_critic(InnerProduct(), 1.0), convention="mean")
    best = infonce(z, zt, torch_critic(quadratic_critic(dim), 1.0), convention="mean")
    return trained - best, -best
