"""Paired samples of latents and representations, and their split into two halves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from sith.numerics.measure.conversion import CONSTANT, moderate
from sith.numerics.measure.conversion import as_array as as_array  # noqa: PLC0414
from sith.theory.errors import InputError

Array: TypeAlias = NDArray[np.float64]
Samples: TypeAlias = NDArray[Any] | Tensor
Score: TypeAlias = np.float64 | Array

Split: TypeAlias = tuple[NDArray[np.intp], NDArray[np.intp]]
"""The rows to fit on and the rows to score, which have none in common."""


@dataclass(frozen=True, slots=True)
class Halves:
    """One half of the rows to fit on and the other to evaluate on, drawn once for all runs.

    Fields:
        z_fit, z_test: latents, ``(..., n, d)``.
        y_fit, y_test: representations, ``(..., n, m)``.
        finite: per run, whether all its entries are finite; the rows of other runs are zeros.
    """

    z_fit: Array
    y_fit: Array
    z_test: Array
    y_test: Array
    finite: NDArray[np.bool_]

    def score(self, values: Any) -> Score:
        """One float for one run, ``(S,)`` for S runs; NaN for a run that is not finite."""
        scores: Score = np.where(self.finite, values, np.nan)[()]
        return scores

    def runs(self) -> tuple[Halves, ...]:
        """The runs one by one, each with arrays ``(n, d)`` and ``(n, m)``."""
        if self.z_fit.ndim == 2:
            return (self,)
        parts = (self.z_fit, self.y_fit, self.z_test, self.y_test, self.finite)
        return tuple(Halves(*(part[run] for part in parts)) for run in range(len(self.z_fit)))


def paired(z: Samples, y: Samples) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Check and convert latents and representations; the third entry is `Halves.finite`.

    Arguments:
        z: latents, ``(N, d)`` or ``(S, N, d)``.
        y: representations, ``(N, m)`` or ``(S, N, m)``.

    Raises:
        InputError: the shapes do not fit, or there are fewer than 4 rows.
    """
    first, second = as_array(z), as_array(y)
    fits = (
        first.ndim in {2, 3}
        and first.shape[:-1] == second.shape[:-1]
        and first.shape[-1] > 0
        and second.shape[-1] > 0
    )
    if not fits:
        raise InputError(
            f"z has shape {first.shape} and y has shape {second.shape}",
            allowed="(N, d) with (N, m), or (S, N, d) with (S, N, m)",
            cure="the axes are run, sample, coordinate",
        )
    if first.shape[-2] < 4:
        raise InputError(f"{first.shape[-2]} samples", allowed="at least 4", cure="draw more")
    # Finite unless the sum is not: one pass without a mask in the common case.
    with np.errstate(over="ignore", invalid="ignore"):
        sums = np.isfinite(first.sum((-2, -1)) + second.sum((-2, -1)))
        finite: NDArray[np.bool_] = np.asarray(sums, dtype=np.bool_)
    if not finite.all():
        # A sum of finite entries may overflow.
        finite = np.asarray(
            np.isfinite(first).all((-2, -1)) & np.isfinite(second).all((-2, -1)), dtype=np.bool_
        )
        first = np.where(finite[..., None, None], first, 0.0)
        second = np.where(finite[..., None, None], second, 0.0)
    return first, second, finite


def halves(
    z: Samples,
    y: Samples,
    *,
    seed: int = 0,
    split: Split | None = None,
    extreme: Literal["kept", "samples", "columns"] = "kept",
) -> Halves:
    """Split the rows: at random, ⌊N/2⌋ to fit on and the others to evaluate on, unless told.

    The same rows are drawn for every run of a batch, from `seed` alone.  Random rows are held out
    only where rows are independent: a neighbour in time on the other side gives the answer away.

    Arguments:
        z: latents, ``(N, d)`` or ``(S, N, d)``.
        y: representations, ``(N, m)`` or ``(S, N, m)``.
        seed: of the split, or of the order of the rows of a split that is given.
        split: the rows to fit on and to score.
        extreme: what is done with entries whose squares are not finite: nothing, or each sample
            is scaled by one power of two, or each of its columns, where the score allows it.

    Raises:
        InputError: the shapes do not fit, there are fewer than 4 rows, or the split is none.
    """
    z, y, finite = paired(z, y)
    if extreme != "kept":
        z, y = moderate(z, each=False), moderate(y, each=extreme == "columns")
    fit, test = divided(z.shape[-2], seed=seed, split=split)
    parts = (z.take(fit, -2), y.take(fit, -2), z.take(test, -2), y.take(test, -2))
    return Halves(*parts, finite)


def divided(rows: int, *, seed: int, split: Split | None) -> Split:
    """Return the rows to fit on and to score, each in random order, checked; see `halves`."""
    rng = np.random.default_rng(seed)
    if split is None:
        fit, test = np.split(rng.permutation(rows), [rows // 2])
        return fit, test
    fit, test = (np.asarray(part, dtype=np.intp) for part in split)
    together = np.concatenate((fit, test))
    if min(len(fit), len(test)) < 2 or len(np.unique(together)) < len(together):
        raise InputError(
            f"a split into {len(fit)} and {len(test)} rows",
            allowed="two sets of at least 2 rows without a row in common",
        )
    if together.min() < 0 or together.max() >= rows:
        raise InputError(f"a split that names row {together.max()} of {rows}")
    return rng.permutation(fit), rng.permutation(test)


def some_rows(rows: int, limit: int, seed: int) -> NDArray[np.intp]:
    """Return at most `limit` rows, drawn at random: files are often sorted, and their head is not fair."""
    if rows <= limit:
        return np.arange(rows)
    drawn: NDArray[np.intp] = np.sort(
        np.random.default_rng(seed).choice(rows, limit, replace=False)
    )
    return drawn


def require_rows(rows: int, columns: int) -> None:
    """Refuse a fit that could interpolate its half.

    Raises:
        InputError: fewer than `columns` + 2 rows to fit on.
    """
    if rows < columns + 2:
        raise InputError(
            f"{rows} samples to fit {columns} coordinates",
            allowed=f"at least {columns + 2} in the fitted half",
            cure="draw more samples",
        )


def require_square(z: Array, y: Array) -> None:
    """Refuse representations of another dimension than the latents.

    Raises:
        InputError: m differs from d.
    """
    if z.shape[-1] != y.shape[-1]:
        raise InputError(
            f"latents of dimension {z.shape[-1]} and representations of dimension {y.shape[-1]}",
            allowed="equal dimensions",
            cure="use linear_r2, or a representation with as many coordinates",
        )


def column_mean(x: Array) -> Array:
    """Mean over rows, ``(..., n, d)`` -> ``(..., d)``, as a matrix product, which is faster."""
    mean: Array = np.full(x.shape[-2], 1 / x.shape[-2]) @ x
    return mean


def squared_norms(x: Array) -> Array:
    """Sum of squares over rows, ``(..., n, d)`` -> ``(..., d)``."""
    squares: Array = np.einsum("...nd,...nd->...d", x, x)
    return squares


def varying(squares: Array, rows: int, mean: Array) -> NDArray[np.bool_]:
    """Per column, whether its spread exceeds rounding.

    Arguments:
        squares: sums of squares of the centred columns, ``(..., d)``.
        rows: number of rows n.
        mean: of the columns before centring, ``(..., d)``.
    """
    varies: NDArray[np.bool_] = np.sqrt(squares / rows) > CONSTANT["float64"] * np.abs(mean)
    return varies
