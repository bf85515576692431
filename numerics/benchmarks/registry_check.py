r"""Every registered theorem through `sith check`: verdict, seconds of each part, peak memory.

    python -m sith.numerics.benchmarks.registry_check [--budget smoke] [--workers 2] [--limit 120] \
        [--only SLUG ...] [--out FILE] [--json]

Each theorem runs in a process of its own with one thread, at its default point or at the one that
`POINTS` names. A theorem that takes more seconds of the processor than the limit is stopped and
counts as undecided; waiting for a processor that others use costs nothing.
With `--out` every finished theorem is a line of JSON in FILE, and the same command leaves out those
that FILE holds for this budget; a theorem that failed or was stopped runs again.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import sympy as sp
import torch

from sith.numerics import check, pick_budget
from sith.numerics.benchmarks.kept_rows import KeptRows
from sith.theory import THEOREMS, InputError, theorem

POINTS: Mapping[str, Mapping[str, Any]] = {
    "klindt_2026_anisotropic": {"rho_min": sp.Rational(1, 2)},
    "buchholz_2022_volume_preserving": {"law": "gaussian"},
    "hyvarinen_2017_pcl": {"rho": sp.Rational(3, 4)},
    "hyvarinen_2019_gcl": {"dim": 2},
    "khemakhem_2020_ivae": {"dim": 2},
}
"""Points at which a run of this size can tell. At the defaults: the eigenvalue that decides for
klindt_2026_anisotropic is 1/400 above the next; in the box the flow of the volume-preserving claim
stops short of its optimum; the student sources of permutation contrast depend weakly in time."""

POLL = 0.05

PARTS = ("derived", "exact", "tabular", "trained")
"""Setting up the experiment and measuring it belong to the trained part."""

LIMIT = 120
"""Seconds of the processor for a theorem; the costliest takes about 40."""

PATIENCE = 20
"""A theorem that waits longer than this many limits is stopped, too: it may wait for nothing."""
LEAST_PATIENCE = 600
"""Seconds that any theorem may wait: on a busy machine the imports alone take many."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One theorem.

    Fields:
        slug: of the theorem.
        budget: of the check.
        verdict: agrees, agrees locally, disagrees, undecided or mis-specified; failed where the check raised an error.
        layers: the verdict of each layer that was run.
        reason: what was not run, or why a layer is not decided.
        seconds, cpu_seconds: elapsed, and of the processor.
        peak_mib: the largest resident memory of its process.
        parts: seconds of the processor for each of `PARTS` that was run.
        finished: whether the check came to its end.
    """

    slug: str
    budget: str
    verdict: str
    layers: Mapping[str, str]
    reason: str
    seconds: float
    cpu_seconds: float
    peak_mib: float
    parts: Mapping[str, float] = field(default_factory=dict)
    finished: bool = True


class _Stopwatch:
    """Seconds of the processor between the stages that `check` announces."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}
        self._now = ("", time.process_time())

    def __call__(self, stage: str, done: float) -> None:
        """Take a call of progress; the search for a tabular optimum is half of the exact check."""
        name = {"derive": "derived", "train": "trained"}.get(stage, "exact")
        if stage == "exact check" and done > 0:
            name = "tabular"
        if name != self._now[0]:
            self.stop(name)

    def stop(self, then: str = "") -> None:
        """End the part that runs, and begin another."""
        name, start = self._now
        self._now = (then, time.process_time())
        if name:
            self.parts[name] = self.parts.get(name, 0.0) + self._now[1] - start


def run_one(slug: str, budget: str) -> Outcome:
    """Check one theorem in this process."""
    torch.set_num_threads(1)
    start = time.perf_counter()
    used = time.process_time()
    watch = _Stopwatch()
    try:
        point = dict(POINTS.get(slug, {}))
        dim = point.pop("dim", None)
        report = check(theorem(slug), dim, budget=budget, device="cpu", progress=watch, **point)
        finished = True
        found = [("derived", report.derived.agreement)]
        found += [("exact", r.passed) for r in report.exact]
        found += [("tabular", r.passed) for r in report.tabular]
        found += [("trained", r.outcome) for r in report.trained]
        layers = {name: value.value for name, value in found}
        reasons = [r.reason for r in report.exact if r.reason]
        reasons += [r.reason for r in report.tabular if r.reason]
        reasons += [r.reason for r in report.trained if r.reason]
        reasons += report.unvisited
        verdict, reason = report.verdict, "; ".join((*report.skipped, *reasons))
    except Exception as error:  # noqa: BLE001
        # One theorem that fails must not end the table of the others.
        verdict, layers, reason = "failed", {}, f"{type(error).__name__}: {error}"
        finished = False
    watch.stop()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Outcome(
        slug=slug,
        budget=budget,
        verdict=verdict,
        layers=layers,
        reason=reason,
        seconds=time.perf_counter() - start,
        cpu_seconds=time.process_time() - used,
        peak_mib=peak,
        parts=watch.parts,
        finished=finished,
    )


@dataclass(slots=True)
class _Job:
    slug: str
    process: Any
    answer: Any
    start: float


