"""Tables from paths and from what the libraries of the field hold in memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from sith.numerics.data.axes import arranged
from sith.numerics.data.files import Found, read_file
from sith.numerics.data.table import Table, table
from sith.numerics.measure.conversion import numbers
from sith.numerics.measure.samples import some_rows
from sith.theory.errors import InputError

LARGEST = 2**27
"""Entries that are read at most: 1 GiB in double precision."""


def read_table(
    source: Any,
    *,
    axes: Sequence[str] | None = None,
    rows: int | None = None,
    seed: int = 0,
    name: str = "",
    least: int = 1,
) -> Table:
    """Return a table of a path or of an object in memory.

    Arguments:
        source: a path, PATH:NAME for an array of a file of several, PATH:a,b for columns; or an
            array, a tensor, a data frame of pandas or polars, a DataArray of xarray, or a table.
        axes: the name of each axis, "row" or "coordinate", where the array is not (N, d).
        rows: draw at most this many rows at random, for files that are larger than memory.
        seed: of the rows that are drawn.
        name: of the source in messages.
        least: the fewest rows allowed.

    Raises:
        InputError: the source cannot be read, its axes are not known, or it is too large.
    """
    if isinstance(source, Table):
        return source
    if isinstance(source, str | Path):
        path, key = located(str(source))
        found, label = read_file(path, key), str(source)
    else:
        found, label = held(source, name or "the samples"), name or "the samples"
    array = found.array
    if axes is not None and len(axes) != np.ndim(array):
        raise InputError(f"{len(axes)} axes named for {label}, which has shape {np.shape(array)}")
    if axes is None and np.ndim(array) != 2:
        arranged(np.empty(np.shape(array), dtype=np.bool_), None, label)
    at = axes.index("row") if axes else 0
    count = int(np.shape(array)[at])
    drawn = some_rows(count, rows, seed) if rows is not None else None
    width = int(np.prod(np.shape(array), dtype=np.float64)) // max(count, 1)
    if (count if drawn is None else len(drawn)) * width > LARGEST:
        raise InputError(
            f"{label} holds {count} × {width} numbers",
            allowed=f"at most {LARGEST} entries at a time",
            cure=f"draw rows at random: --rows {min(10**6, LARGEST // max(width, 1))}",
        )
    if drawn is not None and len(drawn) < count:
        array = array[(slice(None),) * at + (drawn,)]
    plain, precision = _numbers(array, label)
    result = table(
        np.asarray(arranged(plain, axes, label), dtype=np.float64),
        label,
        precision,
        found.names if len(found.names) == width else (),
        least=least,
    )
    if drawn is None:
        return result
    return Table(result.values, result.raw, result.names, result.source, result.precision, drawn)


def located(text: str) -> tuple[Path, str]:
    """Split PATH:NAME; a path that exists as it stands is not split."""
    path = Path(text)
    head, colon, tail = text.rpartition(":")
    if path.exists() or not colon or not head:
        return path, ""
    return Path(head), tail


def held(source: Any, label: str) -> Found:
    """Return the array of an object in memory, and the names of its columns.

    Raises:
        InputError: the object is of no kind that is known.
    """
    if isinstance(source, Tensor | np.ndarray):
        return Found(source)
    if isinstance(source, list | tuple):
        try:
            return Found(np.asarray(source))
        except ValueError as error:
            raise InputError(f"{label} is a list of rows of unequal lengths") from error
    # By what they offer, so that none of these libraries is imported or needed.
    if hasattr(source, "columns") and hasattr(source, "to_numpy"):
        return Found(source.to_numpy(), tuple(str(c) for c in source.columns))
    if hasattr(source, "dims") and hasattr(source, "values"):
        return Found(source.values)
    if hasattr(source, "to_numpy"):
        return Found(source.to_numpy())
    raise InputError(
        f"{label} is of type {type(source).__name__}",
        allowed="a path, an array, a tensor, a data frame, or a DataArray",
    )


def _numbers(array: Any, label: str) -> tuple[np.ndarray[Any, np.dtype[np.float64]], str]:
    if isinstance(array, np.ndarray) and array.dtype.kind == "O":
        # Missing values of a data frame make columns of objects out of columns of numbers.
        try:
            array = np.array(
                [[np.nan if cell is None else float(cell) for cell in row] for row in array]
            )
        except (TypeError, ValueError) as error:
            raise InputError(
                f"{label} has entries that are no numbers",
                allowed="columns of numbers",
                cure="leave out columns of text, and give classes integer codes",
            ) from error
    try:
        return numbers(array)
    except InputError as error:
        raise InputError(
            f"{label}: {error.fault}", allowed=error.allowed, cure=error.cure
        ) from error
