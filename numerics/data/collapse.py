"""Whether an embedding has collapsed: its spread against its norm and the rounding of its type."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from sith.numerics.data.table import Table
from sith.numerics.measure.conversion import CONSTANT

COMPLETE = 1e-3
"""Spread over norm below which all rows count as one point."""
FLAT = 1e-3
"""Standard deviation of a direction, as a share of the largest, below which it is collapsed."""


class Collapse(Enum):
    """What has become of an embedding; the value is the word for it."""

    NONE = "none"
    DIMENSIONAL = "dimensional"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class CollapseReport:
    """The spread of one embedding.

    Fields:
        run: where it came from.
        kind: complete if the spread is below `COMPLETE` of the norm or below the rounding of the
            type; else dimensional if a direction's spread is below `FLAT` of the largest one's or
            below that rounding; else none.
        spread: root mean square distance of the rows from their mean.
        norm: root mean square norm of the rows.
        rank: directions that have not collapsed, of `width`.
        participation: (Σλ)²/Σλ² of the covariance, from 1 to the width; 0 without any spread.
        varies: whether the spread is above the rounding of the type, so that there is something
            to compare.
        reason: in words.
    """

    run: str
    kind: Collapse
    spread: float
    norm: float
    rank: int
    width: int
    participation: float
    varies: bool
    reason: str

    @property
    def collapsed(self) -> bool:
        """Whether it has collapsed in any way."""
        return self.kind is not Collapse.NONE

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "run": self.run,
            "kind": self.kind.value,
            "spread": self.spread,
            "norm": self.norm,
            "spread_over_norm": self.spread / self.norm if self.norm > 0 else 0.0,
            "rank": self.rank,
            "width": self.width,
            "participation": self.participation,
            "reason": self.reason,
        }

    def __str__(self) -> str:
        """The word and its reason."""
        return f"{self.run}: collapse {self.kind.value}: {self.reason}"


def collapse(samples: Table) -> CollapseReport:
    """Say whether an embedding has collapsed, completely or in some directions.

    Rows that are not finite are left out. With N rows at most N − 1 directions can be seen.
    """
    x = samples.raw[np.isfinite(samples.raw).all(1)]
    rows, width = x.shape
    size = float(np.abs(x).max(initial=0.0))
    if rows < 2 or size == 0:
        why = "all entries are 0" if size == 0 else "fewer than two finite rows"
        return CollapseReport(
            samples.source, Collapse.COMPLETE, 0.0, 0.0, 0, width, 0.0, False, why
        )
    x = x / size
    norm = float(np.sqrt((x**2).sum(1).mean()))
    covariance = np.cov(x.T, bias=True).reshape(width, width)
    values = np.maximum(np.linalg.eigvalsh(covariance)[::-1], 0.0)
    spread = float(np.sqrt(values.sum()))
    rounding = CONSTANT.get(samples.precision, 0.0) * norm
    deviations = np.sqrt(values)
    # The eigenvalues of a covariance err by 1e-16 of the largest.
    floor = max(FLAT * float(deviations[0]), rounding / np.sqrt(width))
    rank = int((deviations > floor).sum())
    squares = float((values**2).sum())
    participation = float(values.sum()) ** 2 / squares if squares > 0 else 0.0
    seen = min(width, rows - 1)
    if spread <= rounding:
        kind, why = Collapse.COMPLETE, f"no spread above the rounding of {samples.precision}"
    elif spread < COMPLETE * norm:
        kind, why = Collapse.COMPLETE, f"the spread is {spread / norm:.1e} of the norm"
    elif rank < seen:
        kind = Collapse.DIMENSIONAL
        why = f"{rank} of {seen} directions have a spread above {FLAT:g} of the largest"
    else:
        kind, why = Collapse.NONE, f"all {seen} directions have spread"
    if kind is Collapse.NONE and seen < width:
        why += f"; {rows} rows cannot show more of the {width}"
    return CollapseReport(
        samples.source,
        kind,
        spread * size,
        norm * size,
        rank,
        width,
        participation,
        spread > rounding,
        why,
    )
