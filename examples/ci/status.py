"""A table of the claims in Markdown, for a pull request: `python status.py claims.py:ROTATIONS …`.

The exit status is 0 where every claim holds, 1 where one does not, and 3 where one is undecided.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from sith import Verdict, derive, load_statement

WORK = 20_000
"""Unknowns of the largest linear system that a derivation may solve; beyond it: undecided."""
COLUMNS = ("claim", "states", "derived", "answer", "trusts")


def row(claim: str, verdict: Verdict) -> str:
    """Return one line of the table; a bar in a text would start a column."""
    lemmas = ", ".join(lemma.name for lemma in verdict.trusted)
    cells = (
        f"`{claim}`",
        f"{verdict.relation.value}: {verdict.stated}",
        verdict.group or verdict.outcome.value,
        f"**{verdict.agreement.value}**",
        lemmas or "nothing",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main(names: list[str]) -> int:
    """Print the table and return the exit status."""
    statements = {name: load_statement(name) for name in names}
    verdicts = {name: derive(claim, max_unknowns=WORK) for name, claim in statements.items()}
    print(row_of(COLUMNS), row_of("---" for _ in COLUMNS), sep="\n")
    for name, verdict in verdicts.items():
        print(row(name, verdict))
    found = {verdict.exit_status for verdict in verdicts.values()}
    return next((status for status in (1, 2, 3) if status in found), 0)


def row_of(cells: Iterable[str]) -> str:
    """Return a line of plain cells."""
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
