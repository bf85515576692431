"""Changes of a claim whose effect on the derived group is known, over exact random values."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sith import (
    AnisotropicSphere,
    BlockOrthogonal,
    Claim,
    Encoder,
    Equation,
    Euclidean,
    ExpressionCritic,
    InfoNCE,
    InnerProduct,
    Map,
    NegativeNorm,
    Orthogonal,
    Relation,
    Sphere,
    UpTo,
    VonMisesFisher,
    check_map,
    contained,
    derive,
    theorem,
)
from tests.helpers.claims import (
    assert_equal_group,
    condition_of,
    derived_group,
    quadratic,
    quadratic_claim,
    solve_checked,
)
from tests.helpers.strategies import (
    invertible_matrices,
    permutation_matrices,
    positive_definite,
    positive_rationals,
    rotations,
    unimodular,
)

FEW = settings(max_examples=5)
ONE_THIRD = sp.ImmutableMatrix([[1, 1], [1, 4]])


@FEW
@given(form=positive_definite(2))
@example(form=sp.ImmutableMatrix(sp.eye(2)))
@example(form=ONE_THIRD)
def test_pairs_of_a_quadratic_form_leave_its_euclidean_group(form: sp.ImmutableMatrix) -> None:
    assert_equal_group(derived_group(quadratic_claim(form)), Euclidean(2, form))


@settings(max_examples=3)
@given(form=positive_definite(3))
def test_pairs_of_a_quadratic_form_in_three_dimensions(form: sp.ImmutableMatrix) -> None:
    assert_equal_group(derived_group(quadratic_claim(form)), Euclidean(3, form))


@settings(max_examples=4)
@given(form=positive_definite(2), other=positive_definite(2))
@example(form=sp.ImmutableMatrix(sp.eye(2)), other=ONE_THIRD)
def test_a_claim_of_another_form_stands_only_for_multiples(
    form: sp.ImmutableMatrix, other: sp.ImmutableMatrix
) -> None:
    proportional = form * other[0, 0] == other * form[0, 0]
    verdict = derive(quadratic_claim(form, group=Euclidean(2, other)), degree=1)
    assert verdict.agrees is proportional


@FEW
@given(form=positive_definite(2), change=invertible_matrices(2))
def test_a_change_of_coordinates_conjugates_the_group(
    form: sp.ImmutableMatrix, change: sp.ImmutableMatrix
) -> None:
    # z = Mw turns S into MᵀSM, and every free A of the old claim into the free M⁻¹AM.
    before = derived_group(quadratic_claim(form))
    moved = sp.ImmutableMatrix(change.T * form * change)
    after = derived_group(quadratic_claim(moved))
    for field in before.algebra_basis(1):
        matrix, shift = field.linear_parts()
        image = Map.linear(change.inv() * matrix * change, tuple(change.inv() * sp.Matrix(shift)))
        assert after.in_algebra(type(field)(image.symbols, image.expressions)).holds
    for member in before.finite_generators():
        matrix, _ = member.affine_parts()
        assert after.contains(Map.linear(change.inv() * matrix * change)).holds
    assert before.algebra_dimension(1) == after.algebra_dimension(1)


@FEW
@given(turn=rotations(2), form=positive_definite(2))
def test_a_rotation_keeps_the_group_of_the_identity_form_only_as_it_should(
    turn: sp.ImmutableMatrix, form: sp.ImmutableMatrix
) -> None:
    assert Euclidean(2, sp.ImmutableMatrix(turn.T * turn)) == Euclidean(2)
    turned = Euclidean(2, sp.ImmutableMatrix(turn.T * form * turn))
    claim = quadratic_claim(sp.ImmutableMatrix(turn.T * form * turn))
    assert_equal_group(derived_group(claim), turned)


def fixed_metric(weights: tuple[sp.Rational, ...]) -> Claim:
    dim = len(weights)
    base = theorem("zimmermann_2021_vmf").at(dim)
    return base.replace(
        world=base.world.replace(pairs=AnisotropicSphere(weights)),
        objective=InfoNCE(ExpressionCritic(*quadratic(sp.diag(*weights)))),
    )


@settings(max_examples=4)
@given(order=permutation_matrices(3))
def test_permuted_latents_give_the_conjugated_group(order: sp.ImmutableMatrix) -> None:
    weights = sp.Matrix([1, 1, 3])
    moved = tuple(order * weights)
    group = derived_group(fixed_metric(moved))
    blocks = AnisotropicSphere(moved).blocks()
    assert_equal_group(group, BlockOrthogonal(blocks))
    rotation = next(iter(derived_group(fixed_metric((1, 1, 3))).algebra_basis(1)))
    matrix, _ = rotation.linear_parts()
    assert group.in_algebra(type(rotation).linear(order * matrix * order.T)).holds


@FEW
@given(kappa=positive_rationals(6, 3))
@example(kappa=sp.Integer(1))
def test_temperature_and_concentration_rescale_together(kappa: sp.Rational) -> None:
    claim = theorem("zimmermann_2021_vmf").at(2, kappa=kappa)
    assert_equal_group(derived_group(claim), Orthogonal(2))
    factor = kappa + 1
    both = claim.replace(
        world=claim.world.replace(pairs=VonMisesFisher(kappa * factor)),
        objective=InfoNCE(InnerProduct(), claim.objective.temperature / factor),
    )
    assert_equal_group(derived_group(both), Orthogonal(2))
    one = claim.replace(objective=InfoNCE(InnerProduct(), claim.objective.temperature / factor))
    assert not derive(one, degree=1).agrees


@FEW
@given(form=positive_definite(2), factor=positive_rationals(5, 4))
def test_a_rescaled_critic_with_its_temperature_is_the_same_loss(
    form: sp.ImmutableMatrix, factor: sp.Rational
) -> None:
    plain = derived_group(quadratic_claim(form))
    rescaled = quadratic_claim(form, critic=sp.ImmutableMatrix(form * factor), temperature=factor)
    assert_equal_group(derived_group(rescaled), plain)


@settings(max_examples=5)
@given(rate=positive_rationals(6, 3), p=st.sampled_from([1, 2, 3, 4]))
def test_the_rate_does_not_change_the_group(rate: sp.Rational, p: int) -> None:
    claim = theorem("zimmermann_2021_lp").at(2, p=p, rate=rate)
    assert_equal_group(derived_group(claim), claim.group)


@settings(max_examples=4)
@given(root=st.integers(1, 4))
def test_a_known_scale_of_the_outputs_does_not_change_the_group(root: int) -> None:
    claim = theorem("zimmermann_2021_lp").at(2, p=2, rate=root**2)
    scaled = claim.replace(objective=InfoNCE(NegativeNorm(2), 1))
    condition = condition_of(scaled)
    assert condition.base == tuple(root * x for x in condition.z)
    assert derive(scaled, degree=1).agrees


@FEW
@given(form=positive_definite(2), weight=positive_rationals(3, 3))
def test_a_redundant_equation_changes_nothing(
    form: sp.ImmutableMatrix, weight: sp.Rational
) -> None:
    condition = condition_of(quadratic_claim(form))
    first = condition.equations[0]
    # c(z) = 0 follows from z̃ = z, so a multiple that must vanish is implied.
    again = Equation(weight * first.residual, UpTo.NOTHING)
    more = replace(condition, equations=(first, again))
    one, two = solve_checked(condition, 2), solve_checked(more, 2)
    assert one.dimension == two.dimension
    assert one.fields == two.fields


@FEW
@given(form=positive_definite(2), mix=unimodular(2))
def test_linear_maps_are_free_exactly_where_they_keep_the_form(
    form: sp.ImmutableMatrix, mix: sp.ImmutableMatrix
) -> None:
    condition = condition_of(quadratic_claim(form))
    keeps = mix.T * form * mix == form
    assert check_map(condition, Map.linear(mix)).holds is keeps
    assert Euclidean(2, form).contains(Map.linear(mix)).holds is keeps


@FEW
@given(turn=rotations(3))
def test_rotations_are_free_on_the_sphere(turn: sp.ImmutableMatrix) -> None:
    condition = condition_of(theorem("zimmermann_2021_vmf").at(3))
    assert check_map(condition, Map.linear(turn)).holds
    stretched = Map.linear(sp.diag(1, 1, 2) * turn)
    assert not check_map(condition, stretched).holds


@FEW
@given(one=positive_definite(2), other=positive_definite(2))
def test_two_forms_share_a_group_only_if_proportional(
    one: sp.ImmutableMatrix, other: sp.ImmutableMatrix
) -> None:
    same = one * other[0, 0] == other * one[0, 0]
    assert contained(Orthogonal(2, one), Orthogonal(2, other)).holds is same


def test_the_relation_of_the_quadratic_claim_is_equality() -> None:
    assert quadratic_claim(ONE_THIRD).relation is Relation.EQUALITY
    assert isinstance(fixed_metric((1, 2)).encoder, Encoder)
    assert isinstance(fixed_metric((1, 2)).world.space, Sphere)
