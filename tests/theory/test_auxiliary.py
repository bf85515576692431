"""Auxiliary variables: exponential families, softmax labels, and the groups they leave free."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import sympy as sp

from sith import (
    AbstractGroup,
    Affine,
    Agreement,
    Box,
    Claim,
    ComponentwiseDiffeomorphisms,
    ConditionalLikelihood,
    Encoder,
    EnvironmentClassification,
    ExponentialFamily,
    Family,
    FloatInSymbolicField,
    Gaussian,
    GeneralisedPermutations,
    InfoNCE,
    InputError,
    Linear,
    Map,
    Marginal,
    Mixing,
    Outcome,
    Permutations,
    Product,
    RealSpace,
    Shifted,
    SithError,
    SoftmaxLabels,
    Sphere,
    Uniform,
    UnsupportedCondition,
    World,
    check_base,
    check_map,
    derive,
    equal,
    latents,
    named_groups,
    natural_parameters,
    optimum_condition,
)
from tests.helpers.claims import condition_of, solve_checked

HALF = sp.Rational(1, 2)
Objective = ConditionalLikelihood | EnvironmentClassification
HEADS: tuple[Objective, ...] = (
    ConditionalLikelihood(),
    EnvironmentClassification(statistics=True),
)
GROUPS = {
    (1,): Affine(2),
    (2,): GeneralisedPermutations(2),
    (1, 2): Shifted(GeneralisedPermutations(2)),
}


def family(dim: int, powers: Sequence[int], environments: int = 0) -> ExponentialFamily:
    """The family with the given powers of every coordinate as statistics."""
    statistics = tuple(tuple(x**k for k in powers) for x in latents(dim))
    width = dim * len(powers)
    return ExponentialFamily(statistics, natural_parameters(environments or width + 1, width))


def claim(
    pairs: ExponentialFamily | SoftmaxLabels,
    objective: Objective | None = None,
    group: AbstractGroup | None = None,
) -> Claim:
    dim = pairs.dim
    return Claim(
        name="auxiliary",
        world=World(RealSpace(dim), Gaussian(), pairs),
        objective=objective or ConditionalLikelihood(),
        encoder=Encoder(RealSpace(dim)),
        group=group or Affine(dim),
    )


@pytest.mark.parametrize("head", HEADS, ids=str)
@pytest.mark.parametrize(("powers", "size"), [((1,), 6), ((2,), 2), ((1, 2), 4)])
def test_dimensions_and_groups_in_the_plane(
    head: Objective, powers: tuple[int, ...], size: int
) -> None:
    verdict = derive(claim(family(2, powers), head, GROUPS[powers]))
    assert dict(verdict.dimension_by_degree) == {1: size, 2: size, 3: size}
    if powers == (1,):
        assert verdict.agreement is Agreement.AGREES, str(verdict)
        assert verdict.outcome is Outcome.IDENTIFIED
    else:
        # h1 = √(z1² + 1) has squares in the span too: far maps are not excluded.
        assert verdict.agreement is Agreement.LOCALLY, str(verdict)
        assert verdict.outcome is Outcome.LOCALLY
    assert verdict.group == str(GROUPS[powers])


@pytest.mark.parametrize(("powers", "group"), GROUPS.items())
def test_every_other_named_group_is_refused(powers: tuple[int, ...], group: AbstractGroup) -> None:
    whole = claim(family(2, powers))
    for other in named_groups(2):
        if not equal(other, group).holds:
            verdict = derive(whole.replace(group=other), degree=2)
            assert verdict.agreement is Agreement.DISAGREES, str(verdict)


def test_the_mean_alone_leaves_a_rotation_free() -> None:
    turn = Map.linear(
        sp.Matrix([[sp.Rational(3, 5), sp.Rational(4, 5)], [-sp.Rational(4, 5), sp.Rational(3, 5)]])
    )
    assert check_map(condition_of(claim(family(2, (1,)))), turn).holds
    for powers in ((2,), (1, 2)):
        assert not check_map(condition_of(claim(family(2, powers))), turn).holds
    verdict = derive(claim(family(2, (1,)), group=Permutations(2)))
    assert verdict.agreement is Agreement.DISAGREES
    assert verdict.escape


def test_maps_of_the_stated_groups_solve_the_condition() -> None:
    swap = Map.linear(sp.Matrix([[0, 3], [-HALF, 0]]))
    moved = Map.linear(sp.Matrix([[0, 3], [-HALF, 0]]), (sp.Integer(1), HALF))
    variance, both = (condition_of(claim(family(2, p))) for p in ((2,), (1, 2)))
    assert check_map(variance, swap).holds
    assert not check_map(variance, moved).holds
    assert check_map(both, moved).holds
    assert all(check_base(c).holds for c in (variance, both))


def test_statistics_of_different_kinds_keep_their_coordinates() -> None:
    z = latents(2)
    mixed = ExponentialFamily(((z[0],), (z[1] ** 2,)), natural_parameters(3, 2))
    condition = condition_of(claim(mixed))
    swap = Map.linear(sp.Matrix([[0, 1], [1, 0]]))
    assert not check_map(condition, swap).holds
    # h1 may be any a z1 + b z2² + c, h2 any multiple of z2.
    assert [solve_checked(condition, k).dimension for k in (1, 2, 3)] == [3, 4, 4]


@pytest.mark.parametrize("powers", [(1,), (2,), (1, 2)])
def test_two_environments_are_too_few(powers: tuple[int, ...]) -> None:
    few = family(2, powers, 2)
    assert few.rank == 1
    verdict = derive(claim(few, group=GROUPS[powers]))
    sizes = list(verdict.dimension_by_degree.values())
    assert sizes[0] < sizes[1] < sizes[2]
    assert verdict.outcome is Outcome.NOT_IDENTIFIED
    assert verdict.agreement is Agreement.DISAGREES


@pytest.mark.parametrize("environments", [3, 4])
def test_fewer_environments_leave_the_same_polynomial_fields(environments: int) -> None:
    pairs = family(2, (1, 2), environments)
    assert pairs.rank == environments - 1 < 4
    verdict = derive(claim(pairs, group=GROUPS[1, 2]))
    assert verdict.group == str(GROUPS[1, 2])
    assert set(verdict.dimension_by_degree.values()) == {4}
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.agreement is Agreement.UNDECIDED


@pytest.mark.parametrize(
    ("statistics", "decided"),
    [
        (lambda x: (x**4,), True),
        (lambda x: (x**3,), False),  # the cube root of A z³ + c is free
        (lambda x: (x**2 + x**4,), False),  # ξ = T/T' is smooth and not polynomial
        (lambda x: (x**2 + x, x**2), True),
        (lambda x: (x**2, x**3), False),
    ],
    ids=["fourth power", "cube", "no power", "affine in the span", "no affine in the span"],
)
def test_statistics_with_free_maps_that_are_not_polynomial_are_undecided(
    statistics: Callable[[sp.Symbol], tuple[sp.Expr, ...]], decided: bool
) -> None:
    table = tuple(statistics(x) for x in latents(2))
    width = sum(map(len, table))
    pairs = ExponentialFamily(table, natural_parameters(width + 1, width))
    group = GROUPS[(2,)] if width == 2 else GROUPS[1, 2]
    # Odd powers have a density only beside a prior of a higher power.
    prior = Product((Marginal.QUARTIC, Marginal.QUARTIC))
    verdict = derive(
        Claim(
            name="auxiliary",
            world=World(RealSpace(2), prior, pairs),
            objective=ConditionalLikelihood(),
            encoder=Encoder(RealSpace(2)),
            group=group,
        ),
        degree=2,
    )
    assert verdict.outcome is (Outcome.LOCALLY if decided else Outcome.UNDECIDED), str(verdict)
    assert verdict.agrees is decided


def test_a_linear_encoder_meets_linear_maps_only() -> None:
    cubes = tuple((x**3,) for x in latents(2))
    pairs = ExponentialFamily(cubes, natural_parameters(3, 2))
    prior = Product((Marginal.QUARTIC, Marginal.QUARTIC))
    linear = Claim(
        name="linear",
        world=World(RealSpace(2), prior, pairs, Mixing.LINEAR),
        objective=ConditionalLikelihood(),
        encoder=Encoder(RealSpace(2), Family.LINEAR),
        group=GeneralisedPermutations(2),
    )
    assert derive(linear).agrees


def test_more_environments_of_the_same_rank_change_nothing() -> None:
    plain, redundant = family(2, (2,)), family(2, (2,), 6)
    assert plain.rank == redundant.rank == 2
    one, two = (condition_of(claim(p)) for p in (plain, redundant))
    assert one.equations == two.equations
    assert one.parameters == two.parameters


def test_order_and_shift_of_the_parameters_do_not_matter() -> None:
    pairs = family(2, (1, 2))
    rows = tuple(tuple(x - sp.Rational(1, 7) for x in row) for row in reversed(pairs.parameters))
    moved = ExponentialFamily(pairs.statistics, rows)
    assert moved.rank == pairs.rank
    assert condition_of(claim(moved)).equations == condition_of(claim(pairs)).equations


def test_the_rank_is_exact() -> None:
    z = latents(2)
    tiny = sp.Rational(1, 10**30)
    statistics = ((z[0] ** 2,), (z[1] ** 2,))
    degenerate = ExponentialFamily(statistics, ((0, 0), (-1, -1), (-2, -2)))
    assert degenerate.rank == 1
    assert ExponentialFamily(statistics, ((0, 0), (-1, -1), (-2, -2 - tiny))).rank == 2
    # λ₁ ≡ λ₂: only the sum of the statistics is seen, and rotations are free.
    turn = Map.linear(sp.Matrix([[0, 1], [-1, 0]]))
    condition = condition_of(claim(degenerate))
    assert check_map(condition, turn).holds
    # A rotation and the scale of each coordinate, then more at every degree.
    assert [solve_checked(condition, k).dimension for k in (1, 2, 3)] == [3, 5, 8]


@pytest.mark.parametrize(("bias", "group", "size"), [(False, Linear(2), 4), (True, Affine(2), 6)])
def test_softmax_labels(bias: bool, group: AbstractGroup, size: int) -> None:
    labels = SoftmaxLabels(((1, 0), (0, 1), (-1, -1)))
    verdict = derive(claim(labels, EnvironmentClassification(bias=bias), group))
    assert verdict.agrees
    assert set(verdict.dimension_by_degree.values()) == {size}


def test_collinear_labels_are_not_diverse() -> None:
    labels = SoftmaxLabels(((1, 0), (2, 0), (5, 0), (7, 0)))
    assert labels.rank == 1
    verdict = derive(claim(labels, EnvironmentClassification(bias=False), Linear(2)))
    sizes = list(verdict.dimension_by_degree.values())
    assert not verdict.agrees
    assert sizes[0] < sizes[1] < sizes[2]


def test_a_single_environment_or_a_ragged_table_is_refused() -> None:
    z = latents(2)
    own = ((z[0],), (z[1],))
    for rows in ([(0, 0)], [], [(0, 0), (1,)], [(0, 0), (1, 2, 3)]):
        with pytest.raises(InputError):
            ExponentialFamily(own, tuple(rows))
    with pytest.raises(FloatInSymbolicField):
        ExponentialFamily(own, ((0, 0), (0.5, 1)))
    for vectors in ((), ((1, 0),), ((), ()), ((1, 0), (1,))):
        with pytest.raises(InputError):
            SoftmaxLabels(vectors)


@pytest.mark.parametrize(
    "bad",
    [
        lambda z: ((z[1],), (z[0],)),
        lambda z: ((z[0] * z[1],), (z[1],)),
        lambda z: ((sp.exp(z[0]),), (z[1],)),
        lambda z: ((sp.Integer(1),), (z[1],)),
        lambda z: ((z[0], 2 * z[0] + 1), (z[1], z[1] ** 2)),
        lambda z: ((sp.sqrt(2) * z[0],), (z[1],)),
        lambda z: ((sp.Float(1) / 2 * z[0],), (z[1],)),
        lambda z: ((), (z[1],)),
        lambda z: (),
    ],
    ids=["swapped", "product", "exp", "constant", "dependent", "irrational", "float", "none", "()"],
)
def test_statistics_are_polynomials_of_their_own_coordinate(
    bad: Callable[[tuple[sp.Symbol, ...]], tuple[tuple[sp.Expr, ...], ...]],
) -> None:
    statistics = bad(latents(2))
    width = sum(len(own) for own in statistics)
    with pytest.raises(InputError):
        ExponentialFamily(statistics, natural_parameters(3, width))


def test_the_world_refuses_what_does_not_fit() -> None:
    pairs = family(2, (1,))
    for space in (Box(2), Sphere(2)):
        with pytest.raises(InputError, match="live on R"):
            World(space, Uniform(), pairs)
    with pytest.raises(InputError, match="for d = 3"):
        World(RealSpace(3), Gaussian(), pairs)


def test_laws_that_are_not_normalisable_are_refused() -> None:
    z = latents(2)
    wide = ExponentialFamily(((z[0] ** 2,), (z[1] ** 2,)), ((0, 0), (0, HALF)))
    cubic = ExponentialFamily(((z[0] ** 3,), (z[1] ** 3,)), ((0, 0), (1, 1)))
    for pairs in (wide, cubic):
        with pytest.raises(InputError, match="not normalisable"):
            condition_of(claim(pairs))
    quartic = World(RealSpace(2), Product((Marginal.QUARTIC, Marginal.QUARTIC)), cubic)
    assert optimum_condition(quartic, ConditionalLikelihood(), Encoder(RealSpace(2))).equations


def test_objectives_and_worlds_must_match() -> None:
    square, labels = family(2, (2,)), SoftmaxLabels(((0, 0), (1, 0), (0, 1)))
    refused: list[tuple[ExponentialFamily | SoftmaxLabels, Objective, type[SithError]]] = [
        (square, EnvironmentClassification(), UnsupportedCondition),
        (square, EnvironmentClassification(bias=False, statistics=True), UnsupportedCondition),
        (labels, ConditionalLikelihood(), InputError),
        (labels, EnvironmentClassification(statistics=True), InputError),
    ]
    for pairs, objective, error in refused:
        with pytest.raises(error):
            condition_of(claim(pairs, objective))
    with pytest.raises(InputError):
        optimum_condition(
            World(RealSpace(2), Gaussian()), ConditionalLikelihood(), Encoder(RealSpace(2))
        )
    with pytest.raises(SithError):
        optimum_condition(claim(square).world, InfoNCE(), Encoder(RealSpace(2)))
    with pytest.raises(UnsupportedCondition):
        optimum_condition(claim(square).world, ConditionalLikelihood(), Encoder(Sphere(2)))
    with pytest.raises(InputError, match="changes nothing"):
        condition_of(claim(SoftmaxLabels(((1, 2), (1, 2))), EnvironmentClassification()))
    with pytest.raises(InputError):
        square.log_conditional(latents(2), latents(2))
    with pytest.raises(InputError):
        labels.log_conditional(latents(2), latents(2))


def test_componentwise_maps_are_not_stated_by_degree_one() -> None:
    wrong = claim(family(2, (1, 2)), group=ComponentwiseDiffeomorphisms(2))
    assert derive(wrong, degree=1).agreement is Agreement.DISAGREES
