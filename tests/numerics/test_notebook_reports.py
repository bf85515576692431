"""Every report shows itself in a notebook: its verdict first, escaped, long parts folded."""

from __future__ import annotations

from dataclasses import is_dataclass
from importlib import import_module

import pytest

from sith import (
    Agreement,
    CheckReport,
    RefuteReport,
    Role,
    SignedPermutations,
    audit,
    derive,
    refute,
    theorem,
)
from sith.numerics.exact import ExactReport
from sith.numerics.measure import Interval
from sith.numerics.runs.report import TrainedReport

CLAIM = theorem("zimmermann_2021_vmf").at(2)
REPORTS = {
    "sith.theory": (
        "Claim",
        "Classification",
        "Identified",
        "Invariants",
        "Theorem",
        "Verdict",
        "World",
    ),
    "sith.numerics": (
        "AuditReport",
        "CheckReport",
        "Counterexample",
        "RefuteReport",
        "StoreReport",
        "StudyReport",
        "TrainedReport",
    ),
    "sith.numerics.data": (
        "CompareReport",
        "CompiledAugmentation",
        "Diagnosis",
        "MeasureAudit",
        "ScoreReport",
    ),
    "sith.numerics.exact": ("ExactReport", "TabularReport"),
    "sith.numerics.sweeping": ("SweepReport",),
}


@pytest.mark.parametrize(("module", "names"), REPORTS.items())
def test_every_report_has_its_own(module: str, names: tuple[str, ...]) -> None:
    for name in names:
        found = getattr(import_module(module), name)
        assert is_dataclass(found)
        assert callable(found._repr_html_)


def test_a_check_shows_each_layer_and_each_measure() -> None:
    exact = ExactReport("c", Agreement.AGREES, (), (), 1e-10, reason="all <members> are optimal")
    trained = TrainedReport(
        outcome=Agreement.AGREES,
        reason="",
        metrics={"linear_r2": Interval(0.99, 0.98, 1.0, 3)},
        smaller={},
        mixing="injective",
        seeds=(0, 1, 2),
        steps=5,
        seconds=1.0,
    )
    report = CheckReport("c", derive(CLAIM), (exact,), (trained,), ("a <b>",), "smoke", "cpu", 1.0)
    html = report._repr_html_()
    assert html.startswith('<div class="sith"><p><strong style="color:#176b2c">c: agrees')
    assert "agrees: all &lt;members&gt; are optimal" in html
    assert "0.9900 [0.9800, 1.0000] (n = 3)" in html
    assert "agrees: 3 seeds, 5 steps" in html
    assert "<b>" not in html


def test_a_refutation_shows_its_witness() -> None:
    report: RefuteReport = refute(CLAIM.replace(group=SignedPermutations(2)))
    html = report._repr_html_()
    assert report.refuted
    assert "#a1161b" in html
    assert '<td style="text-align:left">witness</td>' in html
    assert f"{len(report.tried)} stages tried</summary>" in html


def test_an_audit_is_a_table() -> None:
    report = audit(CLAIM.replace(assumptions=CLAIM.assumptions[2:3]))
    html = report._repr_html_()
    assert "matched_temperature" in html
    assert html.count("<tr>") == 1
    assert CLAIM.assumptions[2].role in Role
