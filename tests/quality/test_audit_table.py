"""The stored audit: a row for every assumption, witnesses that hold, and the same outcomes again."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from pathlib import Path

import pytest

from sith import THEOREMS, audit, theorem
from sith.numerics.audit_registry import (
    CHEAP,
    FOUND,
    Coverage,
    check,
    coverage,
    differences,
    false_claim,
    main,
    stored_audit,
    stored_table,
    stored_witness,
    verify_witness,
)
from sith.numerics.verbs import Needed

ROOT = Path(__file__).resolve().parents[2]
# Gaussian transitions on a box were once called a witness: they leave the box.
STORED = Coverage(cells=126, needed=109, bound=9, free=6)
AGAIN = ("comon_1994_linear_ica", "haochen_2021_spectral", "vonkugelgen_2021_content_style")


def test_every_theorem_and_assumption_has_a_row() -> None:
    for entry in THEOREMS:
        table = stored_audit(entry.slug)
        names = [a.name for a in theorem(entry.slug).at(table["dim"]).assumptions]
        assert [row["name"] for row in table["assumptions"]] == names


def test_coverage_does_not_fall() -> None:
    found = coverage()
    assert found.cells >= STORED.cells
    assert found.needed >= STORED.needed
    assert found.decided >= STORED.decided
    assert "cells decided" in str(found)


def test_a_row_has_a_witness_exactly_where_its_outcome_says_so() -> None:
    files = {path.name for path in FOUND.glob("*.json")}
    named = set()
    for table in stored_table():
        for row in table["assumptions"]:
            decided = row["outcome"] in (Needed.NEEDED.value, Needed.BOUND.value)
            assert decided == bool(row["witness"])
            if decided:
                assert row["witness"] == f"{false_claim(table['claim'], row['name'])}.json"
                named.add(row["witness"])
    assert named == files


@pytest.mark.parametrize("slug", [t.slug for t in THEOREMS])
def test_the_witnesses_hold(slug: str) -> None:
    for row in stored_audit(slug)["assumptions"]:
        answer = verify_witness(slug, row["name"]) if row["witness"] else None
        assert answer is None or answer.holds, f"{row['name']}: {answer.reason}"


@pytest.mark.parametrize("slug", AGAIN)
def test_the_audit_gives_the_same_again(slug: str) -> None:
    assert stored_audit(slug)["seconds"] <= 2 * CHEAP
    assert list(differences(slug)) == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOUND, tmp_path / "found"))


def test_a_changed_witness_is_a_fault(copy: Path) -> None:
    slug, name = "vonkugelgen_2021_content_style", "style_redrawn"
    path = copy / f"{false_claim(slug, name)}.json"
    data = stored_witness(slug, name, copy)
    path.write_text(json.dumps({**data, "data": {"views": [[0, 1]]}}))
    assert any("function of the stated" in fault for fault in check([slug], copy))
    assert main(["--check", "--only", slug, "--folder", str(copy)]) == 1
    assert main(["--check", "--only", slug]) == 0


def test_a_map_of_the_same_family_that_is_no_better_is_rejected(copy: Path) -> None:
    slug, name = "zimmermann_2021_vmf", "uniform_marginal"
    data = stored_witness(slug, name, copy)
    worse = {**data, "data": {**data["data"], "t": "7/10"}}
    (copy / f"{false_claim(slug, name)}.json").write_text(json.dumps(worse))
    answer = verify_witness(slug, name, copy)
    assert not answer.holds
    assert "lower than every member by -" in answer.reason


def test_a_lost_row_and_another_outcome_are_faults(copy: Path) -> None:
    slug = "vonkugelgen_2021_content_style"
    path = copy / "audit" / f"{slug}.json"
    table = stored_audit(slug, copy)
    path.write_text(json.dumps({**table, "assumptions": table["assumptions"][1:]}))
    assert any("rows" in fault for fault in check([slug], copy))
    rows = [{**row, "outcome": "no witness found"} for row in table["assumptions"]]
    path.write_text(json.dumps({**table, "assumptions": rows}))
    assert len(list(differences(slug, copy))) == len(rows)


def test_a_missing_store_is_an_error_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check", "--folder", str(tmp_path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_pages_of_the_book_are_those_of_the_data(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("pages", ROOT / "book/make_witness_pages.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.write(tmp_path)
    new = {path.name: path.read_text() for path in tmp_path.glob("*.md")}
    old = {path.name: path.read_text() for path in (ROOT / "book/witnesses").glob("*.md")}
    assert new == old


def test_the_readme_shows_what_the_audit_says() -> None:
    text = (ROOT / "README.md").read_text()
    found = coverage()
    assert f"Of {found.cells} assumptions {found.needed} have a witness" in text
    assert f"conclusion, {found.bound} an exact certificate" in text
    assert f"{found.free} are proved not to be needed" in text
    assert f"and {found.cells - found.decided} have neither" in text
    shown = re.search(
        r"```text\n(vonkugelgen_2021_content_style \(d = 3\).*?)…\n```", text, re.DOTALL
    )
    assert shown
    assert str(audit(theorem("vonkugelgen_2021_content_style"))).startswith(shown[1])
