"""Scores of two representations of the same inputs: CKA, CCA, SVCCA and mutual neighbours."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from scipy.stats import binom
from sklearn.cross_decomposition import CCA

from sith import InputError
from sith.numerics.measure import linear_cka, mean_cca, mutual_knn, permuted_cka, svcca
from tests.helpers import tolerances
from tests.helpers.matrices import SCALES, SMALL, invertible, rotations

SEEDS = st.integers(0, 2**32 - 1)
NEAR = {"abs": tolerances.INVARIANCE.value}
EXACT = {"abs": tolerances.ROUNDING.value}


def normal(rows: int, dim: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((rows, dim))


@st.composite
def pairs(draw: st.DrawFn, maps: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Two curved, noisy views of one sample, a matrix for the second, and a shift."""
    dim = draw(st.integers(2, 4))
    rng = np.random.default_rng(draw(SEEDS))
    x = rng.standard_normal((120, dim)) * np.arange(1, dim + 1)
    y = np.tanh(x @ rng.standard_normal((dim, dim))) + 0.1 * rng.standard_normal((120, dim))
    return x, y, draw(maps(dim)), np.array([draw(SMALL) for _ in range(dim)])


def gram_cka(x: np.ndarray, y: np.ndarray, *, debiased: bool) -> float:
    """From N×N Gram matrices, with HSIC as it is defined."""
    n = len(x)
    centring = np.eye(n) - 1 / n
    grams = [s @ s.T for s in (x, y)]

    def hsic(k: np.ndarray, other: np.ndarray) -> float:
        if not debiased:
            return float(np.trace(centring @ k @ centring @ other))
        k, other = k - np.diag(np.diag(k)), other - np.diag(np.diag(other))
        total = np.trace(k @ other) + k.sum() * other.sum() / (n - 1) / (n - 2)
        return float(total - 2 / (n - 2) * (k @ other).sum())

    return hsic(*grams) / np.sqrt(hsic(grams[0], grams[0]) * hsic(grams[1], grams[1]))


@given(pairs(rotations), SCALES)
def test_cka_is_invariant_as_stated(case: tuple[np.ndarray, ...], size: float) -> None:
    x, y, matrix, shift = case
    before, moved = linear_cka(x, y), linear_cka(x, -size * y @ matrix + shift)
    order = np.random.default_rng(0).permutation(len(x))
    for other in (moved, linear_cka(y, x), linear_cka(x[order], y[order])):
        assert other.value == pytest.approx(before.value, **NEAR)
        assert other.debiased == pytest.approx(before.debiased, **NEAR)
    assert 0 <= before.value <= 1 + tolerances.ROUNDING.value
    assert before.debiased <= 1 + tolerances.ROUNDING.value
    same = linear_cka(x, 3 * x @ matrix + shift)
    assert same.value == pytest.approx(1, **EXACT)
    assert same.debiased == pytest.approx(1, **EXACT)


@given(pairs(rotations))
@settings(max_examples=10)
def test_cka_is_the_ratio_of_gram_matrices(case: tuple[np.ndarray, ...]) -> None:
    x, y, _, shift = case
    found = linear_cka(x + shift, y)
    assert found.value == pytest.approx(gram_cka(x + shift, y, debiased=False), **NEAR)
    assert found.debiased == pytest.approx(gram_cka(x + shift, y, debiased=True), **NEAR)


def test_cka_of_unequal_scales_is_not_one() -> None:
    # Whitened samples, so the value is that of the population: (1 + s²)/√(2(1 + s⁴)) at s = 3.
    x = np.linalg.qr(normal(500, 2) - normal(500, 2).mean(0))[0]
    stretched = linear_cka(x, x * [1, 3])
    assert stretched.value == pytest.approx(10 / np.sqrt(2 * 82), **EXACT)


def test_the_null_of_cka_is_that_of_the_permuted_rows() -> None:
    x, y = normal(5, 2), normal(5, 3, seed=1)
    every = [float(linear_cka(x, y[list(order)]).value) for order in permutations(range(5))]
    found = permuted_cka(x, y, permutations=4000)
    assert found.value == pytest.approx(every[0], **EXACT)
    assert found.chance == pytest.approx(np.mean(every), **EXACT)
    error = np.std(every) / 4000**0.5
    assert abs(found.null_mean - found.chance) < 4 * error
    reached = np.mean([v >= found.value - 1e-12 for v in every])
    assert abs(found.p_value - reached) < 4 * 0.5 / 4000**0.5
    json.dumps(found.to_dict())


def test_the_null_of_cka_has_its_level_and_sees_what_is_shared() -> None:
    draws = np.random.default_rng(0).standard_normal((200, 2, 40, 3))
    rejected = sum(permuted_cka(a, b, permutations=19).p_value <= 0.05 for a, b in draws)
    assert binom.sf(rejected - 1, len(draws), 0.05) > 1e-4
    x, y = normal(100, 3), normal(100, 3, seed=1)
    assert permuted_cka(x, y).p_value > 0.05
    related = permuted_cka(x, y + x[:, :1])
    assert related.p_value == 0.01
    assert related.value > related.null_mean + 5 * related.null_sd


