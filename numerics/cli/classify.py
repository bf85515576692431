"""The command for the whole parameter space of a claim: classify."""

from __future__ import annotations

from typing import Annotated

import typer

from sith.numerics.cli.options import ClaimText, Degree, Dim, Json, Quiet, Set, point
from sith.numerics.cli.output import Answer, headed, note, present


def classify_command(
    claim: ClaimText,
    over: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="An unknown: a parameter, or a number of the claim."),
    ] = None,
    numbers: Annotated[
        bool, typer.Option("--numbers", help="All rational numbers inside the claim are unknowns.")
    ] = False,
    dim: Dim = None,
    degree: Degree = None,
    settings: Set = None,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Derive the group over the whole parameter space of a claim.

    Parameters are unknowns: the answer is the group for generic values, and every equation between
    them that was found under which it changes, each confirmed at a rational point on it and beside
    it. Without --over the unknowns are the theorem's parameters, or all numbers of a fixed claim.

    Example: sith classify zimmermann_2021_vmf --numbers --dim 2 --degree 1
    """

    def command() -> Answer:
        from sith.theory import classify

        statement, parameters = point(claim, dim, settings)
        announce = (lambda _: None) if quiet else note
        found = classify(
            statement,
            tuple(over or ()),
            dim,
            degree,
            numbers=numbers,
            announce=announce,
            **parameters,
        )
        status = found.exit_status
        return Answer(found.to_dict(), headed(str(found), status), status)

    return present(json, command)
