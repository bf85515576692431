"""Auxiliary variables: environments of an exponential family, and softmax labels.

Every objective is trained as multinomial logistic regression of the environment. For the
conditional likelihood and the conditional energy this is the profile likelihood over the free base
measure: a density-ratio model with a free base is fitted by logistic regression (Prentice and Pyke,
1979; Qin, 1998), and the Jacobian of h belongs to the base. Where decoders keep volumes, the squared log-volume of the
encoder, a flow, is added: it is 0 on the class alone. In generalised contrastive learning the
free term a(h) absorbs what the softmax over environments leaves open.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp
import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.log_det import value_and_log_det
from sith.numerics.exact import statistics
from sith.numerics.experiments.class_flow import WEIGHT
from sith.numerics.experiments.design import informative
from sith.numerics.experiments.parts import by_step, normal, pick_encoder, pick_mixing
from sith.numerics.experiments.protocol import EVALUATION_BATCH, Extras, Mix
from sith.numerics.lowering.lower import lower_map
from sith.numerics.training.budget import Budget
from sith.numerics.training.loop import seed_generators
from sith.theory import (
    Claim,
    ConditionalEnergy,
    ConditionalLikelihood,
    EnvironmentClassification,
    ExponentialFamily,
    Gaussian,
    GeneralisedContrastive,
    Mixing,
    SoftmaxLabels,
    UnsupportedCondition,
    latents,
    optimum_condition,
)

AUXILIARY = (
    ConditionalEnergy,
    ConditionalLikelihood,
    EnvironmentClassification,
    GeneralisedContrastive,
)
"""The objectives of this file."""

HIDDEN = 32
"""Hidden units of each function ψ_i of one output."""

Head = Callable[[Tensor, Extras], Tensor]
"""Logits of the environments ``(S, B, n)`` from representations ``(S, B, m)``."""


@dataclass(frozen=True, slots=True)
class EnvironmentExperiment:
    """One claim with an auxiliary variable, set up for training, batched over seeds.

    Fields:
        claim: what is tested.
        law: the environments or labels that are drawn.
        mixing, encoder, extras: of every seed; the extras are the head's parameters.
        head: the logits.
        latents, labels: held out, ``(S, N, d)`` and ``(S, N)``.
        generators: one per seed, for the training batches.
        batch: rows per step.
        notes: what stands for the claim's letter.
    """

    claim: Claim
    law: EnvironmentLaw
    mixing: Mix
    encoder: Encoder
    extras: Extras
    head: Head
    latents: Tensor
    labels: Tensor
    generators: tuple[torch.Generator, ...]
    batch: int
    notes: tuple[str, ...]

    def draw(self, steps: int) -> tuple[Tensor, ...]:
        """Return the next batches: observations and their environments."""
        z, labels = self.law.sample(steps * self.batch, self.generators)
        return by_step(self.mixing(z), steps, self.batch), by_step(labels, steps, self.batch)

    def loss(
        self, encode: Callable[[Tensor], Tensor], batch: tuple[Tensor, ...], extras: Extras
    ) -> Tensor:
        """Return the cross-entropy of one batch, one value per seed."""
        x, labels = batch
        if not self.keeps_volume:
            return _cross_entropy(self.head(encode(x), extras), labels)
        h, volume = value_and_log_det(encode, x)
        return _cross_entropy(self.head(h, extras), labels) + _volume_penalty(volume, h)

    @property
    def keeps_volume(self) -> bool:
        """Whether decoders keep volumes."""
        return self.claim.world.mixing is Mixing.VOLUME_PRESERVING

    def represent(self, encoder: Encoder) -> Tensor:
        """Return the representations of the held-out latents, float64, ``(S, N, d)``."""
        with torch.no_grad():
            h = encoder.to(torch.float64)(self.mixing(self.latents).double())
        return bent(h) if isinstance(self.claim.objective, GeneralisedContrastive) else h

    def base_latents(self) -> Tensor:
        """Return the held-out latents themselves."""
        return self.latents.double()

    def style(self) -> Tensor:
        """Return no latents."""
        return self.latents[..., :0].double()

    def loss_gap(self, encoder: Encoder, extras: Extras) -> tuple[Tensor, Tensor]:
        """Return, per seed, the cross-entropy above that of the true posterior, and I(z; u).

        The true posterior is exact at every row, so that the gap is an unbiased estimate of
        E KL(p(u|z) ‖ model); a penalty on volumes is added as it stands, 0 at the optimum.
        """
        rows = slice(0, 2 * EVALUATION_BATCH)
        z = self.latents[:, rows].double()
        truth = self.law.logits(z).log_softmax(-1)
        wide = {name: value.double() for name, value in extras.items()}
        precise, x = encoder.to(torch.float64), self.mixing(z.float()).double()
        with torch.no_grad():
            penalty = torch.zeros(len(x), dtype=x.dtype, device=x.device)
            h = precise(x)
            if self.keeps_volume:
                penalty = _volume_penalty(value_and_log_det(precise, x)[1], h)
            model = self.head(h, wide).log_softmax(-1)
        posterior = truth.exp()
        marginal = posterior.mean(1)
        information = (posterior * truth).sum(-1).mean(-1) - (marginal * marginal.log()).sum(-1)
        return (posterior * (truth - model)).sum(-1).mean(-1) + penalty, information


@dataclass(frozen=True, slots=True)
class EnvironmentLaw:
    """Environments with Gaussian latents, or Gaussian latents with softmax labels.

    Fields:
        means, variances: of coordinate i in environment u, ``(n, d)``; of one row for labels.
        vectors: of the softmax labels, ``(n, d)``, or () for environments.
    """

    means: Tensor
    variances: Tensor
    vectors: tuple[Tensor, ...] = ()

    @property
    def count(self) -> int:
        """Number of environments or labels."""
        return len(self.vectors[0]) if self.vectors else len(self.means)

    def sample(self, count: int, generators: tuple[torch.Generator, ...]) -> tuple[Tensor, Tensor]:
        """Draw latents ``(S, count, d)`` and their environments ``(S, count)``."""
        noise = normal(generators, count, self.means.shape[1])
        if self.vectors:
            z = self.means.to(noise) + self.variances.to(noise).sqrt() * noise
            uniform = torch.stack(
                [torch.rand(count, 1, generator=g, device=g.device) for g in generators]
            )
            ladder = self.logits(z).softmax(-1).cumsum(-1)
            return z, (uniform > ladder).sum(-1).clamp_max(self.count - 1)
        labels = torch.stack(
            [torch.randint(self.count, (count,), generator=g, device=g.device) for g in generators]
        )
        means, variances = self.means.to(noise), self.variances.to(noise)
        return means[labels] + variances[labels].sqrt() * noise, labels

    def logits(self, z: Tensor) -> Tensor:
        """log p(u|z) up to a function of z, ``(..., n)``."""
        if self.vectors:
            return z @ self.vectors[0].to(z).T
        means, variances = self.means.to(z), self.variances.to(z)
        squares = (z.unsqueeze(-2) - means).square() / variances
        return -0.5 * (squares + variances.log()).sum(-1)


def bent(h: Tensor) -> Tensor:
    """t + t³ of each standardised output t, ``(S, N, d)``: a diffeomorphism of each output.

    Where the head holds a free function of each output, it absorbs the inverse, and the loss is
    the same. Encoders start as affine maps, and alone would stay near the linear optima.
    """
    t = (h - h.mean(1, keepdim=True)) / h.std(1, keepdim=True)
    return t + t**3


def set_up_environments(
    claim: Claim, budget: Budget, seeds: tuple[int, ...], device: str
) -> EnvironmentExperiment:
    """Build the experiment: everything is drawn from (claim, seed, budget) alone.

    Raises:
        UnsupportedCondition: the latents of an environment are not independent normal, or the
            mixing has no torch form.
    """
    objective = claim.objective
    optimum_condition(claim.world, objective, claim.encoder)
    pairs, notes = informative(claim.world.pairs)
    law = environment_law(claim.but(world=claim.world.but(pairs=pairs)))
    if isinstance(objective, ConditionalLikelihood | ConditionalEnergy):
        notes.append("profile likelihood over the free base measure: logistic regression")
    if isinstance(objective, GeneralisedContrastive):
        notes.append("a fixed cubic of each output follows the encoder: ψ_i absorbs its inverse")
    extras, head, folds = _head(claim, law, seed_generators(seeds, "extras", device))
    volume = claim.world.mixing is Mixing.VOLUME_PRESERVING
    if volume:
        notes.append(
            f"decoders that keep volumes: a penalty of weight {WEIGHT:g} on the log-volume"
        )
    mixing = pick_mixing(claim, seeds, device, smooth=folds, held=volume)
    calibration = mixing(law.sample(1024, seed_generators(seeds, "calibration", device))[0])
    z, labels = law.sample(budget.held_out, seed_generators(seeds, "held-out", device))
    return EnvironmentExperiment(
        claim=claim,
        law=law,
        mixing=mixing,
        encoder=pick_encoder(claim, budget, seeds, calibration, coupling=folds or volume),
        extras=extras,
        head=head,
        latents=z,
        labels=labels,
        generators=seed_generators(seeds, "batches", device),
        batch=budget.batch,
        notes=tuple(notes),
    )


def environment_law(claim: Claim) -> EnvironmentLaw:
    """Return the exact law of latents and environments of a claim.

    Raises:
        UnsupportedCondition: p(z|u) is not a product of normal laws.
    """
    world, z = claim.world, latents(claim.dim)
    if isinstance(world.pairs, SoftmaxLabels):
        if not isinstance(world.prior, Gaussian):
            raise UnsupportedCondition(f"no sampler of softmax labels under a {world.prior} prior")
        means, variances = _normal(world.prior.log_density(z), z)
        vectors = torch.tensor([[float(x) for x in g] for g in world.pairs.vectors])
        return EnvironmentLaw(torch.tensor([means]), torch.tensor([variances]), (vectors.double(),))
    if not isinstance(world.pairs, ExponentialFamily):
        raise UnsupportedCondition(f"pairs '{world.pairs}' have no environments")
    base = world.prior.log_density(z)
    laws = [_normal(base + world.pairs.exponent(u), z) for u in range(len(world.pairs.parameters))]
    means, variances = zip(*laws, strict=True)
    return EnvironmentLaw(torch.tensor(means).double(), torch.tensor(variances).double())


def _normal(
    log_density: sp.Expr, z: tuple[sp.Symbol, ...]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Means and variances of a product of normal laws."""
    expanded = sp.expand(log_density)
    if not expanded.is_polynomial(*z):
        raise UnsupportedCondition(f"no sampler of latents with log-density {expanded}")
    poly = sp.Poly(expanded, *z)
    means, variances = [], []
    for monomial in poly.monoms():
        if sum(monomial) > 2 or sum(k > 0 for k in monomial) > 1:
            raise UnsupportedCondition(
                f"no sampler of latents with log-density {expanded}",
                allowed="products of normal laws in every environment",
            )
    for x in z:
        curve = -2 * float(poly.coeff_monomial(x**2))
        if curve <= 0:
            raise UnsupportedCondition(f"log-density {expanded} is not normalisable in {x}")
        means.append(float(poly.coeff_monomial(x)) / curve)
        variances.append(1 / curve)
    return tuple(means), tuple(variances)


