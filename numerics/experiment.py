"""From a claim to something that trains: sampler, mixing, encoder, loss, and the exact optimum."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from numerics.budget import Budget
from numerics.coupling import value_and_log_det
from numerics.encoders import Encoder, EncoderSpec, build_encoder
from numerics.expression_critic import lower_critic
from numerics.losses import (
    Critic,
    DiagonalMetric,
    InnerProduct,
    PowerDistance,
    alignment_entropy,
    cross_entropy,
    flow_likelihood,
    infonce,
    value_and_jacobian,
)
from numerics.lower import lower, lower_map
from numerics.mixings import leaky_relu_mixing, linear_mixing, smooth_mixing, spiral_mixing
from numerics.train import seed_generators
from numerics.worlds import WorldSampler
from theory import (
    AlignmentMaxEntropy,
    Box,
    Claim,
    Classes,
    Condition,
    CrossEntropy,
    DynamicsModel,
    ExpressionCritic,
    Family,
    Independence,
    InfoNCE,
    LearnedDiagonal,
    Likelihood,
    Mixing,
    NegativeNorm,
    NoPairs,
    Sphere,
    UnsupportedCondition,
    VonMisesFisher,
    latents,
)

Mix = Callable[[Tensor], Tensor]
Extras = Mapping[str, Tensor]
Score = Callable[[Tensor, Tensor, Extras, tuple[Tensor, ...]], Tensor]

SLOW_CRITIC_BATCH = 256
"""Critics without a bilinear form cost a B × B × m tensor per step."""

EVALUATION_BATCH = 2048
"""Rows of the held-out loss: the in-batch estimate and its reference use the same rows."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """One claim, set up for training, batched over seeds.

    Fields:
        claim: what is tested.
        condition: its optimum condition; the base map attains the optimum.
        sampler: exact sampler of the claim's world.
        mixing: the mixing g of every seed, ``(S, N, d) -> (S, N, D)``.
        encoder: the untrained encoder.
        extras: learned parameters beside the encoder (metric, class embeddings).
        score: loss of given embeddings, ``(h, h̃ or labels, extras, negatives) -> (S,)``; without
            negatives the batch's other positives are used.
        latents, partners: held-out latents ``(S, N, d)`` and their partners or labels.
        negatives: held-out independent latents ``(S, N, d)``, or () where positives serve.
        generators: one per seed, for the training batches.
        batch: rows per step.
    """

    claim: Claim
    condition: Condition
    sampler: WorldSampler
    mixing: Mix
    encoder: Encoder
    extras: Extras
    score: Score
    latents: Tensor
    partners: Tensor
    negatives: tuple[Tensor, ...]
    generators: tuple[torch.Generator, ...]
    batch: int

    @property
    def log_prior(self) -> Callable[[Tensor], Tensor]:
        """log p(z) of the prior, its normalising constant left out."""
        z = latents(self.claim.dim)
        return lower(self.claim.world.prior.log_density(z), z)

    def draw(self, steps: int) -> tuple[Tensor, ...]:
        """Return the next batches: observations of anchors, and of partners or labels."""
        z, other = sample(self.sampler, self.claim, steps * self.batch, self.generators)
        parts = [self.mixing(z)]
        parts.append(self.mixing(other) if other.dtype.is_floating_point else other)
        if _own_negatives(self.claim):
            fresh = [self.sampler.latents(steps * self.batch, g) for g in self.generators]
            parts.append(self.mixing(torch.stack(fresh)))
        return tuple(_by_step(part, steps, self.batch) for part in parts)

    def loss(
        self, encode: Callable[[Tensor], Tensor], batch: tuple[Tensor, ...], extras: Extras
    ) -> Tensor:
        """Return the training loss of one batch, one value per seed."""
        x, other = batch[:2]
        if _single_view(self.claim):
            return flow_likelihood(*value_and_log_det(encode, x), self.log_prior)
        if other.dtype.is_floating_point:
            parts = encode(torch.cat(batch, dim=1)).split(x.shape[1], dim=1)
            return self.score(parts[0], parts[1], extras, parts[2:])
        return self.score(encode(x), other, extras, ())

    def represent(self, encoder: Encoder) -> Tensor:
        """Return the representations of the held-out latents, float64, ``(S, N, m)``."""
        precise = encoder.to(torch.float64)
        with torch.no_grad():
            return precise(self.mixing(self.latents).double())

    def base_latents(self) -> Tensor:
        """Return the held-out values of the base map: what representations are compared with."""
        return lower_map(self.condition.base, self.condition.z)(self.latents.double())

    def loss_gap(self, encoder: Encoder, extras: Extras) -> tuple[Tensor, Tensor]:
        """Return, per seed, the held-out loss above the exact optimum's, and the loss's scale.

        The optimum's loss is that of the base map (with its parameters) on the same rows, so that
        sampling noise cancels. The scale is what the best constant map loses (InfoNCE: the mutual
        information, cross-entropy: log of the number of labels less the optimum), or one nat per
        output where a constant map has infinite loss.
        """
        z = self.latents[:, :EVALUATION_BATCH].double()
        other = self.partners[:, :EVALUATION_BATCH]
        precise = encoder.to(torch.float64)
        wide = {name: value.double() for name, value in extras.items()}
        x = self.mixing(z.float()).double()
        if _single_view(self.claim):
            trained = flow_likelihood(*value_and_log_det(precise, x), self.log_prior).detach()
            return trained - self._likelihood_optimum(z), _nats(trained, z.shape[-1])
        with torch.no_grad():
            base = lower_map(self.condition.base, self.condition.z)
            h, best = precise(x), base(z)
            ideal = self._base_extras(z)
            if other.dtype.is_floating_point:
                other = other.double()
                drawn = [n[:, :EVALUATION_BATCH].double() for n in self.negatives]
                second = precise(self.mixing(other.float()).double())
                others = tuple(precise(self.mixing(n.float()).double()) for n in drawn)
                trained = self.score(h, second, wide, others)
                optimum = self.score(best, base(other), ideal, tuple(base(n) for n in drawn))
            else:
                trained = self.score(h, other, wide, ())
                optimum = self.score(best, other, ideal, ())
            return trained - optimum, self._scale(optimum, h.shape[-1])

    def _scale(self, optimum: Tensor, outputs: int) -> Tensor:
        if isinstance(self.claim.objective, InfoNCE):
            return -optimum
        if isinstance(self.claim.objective, CrossEntropy):
            labels = _labels(self.claim)
            return torch.log(torch.tensor(float(labels))) - optimum
        return _nats(optimum, outputs)

    def _likelihood_optimum(self, z: Tensor) -> Tensor:
        """Return E[−log p(z) + log|det J_g(z)|], the loss of the true inverse."""
        mixing = self.mixing
        _, jacobian = value_and_jacobian(lambda v: mixing(v.float()).double(), z)
        volume: Tensor = torch.linalg.slogdet(jacobian).logabsdet
        excess = volume - self.log_prior(z)
        return excess.mean(-1).detach()

    def _base_extras(self, like: Tensor) -> Extras:
        values = {str(k): float(v) for k, v in self.condition.parameters.items()}
        seeds, m = like.shape[0], len(self.condition.image)
        if isinstance(self.claim.objective, CrossEntropy):
            count = _labels(self.claim)
            rows = [[values[f"u{i + 1}_{k + 1}"] for k in range(m)] for i in range(count)]
            table = torch.tensor(rows, dtype=torch.float64, device=like.device)
            return _row_extras(self.claim.objective, table.expand(seeds, -1, -1))
        if values:
            weights = torch.tensor([values[f"L{i + 1}"] for i in range(m)], dtype=torch.float64)
            return {"log_weights": weights.log().to(like.device).expand(seeds, -1)}
        return {}


def _row_extras(objective: CrossEntropy, rows: Tensor) -> Extras:
    """Split scaled rows u = βw into what the loss takes."""
    if objective.learned_beta:
        beta = rows.norm(dim=-1).mean(-1)
        return {"rows": rows / beta[:, None, None], "log_beta": beta.log().unsqueeze(-1)}
    return {"rows": rows / float(objective.inverse_temperature)}


def set_up(
    claim: Claim, condition: Condition, budget: Budget, seeds: tuple[int, ...], device: str
) -> Experiment:
    """Build the experiment of a claim: everything is drawn from (claim, seed, budget) alone.

    Raises `UnsupportedCondition` for an objective or a critic that has no torch form, and
    `InputError` where the world cannot be sampled exactly.
    """
    sampler = WorldSampler(claim.world)
    mixing = _mixing(claim, seeds, device)
    measure = seed_generators(seeds, "held-out", device)
    held_out, partners = sample(sampler, claim, budget.held_out, measure)
    calibration = mixing(
        sample(sampler, claim, 1024, seed_generators(seeds, "calibration", device))[0]
    )
    outputs = len(condition.image)
    spec = EncoderSpec(**_encoder(claim, budget), output=_output(claim))
    encoder = build_encoder(spec, outputs, calibration, seed_generators(seeds, "encoder", device))
    extras, score = _objective(claim, outputs, seed_generators(seeds, "extras", device), device)
    return Experiment(
        claim=claim,
        condition=condition,
        sampler=sampler,
        mixing=mixing,
        encoder=encoder,
        extras=extras,
        score=score,
        latents=held_out,
        partners=partners,
        negatives=_negatives(claim, sampler, budget.held_out, measure),
        generators=seed_generators(seeds, "batches", device),
        batch=_batch(claim, budget),
    )


def _negatives(
    claim: Claim, sampler: WorldSampler, count: int, generators: tuple[torch.Generator, ...]
) -> tuple[Tensor, ...]:
    if not _own_negatives(claim):
        return ()
    return (torch.stack([sampler.latents(count, g) for g in generators]),)


def sample(
    sampler: WorldSampler, claim: Claim, count: int, generators: tuple[torch.Generator, ...]
) -> tuple[Tensor, Tensor]:
    """Draw latents ``(S, count, d)`` and their partners ``(S, count, d)`` or labels ``(S, count)``."""
    pairs = claim.world.pairs
    if isinstance(pairs, Classes):
        drawn = [sampler.labelled(count, g) for g in generators]
    elif isinstance(pairs, NoPairs):
        drawn = [(z, z) for z in (sampler.latents(count, g) for g in generators)]
    else:
        drawn = [sampler.pairs(count, g) for g in generators]
    return torch.stack([a for a, _ in drawn]), torch.stack([b for _, b in drawn])


def _by_step(tensor: Tensor, steps: int, batch: int) -> Tensor:
    shaped = tensor.reshape(tensor.shape[0], steps, batch, *tensor.shape[2:])
    return shaped.transpose(0, 1)


def _batch(claim: Claim, budget: Budget) -> int:
    """Return the batch size: smaller where a critic does not reduce to a matrix product."""
    critic = getattr(claim.objective, "critic", None)
    slow = isinstance(critic, NegativeNorm) and critic.p != 2
    return min(budget.batch, SLOW_CRITIC_BATCH) if slow else budget.batch


def _mixing(claim: Claim, seeds: tuple[int, ...], device: str) -> Mix:
    if claim.world.mixing.restricts_jacobian:
        raise UnsupportedCondition(f"no torch mixing is {claim.world.mixing}")
    generators = seed_generators(seeds, "mixing", device)
    if claim.world.mixing is Mixing.LINEAR:
        return linear_mixing(generators, claim.dim)
    if not _single_view(claim):
        return leaky_relu_mixing(generators, claim.dim)
    # Smooth, for the Jacobian of the likelihood; the spiral is far from linear in every seed.
    spiral, smooth = spiral_mixing(generators, claim.dim), smooth_mixing(generators, claim.dim)
    return lambda z: smooth(spiral(z))


def _encoder(claim: Claim, budget: Budget) -> dict[str, Any]:
    if claim.encoder.family is Family.LINEAR:
        return {"kind": "linear"}
    if _single_view(claim):
        # A map that folds gets a likelihood above the optimum: only invertible encoders count.
        return {"kind": "coupling", "width": 32, "blocks": claim.dim}
    return {"kind": "mlp", "width": budget.width}


def _output(claim: Claim) -> Literal["sphere", "box", "euclidean"]:
    space = claim.encoder.output
    if isinstance(space, Sphere):
        return "sphere"
    return "box" if isinstance(space, Box) else "euclidean"


def _labels(claim: Claim) -> int:
    pairs = claim.world.pairs
    return len(pairs.vectors) if isinstance(pairs, Classes) else 0


def _single_view(claim: Claim) -> bool:
    return isinstance(claim.objective, Likelihood | Independence)


def _nats(like: Tensor, outputs: int) -> Tensor:
    return torch.full_like(like, float(outputs))


def _objective(
    claim: Claim, outputs: int, generators: tuple[torch.Generator, ...], device: str
) -> tuple[Extras, Score]:
    objective = claim.objective
    seeds = len(generators)
    if isinstance(objective, InfoNCE):
        tau = float(objective.temperature)
        if isinstance(objective.critic, LearnedDiagonal):
            start = {"log_weights": torch.zeros(seeds, outputs, device=device)}
            return start, lambda h, t, e, n: _contrast(h, t, DiagonalMetric(e["log_weights"]), n)
        critic = _critic(objective, tau)
        return {}, lambda h, t, _, n: _contrast(h, t, critic, n)
    if isinstance(objective, CrossEntropy):
        return _classifier(claim, objective, outputs, generators)
    if isinstance(objective, AlignmentMaxEntropy):
        return {}, lambda h, t, _e, _n: alignment_entropy(h, t)
    if isinstance(objective, Likelihood | Independence):
        return {}, lambda h, _t, _e, _n: torch.zeros(h.shape[0])
    raise UnsupportedCondition(f"no torch loss for the objective '{objective}'")


def _contrast(h: Tensor, t: Tensor, critic: Critic, negatives: tuple[Tensor, ...]) -> Tensor:
    if negatives:
        return infonce(h, t, critic, negatives=negatives[0], convention="mean")
    return infonce(h, t, critic, convention="mean")


def _own_negatives(claim: Claim) -> bool:
    """Whether negatives must be drawn apart: positives follow the prior in a vMF world only."""
    return isinstance(claim.objective, InfoNCE) and not isinstance(
        claim.world.pairs, VonMisesFisher
    )


def _critic(objective: InfoNCE, tau: float) -> Critic:
    critic = objective.critic
    if isinstance(critic, NegativeNorm):
        return PowerDistance(float(critic.p), float(critic.alpha), tau)
    if isinstance(critic, DynamicsModel):
        raise UnsupportedCondition(f"no torch critic for {critic}")
    if isinstance(critic, ExpressionCritic):
        return lower_critic(critic, tau)
    return InnerProduct(tau)


def _classifier(
    claim: Claim,
    objective: CrossEntropy,
    outputs: int,
    generators: tuple[torch.Generator, ...],
) -> tuple[Extras, Score]:
    count = _labels(claim)
    device = generators[0].device
    rows = torch.stack(
        [torch.randn(count, outputs, generator=g, device=device) for g in generators]
    )
    extras = {"rows": rows}
    if objective.learned_beta:
        extras["log_beta"] = torch.zeros(len(generators), 1, device=device)
    beta = float(objective.inverse_temperature)

    def score(h: Tensor, labels: Tensor, e: Extras, _n: tuple[Tensor, ...]) -> Tensor:
        w = e["rows"]
        if objective.unit_rows:
            w = torch.nn.functional.normalize(w, dim=-1)
        if objective.learned_beta:
            w = w * e["log_beta"].exp().unsqueeze(-1)
        return cross_entropy(h, labels, w, beta=beta)

    return extras, score
