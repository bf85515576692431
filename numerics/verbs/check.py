"""The verb `check`: derive a claim, check it exactly without a network, then with trained encoders."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp
import torch
from safetensors.torch import save_file

from numerics.budget import Budget, pick_budget
from numerics.exact import ExactReport, TabularReport, exact_check, tabular_optimum
from numerics.measured import TrainedReport, trained_check
from numerics.trained import TrainedRun, pick_device
from numerics.worlds import WorldSampler, require_informative
from theory import (
    Agreement,
    Claim,
    InfoNCE,
    InputError,
    NoPairs,
    Outcome,
    Statement,
    UnsupportedCondition,
    Verdict,
    derive,
)

Progress = Callable[[str, float], None]

LEAST_SEEDS = 2
"""An interval over seeds needs at least two."""

TABULAR_STARTS, TABULAR_STEPS = 8, 300
"""About a second on one core at the default points."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The layers of a check side by side.

    Fields:
        derived: the exact derivation.
        exact: the population loss of explicit maps, without a network; () where it was not run.
        trained: trained encoders; () where they were not run.
        skipped: why a layer was not run.
        tabular: the lowest population loss over maps that are free at every point, without a
            network; () where it was not run.
    """

    claim: str
    derived: Verdict
    exact: tuple[ExactReport, ...]
    trained: tuple[TrainedReport, ...]
    skipped: tuple[str, ...]
    budget: str
    device: str
    seconds: float
    tabular: tuple[TabularReport, ...] = ()

    @property
    def outcome(self) -> Agreement:
        """Disagrees if any layer does; agrees if derivation and training do and no layer disagrees."""
        layers = [self.derived.agreement]
        layers += [report.passed for report in self.exact]
        layers += [report.passed for report in self.tabular]
        layers += [report.outcome for report in self.trained]
        if Agreement.DISAGREES in layers:
            return Agreement.DISAGREES
        needed = [self.derived.agreement, *(report.outcome for report in self.trained)]
        if self.trained and all(a is Agreement.AGREES for a in needed):
            return Agreement.AGREES
        return Agreement.UNDECIDED

    @property
    def exit_status(self) -> int:
        """0 the claim stands, 1 it does not, 2 mis-specified, 3 undecided."""
        if self.derived.outcome is Outcome.MIS_SPECIFIED:
            return 2
        return {Agreement.AGREES: 0, Agreement.DISAGREES: 1, Agreement.UNDECIDED: 3}[self.outcome]

    @property
    def agrees(self) -> bool:
        """Whether every layer that was run supports the claim."""
        return self.outcome is Agreement.AGREES

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, ready for JSON."""
        return {
            "claim": self.claim,
            "verdict": self.outcome.value,
            "agrees": self.agrees,
            "derived": self.derived.to_dict(),
            "exact": self.exact[0].to_dict() if self.exact else {},
            "tabular": self.tabular[0].to_dict() if self.tabular else {},
            "trained": self.trained[0].to_dict() if self.trained else {},
            "skipped": list(self.skipped),
            "budget": self.budget,
            "device": self.device,
            "seconds": round(self.seconds, 2),
        }

    def __str__(self) -> str:
        """A report for a terminal."""
        parts = [f"{self.claim}: {self.outcome.value}", str(self.derived)]
        parts += [str(report) for report in (*self.exact, *self.tabular, *self.trained)]
        parts += [f"not run: {reason}" for reason in self.skipped]
        return "\n".join(parts)


