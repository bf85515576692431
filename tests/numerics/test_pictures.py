"""The figures of `check` and `refute`: what they draw is what the report holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sith import (
    Agreement,
    CheckReport,
    Claim,
    Counterexample,
    InputError,
    SignedPermutations,
    derive,
    refute,
    theorem,
)
from sith.numerics.cli import main
from sith.numerics.exact import ExactReport, Tried
from sith.numerics.measure import Interval
from sith.numerics.runs.measured import GAP, INSIDE, OUTSIDE
from sith.numerics.runs.report import TrainedReport
from sith.numerics.searching.losses import table_witness
from sith.numerics.searching.points import Point
from sith.numerics.searching.setting import setting_of

CIRCLE = theorem("zimmermann_2021_vmf").at(2)
WRONG = CIRCLE.replace(group=SignedPermutations(2))


def checked(**changes: object) -> CheckReport:
    """A report of a check with one exact and one trained layer, or with others."""
    exact = ExactReport(
        "c", Agreement.AGREES, (Tried("in", 1e-16, True),), (Tried("out", 0.2, False),), 1e-10
    )
    trained = TrainedReport(
        outcome=Agreement.AGREES,
        reason="",
        metrics={
            "residual": Interval(0.01, 0.005, 0.015, 3),
            "loss_gap": Interval(0.003, 0.002, 0.004, 3),
        },
        smaller={"signed permutations B(2)": 0.4},
        mixing="injective",
        seeds=(0, 1, 2),
        steps=5,
        seconds=1.0,
    )
    parts = {"exact": (exact,), "trained": (trained,), "skipped": (), **changes}
    return CheckReport("c", derive(CIRCLE), budget="smoke", device="cpu", seconds=1.0, **parts)  # type: ignore[arg-type]


def test_the_figure_of_a_check_has_every_number_and_every_threshold() -> None:
    left, right = checked().figure().axes
    drawn = {tuple(np.round(line.get_xdata(), 12)) for line in right.lines}
    assert {(0.01,), (0.003,), (0.4,), (GAP,), (INSIDE,), (OUTSIDE,)} <= drawn
    assert {(0.005, 0.015), (0.002, 0.004)} <= drawn
    labels = [tick.get_text() for tick in right.get_yticklabels()]
    assert labels == ["residual to signed\npermutations B(2)", "residual to O(2)", "loss gap"] or [
        label.replace("\n", " ") for label in labels
    ] == ["residual to signed permutations B(2)", "residual to O(2)", "loss gap"]
    assert any(tuple(line.get_xdata()) == (0.2,) for line in left.lines)
    assert any("counts as zero up to 1e-10" in t.get_text() for t in left.get_legend().texts)


def test_a_layer_that_was_not_run_says_why() -> None:
    figure = checked(trained=(), skipped=("training: no sampler for 5 $",)).figure()
    assert "no sampler" in figure.axes[1].texts[0].get_text()


def test_the_figure_of_an_exact_witness_shows_an_equal_loss() -> None:
    report = refute(WRONG)
    before, after, losses = report.figure(WRONG).axes
    assert [bar.get_height() < 1e-12 for bar in losses.patches] == [True, True, False]
    here, there = (
        np.concatenate([c.get_offsets() for c in a.collections]) for a in (before, after)
    )
    assert np.allclose(np.linalg.norm(there, axis=1), 1)
    assert not np.allclose(here, there)


def spoiled(claim: Claim) -> Counterexample:
    """A table that is no minimiser, as a witness."""
    setting = setting_of(claim)
    return table_witness(claim, Point(0, {}), setting, setting.problem.base.flip(0).roll(3, 0))


def test_a_table_is_drawn_at_its_nodes_with_its_own_loss() -> None:
    from sith.numerics.searching.picture import witness_figure

    found = spoiled(CIRCLE)
    figure = witness_figure(found, CIRCLE)
    heights = [bar.get_height() for bar in figure.axes[2].patches]
    assert heights == [found.numbers["best member"], found.numbers["loss"]]


def test_a_witness_without_a_map_is_told_in_words() -> None:
    from sith.numerics.searching.picture import witness_figure

    derivation = Counterexample(
        claim="c",
        dim=0,
        parameters={},
        kind=refute(WRONG).witness[0].kind,
        shown="a certificate for 5 $",
        equal="the condition",
        differs="the group",
        exact=True,
        data={"certificate": {}},
    )
    figure = witness_figure(derivation, CIRCLE)
    assert len(figure.axes) == 1
    assert "a certificate" in figure.get_supxlabel()


def test_what_is_not_refuted_has_no_figure() -> None:
    from dataclasses import replace

    with pytest.raises(InputError, match="a refuted claim has a figure"):
        replace(refute(WRONG), witness=()).figure(WRONG)


def test_the_command_writes_the_figure(tmp_path: Path) -> None:
    claim = tmp_path / "own.py"
    claim.write_text(
        "from sith import SignedPermutations, theorem\n"
        "WRONG = theorem('zimmermann_2021_vmf').at(2).replace(group=SignedPermutations(2))\n"
    )
    picture = tmp_path / "witness.svg"
    assert main(["refute", f"{claim}:WRONG", "--quiet", "--figure", str(picture)]) == 1
    assert "<svg" in picture.read_text()
    assert main(["refute", f"{claim}:WRONG", "--figure", str(tmp_path / "witness.txt")]) == 2
