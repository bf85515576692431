"""Write the cell of each theorem's picture into its page: `python book/make_theorem_pictures.py`.

The picture itself is drawn when the page is executed; its caption and text alternative are words of
the same module. A test compares the pages with what this script writes.
"""

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from book.figures.pictures.picture import words
from book.figures.pictures.specs import SPECS

PAGES = Path(__file__).resolve().parent / "theorems"
BEFORE = "## Statement\n"
CELL = """```{{code-cell}} ipython3
:tags: [hide-input]
:mystnb: {options}
from book.figures.pictures.picture import picture

picture("{slug}")
```

"""
OLD = re.compile(
    r"```\{code-cell\} ipython3\n:tags: \[hide-input\]\n:mystnb: [^\n]*\n"
    r"from book\.figures\.pictures\.picture import picture\n.*?\n```\n\n",
    re.DOTALL,
)


def cell(slug: str) -> str:
    """Return the cell that draws the picture of a theorem."""
    caption, alt = words(slug)
    figure = {"figure": {"caption": caption, "name": f"picture-{slug}"}, "image": {"alt": alt}}
    return CELL.format(options=json.dumps(figure, ensure_ascii=False), slug=slug)


def with_picture(page: str, slug: str) -> str:
    """Return a page with the cell of its picture in front of the statement."""
    return OLD.sub("", page).replace(BEFORE, cell(slug) + BEFORE, 1)


def write() -> None:
    """Write all pages anew."""
    for slug in SPECS:
        page = PAGES / f"{slug}.md"
        page.write_text(with_picture(page.read_text("utf-8"), slug), encoding="utf-8")


if __name__ == "__main__":
    write()