def test_only_the_debiased_cka_is_nothing_for_independent_samples() -> None:
    found = linear_cka(*np.random.default_rng(0).standard_normal((2, 200, 60, 20)))
    assert np.mean(found.value) > 0.2
    # Mean of 200 estimates with spread 0.02: within 0.01 but for seven standard errors.
    assert abs(np.mean(found.debiased)) < 0.01


@given(pairs(invertible))
def test_cca_is_invariant_under_affine_maps(case: tuple[np.ndarray, ...]) -> None:
    x, y, matrix, shift = case
    before = mean_cca(x, y)
    for moved in (mean_cca(x, y @ matrix + shift), mean_cca(x @ matrix + shift, y), mean_cca(y, x)):
        assert moved.value == pytest.approx(before.value, **NEAR)
    assert (np.diff(before.fitted[0]) <= 0).all()
    assert (np.abs(before.held_out[0]) <= 1 + tolerances.ROUNDING.value).all()
    assert ((before.fitted[0] >= 0) & (before.fitted[0] <= 1 + tolerances.ROUNDING.value)).all()
    assert mean_cca(x, x @ matrix + shift).value == pytest.approx(1, **EXACT)


@given(pairs(rotations), SCALES, st.sampled_from([0.5, 0.9, 0.99, 1.0]))
def test_svcca_is_invariant_under_rotations(
    case: tuple[np.ndarray, ...], size: float, variance: float
) -> None:
    x, y, matrix, shift = case
    before = svcca(x, y, variance=variance)
    after = svcca(x, size * y @ matrix + shift, variance=variance)
    assert after.value == pytest.approx(before.value, **NEAR)
    assert (after.ranks == before.ranks).all()
    assert svcca(x, x @ matrix, variance=variance).value == pytest.approx(1, **EXACT)


def test_cca_agrees_with_scikit_learn() -> None:
    x = normal(400, 3)
    y = np.tanh(x @ normal(3, 4, 1)) + 0.3 * normal(400, 4, 2)
    fit = np.random.default_rng(7).permutation(400)[:200]
    model = CCA(n_components=3, max_iter=5000, tol=1e-12).fit(x[fit], y[fit])
    u, v = model.transform(x[fit], y[fit])
    theirs = [np.corrcoef(u[:, i], v[:, i])[0, 1] for i in range(3)]
    np.testing.assert_allclose(mean_cca(x, y, seed=7).fitted[0], theirs, atol=1e-6)


def test_svcca_keeps_the_stated_variance_and_sees_linear_maps() -> None:
    x = np.linalg.qr(normal(400, 3) - normal(400, 3).mean(0))[0]
    y = x * [1, 1, 0.01]
    assert svcca(x, y).ranks.tolist() == [3, 2]
    assert svcca(x, y, variance=1).ranks.tolist() == [3, 3]
    assert mean_cca(x, y).value == pytest.approx(1, **EXACT)
    # The large direction is noise: nothing of x is left in the component kept.
    hidden = np.concatenate((x[:, :1], 100 * normal(400, 1, 5)), axis=1)
    assert abs(svcca(x[:, :1], hidden).value) < 0.3
    assert mean_cca(x[:, :1], hidden).value == pytest.approx(1, **EXACT)


def test_held_out_correlations_of_independent_samples_are_nothing() -> None:
    x, y = np.random.default_rng(1).standard_normal((2, 100, 120, 10))
    found = mean_cca(x, y)
    assert np.mean(found.fitted) > 0.3
    # 100 means of ten values of spread 0.13: spread 0.004.
    assert abs(found.value.mean()) < 0.03
    assert found.value.shape == (100,)
    assert found.value[3] == pytest.approx(mean_cca(x[3], y[3]).value)


@given(pairs(rotations), SCALES, st.integers(1, 12))
@settings(max_examples=15)
def test_neighbours_are_invariant_as_stated(
    case: tuple[np.ndarray, ...], size: float, k: int
) -> None:
    x, y, matrix, shift = case
    before = mutual_knn(x, y, k=k, permutations=2)
    order = np.random.default_rng(0).permutation(len(x))
    for other in (
        mutual_knn(x, size * y @ matrix + shift, k=k, permutations=2),
        mutual_knn(x[order], y[order], k=k, permutations=2),
        mutual_knn(y, x, k=k, permutations=2),
    ):
        assert other.value == pytest.approx(before.value, **EXACT)
    assert 0 <= before.value <= 1
    assert mutual_knn(x, x @ matrix + shift, k=k, permutations=2).value == 1
    assert before.chance == k / 119


def slow_knn(x: np.ndarray, y: np.ndarray, k: int) -> float:
    chosen = []
    for s in (x, y):
        distances = cdist(s, s)
        np.fill_diagonal(distances, np.inf)
        chosen.append(distances.argsort(1)[:, :k])
    return float(np.mean([len(set(a) & set(b)) / k for a, b in zip(*chosen, strict=True)]))


