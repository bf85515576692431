"""The exact check of a likelihood with a wrong source density."""

from __future__ import annotations

import pytest

from sith import (
    Agreement,
    Claim,
    Encoder,
    Family,
    Marginal,
    Mixing,
    ModelLikelihood,
    Product,
    RealSpace,
    SignedPermutations,
    World,
)
from sith.numerics.exact import exact_check


@pytest.mark.parametrize(
    ("source", "power", "said"),
    [
        (Marginal.QUARTIC, 4, Agreement.AGREES),
        (Marginal.LAPLACE, 4, Agreement.DISAGREES),
        (Marginal.LAPLACE, 1, Agreement.UNDECIDED),
    ],
)
def test_descents_stay_at_the_separating_matrix_or_leave_it(
    source: Marginal, power: int, said: Agreement
) -> None:
    world = World(RealSpace(2), Product((source, source)), mixing=Mixing.LINEAR)
    encoder = Encoder(RealSpace(2), Family.LINEAR)
    claim = Claim("infomax", world, ModelLikelihood(power), encoder, SignedPermutations(2))
    report = exact_check(claim)
    assert report.passed is said, str(report)
