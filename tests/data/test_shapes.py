"""T-MEX, and the shapes of scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.model_selection import cross_val_score
from sklearn.utils.estimator_checks import check_estimator

from sith import InputError
from sith.numerics.data import AffineReadout, scorer_of
from sith.numerics.measure import linear_r2, mcc, t_mex


def test_t_mex_is_not_misled_by_correlated_factors() -> None:
    r = np.random.default_rng(0)
    common = r.standard_normal((1000, 1))
    z = common + 0.7 * r.standard_normal((1000, 2))
    exclusive = z + 0.1 * r.standard_normal((1000, 2))
    mixed = np.c_[z[:, 0] + z[:, 1], z[:, 1]]
    meant = np.eye(2, dtype=bool)
    # Two true independences at level 1e-4: both are accepted but with probability 2e-4.
    assert t_mex(z, exclusive, meant, level=1e-4).value == 0
    assert t_mex(z, mixed, meant, level=1e-4).value == 1
    # The mean correlation cannot tell: the factors are correlated.
    assert mcc(z, mixed).mcc > 0.9


def test_t_mex_has_its_level() -> None:
    r = np.random.default_rng(0)
    alarms = 0
    for _ in range(15):
        z = r.standard_normal((200, 2))
        noise = r.standard_normal((200, 2))
        alarms += t_mex(z, noise, np.zeros((2, 2)), level=0.05).value
    assert alarms <= 11  # binomial(60, 0.05): above 11 with probability 5e-5


def test_t_mex_refuses_a_structure_of_another_shape() -> None:
    z = np.random.default_rng(0).standard_normal((100, 2))
    with pytest.raises(InputError, match="claimed structure of shape"):
        t_mex(z, z, np.eye(3))


# Checks that need another setting of scipy are skipped with a warning.
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_the_estimator_keeps_scikit_learns_contract() -> None:
    check_estimator(AffineReadout())


def test_scorers_work_in_cross_validation() -> None:
    r = np.random.default_rng(0)
    z = r.standard_normal((400, 2))
    x = z @ r.standard_normal((2, 5))
    values = cross_val_score(PCA(2), x, z, scoring=scorer_of("linear_r2"), cv=3)
    assert values.min() > 0.999
    readout = AffineReadout().fit(x[:200], z[:200])
    split = np.arange(200), np.arange(200, 400)
    error = ((readout.predict(x[200:]) - z[200:]) ** 2).sum()
    assert error < 1e-9
    assert linear_r2(z, x, split=split) == pytest.approx(1)
    with pytest.raises(InputError, match="no measure wrong"):
        scorer_of("wrong")
