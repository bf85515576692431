"""The verbs on a user's own arrays, as one call each: paths or objects in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from sith.numerics.data.agreement import MARGIN
from sith.numerics.data.axes import read_axes
from sith.numerics.data.choosing import choose_division, read_labels
from sith.numerics.data.compare import CompareReport, compare_tables
from sith.numerics.data.consequences import Observed
from sith.numerics.data.dependence import dependence
from sith.numerics.data.diagnose import DRAWS, LEVEL, Diagnosis, diagnose_data, registered
from sith.numerics.data.observed import read_observed
from sith.numerics.data.reading import read_table
from sith.numerics.data.score import ScoreReport, score_tables
from sith.numerics.data.stated import beside
from sith.numerics.data.table import Table, paired_tables
from sith.numerics.measure.checked import varying_columns
from sith.numerics.measure.samples import some_rows
from sith.theory import Claim, Statement
from sith.theory.errors import InputError

Told = Callable[[str, float], None]

LEAST_ROWS = 40
MOST_ROWS = 50_000
"""Rows that a diagnosis uses; more change no answer that matters."""
MOST_COORDINATES = 30
"""Coordinates that its tests are made for."""


def _silent(_stage: str, _fraction: float) -> None:
    return


def indices(text: str, name: str) -> tuple[int, ...]:
    """Return the whole numbers of a text such as "0,3".

    Raises:
        InputError: it is none.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdecimal() for part in parts):
        raise InputError(f"{name} {text!r}", allowed="whole numbers joined by commas, such as 0,3")
    return tuple(int(part) for part in parts)


def score(
    latents: Any,
    embeddings: Any,
    *,
    groups: Any = None,
    blocks: int = 0,
    gap: int = 0,
    split: Any = None,
    random: bool = False,
    measures: Sequence[str] = (),
    nominal: Sequence[int] = (),
    axes: str | None = None,
    rows: int | None = None,
    drop_rows: bool = False,
    seed: int = 0,
    progress: Told = _silent,
) -> ScoreReport:
    """Score embeddings against known latents; see `score_tables`.

    Arguments:
        latents, embeddings: paths, arrays, tensors or data frames of the same rows.
        groups: the group of every row.
        blocks, gap: contiguous blocks, and rows left out between two.
        split: 0 for rows to fit on, 1 for rows to score, −1 for neither.
        random: random rows, whatever the test of dependence says.
        measures, nominal, drop_rows, seed, progress: as `score_tables`.
        axes: names of the axes, such as "row,coordinate,coordinate".
        rows: at most so many rows, drawn at random.

    Raises:
        InputError: an argument does not fit, or the arrays cannot be scored.
    """
    first, second = read_paired((latents, embeddings), axes, rows, seed)
    whole = first.shape[0]
    if rows is not None and any(x is not None for x in (groups, split)):
        raise InputError("--rows with --groups or --split", cure="save the rows that are meant")
    division = choose_division(
        whole, groups=groups, blocks=blocks, gap=gap, split=split, random=random, seed=seed
    )
    if drop_rows and division is not None:
        first, second = paired_tables((first, second), drop_rows=True)
        if first.shape[0] < whole:
            kept = first.rows
            labels = {"groups": groups, "split": split}
            own = {
                name: read_labels(value, whole, f"the {name}")[kept]
                for name, value in labels.items()
                if value is not None
            }
            division = choose_division(
                len(kept), blocks=blocks, gap=gap, random=random, seed=seed, **own
            )
    return score_tables(
        first,
        second,
        division=division,
        random=random,
        measures=measures,
        nominal=nominal,
        drop_rows=drop_rows,
        seed=seed,
        progress=progress,
    )


def compare(
    runs: Sequence[Any] | Mapping[str, Any],
    *,
    claim: Claim | None = None,
    margin: float = MARGIN,
    groups: Any = None,
    blocks: int = 0,
    gap: int = 0,
    split: Any = None,
    random: bool = False,
    axes: str | None = None,
    rows: int | None = None,
    drop_rows: bool = False,
    seed: int = 0,
    progress: Told = _silent,
) -> CompareReport:
    """Compare runs of the same inputs without a ground truth; see `compare_tables`.

    Arguments:
        runs: paths, arrays, tensors or data frames, or a mapping of names to them; one run is
            asked for collapse only.
        claim: a claim whose stated group is held beside what is found.
        margin: share of the variance that a larger group must explain to count.
        groups, blocks, gap, split, random, axes, rows, drop_rows, seed, progress: as `score`.

    Raises:
        InputError: an argument does not fit, or the runs cannot be compared.
    """
    tables = read_paired(runs, axes, rows, seed)
    whole = tables[0].shape[0] if tables else 0
    if (
        drop_rows
        and any(len(t.bad_rows()) for t in tables)
        and any(x is not None for x in (groups, split))
    ):
        raise InputError(
            "--drop-rows with --groups or --split, and rows to drop", cure="drop them in the files"
        )
    if drop_rows and len({t.shape[0] for t in tables}) == 1:
        tables = paired_tables(tables, drop_rows=True)
        whole = tables[0].shape[0]
    division = choose_division(
        whole, groups=groups, blocks=blocks, gap=gap, split=split, random=random, seed=seed
    )
    stated = None
    if claim is not None:
        own = claim

        def stated(group: str, decided: bool, width: int) -> Any:
            return beside(own, group, decided, width)

    return compare_tables(
        tables,
        division=division,
        margin=margin,
        drop_rows=drop_rows,
        stated=stated,
        seed=seed,
        progress=progress,
    )


