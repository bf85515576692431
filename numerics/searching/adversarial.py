"""The last stage: encoders trained to leave the stated group, and to be optimal all the same.

A run counts only where the population loss on quadrature nodes confirms it: the trained map is
tabulated at the nodes and polished there. Where that fails it is a candidate, not a witness.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.numerics.exact.tabular import polish_table
from sith.numerics.experiments import PairedExperiment, set_up
from sith.numerics.groups import residual
from sith.numerics.lowering.lower import lower_map
from sith.numerics.searching.judging import refutes, table_on_more_nodes
from sith.numerics.searching.losses import table_witness
from sith.numerics.searching.points import Point
from sith.numerics.searching.report import CandidateOnly
from sith.numerics.searching.setting import setting_of
from sith.numerics.searching.witness import Counterexample
from sith.numerics.training.budget import Budget
from sith.numerics.training.loop import Batch, Encode, train
from sith.numerics.training.settings import TrainSettings
from sith.theory import (
    Affine,
    Claim,
    InputError,
    NoPairs,
    Orthogonal,
    Relation,
    SithError,
    UnsupportedCondition,
    contained,
    optimum_condition,
)
from sith.theory.groups import AbstractGroup

BUDGET = Budget("adversarial", seeds=6, steps_per_dim=250, batch=256, width=32, held_out=4096)
REWARD = 0.3
"""Nats for a residual of 1, over the loss's scale; the second half of the training has none."""
ENOUGH = 0.3
"""A residual above this earns nothing more."""
GAP = 0.05
"""A run is a candidate if its loss is within this of the optimum, relative to the loss's scale."""
FAR = 0.1
"""Least held-out residual of a candidate."""

Extras = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class Runs:
    """Trained encoders, from latents to representations, with held-out figures, one a seed.

    Fields:
        maps: `maps(z)` takes latents ``(N, d)`` to ``(S, N, m)``, float64.
        gaps: loss above the base map's, relative to the loss's scale.
        residuals: distance to the stated group, in [0, 1].
    """

    maps: Callable[[Tensor], Tensor]
    gaps: tuple[float, ...]
    residuals: tuple[float, ...]

    def candidates(self) -> tuple[int, ...]:
        """Return the runs that are near the optimum, or below it, and far from the group."""
        every = range(len(self.gaps))
        return tuple(k for k in every if self.gaps[k] <= GAP and self.residuals[k] >= FAR)


def refute_by_training(claim: Claim, point: Point) -> tuple[Counterexample, ...]:
    """Return a trained map, tabulated and polished on nodes, that is optimal outside the group.

    Raises `UnsupportedCondition` for claims that do not train, and `CandidateOnly` where a run is
    near the optimum and far from the group but no population loss confirms it.
    """
    if claim.relation is Relation.CONTAINS:
        return ()
    runs = adversarial_runs(claim, BUDGET)
    near = runs.candidates()
    if not near:
        return ()
    best = max(near, key=lambda k: runs.residuals[k])
    figures = f"loss gap {runs.gaps[best]:.3f} of its scale, residual {runs.residuals[best]:.2f}"
    try:
        setting = setting_of(claim)
    except UnsupportedCondition as refused:
        raise CandidateOnly(f"a trained encoder with {figures}; {refused}") from refused
    for k in near:
        table = polish_table(setting.problem, runs.maps(setting.problem.world.nodes)[k])
        if refutes(setting, table):
            witness = table_witness(claim, point, setting, table)
            if table_on_more_nodes(witness.kind, claim, setting, table).holds:
                return (witness,)
    raise CandidateOnly(
        f"a trained encoder with {figures}; the population loss on nodes does not confirm it"
    )


