"""The commands that search: refute, audit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sith.numerics.cli.options import ClaimText, Dim, Drawing, Json, Quiet, Set, drawable, point
from sith.numerics.cli.output import Answer, headed, note, present, progress
from sith.numerics.cli.parts import Parts

BudgetText = Annotated[
    str, typer.Option(metavar="BUDGET", help="smoke, ci or deep: how much work the search may do.")
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Seed of all random draws.")]


def refute_command(
    claim: ClaimText,
    budget: BudgetText = "smoke",
    dim: Dim = None,
    settings: Set = None,
    seed: Seed = 0,
    witness: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the witness, as JSON.")
    ] = None,
    figure: Drawing = None,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Search for a counterexample to a claim.

    A theorem is searched over its dimensions and parameters, except those that are set; the witness
    comes at small values and is re-checked by other code. The budget counts work, not seconds: the
    same command gives the same answer. Exit status: 0 none found and the derivation agrees,
    1 refuted, 2 mis-specified, or usage or input error, 3 none found.

    Example: sith refute my_claim.py:CLAIM --witness my_witness.json
    """

    parts = Parts(claim)

    def command() -> Answer:
        from sith.numerics.claims.certificates import writable

        statement, parameters = point(claim, dim, settings)
        target = witness and writable(witness, "--witness")
        picture = figure and drawable(figure)
        from sith.numerics import refute

        with progress(quiet) as tell:
            report = refute(
                statement,
                dim,
                budget=budget,
                seed=seed,
                progress=tell,
                finished=parts.take(tell.show),
                **parameters,
            )
        if target and report.witness:
            from sith.numerics.claims.certificates import write_json

            write_json(target, {**report.witness[0].to_dict(), "argument": claim})
        if picture and report.witness:
            report.figure(statement).savefig(picture, dpi=150)
        elif picture:
            note(f"no figure is drawn: {report.finding.value}")
        status = report.exit_status
        return Answer(report.to_dict(), headed(str(report), status), status)

    return present(json, command, parts)


def audit_command(
    claim: ClaimText,
    budget: BudgetText = "smoke",
    dim: Dim = None,
    settings: Set = None,
    seed: Seed = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """Drop each assumption of a claim in turn.

    A counterexample to the conclusion is searched for without it. An assumption with a witness is
    needed; "no witness found" is a statement about the budget alone.

    Example: sith audit zimmermann_2021_vmf
    """

    parts = Parts(claim)

    def command() -> Answer:
        statement, parameters = point(claim, dim, settings)
        from sith.numerics import audit

        with progress(quiet) as tell:
            report = audit(
                statement,
                dim,
                budget=budget,
                seed=seed,
                progress=tell,
                finished=parts.take(tell.show),
                **parameters,
            )
        return Answer(report.to_dict(), headed(str(report), 0), 0)

    return present(json, command, parts)
