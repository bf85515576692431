"""Components that no seed landed in are settled by exact maps, and by nothing less."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sith import Agreement, CheckReport, Claim, TrainedReport, Verdict, derive, theorem
from sith.numerics.groups import told_apart
from sith.numerics.runs.trained_verdict import told_verdict
from sith.numerics.runs.unvisited import unvisited

CLAIM = theorem("zimmermann_2021_vmf").at(2)


@pytest.fixture(scope="module")
def derived() -> Verdict:
    return derive(theorem("zimmermann_2021_vmf"), 2)


def report(claim: Claim, angles: tuple[float, ...], flips: int = 0) -> TrainedReport:
    """What seeds that end in rotations, and in `flips` reflections, show."""
    rng = np.random.default_rng(0)
    z = rng.normal(size=(len(angles), 400, 2))
    z /= np.linalg.norm(z, axis=-1, keepdims=True)
    maps = [np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) for a in angles]
    for k in range(flips):
        maps[k] = maps[k] @ np.diag([-1.0, 1.0])
    y = np.stack([x @ m.T for x, m in zip(z, maps, strict=True)])
    found, resolution = told_apart(claim.group, z, y, inside=0.01, outside=0.02)
    outcome, reason = told_verdict(claim, found)
    return TrainedReport(
        outcome, reason, {}, {}, "", tuple(range(len(z))), 1, 0.0, (), (), found, (resolution,)
    )


def checked(derived: Verdict, trained: TrainedReport) -> CheckReport:
    said = unvisited(CLAIM, derived, trained)
    return CheckReport("c", derived, (), (trained,), (), "smoke", "cpu", 0.0, unvisited=said)


def test_rotations_alone_agree_by_the_exact_reflection(derived: Verdict) -> None:
    trained = report(CLAIM, (0.3, 1.2, 2.5))
    assert trained.outcome is Agreement.UNDECIDED
    found = checked(derived, trained)
    assert found.outcome is derived.agreement
    assert found.exit_status == 0
    assert "no seed lies outside" in str(found)
    assert "(-z1, z2)" in str(found)


def test_both_components_need_no_help(derived: Verdict) -> None:
    assert unvisited(CLAIM, derived, report(CLAIM, (0.3, 1.2, 2.5), flips=1)) == ()


def test_without_a_generator_outside_it_stays_undecided(derived: Verdict) -> None:
    fields = tuple(x for x in derived.lower if "map" not in x.data)
    found = checked(replace(derived, lower=fields), report(CLAIM, (0.3, 1.2, 2.5)))
    assert found.outcome is Agreement.UNDECIDED
    assert found.exit_status == 3


def test_a_derivation_that_is_not_positive_settles_nothing(derived: Verdict) -> None:
    open_ = replace(derived, agreement=Agreement.UNDECIDED)
    assert unvisited(CLAIM, open_, report(CLAIM, (0.3, 1.2, 2.5))) == ()


def test_a_smaller_group_of_lower_dimension_stays_undecided(derived: Verdict) -> None:
    """Signed permutations alone: that rotations are optimal was for the seeds to show."""
    trained = report(CLAIM, (0.0, 0.0, 0.0), flips=1)
    assert trained.outcome is Agreement.UNDECIDED
    assert unvisited(CLAIM, derived, trained) == ()


def test_another_reason_is_not_overruled(derived: Verdict) -> None:
    trained = replace(report(CLAIM, (0.3, 1.2, 2.5)), reason="the optimum was not reached")
    assert unvisited(CLAIM, derived, trained) == ()
