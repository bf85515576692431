"""Which rows are fitted on and which are scored, so that the scored are held out in earnest."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sith.theory.errors import InputError

PARTS = 10
"""Parts of the rows that are left out in turn for an interval."""
LEAST = 8
"""Fewest rows on either side."""

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Division:
    """A split with the units that are exchangeable.

    Fields:
        fit, test: the rows to fit on and to score; rows in neither are a gap.
        parts: per row the part that is left out with it in a jackknife, ``(N,)``; −1 in a gap.
        description: in words.
        independent: whether single rows are the units, so that they may be permuted.
    """

    fit: Places
    test: Places
    parts: Places
    description: str
    independent: bool

    def without(self, part: int) -> tuple[Places, Places]:
        """The split without the rows of one part."""
        return tuple(side[self.parts[side] != part] for side in (self.fit, self.test))

    @property
    def labels(self) -> tuple[int, ...]:
        """The parts that leave rows on both sides when they are left out."""
        found = np.unique(self.parts[self.parts >= 0])
        return tuple(
            int(p) for p in found if min(len(side) for side in self.without(int(p))) >= LEAST
        )


def random_rows(rows: int, *, seed: int = 0) -> Division:
    """Half of the rows at random: for independent rows only."""
    order = np.random.default_rng(seed).permutation(rows)
    fit, test = np.split(order, [rows // 2])
    parts = np.empty(rows, dtype=np.intp)
    parts[fit] = np.arange(len(fit)) % PARTS
    parts[test] = np.arange(len(test)) % PARTS
    return _checked(Division(fit, test, parts, "random halves of the rows", True))


def contiguous_blocks(rows: int, count: int, *, gap: int = 0) -> Division:
    """Contiguous blocks, fitted on and scored in turn; `gap` rows between two blocks are left out.

    Raises:
        InputError: fewer than 2 blocks, or a gap that leaves too few rows.
    """
    if count < 2:
        raise InputError(f"{count} blocks", allowed="at least 2", cure="use --blocks 10")
    if gap < 0:
        raise InputError(f"a gap of {gap} rows", allowed="at least 0")
    edges = np.linspace(0, rows, count + 1).round().astype(np.intp)
    parts = np.full(rows, -1, dtype=np.intp)
    side = np.zeros(rows, dtype=np.intp)
    for k, (start, stop) in enumerate(pairwise(edges)):
        inner = slice(
            start + (gap // 2 if k else 0), stop - (gap - gap // 2 if k < count - 1 else 0)
        )
        parts[inner] = k
        side[inner] = 1 + k % 2
    fit, test = np.flatnonzero(side == 1), np.flatnonzero(side == 2)
    if count < 4:
        # To leave a whole block out would leave a side without rows.
        pieces = np.minimum(np.arange(rows) * PARTS // max(rows, 1), PARTS - 1)
        parts = np.where(parts >= 0, pieces, -1)
    words = f"{count} contiguous blocks in turn, gap {gap}"
    return _checked(Division(fit, test, parts, words, False))


def whole_groups(groups: NDArray[Any], *, seed: int = 0) -> Division:
    """Whole groups at random, half of the rows on either side.

    Arguments:
        groups: the group of every row, ``(N,)``.
        seed: of the order of the groups.

    Raises:
        InputError: fewer than 4 groups, or one that holds nearly all rows.
    """
    _, index, counts = np.unique(groups, return_inverse=True, return_counts=True)
    if len(counts) < 4:
        raise InputError(f"{len(counts)} groups", allowed="at least 4", cure="use --blocks")
    order = np.random.default_rng(seed).permutation(len(counts))
    reached = np.cumsum(counts[order])
    first = order[reached <= max(len(groups) / 2, counts[order[0]])]
    in_fit = np.isin(index, first)
    parts = np.empty(len(groups), dtype=np.intp)
    places = np.empty(len(counts), dtype=np.intp)
    for side in (first, np.setdiff1d(order, first)):
        places[side] = np.arange(len(side)) % PARTS
    parts[:] = places[index]
    words = f"{len(counts)} whole groups at random"
    return _checked(Division(np.flatnonzero(in_fit), np.flatnonzero(~in_fit), parts, words, False))


def given_split(marks: NDArray[Any]) -> Division:
    """A caller's own split: 0 for a row to fit on, 1 for one to score, anything negative for neither.

    Raises:
        InputError: other marks, or too few rows on a side.
    """
    plain = np.asarray(marks, dtype=np.float64)
    if not np.isin(plain[~(plain < 0)], (0, 1)).all():
        raise InputError(
            "a split with other marks than 0 and 1",
            allowed="0 to fit on, 1 to score, −1 for neither",
        )
    fit, test = np.flatnonzero(plain == 0), np.flatnonzero(plain == 1)
    parts = np.full(len(plain), -1, dtype=np.intp)
    for side in (fit, test):
        # Contiguous parts: nothing is known of the rows' independence.
        parts[side] = np.arange(len(side)) * PARTS // max(len(side), 1)
    return _checked(Division(fit, test, parts, "the split that was given", False))


def _checked(division: Division) -> Division:
    few = min(len(division.fit), len(division.test))
    if few < LEAST:
        raise InputError(
            f"{division.description}: {few} rows on one side",
            allowed=f"at least {LEAST}",
            cure="draw more rows, or use fewer blocks or a smaller gap",
        )
    return division
