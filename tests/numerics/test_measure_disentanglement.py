"""DCI, MIG and SAP: what each is invariant under, what it must see, and ties."""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import mutual_info_score

from sith import InputError
from sith.numerics.measure import dci, linear_r2, mig, sap
from tests.helpers import tolerances
from tests.helpers.matrices import SCALES, SMALL, signed

SEEDS = st.integers(0, 2**32 - 1)
EXACT = {"abs": tolerances.ROUNDING.value}
GRID = np.array(list(itertools.product(range(5), repeat=3)), dtype=float)
"""Every combination of three factors with five values: independent in the sample."""


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, ...]:
    """Factors, entangled codes, a signed permutation, sizes and a shift."""
    rng = np.random.default_rng(draw(SEEDS))
    z = rng.standard_normal((200, 3))
    y = np.tanh(z @ rng.standard_normal((3, 3))) + 0.1 * rng.standard_normal((200, 3))
    sizes = np.array([draw(SCALES) for _ in range(3)])
    return z, y, draw(signed(3)), sizes, np.array([draw(SMALL) for _ in range(3)])


@given(cases())
def test_sap_is_invariant_as_stated(case: tuple[np.ndarray, ...]) -> None:
    z, y, matrix, sizes, shift = case
    before = sap(z, y)
    assert sap(z, y @ matrix * sizes + shift).value == pytest.approx(before.value, **EXACT)
    assert sap(z @ matrix * sizes + shift, y).value == pytest.approx(before.value, **EXACT)
    assert 0 <= before.value <= before.scores.max() <= 1 + tolerances.ROUNDING.value


@given(cases(), st.sampled_from(["quantile", "width"]))
def test_mig_is_invariant_as_stated(case: tuple[np.ndarray, ...], binning: Any) -> None:
    z, y, matrix, sizes, shift = case
    order = np.abs(matrix).argmax(1)
    before = mig(z, y, bins=10, binning=binning)
    assert mig(z, y[:, order], bins=10, binning=binning).value == pytest.approx(before.value)
    assert mig(z[:, order], y, bins=10, binning=binning).value == pytest.approx(before.value)
    assert (before.gaps >= 0).all() and (before.gaps <= 1).all()
    # No row lies on the edge of a bin, so a decreasing map only renumbers the bins.
    moved = y**3 * sizes if binning == "quantile" else y * sizes
    signs = matrix.sum(0)
    after = mig(z, moved * signs + shift, bins=10, binning=binning)
    assert after.value == pytest.approx(before.value, abs=1e-9)


def test_mig_of_bins_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    z, y = rng.integers(0, 4, (300, 2)), rng.integers(0, 6, (300, 3))
    y[:, 0] += 6 * z[:, 0]
    found = mig(z, y, bins=30)
    theirs = [[mutual_info_score(z[:, i], y[:, j]) for j in range(3)] for i in range(2)]
    np.testing.assert_allclose(found.information, theirs, atol=1e-12)
    own = [mutual_info_score(z[:, i], z[:, i]) for i in range(2)]
    np.testing.assert_allclose(found.entropies, own, atol=1e-12)


@given(signed(3), st.lists(SCALES, min_size=3, max_size=3))
@settings(max_examples=15)
def test_recovered_factors_of_a_full_design_score_one(matrix: np.ndarray, sizes: Any) -> None:
    codes = GRID @ matrix * sizes
    assert sap(GRID, codes).value == pytest.approx(1, **EXACT)
    assert mig(GRID, codes).value == pytest.approx(1, **EXACT)
    assert mig(GRID, np.exp(codes)).value == pytest.approx(1, **EXACT)
    # Shrunk weights that are exactly 0 need the design to be orthogonal in the fitted half too.
    found = dci(np.tile(GRID, (8, 1)), np.tile(codes, (8, 1)))
    assert found.disentanglement > 0.95
    assert found.completeness > 0.95
    assert found.informativeness > 0.99


def turned() -> np.ndarray:
    """Every two factors rotated by 45 degrees."""
    return GRID @ np.array([[1, 1, 0], [1, -1, 0], [0, 0, 1.0]])


def test_a_rotation_is_seen() -> None:
    assert linear_r2(GRID, turned()) == pytest.approx(1, **EXACT)
    np.testing.assert_allclose(sap(GRID, turned()).gaps, [0, 0, 1], atol=1e-9)
    np.testing.assert_allclose(mig(GRID, turned()).gaps, [0, 0, 1], atol=1e-9)
    found = dci(np.tile(GRID, (8, 1)), np.tile(turned(), (8, 1)))
    # Two codes are shared evenly by two factors: 1 − log 2/log 3 for them and 1 for the third.
    shared = 1 - np.log(2) / np.log(3)
    np.testing.assert_allclose(found.factor_completeness, [shared, shared, 1], atol=0.02)
    np.testing.assert_allclose(found.code_disentanglement, [shared, shared, 1], atol=0.02)
    # With a fourth code the base of completeness is 4, and that of disentanglement is still 3.
    four = np.concatenate((turned(), np.zeros((len(GRID), 1))), axis=1)
    wider = dci(np.tile(GRID, (8, 1)), np.tile(four, (8, 1)))
    np.testing.assert_allclose(wider.factor_completeness, [0.5, 0.5, 1], atol=0.02)
    np.testing.assert_allclose(wider.code_disentanglement[:3], [shared, shared, 1], atol=0.02)
    assert found.informativeness > 0.99


