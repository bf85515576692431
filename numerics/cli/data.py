"""The commands on a user's own arrays: score, compare, diagnose."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sith.numerics.cli.options import Dim, Json, Quiet, Set, drawable, point
from sith.numerics.cli.output import Answer, headed, present, progress

Axes = Annotated[
    str | None,
    typer.Option(
        "--axes", metavar="NAMES", help="What the axes are, such as row,coordinate,coordinate."
    ),
]
Rows = Annotated[
    int | None,
    typer.Option("--rows", metavar="N", min=2, help="Draw at most N rows of each file at random."),
]
Drop = Annotated[
    bool,
    typer.Option(
        "--drop-rows", help="Leave out rows with a value that is not finite in one of the files."
    ),
]
Seed = Annotated[int, typer.Option("--seed", metavar="S", min=0, help="Seed of all random draws.")]
Groups = Annotated[
    str | None,
    typer.Option("--groups", metavar="FILE", help="The group of every row; no group is split."),
]
Blocks = Annotated[
    int,
    typer.Option(
        "--blocks", metavar="K", min=0, help="Contiguous blocks, fitted and scored in turn."
    ),
]
Gap = Annotated[
    int, typer.Option("--gap", metavar="G", min=0, help="Rows left out between two blocks.")
]
SplitFile = Annotated[
    str | None,
    typer.Option("--split", metavar="FILE", help="0 for rows to fit on, 1 for rows to score on."),
]
Random = Annotated[
    bool, typer.Option("--random", help="Random rows, whatever the test of independence says.")
]
ClaimOption = Annotated[
    str | None,
    typer.Option(
        "--claim", metavar="CLAIM", help="A slug from `sith list`, or path/to/file.py:NAME."
    ),
]
FILE = (
    "A .npy, .npz, .csv, .parquet, .pt or .safetensors file; FILE:NAME picks an array or columns."
)


def score_command(
    latents: Annotated[str, typer.Argument(metavar="LATENTS", help=FILE)],
    embeddings: Annotated[str, typer.Argument(metavar="EMBEDDINGS", help="The same rows.")],
    groups: Groups = None,
    blocks: Blocks = 0,
    gap: Gap = 0,
    split: SplitFile = None,
    random: Random = False,
    measures: Annotated[
        str, typer.Option(metavar="NAMES", help="Names of measures, joined by commas.")
    ] = "",
    nominal: Annotated[
        str,
        typer.Option(metavar="J,…", help="Latents that are unordered classes, counted from 0."),
    ] = "",
    axes: Axes = None,
    rows: Rows = None,
    drop_rows: Drop = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Score embeddings against known latents: every measure, held out, with intervals.

    Rows are split at random only where you say so, or where they pass a test of
    independence.

    Example: sith score latents.npy embeddings.npy --blocks 10 --gap 50
    """

    def command() -> Answer:
        from sith.numerics.data import indices, score

        with progress(quiet) as tell:
            report = score(
                latents,
                embeddings,
                groups=groups,
                blocks=blocks,
                gap=gap,
                split=split,
                random=random,
                measures=tuple(m.strip() for m in measures.split(",") if m.strip()),
                nominal=indices(nominal, "--nominal"),
                axes=axes,
                rows=rows,
                drop_rows=drop_rows,
                seed=seed,
                progress=tell,
            )
        return Answer(report.to_dict(), headed(str(report), 0))

    return present(json, command)


def compare_command(
    runs: Annotated[list[str], typer.Argument(metavar="RUN…", help=FILE)],
    claim: ClaimOption = None,
    margin: Annotated[
        float, typer.Option(metavar="M", help="Share of the variance that counts.")
    ] = 0.01,
    groups: Groups = None,
    blocks: Blocks = 0,
    gap: Gap = 0,
    split: SplitFile = None,
    random: Random = False,
    dim: Dim = None,
    settings: Set = None,
    figure: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the table of pairs: .png, .svg or .pdf."),
    ] = None,
    axes: Axes = None,
    rows: Rows = None,
    drop_rows: Drop = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Compare runs of the same inputs: up to which group they agree, and whether one collapsed.

    No ground truth is needed. With a claim, its stated group is compared with the one that is
    found; exit status 1 then says that the runs need a larger group, and 3 that it is undecided.

    Example: sith compare seed0.npy seed1.npy --claim zimmermann_2021_vmf
    """

    def command() -> Answer:
        from sith.numerics.data import compare

        target = figure and drawable(figure)
        with progress(quiet) as tell:
            report = compare(
                runs,
                claim=_claim(claim, dim, settings),
                margin=margin,
                groups=groups,
                blocks=blocks,
                gap=gap,
                split=split,
                random=random,
                axes=axes,
                rows=rows,
                drop_rows=drop_rows,
                seed=seed,
                progress=tell,
            )
        if target:
            report.figure().savefig(target, dpi=150)
        return _answer(report)

    return present(json, command)


def diagnose_command(
    pairs: Annotated[
        str,
        typer.Argument(
            metavar="PAIRS", help="(N, 2, d), or FILE,FILE of (N, d) each; (N, d) has no partners."
        ),
    ],
    claim: ClaimOption = None,
    latents: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Known latents in the same form; they are tested."),
    ] = None,
    environments: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="A number for every row, or a table with columns mean… and var…."
        ),
    ] = None,
    level: Annotated[
        float, typer.Option(metavar="A", help="Error rate of the test of one assumption.")
    ] = 0.01,
    draws: Annotated[
        int, typer.Option(metavar="N", min=0, help="Simulated data sets for each power.")
    ] = 20,
    dim: Dim = None,
    settings: Set = None,
    drop_rows: Drop = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Test the assumptions of a claim, or of every registered theorem, on data.

    Each is contradicted, not contradicted (with the power that the test had), or not testable from
    such data. For one claim the exit status is 1 if an assumption is contradicted, and 3 if none
    could be tested.

    Example: sith diagnose pairs.npy --claim zimmermann_2021_vmf
    """

    def command() -> Answer:
        from sith.numerics.data import diagnose

        statement, parameters = (None, {}) if claim is None else point(claim, dim, settings)
        with progress(quiet) as tell:
            report = diagnose(
                pairs,
                claim=statement,
                parameters={**parameters, **({} if dim is None else {"dim": dim})},
                latents=latents,
                environments=environments,
                level=level,
                draws=draws,
                drop_rows=drop_rows,
                seed=seed,
                progress=tell,
            )
        return _answer(report)

    return present(json, command)


def _answer(report: Any) -> Answer:
    status = report.exit_status
    return Answer(report.to_dict(), headed(str(report), status), status)


def _claim(text: str | None, dim: int | None, settings: list[str] | None) -> Any:
    """The claim of an option, at its parameters, or None where none was named."""
    from sith.numerics.claims.parameters import claim_at

    if text is None:
        return None
    statement, parameters = point(text, dim, settings)
    return claim_at(statement, dim, parameters)
