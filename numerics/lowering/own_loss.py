"""A loss of the user's own in torch: its integrand, lowered, on samples and on tables of scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp
import torch
from torch import Tensor

from sith.numerics.lowering.lower import Lowered, lower
from sith.theory import UnsupportedCondition
from sith.theory.objectives import (
    binary_minimum,
    kind_of,
    limit_minimum,
    reduce_objective,
    slot_minimum,
    slot_symbols,
)


@dataclass(frozen=True, slots=True)
class OwnLoss:
    """The loss of scores s: of a true partner, and of independent ones.

    Fields:
        slots: 0 for a loss of single scores, 1 for many negatives, else the number of slots.
        parts: with `slots` = 0 the integrands of true and of independent pairs, of the score; with
            1 χ, of s − log E⁻ exp(s); else the integrand of the true partner in the first slot.
        power: σ, where the optimum is the density ratio to this power.
        best: with `slots` = 0 the best score for a density ratio; else ().
        slopes, curves: with `slots` = 0 the first and second derivatives of `parts`; else ().
    """

    slots: int
    parts: tuple[Lowered, ...]
    power: float
    best: tuple[Lowered, ...] = ()
    slopes: tuple[Lowered, ...] = ()
    curves: tuple[Lowered, ...] = ()

    def of_samples(self, true: Tensor, others: Tensor) -> Tensor:
        """The loss of scores ``(S, B)`` of partners and ``(S, B, K)`` of independent points, ``(S,)``.

        −∞ among the independent scores leaves a point out where there are many negatives.
        """
        if self.slots == 0:
            one, two = (
                part(x[..., None]) for part, x in zip(self.parts, (true, others), strict=True)
            )
            return one.mean(-1) + two.mean((-2, -1))
        if self.slots == 1:
            kept = others.isfinite().sum(-1)
            spread = others.logsumexp(-1) - kept.to(others.dtype).log()
            return self.parts[0]((true - spread)[..., None]).mean(-1)
        groups = others.shape[-1] // (self.slots - 1)
        drawn = others[..., : groups * (self.slots - 1)].unflatten(-1, (groups, self.slots - 1))
        own = true[..., None, None].expand(*drawn.shape[:-1], 1)
        return self._first(torch.cat((own, drawn), -1)).mean((-2, -1))

    def of_tables(self, scores: Tensor, ratio: Tensor, anchors: Tensor, others: Tensor) -> Tensor:
        """The loss of score tables ``(S, N, N)`` in a finite world, ``(S,)``; on slots, of two.

        Arguments:
            ratio: ``(N, N)``, P(j|i)/n_j.
            anchors, others: ``(N,)``, laws of the anchors and of independent points.
        """
        weights = anchors[:, None] * others
        if self.slots == 0:
            one, two = (part(scores[..., None]) for part in self.parts)
            return ((ratio * one + two) * weights).sum((-2, -1))
        if self.slots == 1:
            spread = (scores + others.log()).logsumexp(-1, keepdim=True)
            chi = self.parts[0]((scores - spread)[..., None])
            return (chi * ratio * weights).sum((-2, -1))
        first = scores[..., :, None].expand(*scores.shape, scores.shape[-1])
        second = scores[..., None, :].expand_as(first)
        value = self._first(torch.stack((first, second), -1))
        return ((value @ others) * ratio * weights).sum((-2, -1))

    def optimal_scores(self, ratio: Tensor) -> Tensor:
        """A table of scores at which the loss is minimal, ``(N, N)``."""
        if self.best:
            return self.best[0](ratio[..., None])
        return self.power * ratio.log()

    def at_constant(self) -> float:
        """The lowest loss of a constant score."""
        one = torch.ones(1, 1, dtype=torch.float64)
        scores = self.optimal_scores(one)[None]
        return float(self.of_tables(scores, one, one[0], one[0])[0])

    def _first(self, scores: Tensor) -> Tensor:
        """The integrand on slots; a common constant changes nothing, so the largest score is 0."""
        return self.parts[0](scores - scores.detach().amax(-1, keepdim=True))


def own_loss(objective: Any, outputs: int, *, tables: bool = False) -> OwnLoss:
    """Lower the integrand of an objective of the user's own.

    With `tables` a loss on slots is taken with two of them, which must have the same minimisers.

    Raises:
        UnsupportedCondition: it is no loss whose minimum is known, or uses a function without a
            counterpart in torch.
    """
    kind = kind_of(objective)
    reduced = reduce_objective(objective, outputs)
    power = float(reduced.power)
    if kind == "pointwise_binary":
        found = binary_minimum(objective)
        a, b = sp.symbols("a b", positive=True)
        score, ratio = sp.Symbol("s", real=True), sp.Symbol("r", positive=True)
        derived = (
            tuple(lower(sp.diff(found.loss, x, score, k), (score,)) for x in (a, b))
            for k in range(3)
        )
        parts, slopes, curves = derived
        return OwnLoss(0, parts, power, (lower(found.best, (ratio,)),), slopes, curves)
    if reduced.limit:
        chi = limit_minimum(objective).integrand
        return OwnLoss(1, (lower(chi, (sp.Symbol("t", real=True),)),), power)
    slots = (getattr(objective, "negatives", 0) or 1) + 1
    if tables and slots > 2:
        slots = 2
        if slot_minimum(objective, slots) != reduced.power:
            raise UnsupportedCondition(f"'{objective}' on tables, with more than two slots")
    weights, scores, _ = slot_symbols(slots)
    first = sp.diff(objective.pointwise(weights, scores), weights[0])
    return OwnLoss(slots, (lower(first, scores),), power)
