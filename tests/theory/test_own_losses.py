"""Objectives of a user's own: what their integrand must be, where it is minimal, and sums of losses."""

from dataclasses import dataclass
from typing import Any

import pytest
import sympy as sp

from examples import own_loss, own_losses
from sith import (
    Agreement,
    InfoNCE,
    InnerProduct,
    InputError,
    Outcome,
    SignFlips,
    Sum,
    UnsupportedCondition,
    VICReg,
    certificate_data,
    derive,
    optimum_condition,
    verify_certificate,
)
from sith.theory.objectives import BinaryNCE, limit_minimum, reduce_objective, slot_minimum

INNER, ONE = InnerProduct(), sp.Integer(1)


@dataclass(frozen=True)
class Binary:
    """A loss of single scores from a function of (a, b, s)."""

    integrand: Any
    offset: bool = True
    critic: Any = INNER
    temperature: Any = ONE
    latex = "L"

    def pointwise_binary(self, true: Any, independent: Any, score: Any) -> Any:
        return self.integrand(true, independent, score)

    def __str__(self) -> str:
        return "own"


@dataclass(frozen=True)
class Slots:
    """A loss on slots Σ_j a_j ℓ(s_j, others)."""

    part: Any
    negatives: int = 0
    critic: Any = INNER
    temperature: Any = ONE
    latex = "L"

    def pointwise(self, weights: Any, scores: Any) -> Any:
        rest = [[x for x in scores if x != s] for s in scores]
        return sp.Add(*(a * self.part(s, r) for a, s, r in zip(weights, scores, rest, strict=True)))

    def __str__(self) -> str:
        return "own"


def decoupled(s: Any, rest: Any) -> Any:
    return -s + sp.log(sp.Add(*map(sp.exp, rest)))


def ranking(s: Any, rest: Any) -> Any:
    return sp.Add(*(sp.log(1 + sp.exp(t - s)) for t in rest))


def margin(s: Any, rest: Any) -> Any:
    return sp.Add(*(sp.log(1 + sp.exp(1 + t - s)) for t in rest))


@pytest.mark.parametrize(
    ("integrand", "temperature"),
    [
        (lambda a, b, s: -a * s + b * sp.exp(s - 1), 1),
        (lambda a, b, s: a * sp.log(1 + sp.exp(-s)) + b * sp.log(1 + sp.exp(s)), 1),
        (lambda a, b, s: a * sp.exp(-s) + b * sp.exp(s), sp.Rational(1, 2)),
    ],
)
def test_the_temperature_of_binary_nce_follows_from_the_minimum(
    integrand: Any, temperature: Any
) -> None:
    """The exponential loss is minimal at half the log-ratio, so its temperature counts half."""
    assert reduce_objective(Binary(integrand), 3).objective == BinaryNCE(INNER, temperature)


@pytest.mark.parametrize(
    ("integrand", "fault"),
    [
        (lambda a, b, s: -a * s + b * s, "not bounded below"),
        (lambda a, b, s: a + b, "does not depend on the score"),
        (lambda a, b, s: a * sp.Heaviside(-s) + b * s**2, "not differentiable"),
        (lambda a, b, s: a**2 * s**2 + b, "not linear in a, b"),
        (lambda a, b, s: a * s**2 + b * sp.Symbol("q") * s, "contains q"),
        (lambda a, b, s: 0.5 * a * s**2 + b * s, "contains the float"),
        (lambda a, b, s: -a * s + b * sp.exp(s), "offset: bool = True"),
    ],
)
def test_what_is_no_loss_is_refused_in_one_line_with_the_cure(integrand: Any, fault: str) -> None:
    offset = "offset" not in fault
    with pytest.raises(InputError, match=fault) as caught:
        reduce_objective(Binary(integrand, offset), 3)
    assert "\n" not in str(caught.value)


