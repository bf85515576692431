"""The recipes of CONTRIBUTING, followed in a scratch copy of the tree: nothing else is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sith import InputError
from sith.numerics.recipes import (
    KINDS,
    MARKS,
    TO_WRITE,
    add,
    add_theorem,
    with_import,
    with_line,
)

ROOT = Path(__file__).resolve().parents[2]
SLUG = "someone_2026_example"
NAMES = {
    "group": "half_turns",
    "objective": "my_loss",
    "witness": "a_false_claim",
    "measure": "my_measure",
    "study": "my_study",
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the files that git holds, in a repository of its own."""
    scratch = tmp_path_factory.mktemp("scratch")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.splitlines():
        if (ROOT / name).is_file():
            (scratch / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, scratch / name)
    subprocess.run(["git", "init", "-q"], cwd=scratch, check=True)
    return scratch


def pytest_in(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a tree, whatever is marked, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-m", "", "-p", "no:cacheprovider", *arguments],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )


def passed(done: subprocess.CompletedProcess[str]) -> int:
    """How many tests passed; all of those that ran have to."""
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return int(re.findall(r"(\d+) passed", done.stdout)[-1])


def marked(tree: Path) -> set[str]:
    """The files in which something is left to write, apart from the recipes' own."""
    found = {
        str(path.relative_to(tree))
        for folder in ("theory", "numerics", "book")
        for path in (tree / folder).rglob("*")
        if path.suffix in {".py", ".md", ".bib"} and TO_WRITE in path.read_text(encoding="utf-8")
    }
    return {name for name in found if not name.startswith("numerics/recipes/")}


def test_nothing_is_left_to_write() -> None:
    assert marked(ROOT) == set()


def test_a_theorem_that_follows_the_recipe_lacks_nothing(tree: Path) -> None:
    done = add_theorem(SLUG, tree)
    assert len(done.created) == 2
    assert {"README.md", "book/references.bib", "theory/theorems/settled.py"} <= set(done.edited)
    # What is to be written by hand is marked, and only there.
    titled = f"book/witnesses/{SLUG}.md"
    assert marked(tree) == {*done.created, "book/references.bib", titled}

    folders = ("tests/theorems", "tests/cli/test_cli.py", "tests/quality/test_audit_table.py")
    own = (f"{SLUG} and not dropped", "has_a_row", "row_exactly", "pages_of_the_book")
    assert passed(pytest_in(tree, *folders, "-k", f"{' or '.join(own)} or readme_shows")) >= 12
    pages = "contents or page or bibliography or sorted"
    assert passed(pytest_in(tree, "tests/book", "-k", f"({pages}) and not build")) >= 4

    # A file that was forgotten fails the test that names it, and no other.
    audit = f"numerics/searching/found/audit/{SLUG}.json"
    (tree / audit).unlink()
    lost = pytest_in(tree, "tests/quality/test_audit_table.py", "-k", f"hold and ({SLUG} or comon)")
    assert "1 failed, 1 passed" in lost.stdout, lost.stdout[-2000:]
    assert f"{SLUG}.json does not exist" in lost.stdout
    again = add_theorem(SLUG, tree)
    assert (again.created, again.edited) == ((), (audit,))


def test_the_other_kinds_lack_nothing(tree: Path) -> None:
    for kind, name in NAMES.items():
        done = add(kind, name, tree)
        assert done.created and done.by_hand and done.next
        assert add(kind, name, tree).edited == ()
    started = (tree / "numerics" / "studies" / "dynamics" / "my_study.py").read_text("utf-8")
    assert "FINDINGS = table(" in started and "compare=FINDINGS" in started
    # The measurements of the study that was copied.
    stored = tree / "book" / "_static" / "studies"
    text = (stored / "stepwise.json").read_text(encoding="utf-8")
    own = text.replace('"study": "stepwise"', '"study": "my_study"')
    (stored / "my_study.json").write_text(own, encoding="utf-8")

    order = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "sith", "theory", "numerics/measure", "tests"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert order.returncode == 0, order.stdout
    suites = (
        "tests/repo/test_front_door.py",
        "tests/repo/test_imports.py",
        "tests/theory/test_groups.py",
        "tests/studies",
        "tests/witnesses",
        "tests/book",
    )
    names = "public_name or alphabetical or type_checkers or complete or every_import"
    chosen = "HalfTurns or listed or (my_study and not smallest) or false_claim or contents"
    assert passed(pytest_in(tree, *suites, "-k", f"{names} or {chosen}")) > 15


def test_every_kind_has_a_recipe_that_is_followed() -> None:
    assert set(NAMES) == set(KINDS)
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for kind in ("theorem", *KINDS):
        assert f"sith new --{kind} " in text


def test_a_list_stays_sorted_and_a_line_is_entered_once() -> None:
    text = "NAMES = (\n    a,\n    c,\n)\nOTHER = (\n    a,\n)\n"
    once = with_line(text, "    b,", after="NAMES", key=r"    (\w+),$")
    assert once == "NAMES = (\n    a,\n    b,\n    c,\n)\nOTHER = (\n    a,\n)\n"
    assert with_line(once, "    b,", after="NAMES", key=r"    (\w+),$") == once
    assert "c,\n    d,\n)" in with_line(once, "    d,", after="NAMES", key=r"    (\w+),$")
    with pytest.raises(InputError, match="no list after 'ELSE'"):
        with_line(text, "    b,", after="ELSE", key=r"    (\w+),$")


def test_a_re_export_is_entered_in_its_place() -> None:
    text = "from sith.a import One as One\nfrom sith.a import two as two\n"
    assert with_import(text, "sith.a", "Two").splitlines()[1] == "from sith.a import Two as Two"
    assert with_import(text, "sith.b", "x").splitlines()[2] == "from sith.b import x as x"
    assert with_import(text, "sith.a", "two") == text
    assert "import (\n" in with_import(text, "sith.a" * 14, "Name")
    with pytest.raises(InputError, match="no re-exports"):
        with_import("X = 1\n", "sith.a", "Two")


@pytest.mark.parametrize("slug", ["mine", "Mine_2026_x", "mine_26_x", "mine_2026_", "../a_2026_b"])
def test_a_slug_of_another_form_is_refused(tmp_path: Path, slug: str) -> None:
    with pytest.raises(InputError, match="author_year_topic"):
        add_theorem(slug, tmp_path)


def test_a_folder_that_is_no_checkout_and_a_taken_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a checkout of sith"):
        add_theorem(SLUG, tmp_path)
    with pytest.raises(InputError, match="lower case with underscores"):
        add("group", "HalfTurns", tmp_path)
    for name in (*MARKS, "theory/__init__.py", "theory/groups/__init__.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    with pytest.raises(InputError, match=r"the name Upper is taken by sith\.theory\.verdict"):
        add("group", "upper", tmp_path)
    assert not (tmp_path / "theory" / "groups" / "upper.py").exists()


def test_two_kinds_at_once_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    from sith.numerics.cli import main

    assert main(["new", SLUG, "--theorem", "--group"]) == 2
    assert "--theorem and --group were given together" in capsys.readouterr().err
