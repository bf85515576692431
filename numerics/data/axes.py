"""What the axes of an array are: said by the user or by names that it carries, never guessed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sith.theory.errors import InputError, did_you_mean

AXES = ("row", "coordinate")


def read_axes(text: str) -> tuple[str, ...]:
    """Return the axes that a text such as "row,coordinate,coordinate" names.

    Raises:
        InputError: an unknown name, or not exactly one axis of rows.
    """
    names = tuple(part.strip() for part in text.split(","))
    unknown = [n for n in names if n not in AXES]
    if unknown or names.count("row") != 1:
        meant = did_you_mean(unknown[0], AXES) if unknown else ""
        cure = "save every run as a file of its own" if "run" in unknown else meant
        raise InputError(
            f"axes {text!r}", allowed="one 'row', and 'coordinate' for every other axis", cure=cure
        )
    return names


def arranged(
    array: NDArray[np.generic], axes: Sequence[str] | None, source: str
) -> NDArray[np.generic]:
    """Return an array with axes ``(row, coordinate)``; axes of coordinates are joined in order.

    Arguments:
        array: of any number of axes.
        axes: the name of each; without them only ``(N, d)`` is understood.

    Raises:
        InputError: the axes are not named where they must be, or do not fit the array.
    """
    if axes is None:
        if array.ndim != 2:
            joined = "row" + ",coordinate" * (array.ndim - 1)
            raise InputError(
                f"{source} has shape {array.shape}, and its axes are not said",
                allowed="rows and coordinates, (N, d)",
                cure=f"say what its axes are, such as --axes {joined}"
                if array.ndim
                else "pass an array",
            )
        return array
    if len(axes) != array.ndim:
        raise InputError(f"{len(axes)} axes named for {source}, which has shape {array.shape}")
    first = np.moveaxis(array, axes.index("row"), 0)
    width = int(np.prod(first.shape[1:], dtype=np.int64))
    return first.reshape(first.shape[0], width)