def test_two_minima_are_not_taken_for_one() -> None:
    """(s² − 1)² has minima at ±1; a saturating loss is minimal nowhere."""
    for integrand in (
        lambda a, b, s: (a + b) * (s**2 - 1) ** 2,
        lambda a, b, s: a * (1 - sp.tanh(s)) + b * (1 + sp.tanh(s)),
    ):
        with pytest.raises(UnsupportedCondition):
            reduce_objective(Binary(integrand), 3)


def test_a_loss_without_a_critic_names_the_cure() -> None:
    with pytest.raises(InputError, match="critic: AbstractCritic"):
        reduce_objective(Slots(ranking, critic=()), 3)


def test_slots() -> None:
    """Pairwise ranking is proper; a margin moves its minimum away from every power of the ratio."""
    assert slot_minimum(Slots(ranking), 3) == 1
    with pytest.raises(UnsupportedCondition, match="power"):
        slot_minimum(Slots(margin), 2)


def test_the_limit_of_many_negatives() -> None:
    """Decoupled contrastive: unbounded for few negatives, the ratio itself in the limit."""
    assert limit_minimum(Slots(decoupled)).power == 1
    assert reduce_objective(Slots(decoupled), 3).limit
    with pytest.raises(InputError, match="not bounded below"):
        reduce_objective(Slots(decoupled, negatives=4), 3)


def test_examples_of_every_kind() -> None:
    found = own_losses.main()
    outcomes = {name: v.outcome for name, v in found.items()}
    assert outcomes == {
        "lsif": Outcome.IDENTIFIED,
        "lsif_inner_product": Outcome.MIS_SPECIFIED,
        "dcl": Outcome.IDENTIFIED,
        "alpha_infonce": Outcome.IDENTIFIED,
        "triplet": Outcome.UNDECIDED,
        "infonce_and_labels": Outcome.IDENTIFIED,
        "two_temperatures": Outcome.UNDECIDED,
    }
    assert "not strictly proper" in found["triplet"].reason
    assert "infinite rank" in found["lsif_inner_product"].reason
    alpha = own_losses.ALPHA
    condition = optimum_condition(alpha.world, alpha.objective, alpha.encoder)
    assert "strictly convex" in condition.steps[0]
    for claim in (own_losses.DCL, own_losses.LABELLED):
        data = certificate_data(found[claim.name], claim.name, {})
        assert verify_certificate(data, claim).valid


def test_a_loss_of_ones_own_at_two_temperatures() -> None:
    right, wrong = own_loss.main()
    assert right.agreement is Agreement.AGREES
    assert right.group == "O(3)"
    assert wrong.outcome is Outcome.MIS_SPECIFIED
    assert "κτ = 2" in wrong.reason
    data = certificate_data(wrong, own_loss.WRONG.name, {})
    assert verify_certificate(data, own_loss.WRONG).valid
    assert not verify_certificate(data, own_loss.RIGHT).valid


@dataclass(frozen=True)
class Bounded:
    """(1 + A²) exp(u·v), whose learned factor is at least 1: no normaliser is."""

    def parameters(self, dim: int) -> tuple[sp.Symbol, ...]:
        return (sp.Symbol("A", real=True),)

    def score(self, u: Any, v: Any) -> sp.Expr:
        return (1 + self.parameters(len(u))[0] ** 2) * sp.exp(INNER.score(u, v))


def test_a_factor_that_is_not_free_is_no_normaliser() -> None:
    with pytest.raises(UnsupportedCondition, match="learned critic"):
        reduce_objective(own_losses.LSIF(critic=Bounded()), 3)


def test_the_sum_does_not_hide_a_wrong_group() -> None:
    verdict = derive(own_losses.LABELLED.replace(group=SignFlips(3)), degree=1)
    assert verdict.agreement is Agreement.DISAGREES


def test_sums_that_are_refused_or_undecided() -> None:
    with pytest.raises(InputError, match="at least two"):
        Sum((InfoNCE(),))
    spectral = own_losses.BASE.replace(
        objective=Sum((InfoNCE(temperature=sp.Rational(1, 2)), VICReg()))
    )
    verdict = derive(spectral)
    assert verdict.outcome is Outcome.UNDECIDED
    assert "term 2" in verdict.reason
