"""A measure repeated: on other parts of the rows for its spread, on other pairings for chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sith.numerics.data.scorers import Scorer
from sith.numerics.data.splitting import Division
from sith.numerics.data.table import Array

SHIFTS = 19
"""Pairings for the level of chance."""
FEW_SHIFTS = 5
"""The same for slow measures, where rows are independent and the level is known to be low."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """One measure of one pair of arrays under one split."""

    scorer: Scorer
    z: Array
    y: Array
    division: Division
    nominal: tuple[int, ...]
    seed: int

    def raw(self) -> Array:
        """The scores, ``(k,)``."""
        return self._on(self.y, (self.division.fit, self.division.test))

    def jackknife(self) -> tuple[Array, int]:
        """The standard errors ``(k,)`` by leaving out one part of the rows at a time, and the parts."""
        labels = self.division.labels
        if len(labels) < 2:
            return np.full(len(self.scorer.names), np.inf), 2
        values = np.array([self._on(self.y, self.division.without(part)) for part in labels])
        count = len(labels)
        squares = ((values - values.mean(0)) ** 2).sum(0)
        spread: Array = np.sqrt((count - 1) / count * squares)
        return spread, count

    def null(self, fades: bool) -> Array:
        """The scores of embeddings that are paired anew, ``(pairings, k)``.

        Independent rows are permuted. Others are shifted in a circle by a quarter to three quarters
        of the rows; where the dependence does not fade, the steps between rows are shifted and
        summed up again, since a shifted random walk has a jump and no longer is one.
        """
        rng = np.random.default_rng(self.seed)
        rows, independent = len(self.z), self.division.independent
        draws = FEW_SHIFTS if self.scorer.slow and independent else SHIFTS
        split = (self.division.fit, self.division.test)
        steps = np.diff(self.y, axis=0, prepend=self.y[:1])
        values = []
        for _ in range(draws):
            if independent:
                moved = self.y[rng.permutation(rows)]
            else:
                by = int(rng.integers(rows // 4, 3 * rows // 4 + 1))
                moved = np.roll(self.y if fades else steps, by, axis=0)
                moved = moved if fades else moved.cumsum(0)
            values.append(self._on(moved, split))
        return np.array(values)

    def _on(self, y: Array, split: tuple[np.ndarray, np.ndarray]) -> Array:
        return np.array(
            self.scorer.call(self.z, y, split, self.nominal, self.seed), dtype=np.float64
        )
