"""Scores of representations: invariances, ranges, ties, and relations that they must tell apart."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score

from sith import InputError
from sith.numerics.measure import (
    Interval,
    block_r2,
    energy_coefficient,
    interval,
    linear_r2,
    mcc,
    orthogonality_error,
    procrustes_gap,
    procrustes_r2,
    same_law,
)
from tests.helpers import tolerances
from tests.helpers.matrices import SCALES, SMALL, invertible, rotations, signed

SEEDS = st.integers(0, 2**32 - 1)
DIMS = st.integers(2, 5)


@st.composite
def cases(draw: st.DrawFn, maps: Callable[[int], st.SearchStrategy[np.ndarray]]) -> tuple[Any, ...]:
    """Latents, a noisy and curved representation of them, a matrix of the kind, and a shift."""
    dim = draw(DIMS)
    rng = np.random.default_rng(draw(SEEDS))
    z = rng.standard_normal((400, dim))
    y = np.tanh(z @ rng.standard_normal((dim, dim))) + 0.1 * rng.standard_normal((400, dim))
    return z, y, draw(maps(dim)), np.array([draw(SMALL) for _ in range(dim)])


def latents(rows: int = 2000, dim: int = 3, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((rows, dim))


def turn(angle: float) -> np.ndarray:
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


@given(cases(invertible))
def test_linear_r2_does_not_see_affine_maps_of_the_representation(case: tuple[Any, ...]) -> None:
    z, y, matrix, shift = case
    moved = linear_r2(z, y @ matrix + shift)
    assert moved == pytest.approx(linear_r2(z, y), abs=tolerances.INVARIANCE.value)


@given(cases(invertible))
def test_linear_r2_of_an_affine_image_is_one(case: tuple[Any, ...]) -> None:
    z, _, matrix, shift = case
    r2 = linear_r2(z, z @ matrix + shift)
    assert r2 == pytest.approx(1, abs=tolerances.ROUNDING.value)
    assert r2 <= 1


@given(cases(rotations), SCALES)
def test_procrustes_does_not_see_orthogonal_maps_scale_and_shift(
    case: tuple[Any, ...], size: float
) -> None:
    z, y, matrix, shift = case
    near = {"abs": tolerances.INVARIANCE.value}
    moved = size * y @ matrix + shift
    assert procrustes_r2(z, moved) == pytest.approx(procrustes_r2(z, y), **near)
    assert orthogonality_error(z, moved) == pytest.approx(orthogonality_error(z, y), **near)
    plain = procrustes_r2(z, y, scale=False, centre=False)
    assert procrustes_r2(z, y @ matrix, scale=False, centre=False) == pytest.approx(plain, **near)


@given(cases(rotations))
def test_an_orthogonal_image_leaves_no_gap(case: tuple[Any, ...]) -> None:
    z, _, matrix, shift = case
    near = {"abs": tolerances.ROUNDING.value}
    assert procrustes_gap(z, 3 * z @ matrix + shift) == pytest.approx(0, **near)
    assert orthogonality_error(z, z @ matrix, scale=False) == pytest.approx(0, **near)


@given(
    cases(signed),
    st.lists(SCALES, min_size=5, max_size=5),
    st.sampled_from(["pearson", "spearman"]),
)
def test_mcc_does_not_see_signed_permutations_scales_and_shifts(
    case: tuple[Any, ...], sizes: list[float], kind: Any
) -> None:
    z, y, matrix, shift = case
    before, after = mcc(z, y, kind), mcc(z, y @ matrix * sizes[: y.shape[1]] + shift, kind)
    assert after.mcc == pytest.approx(before.mcc, abs=tolerances.INVARIANCE.value)
    assert (np.abs(matrix).argmax(1)[before.assignment] == after.assignment).all()


@given(cases(invertible))
def test_scores_are_in_range(case: tuple[Any, ...]) -> None:
    z, y, _, _ = case
    assert linear_r2(z, y) <= 1
    assert procrustes_r2(z, y) <= 1
    assert orthogonality_error(z, y) >= 0
    for kind in ("pearson", "spearman"):
        found = mcc(z, y, kind)
        assert 0 <= found.mcc <= 1 + tolerances.ROUNDING.value
        assert sorted(found.assignment) == list(range(z.shape[1]))


@given(SEEDS, st.integers(1, 3))
@settings(max_examples=10)
def test_a_batch_is_scored_run_by_run(seed: int, runs: int) -> None:
    rng = np.random.default_rng(seed)
    z, y = rng.standard_normal((2, runs, 60, 3))
    for measure in (linear_r2, procrustes_r2, procrustes_gap, orthogonality_error, block_r2):
        single = [measure(z[run], y[run]) for run in range(runs)]
        np.testing.assert_allclose(measure(z, y), single, atol=tolerances.ROUNDING.value)
    together = mcc(z, y)
    for run in range(runs):
        alone = mcc(z[run], y[run])
        assert together.mcc[run] == pytest.approx(alone.mcc)
        assert (together.assignment[run] == alone.assignment).all()


def test_linear_r2_agrees_with_scikit_learn() -> None:
    z = latents()
    y = np.tanh(z) @ np.random.default_rng(1).standard_normal((3, 7))
    order = np.random.default_rng(5).permutation(len(z))
    fit, test = order[: len(z) // 2], order[len(z) // 2 :]
    probe = LinearRegression().fit(y[fit], z[fit])
    theirs = r2_score(z[test], probe.predict(y[test]), multioutput="variance_weighted")
    assert linear_r2(z, y, seed=5) == pytest.approx(theirs, abs=tolerances.ROUNDING.value)


def test_a_shear_is_linear_and_not_orthogonal() -> None:
    z = latents(dim=2)
    y = z @ np.array([[1.0, 1.0], [0.0, 1.0]])
    assert linear_r2(z, y) == pytest.approx(1, abs=tolerances.ROUNDING.value)
    # Singular values (√5 ± 1)/2 and spherical latents: Procrustes R² = (Σσ)²/(2Σσ²) = 5/6.
    assert procrustes_gap(z, y) == pytest.approx(1 / 6, abs=tolerances.SEPARATION.value)
    # AᵀA − I has eigenvalues 1/2 ± √5/2; their norm over √2 is √(3/2).
    error = orthogonality_error(z, y, scale=False)
    assert error == pytest.approx(math.sqrt(3 / 2), abs=tolerances.ROUNDING.value)


def test_scale_and_shift_count_where_they_are_not_fitted() -> None:
    z = latents()
    assert procrustes_r2(z, 2 * z) == pytest.approx(1)
    assert procrustes_r2(z, 2 * z, scale=False) < 0.5
    assert procrustes_r2(z, z + 1) == pytest.approx(1)
    assert procrustes_r2(z, z + 1, centre=False) < 0.5


def test_an_isometry_into_more_dimensions_has_no_orthogonality_error() -> None:
    z = latents(dim=2)
    y = np.concatenate((z, z), axis=1) / math.sqrt(2)
    error = orthogonality_error(z, y, scale=False)
    assert error == pytest.approx(0, abs=tolerances.ROUNDING.value)


@pytest.mark.parametrize("kind", ["pearson", "spearman"])
def test_mcc_rejects_a_rotation_that_procrustes_accepts(kind: Any) -> None:
    z = latents(dim=2)
    y = z @ turn(math.pi / 4)
    assert procrustes_r2(z, y) == pytest.approx(1)
    assert mcc(z, y, kind).mcc < 0.8


def test_mcc_of_ranks_is_one_for_componentwise_cubes() -> None:
    z = latents()
    y = (-z[:, [2, 0, 1]]) ** 3
    found = mcc(z, y, "spearman")
    assert found.mcc == pytest.approx(1)
    assert found.assignment.tolist() == [1, 2, 0]
    np.testing.assert_allclose(found.correlations, -1)
    assert mcc(z, y).mcc < 0.9


def test_mcc_matches_by_correlation_of_values_not_of_absolute_values() -> None:
    z = np.random.default_rng(0).uniform(size=(2000, 2))
    found = mcc(z, 1 - z[:, ::-1])
    assert found.mcc == pytest.approx(1)
    assert found.assignment.tolist() == [1, 0]
    assert mcc(latents(), np.abs(latents())).mcc < tolerances.INDEPENDENT_MCC.value


def test_independent_representations_score_about_nothing() -> None:
    z, y = latents(1000, 5, 1), latents(1000, 5, 2)
    assert abs(linear_r2(z, y)) < tolerances.INDEPENDENT_R2.value
    assert mcc(z, y).mcc < tolerances.INDEPENDENT_MCC.value
    assert mcc(z, y, "spearman").mcc < tolerances.INDEPENDENT_MCC.value
    assert abs(block_r2(z, y)) < tolerances.LEAK.value


def test_the_score_is_held_out() -> None:
    z, y = latents(100, 1, 1), latents(100, 40, 2)
    in_sample = r2_score(z, LinearRegression().fit(y, z).predict(y))
    assert in_sample > 0.2
    assert linear_r2(z, y) < 0


def test_the_seed_fixes_the_split() -> None:
    z, y = latents(100, 3, 1), latents(100, 3, 2)
    assert linear_r2(z, y, seed=1) == linear_r2(z, y, seed=1)
    assert linear_r2(z, y, seed=1) != linear_r2(z, y, seed=2)


def test_ties_and_constant_coordinates() -> None:
    z = latents(dim=2)
    y = np.stack((np.full(len(z), 0.1), z[:, 0]), axis=1)
    found = mcc(z, y)
    assert found.assignment.tolist() == [1, 0]
    np.testing.assert_allclose(found.correlations, [1, 0], atol=tolerances.ROUNDING.value)
    assert mcc(np.sign(z), np.sign(z), "spearman").mcc == pytest.approx(1)
    twice = mcc(z, z[:, [0, 0]])
    assert sorted(twice.assignment) == [0, 1]
    assert twice.mcc < 0.6


def test_latents_without_an_output_count_nothing() -> None:
    z = latents(dim=3)
    found = mcc(z, z[:, [2]])
    assert found.assignment.tolist() == [-1, -1, 0]
    assert found.mcc == pytest.approx(1 / 3)
    wide = mcc(z, latents(dim=6, seed=3) * 0.01 + np.pad(z, ((0, 0), (3, 0))))
    assert wide.assignment.tolist() == [3, 4, 5]


def test_a_collapsed_representation_explains_nothing() -> None:
    z = latents()
    y = np.full_like(z, 0.1)
    assert abs(linear_r2(z, y)) < tolerances.INDEPENDENT_R2.value
    assert abs(block_r2(z, y)) < tolerances.INDEPENDENT_R2.value
    assert mcc(z, y).mcc == 0
    assert orthogonality_error(z, y) == pytest.approx(1)
    partly = np.concatenate((z, y), axis=1)
    assert linear_r2(z, partly) == pytest.approx(1, abs=tolerances.ROUNDING.value)
    assert math.isnan(linear_r2(y, z))


def test_a_run_that_is_not_finite_scores_nan_and_spares_the_others() -> None:
    z = np.stack([latents(200), latents(200)])
    y = z.copy()
    y[1, 3, 0] = math.nan
    for measure in (linear_r2, procrustes_r2, orthogonality_error, block_r2):
        first, second = np.asarray(measure(z, y))
        assert math.isfinite(first)
        assert math.isnan(second)
    found = mcc(z, y)
    assert math.isnan(found.mcc[1])
    assert found.assignment[1].tolist() == [-1, -1, -1]
    assert interval(linear_r2(z, y)).failed == 1


def test_tensors_are_scored_as_arrays() -> None:
    z, y = latents(200, 3, 1), latents(200, 3, 2)
    tensor = torch.from_numpy(y).requires_grad_()
    assert linear_r2(torch.from_numpy(z), tensor) == linear_r2(z, y)
    assert isinstance(linear_r2(z, y), float)


def test_block_r2_sees_content_behind_a_smooth_map() -> None:
    content, style = latents(dim=2), latents(dim=2, seed=1)
    y = np.stack((content[:, 0] + content[:, 1] ** 2, np.tanh(content[:, 1])), axis=1)
    assert block_r2(content, y) > 1 - tolerances.SMOOTH_BLOCK.value
    assert block_r2(y, content) > 1 - tolerances.SMOOTH_BLOCK.value
    assert linear_r2(content, y) < 0.9
    assert abs(block_r2(style, y)) < tolerances.LEAK.value


def test_block_r2_sees_style_that_leaks() -> None:
    content, style = latents(dim=2), latents(dim=2, seed=1)
    leaking = np.tanh(content + 0.7 * style)
    assert block_r2(leaking, content) < 1 - tolerances.LEAK.value
    assert block_r2(style, leaking) > tolerances.LEAK.value


def test_block_r2_has_a_direction() -> None:
    z = latents(dim=1)
    assert block_r2(z**2, z) > 1 - tolerances.SMOOTH_BLOCK.value
    assert block_r2(z, z**2) < tolerances.LEAK.value


@pytest.mark.parametrize(
    ("z", "y", "fault"),
    [
        (np.zeros((10, 2)), np.zeros((9, 2)), r"shape \(10, 2\)"),
        (np.zeros(10), np.zeros(10), "allowed"),
        (np.zeros((2, 10, 2)), np.zeros((10, 2)), "allowed"),
        (np.zeros((3, 2)), np.zeros((3, 2)), "at least 4"),
        (np.zeros((10, 2)), np.zeros((10, 5)), "5 coordinates"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(z: np.ndarray, y: np.ndarray, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        linear_r2(z, y)


def test_other_faults_are_refused() -> None:
    z = latents()
    with pytest.raises(InputError, match="equal dimensions"):
        procrustes_r2(z, z[:, :2])
    with pytest.raises(InputError, match="kendall"):
        mcc(z, z, "kendall")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="at least 8"):
        block_r2(z[:10], z[:10])


def test_interval_is_students() -> None:
    found = interval([1.0, 2.0, 3.0])
    # t(0.975, 2 degrees of freedom) = 4.302653, s = 1.
    half = 4.302653 / math.sqrt(3)
    assert found.mean == 2
    assert found.n == 3
    assert found.low == pytest.approx(2 - half, abs=1e-6)
    assert found.high == pytest.approx(2 + half, abs=1e-6)
    assert interval([1.0, 2.0, 3.0], level=0.5).high < found.high


def test_interval_covers_at_its_level() -> None:
    runs = tolerances.COVERAGE.samples
    draws = np.random.default_rng(0).standard_normal((runs, 5))
    covered = [(found := interval(values)).low <= 0 <= found.high for values in draws]
    assert abs(np.mean(covered) - 0.95) < tolerances.COVERAGE.value


def test_interval_of_one_run_is_the_line_and_failures_are_told() -> None:
    assert interval(0.9) == Interval(0.9, -math.inf, math.inf, 1)
    found = interval([0.9, math.nan, 0.8, math.inf])
    assert (found.n, found.failed) == (2, 2)
    assert found.mean == pytest.approx(0.85)
    assert "2 of 4" in str(found)
    lost = interval([math.nan])
    assert math.isnan(lost.mean)
    assert lost.n == 0
    assert json.loads(json.dumps(lost.to_dict(), allow_nan=False))["low"] is None


@pytest.mark.parametrize(("values", "level"), [([], 0.95), ([[1.0]], 0.95), ([1.0, 2.0], 1.0)])
def test_interval_refuses(values: Any, level: float) -> None:
    with pytest.raises(InputError):
        interval(values, level=level)


def test_same_law_rejects_at_its_level() -> None:
    draws = np.random.default_rng(0).standard_normal((200, 2, 40, 2))
    rejected = sum(same_law(y, r, permutations=99) <= 0.05 for y, r in draws)
    assert rejected <= tolerances.TEST_LEVEL.value * 200
    assert binom.sf(26, 200, 0.05) < tolerances.TEST_LEVEL.false_alarm


def test_same_law_sees_another_law_with_equal_moments() -> None:
    rng = np.random.default_rng(0)
    normal, angle = rng.standard_normal((1000, 2)), rng.uniform(0, 2 * math.pi, 1000)
    circle = math.sqrt(2) * np.stack((np.cos(angle), np.sin(angle)), axis=1)
    assert same_law(normal, circle) < 0.01
    assert same_law(normal, 1.5 * rng.standard_normal((1000, 2))) < 0.01
    assert energy_coefficient(normal, normal) == pytest.approx(0, abs=tolerances.ROUNDING.value)
    far = energy_coefficient(normal, normal + 1000)
    assert far == pytest.approx(1, abs=0.01)
    assert same_law(np.zeros((9, 2)), np.zeros((9, 2))) == 1


def test_same_law_refuses() -> None:
    with pytest.raises(InputError, match="not finite"):
        same_law(np.full((9, 2), math.nan), np.zeros((9, 2)))
    with pytest.raises(InputError, match="shape"):
        energy_coefficient(np.zeros((9, 2)), np.zeros((9, 3)))
    with pytest.raises(InputError, match="at least 1"):
        same_law(np.zeros((9, 2)), np.zeros((9, 2)), permutations=0)