def check(
    statement: Statement,
    dim: int | None = None,
    *,
    budget: str = "smoke",
    seeds: int | None = None,
    device: str = "auto",
    degree: int | None = None,
    progress: Progress = lambda _stage, _done: None,
    save: str | os.PathLike[str] | None = None,
    **parameters: Any,
) -> CheckReport:
    """Check a claim in layers: derivation, exact population checks, trained encoders.

    The exact checks are two: explicit maps inside and outside the stated group (`exact_check`),
    and a search over maps that are free at every quadrature node (`tabular_optimum`), which needs
    no condition and so is also run where the derivation found none.

    Arguments:
        statement: a claim or a theorem; `dim` and `parameters` choose the theorem's point.
        budget: "smoke" (about a minute on two cores), "ci" or "full".
        seeds: number of seeds, at least 2; the budget's by default. Seeds are 0, 1, ….
        device: "auto", "cpu", "cuda" or "cuda:N".
        degree: largest degree of polynomial fields in the derivation.
        progress: called with the stage's name and the fraction done.
        save: a folder that receives the report, the encoders and the held-out representations,
            written at the end and at once. While training runs its state is kept beside it, in
            a folder with ".part" at its name's end; the same call goes on from there after a kill.

    Raises:
        InputError: a value out of range, an absent device, pairs that carry no information.
    """
    start = time.perf_counter()
    size = _sized(budget, seeds)
    where = pick_device(device)
    if save is not None:
        _require_new(Path(save))
    claim = statement.at(dim, **parameters)
    progress("derive", 0.0)
    derived = derive(statement, dim, degree, **parameters)
    skipped: list[str] = []
    exact: tuple[ExactReport, ...] = ()
    tabular: tuple[TabularReport, ...] = ()
    trained: tuple[TrainedReport, ...] = ()
    runs: tuple[TrainedRun, ...] = ()
    if derived.outcome in (Outcome.MIS_SPECIFIED, Outcome.UNDECIDED):
        skipped.append(f"exact and trained checks: {derived.outcome.value}, {derived.reason}")
        tabular = _tabular(claim, where, skipped, progress)
    else:
        unsampled = _no_sampler(claim)
        if not unsampled and not isinstance(claim.world.pairs, NoPairs):
            # Environments, labels and views are no pairs: their information is not measured.
            with contextlib.suppress(UnsupportedCondition):
                require_informative(claim.world)
        progress("exact check", 0.0)
        exact = (exact_check(claim),)
        tabular = _tabular(claim, where, skipped, progress)
        progress("train", 0.0)
        try:
            report, run = trained_check(
                claim,
                size,
                tuple(range(size.seeds)),
                device=where,
                progress=lambda done: progress("train", done),
                folder=None if save is None else _unfinished(Path(save)),
            )
            trained, runs = (report,), (run,)
        except UnsupportedCondition as error:
            skipped.append(f"training: {error}")
        except InputError:
            if not unsampled:
                raise
            skipped.append(f"training: {unsampled}")
    result = CheckReport(
        claim=claim.name,
        derived=derived,
        exact=exact,
        trained=trained,
        skipped=tuple(skipped),
        budget=size.name,
        device=where,
        seconds=time.perf_counter() - start,
        tabular=tabular,
    )
    if save is not None:
        _save(Path(save), claim, result, runs, size)
        shutil.rmtree(_unfinished(Path(save)), ignore_errors=True)
    return result


def _no_sampler(claim: Claim) -> str:
    """Why the common sampler does not draw a world, or "" where it does.

    Experiments of spectral objectives and of environments have samplers of their own.
    """
    try:
        WorldSampler(claim.world)
    except (InputError, UnsupportedCondition) as error:
        return str(error)
    return ""


def _unfinished(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.part")


def _tabular(
    claim: Claim, device: str, skipped: list[str], progress: Progress
) -> tuple[TabularReport, ...]:
    """The tabular optimum of a claim of InfoNCE, or one line more in `skipped`."""
    if not isinstance(claim.objective, InfoNCE):
        return ()
    progress("exact check", 0.5)
    try:
        return (
            tabular_optimum(claim, starts=TABULAR_STARTS, iterations=TABULAR_STEPS, device=device),
        )
    except InputError as error:
        skipped.append(f"tabular optimum: {error}")
        return ()


def _sized(name: str, seeds: int | None) -> Budget:
    size = pick_budget(name)
    if seeds is None:
        return size
    if type(seeds) is not int or seeds < LEAST_SEEDS:
        raise InputError(f"seeds = {seeds}", allowed=f"an integer ≥ {LEAST_SEEDS}")
    return replace(size, seeds=seeds)


def _require_new(folder: Path) -> None:
    if folder.exists():
        raise InputError(f"{folder} exists already", cure="name a folder that does not exist")


def _provenance(claim: Claim, report: CheckReport, budget: Budget) -> dict[str, Any]:
    """Everything that another machine needs to run the same check."""
    return {
        "claim": claim.name,
        "dim": claim.dim,
        "world": str(claim.world.pairs),
        "objective": str(claim.objective),
        "encoder": str(claim.encoder),
        "group": str(claim.group),
        "relation": claim.relation.value,
        "base": [str(f) for f in claim.base],
        "budget": asdict(budget),
        "seeds": list(range(budget.seeds)),
        "device": report.device,
        "torch": torch.__version__,
        "sympy": sp.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def _save(
    folder: Path,
    claim: Claim,
    report: CheckReport,
    runs: tuple[TrainedRun, ...],
    budget: Budget,
) -> None:
    """Write everything into a new folder beside `folder`, then move it into place."""
    _require_new(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".sith-") as scratch:
        inner = Path(scratch) / "result"
        inner.mkdir()
        provenance = _provenance(claim, report, budget)
        text = json.dumps({**report.to_dict(), "provenance": provenance}, indent=1)
        (inner / "report.json").write_text(text, encoding="utf-8")
        for run in runs:
            tensors = {f"encoder.{k}": v.contiguous() for k, v in run.encoder.state.items()}
            tensors |= {f"extras.{k}": v.contiguous() for k, v in run.extras.items()}
            tensors["latents"] = run.latents.contiguous()
            tensors["representations"] = run.representations.contiguous()
            tensors["losses"] = run.losses.contiguous()
            save_file(tensors, inner / "run.safetensors")
        os.replace(inner, folder)
