"""A table of samples: rows and named coordinates, with the type that the numbers came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sith.numerics.measure.conversion import settled
from sith.theory.errors import InputError

Array: TypeAlias = NDArray[np.float64]

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Table:
    """Samples of one run.

    Fields:
        values: ``(N, d)``, float64, columns constant up to the rounding of their type made constant.
        raw: the same before that, ``(N, d)``.
        names: of the coordinates, d of them.
        source: where the samples came from, for messages.
        precision: name of the type that they came in, such as "float32".
        rows: the place of every row in the source, ``(N,)``.
    """

    values: Array
    raw: Array
    names: tuple[str, ...]
    source: str
    precision: str
    rows: NDArray[np.intp]

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and of coordinates."""
        return self.values.shape[0], self.values.shape[1]

    def bad_rows(self) -> NDArray[np.intp]:
        """The rows that have an entry which is not finite, by place in this table."""
        return np.flatnonzero(~np.isfinite(self.raw).all(1))

    def take(self, rows: NDArray[Any]) -> Table:
        """Return the table of some rows; `rows` are places in this table or a mask."""
        raw = self.raw[rows]
        return replace(self, raw=raw, values=settled(raw, self.precision), rows=self.rows[rows])


def table(
    values: Array, source: str, precision: str, names: Sequence[str] = (), *, least: int = 1
) -> Table:
    """Return a table of an array ``(N, d)``, checked.

    Raises:
        InputError: the array has another number of axes, or no rows or coordinates.
    """
    if values.ndim != 2:
        raise InputError(
            f"{source} has shape {values.shape}",
            allowed="rows and coordinates, (N, d)",
            cure="name its axes, such as --axes row,coordinate,coordinate, which joins the last two",
        )
    if values.shape[0] < least or values.shape[1] == 0:
        raise InputError(f"{source} has shape {values.shape}", allowed=f"at least {least} rows")
    own = tuple(names) or tuple(str(j) for j in range(values.shape[1]))
    place = np.arange(len(values))
    return Table(settled(values, precision), values, own, source, precision, place)


def named_rows(rows: NDArray[np.intp]) -> str:
    """Return the numbers of some rows, the first few by name."""
    more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    return ("row " if len(rows) == 1 else "rows ") + ", ".join(map(str, rows[:SHOWN])) + more


def paired_tables(tables: Sequence[Table], *, drop_rows: bool = False) -> tuple[Table, ...]:
    """Return tables with the same rows, all finite.

    Arguments:
        tables: of the same inputs, row by row.
        drop_rows: leave out, from all of them, the rows that are not finite in one.

    Raises:
        InputError: the numbers of rows differ, or a row is not finite and may not be dropped.
    """
    counts = {t.shape[0] for t in tables}
    if len(counts) > 1:
        told = ", ".join(f"{t.source} has {t.shape[0]} rows" for t in tables)
        raise InputError(told, allowed="the same rows in the same order in all")
    for t in tables:
        bad = t.bad_rows()
        if len(bad) and not drop_rows:
            raise InputError(
                f"{t.source}: {named_rows(bad)} {'has' if len(bad) == 1 else 'have'} entries that "
                "are not finite",
                allowed="finite entries",
                cure="pass --drop-rows to leave such rows out of all files",
            )
    good = np.logical_and.reduce([np.isfinite(t.raw).all(1) for t in tables])
    if not good.any():
        raise InputError("no row is finite in all files")
    return tuple(tables) if good.all() else tuple(t.take(good) for t in tables)