def _head(
    claim: Claim, law: EnvironmentLaw, generators: tuple[torch.Generator, ...]
) -> tuple[Extras, Head, bool]:
    """Return the head's parameters, the head, and whether it cannot tell h from a folded map."""
    objective, d, n = claim.objective, claim.encoder.output.dim, law.count
    if isinstance(objective, GeneralisedContrastive):
        extras = {
            "psi.in": 2 * normal(generators, d, HIDDEN),
            "psi.shift": normal(generators, d, HIDDEN),
            "psi.out": normal(generators, d, HIDDEN, n) / math.sqrt(d * HIDDEN),
            "offset": torch.zeros(len(generators), n, device=generators[0].device),
        }
        return extras, _free_head, True
    known = statistics(claim)
    features = lower_map(known, latents(d))
    width = len(known)
    extras = {"rows": normal(generators, n, width) / math.sqrt(width)}
    if not isinstance(objective, EnvironmentClassification) or objective.bias:
        extras["offset"] = torch.zeros(len(generators), n, device=generators[0].device)

    def head(h: Tensor, e: Extras) -> Tensor:
        logits = features(h) @ e["rows"].mT
        return logits + e["offset"].unsqueeze(1) if "offset" in e else logits

    return extras, head, known != tuple(latents(d))


def _free_head(h: Tensor, e: Extras) -> Tensor:
    """Σ_i ψ_i(h_i, u) with one hidden layer for each output."""
    hidden = torch.tanh(h.unsqueeze(-1) * e["psi.in"].unsqueeze(1) + e["psi.shift"].unsqueeze(1))
    return hidden.flatten(2) @ e["psi.out"].flatten(1, 2) + e["offset"].unsqueeze(1)


def _volume_penalty(log_volume: Tensor, h: Tensor) -> Tensor:
    return WEIGHT * log_volume.square().mean(-1) / h.shape[-1]


def _cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    each = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none")
    return each.view(labels.shape).mean(-1)
