"""The classifier of environments on top of an encoder: one registered function an objective."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch

import torch
from torch import Tensor

from sith.numerics.exact import linear_head, statistics
from sith.numerics.experiments.environment_law import EnvironmentLaw
from sith.numerics.experiments.parts import normal
from sith.numerics.experiments.protocol import Extras
from sith.numerics.lowering.lower import lower_map
from sith.theory import (
    Claim,
    ConditionalEnergy,
    ConditionalLikelihood,
    EnvironmentClassification,
    GeneralisedContrastive,
    UnsupportedCondition,
    latents,
)
from sith.theory.dispatch import register_call

HIDDEN = 32
"""Hidden units of each function ψ_i of one output."""

Logits = Callable[[Tensor, Extras], Tensor]
"""Logits of the environments ``(S, B, n)`` from representations ``(S, B, m)``."""


@dataclass(frozen=True, slots=True)
class EnvironmentHead:
    """A classifier of environments.

    Fields:
        extras: its parameters at their start.
        logits: of the environments.
        folds: whether it cannot tell h from a map that folds.
        free: whether it holds a free function of each output.
        notes: what stands for the claim's letter.
    """

    extras: Extras
    logits: Logits
    folds: bool
    free: bool = False
    notes: tuple[str, ...] = ()


@singledispatch
def head_of(
    objective: object,
    claim: Claim,  # noqa: ARG001
    law: EnvironmentLaw,  # noqa: ARG001
    generators: tuple[torch.Generator, ...],  # noqa: ARG001
) -> EnvironmentHead:
    """Return the classifier that an objective trains.

    Raises:
        UnsupportedCondition: nothing is registered for the objective.
    """
    raise UnsupportedCondition(
        f"no classifier of environments for the objective '{objective}'",
        cure=register_call("sith.numerics.experiments.head_of", objective),
    )


@head_of.register
def _(
    objective: GeneralisedContrastive,  # noqa: ARG001
    claim: Claim,
    law: EnvironmentLaw,
    generators: tuple[torch.Generator, ...],
) -> EnvironmentHead:
    d, n = claim.encoder.output.dim, law.count
    extras = {
        "psi.in": 2 * normal(generators, d, HIDDEN),
        "psi.shift": normal(generators, d, HIDDEN),
        "psi.out": normal(generators, d, HIDDEN, n) / math.sqrt(d * HIDDEN),
        "offset": torch.zeros(len(generators), n, device=generators[0].device),
    }
    note = "a fixed cubic of each output follows the encoder: ψ_i absorbs its inverse"
    return EnvironmentHead(extras, _free_head, folds=True, free=True, notes=(note,))


@head_of.register(ConditionalLikelihood)
@head_of.register(ConditionalEnergy)
def _(
    objective: ConditionalLikelihood | ConditionalEnergy,
    claim: Claim,
    law: EnvironmentLaw,
    generators: tuple[torch.Generator, ...],
) -> EnvironmentHead:
    if getattr(objective, "supports", ()):
        raise UnsupportedCondition(f"no head that keeps entries of '{objective}' at 0")
    note = "profile likelihood over the free base measure: logistic regression"
    return _regression(claim, law, generators, (note,))


@head_of.register
def _(
    objective: EnvironmentClassification,  # noqa: ARG001
    claim: Claim,
    law: EnvironmentLaw,
    generators: tuple[torch.Generator, ...],
) -> EnvironmentHead:
    return _regression(claim, law, generators, ())


def _regression(
    claim: Claim,
    law: EnvironmentLaw,
    generators: tuple[torch.Generator, ...],
    notes: tuple[str, ...],
) -> EnvironmentHead:
    """Logits that are linear in known features."""
    d, n, known = claim.encoder.output.dim, law.count, statistics(claim)
    features, width = lower_map(known, latents(d)), len(known)
    extras = {"rows": normal(generators, n, width) / math.sqrt(width)}
    if linear_head(claim.objective).biased:
        extras["offset"] = torch.zeros(len(generators), n, device=generators[0].device)

    def logits(h: Tensor, e: Extras) -> Tensor:
        found = features(h) @ e["rows"].mT
        return found + e["offset"].unsqueeze(1) if "offset" in e else found

    return EnvironmentHead(extras, logits, known != tuple(latents(d)), notes=notes)


def _free_head(h: Tensor, e: Extras) -> Tensor:
    """Σ_i ψ_i(h_i, u) with one hidden layer for each output."""
    hidden = torch.tanh(h.unsqueeze(-1) * e["psi.in"].unsqueeze(1) + e["psi.shift"].unsqueeze(1))
    return hidden.flatten(2) @ e["psi.out"].flatten(1, 2) + e["offset"].unsqueeze(1)
