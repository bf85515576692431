"""Pairs of Platonic runs: which ones count, and how similar they are beside permuted rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from sith.numerics.measure import Neighbourhoods, PermutedAlignment, mutual_knn, permuted_cka
from sith.numerics.studies.frame.finding import Measurement, Runs
from sith.numerics.studies.frame.readings import Reading, run_where
from sith.numerics.studies.frame.relation import Relation, kept_directions, relate
from sith.numerics.studies.platonic.platonic_spans import (
    BROKEN,
    ISOMETRIC,
    LINEAR,
    MISFIT,
    fold_cost,
)

GAP = 0.02
"""The limit of the trained checks on the loss of a finished run."""

NEIGHBOURS = 10
PERMUTATIONS = 19

Pair = tuple[Measurement, Measurement]


def reached(m: Measurement, seed: int) -> bool:
    """Return whether the run's loss is that of its optimum; a fold costs what the prediction says."""
    name, gap = m.settings["objective"], float(m.result["gaps"][seed])
    if name == MISFIT:
        return True
    return abs(gap - (fold_cost() if name == "folded mixing" else 0.0)) <= GAP


def relations(
    pairs: Sequence[Pair], read: Callable[[Relation], float], seeds: int
) -> list[list[float]]:
    """Return, for each seed, the relation of every pair of runs that both reached their optimum."""
    found: list[list[float]] = []
    for seed in range(seeds):
        values = [
            read(relate(rows_of(a, seed), rows_of(b, seed)))
            for a, b in pairs
            if reached(a, seed) and reached(b, seed)
        ]
        if values:
            found.append(values)
    return found or [[float("nan")]]


def rows_of(m: Measurement, seed: int) -> np.ndarray:
    """Return the representations of the common latents by the run of a seed, ``(N, m)``."""
    return np.asarray(m.result["representations"][seed], dtype=float)


def inner_and_cross(
    measurements: Sequence[Measurement], isometric: Sequence[Measurement], seed: int
) -> tuple[list[Pair], list[Pair]]:
    """Return pairs of finished runs: both of orthogonal groups, and one of them with one broken run."""
    intact = [m for m in isometric if reached(m, seed)]
    broken = [m for m in measurements if m.settings["objective"] in BROKEN and reached(m, seed)]
    return list(combinations(intact, 2)), [(a, b) for a in intact for b in broken]


def neighbours(a: Measurement, b: Measurement, seed: int) -> Neighbourhoods:
    """Return the mutual nearest neighbours of two runs, of one seed, with their null."""
    one, two = (rows_of(m, seed) for m in (a, b))
    return _neighbours(one.tobytes(), two.tobytes(), len(one))


@lru_cache(maxsize=8192)
def _neighbours(x: bytes, y: bytes, rows: int) -> Neighbourhoods:
    one, two = (np.frombuffer(v).reshape(rows, -1) for v in (x, y))
    return mutual_knn(one, two, k=NEIGHBOURS, permutations=PERMUTATIONS)


def similarity(a: Measurement, b: Measurement, seed: int) -> PermutedAlignment:
    """Return the linear CKA of two runs, of one seed, with its null."""
    one, two = (kept_directions(rows_of(m, seed)) for m in (a, b))
    return _similarity(one.tobytes(), two.tobytes(), len(one))


@lru_cache(maxsize=8192)
def _similarity(x: bytes, y: bytes, rows: int) -> PermutedAlignment:
    one, two = (np.frombuffer(v).reshape(rows, -1) for v in (x, y))
    return permuted_cka(one, two, permutations=PERMUTATIONS)


def intact_runs(runs: Runs) -> list[Measurement]:
    """Return the runs whose group keeps all latents, up to linear maps."""
    return [m for m in runs if m.settings["objective"] in (*ISOMETRIC, *LINEAR)]


def isometric_runs(runs: Runs) -> list[Measurement]:
    """Return the runs of orthogonal groups."""
    return [m for m in runs if m.settings["objective"] in ISOMETRIC]


def seeds_of(runs: Runs) -> int:
    """Return the number of seeds of a run."""
    return int(runs[0].settings["seeds"])


@dataclass(frozen=True, slots=True)
class Separation:
    """What is read of pairs across a broken assumption, one entry for each seed.

    Fields:
        margins: least neighbours within the block less the most across.
        ratios, alike: neighbours and linear CKA across, over the mean of their null.
        p_values: their largest p-value, or 1.
    """

    margins: list[float]
    ratios: list[float]
    alike: list[float]
    p_values: tuple[float, float]


def separation(runs: Runs) -> Separation:
    """Neighbours within the block above those across a broken assumption; all above their nulls."""
    margins, ratios, alike, near_p, linear_p = [], [], [], [], []
    for seed in range(seeds_of(runs)):
        inner, cross = inner_and_cross(runs, isometric_runs(runs), seed)
        if inner and cross:
            near = [neighbours(a, b, seed) for a, b in cross]
            least = min(neighbours(a, b, seed).value for a, b in inner)
            margins.append(least - max(n.value for n in near))
            ratios.append(min(n.value / n.null_mean for n in near))
            near_p.append(max(n.p_value for n in near))
            linear = [similarity(a, b, seed) for a, b in cross]
            alike.append(min(n.value / n.null_mean for n in linear))
            linear_p.append(max(n.p_value for n in linear))
    none = [float("nan")]
    largest = max(near_p, default=1.0), max(linear_p, default=1.0)
    return Separation(margins or none, ratios or none, alike or none, largest)


def least_relation(
    chosen: Callable[[Runs], list[Measurement]], read: Callable[[Relation], float]
) -> Reading:
    """Return the reading of the least relation over all pairs of the chosen runs, one for each seed."""
    return lambda runs: [
        min(v) for v in relations(list(combinations(chosen(runs), 2)), read, seeds_of(runs))
    ]


def mean_relation(
    name: str, chosen: Callable[[Runs], list[Measurement]], read: Callable[[Relation], float]
) -> Reading:
    """Return the reading of the mean relation of the chosen runs to that of a broken assumption, one for each seed."""

    def found(runs: Runs) -> list[float]:
        own = run_where(runs, objective=name)
        pairs = [(m, own) for m in chosen(runs)]
        return [float(np.mean(v)) for v in relations(pairs, read, seeds_of(runs))]

    return found
