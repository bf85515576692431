"""The command that lists what is identified: invariants."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.text import Text

from sith.numerics.cli.options import ClaimText, Dim, Json, Quiet, Set, point
from sith.numerics.cli.output import Answer, headed, note, present
from sith.theory import BudgetExceeded, UnsupportedCondition


def invariants_command(
    claim: ClaimText,
    points: Annotated[
        int, typer.Option(metavar="N", help="Functions of 1, 2 or 3 latent points z, w, v.")
    ] = 2,
    degree: Annotated[
        int, typer.Option(metavar="K", help="Largest total degree of the polynomials.")
    ] = 2,
    dim: Dim = None,
    settings: Set = None,
    max_monomials: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Largest linear system; beyond it: undecided."),
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> int:
    """List the functions of the latents that are identified.

    They are the polynomials of one to three latent points that the claim's indeterminacy group
    leaves unchanged: what may be asked of the representation.

    Example: sith invariants zimmermann_2021_vmf --points 2 --degree 2
    """

    def command() -> Answer:
        from sith.theory import Agreement, invariants

        statement, parameters = point(claim, dim, settings)
        limit: dict[str, Any] = {} if max_monomials is None else {"max_monomials": max_monomials}
        announce = (lambda _: None) if quiet else note
        try:
            found = invariants(
                statement, points, degree, dim=dim, announce=announce, **limit, **parameters
            )
        except (BudgetExceeded, UnsupportedCondition) as error:
            data = {"claim": statement.name, "basis": None, "reason": str(error)}
            text = Text(f"{statement.name}: undecided\n  reason    {error}")
            return Answer(data, text, 3)
        agrees = found.agreement is Agreement.AGREES
        remark = "" if agrees else f"{statement.name}: the derived and the stated group differ"
        status = found.exit_status
        return Answer(found.to_dict(), headed(str(found), status), status, remark)

    return present(json, command)
