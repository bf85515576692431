"""Samples that a similarity is defined on: finite, varying, and enough of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sith.numerics.measure.conversion import moderate
from sith.numerics.measure.samples import (
    Array,
    Samples,
    as_array,
    column_mean,
    paired,
    squared_norms,
    varying,
)
from sith.theory.errors import InputError


def finite_pair(
    first: Samples, second: Samples, *, rows: int = 4, each: bool = False
) -> tuple[Array, Array]:
    """Check and convert two samples of paired rows, all of whose entries must be finite.

    Arguments:
        first: ``(N, d)`` or ``(S, N, d)``.
        second: ``(N, m)`` or ``(S, N, m)``.
        rows: the fewest rows allowed.
        each: scale extreme columns one by one, for scores that do not depend on such scales.

    Raises:
        InputError: the shapes do not fit, there are too few rows, or an entry is not finite.
    """
    x, y, finite = paired(first, second)
    if not finite.all():
        raise _not_finite(as_array(first), as_array(second))
    _require_rows(x, rows)
    return moderate(x, each=each), moderate(y, each=each)


def finite_sample(samples: Samples, *, rows: int = 2) -> Array:
    """Check and convert one sample ``(N, m)`` or ``(S, N, m)``; errors as `finite_pair`."""
    x = as_array(samples)
    if x.ndim not in {2, 3} or x.shape[-1] == 0:
        raise InputError(f"samples of shape {x.shape}", allowed="(N, m) or (S, N, m), m >= 1")
    if not np.isfinite(x).all():
        raise _not_finite(x)
    _require_rows(x, rows)
    return x


def require_varying_columns(x: Array, name: str) -> None:
    """Refuse a coordinate that is constant up to rounding.

    Raises:
        InputError: a column of a run does not vary.
    """
    columns = np.unique(np.nonzero(~varying_columns(x))[-1])
    if columns.size:
        raise InputError(
            f"coordinate {columns.tolist()} of {name} is constant",
            allowed="coordinates that vary",
            cure="leave out the coordinate",
        )


def require_spread(x: Array, name: str) -> None:
    """Refuse a representation none of whose coordinates varies.

    Raises:
        InputError: all rows of a run coincide up to rounding.
    """
    if not varying_columns(x).any(-1).all():
        raise InputError(
            f"all rows of {name} coincide",
            allowed="a representation that varies",
            cure="the score is not defined for a collapsed one; leave out the run",
        )


def varying_columns(x: Array) -> NDArray[np.bool_]:
    """Whether each column varies by more than rounding, ``(..., n, m)`` -> ``(..., m)``."""
    mean = column_mean(x)
    return varying(squared_norms(x - mean[..., None, :]), x.shape[-2], mean)


def centred(x: Array) -> Array:
    """The columns without their means; those that are constant up to rounding are exactly 0."""
    difference = x - column_mean(x)[..., None, :]
    return np.where(varying_columns(x)[..., None, :], difference, 0.0)


def centred_with_spread(x: Array, name: str) -> Array:
    """`centred` after `require_spread`, with one pass for both."""
    mean = column_mean(x)
    difference = x - mean[..., None, :]
    varies = varying(squared_norms(difference), x.shape[-2], mean)
    if not varies.any(-1).all():
        require_spread(x, name)
    return difference if varies.all() else np.where(varies[..., None, :], difference, 0.0)


def _not_finite(*samples: Array) -> InputError:
    """Name the rows of one run, or the runs of several, that have an entry which is not finite."""
    runs = samples[0].ndim == 3
    bad = np.logical_or.reduce([~np.isfinite(s).all((-2, -1) if runs else -1) for s in samples])
    found = np.flatnonzero(bad).tolist()
    names = ", ".join(map(str, found[:5])) + (f" and {len(found) - 5} more" if found[5:] else "")
    what = "run" if runs else "row"
    return InputError(
        f"{what} {names} {'has' if len(found) == 1 else 'have'} entries that are not finite",
        allowed="finite entries",
        cure=f"leave out the {what}{'s' * (len(found) > 1)}, in all samples",
    )


def _require_rows(x: Array, rows: int) -> None:
    if x.shape[-2] < rows:
        raise InputError(
            f"{x.shape[-2]} samples", allowed=f"at least {rows}", cure="draw more samples"
        )
