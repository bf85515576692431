"""Linear structural models under interventions: what they leave free, and what is refused."""

from __future__ import annotations

import pytest
import sympy as sp

from sith import (
    Agreement,
    Claim,
    Commutant,
    Encoder,
    Family,
    Gaussian,
    InputError,
    InterventionalLikelihood,
    Linear,
    LinearInterventions,
    Map,
    Mixing,
    NoPairs,
    Outcome,
    RealSpace,
    UnsupportedCondition,
    World,
    check_base,
    check_map,
    derive,
    latents,
    theorem,
)
from tests.helpers.claims import condition_of

BASE = sp.Matrix([[1, 0], [-1, 1]])
ROOT = sp.Matrix([[2, 0], [-1, 1]])
CUT = sp.Matrix([[1, 0], [0, 3]])
SOFT = sp.Matrix([[1, 0], [-2, 3]])


def claim(*matrices: sp.Matrix, targets: tuple[int, ...], soft: bool = False) -> Claim:
    pairs = LinearInterventions(matrices, targets)
    return Claim(
        "interventions",
        World(RealSpace(2), pairs.prior(), pairs, Mixing.LINEAR),
        InterventionalLikelihood(soft),
        Encoder(RealSpace(2), Family.LINEAR),
        Commutant((sp.diag(1, 2),)),
    )


def test_scales_stay_free_and_shears_do_not() -> None:
    condition = condition_of(claim(BASE, ROOT, CUT, targets=(0, 1)))
    assert check_base(condition).holds
    assert check_map(condition, Map.linear(sp.diag(-2, 3))).holds
    assert not check_map(condition, Map.linear(sp.Matrix([[1, 0], [1, 1]]))).holds
    assert not check_map(condition, Map.linear(sp.Matrix([[0, 1], [1, 0]]))).holds


def nonlinear(*matrices: sp.Matrix, targets: tuple[int, ...], soft: bool = False) -> Claim:
    linear = claim(*matrices, targets=targets, soft=soft)
    return linear.replace(
        world=linear.world.replace(mixing=Mixing.INJECTIVE), encoder=Encoder(RealSpace(2))
    )


def test_a_nonlinear_mixing_leaves_the_same_scales_near_the_identity() -> None:
    stated = nonlinear(BASE, ROOT, CUT, targets=(0, 1))
    condition = condition_of(stated)
    assert check_base(condition).holds
    for scales in (sp.diag(-2, 3), sp.diag(1, -1), -sp.eye(2)):
        assert check_map(condition, Map.linear(scales)).holds
    for wrong in (sp.Matrix([[1, 0], [1, 1]]), sp.Matrix([[0, 1], [1, 0]])):
        assert not check_map(condition, Map.linear(wrong)).holds
    verdict = derive(stated, degree=2)
    assert (verdict.outcome, verdict.agreement) == (Outcome.LOCALLY, Agreement.LOCALLY)
    assert verdict.dimension_by_degree[2] == 2
    full = derive(stated.replace(group=Linear(2)), degree=2)
    assert full.agreement is Agreement.DISAGREES


def test_a_map_whose_volume_change_varies_is_left_open_under_a_learned_law() -> None:
    x, y = latents(2)
    condition = condition_of(nonlinear(BASE, ROOT, CUT, targets=(0, 1)))
    with pytest.raises(UnsupportedCondition, match="affine"):
        check_map(condition, Map((x, y), (x + x**3, y)))


def test_the_order_of_environments_does_not_matter() -> None:
    one = derive(claim(BASE, ROOT, CUT, targets=(0, 1)), degree=1)
    other = derive(claim(BASE, CUT, ROOT, targets=(1, 0)), degree=1)
    assert one.agrees
    assert other.agrees
    assert not derive(
        claim(BASE, ROOT, CUT, targets=(0, 1)).replace(group=Linear(2)), degree=1
    ).agrees


def test_soft_interventions_leave_a_shear_along_the_causal_order() -> None:
    soft = claim(BASE, ROOT, SOFT, targets=(0, 1), soft=True)
    condition = condition_of(soft)
    assert check_map(condition, Map.linear(sp.Matrix([[1, 0], [5, 2]]))).holds
    assert not check_map(condition, Map.linear(sp.Matrix([[1, 5], [0, 2]]))).holds
    verdict = derive(soft, degree=1)
    assert verdict.agreement is Agreement.DISAGREES
    assert verdict.reason.startswith("too small a group is stated")
    assert verdict.outcome is Outcome.LOCALLY


def test_a_model_of_perfect_interventions_does_not_express_soft_ones() -> None:
    wrong = derive(claim(BASE, ROOT, SOFT, targets=(0, 1)), degree=1)
    assert wrong.outcome in {Outcome.MIS_SPECIFIED, Outcome.UNDECIDED}
    assert not wrong.agrees


def test_perfect_interventions_are_told_from_soft_ones() -> None:
    assert LinearInterventions((BASE, ROOT, CUT), (0, 1)).perfect
    assert not LinearInterventions((BASE, ROOT, SOFT), (0, 1)).perfect


@pytest.mark.parametrize(
    "make",
    [
        lambda: LinearInterventions((BASE,), ()),
        lambda: LinearInterventions((BASE, "B"), (0,)),
        lambda: LinearInterventions((BASE, BASE.T), (0,)),
        lambda: LinearInterventions((BASE, -BASE), (0,)),
        lambda: LinearInterventions((BASE, ROOT), (1,)),
        lambda: LinearInterventions((BASE, BASE), (0,)),
        lambda: LinearInterventions((BASE, ROOT, CUT), (0,)),
        lambda: LinearInterventions((BASE, sp.eye(3)), (0,)),
        lambda: LinearInterventions((BASE, ROOT), (0,)).log_conditional((), ()),
        lambda: World(RealSpace(3), Gaussian(), LinearInterventions((BASE, ROOT), (0,))),
    ],
)
def test_bad_interventions_are_refused_in_one_line(make: object) -> None:
    with pytest.raises(InputError) as caught:
        make()  # type: ignore[operator]
    assert "\n" not in str(caught.value)


def test_other_worlds_and_encoders_are_refused() -> None:
    good = theorem("squires_2023_linear_crl").at(2)
    with pytest.raises(InputError, match="no interventions"):
        condition_of(good.replace(world=good.world.replace(pairs=NoPairs())))
    with pytest.raises(InputError, match="observational"):
        condition_of(good.replace(world=good.world.replace(prior=Gaussian())))
