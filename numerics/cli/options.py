"""The options that several commands share, and what they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from sith.theory import Statement


def slugs(incomplete: str) -> list[str]:
    """Return the registered theorems that begin so, for a shell: they are read off their files.

    Nothing is imported, so that a completion takes no longer than `sith --help`.
    """
    folder = Path(__file__).resolve().parents[2] / "theory" / "theorems"
    names = sorted(file.stem for file in folder.glob("*_[0-9][0-9][0-9][0-9]_*.py"))
    return [name for name in names if name.startswith(incomplete)]


ClaimText = Annotated[
    str,
    typer.Argument(
        metavar="CLAIM",
        help="A slug from `sith list`, or path/to/file.py:NAME.",
        autocompletion=slugs,
    ),
]
Dim = Annotated[int | None, typer.Option("--dim", metavar="D", help="Number of latents d.")]
Degree = Annotated[
    int | None, typer.Option("--degree", metavar="K", help="Largest degree of the fields.")
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A parameter: an integer, a/b, or a word."),
]
OwnEncoder = Annotated[
    str | None,
    typer.Option("--encoder", metavar="FILE:NAME", help="Train NAME(inputs, outputs), a module."),
]
OwnMixing = Annotated[
    str | None,
    typer.Option("--mixing", metavar="FILE:NAME", help="Observe NAME(latents): function, module."),
]
Drawing = Annotated[
    Path | None, typer.Option("--figure", metavar="FILE", help="Draw it: .png, .svg or .pdf.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on standard error.")]


def point(
    text: str, dim: int | None, settings: Sequence[str] | None
) -> tuple[Statement, dict[str, Any]]:
    """Return the statement of a CLAIM argument and its parameters; both are known to be valid."""
    from sith.numerics.claims.loading import load_statement
    from sith.numerics.claims.parameters import claim_at, read_parameters

    statement = load_statement(text)
    parameters = read_parameters(statement, settings or ())
    claim_at(statement, dim, parameters)
    return statement, parameters


def drawable(path: Path) -> Path:
    """Return where a figure is written, or raise InputError: another suffix, or not writable."""
    from sith.numerics.claims.certificates import writable
    from sith.theory.errors import InputError

    if path.suffix not in (".png", ".svg", ".pdf"):
        raise InputError(f"--figure {path}", allowed="a name that ends in .png, .svg or .pdf")
    return writable(path, "--figure")
