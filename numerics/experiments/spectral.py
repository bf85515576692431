"""Spectral objectives: VICReg, Barlow Twins, whitened alignment, spectral contrastive.

The exact constraints of the claims are met by construction: features are whitened after the
encoder, in training by the batch and in measurement by a large batch. Any whitening gives one
value of the loss, so that rotations stay free.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import lcm

import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.exact import TopModes, stated_map, top_modes
from sith.numerics.experiments.parts import by_step, normal, pick_encoder, pick_mixing
from sith.numerics.experiments.protocol import Extras, Mix
from sith.numerics.training.budget import Budget
from sith.numerics.training.loop import seed_generators
from sith.numerics.worlds import WorldSampler
from sith.theory import (
    AugmentationGraph,
    BarlowTwins,
    Claim,
    InputError,
    JacobiDiffusion,
    OrnsteinUhlenbeck,
    SpectralContrastive,
    SpectralObjective,
    UnsupportedCondition,
)

MOST_ROWS = 4096
"""Graphs whose weights are multiples of 1/N with N up to this are enumerated, not sampled."""

SHARE = 2.5
"""The scale in units of a full exchange of modes: 2 % of it, the limit of the trained check, leave
at most 5 % of the features outside the optimal space, the limit of its residuals."""

LOSS_ROWS = 8
"""Gaps between neighbouring eigenvalues are small beside the noise of few rows."""

Pairs = tuple[Tensor, Tensor]
Sample = Callable[[int, tuple[torch.Generator, ...]], Pairs]


@dataclass(frozen=True, slots=True)
class SpectralExperiment:
    """One claim of a spectral objective, set up for training, batched over seeds.

    Fields:
        claim: what is tested.
        objective: its objective.
        modes: the optimum, from the eigenproblem.
        sample: draws pairs ``(S, n, d)``.
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
    sample: Sample
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
        return isinstance(self.claim.world.pairs, AugmentationGraph) and self.batch <= MOST_ROWS

    def draw(self, steps: int) -> tuple[Tensor, ...]:
        """Return the next batches: observations of both views."""
        if self.exhaustive:
            one, two = (
                self.mixing(v)
                for v in _enumerated(
                    self.claim, self.encoder.seeds, self.batch, self.latents.device
                )
            )
            return one.expand(steps, *one.shape), two.expand(steps, *two.shape)
        z, zt = self.sample(steps * self.batch, self.generators)
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
                h = h @ _whitener(h, self.objective, pooled=h) @ self.rotation
                if not (self.objective.constant_mode or self.objective.shifts):
                    h = h - h.mean(1, keepdim=True)
            return h * self._signs()

    def base_latents(self) -> Tensor:
        """Return the stated functions at the held-out latents, the top modes if none are stated."""
        values = stated_map(self.claim, self.modes)(self.latents.double())
        return values * self._signs()

    def style(self) -> Tensor:
        """Return no latents: the claim speaks of functions."""
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
            where = self.latents.device
            z, zt = (v.double() for v in _enumerated(self.claim, encoder.seeds, self.batch, where))
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


def spectral_loss(
    objective: SpectralObjective, a: Tensor, b: Tensor, *, exclude_own: bool = True
) -> Tensor:
    """The loss of an objective at two views, its exact constraints met by whitening, per seed.

    Barlow Twins is ‖C − I‖² with C the cross-covariance of the whitened views; the spectral
    contrastive loss takes ‖E hhᵀ‖² across views, unbiased with `exclude_own`; all others are
    E‖h − h̃‖² of whitened views. A seed whose covariance is singular, or not finite, gets NaN.

    Arguments:
        objective: of the theory.
        a, b: embeddings, ``(S, B, m)``.
        exclude_own: leave a row's own partner out of products across rows.
    """
    if isinstance(objective, SpectralContrastive):
        beta, m = float(objective.beta), a.shape[-1]
        own = (a * b).sum(-1)
        squares = ((a.mT @ a) * (b.mT @ b)).sum((1, 2))
        rows = a.shape[1]
        cross = (
            (squares - own.square().sum(-1)) / (rows * (rows - 1))
            if exclude_own
            else squares / rows**2
        )
        lengths = (a.square() + b.square()).sum(-1).mean(-1)
        return beta * (a - b).square().sum(-1).mean(-1) + cross - lengths + m
    if not objective.constant_mode:
        a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
    white = _whitener(a, objective, pooled=torch.cat((a, b), 1))
    a, b = a @ white, b @ white
    if isinstance(objective, BarlowTwins):
        eye = torch.eye(a.shape[-1], dtype=a.dtype, device=a.device)
        return (a.mT @ b / a.shape[1] - eye).square().sum((1, 2))
    return (a - b).square().sum(-1).mean(-1)


