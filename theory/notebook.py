"""What a notebook shows of a value: a heading, a sentence, a short table, and the rest folded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# A formula in an output starts at a dollar; inside a tag of its own it is a dollar.
_TEXT = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "$": "<span>$</span>"}
)
_MATHS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})

LONG = 240
"""Characters of a cell; a longer one is folded."""
WIDE = 140
"""Characters of a formula; a longer one gets a bar to scroll it."""
SHOWN = 25
"""Lines of a report that are shown; further ones are folded."""
COLOURS = {0: "#176b2c", 1: "#a1161b", 2: "#8a5a00", 3: "#8a5a00"}
"""The colour of a heading by the exit status of what it heads."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that is one formula, in LaTeX without delimiters."""

    latex: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A cell of words with formulas between dollars, as assumptions and theorems are written."""

    text: str


Cell = str | Formula | Statement
"""What a table of a notebook holds; every kind is escaped, and only a `str` has no formulas."""


def cell(value: Cell) -> str:
    """Return the HTML of a cell; a long one is folded behind its beginning."""
    match value:
        case Formula(latex):
            return "<br>".join(map(_formula, _parts(latex)))
        case Statement(words):
            # Every second part stands between dollars.
            parts = enumerate(words.split("$"))
            return "".join(_formula(x) if k % 2 else x.translate(_MATHS) for k, x in parts)
        case str() if len(value) > LONG:
            start = value[: LONG // 3].translate(_TEXT)
            return f"<details><summary>{start}…</summary>{value.translate(_TEXT)}</details>"
        case str():
            return value.translate(_TEXT)


def _formula(latex: str) -> str:
    """Return a formula as notebooks and books typeset it: a page of a book leaves dollars alone."""
    typeset = rf'<span class="math tex2jax_process">\({latex.translate(_MATHS)}\)</span>'
    wide = '<div style="overflow-x:auto;overflow-y:hidden;max-width:34em">'
    return f"{wide}{typeset}</div>" if len(latex) > WIDE else typeset


def _parts(latex: str) -> list[str]:
    """Return a formula in lines, broken at commas with a space that stand in no group."""
    found, start = [], 0
    for place in (match.start() for match in re.finditer(r",\\q?quad", latex)):
        before = latex[start:place]
        pairs = (("{", "}"), (r"\left", r"\right"), (r"\begin", r"\end"))
        if all(before.count(a) == before.count(b) for a, b in pairs):
            found.append(f"{before},")
            start = place + 1
    return [re.sub(r"^\\q?quad\s*", "", part) for part in (*found, latex[start:])]


def table(rows: Iterable[Sequence[Cell]]) -> str:
    """Return rows as an HTML table, "" without any; the first cell of a row names it."""
    lines = [
        "<tr>" + "".join(f'<td style="text-align:left">{cell(value)}</td>' for value in row)
        for row in rows
    ]
    return f"<table>{''.join(f'{line}</tr>' for line in lines)}</table>" if lines else ""


def card(
    heading: str,
    *,
    status: int | None = None,
    sentence: Cell = "",
    rows: Iterable[Sequence[Cell]] = (),
    folded: Iterable[tuple[str, str | Sequence[Sequence[Cell]]]] = (),
) -> str:
    """Return what a notebook shows.

    Arguments:
        heading: in bold, in the colour of the exit status `status` where there is one.
        sentence: one sentence below it.
        rows: the table; the first cell of a row names it.
        folded: names with a text or a table that are there to be opened; empty ones are left out.
    """
    colour = f' style="color:{COLOURS[status]}"' if status in COLOURS else ""
    parts = [f"<p><strong{colour}>{cell(heading)}</strong></p>"]
    parts += [f"<p>{cell(sentence)}</p>"] if sentence else []
    parts.append(table(rows))
    parts += [
        f"<details><summary>{cell(name)}</summary>{_inner(found)}</details>"
        for name, found in folded
        if found
    ]
    return f'<div class="sith">{"".join(parts)}</div>'


def text_card(report: object) -> str:
    """Return a report's text as a notebook shows it: its first line as the heading, long texts folded."""
    heading, _, rest = str(report).partition("\n")
    lines = rest.splitlines()
    shown, more = "\n".join(lines[:SHOWN]), "\n".join(lines[SHOWN:])
    body = _block(shown) if shown else ""
    status = getattr(report, "exit_status", None)
    head = card(heading, status=status).removesuffix("</div>")
    tail = f"<details><summary>{len(lines) - SHOWN} more lines</summary>{_block(more)}</details>"
    return f"{head}{body}{tail if more else ''}</div>"


def _inner(found: str | Sequence[Sequence[Cell]]) -> str:
    return _block(found) if isinstance(found, str) else table(found)


def _block(text: str) -> str:
    """Return lines as they are, wrapped where they are long."""
    return f'<pre style="white-space:pre-wrap">{text.translate(_TEXT)}</pre>'
