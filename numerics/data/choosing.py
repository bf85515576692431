"""The split that options name: groups, blocks, a caller's own, or rows at random."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sith.numerics.data.reading import read_table
from sith.numerics.data.splitting import (
    Division,
    contiguous_blocks,
    given_split,
    random_rows,
    whole_groups,
)
from sith.theory.errors import InputError


def read_labels(source: Any, rows: int, name: str) -> NDArray[np.float64]:
    """Return one number for every row, ``(N,)``, from a path or an object in memory; NaN is allowed.

    Raises:
        InputError: it is not one number for each of the rows.
    """
    array = np.asarray(source) if not isinstance(source, str) else None
    if array is not None and array.ndim == 1:
        labels = read_table(array[:, None], name=name).raw[:, 0]
    elif isinstance(source, str):
        try:
            labels = _column(read_table(source).raw, name)
        except InputError as error:
            if "axes are not said" not in error.fault:
                raise
            labels = read_table(source, axes=("row",)).raw[:, 0]
    else:
        labels = _column(read_table(source, name=name).raw, name)
    if len(labels) != rows:
        raise InputError(f"{name} has {len(labels)} rows for {rows} rows of samples")
    return labels


def _column(values: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    if values.shape[1] != 1:
        raise InputError(
            f"{name} has {values.shape[1]} columns",
            allowed="one",
            cure="name the column, such as file.csv:group",
        )
    return values[:, 0]


def choose_division(
    rows: int,
    *,
    groups: Any = None,
    blocks: int = 0,
    gap: int = 0,
    split: Any = None,
    random: bool = False,
    seed: int = 0,
) -> Division | None:
    """Return the division that the options name; None where they name none.

    Raises:
        InputError: two are named, or one does not fit the rows.
    """
    named = [groups is not None, blocks != 0, split is not None, random]
    if sum(named) > 1:
        raise InputError(
            "more than one split", allowed="one of --groups, --blocks, --split and --random"
        )
    if gap and not blocks:
        raise InputError("a gap without blocks", cure="name the number of blocks with --blocks")
    if groups is not None:
        labels = read_labels(groups, rows, "the groups")
        if not np.isfinite(labels).all():
            raise InputError("a row has no group", cure="give every row a group of its own")
        return whole_groups(labels, seed=seed)
    if split is not None:
        return given_split(read_labels(split, rows, "the split"))
    if blocks:
        return contiguous_blocks(rows, blocks, gap=gap)
    return random_rows(rows, seed=seed) if random else None