def run_all(slugs: list[str], budget: str, workers: int, limit: int) -> Iterator[Outcome]:
    """Check theorems in processes of their own, `workers` at a time; yields them as they end."""
    # A process forked from one in which autograd has threads cannot train; the server has none.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["sith.numerics"])
    waiting, running = list(slugs), list[_Job]()
    while waiting or running:
        while waiting and len(running) < workers:
            slug = waiting.pop(0)
            answer, send = context.Pipe(duplex=False)
            process = context.Process(target=_answer, args=(send, run_one, slug, budget, limit))
            process.start()
            send.close()
            running.append(_Job(slug, process, answer, time.perf_counter()))
        for job in list(running):
            found = _poll(job, budget, limit)
            if found:
                running.remove(job)
                yield from found
        time.sleep(POLL)


def _answer(
    send: Any, one: Callable[[str, str], Outcome], slug: str, budget: str, limit: int
) -> None:
    used = math.ceil(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (used + limit, used + limit + 1))
    send.send(one(slug, budget))
    send.close()


def _poll(job: _Job, budget: str, limit: int) -> tuple[Outcome, ...]:
    """The outcome of a job that has ended, or nothing yet."""
    elapsed = time.perf_counter() - job.start
    if not job.answer.poll():
        if elapsed < max(PATIENCE * limit, LEAST_PATIENCE):
            return ()
        job.process.kill()
    try:
        outcome: Outcome = job.answer.recv()
        job.process.join()
    except EOFError:
        job.process.join()
        if job.process.exitcode == -signal.SIGXCPU:
            verdict, reason = "undecided", f"stopped after {limit} s of processor"
        else:
            verdict, reason = "failed", f"its process died with status {job.process.exitcode}"
        outcome = _unfinished(job.slug, budget, verdict, reason, elapsed)
    return (outcome,)


def _unfinished(slug: str, budget: str, verdict: str, reason: str, seconds: float) -> Outcome:
    return Outcome(slug, budget, verdict, {}, reason, seconds, 0.0, 0.0, finished=False)


def read_finished(rows: KeptRows, budget: str) -> dict[str, Outcome]:
    """Return the finished theorems of a budget by slug; later rows replace earlier ones."""
    names = {f.name for f in fields(Outcome)}
    found = {}
    for row in rows.read():
        if set(row) != names:
            raise InputError(
                f"{rows.path} holds rows of another form", cure="name another file for --out"
            )
        outcome = Outcome(**row)
        if outcome.finished and outcome.budget == budget:
            found[outcome.slug] = outcome
    return found


HEAD = f"{'theorem':36} {'verdict':14} {'s':>6} {'cpu s':>6} {'MiB':>5}  " + " ".join(
    f"{part:>8}" for part in PARTS
)


def line(outcome: Outcome) -> str:
    """One line of the table: a verdict with its seconds for each part."""
    marks = {"agrees": "+", "agrees locally": "~", "disagrees": "-", "undecided": "?"}
    cells = [
        f"{outcome.parts[part]:6.1f} {marks.get(outcome.layers.get(part, ''), ' ')}"
        if part in outcome.parts
        else ""
        for part in PARTS
    ]
    return (
        f"{outcome.slug:36} {outcome.verdict:14} {outcome.seconds:6.1f} "
        f"{outcome.cpu_seconds:6.1f} {outcome.peak_mib:5.0f}  "
        + " ".join(f"{cell:>8}" for cell in cells)
        + (f"  [{outcome.reason}]" if outcome.reason else "")
    ).rstrip()


def main(argv: Sequence[str] | None = None) -> None:
    """Run the registry and print the table, the counts and the total."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--budget", default="smoke")
    parser.add_argument(
        "--workers", type=int, default=2, help="processes at a time, one thread each"
    )
    parser.add_argument("--limit", type=int, default=LIMIT, help="processor seconds for a theorem")
    parser.add_argument("--only", nargs="*", default=[], metavar="SLUG")
    parser.add_argument("--out", type=Path, metavar="FILE", help="keep finished theorems here")
    parser.add_argument("--json", action="store_true", help="print one JSON document at the end")
    options = parser.parse_args(argv)
    pick_budget(options.budget)
    slugs = [theorem(slug).slug for slug in options.only] or [t.slug for t in THEOREMS]
    rows = KeptRows(options.out) if options.out else None
    kept = read_finished(rows, options.budget) if rows else {}
    outcomes = [kept[slug] for slug in slugs if slug in kept]
    show = (lambda _: None) if options.json else _write
    show(HEAD)
    for outcome in outcomes:
        show(line(outcome))
    if outcomes:
        show(f"{len(outcomes)} theorems from {options.out}")
    start = time.perf_counter()
    rest = [slug for slug in slugs if slug not in kept]
    for outcome in run_all(rest, options.budget, options.workers, options.limit):
        outcomes.append(outcome)
        if rows:
            rows.append(asdict(outcome))
        show(line(outcome))
    total = time.perf_counter() - start
    counts = {
        v: sum(o.verdict == v for o in outcomes) for v in sorted({o.verdict for o in outcomes})
    }
    cpu = sum(o.cpu_seconds for o in outcomes)
    parts = {part: sum(o.parts.get(part, 0.0) for o in outcomes) for part in PARTS}
    if options.json:
        table = {
            "theorems": [asdict(o) for o in sorted(outcomes, key=lambda o: o.slug)],
            "counts": counts,
            "seconds": total,
            "cpu_seconds": cpu,
            "parts": parts,
        }
        _write(json.dumps(table, indent=1))
        return
    spent = ", ".join(f"{part} {seconds:.0f}" for part, seconds in parts.items())
    words = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    show(f"{len(outcomes)} theorems: {words}; {total:.0f} s, {cpu:.0f} s of processor ({spent})")


def _write(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
