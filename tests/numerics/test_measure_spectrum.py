"""RankMe and the embedding spectrum: bounds, invariances, and collapse."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sith import InputError
from sith.numerics.benchmarks import metric_cost
from sith.numerics.measure import embedding_spectrum, rankme
from tests.helpers import tolerances
from tests.helpers.matrices import SCALES, SMALL, rotations

NEAR = {"rel": tolerances.INVARIANCE.value}
EXACT = {"rel": tolerances.ROUNDING.value}


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, ...]:
    dim = draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    y = rng.standard_normal((draw(st.integers(2, 60)), dim)) @ rng.standard_normal((dim, dim))
    return y, draw(rotations(dim)), np.array([draw(SMALL) for _ in range(dim)])


@given(cases(), SCALES)
def test_both_are_invariant_as_stated_and_in_range(
    case: tuple[np.ndarray, ...], size: float
) -> None:
    y, matrix, shift = case
    order = np.random.default_rng(0).permutation(len(y))
    before = embedding_spectrum(y)
    after = embedding_spectrum((-size * y @ matrix + shift)[order])
    assert after.participation == pytest.approx(before.participation, **NEAR)
    assert after.effective_rank == pytest.approx(before.effective_rank, **NEAR)
    assert rankme((-size * y @ matrix)[order]).value == pytest.approx(rankme(y).value, **NEAR)
    centred = rankme(y, centre=True).value
    assert rankme(y + shift, centre=True).value == pytest.approx(centred, **NEAR)
    low, high = 1 - tolerances.ROUNDING.value, y.shape[1] + tolerances.ROUNDING.value
    assert low <= before.participation <= before.effective_rank + 1e-9 <= high + 1e-9
    assert low <= rankme(y).value <= rankme(y).bound + tolerances.ROUNDING.value
    assert before.rank <= rankme(y).bound
    assert (before.eigenvalues >= 0).all() and (np.diff(before.eigenvalues) <= 0).all()


def test_the_eigenvalues_are_those_of_the_covariance() -> None:
    y = np.random.default_rng(0).standard_normal((50, 4)) * [4, 3, 2, 1]
    expected = np.linalg.eigvalsh(np.cov(y.T, bias=True))[::-1]
    found = embedding_spectrum(y + 7)
    np.testing.assert_allclose(found.eigenvalues, expected, rtol=1e-9)
    assert found.shares.sum() == pytest.approx(1)


def test_known_spectra_have_known_ranks() -> None:
    y = np.kron(np.eye(2), np.ones((4, 1))) * [3.0, 1.0]
    # Singular values 6 and 2, shares 3/4 and 1/4.
    entropy = 0.75 * math.log(4 / 3) + 0.25 * math.log(4)
    assert rankme(y).value == pytest.approx(math.exp(entropy), **EXACT)
    corners = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]]) * [2.0, 1.0]
    found = embedding_spectrum(corners)
    np.testing.assert_allclose(found.eigenvalues, [4, 1])
    assert found.participation == pytest.approx(25 / 17, **EXACT)
    assert found.rank == 2
    assert rankme(np.eye(6)[:, :3]).value == pytest.approx(3, **EXACT)


def test_collapse_is_seen_and_a_mean_is_not_variance() -> None:
    line = np.linspace(-1, 1, 30)[:, None] * [1.0, 2.0, 3.0]
    assert rankme(line).value == pytest.approx(1, **EXACT)
    assert embedding_spectrum(line).rank == 1
    shifted = line + np.array([0, 100, 0])
    assert rankme(shifted).value > 1.01
    assert rankme(shifted, centre=True).value == pytest.approx(1, rel=1e-6)
    assert embedding_spectrum(shifted).participation == pytest.approx(1, rel=1e-6)


def test_a_large_rank_shows_no_recovery() -> None:
    noise = np.random.default_rng(0).standard_normal((5000, 8))
    assert rankme(noise).value > 7.99


def test_few_rows_bound_the_rank() -> None:
    y = np.random.default_rng(0).standard_normal((3, 10))
    assert rankme(y).bound == 3
    found = embedding_spectrum(y)
    assert found.rank == 2
    assert found.eigenvalues.shape == (10,)


def test_a_batch_is_scored_run_by_run() -> None:
    y = np.random.default_rng(0).standard_normal((4, 20, 3))
    together, ranks = embedding_spectrum(y), rankme(y)
    for run in range(4):
        alone = embedding_spectrum(y[run])
        assert together.participation[run] == pytest.approx(alone.participation)
        assert ranks.value[run] == pytest.approx(rankme(y[run]).value)
    assert isinstance(rankme(y[0]).value, float)
    json.dumps([together.to_dict(), ranks.to_dict()], allow_nan=False)


def test_what_has_no_spectrum_is_refused() -> None:
    cases: list[tuple[Any, Any, str]] = [
        (rankme, np.zeros((5, 2)), "vanishes"),
        (embedding_spectrum, np.full((5, 2), 0.1), "coincide"),
        (rankme, np.full((5, 2), math.nan), "not finite"),
        (embedding_spectrum, np.ones((1, 2)), "at least 2"),
        (rankme, np.ones(5), "shape"),
        (lambda y: rankme(y, centre=True), np.full((5, 2), 0.1), "vanishes"),
    ]
    for measure, y, fault in cases:
        with pytest.raises(InputError, match=fault):
            measure(y)


def test_the_benchmark_reports_a_ratio_where_a_peer_was_recorded() -> None:
    cost = metric_cost.Cost("m", 10, 2.0, 7.0, "peer")
    assert cost.to_dict()["ratio"] == 3.5
    assert "ratio 3.5" in str(cost)
    assert metric_cost.Cost("m", 10, 2.0).ratio is None
    assert "no peer" in str(metric_cost.Cost("m", 10, 2.0))
