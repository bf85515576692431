"""The rows of `sith.numerics.benchmarks.peers`: what is measured, the recorded figure, the target."""

from __future__ import annotations

import math
import resource
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Figures = dict[str, float]

HELD_OUT_R2 = (
    "held-out R²: affine fit on one half of 4,096 latents never trained on, squared errors summed "
    "over the coordinates of the other half"
)
TO_LEVEL = (
    "CPU seconds of a fresh process, start and imports included, to the second of two consecutive "
    "evaluations at or above the level; median of seeds 0, 1, 2; "
)
SEEDS = ("0", "1", "2")


def medians(runs: list[Figures]) -> Figures:
    """The median of every figure; the largest of the memory."""
    return {
        name: (max if name == "memory_mib" else statistics.median)(run[name] for run in runs)
        for name in runs[0]
    }


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure that must not be passed: at most `bound`, or at least."""

    figure: str
    bound: float
    at_most: bool = True

    def holds(self, figures: Figures) -> bool:
        """Whether the figures keep it; a NaN never does."""
        value = figures[self.figure]
        return value <= self.bound if self.at_most else value >= self.bound

    def __str__(self) -> str:
        """For example: seconds ≤ 5."""
        return f"{self.figure} {'≤' if self.at_most else '≥'} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Fields:
        name: a short word for the command line.
        work: what is done.
        peer: whose figure is recorded, and under which circumstances.
        recorded: the peer's figure, in the unit of `headline`.
        headline: the figure of ours that stands beside it.
        limits: the target.
        definition: of the figures.
        measure: the figures of one run in this process; its arguments are the run's name and
            whether everything is to be as small as possible.
        runs: names of the fresh processes.
        combine: the figures of the row from those of the runs, in their order.
        bound: whether the recorded figure is a lower bound, as the peer never arrived.
        shared: the row whose runs serve here too; empty for runs of its own.
    """

    name: str
    work: str
    peer: str
    recorded: float
    headline: str
    limits: tuple[Limit, ...]
    definition: str
    measure: Callable[[str, bool], Figures]
    runs: tuple[str, ...] = SEEDS
    combine: Callable[[list[Figures]], Figures] = medians
    bound: bool = False
    shared: str = ""

    def ratio(self, figures: Figures) -> float | None:
        """Peer / ours of a cost; of a score, the ratio of what is missing to 1; None if not met."""
        ours, theirs = figures[self.headline], self.recorded
        if not math.isfinite(ours) or ours <= 0:
            return None
        if self.headline.endswith("R2"):
            ours, theirs = 1 - ours, 1 - theirs
        return round(theirs / ours, 2) if theirs < 10 * ours else round(theirs / ours)


