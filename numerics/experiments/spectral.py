"""Spectral objectives: VICReg, Barlow Twins, whitened alignment, spectral contrastive.

The exact constraints of the claims are met by construction: features are whitened after the
encoder, in training by the batch and in measurement by a large batch. Any whitening gives one
value of the loss, so that rotations stay free.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.exact import TopModes, stated_map, top_modes
from sith.numerics.experiments.parts import by_step, normal, pick_encoder, pick_mixing
from sith.numerics.experiments.protocol import Extras, Mix
from sith.numerics.experiments.spectral_loss import loss_scale, spectral_loss, whitener
from sith.numerics.experiments.spectral_pairs import DrawnPairs, Pairs, drawn_pairs_of
from sith.numerics.training.budget import Budget
from sith.numerics.training.loop import seed_generators
from sith.theory import (
    Claim,
    InputError,
    SpectralObjective,
)

MOST_ROWS = 4096
"""Graphs whose weights are multiples of 1/N with N up to this are enumerated, not sampled."""

SHARE = 2.5
"""The scale in units of a full exchange of modes: 2 % of it, the limit of the trained check, leave
at most 5 % of the features outside the optimal space, the limit of its residuals."""

LOSS_ROWS = 8
"""Gaps between neighbouring eigenvalues are small beside the noise of few rows."""


@dataclass(frozen=True, slots=True)
class SpectralExperiment:
    """One claim of a spectral objective, set up for training, batched over seeds.

    Fields:
        claim: what is tested.
        objective: its objective.
        modes: the optimum, from the eigenproblem.
        drawn: how pairs are drawn.
        mixing, encoder: of every seed.
        rotation: of the whitened features, random, ``(S, m, m)``: a whitening is one up to O(m).
        latents: held out, ``(S, N, d)``.
        pairs: held-out pairs for the loss, `LOSS_ROWS` times as many.
        generators: one per seed, for the training batches.
        batch: rows per step.
        notes: what stands for the claim's letter.
    """

    claim: Claim
    objective: SpectralObjective
    modes: TopModes
    drawn: DrawnPairs
    mixing: Mix
    encoder: Encoder
    rotation: Tensor
    latents: Tensor
    pairs: Pairs
    generators: tuple[torch.Generator, ...]
    batch: int
    notes: tuple[str, ...]

    @property
    def extras(self) -> Extras:
        """Nothing is learned beside the encoder."""
        return {}

    @property
    def exhaustive(self) -> bool:
        """Whether a batch is the whole graph, so that the loss is the population's."""
        return bool(self.drawn.graph) and self.batch <= MOST_ROWS

    def draw(self, steps: int) -> tuple[Tensor, ...]:
        """Return the next batches: observations of both views."""
        if self.exhaustive:
            one, two = (
                self.mixing(v)
                for v in self.drawn.enumerated(self.encoder.seeds, self.batch, self.latents.device)
            )
            return one.expand(steps, *one.shape), two.expand(steps, *two.shape)
        z, zt = self.drawn.sample(steps * self.batch, self.generators)
        return tuple(by_step(self.mixing(v), steps, self.batch) for v in (z, zt))

    def loss(
        self, encode: Callable[[Tensor], Tensor], batch: tuple[Tensor, ...], extras: Extras
    ) -> Tensor:
        """Return the training loss of one batch, one value per seed."""
        del extras
        h = encode(torch.cat(batch, dim=1))
        one, two = h.split(batch[0].shape[1], dim=1)
        return spectral_loss(self.objective, one, two, exclude_own=not self.exhaustive)

    def represent(self, encoder: Encoder) -> Tensor:
        """Return the representations of the held-out latents, whitened where the claim says so.

        Where the mean counts (a constant mode and no shifts), rows carry random signs, the same
        as in `base_latents`: linear groups commute with them, and variances become second moments.
        """
        precise = encoder.to(torch.float64)
        with torch.no_grad():
            h = precise(self.mixing(self.latents).double())
            if self.objective.whitens:
                h = h @ whitener(h, self.objective, pooled=h) @ self.rotation
                if not (self.objective.constant_mode or self.objective.shifts):
                    h = h - h.mean(1, keepdim=True)
            return h * self._signs()

    def base_latents(self) -> Tensor:
        """Return the stated functions at the held-out latents, the top modes if none are stated."""
        values = stated_map(self.claim, self.modes)(self.latents.double())
        return values * self._signs()

    def style(self) -> Tensor:
        """Return no latents: the claim is about functions."""
        return self.latents[..., :0].double()

    def loss_gap(self, encoder: Encoder, extras: Extras) -> tuple[Tensor, Tensor]:
        """Return, per seed, the held-out loss above the optimum's, and the loss's scale.

        The optimum is the top eigenspace, whatever functions the claim states, on the same rows.
        The gap over the rise in the loss if every kept mode is replaced by the first that is not
        bounds the part of whitened features outside the optimal space; the scale is `SHARE` times
        that rise.
        """
        del extras
        precise = encoder.to(torch.float64)
        if self.exhaustive:
            z, zt = (
                v.double()
                for v in self.drawn.enumerated(encoder.seeds, self.batch, self.latents.device)
            )
        else:
            z, zt = (v.double() for v in self.pairs)
        own = not self.exhaustive
        with torch.no_grad():
            views = [precise(self.mixing(v.float()).double()) for v in (z, zt)]
            trained = spectral_loss(self.objective, *views, exclude_own=own)
            best = [self.modes.optimum(v) for v in (z, zt)]
            optimum = spectral_loss(self.objective, *best, exclude_own=own)
        rise = SHARE * loss_scale(self.objective, self.modes)
        return trained - optimum, torch.full_like(trained, rise)

    def _signs(self) -> Tensor:
        shape = (*self.latents.shape[:2], 1)
        if not self.objective.constant_mode or self.objective.shifts:
            return torch.ones(shape, dtype=torch.float64, device=self.latents.device)
        generator = torch.Generator().manual_seed(0)
        drawn = torch.randint(0, 2, shape[1:], generator=generator, dtype=torch.float64)
        return (2 * drawn - 1).to(self.latents.device).expand(shape)


