"""The measures on inputs that files of practitioners have: order, types, classes, extreme scales."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from sith import InputError
from sith.numerics.measure import (
    dci,
    embedding_spectrum,
    info_mec,
    linear_cka,
    linear_r2,
    mcc,
    mean_cca,
    mig,
    procrustes_r2,
    rankme,
    same_law,
    sap,
    svcca,
)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_collapsed_embedding_in_single_precision_has_no_rank() -> None:
    collapsed = (0.5 + 1e-6 * rng().standard_normal((2000, 32))).astype("f4")
    with pytest.raises(InputError, match="all rows of y coincide"):
        embedding_spectrum(collapsed)
    # The same spread in double precision is far above its rounding.
    assert embedding_spectrum(collapsed.astype("f8")).rank == 32


def test_a_small_spread_above_the_rounding_of_single_precision_is_kept() -> None:
    small = (0.5 + 1e-4 * rng().standard_normal((2000, 8))).astype("f4")
    assert embedding_spectrum(small).rank == 8


def test_bfloat16_converts_and_a_row_that_is_not_finite_is_named() -> None:
    z = rng().standard_normal((200, 3))
    assert linear_r2(z, torch.tensor(z).bfloat16()) > 0.999
    broken = z.copy()
    broken[3, 1] = np.nan
    with pytest.raises(InputError, match="row 3 has entries that are not finite"):
        linear_cka(z, broken)


@pytest.mark.parametrize(
    "samples",
    [
        np.ones((50, 2)) * 1j,
        np.ma.masked_array(np.ones((50, 2)), mask=np.eye(50, 2)),
        np.array([["a", "b"]] * 50),
        torch.ones((50, 2), dtype=torch.complex64),
    ],
)
def test_entries_that_are_no_real_numbers_are_refused(samples: object) -> None:
    with pytest.raises(InputError, match="allowed: real numbers"):
        linear_r2(rng().standard_normal((50, 2)), samples)  # type: ignore[arg-type]


def test_rows_in_file_order_are_drawn_at_random() -> None:
    factors = np.stack(np.meshgrid(*map(np.arange, (3, 6, 40, 8, 8)), indexing="ij"), -1)
    factors = factors.reshape(-1, 5)
    codes = factors + 0.1 * rng().standard_normal(factors.shape)
    assert dci(factors, codes).disentanglement > 0.98
    # At level 0.001 the test of two equal laws rejects one time in a thousand.
    ordered = np.sort(rng(1).standard_normal(5000))[:, None]
    assert same_law(ordered, rng(2).standard_normal((5000, 1))) > 0.001
    assert same_law(ordered[:2500], rng(2).standard_normal((5000, 1))) < 0.01


def test_mig_keeps_the_values_of_a_discrete_factor() -> None:
    """A code that has lost one bit of a factor with 40 values knows ln 20 of ln 40."""
    r = rng()
    v = np.stack([np.tile(np.arange(40), 100), r.permutation(np.tile(np.arange(40), 100))], 1)
    truth = np.log(20) / np.log(40)
    for binning in ("quantile", "width"):
        lossy = mig(v, v // 2, binning=binning)
        # The other code's plug-in information exceeds 0 by about (39·19)/(2·4000) nats.
        assert lossy.value == pytest.approx(truth, abs=1.2 * 39 * 19 / 8000 / np.log(40))
        assert mig(v, v, binning=binning).value > 0.94


def test_classes_are_told_apart_where_they_are_named_and_noted_where_not() -> None:
    r = rng()
    c = r.integers(0, 5, (2000, 2))
    levels = np.array([[2.0, -1, 0.5, -2, 1], [1.0, -2, 2, 0, -1]])
    codes = np.stack([levels[0][c[:, 0]], levels[1][c[:, 1]]], 1)
    codes = codes + 0.01 * r.standard_normal(codes.shape)
    plain, named = dci(c, codes), dci(c, codes, nominal=(0, 1))
    assert plain.informativeness < 0.2
    assert len(plain.notes) == 2
    assert named.informativeness > 0.8
    assert named.disentanglement > 0.8
    assert named.notes == ()
    # A linear machine on one code cannot cut out a class in the middle, and does better than a line.
    assert sap(c, codes, nominal=(0, 1)).value > sap(c, codes).value + 0.15
    assert "nominal" in sap(c, codes).notes[0]
    ordered = c + 0.01 * r.standard_normal(c.shape)
    assert dci(c, ordered).notes == ()


def test_nominal_factors_must_be_whole_numbers() -> None:
    z = rng().standard_normal((100, 2))
    with pytest.raises(InputError, match="whole numbers"):
        sap(z, z, nominal=(0,))
    with pytest.raises(InputError, match="nominal factor 5"):
        sap(z, z, nominal=(5,))


def test_svcca_counts_the_directions_that_it_keeps() -> None:
    r = rng()
    u = r.standard_normal((600, 5))
    x, y = (
        u @ r.standard_normal((5, 512)) + 1e-3 * r.standard_normal((600, 512)) for _ in range(2)
    )
    assert svcca(x, y).value > 0.99
    with pytest.raises(InputError, match="directions of the two together"):
        mean_cca(x, y)


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e200, 1e307])
def test_extreme_scales_change_no_score(size: float) -> None:
    r = rng()
    z = r.standard_normal((400, 3))
    y = z @ r.standard_normal((3, 3)) + 0.1 * r.standard_normal((400, 3))
    near = {"rel": 1e-9}
    assert linear_r2(z, size * y) == pytest.approx(linear_r2(z, y), **near)
    assert linear_r2(size * z, y) == pytest.approx(linear_r2(z, y), **near)
    assert mcc(size * z, y).mcc == pytest.approx(mcc(z, y).mcc, **near)
    assert mean_cca(z, size * y).value == pytest.approx(mean_cca(z, y).value, **near)
    assert procrustes_r2(z, size * y) == pytest.approx(procrustes_r2(z, y), **near)
    assert sap(z, size * y).value == pytest.approx(sap(z, y).value, **near)
    assert mig(z, size * y).value == pytest.approx(mig(z, y).value, **near)
    assert rankme(size * y).value == pytest.approx(rankme(y).value, **near)
    found = embedding_spectrum(size * y)
    assert found.participation == pytest.approx(embedding_spectrum(y).participation, **near)


@pytest.mark.parametrize("condition", [1e3, 1e6, 1e9])
def test_an_affine_image_scores_one_up_to_rounding(condition: float) -> None:
    r = rng()
    z = r.standard_normal((500, 3))
    u, v = (np.linalg.qr(r.standard_normal((3, 3)))[0] for _ in range(2))
    image = z @ u @ np.diag([1.0, condition**-0.5, 1 / condition]) @ v + 1.0
    assert linear_r2(z, image) == pytest.approx(1, abs=1e-6)
    assert mean_cca(z, image).value == pytest.approx(1, abs=1e-6)


def test_a_split_of_ones_own_holds_rows_out() -> None:
    """Independent random walks: neighbours give the answer away, later rows do not."""
    r = rng()
    z = r.standard_normal((2000, 1)).cumsum(0)
    y = r.standard_normal((2000, 30)).cumsum(0)
    half = np.arange(1000), np.arange(1000, 2000)
    assert linear_r2(z, y) > 0.8
    assert linear_r2(z, y, split=half) < 0
    with pytest.raises(InputError, match="without a row in common"):
        linear_r2(z, y, split=(np.arange(10), np.arange(5, 20)))


def test_infomec_tells_a_matching_from_a_mixture_and_from_noise() -> None:
    r = rng()
    z = r.uniform(size=(2000, 3))
    matched = info_mec(z, z[:, [2, 0, 1]])
    assert min(matched.modularity, matched.compactness, matched.explicitness) > 0.97
    turned = info_mec(z, z @ (np.eye(3) - 2 / 3))  # a reflection that mixes all coordinates
    assert turned.modularity < 0.7
    assert turned.explicitness > 0.99
    noise = info_mec(z, r.uniform(size=(2000, 3)))
    assert max(noise.modularity, noise.explicitness) < 0.05
    # A duplicated code and one of noise: still modular, no longer compact.
    more = info_mec(z, np.c_[z, z[:, :1], r.uniform(size=2000)])
    assert more.modularity > 0.97
    assert more.compactness < matched.compactness - 0.05
