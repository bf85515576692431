"""Pages are pictures first: code of figures is folded, images have words, no line is cut, links are there."""

import re
import sys
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from sith import THEOREMS, notation_table

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
sys.path.insert(0, str(BOOK))
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
DRAWS = re.compile(r"^(?:\w+\.)?(?:\w*figure|picture)\(", re.MULTILINE)
WORDS = re.compile(r"(?:\"alt\"|\balt): \"([^\"]{20,})\"")
COLUMN = 88
"""Characters of a line of code that the column shows."""


def sources() -> dict[str, str]:
    """The pages that are checked here, by their path in the book."""
    found = {str(p.relative_to(BOOK)): p for p in BOOK.rglob("*.md") if "_build" not in p.parts}
    return {name: p.read_text() for name, p in found.items()}


def options(cell: str) -> str:
    return "\n".join(line for line in cell.splitlines() if line.startswith(":"))


def code(cell: str) -> str:
    return "\n".join(line for line in cell.splitlines() if not line.startswith(":"))


def unfolded(page: str) -> list[str]:
    """Cells that draw and show their code, or have no words for the image."""
    drawn = [
        cell for cell in CELL.findall(page) if DRAWS.search(code(cell).strip().splitlines()[-1])
    ]
    return [c for c in drawn if "hide-input" not in options(c) or not WORDS.search(options(c))]


def wide(page: str) -> list[str]:
    """Lines of visible code that the column cuts; wrapped and small blocks are cut nowhere."""
    blocks = [
        body for head, body in BLOCK.findall(page) if head.startswith(("{code", "python", "bash"))
    ]
    seen = [b for b in blocks if not re.search(r"hide-input|:class: (wrapped|small-code)", b)]
    return [line for b in seen for line in code(b).splitlines() if len(line) > COLUMN]


def test_figures_are_folded_and_have_words() -> None:
    assert {name: bad for name, page in sources().items() if (bad := unfolded(page))} == {}


def test_no_visible_line_of_code_is_wider_than_the_column() -> None:
    assert {name: bad for name, page in sources().items() if (bad := wide(page))} == {}


@pytest.mark.parametrize(
    ("cell", "drawn", "cut"),
    [
        ("report.figure()\n", True, False),
        (":tags: [hide-input]\nreport.figure()\n", True, False),
        (':tags: [hide-input]\n:mystnb: {image: {alt: "a.png"}}\nreport.figure()\n', True, False),
        (
            ':tags: [hide-input]\n:mystnb: {image: {alt: "Lines and dots that agree."}}\nfigure()\n',
            False,
            False,
        ),
        ("x = 1" + " + 1" * 40 + "\n", False, True),
        (":tags: [hide-input]\nx = 1" + " + 1" * 40 + "\n", False, False),
    ],
)
def test_a_figure_without_words_and_a_wide_line_are_found(
    cell: str, drawn: bool, cut: bool
) -> None:
    page = f"# Page\n\n```{{code-cell}} ipython3\n{cell}```\n"
    assert bool(unfolded(page)) == drawn
    assert bool(wide(page)) == cut


def test_every_generated_part_of_a_page_is_what_the_data_say() -> None:
    made_by = import_module("make_theorem_pages")
    for folder, made in (("theorems", made_by.theorem_page), ("studies", made_by.study_page)):
        for path in sorted((BOOK / folder).glob("*.md")):
            text = path.read_text()
            assert made(text, path.stem) == text, (
                f"run python book/make_theorem_pages.py: {path.name}"
            )


def cells(row: str) -> int:
    """How many cells a row of a Markdown table has."""
    return len(re.findall(r"(?<!\\)\|", row)) - 1


def test_no_row_of_the_notation_has_a_cell_too_many() -> None:
    assert {cells(row) for row in notation_table().splitlines()} == {3}
    assert cells("| p(z|u) | law |") == 3
    assert cells(r"| p(z\|u) | law |") == 2


def test_links_name_what_there_is() -> None:
    links = import_module("links")
    from sith.numerics.studies import NAMES

    stored = ROOT / "numerics" / "searching" / "found" / "falsehoods"
    assert set(links.STUDIES) == set(NAMES)
    assert set(links.FALSEHOODS) == {path.stem for path in stored.glob("*.json")}
    named = {
        slug
        for table in (links.STUDIES, links.FALSEHOODS)
        for slugs in table.values()
        for slug in slugs
    }
    assert named <= {entry.slug for entry in THEOREMS}
    assert [name for name, slugs in links.STUDIES.items() if not slugs] == ["mode_blindness"]


def test_every_theorem_and_study_page_is_in_a_chapter() -> None:
    contents = yaml.safe_load((BOOK / "_toc.yml").read_text())
    inner = {
        str(entry["file"]): str(chapter["file"])
        for part in contents["parts"]
        for chapter in part["chapters"]
        for entry in chapter.get("sections", ())
    }
    for folder, above in (("theorems", "chapters/"), ("witnesses", "audit")):
        for path in (BOOK / folder).glob("*.md"):
            assert inner[f"{folder}/{path.stem}"].startswith(above), path.stem
    studies = {p.stem for p in (BOOK / "studies").glob("*.md")} - {"overview"}
    assert all(inner[f"studies/{name}"].startswith("directions/") for name in studies)
