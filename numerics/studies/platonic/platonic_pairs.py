"""Pairs of Platonic runs: which ones count, and how similar they are beside permuted rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np

from sith.numerics.measure import Neighbourhoods, PermutedAlignment, mutual_knn, permuted_cka
from sith.numerics.studies.frame.finding import Measurement
from sith.numerics.studies.frame.relation import Relation, kept_directions, relate
from sith.numerics.studies.platonic.platonic_spans import BROKEN, MISFIT, fold_cost

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
