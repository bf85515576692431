"""Every theorem page says, after the statement, why it is true and what it means for the reader."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "book" / "theorems"
BOX = r":::\{{admonition\}} {title}\n:class: {kind}\n(.*?)\n:::\n"
WHY = re.compile(BOX.format(title="Why it is true", kind="note"), re.DOTALL)
MEANS = re.compile(BOX.format(title="What it means for you", kind="tip"), re.DOTALL)
MOST_LINES, MOST_SENTENCES = 5, 3


def pages() -> list[Path]:
    return sorted(FOLDER.glob("*.md"))


def faults(page: str) -> list[str]:
    """What is wrong with the two boxes of a theorem page."""
    statement, _, _ = page.partition("\n## Derivation\n")
    _, _, after = statement.rpartition(":::{prf:theorem}")
    why, means = WHY.findall(after), MEANS.findall(after)
    if len(why) != 1 or len(means) != 1:
        return ["a box is missing between the statement and the derivation"]
    found = []
    if len(why[0].splitlines()) > MOST_LINES:
        found.append(f"the proof idea has more than {MOST_LINES} lines")
    if len(re.findall(r"[.?!](?=\s|$)", means[0])) not in range(1, MOST_SENTENCES + 1):
        found.append(f"what it means has more than {MOST_SENTENCES} sentences, or none")
    return found


def test_every_theorem_page_says_why_and_what_for() -> None:
    found = pages()
    assert len(found) > 40
    assert {page.stem: f for page in found if (f := faults(page.read_text()))} == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Why it is true", "Why"),
        ("What it means for you", "Meaning"),
        (":class: note\n", ":class: note\n" + "One more line.\n" * MOST_LINES),
        (":class: tip\n", ":class: tip\n" + "One more. " * MOST_SENTENCES),
        ("\n## Derivation\n", "\n## Elsewhere\n"),
    ],
)
def test_a_page_without_its_boxes_is_found(old: str, new: str) -> None:
    page = pages()[-1].read_text()
    if old == "\n## Derivation\n":
        page = page.replace(old, "").replace(":::{prf:theorem}", old + ":::{prf:theorem}", 1)
        assert faults(page)
        return
    assert faults(page.replace(old, new, 1))
