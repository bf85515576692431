"""Generalised contrastive learning and conditional energies: what they leave, and what they refuse."""

from __future__ import annotations

import pytest
import sympy as sp

from sith import (
    Agreement,
    Claim,
    ComponentwiseDiffeomorphisms,
    ConditionalEnergy,
    Encoder,
    ExponentialFamily,
    Gaussian,
    GeneralisedContrastive,
    GeneralisedPermutations,
    InputError,
    Linear,
    Map,
    NoPairs,
    Outcome,
    RealSpace,
    SoftmaxLabels,
    Sphere,
    UnsupportedCondition,
    World,
    check_map,
    derive,
    latents,
    linear_solutions,
    natural_parameters,
    theorem,
)
from tests.helpers.claims import condition_of

X, Y = latents(2)
SLUG = "hyvarinen_2019_gcl"


def claim(rows: tuple[tuple[object, ...], ...], powers: tuple[int, ...] = (1, 2)) -> Claim:
    statistics = tuple(tuple(x**k for k in powers) for x in latents(2))
    return (
        theorem(SLUG)
        .at(2)
        .replace(world=World(RealSpace(2), Gaussian(), ExponentialFamily(statistics, rows)))
    )


def test_maps_of_single_coordinates_stay_free_and_a_rotation_does_not() -> None:
    condition = condition_of(theorem(SLUG).at(2))
    assert check_map(condition, Map((X, Y), (Y + Y**3, 2 * X))).holds
    turn = Map.linear(sp.Matrix([[3, -4], [4, 3]]) / 5)
    assert not check_map(condition, turn).holds
    assert not check_map(condition, Map((X, Y), (X + Y**2, Y))).holds


def test_linear_solutions_of_a_separable_condition_are_generalised_permutations() -> None:
    found = linear_solutions(condition_of(theorem(SLUG).at(2)))
    assert found.equations
    assert found.lie_in(GeneralisedPermutations(2), real=True).holds
    assert not found.impossible()


def test_variability_is_the_rank_of_first_and_second_derivatives() -> None:
    full = condition_of(theorem(SLUG).at(2))
    assert not full.incomplete
    few = condition_of(theorem(SLUG).at(2, environments=4))
    assert "3 of 4" in few.incomplete
    # One statistic each: second derivatives are multiples of the first ones at every point.
    squares = claim(natural_parameters(5, 2), powers=(2,))
    assert "2 of 4" in condition_of(squares).incomplete


def test_without_variability_nothing_is_confirmed() -> None:
    squares = derive(claim(natural_parameters(5, 2), powers=(2,)), degree=2)
    assert squares.agreement is not Agreement.AGREES
    mean = derive(claim(natural_parameters(5, 2), powers=(1,)), degree=2)
    assert mean.outcome is Outcome.NOT_IDENTIFIED
    assert mean.escape


def test_the_score_without_separate_functions_of_each_output_is_another_claim() -> None:
    wrong = theorem(SLUG).at(2).replace(group=Linear(2))
    assert derive(wrong, degree=2).agreement is Agreement.DISAGREES
    smaller = theorem(SLUG).at(2).replace(group=GeneralisedPermutations(2))
    assert derive(smaller, degree=2).escape


@pytest.mark.parametrize(
    "pairs", [NoPairs(), SoftmaxLabels(((0, 0), (1, 0), (0, 1)))], ids=["none", "labels"]
)
def test_worlds_without_modulated_latents_are_refused(pairs: NoPairs | SoftmaxLabels) -> None:
    wrong = theorem(SLUG).at(2)
    with pytest.raises(InputError, match="carry no environment"):
        condition_of(wrong.replace(world=wrong.world.replace(pairs=pairs)))


def test_equal_environments_and_laws_that_cannot_be_normalised_are_refused() -> None:
    with pytest.raises(InputError, match="changes nothing"):
        condition_of(claim(((0, 0, 0, 0), (0, 0, 0, 0))))
    with pytest.raises(InputError, match="not normalisable"):
        condition_of(claim(((0, 0, 0, 0), (0, 1, 0, 0))))


def test_representations_on_a_sphere_or_of_another_dimension_are_refused() -> None:
    base = theorem(SLUG).at(2)
    with pytest.raises(UnsupportedCondition):
        condition_of(base.replace(encoder=Encoder(Sphere(2))))
    wide = base.replace(encoder=Encoder(RealSpace(3)), group=ComponentwiseDiffeomorphisms(3))
    with pytest.raises(InputError, match="coordinates"):
        condition_of(wide)


def test_conditional_energies_need_environments_and_plain_ones_linear_statistics() -> None:
    base = theorem("khemakhem_2020_icebeem").at(2)
    labels = base.world.replace(pairs=SoftmaxLabels(((0, 0), (1, 0), (0, 1))))
    with pytest.raises(InputError, match="exponential family"):
        condition_of(base.replace(world=labels))
    augmented = theorem("khemakhem_2020_icebeem").at(2, features="augmented")
    with pytest.raises(UnsupportedCondition, match=r"T\(z\) is not z"):
        condition_of(augmented.replace(objective=ConditionalEnergy()))


def test_the_energy_shows_its_features() -> None:
    assert "T(h" in ConditionalEnergy(augmented=True).latex
    assert "T(h" not in ConditionalEnergy().latex
    assert "a(h)" in str(GeneralisedContrastive())
