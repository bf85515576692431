"""The commands that read and write claims: list, show, new."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from sith.numerics.cli.options import ClaimText, Dim, Json, Set, point
from sith.numerics.cli.output import Answer, headed, present


def list_command(json: Json = False) -> int:
    """List the registered theorems.

    Example: sith list --json
    """
    return present(json, _list)


def _list() -> Answer:
    from sith.theory import THEOREMS
    from sith.theory.theorems import SETTLED

    rows = []
    for theorem in THEOREMS:
        claim = theorem.at()
        rows.append(
            {
                "slug": theorem.slug,
                "title": theorem.title,
                "special": theorem.special,
                "group": str(claim.group),
                "direction": claim.relation.value,
                "source": str(theorem.source),
                "dimension": claim.dim,
                "settled_by": SETTLED[theorem.slug],
            }
        )
    table = Table(box=None, pad_edge=False)
    table.add_column("slug", no_wrap=True, min_width=max(len(t.slug) for t in THEOREMS))
    for heading in ("group", "direction", "settled by", "title"):
        table.add_column(heading)
    for row in rows:
        cells = (row["slug"], row["group"], row["direction"], row["settled_by"], row["title"])
        table.add_row(*(Text(str(cell)) for cell in cells))
    return Answer({"theorems": rows}, table)


def show_command(
    claim: ClaimText,
    dim: Dim = None,
    settings: Set = None,
    latex: Annotated[bool, typer.Option("--latex", help="Print a LaTeX block.")] = False,
    json: Json = False,
) -> int:
    """Show a claim and its optimum condition.

    What it says, what it assumes, which parameters it has, and where it comes from.

    Example: sith show zimmermann_2021_lp --dim 2 --set p=4 --latex
    """

    def command() -> Answer:
        from sith.numerics.claims.description import describe

        statement, parameters = point(claim, dim, settings)
        found = describe(statement, dim, **parameters)
        text = Text(found.latex) if latex else headed(str(found), 0)
        return Answer({**found.to_dict(), "latex": found.latex}, text)

    return present(json, command)


def new_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A Python identifier.")],
    out: Annotated[
        Path,
        typer.Option(metavar="DIR", help="The folder to write into, or the root of a checkout."),
    ] = Path(),
    theorem: Annotated[
        bool, typer.Option("--theorem", help="Enter a theorem with the slug NAME.")
    ] = False,
    group: Annotated[bool, typer.Option("--group", help="Enter a group.")] = False,
    objective: Annotated[bool, typer.Option("--objective", help="Enter an objective.")] = False,
    measure: Annotated[bool, typer.Option("--measure", help="Enter a measure.")] = False,
    study: Annotated[bool, typer.Option("--study", help="Enter a study.")] = False,
    witness: Annotated[bool, typer.Option("--witness", help="Enter a witness.")] = False,
    condition: Annotated[
        bool, typer.Option("--condition", help="State the optimum as equations, without a loss.")
    ] = False,
    json: Json = False,
) -> int:
    """Write a claim file to start from, or enter a theorem or another part into a checkout.

    NAME.py derives and checks as it stands; an existing file is never overwritten. With --theorem
    and the other options the command is run in a checkout of sith: it writes templates, the lines of
    every list, and what follows from a theorem (its audit, its figures in the README). Run it again
    after each change of the theorem.

    Example: sith new my_claim
    """
    kinds = {
        "theorem": theorem,
        "group": group,
        "objective": objective,
        "measure": measure,
        "study": study,
        "witness": witness,
        "condition": condition,
    }
    return present(json, lambda: _new(name, out, [kind for kind, asked in kinds.items() if asked]))


def _new(name: str, out: Path, kinds: list[str]) -> Answer:
    from sith.numerics.claims.new_claim import write_claim_file
    from sith.numerics.recipes import add, add_theorem
    from sith.theory import InputError

    if len(kinds) > 1:
        options = " and ".join(f"--{kind}" for kind in kinds)
        raise InputError(f"{options} were given together", allowed="one of them at a time")
    if kinds in ([], ["condition"]):
        written = write_claim_file(name, out, condition=bool(kinds))
        return Answer(written.to_dict(), Text(str(written)))
    entered = add_theorem(name, out) if kinds == ["theorem"] else add(kinds[0], name, out)
    return Answer(entered.to_dict(), Text(str(entered)))
