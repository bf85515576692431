"""Diagnose: planted violations are contradicted, true worlds are not, and silence has its reason."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sith import Claim, InputError, theorem
from sith.numerics.data import (
    Calibrated,
    Diagnosis,
    Finding,
    diagnose,
    intrinsic_dimension,
    simulated,
)
from sith.numerics.data.consequences import Observed, independent, normal

ROWS = 1000
# A true assumption is contradicted with probability 1e-4 at most, a planted one is far beyond.
LEVEL = 1e-4


def drawn(claim: Claim, dropped: str = "") -> tuple[np.ndarray, np.ndarray]:
    """Pairs of the claim's world, or of the world without an assumption."""
    for assumption in claim.assumptions:
        if assumption.name == dropped:
            claim = assumption.weaken(claim)
    data = simulated(claim.world, ROWS, 0, needs="pairs")
    return data.z, data.partner


def found(report: Diagnosis) -> dict[str, Finding]:
    return {a.name: a.answer for a in report.assumptions}


VMF = theorem("zimmermann_2021_vmf")
TESTED = {
    "zimmermann_2021_vmf": ("uniform_marginal", "vmf_conditional", "full_support"),
    "zimmermann_2021_lp": ("uniform_marginal", "full_support"),
    "klindt_2026_lejepa": ("isotropic",),
    "cabannes_2023_interplay": ("isotropic",),
    "vonkugelgen_2021_content_style": ("style_redrawn",),
    "vonkugelgen_2021_invertible": ("style_redrawn", "content_kept"),
}


@pytest.mark.parametrize(
    ("slug", "name"), [(slug, name) for slug, names in TESTED.items() for name in names]
)
def test_a_dropped_assumption_is_contradicted_and_a_true_one_is_not(slug: str, name: str) -> None:
    claim = theorem(slug).at()
    options = {"claim": claim, "level": 3e-3, "draws": 0}
    true, false = drawn(claim), drawn(claim, name)
    # Known latents: otherwise tests of coordinates are left out where a group mixes them.
    kept = diagnose(true, latents=true, **options)
    broken = diagnose(false, latents=false, **options)
    assert found(kept)[name] is Finding.NOT_CONTRADICTED
    assert found(broken)[name] is Finding.CONTRADICTED
    assert broken.exit_status == 1


def test_a_tilted_marginal_does_not_contradict_the_conditional() -> None:
    claim = VMF.at(3)
    report = diagnose(drawn(claim, "uniform_marginal"), claim=claim, level=LEVEL, draws=0)
    answers = found(report)
    assert answers["uniform_marginal"] is Finding.CONTRADICTED
    assert answers["vmf_conditional"] is Finding.NOT_CONTRADICTED


def test_the_power_is_that_against_the_weakening_with_as_many_rows() -> None:
    claim = theorem("rusak_2025_aninfonce").at(3)
    z, partner = drawn(claim)
    options = {"claim": claim, "draws": 10}
    many = diagnose((z, partner), **options)
    few = diagnose((z[:60], partner[:60]), **options)
    powers = [
        {a.name: a.power for a in report.assumptions}["distinct_weights"] for report in (few, many)
    ]
    assert 0 <= powers[0] < powers[1]


def test_a_rotation_of_the_embeddings_changes_no_answer_up_to_rotations() -> None:
    claim = VMF.at(3)
    z, partner = drawn(claim)
    q = np.linalg.qr(np.random.default_rng(0).standard_normal((3, 3)))[0]
    first, second = (
        diagnose(pairs, claim=claim, draws=0) for pairs in ((z, partner), (z @ q, partner @ q))
    )
    for a, b in zip(first.assumptions, second.assumptions, strict=True):
        assert a.answer is b.answer
        for (_, one), (_, other) in zip(a.evidence, b.evidence, strict=True):
            if a.name != "world":  # moments of coordinates, which a rotation mixes
                assert one.p_value == pytest.approx(other.p_value, rel=1e-4)


def test_what_a_group_mixes_is_tested_on_latents_only() -> None:
    claim = theorem("khemakhem_2020_icebeem").at(2)
    z = np.random.default_rng(0).standard_normal((ROWS, 2))
    report = diagnose(z, claim=claim, draws=0)
    assert report.exit_status == 3
    reasons = {a.name: a.reason for a in report.assumptions}
    assert "needs environments" in reasons["variability"]
    assert "the mixing" in reasons["injective_features"]


