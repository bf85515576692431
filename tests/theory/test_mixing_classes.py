"""Mixing classes as conditions on the Jacobian, alone and with a law of the latents."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp

from sith import (
    AbstractGroup,
    Agreement,
    BlockOrthogonal,
    BlockwiseDiffeomorphisms,
    Box,
    Claim,
    Encoder,
    Euclidean,
    Extent,
    Family,
    Field,
    Gaussian,
    GeneralisedPermutations,
    Independence,
    InputError,
    Likelihood,
    Linear,
    LogDensity,
    Map,
    Marginal,
    MeasurePreserving,
    Mixing,
    Orthogonal,
    Outcome,
    Product,
    RealSpace,
    Reconstruction,
    Relation,
    SignedPermutations,
    SignFlips,
    Sphere,
    Trivial,
    Uniform,
    UnsupportedCondition,
    World,
    check_base,
    check_count,
    check_field,
    check_map,
    derive,
    equal,
    exact_check,
    latents,
    linear_solutions,
    linearise,
    named_groups,
    solve,
    theorem,
)
from tests.helpers.claims import condition_of, solve_checked

NORMAL, QUARTIC = Marginal.NORMAL, Marginal.QUARTIC
CLASSES = (Mixing.LOCAL_ISOMETRY, Mixing.CONFORMAL, Mixing.VOLUME_PRESERVING)


def quartic(dim: int) -> Product:
    return Product((QUARTIC,) * dim)


def of_class(dim: int, mixing: Mixing, group: AbstractGroup | None = None) -> Claim:
    """The class alone, on a bounded domain: nothing is asked of the law."""
    world = World(Box(dim), Uniform(), mixing=mixing)
    return Claim("claim", world, Reconstruction(), Encoder(RealSpace(dim)), group or Trivial(dim))


def with_law(
    prior: object,
    mixing: Mixing,
    group: AbstractGroup,
    objective: object = None,
    relation: Relation = Relation.EQUALITY,
) -> Claim:
    dim = group.dim
    family = Family.LINEAR if mixing is Mixing.LINEAR else Family.UNIVERSAL
    return Claim(
        "claim",
        World(RealSpace(dim), prior, mixing=mixing),
        objective or Likelihood(),
        Encoder(RealSpace(dim), family),
        group,
        relation,
    )


def dimensions(claim: Claim, degrees: tuple[int, ...] = (1, 2, 3)) -> list[int]:
    """Dimensions by degree; every rank is recounted modulo another prime."""
    condition = condition_of(claim)
    found = []
    for degree in degrees:
        solution = solve_checked(condition, degree)
        counted = check_count(condition, solution.monomials, solution.draws, solution.rank)
        assert counted.holds, counted.reason
        found.append(solution.dimension)
    return found


@pytest.mark.parametrize(
    ("dim", "mixing", "expected"),
    [
        (2, Mixing.CONFORMAL, [4, 6, 8]),
        (3, Mixing.CONFORMAL, [7, 10, 10]),
        (2, Mixing.LOCAL_ISOMETRY, [3, 3, 3]),
        (3, Mixing.LOCAL_ISOMETRY, [6, 6, 6]),
        (2, Mixing.VOLUME_PRESERVING, [5, 9, 14]),
        (3, Mixing.VOLUME_PRESERVING, [11, 26, 50]),
    ],
    ids=str,
)
def test_fields_of_a_class(dim: int, mixing: Mixing, expected: list[int]) -> None:
    assert dimensions(of_class(dim, mixing)) == expected


@pytest.mark.parametrize("mixing", [Mixing.LOCAL_ISOMETRY, Mixing.CONFORMAL], ids=str)
@pytest.mark.parametrize("dim", [2, 3])
def test_a_gaussian_leaves_rotations_and_a_quartic_law_nothing(dim: int, mixing: Mixing) -> None:
    rotations = dim * (dim - 1) // 2
    assert dimensions(with_law(Gaussian(), mixing, Trivial(dim))) == [rotations] * 3
    z = latents(dim)
    polynomial = LogDensity(-sp.Add(*(x**4 for x in z)) / 4, z)
    for prior in (quartic(dim), polynomial):
        verdict = derive(with_law(prior, mixing, SignedPermutations(dim)))
        # Lemmas on far maps speak of independent coordinates, and of conformal maps from d = 3 on.
        everywhere = prior != polynomial and (mixing is Mixing.LOCAL_ISOMETRY or dim > 2)
        expected = Agreement.AGREES if everywhere else Agreement.LOCALLY
        assert verdict.agreement is expected, str(verdict)
        assert verdict.outcome is (Outcome.IDENTIFIED if everywhere else Outcome.LOCALLY)
        assert set(verdict.dimension_by_degree.values()) == {0}
        assert not derive(with_law(prior, mixing, SignFlips(dim)), degree=1).agrees
        assert not derive(with_law(prior, mixing, Orthogonal(dim)), degree=1).agrees


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ((NORMAL, NORMAL, QUARTIC), 1),
        ((NORMAL, NORMAL, NORMAL), 3),
        ((NORMAL, NORMAL, NORMAL, QUARTIC), 3),
        ((NORMAL, QUARTIC, QUARTIC), 0),
        ((QUARTIC, QUARTIC, QUARTIC), 0),
    ],
    ids=str,
)
def test_linear_mixing_leaves_rotations_of_the_gaussians(
    sources: tuple[Marginal, ...], expected: int
) -> None:
    claim = with_law(Product(sources), Mixing.LINEAR, Trivial(len(sources)))
    assert dimensions(claim) == [expected] * 3


@pytest.mark.parametrize(
    ("prior", "mixing", "group", "lemmas"),
    [
        # Three linear outputs are within reach of Gröbner bases, four are not.
        (quartic(3), Mixing.LINEAR, SignedPermutations(3), ["L-darmois-skitovich"]),
        (Gaussian(), Mixing.LINEAR, Orthogonal(3), ["L-covariance"]),
        (
            Product((NORMAL, NORMAL, QUARTIC)),
            Mixing.LINEAR,
            BlockOrthogonal(((0, 1), (2,))),
            ["L-darmois-skitovich"],
        ),
        (quartic(4), Mixing.LINEAR, SignedPermutations(4), ["L-darmois-skitovich"]),
        (Gaussian(), Mixing.LINEAR, Orthogonal(4), ["L-covariance"]),
        (
            Product((NORMAL, NORMAL, QUARTIC, QUARTIC)),
            Mixing.LINEAR,
            BlockOrthogonal(((0, 1), (2,), (3,))),
            ["L-darmois-skitovich"],
        ),
        (
            quartic(3),
            Mixing.LOCAL_ISOMETRY,
            SignedPermutations(3),
            ["L-isometry", "L-darmois-skitovich"],
        ),
        (
            quartic(3),
            Mixing.CONFORMAL,
            SignedPermutations(3),
            ["L-liouville", "L-darmois-skitovich"],
        ),
        (Gaussian(), Mixing.CONFORMAL, Orthogonal(3), ["L-liouville", "L-covariance"]),
    ],
    ids=str,
)
def test_all_maps_rest_on_named_lemmas_or_on_none(
    prior: object, mixing: Mixing, group: AbstractGroup, lemmas: list[str]
) -> None:
    verdict = derive(with_law(prior, mixing, group), degree=2)
    assert verdict.agrees
    assert verdict.scope.components.startswith("all maps")
    assert verdict.scope.not_shown == ()
    assert [lemma.name for lemma in verdict.trusted] == ["L-law", *lemmas]


def test_conformal_maps_of_the_plane_have_no_lemma() -> None:
    verdict = derive(with_law(quartic(2), Mixing.CONFORMAL, SignedPermutations(2)), degree=2)
    assert (verdict.outcome, verdict.agreement) == (Outcome.LOCALLY, Agreement.LOCALLY)
    assert any("no bound on maps far from the identity" in s for s in verdict.scope.not_shown)
    linear = [x.group for x in verdict.upper if x.extent is Extent.LINEAR_MAPS]
    assert linear == ["signed permutations B(2)"]


def test_a_class_alone_is_a_group() -> None:
    motions = derive(of_class(3, Mixing.LOCAL_ISOMETRY, Euclidean(3)), degree=2)
    assert motions.agrees and motions.outcome is Outcome.IDENTIFIED
    volumes = MeasurePreserving(2, sp.Integer(0))
    kept = derive(of_class(2, Mixing.VOLUME_PRESERVING, volumes))
    assert kept.agrees and kept.outcome is Outcome.NOT_IDENTIFIED
    anything = of_class(2, Mixing.INJECTIVE, BlockwiseDiffeomorphisms(((0, 1),)))
    # An injective ĝ may have a larger image than g, so that h is not onto: equality is open.
    assert derive(anything, degree=2).agreement is Agreement.UNDECIDED
    assert derive(anything.replace(relation=Relation.CONTAINS), degree=2).agrees
    matrices = with_law(Gaussian(), Mixing.LINEAR, Linear(2), Reconstruction())
    assert derive(matrices, degree=2).agrees


def test_independence_leaves_the_scales_free() -> None:
    group = GeneralisedPermutations(2)
    claim = with_law(quartic(2), Mixing.LINEAR, group, Independence())
    assert derive(claim, degree=2).agrees


@pytest.mark.parametrize("prior", [Gaussian(), quartic(2)], ids=str)
def test_keeping_the_volume_and_the_law_is_infinite_dimensional(prior: object) -> None:
    group = MeasurePreserving(2, prior.log_density(latents(2)))
    claim = with_law(prior, Mixing.VOLUME_PRESERVING, group, relation=Relation.CONTAINED)
    for degree in (1, 2, 3):
        verdict = derive(claim, degree=degree)
        assert verdict.agrees
        assert verdict.outcome is Outcome.NOT_IDENTIFIED
    for wrong in (Orthogonal(2), SignedPermutations(2)):
        for relation in Relation:
            # Both keep the volume and the Gaussian; only the signed permutations keep the other law.
            kept = all(group.in_algebra(f).holds for f in wrong.algebra_basis(1))
            true = relation is Relation.CONTAINS and kept
            refuted = derive(claim.replace(group=wrong, relation=relation), degree=2)
            assert refuted.agrees is true, str(refuted)
            assert refuted.outcome is Outcome.NOT_IDENTIFIED


def test_a_law_alone_never_agrees_with_a_finite_group() -> None:
    prior = Product((NORMAL, NORMAL, QUARTIC, QUARTIC))
    claim = with_law(prior, Mixing.INJECTIVE, BlockOrthogonal(((0, 1), (2,), (3,))))
    verdict = derive(claim, degree=1)
    assert verdict.outcome is Outcome.NOT_IDENTIFIED
    assert not verdict.agrees


@pytest.mark.parametrize("mixing", CLASSES, ids=str)
def test_the_linearisation_is_the_derivative(mixing: Mixing) -> None:
    condition = condition_of(of_class(3, mixing))
    z = condition.z
    slopes = [[sp.Symbol(f"d{a}{b}") for b in range(3)] for a in range(3)]
    step = sp.Symbol("step")
    jacobian = sp.eye(3) + step * sp.Matrix(slopes)
    gram = jacobian.T * jacobian
    for equation, linear in zip(condition.equations, linearise(condition), strict=True):
        exact = sp.Add(*(c * gram[i, j] for i, j, c in equation.gram))
        if equation.volume:
            exact = jacobian.det()
        expected = sp.diff(exact, step).subs(step, 0)
        found = sp.Add(*(t.coefficient * slopes[t.output][t.powers.index(1)] for t in linear.jet))
        assert sp.expand(found - expected) == 0
    assert check_base(condition).holds
    assert z == condition.base


def maps() -> dict[str, Map]:
    z = latents(2)
    half = sp.Rational(1, 2)
    norm = (z[0] ** 2 + z[1] ** 2) / 2
    cosine, sine = (1 - norm**2) / (1 + norm**2), 2 * norm / (1 + norm**2)
    turn = sp.Matrix([[3, -4], [4, 3]]) / 5
    return {
        "motion": Map.linear(turn, (half, sp.Integer(1))),
        "similarity": Map.linear(2 * turn),
        "shear": Map.linear(sp.Matrix([[1, 1], [0, 1]])),
        "square": Map(z, (z[0] ** 2 - z[1] ** 2, 2 * z[0] * z[1])),
        "stretch": Map.linear(sp.diag(2, 1)),
        "twist": Map(z, (cosine * z[0] - sine * z[1], sine * z[0] + cosine * z[1])),
    }


@pytest.mark.parametrize(
    ("mixing", "members"),
    [
        (Mixing.LOCAL_ISOMETRY, ("motion",)),
        (Mixing.CONFORMAL, ("motion", "similarity", "square")),
        (Mixing.VOLUME_PRESERVING, ("motion", "shear", "twist")),
    ],
    ids=str,
)
def test_the_checker_knows_the_maps_of_a_class(mixing: Mixing, members: tuple[str, ...]) -> None:
    condition = condition_of(of_class(2, mixing))
    found = [name for name, m in maps().items() if check_map(condition, m).holds]
    assert found == list(members)


def test_the_checker_refuses_fields_outside_a_class() -> None:
    z = latents(2)
    stretch = Field(z, (z[0], sp.Integer(0)))
    shear = Field(z, (z[1], sp.Integer(0)))
    scaling = Field(z, z)
    kept = {
        mixing: [check_field(condition_of(of_class(2, mixing)), f, {}).holds for f in fields]
        for mixing in CLASSES
        for fields in [(stretch, shear, scaling)]
    }
    assert kept == {
        Mixing.LOCAL_ISOMETRY: [False, False, False],
        Mixing.CONFORMAL: [False, False, True],
        Mixing.VOLUME_PRESERVING: [False, True, False],
    }


@pytest.mark.parametrize("mixing", CLASSES, ids=str)
def test_a_lost_equation_is_noticed_by_the_count(mixing: Mixing) -> None:
    condition = condition_of(of_class(2, mixing))
    solution = solve(condition, 2, accept=lambda *_: True)
    fewer = replace(condition, equations=condition.equations[:-1])
    assert not check_count(fewer, solution.monomials, solution.draws, solution.rank).holds


def test_linear_solutions_are_real() -> None:
    """diag(i, i) keeps Σ z⁴; the real linear maps that do are the signed permutations."""
    condition = condition_of(with_law(quartic(2), Mixing.LINEAR, SignedPermutations(2)))
    solutions = linear_solutions(condition)
    assert solutions.lie_in(SignedPermutations(2), real=True).holds
    assert not solutions.lie_in(SignedPermutations(2)).holds
    assert not solutions.lie_in(SignFlips(2), real=True).holds
    unreal = dict(zip(solutions.matrix, (sp.I, 0, 0, sp.I), strict=True))
    assert all(sp.expand(e.subs(unreal)) == 0 for e in solutions.equations)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        (
            with_law(Product((Marginal.UNIFORM,) * 2), Mixing.LINEAR, SignedPermutations(2)),
            "edge of the support",
        ),
        (
            with_law(Product((Marginal.LOGISTIC,) * 2), Mixing.CONFORMAL, SignedPermutations(2)),
            "exp",
        ),
        (
            with_law(Gaussian(), Mixing.CONFORMAL, Trivial(2), Reconstruction()),
            "to infinity",
        ),
    ],
    ids=["uniform", "logistic", "whole plane"],
)
def test_what_is_not_handled_is_undecided_with_the_reason(claim: Claim, reason: str) -> None:
    verdict = derive(claim, degree=2)
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.agreement is Agreement.UNDECIDED
    assert reason in str(verdict)


def test_a_laplace_law_is_handled_orthant_by_orthant() -> None:
    prior = Product((Marginal.LAPLACE,) * 2)
    for mixing in (Mixing.LINEAR, Mixing.LOCAL_ISOMETRY):
        assert derive(with_law(prior, mixing, SignedPermutations(2)), degree=2).agrees
        assert not derive(with_law(prior, mixing, Orthogonal(2)), degree=2).agrees


def test_a_class_needs_flat_coordinates() -> None:
    world = World(Sphere(2), Uniform(), mixing=Mixing.CONFORMAL)
    claim = Claim("claim", world, Reconstruction(), Encoder(Sphere(2)), Trivial(2))
    with pytest.raises(UnsupportedCondition, match="conformal mixing"):
        condition_of(claim)
    with pytest.raises(InputError, match="conformal maps of the plane"):
        theorem("buchholz_2022_conformal").at(2)


@pytest.mark.parametrize("mixing", CLASSES, ids=str)
def test_maps_of_the_class_are_tried_on_nodes(mixing: Mixing) -> None:
    claim = with_law(Gaussian(), mixing, Orthogonal(2))
    wider = mixing is Mixing.VOLUME_PRESERVING
    report = exact_check(claim)
    assert report.passed is (Agreement.DISAGREES if wider else Agreement.AGREES)
    assert (derive(claim, degree=2).agreement is Agreement.DISAGREES) is wider
    smaller = claim.replace(group=Trivial(2))
    assert exact_check(smaller).passed is Agreement.DISAGREES


def test_finite_groups_are_counted() -> None:
    def words(prior: object, group: AbstractGroup, relation: Relation = Relation.EQUALITY) -> str:
        return derive(with_law(prior, Mixing.LINEAR, group, relation=relation)).scope.components

    assert "2^d d! = 48 elements" in words(quartic(3), SignedPermutations(3))
    mixed = Product((NORMAL, QUARTIC))
    assert "2^d = 4 elements" in words(mixed, SignedPermutations(2), Relation.CONTAINED)
    assert "elements" not in words(Gaussian(), Orthogonal(2))


def test_free_maps_that_no_named_group_holds_are_reported() -> None:
    prior = Product((NORMAL, QUARTIC, QUARTIC))
    claim = with_law(prior, Mixing.LINEAR, SignedPermutations(3), relation=Relation.CONTAINED)
    verdict = derive(claim, degree=1)
    assert verdict.agreement is Agreement.AGREES
    assert ("signed permutations B(3)", Extent.ALL_MAPS) in [
        (x.group, x.extent) for x in verdict.upper
    ]
    assert verdict.group.startswith("sign flips (3), with (z1, z2, z3) ↦ (z1, z3, z2)")
    assert not derive(claim.replace(relation=Relation.EQUALITY), degree=1).agrees
    assert not derive(claim.replace(group=SignFlips(3)), degree=1).agrees


def test_groebner_bases_reach_three_dimensions() -> None:
    blocks = BlockOrthogonal(((0, 1), (2,)))
    claim = with_law(Product((NORMAL, NORMAL, QUARTIC)), Mixing.LINEAR, blocks)
    solutions = linear_solutions(condition_of(claim))
    assert solutions.lie_in(blocks).holds
    assert not solutions.lie_in(SignedPermutations(3), real=True).holds


@pytest.mark.parametrize(
    ("slug", "dim", "parameters"),
    [
        ("comon_1994_linear_ica", 2, {}),
        ("comon_1994_linear_ica", 3, {"gaussians": 2}),
        ("horan_2021_local_isometry", 2, {}),
        ("horan_2021_local_isometry", 2, {"prior": "gaussian"}),
        ("buchholz_2022_conformal", 3, {}),
        ("buchholz_2022_conformal", 3, {"prior": "gaussian"}),
        ("buchholz_2022_volume_preserving", 2, {"law": "free"}),
    ],
    ids=str,
)
def test_no_other_group_is_equal(slug: str, dim: int, parameters: dict[str, object]) -> None:
    claim = theorem(slug).at(dim, **parameters)
    assert derive(claim, degree=2).agrees
    whole = BlockwiseDiffeomorphisms((tuple(range(dim)),))
    for group in (*named_groups(dim), whole):
        if not equal(group, claim.group, 2).holds:
            wrong = claim.replace(group=group, relation=Relation.EQUALITY)
            assert not derive(wrong, degree=2).agrees, str(group)
