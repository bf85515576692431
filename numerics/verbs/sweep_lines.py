"""The runs of a sweep in lines, one for each setting."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sith.numerics.measure import Interval, interval
from sith.numerics.sweeping import Row

SCORES = ("linear_r2", "procrustes_r2", "mcc", "loss_gap")
"""The scores of a sweep that are printed; the columnar files hold all."""

LARGEST = 1e150
"""Scores beyond are those of a run that diverged: no interval has them."""


@dataclass(frozen=True, slots=True)
class SweepLine:
    """The runs of a sweep that differ in the seed alone.

    Fields:
        settings: those that vary within the report, by name.
        scores: score → interval over seeds.
        seeds: number of runs.
        diverged: number of them that diverged.
    """

    settings: Mapping[str, Any]
    scores: Mapping[str, Interval]
    seeds: int
    diverged: int

    @property
    def label(self) -> str:
        """The settings on one line."""
        shown = {k: v for k, v in self.settings.items() if v not in ("", [], 0, "none")}
        return ", ".join(f"{k} = {_text(v)}" for k, v in shown.items()) or "all runs"


def lines_of(runs: Sequence[Row]) -> tuple[SweepLine, ...]:
    """Return one line for each setting of the runs, seeds taken together."""
    groups: dict[str, list[Row]] = {}
    for row in runs:
        rest = {k: v for k, v in row.settings.items() if k != "seed"}
        groups.setdefault(json.dumps(rest, sort_keys=True), []).append(row)
    several: dict[str, set[str]] = {}
    for row in runs:
        for name, value in row.settings.items():
            several.setdefault(name, set()).add(json.dumps(value))
    varying = [n for n, v in several.items() if n not in ("seed", "claim_digest") and len(v) > 1]
    lines = []
    for group in groups.values():
        # A seed that diverged may lack scores that the others have, in any order.
        every = dict.fromkeys(name for r in group for name in r.result)
        numbers = [n for n in every if any(_is_number(r.result.get(n)) for r in group)]
        lines.append(
            SweepLine(
                settings={
                    n: group[0].settings[n]
                    for n in ("claim", *(v for v in varying if v != "claim"))
                    if n in group[0].settings
                },
                scores={n: interval([_number(r.result.get(n)) for r in group]) for n in numbers},
                seeds=len(group),
                diverged=sum(bool(r.result.get("diverged")) for r in group),
            )
        )
    return tuple(sorted(lines, key=lambda line: line.label))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: object) -> float:
    """Return a stored score; NaN where a run has none, or one whose square overflows."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST:
        return float(value)
    return math.nan


def _text(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
