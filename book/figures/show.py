"""What the pages show of claims and verdicts, as Markdown that is rendered on the page."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping

from IPython.display import Markdown
from sympy import expand, latex

from sith import (
    Claim,
    Condition,
    Outcome,
    Verdict,
    check_field,
    optimum_condition,
    solve,
)
from sith.numerics.audit_registry import false_claim, stored_table

WIDTH = 70
"""Characters of a line of output that fit the page."""

SHORT = 150
"""Characters of a reason in a table; the page of the witness has all of it."""

LONG = 80
"""Characters of LaTeX after which a formula may be broken."""

BRACKETS = (("{", "}"), (r"\left", r"\right"))


def condition_of(claim: Claim) -> Condition:
    """Return the condition on h at the optimum of the claim's loss."""
    return optimum_condition(claim.world, claim.objective, claim.encoder)


def condition(verdict: Verdict) -> Markdown:
    """Show the optimum condition that a verdict rests on."""
    return _displayed(_lines(_symbols(verdict.condition_latex)))


def dimensions(verdict: Verdict) -> Markdown:
    """Show the dimension of the free fields for every degree."""
    degrees = " | ".join(f"≤ {k}" for k in verdict.dimension_by_degree)
    values = " | ".join(str(n) for n in verdict.dimension_by_degree.values())
    rule = "|---" * (len(verdict.dimension_by_degree) + 1)
    return Markdown(f"| degree | {degrees} |\n{rule}|\n| dimension | {values} |")


def generators(claim: Claim, degree: int = 1) -> Markdown:
    """Show a basis of the polynomial fields of bounded degree that the optimum leaves free."""
    found = condition_of(claim)
    solution = solve(
        found, degree, accept=lambda field, change: check_field(found, field, change).holds
    )
    if not solution.fields:
        return Markdown(f"There is no free field of degree ≤ {degree}.")
    rows = [
        r"\xi=\left(" + ",\\; ".join(latex(expand(e)) for e in field.expressions) + r"\right)"
        for field in solution.fields
    ]
    return _displayed(rows)


def scope(verdict: Verdict) -> Markdown:
    """Show what a verdict covers, what it trusts, and what it does not show."""
    rows = [("fields", verdict.scope.fields), ("components", verdict.scope.components)]
    rows += [(f"trusted, {lemma.name}", lemma.statement) for lemma in verdict.trusted]
    rows += [("not shown", item) for item in verdict.scope.not_shown]
    return _table(("part", "what it says"), rows)


def dropped(claim: Claim) -> Markdown:
    """Show what the stored audit says when each assumption of the claim is dropped in turn."""
    tables = [table for table in stored_table() if table["claim"] == claim.name]
    rows = []
    for row in tables[0]["assumptions"] if tables else []:
        outcome = _plain(row["outcome"])
        if row["witness"]:
            outcome = f"{{ref}}`{outcome} <{false_claim(claim.name, row['name'])}>`"
        weakening, why = (_typeset(row[key]) for key in ("weakening", "reason"))
        rows.append(
            (f"`{row['name']}`", weakening, outcome, textwrap.shorten(why, SHORT, placeholder=" …"))
        )
    head = ("assumption", "put in its place", "the audit then says", "because")
    return _joined(head, rows)


def outcomes() -> Markdown:
    """Show what the outcomes of a derivation mean."""
    return _table(("outcome", "meaning"), [(o.value, o.help) for o in Outcome])


def wrapped(report: object) -> str:
    """Return the text of a report with its long lines broken for the page."""
    return "\n".join(
        textwrap.fill(line, WIDTH, subsequent_indent=" " * (18 if line.startswith("  ") else 2))
        for line in str(report).splitlines()
    )


def without(claim: Claim, name: str) -> Claim:
    """Return the claim with one assumption, given by its name, replaced by its weakening."""
    return {a.name: a for a in claim.assumptions}[name].weaken(claim)


def groups(verdicts: Mapping[str, Verdict]) -> Markdown:
    """Show outcome, derived group and agreement of theorems by slug, for a page in the book's root."""
    rows = [
        (
            f"{{doc}}`{slug} <theorems/{slug}>`",
            *map(_plain, (v.outcome.value, v.group, v.relation.value, v.agreement.value)),
        )
        for slug, v in verdicts.items()
    ]
    head = ("theorem", "latents are", "free maps (derived)", "the claim states", "they compare as")
    return _joined(head, rows)


def _displayed(rows: list[str]) -> Markdown:
    body = " \\\\\n".join(rows)
    return Markdown(f"$$\n\\begin{{gathered}}\n{body}\n\\end{{gathered}}\n$$")


def _lines(text: str) -> list[str]:
    """Break a long formula at its wide spaces, and long parts at signs outside brackets."""
    lines = []
    for part in re.split(r"(?<=,)\s*\\quad", text):
        line = ""
        for term in re.split(r"\s(?=[+-]\s)", part):
            closed = all(line.count(a) == line.count(b) for a, b in BRACKETS)
            if len(line) > LONG and closed:
                lines.append(line)
                line = ""
            line = f"{line} {term}".strip()
        lines.append(line)
    return lines


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Markdown:
    return _joined(head, [tuple(_plain(cell) for cell in row) for row in rows])


def _joined(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Markdown:
    """Return a table of cells that are Markdown already."""
    lines = [head, ("---",) * len(head), *rows]
    return Markdown("\n".join("| " + " | ".join(line) + " |" for line in lines))


def _typeset(text: str) -> str:
    """Return text with formulas in dollars as they are, and everything else as plain text."""
    parts = text.split("$")
    if len(parts) % 2 == 0:
        return _plain(text)
    return "$".join(
        part.replace("|", r"\vert ") if k % 2 else _plain(part) for k, part in enumerate(parts)
    )


def _plain(cell: str) -> str:
    if cell.startswith("`"):
        return cell
    for mark in ("\\", "|", "*", "_"):
        cell = cell.replace(mark, f"\\{mark}")
    return cell


def _symbols(text: str) -> str:
    """Write the partner's coordinates as in the notation table."""
    return text.replace("zt_", r"\tilde z_")
