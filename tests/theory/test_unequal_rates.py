"""At unequal rates a quadratic function can displace a latent, for injective encoders too."""

from __future__ import annotations

import pytest
import sympy as sp

from sith import (
    Claim,
    Linear,
    Map,
    Outcome,
    SignedPermutations,
    UnsupportedCondition,
    check_lower_loss,
    derive,
    latents,
    theorem,
)

X, Y = latents(2)
HERMITE = (X**2 - 1) / sp.sqrt(2)


def linear(rho_max: str = "19/20", rho_min: str = "9/10") -> Claim:
    """The claim that every minimiser is linear, at unequal rates."""
    rates = {"rho_max": sp.Rational(rho_max), "rho_min": sp.Rational(rho_min)}
    return theorem("klindt_2026_anisotropic").at(2, **rates).replace(base=latents(2))


def family(epsilon: sp.Expr) -> Map:
    """(z1, √(1−ε²) He_2(z1)/√2 + ε z2)."""
    return Map((X, Y), (X, sp.sqrt(1 - epsilon**2) * HERMITE + epsilon * Y))


DISPLACED = family(sp.Rational(3, 5))


def test_the_theorem_with_one_rate_holds_and_its_linear_claim_at_two_does_not() -> None:
    for rho in (sp.Rational(1, 10), sp.Rational(9, 10), sp.Rational(19, 20)):
        assert derive(theorem("klindt_2026_lejepa"), 2, rho=rho).outcome is Outcome.IDENTIFIED
    assert not derive(linear()).agrees
    assert derive(linear("9/10", "17/20")).agrees


@pytest.mark.parametrize("epsilon", ["0", "1/100", "1/3", "3/5", "12/13", "99/100"])
def test_the_family_is_below_the_linear_maps(epsilon: str) -> None:
    e = sp.Rational(epsilon)
    answer = check_lower_loss(linear(), family(e))
    assert answer.holds, answer.reason
    loss = sp.Rational(3, 10) - 2 * (1 - e**2) * (sp.Rational(361, 400) - sp.Rational(9, 10))
    assert f"the loss {loss} is below 3/10" in answer.reason
    assert not check_lower_loss(linear("9/10", "17/20"), family(e)).holds


def test_a_map_of_the_family_is_a_diffeomorphism() -> None:
    back = Map((X, Y), (X, (Y - sp.Rational(4, 5) * HERMITE) * sp.Rational(5, 3)))
    for composed in (back.after(DISPLACED), DISPLACED.after(back)):
        assert tuple(map(sp.expand, composed.expressions)) == (X, Y)


def test_the_limit_of_the_family_is_the_derived_optimum() -> None:
    assert derive(linear().replace(base=family(sp.Integer(0)).expressions)).agrees
    for epsilon in (sp.Rational(1, 100), sp.Rational(3, 5)):
        assert not derive(linear().replace(base=family(epsilon).expressions)).agrees


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        ((X, Y), "is not below"),
        ((Y, X), "is not below"),
        ((X, (X**3 - 3 * X) / sp.sqrt(6)), "is not below"),
        ((X, X**2 / sp.sqrt(3)), "has mean"),
        ((X, 2 * HERMITE), "covariance 4, not 1"),
        ((X, X), "covariance 1, not 0"),
        ((X / 2, HERMITE), "covariance 1/4, not 1"),
    ],
)
def test_a_map_that_is_not_feasible_or_not_lower_is_rejected(
    outputs: tuple[sp.Expr, ...], said: str
) -> None:
    answer = check_lower_loss(linear(), Map((X, Y), outputs))
    assert not answer.holds
    assert said in answer.reason


def test_a_stated_group_of_many_losses_is_not_compared() -> None:
    answer = check_lower_loss(linear().replace(group=Linear(2)), DISPLACED)
    assert not answer.holds
    assert "not one loss" in answer.reason
    assert check_lower_loss(linear().replace(group=SignedPermutations(2)), DISPLACED).holds


def test_other_losses_and_maps_are_out_of_reach() -> None:
    with pytest.raises(UnsupportedCondition, match="AlignmentWhitening"):
        check_lower_loss(theorem("klindt_2026_converse").at(2), DISPLACED)
    with pytest.raises(UnsupportedCondition, match="no polynomial map"):
        check_lower_loss(linear(), Map((X, Y), (sp.exp(X), Y)))
    with pytest.raises(UnsupportedCondition, match="no polynomial map"):
        check_lower_loss(linear(), Map((X, Y), (X,)))


def test_stated_functions_without_a_loss_are_not_compared() -> None:
    claim = linear()
    with pytest.raises(UnsupportedCondition, match="states no functions"):
        check_lower_loss(claim.replace(base=(X, 2 * Y)), DISPLACED)
    assert check_lower_loss(claim.replace(base=(Y, X)), DISPLACED).holds
    assert not check_lower_loss(
        claim.replace(base=family(sp.Integer(0)).expressions), DISPLACED
    ).holds
