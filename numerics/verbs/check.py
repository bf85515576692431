"""The verb `check`: derive a claim, check it exactly without a network, then with trained encoders."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sith.numerics.claims.own_callables import OwnCallable
from sith.numerics.exact import ExactReport, TabularReport, exact_check, tabular_optimum
from sith.numerics.experiments import OwnParts, set_up, with_own
from sith.numerics.runs.measured import LEAST_ROWS, trained_check
from sith.numerics.runs.report import TrainedReport
from sith.numerics.runs.run import TrainedRun
from sith.numerics.runs.saving import (
    claimed,
    followed,
    move_into_place,
    write_check,
    write_unfinished,
)
from sith.numerics.runs.trained_verdict import unless_proved
from sith.numerics.runs.unvisited import unvisited
from sith.numerics.training.budget import LEAST_SEEDS, Budget, budget_of
from sith.numerics.training.device import pick_device
from sith.numerics.training.memory import MemoryShort
from sith.numerics.verbs.check_report import CheckReport
from sith.numerics.verbs.sampling import why_unsampled
from sith.theory import (
    Claim,
    InfoNCE,
    InputError,
    Outcome,
    Statement,
    UnsupportedCondition,
    Verdict,
    derive,
)
from sith.theory.objectives import kind_of

Progress = Callable[[str, float], None]
Part = Verdict | ExactReport | TabularReport | TrainedReport
Finished = Callable[[str, Part], None]
"""Takes the name of a layer and its report."""

TABULAR_STARTS, TABULAR_STEPS = 8, 300
"""About a second on one core at the default points."""


def check(
    statement: Statement,
    dim: int | None = None,
    *,
    budget: str = "smoke",
    seeds: int | None = None,
    device: str = "auto",
    degree: int | None = None,
    progress: Progress = lambda _stage, _done: None,
    finished: Finished = lambda _name, _part: None,
    save: str | os.PathLike[str] | None = None,
    encoder: Callable[..., Any] | OwnCallable | None = None,
    mixing: Callable[..., Any] | OwnCallable | None = None,
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
        finished: called with each layer's name and report as soon as there is one.
        save: a folder that receives the report, the encoders and the held-out representations,
            written at the end and at once. Meanwhile finished layers and the state of training
            are kept beside it, in a folder with ".part" at its name's end; the same call goes on
            from there after a kill.
            One process at a time saves into a folder.
        encoder: a factory `build(inputs, outputs)` of a `torch.nn.Module`, trained in place of the
            built-in encoder.
        mixing: a function or module from latents ``(N, d)`` to observations ``(N, D)``.

    Raises:
        InputError: a value out of range, an absent device, pairs that carry no information, a
            folder that exists or into which another process saves, a network or mixing that fails.
    """
    size = budget_of(budget, seeds)
    where = pick_device(device)
    claim = statement.at(dim, **parameters)
    own = OwnParts.of(encoder, mixing)
    _try_own(claim, size, where, own)

    def derived() -> Verdict:
        progress("derive", 0.0)
        return derive(statement, dim, degree, **parameters)

    if save is None:
        return _checked(claim, derived, size, where, progress, finished, None, own)[0]
    place = followed(Path(save))
    with claimed(place) as unfinished:
        keep = _keeping(unfinished, claim.name, finished)
        report, runs = _checked(claim, derived, size, where, progress, keep, unfinished, own)
        move_into_place(
            place, lambda folder: write_check(folder, claim, report.to_dict(), runs, size)
        )
        return report


def _try_own(claim: Claim, size: Budget, device: str, own: OwnParts) -> None:
    """Raise `InputError` for a network or a mixing that cannot be used, before anything is derived."""
    if not own:
        return
    seeds = tuple(range(LEAST_SEEDS))
    few = replace(size, seeds=LEAST_SEEDS, held_out=LEAST_ROWS)
    with contextlib.suppress(UnsupportedCondition):
        with_own(set_up(claim, few, seeds, device), own, seeds, device)


def _keeping(folder: Path, claim: str, finished: Finished) -> Finished:
    """Return what writes each finished layer into a folder, and passes it on."""
    found: dict[str, Any] = {}

    def keep(name: str, part: Part) -> None:
        found[name] = part.to_dict()
        write_unfinished(folder, {"claim": claim, "finished": found})
        finished(name, part)

    return keep


def _checked(
    claim: Claim,
    derivation: Callable[[], Verdict],
    size: Budget,
    where: str,
    progress: Progress,
    finished: Finished,
    folder: Path | None,
    own: OwnParts,
) -> tuple[CheckReport, tuple[TrainedRun, ...]]:
    """All layers, and the trained encoders; `folder` keeps the state while training runs."""
    start = time.perf_counter()
    derived = derivation()
    finished("derived", derived)
    skipped: list[str] = []
    exact: tuple[ExactReport, ...] = ()
    tabular: tuple[TabularReport, ...] = ()
    trained: tuple[TrainedReport, ...] = ()
    runs: tuple[TrainedRun, ...] = ()
    if derived.outcome in (Outcome.MIS_SPECIFIED, Outcome.UNDECIDED):
        why = derived.reason or "; ".join(f"missing: {text}" for text in derived.missing[:1])
        skipped.append(f"exact and trained checks: {derived.outcome.value}, {why}")
        tabular = _tabular(claim, where, skipped, progress)
    else:
        unsampled = why_unsampled(claim)
        progress("exact check", 0.0)
        exact = (exact_check(claim),)
        finished("exact", exact[0])
        tabular = _tabular(claim, where, skipped, progress)
        for report in tabular:
            finished("tabular", report)
        progress("train", 0.0)
        trained, runs = _trained(
            claim, derived, size, where, skipped, progress, folder, unsampled, own
        )
        for found in trained:
            finished("trained", found)
    answer = CheckReport(
        claim=claim.name,
        derived=derived,
        exact=exact,
        trained=trained,
        skipped=tuple(skipped),
        budget=size.name,
        device=where,
        seconds=time.perf_counter() - start,
        tabular=tabular,
        unvisited=tuple(line for found in trained for line in unvisited(claim, derived, found)),
    )
    return answer, runs


def _trained(
    claim: Claim,
    derived: Verdict,
    size: Budget,
    where: str,
    skipped: list[str],
    progress: Progress,
    folder: Path | None,
    unsampled: str,
    own: OwnParts,
) -> tuple[tuple[TrainedReport, ...], tuple[TrainedRun, ...]]:
    """The trained encoders with their report, or one line more in `skipped`."""
    try:
        found, run = trained_check(
            claim,
            size,
            tuple(range(size.seeds)),
            device=where,
            progress=lambda done: progress("train", done),
            folder=folder,
            own=own,
        )
    except (UnsupportedCondition, MemoryShort) as error:
        skipped.append(f"training: {error}")
        return (), ()
    except InputError:
        if not unsampled:
            raise
        skipped.append(f"training: {unsampled}")
        return (), ()
    return (unless_proved(found, derived) if own else found,), (run,)


def _tabular(
    claim: Claim, device: str, skipped: list[str], progress: Progress
) -> tuple[TabularReport, ...]:
    """The tabular optimum of a claim of InfoNCE or of an integrand of one's own, or one line more in `skipped`."""
    if not isinstance(claim.objective, InfoNCE) and not kind_of(claim.objective):
        return ()
    progress("exact check", 0.5)
    try:
        return (
            tabular_optimum(claim, starts=TABULAR_STARTS, iterations=TABULAR_STEPS, device=device),
        )
    except (InputError, UnsupportedCondition) as error:
        skipped.append(f"tabular optimum: {error}")
        return ()