def test_neighbours_are_those_of_the_definition_also_in_blocks() -> None:
    x = normal(900, 3)
    y = np.tanh(x) + 0.2 * normal(900, 3, 1)
    assert mutual_knn(x, y, k=7).value == pytest.approx(slow_knn(x, y, 7), **EXACT)


@pytest.mark.parametrize("scale", [1e-7, 1.0, 1e7])
def test_neighbours_are_exact_where_single_precision_is_not(scale: float) -> None:
    # Two clusters a million spreads apart, and one row far from both: in single precision all
    # distances within a cluster are equal.
    x = normal(300, 3)
    x[100:] += 1e6
    x[-1] += 1e9
    y = np.tanh(normal(300, 3)) + 1e5
    assert mutual_knn(scale * x, scale * y, k=6).value == pytest.approx(slow_knn(x, y, 6), **EXACT)


@pytest.mark.parametrize("k", [1, 40, 198])
def test_neighbours_are_those_of_the_definition_for_few_and_for_almost_all(k: int) -> None:
    x, y = normal(200, 2), normal(200, 2, 1)
    assert mutual_knn(x, y, k=k).value == pytest.approx(slow_knn(x, y, k), **EXACT)


def test_the_null_is_the_overlap_of_the_permuted_rows() -> None:
    # Integers tie, so that shares enter too.
    x, y = np.round(3 * normal(80, 2)), np.round(3 * normal(80, 2, 1))
    found = mutual_knn(x, y, k=4, permutations=5, seed=3)
    rng = np.random.default_rng(3)
    orders = [rng.permutation(80) for _ in range(5)]
    again = [mutual_knn(x, y[order], k=4, permutations=2).value for order in orders]
    assert found.null_mean == pytest.approx(np.mean(again), **EXACT)
    assert found.null_sd == pytest.approx(np.std(again, ddof=1), **EXACT)


def test_neighbours_see_a_stretched_coordinate_where_cca_does_not() -> None:
    x = normal(400, 2)
    stretched = x * [1, 20]
    assert mean_cca(x, stretched).value == pytest.approx(1)
    assert mutual_knn(x, stretched).value < 0.5


def test_tied_neighbours_share_their_places() -> None:
    # Points 0, 1, 2, 3 on a line, k = 1: the inner ones have two nearest each.
    line = np.arange(4.0)[:, None]
    found = mutual_knn(line, line, k=1, permutations=2)
    assert found.value == pytest.approx((1 + 1 / 2 + 1 / 2 + 1) / 4)
    # Two clusters of coinciding rows: 9 others at distance 0 share 3 places in both.
    clusters = np.repeat([[0.0], [1.0]], 10, axis=0)
    assert mutual_knn(clusters, clusters, k=3, permutations=2).value == pytest.approx(3 / 9)


def test_the_null_has_the_exact_mean_and_level() -> None:
    x, y = normal(60, 2, 1), normal(60, 2, 2)
    found = mutual_knn(x, y, k=5, permutations=2000)
    assert found.chance == 5 / 59
    assert abs(found.null_mean - found.chance) < 6 * found.null_sd / np.sqrt(2000)
    draws = np.random.default_rng(0).standard_normal((200, 2, 30, 2))
    rejected = sum(mutual_knn(a, b, k=3, permutations=19).p_value <= 0.05 for a, b in draws)
    assert rejected <= 26
    assert binom.sf(26, 200, 0.05) < tolerances.TEST_LEVEL.false_alarm
    related = mutual_knn(x, x + 0.1 * y, k=5)
    assert related.p_value == 0.01
    assert related.above_chance > 0.5


@pytest.mark.parametrize("measure", [linear_cka, permuted_cka, mean_cca, svcca, mutual_knn])
def test_what_has_no_score_is_refused(measure: Any) -> None:
    x = normal(60, 2)
    with pytest.raises(InputError, match="not finite"):
        measure(x, np.where(x == x[3, 1], np.nan, x))
    with pytest.raises(InputError, match="all rows of y coincide"):
        measure(x, np.full_like(x, 0.1))
    with pytest.raises(InputError, match="shape"):
        measure(x, x[:-1])
    with pytest.raises(InputError, match="at least"):
        measure(x[:3], x[:3])
    json.dumps(measure(x, x).to_dict(), allow_nan=False)


def test_options_out_of_range_are_refused() -> None:
    x = normal(60, 2)
    for call in (
        lambda: mutual_knn(x, x, k=0),
        lambda: mutual_knn(x, x, k=59),
        lambda: mutual_knn(x, x, permutations=1),
        lambda: mutual_knn(x[None], x[None]),
        lambda: permuted_cka(x, x, permutations=1),
        lambda: permuted_cka(x[None], x[None]),
        lambda: svcca(x, x, variance=0),
        lambda: svcca(x, x, variance=1.5),
        lambda: mean_cca(x[:11], x[:11]),
    ):
        with pytest.raises(InputError, match="allowed"):
            call()
