"""The verb `study`: run what is missing of a study, and compare it with its prediction."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sympy as sp

from sith.numerics.claims.certificates import write_whole
from sith.numerics.studies import Finding, Measurement, Study, overall, study
from sith.numerics.studies.frame.notebook import shown
from sith.numerics.sweeping import Store, Task, key_of, run_tasks
from sith.numerics.sweeping.kinds import provenance
from sith.theory import Agreement, InputError
from sith.theory.notebook import text_card

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STUDY_BUDGETS = ("smoke", "ci", "full")


@dataclass(frozen=True, slots=True)
class StudyReport:
    """What a study found.

    Fields:
        study: the study, with its prediction.
        budget: "smoke", "ci" or "full".
        findings: every number that was predicted, and what was measured.
        measurements: settings and results, for figures.
        failed: tasks that ended in an error, one line each; the study is undecided with any.
        store: the folder that holds the measurements.
        seconds: of this call.
        measured_seconds: of all measurements, those of earlier calls included.
    """

    study: Study
    budget: str
    findings: tuple[Finding, ...]
    measurements: tuple[Measurement, ...]
    failed: tuple[str, ...]
    store: str
    seconds: float
    measured_seconds: float

    _repr_html_ = text_card

    @property
    def outcome(self) -> Agreement:
        """Agrees if every finding does, disagrees if any does."""
        found = overall(self.findings)
        if self.failed and found is Agreement.AGREES:
            return Agreement.UNDECIDED
        return found

    @property
    def exit_status(self) -> int:
        """0 the prediction stands, 1 it does not, 3 undecided."""
        return {Agreement.AGREES: 0, Agreement.DISAGREES: 1, Agreement.UNDECIDED: 3}[self.outcome]

    def figure(self) -> Figure:
        """Return the study's figure, which a notebook shows; `InputError` if a measurement failed."""
        if self.failed:
            raise InputError(f"no figure: {self.failed[0]}")
        return shown(self.study.figure(self.measurements))

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, ready for JSON."""
        own = self.study
        return {
            "name": own.name,
            "title": own.title,
            "direction": own.direction.value,
            "verdict": self.outcome.value,
            "agrees": self.outcome is Agreement.AGREES,
            "prediction": {
                "statement": own.prediction.statement,
                "formulas": {k: sp.sstr(v) for k, v in own.prediction.formulas.items()},
                "conditions": list(own.prediction.conditions),
                "source": str(own.prediction.source),
                "evidence": own.prediction.source.evidence.value,
                "not_shown": own.prediction.not_shown,
                "values": {f.name: f.predicted for f in self.findings},
            },
            "measured": {f.name: f.measured for f in self.findings},
            "error": {f.name: f.error for f in self.findings},
            "findings": [f.to_dict() for f in self.findings],
            "failed": list(self.failed),
            "budget": self.budget,
            "runs": len(self.measurements),
            "store": self.store,
            "seconds": round(self.seconds, 2),
            "measured_seconds": round(self.measured_seconds, 2),
        }

    def __str__(self) -> str:
        """A report for a terminal."""
        lines = [f"{self.study.name}: {self.outcome.value}", f"  {self.study.title}"]
        for finding in self.findings:
            lines.append(f"  {finding.agrees.value:10} {finding.name}")
            lines.append(f"    predicted  {finding.predicted}")
            lines.append(f"    measured   {finding.measured}")
            lines.append(f"    error      {finding.error:.3g} (at most {finding.tolerance:.3g})")
            lines.append(f"    because    {finding.reason}")
            lines += [f"    note       {finding.note}"] if finding.note else []
        lines += [f"  failed     {line}" for line in self.failed]
        if self.study.prediction.not_shown:
            lines.append(f"  not shown  {self.study.prediction.not_shown}")
        count = len(self.measurements)
        lines.append(f"  {count} measurements in {self.store} ({self.measured_seconds:.1f} s)")
        return "\n".join(lines)


def run_study(
    name: str,
    *,
    budget: str = "smoke",
    store: str | Path = "sith-store",
    workers: int = 1,
    executor: Callable[[], Executor] | None = None,
    progress: Callable[[str, float], None] = lambda _stage, _done: None,
) -> StudyReport:
    """Run the measurements of a study that the store lacks, and compare all with the prediction.

    Arguments:
        name: of `sith.numerics.studies.NAMES`.
        budget: "smoke" (a minute or two on two cores), "ci" or "full".
        store: a folder for the measurements; the same call goes on from what it holds.
        workers: processes; 1 runs in this one.
        executor: see `sith.numerics.sweeping.run_tasks`.
        progress: called with the stage's name and the fraction done.

    Raises:
        InputError: an unknown study or budget, or a folder that is not a store.
    """
    start = time.perf_counter()
    own = study(name)
    tasks = study_tasks(own, budget)
    held = Store(store)
    run_tasks(
        tasks,
        held,
        workers=workers,
        executor=executor,
        tell=lambda done: progress(own.name, done),
    )
    return study_report(own, budget, held, time.perf_counter() - start)


def study_report(own: Study, budget: str, held: Store, seconds: float = 0.0) -> StudyReport:
    """Compare what a store holds of a study with the prediction; nothing is run."""
    tasks = study_tasks(own, budget)
    rows = held.rows()
    found = [rows[t.key] for t in tasks if t.key in rows and rows[t.key].done]
    lacking = [t for t in tasks if t.key not in rows or not rows[t.key].done]
    failed = tuple(f"{_short(t.settings)}: {_why(rows, t.key)}" for t in lacking)
    measurements = tuple(Measurement(r.settings, r.result) for r in found)
    findings: Sequence[Finding] = () if lacking else own.compare(measurements)
    return StudyReport(
        study=own,
        budget=budget,
        findings=tuple(findings),
        measurements=measurements,
        failed=failed,
        store=str(held.folder),
        seconds=seconds,
        measured_seconds=sum(r.seconds for r in found),
    )


def study_tasks(own: Study, budget: str) -> tuple[Task, ...]:
    """Return the tasks of a study under a budget; raises `InputError` for an unknown budget."""
    if budget not in STUDY_BUDGETS:
        raise InputError(f"budget '{budget}'", allowed=", ".join(STUDY_BUDGETS))
    kind = f"study:{own.name}"
    return tuple(Task(kind, {**s, "revision": own.revision}) for s in own.plan(budget))


def export_study(found: StudyReport, path: Path) -> None:
    """Write the measurements of a report as JSON, from which `stored_study` redraws everything."""
    rows = [{"settings": dict(m.settings), "result": dict(m.result)} for m in found.measurements]
    data = {
        "study": found.study.name,
        "budget": found.budget,
        "measured_seconds": round(found.measured_seconds, 2),
        "provenance": provenance(),
    }
    lines = [json.dumps(row, allow_nan=False, separators=(",", ":")) for row in rows]
    head = json.dumps(data, allow_nan=False)
    body = ",\n".join(lines)
    text = f'{head[:-1]}, "measurements": [\n{body}\n]}}\n'
    write_whole(path, text)


def stored_study(path: str | Path) -> StudyReport:
    """Return the report of measurements that `export_study` wrote; nothing is run.

    Raises:
        InputError: the file is not an export, or not one of this revision of the study.
    """
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
        name, budget, rows = data["study"], data["budget"], data["measurements"]
        found = {key_of("", row["settings"]): Measurement(**row) for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is not an export of a study: {error}") from error
    own = study(name)
    keys = [key_of("", task.settings) for task in study_tasks(own, budget)]
    if any(key not in found for key in keys):
        raise InputError(
            f"{path} is of an earlier revision of '{name}'",
            cure=f"sith study {name} --budget {budget} --export {path}",
        )
    measurements = tuple(found[key] for key in keys)
    return StudyReport(
        study=own,
        budget=budget,
        findings=tuple(own.compare(measurements)),
        measurements=measurements,
        failed=(),
        store=str(path),
        seconds=0.0,
        measured_seconds=float(data["measured_seconds"]),
    )


def held_budgets(own: Study, held: Store) -> tuple[str, ...]:
    """Return the budgets whose measurements a store holds in full."""
    done = held.done()
    kind = f"study:{own.name}"
    return tuple(
        budget
        for budget in STUDY_BUDGETS
        if all(key_of(kind, {**s, "revision": own.revision}) in done for s in own.plan(budget))
    )


def _short(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{k} = {v}" for k, v in settings.items() if k != "revision")


def _why(rows: Mapping[str, Any], key: str) -> str:
    return rows[key].error if key in rows else "another process is working on it"
