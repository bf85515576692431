"""The task of a sweep: one encoder of one claim under one design, and its held-out scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from sith.numerics.claims.parameters import claim_at, read_parameters
from sith.numerics.runs.design import Design, train_design
from sith.numerics.runs.measured import scores_by_seed
from sith.numerics.sweeping.axes import DESIGN, NO_WEAKENING
from sith.numerics.sweeping.sizes import require_room
from sith.numerics.sweeping.sources import statement_of
from sith.numerics.sweeping.task import Settings
from sith.theory import Claim
from sith.theory.derivation import weakened


def run_training(settings: Sequence[Settings]) -> list[Mapping[str, Any]]:
    """Train the seeds of one claim and one design at once; returns the scores of each.

    The settings differ in `seed` alone. Scores are held out; `loss_gap` is relative to the loss's
    scale, and a run with more than `sith.numerics.runs.measured.GAP` has not reached the optimum.
    """
    first = settings[0]
    claim = claim_of(first)
    design = Design(**{name: first[name] for name in DESIGN if name in first})
    seeds = tuple(int(one["seed"]) for one in settings)
    require_room(design, claim.dim, len(seeds))
    run = train_design(claim, design, seeds)
    every = len(run.diverged) == len(seeds)
    scores = {} if every else scores_by_seed(run)
    scores["loss"] = _last_losses(run.losses)
    return [
        {
            **{name: values[i] for name, values in scores.items()},
            "diverged": i in run.diverged,
            "group": str(claim.group),
            "notes": "; ".join(run.notes),
        }
        for i in range(len(seeds))
    ]


def claim_of(settings: Settings) -> Claim:
    """Return the claim that the settings name, at its dimension, parameters and weakening."""
    statement = statement_of(settings)
    parameters = read_parameters(statement, list(settings.get("parameters", ())))
    claim = claim_at(statement, settings.get("dim"), parameters)
    name = settings.get("weakening", NO_WEAKENING)
    if name == NO_WEAKENING:
        return claim
    return weakened(claim, name)


def _last_losses(losses: torch.Tensor) -> list[float]:
    """Mean training loss of the last tenth, per seed."""
    tail = losses[-max(1, losses.shape[0] // 10) :]
    values: list[float] = tail.mean(0).tolist()
    return values
