"""Every study: its data, its run under the smallest budget, and what would contradict it."""

import json
import re
from pathlib import Path

import pytest
import sympy as sp

from sith import Agreement, Task, prediction, run_study, stored_study
from sith.numerics.studies import NAMES, overall, study
from sith.numerics.verbs import export_study
from sith.theory.predictions import NAMES as PREDICTED

ROOT = Path(__file__).resolve().parents[2]
STORED = ROOT / "book" / "_static" / "studies"


def test_the_registries_are_sorted_and_belong_together():
    assert list(NAMES) == sorted(set(NAMES))
    assert list(PREDICTED) == sorted(set(PREDICTED))
    assert set(NAMES) <= set(PREDICTED)


@pytest.mark.parametrize("name", PREDICTED)
def test_a_prediction_solves_what_it_says(name):
    entry = prediction(name)
    assert entry.name == name
    assert entry.identities, "a formula that nothing checks"
    for what, expression in entry.identities.items():
        reduced = sp.simplify(sp.expand_log(expression, force=True))
        assert reduced == 0, f"{what}: {reduced}"
    assert entry.statement and entry.conditions and entry.source.key


@pytest.mark.parametrize("name", NAMES)
def test_a_study_is_plain_data_with_a_page(name):
    own = study(name)
    assert own.name == name and own.prediction is prediction(name)
    for budget in ("smoke", "ci", "full"):
        tasks = [Task("study", s) for s in own.plan(budget)]
        assert tasks and len({t.key for t in tasks}) == len(tasks)
    page = (ROOT / "book" / "studies" / f"{name}.md").read_text(encoding="utf-8")
    assert f"studies/{name}.json" in page
    assert re.search(r"^assert ", page, re.MULTILINE)
    assert f"studies/{name}" in (ROOT / "book" / "_toc.yml").read_text(encoding="utf-8")
    bibliography = (ROOT / "book" / "references.bib").read_text(encoding="utf-8")
    assert f"{{{own.prediction.source.key}," in bibliography


@pytest.mark.parametrize("name", NAMES)
def test_the_stored_measurements_agree_and_can_be_contradicted(name):
    report = stored_study(STORED / f"{name}.json")
    assert report.outcome is Agreement.AGREES, str(report)
    assert report.figure().axes
    noticed = set()
    for what, change in report.study.contradictions.items():
        findings = report.study.compare(change(report.measurements))
        assert overall(findings) is Agreement.DISAGREES, what
        noticed |= {f.name for f in findings if f.agrees is Agreement.DISAGREES}
    assert noticed == {f.name for f in report.findings}


@pytest.mark.parametrize("name", NAMES)
def test_a_study_stands_under_the_smallest_budget(name, tmp_path):
    report = run_study(name, budget="smoke", store=tmp_path / "store")
    assert report.outcome is Agreement.AGREES, str(report)
    json.dumps(report.to_dict(), allow_nan=False)
    again = run_study(name, budget="smoke", store=tmp_path / "store")
    assert again.measured_seconds == report.measured_seconds
    export_study(report, tmp_path / "out.json")
    assert stored_study(tmp_path / "out.json").findings == report.findings
