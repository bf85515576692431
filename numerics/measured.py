"""What trained encoders show: held-out measures, and a two-sided test of the stated group."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from numerics.budget import Budget
from numerics.experiments import Experiment
from numerics.groups import residual
from numerics.measure import (
    Interval,
    block_r2,
    interval,
    linear_r2,
    mcc,
    orthogonality_error,
    procrustes_r2,
)
from numerics.mixings import check_injectivity
from numerics.trained import TrainedRun, train_claim
from theory import (
    Agreement,
    Claim,
    FiniteSpace,
    Relation,
    contained,
    strictly_smaller,
)
from theory.groups import AbstractGroup

GAP = 0.02
"""The optimum counts as reached when the loss gap is below 2 % of the loss's scale: finished runs
of true claims leave 1 % and less."""

INSIDE = 0.05
"""Largest residual to the stated group: finished runs leave 0.02 and less, and the kernel fits of
blockwise groups leave up to 0.05 on exact members."""

LEAST_REACHED = 2
"""Seeds that must reach the optimum for a verdict: an interval needs two."""

INJECTIVITY_ROWS = 1024
"""Latents per seed between which the injectivity check looks for collisions."""

OUTSIDE = 0.10
"""Least residual to a smaller group that shows the representation is outside it: twice `INSIDE`,
so that no run can be inside and outside one group."""


@dataclass(frozen=True, slots=True)
class TrainedReport:
    """What trained encoders show of a claim.

    Fields:
        outcome: agrees, disagrees, or undecided (the optimum was not reached, or a smaller group
            was not excluded).
        reason: why, in one line.
        metrics: name → interval over seeds, all held out.
        smaller: residual to each largest strictly smaller named group, largest over seeds.
        mixing: what the injectivity check found of the mixings of all seeds.
        seeds: the seeds.
        steps: optimiser steps.
        notes: what the training takes in place of the claim's letter.
    """

    outcome: Agreement
    reason: str
    metrics: Mapping[str, Interval]
    smaller: Mapping[str, float]
    mixing: str
    seeds: tuple[int, ...]
    steps: int
    seconds: float
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the metrics by name, and the outcome with its reason."""
        return {
            **{name: value.to_dict() for name, value in self.metrics.items()},
            "outcome": self.outcome.value,
            "reason": self.reason,
            "smaller_groups": dict(self.smaller),
            "mixing": self.mixing,
            "seeds": list(self.seeds),
            "steps": self.steps,
            "notes": list(self.notes),
            "seconds": round(self.seconds, 2),
        }

    def __str__(self) -> str:
        """A report for a terminal."""
        lines = [
            f"trained encoders: {self.outcome.value} ({len(self.seeds)} seeds, {self.steps} steps)"
        ]
        if self.reason:
            lines.append(f"  reason          {self.reason}")
        lines += [f"  note            {note}" for note in self.notes]
        lines += [f"  {name:<15} {value}" for name, value in self.metrics.items()]
        lines.append(f"  mixing          {self.mixing}")
        lines += [f"  outside {name}: residual {value:.3f}" for name, value in self.smaller.items()]
        return "\n".join(lines)


def measure_run(run: TrainedRun, seeds: tuple[int, ...], seconds: float = 0.0) -> TrainedReport:
    """Measure a trained run and test it against the claim's stated group, two-sided.

    The claim is about optima, so that only seeds whose loss gap is at most `GAP` are asked; at least
    two must be. Seeds are chosen by their loss alone, never by their residual.

    Inside: the upper end of the residual to the stated group is at most `INSIDE`; it disagrees if the
    lower end is above, or two seeds are at `OUTSIDE` or beyond. Outside: for
    every strictly smaller named group some seed has a residual of at least `OUTSIDE`; a trained
    solution is one member of the group, so a single seed may happen to lie in a smaller one.
    A claim of containment is tested inside only.
    """
    claim = run.experiment.claim
    z, y = run.latents, run.representations
    by_seed = scores_by_seed(run)
    relative = by_seed["loss_gap"]
    metrics = {name: interval(values) for name, values in by_seed.items()}
    mixing, collision = _injectivity(run.experiment)
    reached = [bool(r <= GAP) for r in relative]
    enough = sum(reached) >= min(LEAST_REACHED, len(reached))
    asked = reached if enough else [bool(np.isfinite(r)) for r in relative]
    inside = _residual(claim.group, z, y)
    metrics["residual"] = interval([r for r, of in zip(inside, asked, strict=True) if of] or inside)
    smaller = {
        str(g): max((r for r, of in zip(_residual(g, z, y), asked, strict=True) if of), default=0.0)
        for g in _smaller(claim.group)
    }
    far = sum(r >= OUTSIDE for r, of in zip(inside, asked, strict=True) if of)
    outcome, reason = _decide(claim, metrics, smaller, run.diverged, far=far, enough=enough)
    if collision:
        outcome, reason = Agreement.UNDECIDED, f"the drawn mixing is not injective: {mixing}"
    return TrainedReport(
        outcome=outcome,
        reason=reason,
        metrics=metrics,
        smaller=smaller,
        mixing=mixing,
        seeds=seeds,
        steps=run.losses.shape[0],
        seconds=seconds,
        notes=(*run.notes, *_reached_note(reached)),
    )


