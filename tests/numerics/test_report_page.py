"""`sith report --html`: one page with the registry, the reasons, what is not shown, and provenance."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sith import THEOREMS, StoreReport, stored_study
from sith.numerics.benchmarks.published import TABLES, pick_rows
from sith.numerics.cli import main
from sith.numerics.measure import Interval
from sith.numerics.sweeping import Store
from sith.numerics.verbs.sweep_lines import SweepLine

ROOT = Path(__file__).resolve().parents[2]
STUDY = "sterile_dichotomy"


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page of one study, one line of a sweep and a store that gave nothing."""
    folder = tmp_path_factory.mktemp("report")
    Store(folder / "empty")
    line = SweepLine({"claim": "<b>own</b>"}, {"linear_r2": Interval(0.9, 0.8, 1.0, 3)}, 3, 0)
    report = StoreReport(
        studies=(stored_study(ROOT / f"book/_static/studies/{STUDY}.json"),),
        lines=(line,),
        failed=("2 × out of memory; first: {}",),
        stores=(str(folder / "empty"),),
        silent=(str(folder / "empty"),),
        provenance=("torch 2.11, device cpu (7 results)",),
    )
    assert f"nothing is finished in {folder / 'empty'}" in str(report)
    report.write_html(folder / "page.html")
    return (folder / "page.html").read_text()


def test_the_page_stands_alone(html: str) -> None:
    assert not re.findall(r"""(?:src|href)=["'](?!data:)""", html)
    assert "<link" not in html


def test_reasons_what_is_not_shown_and_provenance_are_on_it(html: str) -> None:
    report = stored_study(ROOT / f"book/_static/studies/{STUDY}.json")
    assert html.count("because ") >= len(report.findings)
    assert "Not shown: " in html
    for text in ("torch 2.11, device cpu (7 results)", f"sith study {STUDY}"):
        assert text in html
    assert "nothing is finished in it" in html
    assert "2 × out of memory" in html


def test_everything_can_be_filtered_and_is_escaped(html: str) -> None:
    assert html.count('class="item"') == len(THEOREMS) + 1 + 1 + 1
    assert all(f"<code>{entry.slug}</code>" in html for entry in THEOREMS)
    assert 'type="search"' in html
    assert 'data-answer="agrees"' in html
    assert "<b>own</b>" not in html


def test_an_empty_store_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Store(tmp_path / "empty")
    assert main(["report", str(tmp_path / "empty")]) == 0
    assert "nothing is finished in" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["study", "stepwize"], "did you mean 'stepwise'?"),
        (["compare", "a.npy", "--axes", "row,cordinate"], "did you mean 'coordinate'?"),
    ],
)
def test_a_name_that_is_nearly_right_is_suggested(
    arguments: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert meant in capsys.readouterr().err


def test_a_table_that_is_nearly_right_is_suggested() -> None:
    from sith import InputError

    table = next(iter(pick_rows(TABLES, []))).table
    with pytest.raises(InputError, match=f"did you mean '{table}'"):
        pick_rows([f"{table}s"], [])


def test_a_claim_without_assumptions_is_told_how_to_state_them() -> None:
    from sith import audit, theorem

    report = audit(theorem("zimmermann_2021_vmf").at(2).replace(assumptions=()))
    assert "nothing was audited: the claim states no assumptions; add assumptions=(" in str(report)
    assert report.to_dict()["notice"]