def peak_mib() -> float:
    """Peak memory of this process; Linux counts in kilobytes, macOS in bytes."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


def _verdict(dim: int, level: float) -> Callable[[str, bool], Figures]:
    def measure(seed: str, small: bool) -> Figures:
        from sith.numerics.benchmarks import verdict_cost

        cost = verdict_cost.measure(dim, int(seed), 0.0 if small else level)
        seconds = cost.cpu_seconds if cost.reached else math.inf
        return {"seconds": seconds, "steps": cost.steps, "R2": cost.r2}

    return measure


def _trained(kind: str, level: float) -> Callable[[str, bool], Figures]:
    def measure(seed: str, small: bool) -> Figures:
        from sith.numerics.benchmarks import peer_training

        task = getattr(peer_training, kind)(int(seed), **({"steps": 60} if small else {}))
        done = peer_training.run(task, level)
        seconds = done.cpu_seconds if done.reached else math.inf
        return {
            "seconds": seconds,
            "steps": done.steps,
            "R2": done.score,
            "spent seconds": done.cpu_seconds,
        }

    return measure


def _content(seed: str, small: bool) -> Figures:
    from sith.numerics.benchmarks import peer_training

    task = peer_training.content(int(seed), **({"steps": 4} if small else {}))
    done = peer_training.run(task)
    return {"R2": done.score, "steps": done.steps, "seconds": done.cpu_seconds}


def _seeds(count: str, small: bool) -> Figures:
    from sith.numerics.benchmarks import peer_training

    task = peer_training.sphere_pairs(tuple(range(int(count))), 3 if small else 400)
    done = peer_training.run(task)
    return {"seconds": done.cpu_seconds, "step seconds": done.step_seconds}


def _eight_to_one(figure: str) -> Callable[[list[Figures]], Figures]:
    def combine(runs: list[Figures]) -> Figures:
        one, eight = medians(runs[::2]), medians(runs[1::2])
        return {
            "ratio to one seed": round(eight[figure] / one[figure], 2),
            "one": one[figure],
            "eight": eight[figure],
            "memory_mib": eight["memory_mib"],
        }

    return combine


def _step(name: str) -> Callable[[str, bool], Figures]:
    def measure(_: str, small: bool) -> Figures:
        from sith.numerics.benchmarks import loss_cost

        cost = loss_cost.measure(name, 1 if small else 5)
        return {"seconds": cost.seconds}

    return measure


def _scores(names: tuple[str, ...]) -> Callable[[str, bool], Figures]:
    def measure(_: str, small: bool) -> Figures:
        from sith.numerics import measure as measures
        from sith.numerics.benchmarks import metric_cost

        z, y = metric_cost.samples(100 if small else 10_000)

        def call() -> None:
            for name in names:
                found = getattr(measures, name)(z, y)
                measures.interval([float(found.mcc if name == "mcc" else found)] * 3)

        return {"milliseconds": metric_cost.median_milliseconds(call, 2 if small else 25)}

    return measure


def _similarity(name: str, **options: Any) -> Callable[[str, bool], Figures]:
    def measure(_: str, small: bool) -> Figures:
        from sith.numerics import measure as measures
        from sith.numerics.benchmarks import metric_cost

        z, y = metric_cost.samples(100 if small else 2000)
        cost = metric_cost.median_milliseconds(
            lambda: getattr(measures, name)(z, y, **options), 2 if small else 25
        )
        return {"milliseconds": cost}

    return measure


ROWS = (
    Row(
        "verdict4",
        "InfoNCE on the sphere, n = 4, to R² ≥ 0.98",
        "cl-ica at its best rate, median of 3 seeds",
        25.9,
        "seconds",
        (Limit("seconds", 5.18),),
        TO_LEVEL + HELD_OUT_R2,
        _verdict(4, 0.98),
    ),
    Row(
        "verdict10",
        "InfoNCE on the sphere, n = 10, to R² ≥ 0.98",
        "cl-ica: R² 0.56 when given up",
        507,
        "seconds",
        (Limit("seconds", 30),),
        TO_LEVEL + HELD_OUT_R2,
        _verdict(10, 0.98),
        bound=True,
    ),
    Row(
        "verdict10fine",
        "InfoNCE on the sphere, n = 10, to R² ≥ 0.99",
        "cl-ica: R² 0.56 when given up",
        507,
        "seconds",
        (Limit("seconds", 60),),
        TO_LEVEL + HELD_OUT_R2,
        _verdict(10, 0.99),
        bound=True,
    ),
    Row(
        "seeds",
        "eight seeds at once against one, whole process",
        "one process for each seed",
        8,
        "ratio to one seed",
        (Limit("ratio to one seed", 5),),
        "400 steps of InfoNCE at n = 4: CPU seconds of a fresh process that trains eight seeds over those with one, start and "
        "imports included; medians of 3",
        _seeds,
        ("1", "8") * 3,
        _eight_to_one("seconds"),
    ),
    Row(
        "seeds-steps",
        "eight seeds at once against one, steps alone",
        "one after the other",
        8,
        "ratio to one seed",
        (Limit("ratio to one seed", 5),),
        "CPU seconds of a step of eight seeds over a step of one, draws included, start and "
        "imports not; medians of 3 processes",
        _seeds,
        ("1", "8") * 3,
        _eight_to_one("step seconds"),
        shared="seeds",
    ),
    Row(
        "infonce",
        "InfoNCE step, n = 10, batch 6144",
        "cl-ica, 1.37 GB",
        1.9,
        "seconds",
        (Limit("seconds", 1.14), Limit("memory_mib", 701)),
        "CPU seconds of loss, gradient and Adam update of cl-ica's encoder, median of 5; peak "
        "memory of the process",
        _step("infonce step"),
        ("0",),
    ),
    Row(
        "scores",
        "linear R² and MCC, N = 10,000, d = 10",
        "cl-ica, in-sample, no interval",
        10.4,
        "milliseconds",
        (Limit("milliseconds", 10.4),),
        "CPU milliseconds with the held-out split, and a Student-t interval over three seeds for "
        "each score; median of 25",
        _scores(("linear_r2", "mcc")),
        ("0",),
    ),
    Row(
        "mcc",
        "MCC alone, N = 10,000, d = 10",
        "icebeem, in-sample, no interval",
        1.2,
        "milliseconds",
        (Limit("milliseconds", 1.2),),
        "CPU milliseconds with the held-out split and a Student-t interval over three seeds; median of 25",
        _scores(("mcc",)),
        ("0",),
    ),
    Row(
        "cka",
        "linear CKA, N = 2,000, d = 10",
        "platonic-rep",
        1900,
        "milliseconds",
        (Limit("milliseconds", 0.2),),
        "CPU milliseconds, with the debiased value; median of 25",
        _similarity("linear_cka"),
        ("0",),
    ),
    Row(
        "knn",
        "mutual k-NN, N = 2,000, d = 10, k = 10",
        "platonic-rep, without a null",
        450,
        "milliseconds",
        (Limit("milliseconds", 30),),
        "CPU milliseconds with the fewest permutations allowed, two; median of 25",
        _similarity("mutual_knn", permutations=2),
        ("0",),
    ),
    Row(
        "knn-null",
        "mutual k-NN with its permutation null",
        "platonic-rep, without a null",
        450,
        "milliseconds",
        (Limit("milliseconds", 30),),
        "CPU milliseconds with 99 permutations; median of 25",
        _similarity("mutual_knn"),
        ("0",),
    ),
    Row(
        "labels",
        "cross-entropy, n = 5, 100 classes, κ = 10, to R² ≥ 0.99",
        "csi: R² 0.968 after 1,500 steps",
        220,
        "seconds",
        (Limit("seconds", 60),),
        TO_LEVEL + HELD_OUT_R2,
        _trained("labels", 0.99),
        bound=True,
    ),
    Row(
        "spiral",
        "alignment and SIGReg, 2-D spiral, to R² ≥ 0.98",
        "lejepa-identifiability: R² 0.982 after 15,000 steps",
        1040,
        "seconds",
        (Limit("seconds", 100),),
        TO_LEVEL + HELD_OUT_R2,
        _trained("spiral", 0.98),
    ),
    Row(
        "content-step",
        "content and style, step at batch 6144",
        "ssl_identifiability, 3.95 GB",
        6.8,
        "seconds",
        (Limit("seconds", 6.8), Limit("memory_mib", 720)),
        "CPU seconds as in the InfoNCE step, five outputs of ten inputs, squared distance; a "
        "B × B × 5 tensor alone would take 720 MiB",
        _step("squared distance step"),
        ("0",),
    ),
    Row(
        "content",
        "content and style, batch 512: content from the encoder",
        "ssl_identifiability, after 4,001 steps",
        0.941,
        "R2",
        (Limit("R2", 0.97, at_most=False),),
        "held-out R² of a kernel ridge prediction of the content, 1,000 rows to fit on and 1,000 "
        "to score; after 1,500 steps; median of seeds 0, 1, 2; the ratio is of 1 − R²",
        _content,
    ),
)
"""In the order of the table."""
