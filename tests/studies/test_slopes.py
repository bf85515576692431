"""Slopes on logarithmic axes."""

import pytest

from sith import InputError
from sith.numerics.studies import log_slope

SIZES = (10.0, 20.0, 80.0)


@pytest.mark.parametrize("power", [-1.0, -0.5, 2.0])
def test_a_power_law_has_its_power(power):
    assert log_slope(SIZES, [3 * x**power for x in SIZES]) == pytest.approx(power)
    assert log_slope(SIZES, [3 * x**power + 1 for x in SIZES]) != pytest.approx(power)


@pytest.mark.parametrize(
    ("x", "y"),
    [([1.0], [1.0]), ([1.0, 2.0], [0.0, 1.0]), ([2.0, 2.0], [1.0, 3.0]), ([1.0, -2.0], [1.0, 3.0])],
)
def test_what_has_no_slope_is_refused(x, y):
    with pytest.raises(InputError):
        log_slope(x, y)