def set_up_spectral(
    claim: Claim, budget: Budget, seeds: tuple[int, ...], device: str
) -> SpectralExperiment:
    """Build the experiment: everything is drawn from (claim, seed, budget) alone.

    Raises:
        UnsupportedCondition: the pairs have no sampler or no known eigenfunctions here, or the
            optimum is not unique up to O(k).
    """
    objective = claim.objective
    if not isinstance(objective, SpectralObjective):
        raise InputError(f"objective '{objective}'", allowed="a spectral objective")
    modes = top_modes(claim.world, objective, claim.encoder.output.dim)
    drawn = drawn_pairs_of(claim.world.pairs, claim.world)
    finite, sample = bool(drawn.graph), drawn.sample
    mixing: Mix = (lambda z: z) if finite else pick_mixing(claim, seeds, device)
    measure = seed_generators(seeds, "held-out", device)
    z, _ = sample(budget.held_out, measure)
    size = claim.encoder.output.dim
    calibration = mixing(sample(1024, seed_generators(seeds, "calibration", device))[0])
    if finite:
        # Affine in the unit vectors of the nodes: a free table.
        weights = seed_generators(seeds, "encoder", device)
        spec = EncoderSpec(kind="linear")
        encoder = build_encoder(spec, claim.encoder.output.dim, calibration, weights)
    else:
        encoder = pick_encoder(claim, budget, seeds, calibration)
    if objective.shifts:
        # The loss is blind to the mean, so that it stays where it starts: at a random point.
        start = normal(seed_generators(seeds, "extras", device), 1, encoder.output_dim)
        encoder = encoder.with_state({"output.bias": start})
    rows = drawn.rows
    notes = [f"idealised loss, which leaves out: {objective.idealised}"]
    if finite:
        notes.append("a table of free vectors in place of a network, one for each node")
    return SpectralExperiment(
        claim=claim,
        objective=objective,
        modes=modes,
        drawn=drawn,
        mixing=mixing,
        encoder=encoder,
        rotation=torch.linalg.qr(normal(measure, size, size).double()).Q,
        latents=z,
        pairs=sample(LOSS_ROWS * budget.held_out, measure),
        generators=seed_generators(seeds, "batches", device),
        batch=rows if 0 < rows <= MOST_ROWS else budget.batch,
        notes=tuple(notes),
    )
