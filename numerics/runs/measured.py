"""What trained encoders show: held-out measures, and a two-sided test of the stated group."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from sith.numerics.experiments import Experiment, OwnMixing, OwnParts
from sith.numerics.groups import Finding, Resolution, residual, told_apart
from sith.numerics.measure import (
    Interval,
    block_r2,
    interval,
    linear_r2,
    mcc,
    orthogonality_error,
    procrustes_r2,
)
from sith.numerics.measure.samples import as_array
from sith.numerics.mixings import check_injectivity
from sith.numerics.runs.report import TrainedReport
from sith.numerics.runs.run import NOTHING, TrainedRun, train_claim
from sith.numerics.runs.trained_verdict import told_verdict
from sith.numerics.training.budget import Budget
from sith.numerics.training.memory import MemoryShort, out_of_memory, release
from sith.theory import Agreement, Claim, FiniteSpace, Relation
from sith.theory.groups import AbstractGroup

GAP = 0.02
"""The optimum counts as reached when the loss gap is below 2 % of the loss's scale: finished runs
of true claims leave 1 % and less."""

INSIDE = 0.05
"""Largest residual to the stated group: finished runs leave 0.02 and less, and the kernel fits of
blockwise groups leave up to 0.05 on exact members."""

LEAST_REACHED = 2
"""Seeds that must reach the optimum for a verdict: an interval needs two."""

LEAST_ROWS = 1024
"""Held-out rows are halved down to this where memory runs out."""

INJECTIVITY_ROWS = 1024
"""Latents per seed between which the injectivity check looks for collisions."""

OUTSIDE = 0.10
"""Least residual to a smaller group that shows the representation is outside it: twice `INSIDE`,
so that no run can be inside and outside one group."""


def measure_run(run: TrainedRun, seeds: tuple[int, ...], seconds: float = 0.0) -> TrainedReport:
    """Measure a trained run and test it against the claim's stated group, two-sided.

    The claim is about optima, so that only seeds whose loss gap is at most `GAP` are asked; at least
    two must be. Seeds are chosen by their loss alone, never by their residual.

    Inside: the upper end of the residual to the stated group is at most `INSIDE`; it disagrees if the
    lower end is above, or two seeds are at `OUTSIDE` or beyond. Where the group has a quadratic
    form, the maps must keep it rather than another.
    Outside: for every relevant proper subgroup (`sith.numerics.groups.proper_subgroups`) some seed must
    lie outside it: in another component, or with a residual of at least `OUTSIDE`. A trained
    solution is one member of the group, so that seeds may happen to lie in a smaller one; the
    verdict is then undecided, never agrees, and `resolution` gives the chance of that and the
    smallest differences that could have been seen.
    A claim of containment is tested inside only. A seed that diverged is left out of everything,
    and counts as failed in the intervals.
    """
    claim = run.experiment.claim
    alive = _alive(run)
    if not alive:
        return _all_diverged(run, seeds, seconds)
    by_seed = scores_by_seed(run)
    relative = by_seed["loss_gap"]
    metrics = {name: interval(values) for name, values in by_seed.items()}
    z, y = run.latents[alive], run.representations[alive]

    def spread(score: Any) -> list[float]:
        return _spread(score, alive, len(seeds))

    mixing, collision = _injectivity(run.experiment)
    reached = [bool(r <= GAP) for r in relative]
    enough = sum(reached) >= min(LEAST_REACHED, len(reached))
    asked = reached if enough else [bool(np.isfinite(r)) for r in relative]
    inside = spread(_residual(claim.group, z, y))
    metrics["residual"] = interval([r for r, of in zip(inside, asked, strict=True) if of] or inside)
    chosen = [i for i, k in enumerate(alive) if asked[k] and math.isfinite(inside[k])]
    findings, resolution = _compared(claim.group, z, y, chosen)
    far = sum(r >= OUTSIDE for r, of in zip(inside, asked, strict=True) if of)
    outcome, reason = _decide(claim, metrics, findings, run.diverged, far=far, enough=enough)
    if collision:
        outcome, reason = Agreement.UNDECIDED, f"the drawn mixing is not injective: {mixing}"
    return TrainedReport(
        outcome=outcome,
        reason=reason,
        metrics=metrics,
        smaller={f.name: f.distance for f in findings if math.isfinite(f.distance)},
        mixing=mixing,
        network=str(run.encoder.spec),
        seeds=seeds,
        steps=run.losses.shape[0],
        seconds=seconds,
        notes=(*run.notes, *_lost(run, seeds), *_reached_note(reached)),
        diverged=tuple(seeds[k] for k in run.diverged),
        findings=findings,
        resolution=resolution,
    )


def _all_diverged(run: TrainedRun, seeds: tuple[int, ...], seconds: float) -> TrainedReport:
    """A report without measures: nothing was trained."""
    nothing = interval([math.nan] * len(seeds))
    names = ("linear_r2", "procrustes_r2", "gap", "mcc", "loss_gap", "residual")
    return TrainedReport(
        outcome=Agreement.UNDECIDED,
        reason=f"every seed diverged: {'; '.join(_lost(run, seeds))}",
        metrics=dict.fromkeys(names, nothing),
        smaller={},
        mixing="not looked at",
        network=str(run.encoder.spec),
        seeds=seeds,
        steps=run.losses.shape[0],
        seconds=seconds,
        notes=run.notes,
        diverged=seeds,
    )


def _lost(run: TrainedRun, seeds: tuple[int, ...]) -> tuple[str, ...]:
    """Say which seeds diverged, by the step at which they did."""
    at: dict[int, list[str]] = {}
    for k in run.diverged:
        step = int(run.losses[:, k].isnan().nonzero()[0])
        at.setdefault(step, []).append(str(seeds[k]))
    return tuple(
        f"seed{'s' * (len(names) > 1)} {', '.join(names)} diverged at step {step}: "
        "the loss or its gradient was NaN or infinite"
        for step, names in sorted(at.items())
    )


def scores_by_seed(run: TrainedRun) -> dict[str, list[float]]:
    """Return the held-out scores of a run by name, one value per seed; NaN for one that diverged.

    `loss_gap` is relative to the loss's scale; `style_r2` is there where the claim leaves latents
    out.
    """
    alive, seeds = _alive(run), run.latents.shape[0]
    z, y = run.latents[alive], run.representations[alive]
    gap, scale = run.experiment.loss_gap(run.encoder, run.extras)
    scores: dict[str, Any] = {
        "linear_r2": linear_r2(z, y),
        "procrustes_r2": procrustes_r2(z, y),
        "gap": np.asarray(linear_r2(z, y)) - np.asarray(procrustes_r2(z, y)),
        "orthogonality_error": orthogonality_error(z, y),
        "mcc": mcc(z, y, "pearson").mcc,
        "mcc_spearman": mcc(z, y, "spearman").mcc,
        "block_r2": block_r2(z, y),
        "loss_gap": (gap / scale)[alive],
    }
    style = run.experiment.style()[alive][:, : y.shape[1]]
    if style.shape[-1]:
        scores["style_r2"] = block_r2(style, y)
    return {name: _spread(score, alive, seeds) for name, score in scores.items()}


def _alive(run: TrainedRun) -> list[int]:
    return [k for k in range(run.latents.shape[0]) if k not in run.diverged]


def _spread(score: Any, alive: list[int], seeds: int) -> list[float]:
    """One value per seed; NaN for those that diverged."""
    found = dict(zip(alive, _values(score), strict=True))
    return [found.get(k, math.nan) for k in range(seeds)]


def trained_check(
    claim: Claim,
    budget: Budget,
    seeds: tuple[int, ...],
    *,
    device: str = "cpu",
    progress: Callable[[float], None] = lambda _: None,
    folder: Path | None = None,
    own: OwnParts = NOTHING,
) -> tuple[TrainedReport, TrainedRun]:
    """Train, measure and test; returns the report and the run. Arguments as of `train_claim`."""
    start = time.perf_counter()
    run = train_claim(
        claim, budget, seeds, device=device, progress=progress, folder=folder, own=own
    )
    trained = time.perf_counter() - start
    while True:
        try:
            return measure_run(run, seeds, trained), run
        except (RuntimeError, MemoryError) as error:
            rows = run.latents.shape[1] // 2
            if not out_of_memory(error):
                raise
            if rows < LEAST_ROWS:
                raise MemoryShort(
                    f"out of memory in measuring {len(seeds)} seeds on {2 * rows} rows",
                    cure="lower --seeds or take a smaller --budget",
                ) from error
        release()
        note = f"memory ran out: measured on {rows} rows"
        run = replace(
            run,
            latents=run.latents[:, :rows],
            representations=run.representations[:, :rows],
            notes=(*run.notes, note),
        )


def _values(score: Any) -> list[float]:
    return [float(x) for x in np.atleast_1d(np.asarray(score, dtype=float))]


def _injectivity(experiment: Experiment) -> tuple[str, bool]:
    """Say what was found of the mixings, and whether one of them is not injective."""
    if isinstance(experiment.claim.world.space, FiniteSpace):
        return "none: the nodes are observed", False
    if isinstance(experiment.mixing, OwnMixing):
        return experiment.mixing.says, False
    rows = experiment.latents[:, :INJECTIVITY_ROWS]
    report = check_injectivity(experiment.mixing, rows, search_steps=50)
    return str(report), not report.passed


def _residual(group: AbstractGroup, z: Tensor, y: Tensor) -> list[float]:
    return _values(residual(group, z, y).value)


def _compared(
    group: AbstractGroup, z: Tensor, y: Tensor, chosen: list[int]
) -> tuple[tuple[Finding, ...], tuple[Resolution, ...]]:
    """Compare the chosen runs with smaller groups; nothing where no run is left to compare."""
    if not chosen:
        return (), ()
    latents, outputs = as_array(z)[chosen], as_array(y)[chosen]
    findings, resolution = told_apart(group, latents, outputs, inside=INSIDE, outside=OUTSIDE)
    return findings, (resolution,)


def _reached_note(reached: list[bool]) -> tuple[str, ...]:
    """Say whose verdict it is where some seeds stopped short of the optimum."""
    count = sum(reached)
    if count < LEAST_REACHED or count == len(reached):
        return ()
    return (f"{count} of {len(reached)} seeds reached the optimum: residuals are theirs",)


def _decide(
    claim: Claim,
    metrics: Mapping[str, Interval],
    findings: Sequence[Finding],
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
    return told_verdict(claim, findings)