def test_a_monotone_map_moves_sap_and_not_mig() -> None:
    steep = np.exp(3 * GRID)
    assert mig(GRID, steep).value == pytest.approx(1, **EXACT)
    assert sap(GRID, steep).value < 0.7


def test_a_duplicate_makes_the_gap_nothing() -> None:
    twice = np.concatenate((GRID, GRID[:, :1]), axis=1)
    np.testing.assert_allclose(mig(GRID, twice).gaps, [0, 1, 1], atol=1e-9)
    np.testing.assert_allclose(sap(GRID, twice).gaps, [0, 1, 1], atol=1e-9)
    assert dci(np.tile(GRID, (8, 1)), np.tile(twice, (8, 1))).informativeness > 0.99


def test_a_constant_code_carries_nothing() -> None:
    codes = np.concatenate((GRID, np.full((len(GRID), 1), 0.1)), axis=1)
    assert mig(GRID, codes).information[:, 3] == pytest.approx(0, **EXACT)
    assert mig(GRID, codes).value == pytest.approx(1, **EXACT)
    assert sap(GRID, codes).value == pytest.approx(1, **EXACT)
    found = dci(np.tile(GRID, (8, 1)), np.tile(codes, (8, 1)))
    assert (found.importance[:, 3] == 0).all()
    assert np.isnan(found.code_disentanglement[3])
    assert np.isfinite(found.disentanglement)


@pytest.mark.parametrize("regressor", ["lasso", "forest", "boosting"])
def test_dci_tells_matched_from_mixed_codes(regressor: Any) -> None:
    z = np.random.default_rng(0).uniform(-1, 1, (800, 3))
    matched = dci(z, -2 * z[:, [2, 0, 1]], regressor=regressor)
    mixed = dci(z, z @ np.linalg.qr(np.random.default_rng(1).standard_normal((3, 3)))[0])
    assert matched.disentanglement > 0.9 and matched.completeness > 0.9
    assert matched.importance.argmax(1).tolist() == [1, 2, 0]
    assert matched.informativeness > 0.98
    assert mixed.disentanglement < 0.6 and mixed.informativeness > 0.99
    curved = dci(z, z**2, regressor=regressor)
    assert curved.informativeness < 0.1


@given(cases(), st.sampled_from(["lasso", "forest"]))
@settings(max_examples=5)
def test_dci_is_in_range_and_invariant_under_scales(
    case: tuple[np.ndarray, ...], regressor: Any
) -> None:
    z, y, matrix, sizes, _ = case
    before = dci(z, y, regressor=regressor)
    assert dci(z, y, regressor=regressor).importance.tolist() == before.importance.tolist()
    after = dci(z, y * sizes, regressor=regressor)
    assert after.disentanglement == pytest.approx(before.disentanglement, **EXACT)
    for score in (before.disentanglement, before.completeness):
        assert -tolerances.ROUNDING.value <= score <= 1 + tolerances.ROUNDING.value
    assert before.informativeness <= 1
    if regressor == "lasso":
        moved = dci(z @ matrix, y @ matrix.T)
        # Coordinate descent stops at a tolerance of 1e-4 of the squares.
        assert moved.disentanglement == pytest.approx(before.disentanglement, abs=0.02)
        assert moved.completeness == pytest.approx(before.completeness, abs=0.02)


def test_independent_codes_score_about_nothing() -> None:
    z, y = np.random.default_rng(0).standard_normal((2, 50, 1000, 4))
    # A gap of squared correlations is below a chi-square of one degree over N.
    assert 0 < sap(z, y).value.mean() < 5 / 1000
    found = mig(z, y, bins=10)
    # The bias in information is the same for every code; only its spread is left in the gap.
    assert found.information.mean() == pytest.approx(found.bias, rel=0.1)
    assert found.value.mean() < found.bias / 4
    assert abs(dci(z[0], y[0]).informativeness) < tolerances.INDEPENDENT_R2.value


def test_a_batch_is_scored_run_by_run() -> None:
    z, y = np.random.default_rng(0).standard_normal((2, 3, 100, 2))
    for measure in (sap, mig):
        together = measure(z, y)
        for run in range(3):
            assert together.value[run] == pytest.approx(measure(z[run], y[run]).value)
        assert isinstance(measure(z[0], y[0]).value, float)


@pytest.mark.parametrize("measure", [sap, mig, dci])
def test_what_has_no_score_is_refused(measure: Any) -> None:
    z = np.random.default_rng(0).standard_normal((100, 2))
    constant = np.stack((z[:, 0], np.full(100, 0.3)), axis=1)
    with pytest.raises(InputError, match=r"coordinate \[1\] of z is constant"):
        measure(constant, z)
    with pytest.raises(InputError, match="1 code"):
        measure(z, z[:, :1])
    with pytest.raises(InputError, match="not finite"):
        measure(z, np.where(z > 1, np.inf, z))
    with pytest.raises(InputError, match="samples"):
        measure(z[:3], z[:3])
    json.dumps(measure(z, z).to_dict(), allow_nan=False)


def test_options_out_of_range_are_refused() -> None:
    z = np.random.default_rng(0).standard_normal((100, 2))
    for call in (
        lambda: mig(z, z, bins=1),
        lambda: mig(z, z, bins=51),
        lambda: mig(z, z, binning="equal"),  # type: ignore[arg-type]
        lambda: dci(z, z, regressor="tree"),  # type: ignore[arg-type]
        lambda: dci(z[:, :1], z),
        lambda: dci(z[None], z[None]),
        lambda: dci(z, np.ones_like(z)),
    ):
        with pytest.raises(InputError, match="allowed"):
            call()
