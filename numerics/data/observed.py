"""Pairs and environments as a diagnosis takes them, from paths or objects in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sith.numerics.data.choosing import read_labels
from sith.numerics.data.consequences import Observed
from sith.numerics.data.files import read_file
from sith.numerics.data.reading import located, read_table
from sith.numerics.data.table import Array, Table, named_rows
from sith.theory.errors import InputError

NONE = np.empty((0, 0))
FORMS = "(N, 2, d), or two arrays (N, d) as FILE,FILE; (N, d) for samples without partners"


def read_pairs(source: Any, *, name: str = "the pairs") -> tuple[Table, Table | None]:
    """Return samples and their partners, if they have some.

    Arguments:
        source: an array (N, 2, d), a pair of arrays (N, d), or one array (N, d) without partners;
            paths for each, two of them joined by a comma.
        name: in messages.

    Raises:
        InputError: another shape, or numbers of rows or coordinates that differ.
    """
    if isinstance(source, str) and "," in source and not located(source)[0].exists():
        source = tuple(part.strip() for part in source.split(","))
    if isinstance(source, tuple | list) and len(source) == 2 and np.ndim(source[0]) != 1:
        first, second = (read_table(part, name=name, least=2) for part in source)
        if first.shape != second.shape:
            raise InputError(
                f"{name}: {first.source} has shape {first.shape} and {second.source} {second.shape}",
                allowed="equal shapes",
            )
        return first, second
    shape = _shape(source)
    if len(shape) == 3 and shape[1] == 2:
        whole = read_table(source, axes=("row", "coordinate", "coordinate"), name=name, least=2)
        columns = np.arange(whole.shape[1]) < shape[2]
        return _half(whole, columns), _half(whole, ~columns)
    if len(shape) != 2:
        raise InputError(f"{name} have shape {shape}", allowed=FORMS)
    return read_table(source, name=name, least=2), None


def read_observed(
    pairs: Any, *, latents: Any = None, drop_rows: bool = False, environments: Any = None
) -> tuple[Observed, bool]:
    """Return the data of a diagnosis, and whether the samples are the latents themselves.

    Arguments:
        pairs: as `read_pairs`.
        latents: the latents of the same rows, in the same forms; they are then tested.
        drop_rows: leave out rows that are not finite.
        environments: a number for every row, NaN where it is not known; or a table with columns
            mean… and var… of every environment; or a mapping with `means` and `variances`, (E, d).

    Raises:
        InputError: something does not fit.
    """
    first, second = read_pairs(pairs)
    exact = latents is not None
    if exact:
        rows = first.shape[0]
        first, second = read_pairs(latents, name="the latents")
        if first.shape[0] != rows:
            raise InputError(f"{first.shape[0]} rows of latents for {rows} rows of pairs")
    good: NDArray[np.bool_] = np.asarray(np.isfinite(first.raw).all(1), dtype=np.bool_)
    if second is not None:
        good &= np.isfinite(second.raw).all(1)
    if not good.all() and not drop_rows:
        bad = np.flatnonzero(~good)
        raise InputError(
            f"{first.source}: {named_rows(bad)} {'has' if len(bad) == 1 else 'have'} entries that "
            "are not finite",
            cure="pass --drop-rows to leave such rows out",
        )
    labels, means, variances = _environments(environments, first.shape, good)
    partner = NONE if second is None else second.raw[good]
    return Observed(first.raw[good], partner, labels, means, variances), exact


def _environments(
    source: Any, shape: tuple[int, int], good: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], Array, Array]:
    """Labels ``(n,)``, means and variances ``(E, d)``; empty where there are none."""
    none = np.empty(0, dtype=np.intp)
    if source is None:
        return none, NONE, NONE
    if isinstance(source, Mapping):
        if not {"means", "variances"} <= set(source):
            raise InputError("environments without means or variances", allowed="both, (E, d)")
        means, variances = (read_table(source[k], name=k).raw for k in ("means", "variances"))
        return none, *_checked(means, variances, shape[1])
    if isinstance(source, str):
        path, key = located(source)
        names = () if _shape_of(read_file(path, key).array) == 1 else read_table(source).names
        mean = [k for k, n in enumerate(names) if n.lower().startswith("mean")]
        variance = [k for k, n in enumerate(names) if n.lower().startswith("var")]
        if mean or variance:
            held = read_table(source).raw
            return none, *_checked(held[:, mean], held[:, variance], shape[1])
    labels = read_labels(source, shape[0], "the environments")[good]
    known = labels[np.isfinite(labels)]
    if not np.equal(known, np.round(known)).all():
        raise InputError(
            "environments with entries that are no whole numbers",
            allowed="a whole number for every row, or a table with columns mean… and var…",
        )
    return known.astype(np.intp), NONE, NONE


def _checked(means: Array, variances: Array, dim: int) -> tuple[Array, Array]:
    if means.shape != variances.shape or means.shape[1] != dim:
        raise InputError(
            f"a table with {means.shape[1]} means and {variances.shape[1]} variances",
            allowed=f"{dim} of each for every environment, one for each coordinate",
        )
    if not (np.isfinite(means).all() and np.isfinite(variances).all() and (variances > 0).all()):
        raise InputError("means and variances of the environments", allowed="finite, variances > 0")
    if len(means) < 2:
        raise InputError(f"{len(means)} environment", allowed="at least 2")
    return means, variances


def _shape(source: Any) -> tuple[int, ...]:
    if isinstance(source, str):
        path, key = located(source)
        return tuple(int(n) for n in np.shape(read_file(path, key).array))
    return tuple(int(n) for n in np.shape(getattr(source, "values", source)))


def _shape_of(array: Any) -> int:
    return len(np.shape(array))


def _half(whole: Table, columns: NDArray[np.bool_]) -> Table:
    names = tuple(n for n, kept in zip(whole.names, columns, strict=True) if kept)
    return Table(
        whole.values[:, columns],
        whole.raw[:, columns],
        names,
        whole.source,
        whole.precision,
        whole.rows,
    )
