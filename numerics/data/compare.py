"""Compare runs without a ground truth: up to which group they agree, and whether one collapsed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from sith.numerics.data.agreement import MARGIN, ROWS_PER_COORDINATE, PairAgreement, agree
from sith.numerics.data.collapse import CollapseReport, collapse
from sith.numerics.data.dependence import dependence
from sith.numerics.data.lattice import NOTHING, UNKNOWN, join
from sith.numerics.data.splitting import Division, contiguous_blocks, random_rows, whole_groups
from sith.numerics.data.stated import Stated, collapsed_beside
from sith.numerics.data.table import Table, paired_tables
from sith.theory.errors import InputError
from sith.theory.notebook import text_card

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEAST_ROWS = 40
FARTHEST = 120
"""Binary orders of magnitude between the sizes of two runs that are told apart."""


@dataclass(frozen=True, slots=True)
class CompareReport:
    """What several runs have in common.

    Fields:
        group: the smallest group that contains that of every pair; "none" if some pair shares too
            little; "undecided" for too few rows; "" for fewer than two runs that vary.
        decided: whether all smaller groups were found too small.
        table: one entry for each pair.
        runs: the spread of each run.
        split: of the rows, in words.
        stated: what a claim says beside it, if one was given.
        warnings: what a reader must know first.
    """

    group: str
    decided: bool
    table: tuple[PairAgreement, ...]
    runs: tuple[CollapseReport, ...]
    split: str
    rows: int
    stated: Stated | None
    warnings: tuple[str, ...]

    @property
    def _open(self) -> bool:
        return not self.decided and self.group not in ("", NOTHING, UNKNOWN)

    @property
    def exit_status(self) -> int:
        """0, or with a claim 1 where the runs need a larger group and 3 where it is undecided."""
        return self.stated.exit_status if self.stated else 0

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "group": self.group,
            "decided": self.decided,
            "table": [p.to_dict() for p in self.table],
            "collapsed": [r.to_dict() for r in self.runs if r.collapsed],
            "runs": [r.to_dict() for r in self.runs],
            "split": self.split,
            "rows": self.rows,
            "claim": self.stated.to_dict() if self.stated else None,
            "warnings": list(self.warnings),
        }

    def __str__(self) -> str:
        """The group, the table of pairs, the spread of each run, and the warnings."""
        heads = {
            "": "fewer than two runs that vary: no group",
            NOTHING: "no fitted map, smooth ones among them, leaves less than a tenth unexplained",
            UNKNOWN: "undecided: too few rows to fit maps of so many coordinates",
        }
        head = heads.get(self.group, f"the runs agree up to {self.group} maps")
        lines = [f"{head} (a smaller group is undecided)" if self._open else head]
        lines.append(f"{self.rows} rows; {self.split}")
        for pair in self.table:
            lines.append(
                f"  {pair.first} and {pair.second}: {pair.group}, unexplained {pair.unexplained:.4f}"
            )
            lines += [
                f"    {s.group:<38} unexplained {s.unexplained:>8.4f}  beyond larger groups "
                f"{s.excess:>8.4f} [{s.low:.4f}, {s.high:.4f}]  {s.answer.value}"
                for s in pair.steps
                if np.isfinite(s.unexplained)
            ]
        lines += [str(run) for run in self.runs]
        if self.stated:
            lines.append(str(self.stated))
        lines += [f"warning: {text}" for text in self.warnings]
        return "\n".join(lines)

    def figure(self) -> Figure:
        """Draw the group of each pair; see `agreement_figure`."""
        from sith.numerics.data.picture import agreement_figure

        return agreement_figure(self)

    _repr_html_ = text_card


def compare_tables(
    runs: Sequence[Table],
    *,
    division: Division | None = None,
    margin: float = MARGIN,
    drop_rows: bool = False,
    stated: Callable[[str, bool, int], Stated] | None = None,
    seed: int = 0,
    progress: Callable[[str, float], None] = lambda _stage, _fraction: None,
) -> CompareReport:
    """Compare runs of the same inputs.

    Arguments:
        runs: tables of the same rows; widths may differ.
        division: the split; by default as `score_tables`.
        margin: share of the variance that a larger group must explain to count.
        drop_rows: leave out rows that are not finite in one of the runs.
        stated: (group found, decided, width) to what a claim says beside it.
        seed: of the split.
        progress: told (pair, fraction).

    Raises:
        InputError: the rows do not fit or are too few, or the margin is out of range.
    """
    if not runs:
        raise InputError("no run", allowed="at least one", cure="name the files of the runs")
    if not 0 < margin < 1:
        raise InputError(f"margin = {margin}", allowed="between 0 and 1", cure="use 0.01")
    spreads = tuple(collapse(run) for run in runs)
    runs = paired_tables(runs, drop_rows=drop_rows)
    if runs[0].shape[0] < LEAST_ROWS:
        raise InputError(f"{runs[0].shape[0]} rows", allowed=f"at least {LEAST_ROWS}")
    alive = [run for run, spread in zip(runs, spreads, strict=True) if spread.varies]
    warnings = [str(spread) for spread in spreads if spread.collapsed]
    pairs = list(combinations(alive, 2))
    table: list[PairAgreement] = []
    said: list[str] = []
    split = "no split: fewer than two runs that vary"
    if pairs:
        own, said = _division(alive, division, seed)
        split = own.description
    for k, (a, b) in enumerate(pairs):
        progress(f"{a.source} and {b.source}", k / len(pairs))
        names = (a.source, b.source)
        table.append(agree(_sized(a), _sized(b, like=a), own, names=names, margin=margin))
    group = join(p.group for p in table)
    decided = all(p.decided for p in [p for p in table if p.group == group] or table)
    width = max(r.shape[1] for r in runs)
    said += _too_few(group, runs[0].shape[0], width)
    answer = collapsed_beside(stated(group, decided, width), spreads) if stated else None
    return CompareReport(
        group=group,
        decided=decided,
        table=tuple(table),
        runs=spreads,
        split=split,
        rows=runs[0].shape[0],
        stated=answer,
        warnings=tuple(said + warnings),
    )


def _too_few(group: str, rows: int, width: int) -> list[str]:
    """How many rows would do, where there are too few."""
    if group != UNKNOWN:
        return []
    needed = 2 * ROWS_PER_COORDINATE * width
    return [f"{rows} rows for {width} coordinates: orthogonal and linear maps need {needed}"]


def _sized(run: Table, like: Table | None = None) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The values, both runs of a pair by the same power of two, so that squares are finite.

    Runs whose sizes differ beyond all measure keep a ratio of `FARTHEST`, which no group without a
    scale survives either.
    """
    exponent = int(np.frexp(float(np.abs(run.values).max()))[1])
    other = exponent if like is None else int(np.frexp(float(np.abs(like.values).max()))[1])
    by = np.clip(exponent - other, -FARTHEST, FARTHEST) - exponent
    # In two steps: 2^1074 is not a float.
    half = int(by) // 2
    scaled: np.ndarray[Any, np.dtype[np.float64]] = np.ldexp(
        np.ldexp(run.values, half), int(by) - half
    )
    return scaled


def _division(
    runs: Sequence[Table], division: Division | None, seed: int
) -> tuple[Division, list[str]]:
    if division is not None:
        return division, []
    found = dependence(*(run.values for run in runs), seed=seed)
    rows = runs[0].shape[0]
    if found.ordered:
        count = 10 if found.length * 20 <= rows else 2
        own = contiguous_blocks(rows, count, gap=min(found.length, rows // (4 * count)))
        about = f"rows depend on their neighbours (autocorrelation {found.largest:.2f})"
        return own, [f"{about}: fitted and scored on contiguous blocks"]
    if found.repeated:
        return whole_groups(found.items, seed=seed), [f"{found.repeated} rows repeat another one"]
    return random_rows(rows, seed=seed), []