def adversarial_runs(claim: Claim, budget: Budget) -> Runs:
    """Train encoders: in the first half with a reward for the distance to the group, then without.

    A map that is optimal keeps its distance in the second half; one that paid for it goes back.
    """
    away = departure(claim.group)
    if isinstance(claim.world.pairs, NoPairs):
        raise UnsupportedCondition("adversarial training is for positive pairs and labels")
    condition = optimum_condition(claim.world, claim.objective, claim.encoder)
    base = lower_map(condition.base, condition.z)
    dim = claim.dim
    try:
        experiment = set_up(claim, budget, tuple(range(budget.seeds)), "cpu")
    except InputError as refused:
        raise UnsupportedCondition(str(refused)) from refused
    if not isinstance(experiment, PairedExperiment):
        raise UnsupportedCondition("adversarial training is for positive pairs and labels")
    # Observations carry their latents in front: the reward needs them, the encoder does not.
    both = replace(experiment, mixing=lambda z: torch.cat((z, experiment.mixing(z)), -1))
    _, scale = experiment.loss_gap(experiment.encoder, experiment.extras)
    weight = REWARD * scale.float().clamp_min(1e-3)
    encoder, extras = experiment.encoder, experiment.extras

    def rewarded(encode: Encode, batch: Batch, given: Extras) -> Tensor:
        z, x = batch[0][..., :dim], batch[0][..., dim:]
        gained = away(base(z), encode(x)).clamp_max(ENOUGH)
        return plain(encode, batch, given) - weight * gained

    def plain(encode: Encode, batch: Batch, given: Extras) -> Tensor:
        return both.loss(lambda x: encode(x[..., dim:]), batch, given)

    for loss in (rewarded, plain):
        settings = TrainSettings(steps=budget.steps_per_dim * max(dim, 2), learning_rate=1e-2)
        result = train(both.draw, loss, encoder, settings, extras=extras)
        encoder, extras = result.encoder, result.extras
    return _measured(experiment, encoder, extras)


def _measured(experiment: PairedExperiment, encoder: Encoder, extras: Extras) -> Runs:
    gap, scale = experiment.loss_gap(encoder, extras)
    h, z = experiment.represent(encoder), experiment.base_latents()
    values = residual(experiment.claim.group, z, h).value
    distances = torch.as_tensor(values, dtype=torch.float64).reshape(-1)

    def maps(z: Tensor) -> Tensor:
        every = z.float().expand(encoder.seeds, *z.shape)
        with torch.no_grad():
            return encoder.to(torch.float64)(experiment.mixing(every).double())

    relative = (gap / scale).nan_to_num(torch.inf)
    return Runs(maps, tuple(relative.tolist()), tuple(distances.nan_to_num(0).tolist()))


def departure(group: AbstractGroup) -> Callable[[Tensor, Tensor], Tensor]:
    """The share of h's second moment that a group around the stated one leaves, in [0, 1].

    ``(S, B, m), (S, B, m) -> (S,)``, differentiable: from the best orthogonal map for subgroups of
    O(m), and from the best affine map for subgroups of Aff(m).
    """
    for kind, measure in ((Orthogonal, _from_orthogonal), (Affine, _from_affine)):
        try:
            inside = contained(group, kind(group.dim)).holds
        except SithError:
            continue
        if inside:
            return measure
    raise UnsupportedCondition(f"no differentiable distance to {group}", allowed="affine groups")


def _from_orthogonal(z: Tensor, h: Tensor) -> Tensor:
    """‖h − Qz‖²/(‖h‖² + ‖z‖²) at the best Q: the nuclear norm of zᵀh (Schönemann, 1966)."""
    fit = torch.linalg.svdvals(z.mT @ h).sum(-1)
    left: Tensor = 1 - 2 * fit / (z.square().sum((-2, -1)) + h.square().sum((-2, -1)))
    return left


def _from_affine(z: Tensor, h: Tensor) -> Tensor:
    one = torch.cat((z, torch.ones_like(z[..., :1])), -1)
    gram = one.mT @ one + 1e-4 * torch.eye(one.shape[-1], dtype=z.dtype, device=z.device)
    left = h - one @ torch.linalg.solve(gram, one.mT @ h)
    centred = h - h.mean(-2, keepdim=True)
    share: Tensor = left.square().sum((-2, -1)) / centred.square().sum((-2, -1)).clamp_min(1e-6)
    return share