def scores_by_seed(run: TrainedRun) -> dict[str, list[float]]:
    """Return the held-out scores of a run by name, one value per seed.

    `loss_gap` is relative to the loss's scale; `style_r2` is there where the claim leaves latents
    out.
    """
    z, y = run.latents, run.representations
    gap, scale = run.experiment.loss_gap(run.encoder, run.extras)
    scores = {
        "linear_r2": _values(linear_r2(z, y)),
        "procrustes_r2": _values(procrustes_r2(z, y)),
        "gap": _values(np.asarray(linear_r2(z, y)) - np.asarray(procrustes_r2(z, y))),
        "orthogonality_error": _values(orthogonality_error(z, y)),
        "mcc": _values(mcc(z, y, "pearson").mcc),
        "mcc_spearman": _values(mcc(z, y, "spearman").mcc),
        "block_r2": _values(block_r2(z, y)),
        "loss_gap": (gap / scale).tolist(),
    }
    style = run.experiment.style()
    if style.shape[-1]:
        scores["style_r2"] = _values(block_r2(style, y))
    return scores


def trained_check(
    claim: Claim,
    budget: Budget,
    seeds: tuple[int, ...],
    *,
    device: str = "cpu",
    progress: Callable[[float], None] = lambda _: None,
    folder: Path | None = None,
) -> tuple[TrainedReport, TrainedRun]:
    """Train, measure and test; returns the report and the run. Arguments as of `train_claim`."""
    start = time.perf_counter()
    run = train_claim(claim, budget, seeds, device=device, progress=progress, folder=folder)
    return measure_run(run, seeds, time.perf_counter() - start), run


def _values(score: Any) -> list[float]:
    return [float(x) for x in np.atleast_1d(np.asarray(score, dtype=float))]


def _injectivity(experiment: Experiment) -> tuple[str, bool]:
    """Say what was found of the mixings, and whether one of them is not injective."""
    if isinstance(experiment.claim.world.space, FiniteSpace):
        return "none: the nodes are observed", False
    rows = experiment.latents[:, :INJECTIVITY_ROWS]
    report = check_injectivity(experiment.mixing, rows, search_steps=50)
    return str(report), not report.passed


def _residual(group: AbstractGroup, z: Tensor, y: Tensor) -> list[float]:
    return _values(residual(group, z, y).value)


def _smaller(group: AbstractGroup) -> tuple[AbstractGroup, ...]:
    """Return the maximal strictly smaller groups: outside these is outside all."""
    found = strictly_smaller(group)
    return tuple(
        g
        for g in found
        if not any(o is not g and contained(g, o).holds for o in found if str(o) != str(g))
    )


def _reached_note(reached: list[bool]) -> tuple[str, ...]:
    """Say whose verdict it is where some seeds stopped short of the optimum."""
    count = sum(reached)
    if count < LEAST_REACHED or count == len(reached):
        return ()
    return (f"{count} of {len(reached)} seeds reached the optimum: residuals are theirs",)


def _decide(
    claim: Claim,
    metrics: Mapping[str, Interval],
    smaller: Mapping[str, float],
    diverged: tuple[int, ...],
    *,
    far: int,
    enough: bool,
) -> tuple[Agreement, str]:
    gap, inside = metrics["loss_gap"], metrics["residual"]
    if not enough:
        lost = f"; {len(diverged)} seeds diverged" if diverged else ""
        return (
            Agreement.UNDECIDED,
            f"the optimum was not reached: loss gap {gap.mean:.3f} of its scale (limit {GAP}){lost}",
        )
    if inside.failed:
        return Agreement.UNDECIDED, f"{inside.failed} residuals are no numbers"
    if claim.relation is not Relation.CONTAINS and inside.high > INSIDE:
        if inside.low > INSIDE or far >= LEAST_REACHED:
            return (
                Agreement.DISAGREES,
                f"the optimum was reached outside {claim.group}: residual {inside.mean:.3f}",
            )
        return Agreement.UNDECIDED, f"residual {inside} straddles the limit {INSIDE}"
    if claim.relation is Relation.CONTAINED:
        return Agreement.AGREES, ""
    close = [name for name, value in smaller.items() if value < OUTSIDE]
    if close:
        return Agreement.UNDECIDED, f"all seeds lie close to the smaller group {close[0]}"
    return Agreement.AGREES, ""
