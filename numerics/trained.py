"""The trained check: encoders over several seeds, held-out measures, and a two-sided test."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from numerics.budget import Budget
from numerics.encoders import Encoder
from numerics.experiments import Experiment, set_up
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
from numerics.train import TrainSettings, train
from theory import (
    Agreement,
    Claim,
    FiniteSpace,
    InputError,
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


@dataclass(frozen=True, slots=True)
class TrainedRun:
    """Trained encoders and their held-out representations, for figures and for storage.

    Fields:
        experiment: what was trained.
        encoder: all seeds.
        extras: learned parameters beside the encoder.
        latents: held-out values of the base map, ``(S, N, m)``.
        representations: of the same rows, ``(S, N, m)``.
        losses: training losses, ``(steps, S)``.
        diverged: positions of diverged seeds.
    """

    experiment: Experiment
    encoder: Encoder
    extras: Mapping[str, Tensor]
    latents: Tensor
    representations: Tensor
    losses: Tensor
    diverged: tuple[int, ...]


def pick_device(name: str) -> str:
    """Return a device that exists: "auto" takes CUDA where there is one; raises `InputError`."""
    available = torch.cuda.is_available()
    if name == "auto":
        return "cuda" if available else "cpu"
    kind = name.partition(":")[0]
    if kind == "cpu":
        return "cpu"
    if kind != "cuda":
        raise InputError(f"device '{name}'", allowed="auto, cpu, cuda, cuda:N")
    if not available:
        raise InputError(f"device '{name}' is absent on this machine", cure="use --device cpu")
    count = torch.cuda.device_count()
    index = name.partition(":")[2] or "0"
    if not index.isdigit() or int(index) >= count:
        raise InputError(f"device '{name}' is absent", allowed=f"cuda:0 to cuda:{count - 1}")
    return name


def train_claim(
    claim: Claim,
    budget: Budget,
    seeds: tuple[int, ...],
    *,
    device: str = "cpu",
    progress: Callable[[float], None] = lambda _: None,
) -> TrainedRun:
    """Train one encoder per seed on the claim's objective, all seeds in one batch."""
    with _single_thread(device):
        return _train(claim, budget, seeds, device, progress)


@contextmanager
def _single_thread(device: str) -> Iterator[None]:
    """Use one CPU thread: the products are small, and threads that wait cost more than they do."""
    threads = torch.get_num_threads()
    if device == "cpu":
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _train(
    claim: Claim,
    budget: Budget,
    seeds: tuple[int, ...],
    device: str,
    progress: Callable[[float], None],
) -> TrainedRun:
    experiment = set_up(claim, budget, seeds, device)
    steps = budget.steps_per_dim * _size(claim)
    settings = TrainSettings(steps=steps, learning_rate=1e-2)
    result = train(
        experiment.draw,
        experiment.loss,
        experiment.encoder,
        settings,
        extras=experiment.extras,
        progress=lambda done, _: progress(done / steps),
    )
    return TrainedRun(
        experiment=experiment,
        encoder=result.encoder,
        extras=result.extras,
        latents=experiment.base_latents(),
        representations=experiment.represent(result.encoder),
        losses=result.losses,
        diverged=tuple(d.seed for d in result.diverged),
    )


def _size(claim: Claim) -> int:
    """Coordinates of the latents or of the representation; nodes of a graph are no coordinates."""
    inner = 0 if isinstance(claim.world.space, FiniteSpace) else claim.dim
    return max(inner, claim.encoder.output.dim, 2)


def measure_run(run: TrainedRun, seeds: tuple[int, ...], seconds: float = 0.0) -> TrainedReport:
    """Measure a trained run and test it against the claim's stated group, two-sided.

    Inside: the upper end of the residual to the stated group is at most `INSIDE`. Outside: for
    every strictly smaller named group some seed has a residual of at least `OUTSIDE`; a trained
    solution is one member of the group, so a single seed may happen to lie in a smaller one.
    A claim of containment is tested inside only.
    """
    claim = run.experiment.claim
    z, y = run.latents, run.representations
    gap, scale = run.experiment.loss_gap(run.encoder, run.extras)
    relative = (gap / scale).tolist()
    metrics: dict[str, Interval] = {
        "linear_r2": interval(_values(linear_r2(z, y))),
        "procrustes_r2": interval(_values(procrustes_r2(z, y))),
        "gap": interval(_values(np.asarray(linear_r2(z, y)) - np.asarray(procrustes_r2(z, y)))),
        "orthogonality_error": interval(_values(orthogonality_error(z, y))),
        "mcc": interval(_values(mcc(z, y, "pearson").mcc)),
        "mcc_spearman": interval(_values(mcc(z, y, "spearman").mcc)),
        "block_r2": interval(_values(block_r2(z, y))),
        "loss_gap": interval(relative),
    }
    style = run.experiment.style()
    if style.shape[-1]:
        metrics["style_r2"] = interval(_values(block_r2(style, y)))
    mixing, collision = _injectivity(run.experiment)
    inside = _residual(claim.group, z, y)
    metrics["residual"] = interval(inside)
    smaller = {str(g): max(_residual(g, z, y)) for g in _smaller(claim.group)}
    outcome, reason = _decide(claim, metrics, smaller)
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
        notes=run.experiment.notes,
    )


def trained_check(
    claim: Claim,
    budget: Budget,
    seeds: tuple[int, ...],
    *,
    device: str = "cpu",
    progress: Callable[[float], None] = lambda _: None,
) -> tuple[TrainedReport, TrainedRun]:
    """Train, measure and test; returns the report and the run."""
    start = time.perf_counter()
    run = train_claim(claim, budget, seeds, device=device, progress=progress)
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


def _decide(
    claim: Claim, metrics: Mapping[str, Interval], smaller: Mapping[str, float]
) -> tuple[Agreement, str]:
    gap, inside = metrics["loss_gap"], metrics["residual"]
    if gap.failed or inside.failed:
        return Agreement.UNDECIDED, f"{max(gap.failed, inside.failed)} seeds diverged"
    if gap.mean > GAP:
        return (
            Agreement.UNDECIDED,
            f"the optimum was not reached: loss gap {gap.mean:.3f} of its scale (limit {GAP})",
        )
    if claim.relation is not Relation.CONTAINS and inside.high > INSIDE:
        if inside.low > INSIDE:
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
