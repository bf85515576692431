"""Changes of a claim that each engine must follow: coordinates, labels, scales, redundant equations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from sith import (
    AbstractGroup,
    Additive,
    Affine,
    AnisotropicSphere,
    BlockOrthogonal,
    Box,
    Claim,
    Compositional,
    ConditionalLikelihood,
    Encoder,
    EnvironmentClassification,
    Equation,
    ExponentialFamily,
    ExpressionCritic,
    Field,
    Gaussian,
    GeneralisedPermutations,
    InfoNCE,
    InnerProduct,
    Likelihood,
    LogDensity,
    Marginal,
    Mixing,
    NoPairs,
    Orthogonal,
    PairLogDensity,
    PolynomialDegree,
    Product,
    RealSpace,
    Reconstruction,
    Shifted,
    SignedPermutations,
    SparseSupport,
    Sphere,
    StructuredMixing,
    Student,
    Trivial,
    Uniform,
    UpTo,
    VonMisesFisher,
    World,
    check_obstruction,
    completeness,
    derive,
    kernel_test,
    latents,
    linear_solutions,
    natural_parameters,
    pair,
    theorem,
)
from tests.helpers.claims import condition_of, quadratic, quadratic_claim, solve_checked
from tests.helpers.spectral import R, direct_sum, graph, jacobi, ou, path
from tests.helpers.strategies import (
    invertible_matrices,
    permutation_matrices,
    positive_definite,
    positive_rationals,
    rotations,
    small_rationals,
)

FEW = settings(max_examples=3)
Form = sp.ImmutableMatrix


def order_of(permutation: Form) -> tuple[int, ...]:
    """The order with (Pz)_i = z_{order[i]}."""
    return tuple(list(permutation.row(i)).index(1) for i in range(permutation.rows))


# Auxiliary variables.

POWERS = {
    (1,): Affine(2),
    (2,): GeneralisedPermutations(2),
    (1, 2): Shifted(GeneralisedPermutations(2)),
}


def auxiliary(
    statistics: Any, parameters: Any, group: AbstractGroup, objective: Any = None
) -> Claim:
    return Claim(
        "auxiliary",
        World(RealSpace(2), Gaussian(), ExponentialFamily(statistics, parameters)),
        objective or ConditionalLikelihood(),
        Encoder(RealSpace(2)),
        group,
    )


@pytest.mark.parametrize("powers", POWERS)
@FEW
@given(data=st.data())
def test_the_same_family_in_other_statistics_leaves_the_same_group(
    powers: tuple[int, ...], data: st.DataObject
) -> None:
    # T' = AT + c with λ' = A^{−T}λ is the same law, up to a factor that belongs to u.
    z, k = latents(2), len(powers)
    changes = [data.draw(invertible_matrices(k)) for _ in z]
    shifts = [data.draw(st.tuples(*[small_rationals()] * k)) for _ in z]
    table = [sp.Matrix([x**p for p in powers]) for x in z]
    statistics = tuple(
        tuple(a * t + sp.Matrix(c)) for a, t, c in zip(changes, table, shifts, strict=True)
    )
    back = sp.diag(*(a.inv().T for a in changes))
    rows = natural_parameters(2 * k + 1, 2 * k)
    parameters = tuple(tuple(back * sp.Matrix(row)) for row in rows)
    plain = auxiliary(tuple(map(tuple, table)), rows, POWERS[powers])
    other = auxiliary(statistics, parameters, POWERS[powers])
    one, two = derive(plain, degree=2), derive(other, degree=2)
    assert one.agrees and two.agrees, str(two)
    assert one.dimension_by_degree == two.dimension_by_degree


@FEW
@given(order=st.permutations(range(5)), shift=st.tuples(*[small_rationals()] * 4))
def test_environments_have_no_order_and_no_origin(
    order: list[int], shift: tuple[sp.Rational, ...]
) -> None:
    statistics = tuple((x, x**2) for x in latents(2))
    rows = natural_parameters(5, 4)
    moved = tuple(
        tuple(a + b - 4 * (k % 2) for k, (a, b) in enumerate(zip(rows[i], shift, strict=True)))
        for i in order
    )
    for objective in (ConditionalLikelihood(), EnvironmentClassification(statistics=True)):
        claim = auxiliary(statistics, moved, POWERS[1, 2], objective)
        assert derive(claim, degree=1).agrees


# Mixing classes, with a law of the latents.


def isometry(log_density: sp.Expr, dim: int) -> Claim:
    world = World(
        RealSpace(dim), LogDensity(log_density, latents(dim)), NoPairs(), Mixing.LOCAL_ISOMETRY
    )
    return Claim("isometry", world, Likelihood(), Encoder(RealSpace(dim)), Trivial(dim))


@FEW
@given(turn=rotations(2))
def test_a_turned_law_leaves_the_turned_fields_of_isometries(turn: Form) -> None:
    z = latents(2)
    law = -(z[0] ** 4 + 2 * z[0] ** 2 * z[1] ** 2 + z[1] ** 4) / 4 + z[0]
    image = tuple(turn * sp.Matrix(z))
    moved = sp.expand(law.subs(dict(zip(z, image, strict=True)), simultaneous=True))
    for whole, size in ((law, 0), (law - z[0], 1)):
        assert solve_checked(condition_of(isometry(whole, 2)), 2).dimension == size
        now = moved if whole is law else sp.expand(moved - image[0])
        assert solve_checked(condition_of(isometry(now, 2)), 2).dimension == size


@FEW
@given(turn=rotations(3))
def test_the_rotations_of_a_gaussian_turn_with_it(turn: Form) -> None:
    z = sp.Matrix(latents(3))

    def fields(form: sp.Matrix) -> tuple[Field, ...]:
        law = sp.expand(-(z.T * form * z)[0] / 2)
        return solve_checked(condition_of(isometry(law, 3)), 1).fields

    form = sp.diag(1, 1, 3)
    ((before,), (after,)) = fields(form), fields(sp.ImmutableMatrix(turn.T * form * turn))
    one, two = before.linear_parts()[0], after.linear_parts()[0]
    moved = turn.T * one * turn
    assert sp.Matrix([list(moved), list(two)]).rank() == 1


@FEW
@given(order=permutation_matrices(3))
def test_relabelled_marginals_relabel_the_blocks(order: Form) -> None:
    laws = (Marginal.NORMAL, Marginal.NORMAL, Marginal.QUARTIC)
    moved = tuple(laws[i] for i in order_of(order))
    pair_ = tuple(i for i, law in enumerate(moved) if law is Marginal.NORMAL)
    rest = next(i for i in range(3) if i not in pair_)
    world = World(RealSpace(3), Product(moved), NoPairs(), Mixing.LOCAL_ISOMETRY)
    group = BlockOrthogonal((pair_, (rest,)))
    claim = Claim("marginals", world, Likelihood(), Encoder(RealSpace(3)), group)
    assert derive(claim, degree=1).agrees
    wrong = BlockOrthogonal(((pair_[0], rest), (pair_[1],)))
    assert not derive(claim.replace(group=wrong), degree=1).agrees


# Structured mixings.

Z2 = latents(2)
SQUARES = (*Z2, *(x**2 for x in Z2))
SINGLES = ((0,), (1,))
MIXED = {
    "additive": (SQUARES, Additive(SINGLES)),
    "additive, linear": (Z2, Additive(SINGLES)),
    "polynomial": (SQUARES, PolynomialDegree(2)),
}
RELABELLED = {
    "compositional": (SQUARES, Compositional(SINGLES)),
    "sparse": ((Z2[0], sum(Z2), Z2[1], Z2[0] + 2 * Z2[1]), SparseSupport()),
}


def decoded(g: Any, structure: Any) -> list[int]:
    world = World(RealSpace(2), Gaussian(), mixing=StructuredMixing(tuple(g), Z2, structure))
    claim = Claim("decoder", world, Reconstruction(), Encoder(RealSpace(2)), Trivial(2))
    condition = condition_of(claim)
    return [solve_checked(condition, k).dimension for k in (1, 2)]


@pytest.mark.parametrize("name", MIXED)
@FEW
@given(data=st.data())
def test_an_invertible_mix_of_the_observations_changes_nothing(
    name: str, data: st.DataObject
) -> None:
    g, structure = MIXED[name]
    mix = data.draw(invertible_matrices(len(g)))
    assert decoded(mix * sp.Matrix(g), structure) == decoded(g, structure)


@pytest.mark.parametrize("name", RELABELLED)
@FEW
@given(data=st.data())
def test_relabelled_and_rescaled_observations_change_nothing(
    name: str, data: st.DataObject
) -> None:
    g, structure = RELABELLED[name]
    order = data.draw(permutation_matrices(len(g)))
    scale = sp.diag(*(data.draw(positive_rationals()) for _ in g))
    assert decoded(order * scale * sp.Matrix(g), structure) == decoded(g, structure)


# Non-polynomial atoms.


def logistic(x: sp.Expr) -> sp.Expr:
    return Marginal.LOGISTIC.log_density(x)


def student(x: sp.Expr) -> sp.Expr:
    return Student(3).log_density(x)


@pytest.mark.parametrize("kernel", [logistic, student], ids=["logistic", "student"])
@FEW
@given(scale=positive_rationals(), order=permutation_matrices(2))
def test_rescaled_increments_leave_the_same_group(kernel: Any, scale: Any, order: Form) -> None:
    # One scale for both coordinates: z ↦ sz conjugates signed permutations with shifts to themselves.
    z, zt = pair(2)
    score = sp.Add(*(kernel(scale * (zt[i] - z[i])) for i in order_of(order)))
    claim = Claim(
        "increments",
        World(Box(2), Uniform(), PairLogDensity(score, z, zt)),
        InfoNCE(ExpressionCritic(score, z, zt)),
        Encoder(RealSpace(2)),
        Shifted(SignedPermutations(2)),
    )
    assert derive(claim, degree=1).agrees


@FEW
@given(one=positive_rationals(), other=positive_rationals())
def test_scales_of_increments_are_exchanged_only_if_equal(one: Any, other: Any) -> None:
    z, zt = pair(2)
    gaps = [s * (b - a) for s, a, b in zip((one, other), z, zt, strict=True)]
    score = sp.Add(*map(logistic, gaps))
    claim = Claim(
        "increments",
        World(Box(2), Uniform(), PairLogDensity(score, z, zt)),
        InfoNCE(ExpressionCritic(score, z, zt)),
        Encoder(RealSpace(2)),
        Shifted(SignedPermutations(2)),
    )
    assert derive(claim, degree=1).agrees is bool(one == other)


# Spectral objectives.


@FEW
@given(order=permutation_matrices(3))
def test_relabelled_latents_have_the_same_spectrum(order: Form) -> None:
    rates = (R(9, 10), R(17, 20), R(21, 25))
    moved = tuple(rates[i] for i in order_of(order))
    for make in (ou, jacobi):
        one, two = derive(make(rates)), derive(make(moved))
        kept = ("outcome", "agreement", "group", "dimension_by_degree")
        assert [getattr(one, k) for k in kept] == [getattr(two, k) for k in kept]
        assert one.scope.fields == two.scope.fields


@FEW
@given(turn=rotations(2), rho=st.sampled_from([R(1, 3), R(19, 20)]))
def test_a_turned_base_is_the_same_optimum_of_equal_rates_only(turn: Form, rho: Any) -> None:
    turned = tuple(turn * sp.Matrix(latents(2)))
    assert derive(ou((rho, rho), base=turned)).agrees
    assert derive(ou((rho, rho**2 + (rho - rho**2) / 2), base=turned)).agrees
    assert not derive(ou((rho, rho**3), base=turned)).agrees


@FEW
@given(weight=positive_rationals(9, 7), order=permutation_matrices(4))
def test_a_graph_has_no_order_and_no_unit_of_weight(weight: Any, order: Form) -> None:
    for joint, outputs in ((path(4), 2), (direct_sum(path(2), path(2)), 2), (path(4), 3)):
        moved = (order * sp.Matrix(joint) * order.T * weight).tolist()
        one, two = derive(graph(joint, outputs)), derive(graph(moved, outputs))
        assert one.outcome is two.outcome
        assert one.agreement is two.agreement
        assert one.scope.fields == two.scope.fields


# The kernel test.


@settings(max_examples=4)
@given(data=st.data(), turn=rotations(3))
def test_an_obstruction_stands_at_permuted_and_turned_points(
    data: st.DataObject, turn: Form
) -> None:
    tau = data.draw(st.sampled_from([R(1, 6), R(1, 3), R(1), R(5, 2)]))
    world = World(Sphere(3), Uniform(), VonMisesFisher(2))
    claim = Claim("vmf", world, InfoNCE(InnerProduct(), tau), Encoder(Sphere(3)), Orthogonal(3))
    (found,) = kernel_test(claim.world, claim.objective, claim.encoder)
    assert check_obstruction(found, claim).holds
    count = len(found.points)
    order = data.draw(st.permutations(range(count)))
    place = {old: new for new, old in enumerate(order)}
    permuted = replace(
        found,
        points=tuple(found.points[i] for i in order),
        rows=tuple(place[i] for i in found.rows),
        columns=tuple(place[i] for i in found.columns),
    )
    assert check_obstruction(permuted, claim).holds
    turned = replace(found, points=tuple(tuple(turn * sp.Matrix(p)) for p in found.points))
    assert check_obstruction(turned, claim).holds
    stretched = replace(found, points=tuple(tuple(2 * x for x in p) for p in found.points))
    assert not check_obstruction(stretched, claim).holds


@FEW
@given(factor=positive_rationals(5, 4))
def test_only_the_product_of_concentration_and_temperature_is_tested(factor: Any) -> None:
    def obstructed(kappa: Any, tau: Any) -> bool:
        world = World(Sphere(2), Uniform(), VonMisesFisher(kappa))
        return bool(kernel_test(world, InfoNCE(InnerProduct(), tau), Encoder(Sphere(2))))

    assert not obstructed(2 * factor, R(1, 2) / factor)
    assert obstructed(2 * factor, R(1, 3) / factor)
    assert obstructed(2 * factor, R(2) / factor)


# Completeness.


@FEW
@given(form=positive_definite(2), weight=positive_rationals(3, 3), copies=st.integers(1, 2))
def test_redundant_equations_do_not_change_completeness(
    form: Form, weight: Any, copies: int
) -> None:
    condition = condition_of(quadratic_claim(form))
    first = condition.equations[0]
    again = (Equation(weight * first.residual, UpTo.NOTHING), first)[:copies]
    more = replace(condition, equations=(*again, *condition.equations))
    answers = []
    for each in (condition, more):
        solution = solve_checked(each, 1)
        answer, bounds = completeness(each, solution.dimension, solution.gauge)
        answers.append((answer.complete, answer.method, answer.dimension, len(bounds)))
    assert answers[0] == answers[1]
    assert answers[0][0]


@FEW
@given(weight=positive_rationals(3, 3))
def test_a_missing_equation_is_not_completed_by_a_copy(weight: Any) -> None:
    condition = condition_of(theorem("rusak_2025_aninfonce").at(2))
    unit = next(e for e in condition.equations if e.up_to is UpTo.NOTHING)
    copies = (unit, Equation(weight * unit.residual, UpTo.NOTHING))
    part = replace(condition, equations=copies)
    assert solve_checked(part, 2).dimension > solve_checked(condition, 2).dimension


# Gröbner bases.


@FEW
@given(order=permutation_matrices(3))
def test_relabelled_outputs_relabel_the_linear_solutions(order: Form) -> None:
    weights = tuple(order * sp.Matrix([1, 1, 3]))
    base = theorem("zimmermann_2021_vmf").at(3)
    claim = base.replace(
        world=base.world.replace(pairs=AnisotropicSphere(weights)),
        objective=InfoNCE(ExpressionCritic(*quadratic(sp.diag(*weights)))),
    )
    solutions = linear_solutions(condition_of(claim))
    same = tuple(i for i, w in enumerate(weights) if w == 1)
    last = weights.index(3)
    assert solutions.lie_in(BlockOrthogonal((same, (last,)))).holds
    assert not solutions.lie_in(BlockOrthogonal(((same[0], last), (same[1],)))).holds


@FEW
@given(form=positive_definite(2), change=invertible_matrices(2))
def test_linear_solutions_follow_a_change_of_coordinates(form: Form, change: Form) -> None:
    moved = Form(change.T * form * change)
    solutions = linear_solutions(condition_of(quadratic_claim(moved)))
    assert solutions.lie_in(Orthogonal(2, moved)).holds
    proportional = form * moved[0, 0] == moved * form[0, 0]
    assert solutions.lie_in(Orthogonal(2, form)).holds is proportional