def test_environments_of_a_table_have_an_exact_rank() -> None:
    claim = theorem("khemakhem_2020_ivae")
    z = np.random.default_rng(0).standard_normal((ROWS, 2))
    k = np.arange(6.0)
    good = {
        "means": np.stack([0.1 * k, 0.1 * k**2], 1),
        "variances": np.stack([1 + 0.3 * k**2, 1 + 0.2 * k**3], 1),
    }
    # Here μ/σ² of the first coordinate is an affine function of −1/2σ²: 0.1 k/(1 + 0.3 k).
    bad = {**good, "variances": np.stack([1 + 0.3 * k, 1 + 0.2 * k**3], 1)}
    options = {"claim": claim, "parameters": {"statistics": "both"}, "draws": 0}
    answers = [found(diagnose(z, environments=e, **options)) for e in (good, bad)]
    assert answers[0]["variability"] is Finding.NOT_CONTRADICTED
    assert answers[1]["variability"] is Finding.CONTRADICTED


def test_classes_are_counted_and_partial_labels_are_allowed() -> None:
    claim = theorem("reizinger_2025_supervised").at(3)
    z = np.random.default_rng(0).standard_normal((ROWS, 3))
    labels = np.arange(ROWS) % 3.0
    labels[:10] = np.nan
    few = diagnose(z, claim=claim, environments=labels, draws=0)
    enough = diagnose(z, claim=claim, environments=np.arange(ROWS) % 4, draws=0)
    assert found(few)["affine_generators"] is Finding.CONTRADICTED
    assert found(enough)["affine_generators"] is Finding.NOT_CONTRADICTED


def test_all_registered_theorems_are_asked() -> None:
    pairs = drawn(VMF.at(3))
    report = diagnose(pairs, draws=0, level=3e-3)
    answers = {t.slug: t for t in report.theorems}
    assert answers["zimmermann_2021_vmf"].remains
    assert answers["zimmermann_2021_vmf"].tested >= 3
    assert not answers["zimmermann_2021_lp"].remains
    assert not answers["gresele_2021_ima"].remains
    assert report.theorems[0].remains


def test_rows_in_time_are_warned_of() -> None:
    z = np.random.default_rng(0).standard_normal((ROWS, 2)).cumsum(0)
    report = diagnose(z, claim=theorem("comon_1994_linear_ica").at(2), draws=0)
    assert any("too small" in text for text in report.warnings)


def test_the_intrinsic_dimension_is_not_the_width() -> None:
    r = np.random.default_rng(0)
    plane = r.uniform(size=(2000, 2)) @ r.standard_normal((2, 6))
    estimate = intrinsic_dimension(plane)
    assert estimate.low < 2.05
    assert estimate.high > 1.9


@pytest.mark.parametrize(
    ("said", "pairs", "options"),
    [
        ("the pairs have shape", np.zeros((50, 3, 2)), {}),
        ("at least 40", np.random.default_rng(0).standard_normal((20, 2, 2)), {}),
        ("is constant", np.ones((50, 2, 2)), {}),
        ("claim with d = 3", np.random.default_rng(0).standard_normal((50, 2, 2)), {}),
        ("level", np.random.default_rng(0).standard_normal((50, 2, 3)), {"level": 2.0}),
        (
            "row 3 has entries",
            np.where(np.arange(50)[:, None] == 3, np.nan, np.eye(50, 3) + np.eye(50, 3)[::-1]),
            {},
        ),
    ],
)
def test_bad_input_is_refused(said: str, pairs: np.ndarray, options: dict[str, float]) -> None:
    with pytest.raises(InputError, match=said):
        diagnose(pairs, claim=theorem("zimmermann_2021_vmf"), parameters={"dim": 3}, **options)


@pytest.mark.parametrize("test", [normal, independent])
def test_marginal_tests_keep_their_level_in_small_samples(test: Any) -> None:
    r = np.random.default_rng(0)
    none = np.empty((0, 0)), np.empty(0, dtype=np.intp), np.empty((0, 0)), np.empty((0, 0))
    alarms = sum(
        test(Observed(r.standard_normal((60, 2)), *none), 0).p_value <= 0.05 for _ in range(400)
    )
    # Binomial(400, 0.05) exceeds 36 with probability 3e-4.
    assert alarms <= 36
    shared = r.standard_normal((60, 1)) ** 3 + 0.3 * r.standard_normal((60, 2))
    assert test(Observed(shared, *none), 0).p_value <= 0.001


def test_a_share_of_draws_has_its_exact_interval() -> None:
    row = Calibrated("t", "c", "a", 1000, 0.05, -1.0, 200, 0.01, "")
    assert row.exceeds
    assert row.interval(0.05) == pytest.approx((0.0242, 0.0900), abs=5e-4)
    assert "above its level" in str(row)
    assert not Calibrated("t", "c", "a", 1000, 0.02, 1.0, 200, 0.01, "").exceeds