def loss_scale(objective: SpectralObjective, modes: TopModes) -> float:
    """Return the rise in the loss if all kept modes are replaced by the next one."""
    kept = sum(mu > 0 for mu in modes.scales)
    if isinstance(objective, SpectralContrastive):
        beta = float(objective.beta)
        after = 0.0 if kept < len(modes.scales) else max(1 - beta + beta * modes.following, 0.0)
        rise = modes.scales[max(kept - 1, 0)] ** 2 - after**2
        return kept * rise if rise > 0 else 1.0
    last, following = modes.values[-1], modes.following
    if isinstance(objective, BarlowTwins):
        rise = (1 - following) ** 2 - (1 - last) ** 2
    else:
        rise = 2 * (last - following)
    return kept * rise if rise > 0 else 1.0


def _whitener(h: Tensor, objective: SpectralObjective, *, pooled: Tensor) -> Tensor:
    """The inverse of the upper Cholesky factor of the moments: rows times it are white, per seed."""
    if not objective.constant_mode:
        pooled = pooled - pooled.mean(1, keepdim=True)
    moments = pooled.mT @ pooled / pooled.shape[1]
    lower, info = torch.linalg.cholesky_ex(moments)
    eye = torch.eye(h.shape[-1], dtype=h.dtype, device=h.device)
    inverse: Tensor = torch.linalg.solve_triangular(lower, eye.expand_as(lower), upper=False).mT
    return torch.where((info == 0)[:, None, None], inverse, torch.nan)


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
    finite = isinstance(claim.world.pairs, AugmentationGraph)
    sample = _graph_sampler(claim) if finite else _diffusion(claim)
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
        drawn = normal(seed_generators(seeds, "extras", device), 1, encoder.output_dim)
        encoder = encoder.with_state({"output.bias": drawn})
    rows = _common_denominator(claim.world.pairs) if finite else 0
    notes = [f"idealised loss, which leaves out: {objective.idealised}"]
    if finite:
        notes.append("a table of free vectors in place of a network, one for each node")
    return SpectralExperiment(
        claim=claim,
        objective=objective,
        modes=modes,
        sample=sample,
        mixing=mixing,
        encoder=encoder,
        rotation=torch.linalg.qr(normal(measure, size, size).double()).Q,
        latents=z,
        pairs=sample(LOSS_ROWS * budget.held_out, measure),
        generators=seed_generators(seeds, "batches", device),
        batch=rows if 0 < rows <= MOST_ROWS else budget.batch,
        notes=tuple(notes),
    )


def _diffusion(claim: Claim) -> Sample:
    if isinstance(claim.world.pairs, JacobiDiffusion):
        return partial(_drawn, WorldSampler(claim.world))
    if not isinstance(claim.world.pairs, OrnsteinUhlenbeck):
        raise UnsupportedCondition(f"pairs '{claim.world.pairs}' have no sampler")
    rates = torch.tensor([float(r) for r in claim.world.pairs.rates])

    def sample(count: int, generators: tuple[torch.Generator, ...]) -> Pairs:
        z, noise = (normal(generators, count, len(rates)) for _ in range(2))
        rho = rates.to(z)
        return z, rho * z + (1 - rho.square()).sqrt() * noise

    return sample


def _drawn(sampler: WorldSampler, count: int, generators: tuple[torch.Generator, ...]) -> Pairs:
    one, two = zip(*(sampler.pairs(count, g) for g in generators), strict=True)
    return torch.stack(one), torch.stack(two)


def _graph_sampler(claim: Claim) -> Sample:
    pairs = claim.world.pairs
    if not isinstance(pairs, AugmentationGraph):
        raise UnsupportedCondition(f"pairs '{pairs}' are no graph")
    table = torch.tensor([[float(x) for x in row] for row in pairs.joint])
    nodes = len(table)

    def sample(count: int, generators: tuple[torch.Generator, ...]) -> Pairs:
        weights = table.flatten().to(generators[0].device)
        edges = torch.stack(
            [torch.multinomial(weights, count, replacement=True, generator=g) for g in generators]
        )
        one, two = edges // nodes, edges % nodes
        return F.one_hot(one, nodes).float(), F.one_hot(two, nodes).float()

    return sample


def _common_denominator(pairs: object) -> int:
    """Return N if all weights are multiples of 1/N."""
    if not isinstance(pairs, AugmentationGraph):
        return 0
    return lcm(*(int(x.q) for row in pairs.joint for x in row))


def _enumerated(claim: Claim, seeds: int, rows: int, device: torch.device) -> Pairs:
    """Every edge as often as its weight says, ``(S, rows, nodes)`` twice."""
    pairs = claim.world.pairs
    if not isinstance(pairs, AugmentationGraph):
        raise UnsupportedCondition(f"pairs '{pairs}' are no graph")
    counts = torch.tensor([[int(x * rows) for x in row] for row in pairs.joint])
    edges = torch.arange(counts.numel()).repeat_interleave(counts.flatten())
    views = (F.one_hot(i, len(counts)).float() for i in (edges // len(counts), edges % len(counts)))
    one, two = (v.to(device).expand(seeds, *v.shape) for v in views)
    return one, two
