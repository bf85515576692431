"""The book builds, stops at a failing cell or a broken reference, and asks for nothing outside."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.helpers.browser import browser, faults_of_pages

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
NOT_PAGES = {"_build", "_static"}
SLUG = re.compile(r"[a-z]+_\d{4}_\w+")
PAGE = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {name: python3, display_name: Python 3, language: python}
---
# Page

```{prf:theorem}
:label: stated
$h = Q$.
```

```{code-cell} ipython3
CELL
```

See {prf:ref}`REFERENCE` and {cite:t}`reizinger_2025_position`.

```{bibliography}
```
"""


def build(source: Path, output: Path) -> subprocess.CompletedProcess[str]:
    """Run the documented command; the output folder keeps the tree clean."""
    command = [sys.executable, str(BOOK / "build.py"), "--source", str(source)]
    return subprocess.run(
        [*command, "--output", str(output)], capture_output=True, text=True, check=False
    )


def pages() -> list[Path]:
    """The pages of the book, in the table of contents or not."""
    return [page for page in BOOK.rglob("*.md") if not NOT_PAGES & set(page.parts)]


def listed(node: object) -> set[str]:
    """The pages that a table of contents names."""
    if isinstance(node, list):
        return set().union(*map(listed, node))
    if isinstance(node, dict):
        own = {str(node[key]) for key in ("file", "root") if key in node}
        return own.union(*map(listed, node.values()))
    return set()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("<pre>&lt;Figure size 640x480 with 3 Axes&gt;</pre>", True),
        ("<img src='figure.png'/> a figure of size 3", False),
    ],
)
def test_a_page_that_only_names_its_figure_is_found(tmp_path, text, named):
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "page.html").write_text(text, "utf-8")
    program = (
        "import sys; from pathlib import Path; from build import pages_without_picture;"
        "print(pages_without_picture(Path(sys.argv[1])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=BOOK,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ("['studies/page.html']" if named else "[]")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("<img src='a.png'/>", True),
        ('<img alt="../_images/ac01f2b7.png" src="../_images/ac01f2b7.png"/>', True),
        ('<img alt="" src="a.png"/>', True),
        ('<img alt="A grid of latents, turned and mirrored." src="a.png"/>', False),
        ("no image at all", False),
    ],
)
def test_an_image_without_words_is_found(tmp_path, text, named):
    (tmp_path / "page.html").write_text(text, "utf-8")
    program = (
        "import sys; from pathlib import Path; from build import pages_without_words;"
        "print(pages_without_words(Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, cwd=BOOK, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ("['page.html']" if named else "[]")


@pytest.mark.timeout(0)  # it executes every page, however long that takes on a busy machine
def test_the_book_builds_and_loads_nothing_from_outside(tmp_path: Path) -> None:
    done = build(BOOK, tmp_path)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    html = tmp_path / "_build" / "html"
    assert (html / "_static" / "tex-svg.js").exists()
    loaded = {
        match
        for page in html.rglob("*.html")
        for match in re.findall(
            r"<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)=\"((?:https?:)?//[^\"]*)",
            page.read_text(),
        )
    }
    assert loaded == set()
    # A machine without a browser builds the book all the same.
    assert not browser() or faults_of_pages(html, browser()) == []


@pytest.mark.parametrize(
    ("cell", "reference", "complaint"),
    [
        ("assert 1 + 1 == 2", "stated", ""),
        ("assert 1 + 1 == 3", "stated", "assert 1 + 1 == 3"),
        ("assert 1 + 1 == 2", "unstated", "unstated"),
    ],
    ids=["sound", "failing cell", "broken reference"],
)
def test_a_fault_on_a_page_stops_the_build(
    tmp_path: Path, cell: str, reference: str, complaint: str
) -> None:
    source = tmp_path / "book"
    source.mkdir()
    for name in ("_config.yml", "references.bib"):
        shutil.copy(BOOK / name, source)
    shutil.copytree(BOOK / "_static", source / "_static")
    (source / "_toc.yml").write_text("format: jb-book\nroot: page\n")
    (source / "page.md").write_text(PAGE.replace("CELL", cell).replace("REFERENCE", reference))
    done = build(source, tmp_path)
    assert (done.returncode == 0) == (not complaint), done.stdout[-4000:] + done.stderr[-4000:]
    assert complaint in done.stdout + done.stderr


def test_the_table_of_contents_names_every_page() -> None:
    contents = yaml.safe_load((BOOK / "_toc.yml").read_text())
    assert listed(contents) == {str(p.relative_to(BOOK).with_suffix("")) for p in pages()}


def test_every_page_with_cells_asserts_something() -> None:
    silent = [
        page.name
        for page in pages()
        if "```{code-cell}" in (text := page.read_text())
        and not re.search(r"^\s*assert\b", text, flags=re.MULTILINE)
    ]
    assert silent == []


def theorem_files() -> list[Path]:
    """The files of the registered theorems, which are named author_year_topic."""
    files = (ROOT / "theory" / "theorems").glob("*.py")
    return sorted(path for path in files if SLUG.fullmatch(path.stem))


def cited_keys(source: str) -> set[str]:
    """The bibliography keys that the `Source(key=...)` values of a module name."""
    return {
        str(keyword.value.value)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Source")
        for keyword in node.keywords
        if keyword.arg == "key" and isinstance(keyword.value, ast.Constant) and keyword.value.value
    }


def test_every_theorem_has_a_page() -> None:
    pages_there = {page.stem for page in (BOOK / "theorems").glob("*.md")}
    assert {path.stem for path in theorem_files()} - pages_there == set()


def test_every_source_is_in_the_bibliography() -> None:
    text = (BOOK / "references.bib").read_text()
    entries = re.findall(r"^@\w+\{([^,\s]+),", text, flags=re.MULTILINE)
    assert len(entries) == len(set(entries))
    named = {
        key for path in (ROOT / "theory").rglob("*.py") for key in cited_keys(path.read_text())
    }
    assert named - set(entries) == set()


def test_the_keys_of_sources_are_read() -> None:
    source = 'A = Source(key="x_2020", authors="X")\nB = Source(key="", authors="Y")\n'
    assert cited_keys(source) == {"x_2020"}
