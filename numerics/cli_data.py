"""The commands on a user's own arrays: score, compare, diagnose."""

from __future__ import annotations

from typing import Annotated

import typer

from numerics.cli_options import Json, Quiet
from numerics.cli_output import Answer, headed, present, progress

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
    bool, typer.Option("--drop-rows", help="Leave out rows that are not finite in one of the files.")
]
Seed = Annotated[int, typer.Option("--seed", metavar="S", min=0, help="Of everything drawn.")]
FILE = "A .npy, .npz, .csv, .parquet, .pt or .safetensors file; FILE:NAME picks an array or columns."


def score_command(
    latents: Annotated[str, typer.Argument(metavar="LATENTS", help=FILE)],
    embeddings: Annotated[str, typer.Argument(metavar="EMBEDDINGS", help="The same rows.")],
    groups: Annotated[
        str | None, typer.Option(metavar="FILE", help="The group of every row; groups stay whole.")
    ] = None,
    blocks: Annotated[
        int, typer.Option(metavar="K", min=0, help="Contiguous blocks, fitted and scored in turn.")
    ] = 0,
    gap: Annotated[
        int, typer.Option(metavar="G", min=0, help="Rows left out between two blocks.")
    ] = 0,
    split: Annotated[
        str | None, typer.Option(metavar="FILE", help="0 for rows to fit on, 1 for rows to score.")
    ] = None,
    random: Annotated[
        bool, typer.Option("--random", help="Random rows, whatever the test of dependence says.")
    ] = False,
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

    Rows are split at random only where you say so, or where they pass a test of dependence.

    Example: sith score latents.npy embeddings.npy --blocks 10 --gap 50
    """

    def command() -> Answer:
        from numerics.data import indices, score

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
