r"""Every registered theorem through `sith check`: verdict, seconds, peak memory, and the total.

    python -m numerics.benchmarks.registry_check [--budget smoke] [--workers 2] [--limit 120] \
        [--only SLUG ...] [--json]

Each theorem runs in a process of its own with one thread, at its default point or at the one that
`POINTS` names. A theorem that takes longer than the limit is stopped and counts as undecided.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import sympy as sp
import torch

from numerics import check, pick_budget
from theory import THEOREMS, theorem

POINTS: Mapping[str, Mapping[str, Any]] = {
    "klindt_2026_anisotropic": {"rho_min": sp.Rational(1, 2)},
    "hyvarinen_2019_gcl": {"dim": 2},
    "khemakhem_2020_ivae": {"dim": 2},
}
"""Points at which a run of this size can tell: at the default of the first, the eigenvalue that
decides is 1/400 above the next."""

POLL = 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """One theorem.

    Fields:
        slug: of the theorem.
        verdict: agrees, disagrees or undecided.
        layers: the verdict of each layer that was run.
        reason: what was not run, or why a layer is not decided.
        seconds, cpu_seconds: elapsed, and of the processor.
        peak_mib: the largest resident memory of its process.
    """

    slug: str
    verdict: str
    layers: Mapping[str, str]
    reason: str
    seconds: float
    cpu_seconds: float
    peak_mib: float


def run_one(slug: str, budget: str) -> Outcome:
    """Check one theorem in this process."""
    torch.set_num_threads(1)
    start = time.perf_counter()
    used = time.process_time()
    try:
        point = dict(POINTS.get(slug, {}))
        report = check(theorem(slug), point.pop("dim", None), budget=budget, device="cpu", **point)
        found = [("derived", report.derived.agreement)]
        found += [("exact", r.passed) for r in report.exact]
        found += [("tabular", r.passed) for r in report.tabular]
        found += [("trained", r.outcome) for r in report.trained]
        layers = {name: value.value for name, value in found}
        reasons = [r.reason for r in report.exact if r.reason]
        reasons += [r.reason for r in report.tabular if r.reason]
        reasons += [r.reason for r in report.trained if r.reason]
        verdict, reason = report.outcome.value, "; ".join((*report.skipped, *reasons))
    except Exception as error:  # noqa: BLE001
        # One theorem that fails must not end the table of the others.
        verdict, layers, reason = "failed", {}, f"{type(error).__name__}: {error}"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    elapsed = time.perf_counter() - start
    return Outcome(slug, verdict, layers, reason, elapsed, time.process_time() - used, peak)


@dataclass(slots=True)
class _Job:
    slug: str
    process: Any
    answer: Any
    start: float


def run_all(slugs: list[str], budget: str, workers: int, limit: float) -> Iterator[Outcome]:
    """Check theorems in processes of their own, `workers` at a time; yields them as they end."""
    context = multiprocessing.get_context("fork")
    waiting, running = list(slugs), list[_Job]()
    while waiting or running:
        while waiting and len(running) < workers:
            slug = waiting.pop(0)
            answer, send = context.Pipe(duplex=False)
            process = context.Process(target=_answer, args=(send, slug, budget))
            process.start()
            send.close()
            running.append(_Job(slug, process, answer, time.perf_counter()))
        for job in list(running):
            found = _poll(job, limit)
            if found:
                running.remove(job)
                yield from found
        time.sleep(POLL)


def _answer(send: Any, slug: str, budget: str) -> None:
    send.send(run_one(slug, budget))
    send.close()


def _poll(job: _Job, limit: float) -> tuple[Outcome, ...]:
    """The outcome of a job that has ended or is over its limit, or nothing yet."""
    elapsed = time.perf_counter() - job.start
    if job.answer.poll():
        try:
            outcome: Outcome = job.answer.recv()
        except EOFError:
            outcome = Outcome(job.slug, "failed", {}, "its process died", elapsed, 0.0, 0.0)
    elif elapsed > limit:
        job.process.kill()
        reason = f"stopped after {limit:.0f} s"
        outcome = Outcome(job.slug, "undecided", {}, reason, elapsed, 0.0, 0.0)
    else:
        return ()
    job.process.join()
    return (outcome,)


def line(outcome: Outcome) -> str:
    """One line of the table."""
    layers = " ".join(f"{name}:{value}" for name, value in outcome.layers.items())
    return (
        f"{outcome.slug:36} {outcome.verdict:10} {outcome.seconds:6.1f} s "
        f"{outcome.cpu_seconds:6.1f} cpu {outcome.peak_mib:6.0f} MiB  {layers}"
        + (f"  [{outcome.reason}]" if outcome.reason else "")
    )


def main() -> None:
    """Run the registry and print the table, the counts and the total."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--budget", default="smoke")
    parser.add_argument(
        "--workers", type=int, default=2, help="processes at a time, one thread each"
    )
    parser.add_argument("--limit", type=float, default=120.0, help="seconds for a theorem")
    parser.add_argument("--only", nargs="*", default=[], metavar="SLUG")
    parser.add_argument("--json", action="store_true", help="print one JSON document at the end")
    options = parser.parse_args()
    pick_budget(options.budget)
    slugs = [theorem(slug).slug for slug in options.only] or [t.slug for t in THEOREMS]
    start = time.perf_counter()
    outcomes = []
    for outcome in run_all(slugs, options.budget, options.workers, options.limit):
        outcomes.append(outcome)
        if not options.json:
            sys.stdout.write(f"{line(outcome)}\n")
            sys.stdout.flush()
    total = time.perf_counter() - start
    counts = {v: sum(o.verdict == v for o in outcomes) for v in {o.verdict for o in outcomes}}
    cpu = sum(o.cpu_seconds for o in outcomes)
    if options.json:
        rows = [asdict(o) for o in sorted(outcomes, key=lambda o: o.slug)]
        table = {"theorems": rows, "counts": counts, "seconds": total, "cpu_seconds": cpu}
        sys.stdout.write(f"{json.dumps(table, indent=1)}\n")
    else:
        total_line = f"{len(outcomes)} theorems, {counts}, {total:.0f} s, {cpu:.0f} s of processor"
        sys.stdout.write(f"{total_line}\n")


if __name__ == "__main__":
    main()
