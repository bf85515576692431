"""Write what is generated on the pages of theorems and studies: `python book/make_theorem_pages.py`.

On a theorem page that is the cell of its picture and the links at the end, on the page of a study the
links to its theorems. A test compares the pages with what this script writes.
"""

import json
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from book.figures.pictures.picture import words
from book.links import FALSEHOODS, STUDIES
from sith import ERRATA, OPEN_PROBLEMS, THEOREMS
from sith.numerics.audit_registry import stored_table

BOOK = Path(__file__).resolve().parent
BEFORE = "## Statement\n"
CELL = """```{{code-cell}} ipython3
:tags: [hide-input]
:mystnb: {options}
from book.figures.pictures.picture import picture

picture("{slug}")
```

"""
OLD_CELL = re.compile(
    r"```\{code-cell\} ipython3\n:tags: \[hide-input\]\n:mystnb: [^\n]*\n"
    r"from book\.figures\.pictures\.picture import picture\n.*?\n```\n\n",
    re.DOTALL,
)
THEOREM_LINKS, STUDY_LINKS = "## Elsewhere in the book", "## The theorems behind it"


def cell(slug: str) -> str:
    """Return the cell that draws the picture of a theorem."""
    caption, alt = words(slug)
    figure = {"figure": {"caption": caption, "name": f"picture-{slug}"}, "image": {"alt": alt}}
    return CELL.format(options=json.dumps(figure, ensure_ascii=False), slug=slug)


def theorem_page(page: str, slug: str) -> str:
    """Return a theorem's page with its picture in front of the statement, and links at the end."""
    drawn = OLD_CELL.sub("", page).replace(BEFORE, cell(slug) + BEFORE, 1)
    return _ended(drawn, THEOREM_LINKS, theorem_links(slug))


def study_page(page: str, name: str) -> str:
    """Return the page of a study with links to its theorems at the end."""
    links = [f"- {{doc}}`../theorems/{slug}`" for slug in STUDIES.get(name, ())]
    return _ended(page, STUDY_LINKS, links)


def theorem_links(slug: str) -> list[str]:
    """Return the lines of a theorem's links: audit, witnesses, false neighbours, errata, studies."""
    rows = audits().get(slug, [])
    lines = [f"- Assumptions, dropped in turn: {{doc}}`../audit`, {_counted(rows)}"]
    if any(row["witness"] for row in rows):
        lines.append(f"- The counterexamples: {{doc}}`../witnesses/{slug}`")
    for name, slugs in FALSEHOODS.items():
        if slug in slugs:
            lines.append(f"- A false neighbour: {{ref}}`falsehood-{name}`")
    for entry in ERRATA:
        if entry.theorem == slug:
            lines.append(f"- Correction: {{doc}}`{_plain(entry.title)} <../errata>`")
    for title, about in problems():
        if about == slug:
            lines.append(f"- Open: {{doc}}`{_plain(title)} <../open_problems>`")
    for name, slugs in STUDIES.items():
        if slug in slugs:
            lines.append(f"- Beyond the optimum: {{doc}}`../studies/{name}`")
    return lines


@cache
def audits() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of the stored audit of each theorem."""
    return {table["claim"]: table["assumptions"] for table in stored_table()}


@cache
def problems() -> tuple[tuple[str, str], ...]:
    """Return the title of each open problem and the theorem that it is about."""
    return tuple((p.title, p.state().name.partition(" ")[0]) for p in OPEN_PROBLEMS)


def _counted(rows: list[dict[str, Any]]) -> str:
    """Return how many assumptions were dropped, and of how many it was shown that they are needed."""
    outcomes = [row["outcome"] for row in rows]
    bound = outcomes.count("needed for the bound")
    beside = f", and of {bound} that the bound of the loss needs them" if bound else ""
    return f"of {outcomes.count('needed')} of {len(rows)} it is shown that they are needed{beside}"


def _plain(title: str) -> str:
    return title.replace("<", "less than")


def _ended(page: str, heading: str, lines: list[str]) -> str:
    """Return a page whose last section has this heading and these lines; without lines, no section."""
    body = page.partition(f"\n{heading}\n")[0].rstrip()
    return "\n".join([body, "", heading, "", *lines, ""]) if lines else body + "\n"


def write() -> None:
    """Write all pages anew."""
    for entry in THEOREMS:
        page = BOOK / "theorems" / f"{entry.slug}.md"
        page.write_text(theorem_page(page.read_text("utf-8"), entry.slug), encoding="utf-8")
    for name in STUDIES:
        page = BOOK / "studies" / f"{name}.md"
        page.write_text(study_page(page.read_text("utf-8"), name), encoding="utf-8")


if __name__ == "__main__":
    write()