def diagnose(
    pairs: Any,
    *,
    claim: Statement | None = None,
    parameters: Mapping[str, Any] | None = None,
    latents: Any = None,
    environments: Any = None,
    level: float = LEVEL,
    draws: int = DRAWS,
    drop_rows: bool = False,
    seed: int = 0,
    progress: Told = _silent,
) -> Diagnosis:
    """Say which assumptions of a claim, or of every registered theorem, the data contradict.

    Arguments:
        pairs: an array (N, 2, d), two arrays (N, d), or one without partners; see `read_pairs`.
        claim: a claim or a theorem; by default all that are registered, at the samples' dimension.
        parameters: of the theorem, `dim` among them if it is not the samples'.
        latents: the latents of the same rows, which are then tested in place of the embeddings.
        environments: see `read_observed`.
        level: error rate of one assumption's answer.
        draws: simulated data sets for each power; 0 for none.
        drop_rows: leave out rows that are not finite.
        seed: of what is drawn.
        progress: told (claim, fraction).

    Raises:
        InputError: an argument does not fit.
    """
    if not 0 < level < 1:
        raise InputError(f"level = {level}", allowed="between 0 and 1", cure="use 0.01")
    if draws < 0:
        raise InputError(f"draws = {draws}", allowed="at least 0")
    samples, exact = read_observed(
        pairs, latents=latents, environments=environments, drop_rows=drop_rows
    )
    samples, warnings = _moderate(samples, seed)
    dim = samples.z.shape[1]
    left_out: dict[str, str] = {}
    if claim is None:
        claims, left_out = registered(dim)
    else:
        settings = dict(parameters or {})
        own = claim.at(settings.pop("dim", dim), **settings)
        if dim not in {own.encoder.output.dim, own.dim}:
            raise InputError(
                f"samples of dimension {dim} for a claim with d = {own.dim}",
                allowed=f"{own.dim} coordinates, or {own.encoder.output.dim} of embeddings",
                cure="choose the claim's dimension with --dim",
            )
        claims = (own,)
    return diagnose_data(
        samples,
        claims,
        exact=exact,
        level=level,
        draws=draws,
        seed=seed,
        left_out=left_out,
        warnings=warnings,
        progress=progress,
    )


def _moderate(samples: Observed, seed: int) -> tuple[Observed, list[str]]:
    """Refuse samples that no test can use, draw some of very many rows, and look at their order."""
    rows, dim = samples.z.shape
    if rows < LEAST_ROWS:
        raise InputError(f"{rows} rows", allowed=f"at least {LEAST_ROWS}", cure="draw more")
    still = np.flatnonzero(~varying_columns(samples.z))
    if len(still):
        raise InputError(f"coordinate {still[:5].tolist()} is constant", cure="leave it out")
    if dim > MOST_COORDINATES:
        raise InputError(
            f"{dim} coordinates",
            allowed=f"at most {MOST_COORDINATES}",
            cure="the tests are of the recovered latents: select or project the coordinates",
        )
    warnings = []
    found = dependence(*((samples.z, samples.partner) if samples.paired else (samples.z,)))
    if found.ordered:
        warnings.append(
            f"rows depend on their neighbours (autocorrelation {found.largest:.2f}): the tests take "
            "rows as independent, so that their p-values are too small; keep one row in "
            f"{found.length}"
        )
    if rows > MOST_ROWS:
        kept = some_rows(rows, MOST_ROWS, seed)
        partner = samples.partner[kept] if samples.paired else samples.partner
        samples = replace(samples, z=samples.z[kept], partner=partner)
        warnings.append(f"{MOST_ROWS} of {rows} rows were drawn at random")
    return samples, warnings


def read_paired(
    sources: Sequence[Any] | Mapping[str, Any], axes: str | None, rows: int | None, seed: int
) -> tuple[Table, ...]:
    """Return tables of the same inputs: where rows are drawn, the same of each.

    The names of a mapping are those of its arrays, in messages and reports.
    """
    named = read_axes(axes) if axes else None
    found = sources if isinstance(sources, Mapping) else None
    names = list(map(str, found)) if found else [f"array {k}" for k in range(len(sources))]
    tables = [
        read_table(source, axes=named, rows=rows, seed=seed, name=name)
        for name, source in zip(names, found.values() if found else sources, strict=True)
    ]
    if rows is not None and any(not np.array_equal(t.rows, tables[0].rows) for t in tables):
        raise InputError("the files have different numbers of rows", allowed="the same rows in all")
    return tuple(tables)
