"""Space-filling maps: the curve, its law, its loss by two methods, and planted errors."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import sympy as sp
import torch

from sith import (
    AlignmentWhitening,
    Claim,
    Counterexample,
    Encoder,
    Gaussian,
    GaussianAlignment,
    GeneralisedPermutations,
    OrnsteinUhlenbeck,
    Orthogonal,
    Outcome,
    RealSpace,
    Relation,
    UnsupportedCondition,
    World,
    derive,
    read_counterexample,
)
from sith.numerics.searching import (
    Kind,
    Point,
    check_curve,
    curve_loss,
    hilbert,
    linear_loss,
    refute_by_curve,
)


def claim(*rates: str) -> Claim:
    dim = len(rates)
    pairs = OrnsteinUhlenbeck(tuple(sp.Rational(r) for r in rates))
    return Claim(
        name="gaussian outputs",
        world=World(RealSpace(dim), Gaussian(), pairs),
        objective=GaussianAlignment(),
        encoder=Encoder(RealSpace(dim)),
        group=Orthogonal(dim),
        relation=Relation.CONTAINED,
    )


def found(of: Claim) -> Counterexample:
    (witness,) = refute_by_curve(of, Point(of.dim))
    return replace(witness, dim=of.dim)


@pytest.mark.parametrize("level", [1, 3, 5])
def test_the_curve_visits_every_cell_once_and_steps_to_neighbours(level: int) -> None:
    u = (torch.arange(4**level, dtype=torch.float64) + 0.5) / 4**level
    cells = hilbert(u, level)
    assert len({tuple(c) for c in cells.tolist()}) == 4**level
    assert torch.allclose(cells.diff(dim=0).abs().sum(1), torch.tensor(0.5**level).double())
    finer = hilbert(u, level + 3)
    assert float((finer - cells).abs().max()) <= 0.5 ** (level + 1)


@pytest.mark.parametrize(("rho", "published"), [(0.99, 0.750), (0.9, 1.773)])
def test_the_loss_of_the_curve(rho: float, published: float) -> None:
    losses = [curve_loss(rho, level) for level in (3, 4, 5)]
    assert losses[2] == pytest.approx(published, abs=2e-3)
    assert abs(losses[2] - losses[1]) < abs(losses[1] - losses[0])


def test_independent_views_and_linear_maps() -> None:
    assert curve_loss(0.0, 4) == pytest.approx(4, abs=1e-12)
    assert linear_loss((0.5, 0.25)) == 2.5


def test_a_slow_latent_fills_two_outputs() -> None:
    far = claim("99/100", "3/10")
    witness = read_counterexample(found(far).to_dict())
    assert witness.kind is Kind.LOWER_LOSS
    assert witness.data["curve"] == [0, 1]
    answer = check_curve(witness, far)
    assert answer.holds, answer.reason
    assert not check_curve(witness, claim("3/10", "99/100")).holds
    assert not check_curve(replace(witness, data={"curve": [1, 0]}), far).holds
    assert not check_curve(witness, claim("9/10", "9/10")).holds
    assert not check_curve(witness, far.replace(relation=Relation.CONTAINS)).holds
    for broken in ([0, 0], [0, 2], [0], "01", [0.0, 1]):
        assert not replace(witness, data={"curve": broken}, claim=far.name).check(far).holds


def test_the_other_outputs_stay() -> None:
    witness = found(claim("9/10", "99/100", "1/10"))
    assert witness.data["curve"] == [1, 2]
    assert witness.numbers["best member"] == pytest.approx(2 * (0.1 + 0.01 + 0.9))
    assert check_curve(witness, claim("9/10", "99/100", "1/10")).holds


def test_an_effect_near_its_error_is_no_witness() -> None:
    """The step between the levels is half of the effect; for the slower pairs it is a fortieth."""
    near = claim("9/10", "1/5")
    assert (
        0
        < linear_loss((0.9, 0.2)) - curve_loss(0.9)
        < 5 * abs(curve_loss(0.9) - curve_loss(0.9, 3))
    )
    assert refute_by_curve(near, Point(2)) == ()
    answer = check_curve(found(claim("9/10", "1/10")), claim("9/10", "41/200"))
    assert not answer.holds
    assert "undecided" in answer.reason


@pytest.mark.parametrize("slow", ["999999/1000000", "9999999999/10000000000"])
def test_margins_are_shares_of_the_effect_at_every_speed(slow: str) -> None:
    far = claim(slow, "1/10")
    assert check_curve(found(far), far).holds
    assert refute_by_curve(claim(slow, slow), Point(2)) == ()


def test_two_evaluations_that_differ_are_no_witness(monkeypatch: pytest.MonkeyPatch) -> None:
    far = claim("99/100", "3/10")
    witness = found(far)
    monkeypatch.setattr(
        "sith.numerics.searching.curves.curve_loss",
        lambda rho, level=4: curve_loss(rho, level) - 0.02,
    )
    assert "differ" in check_curve(witness, far).reason


def test_equal_speeds_have_no_such_map() -> None:
    for rate in ("1/10", "9/10", "99/100"):
        assert refute_by_curve(claim(rate, rate), Point(2)) == ()


def test_a_map_with_another_law_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    far = claim("99/100", "3/10")
    witness = found(far)
    monkeypatch.setattr(
        "sith.numerics.searching.curves.hilbert",
        lambda u, level: hilbert(u.sqrt(), level) if level == 20 else hilbert(u, level),
    )
    curve_loss.cache_clear()
    assert "from N(0, I)" in check_curve(witness, far).reason


@pytest.mark.parametrize(
    "other",
    [
        claim("1/2", "1/3").replace(objective=AlignmentWhitening()),
        claim("1/2", "1/3").replace(group=Orthogonal(3), encoder=Encoder(RealSpace(3))),
    ],
    ids=["whitening", "more outputs"],
)
def test_other_claims_are_refused(other: Claim) -> None:
    with pytest.raises(UnsupportedCondition):
        refute_by_curve(other, Point(2))


def test_scaled_permutations_are_compared_by_their_gaussian_members() -> None:
    scaled = claim("99/100", "3/10").replace(group=GeneralisedPermutations(2))
    assert found(scaled).numbers["best member"] == pytest.approx(2 * (0.01 + 0.7))


def test_the_whitened_optimum_decides_where_it_has_the_law_of_the_outputs() -> None:
    assert derive(claim("1/2", "1/3")).outcome is Outcome.IDENTIFIED
    verdict = derive(claim("99/100", "3/10"))
    assert verdict.outcome is Outcome.UNDECIDED
    assert "no linear space" in verdict.reason


def test_the_limit_of_fast_pairs() -> None:
    """Hilbert's curve is Hölder of order 1/2: the loss falls about like √(1 − ρ²)."""
    ratios = [curve_loss(r, 5) / math.sqrt(1 - r**2) for r in (0.95, 0.99)]
    assert ratios[1] > ratios[0] > 1
