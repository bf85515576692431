"""Decoders of a class that is not closed under composition: conditions on g∘h^{−1} for a given g."""

from __future__ import annotations

import copy
import json
import random
from dataclasses import replace
from typing import Any

import pytest
import sympy as sp

from sith import (
    AbstractGroup,
    Additive,
    Affine,
    Agreement,
    BlockwiseDiffeomorphisms,
    Claim,
    ComponentwiseDiffeomorphisms,
    Compositional,
    Encoder,
    Field,
    Gaussian,
    InputError,
    Likelihood,
    Linear,
    Map,
    Marginal,
    Mixing,
    Orthogonal,
    OrthogonalColumns,
    Outcome,
    PolynomialDegree,
    Product,
    RealSpace,
    Reconstruction,
    Relation,
    SignedPermutations,
    SparseSupport,
    Sphere,
    StructuredMixing,
    Uniform,
    UnsupportedCondition,
    World,
    certificate_data,
    check_base,
    check_count,
    check_decoder_inverse,
    check_field,
    check_map,
    check_members,
    derive,
    exact_check,
    latents,
    linearise,
    solve,
    theorem,
    verify_certificate,
)
from sith.theory.groups import permutation_matrix
from tests.helpers.claims import condition_of, solve_checked

SINGLES = {d: tuple((i,) for i in range(d)) for d in (2, 3)}
Z2, Z3 = latents(2), latents(3)
SQUARES2 = (*Z2, *(x**2 for x in Z2))
HALF = sp.Rational(1, 2)


def of(
    g: tuple[sp.Expr, ...],
    structure: Any,
    group: AbstractGroup | None = None,
    relation: Relation = Relation.EQUALITY,
) -> Claim:
    """The claim that reconstruction with a decoder of the class of g leaves `group`."""
    dim = max(int(str(s)[1:]) for e in g for s in e.free_symbols)
    world = World(RealSpace(dim), Gaussian(), mixing=StructuredMixing(g, latents(dim), structure))
    stated = group or Affine(dim)
    return Claim("c", world, Reconstruction(), Encoder(RealSpace(dim)), stated, relation)


def columns(dim: int, prior: Any = None, g: tuple[sp.Expr, ...] = ()) -> Claim:
    """Orthogonal columns and a law."""
    mixing = StructuredMixing(g or latents(dim), latents(dim), OrthogonalColumns())
    world = World(RealSpace(dim), prior or Gaussian(), mixing=mixing)
    return Claim(
        "c", world, Likelihood(), Encoder(RealSpace(dim)), Orthogonal(dim), Relation.CONTAINS
    )


def dimensions(claim: Claim, top: int = 3) -> list[int]:
    condition = condition_of(claim)
    return [solve_checked(condition, k).dimension for k in range(1, top + 1)]


CASES: dict[str, tuple[Claim, list[int]]] = {
    "additive": (of(SQUARES2, Additive(SINGLES[2])), [4, 6, 8]),
    "additive, linear": (of(Z2, Additive(SINGLES[2])), [6, 10, 14]),
    "compositional": (of(SQUARES2, Compositional(SINGLES[2])), [4, 6, 8]),
    "sparse": (of((Z2[0], sum(Z2), Z2[1]), SparseSupport()), [4, 6, 8]),
    "polynomial": (of(SQUARES2, PolynomialDegree(2)), [6, 6, 6]),
    "polynomial, slack": (of(Z2, PolynomialDegree(2)), [6, 12, 12]),
    "columns": (columns(2), [1, 1, 2]),
    "columns in space": (columns(3), [3, 3, 6]),
    "columns, quartic": (columns(2, Product((Marginal.QUARTIC,) * 2)), [0, 0, 0]),
    "columns without a law": (of(Z2, OrthogonalColumns()), [5, 9, 14]),
}


@pytest.mark.parametrize("name", CASES)
def test_the_dimension_of_the_free_fields(name: str) -> None:
    claim, expected = CASES[name]
    assert dimensions(claim) == expected


@pytest.mark.parametrize("name", CASES)
def test_the_linearisation_is_the_derivative(name: str) -> None:
    """Leibniz' rule against composition, for a field with a polynomial in every component."""
    condition = condition_of(CASES[name][0])
    mixing, z = condition.mixing, condition.z
    assert isinstance(mixing, StructuredMixing)
    step = sp.Symbol("step")
    x = sp.Add(*z)
    xi = tuple((x + i) ** 3 * (i + 2) + s**2 * z[0] for i, s in enumerate(z))
    moved = {s: s - step * e for s, e in zip(z, xi, strict=True)}
    decoder = [e.xreplace(moved) for e in mixing.at(z)]

    def partial(value: sp.Expr, powers: tuple[int, ...]) -> sp.Expr:
        for s, k in zip(z, powers, strict=True):
            value = sp.diff(value, s, k) if k else value
        return value

    pairs = zip(condition.equations, linearise(condition), strict=True)
    for equation, linear in [p for p in pairs if p[0].decoder]:
        exact = sp.Add(*(sp.Mul(*(partial(decoder[a], k) for a, k in f)) for f in equation.decoder))
        found = sp.Add(*(t.coefficient * partial(xi[t.output], t.powers) for t in linear.jet))
        assert sp.expand(sp.diff(exact, step).subs(step, 0) - found) == 0


# What the class and g have in common with other ways of writing them.


@pytest.mark.parametrize("name", ["additive", "compositional", "sparse", "polynomial"])
def test_redundant_rows_and_another_order_of_rows_change_nothing(name: str) -> None:
    claim, expected = CASES[name]
    mixing = claim.world.mixing
    assert isinstance(mixing, StructuredMixing)
    for g in (tuple(reversed(mixing.g)), (*mixing.g, *(3 * e - 1 for e in mixing.g))):
        again = claim.replace(world=claim.world.replace(mixing=replace(mixing, g=g)))
        assert dimensions(again) == expected


@pytest.mark.parametrize("name", ["additive", "polynomial", "polynomial, slack"])
def test_an_invertible_matrix_on_the_observations_changes_nothing(name: str) -> None:
    claim, expected = CASES[name]
    mixing = claim.world.mixing
    assert isinstance(mixing, StructuredMixing)
    n = len(mixing.g)
    matrix = sp.Matrix(n, n, lambda i, j: sp.Rational(1, i + j + 1))  # Hilbert's, of full rank
    g = tuple(matrix * sp.Matrix(mixing.g))
    again = claim.replace(world=claim.world.replace(mixing=replace(mixing, g=g)))
    assert dimensions(again) == expected


def test_a_rotation_of_the_observations_keeps_orthogonal_columns() -> None:
    turned = ((3 * Z2[0] - 4 * Z2[1]) / 5, (4 * Z2[0] + 3 * Z2[1]) / 5)
    assert dimensions(columns(2, g=turned)) == [1, 1, 2]
    with pytest.raises(InputError, match="not in the class"):
        columns(2, g=(Z2[0] + Z2[1], Z2[1]))


def test_latents_may_have_other_names() -> None:
    names = sp.symbols("a b", real=True)
    g = (names[0] + names[1] ** 2, names[1], names[0] ** 2, names[1] ** 2)
    world = World(RealSpace(2), Gaussian(), mixing=StructuredMixing(g, names, Additive(SINGLES[2])))
    claim = Claim(
        "c", world, Reconstruction(), Encoder(RealSpace(2)), ComponentwiseDiffeomorphisms(2)
    )
    assert derive(claim, degree=2).agrees


def test_relabelled_latents_relabel_the_blocks() -> None:
    z = Z3

    def claim(order: tuple[int, int, int]) -> Claim:
        a, b, c = (z[i] for i in order)
        g = (a, b, a**2, a * b, b**2, c + a, c**2)
        blocks = (tuple(sorted(order[:2])), (order[2],))
        return of(g, Additive(blocks), BlockwiseDiffeomorphisms(blocks))

    for order in ((0, 1, 2), (0, 2, 1), (2, 1, 0)):
        verdict = derive(claim(order), degree=2)
        assert verdict.agrees
        assert dict(verdict.dimension_by_degree) == {1: 8, 2: 15}


def test_a_rational_decoder() -> None:
    pole_free = 1 + Z2[0] ** 2
    g = (Z2[0], Z2[0] / pole_free, Z2[1], Z2[1] ** 2)
    claim = of(g, Additive(SINGLES[2]), ComponentwiseDiffeomorphisms(2))
    verdict = derive(claim, degree=2)
    assert verdict.agrees, str(verdict)
    shear = Map(Z2, (Z2[0], Z2[1] - Z2[0]))
    assert not check_decoder_inverse(condition_of(claim), shear).holds


# Planted errors.


@pytest.mark.parametrize(
    ("g", "structure"),
    [
        ((*SQUARES2[:3], Z2[1] ** 2 + Z2[0] * Z2[1] / 7), Additive(SINGLES[2])),
        ((*SQUARES2[:3], Z2[1] ** 2 + Z2[0] / 7), Compositional(SINGLES[2])),
        ((*SQUARES2[:3], Z2[1] ** 2 + Z2[0] ** 3 / 7), PolynomialDegree(2)),
        ((Z2[0], Z2[1] + Z2[0] / 7), OrthogonalColumns()),
    ],
    ids=str,
)
def test_a_coefficient_that_leaves_the_class_is_refused(
    g: tuple[sp.Expr, ...], structure: Any
) -> None:
    with pytest.raises(InputError, match="not in the class") as caught:
        StructuredMixing(g, Z2, structure)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: StructuredMixing((sum(Z2), 2 * sum(Z2)), Z2, SparseSupport()), "rank 1"),
        (lambda: StructuredMixing((Z2[0],), Z2, SparseSupport()), "rank 1"),
        (lambda: StructuredMixing((*Z2, sp.exp(Z2[0])), Z2, SparseSupport()), "not a rational"),
        (lambda: StructuredMixing((*Z2, sp.sqrt(2) * Z2[0]), Z2, SparseSupport()), "rational"),
        (lambda: StructuredMixing((*Z2, Z2[0] * 0.5), Z2, SparseSupport()), "float"),
        (lambda: StructuredMixing((*Z2, Z3[2]), Z2, SparseSupport()), "holds z3"),
        (lambda: StructuredMixing(Z2, (Z2[0], Z2[0]), SparseSupport()), "repeat"),
        (lambda: StructuredMixing(Z2, (), SparseSupport()), "latent coordinates"),
        (lambda: StructuredMixing(Z2, Z2, Mixing.LINEAR), "Additive, Compositional"),
        (lambda: StructuredMixing(Z3, Z3, Additive(SINGLES[2])), "blocks of 2"),
        (lambda: Additive(((0,), (2,))), "blocks"),
        (lambda: Compositional(((0,), (0, 1))), "blocks"),
        (lambda: PolynomialDegree(0), "degree"),
        (lambda: PolynomialDegree(HALF), "degree"),
        (
            lambda: World(
                RealSpace(3), Gaussian(), mixing=StructuredMixing(Z2, Z2, SparseSupport())
            ),
            "2 latents for d = 3",
        ),
        (lambda: World(RealSpace(2), Gaussian(), mixing="additive"), "a Mixing"),
    ],
)
def test_bad_input_is_refused_in_one_line(build: Any, message: str) -> None:
    with pytest.raises(Exception, match=message) as caught:
        build()
    assert isinstance(caught.value, InputError | TypeError | ValueError)
    assert "\n" not in str(caught.value)


def test_another_structure_gives_another_group() -> None:
    groups = [
        derive(of(SQUARES2, s), degree=2).group
        for s in (Additive(SINGLES[2]), Additive(((0, 1),)), PolynomialDegree(2))
    ]
    assert groups == [
        "componentwise diffeomorphisms (2)",
        "diffeomorphisms of R^2",
        "Aff(2)",
    ]


def test_a_field_that_no_map_follows_refutes_nothing() -> None:
    """(z_i, z_i²) and degree 3: quadratic fields are free to first order, and only affine maps are.

    k_i and k_i² of degree at most 3 make k_i affine.
    """
    claim = of(SQUARES2, PolynomialDegree(3))
    verdict = derive(claim, degree=2)
    assert dict(verdict.dimension_by_degree) == {1: 6, 2: 12}
    assert verdict.agreement is Agreement.UNDECIDED
    assert verdict.outcome is Outcome.UNDECIDED
    assert any("every optimal map" in item for item in verdict.missing)
    condition = condition_of(claim)
    quadratic = Field(Z2, (Z2[1] ** 2, sp.Integer(0)))
    assert check_field(condition, quadratic, {}).holds
    follows = Map(Z2, (Z2[0] - Z2[1] ** 2, Z2[1]))
    assert not check_decoder_inverse(condition, follows).holds
    lower = claim.replace(relation=Relation.CONTAINS)
    assert derive(lower, degree=2).agreement is Agreement.AGREES
    # With degree 4 the maps are there, and the claim is wrong.
    loose = derive(of(SQUARES2, PolynomialDegree(4)), degree=2)
    assert dict(loose.dimension_by_degree) == {1: 6, 2: 12}
    assert loose.agreement is Agreement.DISAGREES
    assert loose.outcome is Outcome.UNDECIDED


@pytest.mark.parametrize("name", CASES)
def test_a_lost_equation_is_noticed_by_the_count(name: str) -> None:
    condition = condition_of(CASES[name][0])
    solution = solve(condition, 3, accept=lambda *_: True)
    assert check_count(condition, solution.monomials, solution.draws, solution.rank).holds
    fewer = replace(condition, equations=tuple(e for e in condition.equations if not e.decoder))
    assert not check_count(fewer, solution.monomials, solution.draws, solution.rank).holds


@pytest.mark.parametrize("name", CASES)
def test_the_checker_refuses_a_field_outside_the_class(name: str) -> None:
    condition = condition_of(CASES[name][0])
    solution = solve(condition, 2, accept=lambda *_: True)
    assert all(check_field(condition, f, {}).holds for f in solution.fields)
    z = condition.z
    stray = Field(z, (z[0] ** 2 * z[1] ** 2, *z[1:]))
    answer = check_field(condition, stray, {})
    assert not answer.holds
    assert answer.witness == str(stray)


# Finite maps.


def test_a_map_is_checked_through_its_decoder() -> None:
    swap, shear = sp.Matrix([[0, 1], [1, 0]]), sp.Matrix([[1, 0], [2, 1]])
    free = {}
    for name in ("additive", "additive, linear", "compositional", "polynomial"):
        condition = condition_of(CASES[name][0])
        assert check_base(condition).holds
        free[name] = [
            check_map(condition, Map.linear(m, (HALF, sp.Integer(0)))).holds for m in (swap, shear)
        ]
        assert not check_map(condition, Map.linear(sp.Matrix([[1, 1], [1, 1]]))).holds
        with pytest.raises(UnsupportedCondition, match="not affine"):
            check_map(condition, Map(Z2, (Z2[0] + Z2[1] ** 3, Z2[1])))
    assert free == {
        "additive": [True, False],
        "additive, linear": [True, True],
        "compositional": [True, False],
        "polynomial": [True, True],
    }


def test_slots_of_a_reducible_mechanism_exchange_parts() -> None:
    exchange = Map.linear(permutation_matrix((0, 2, 1, 3)))
    entry = theorem("brady_2023_compositional")
    for mechanism, kept in (("irreducible", False), ("reducible", True)):
        claim = entry.at(4, mechanism=mechanism)
        assert check_map(condition_of(claim), exchange).holds is kept
        strict = claim.replace(relation=Relation.EQUALITY)
        assert derive(strict, degree=2).agrees is not kept
    verdict = derive(entry, 4, 2, mechanism="reducible")
    assert verdict.outcome is Outcome.LOCALLY
    assert "(z1, z2, z3, z4) ↦ (z1, z3, z2, z4)" in [x.element for x in verdict.lower]


def test_slots_are_exchanged_only_where_the_class_allows_it() -> None:
    """Over unequal blocks, an exchange of two latents leaves the class of an additive g."""
    blocks = ((0, 1), (2,))
    g = (*Z3, Z3[0] * Z3[1])
    condition = condition_of(of(g, Additive(blocks)))
    exchange = Map.linear(permutation_matrix((2, 1, 0)))
    assert not check_map(condition, exchange).holds
    assert check_map(condition, Map.linear(permutation_matrix((1, 0, 2)))).holds


def test_free_fields_of_a_larger_class_do_not_make_a_group() -> None:
    """All affine fields are free for linear g and polynomial decoders, all quadratic maps are not."""
    condition = condition_of(of(Z2, PolynomialDegree(2)))
    assert check_members(condition, Affine(2)).holds
    assert not check_members(condition, ComponentwiseDiffeomorphisms(2)).holds
    verdict = derive(of(Z2, PolynomialDegree(2), relation=Relation.CONTAINS))
    assert verdict.agrees
    assert verdict.outcome is Outcome.UNDECIDED
    assert "without a name" in verdict.group


def test_a_group_is_named_only_if_its_members_are_free() -> None:
    """At degree 2 the free fields are those of all diffeomorphisms, whose maps have any degree."""
    verdict = derive(of(Z2, PolynomialDegree(2)), degree=2)
    assert dict(verdict.dimension_by_degree) == {1: 6, 2: 12}
    assert "diffeomorphisms" not in verdict.group


def test_structural_sparsity_alone_leaves_a_map_that_mixes() -> None:
    """One pair of coordinates for each pair of latents: g∘h^{−1} has a support of the same size."""
    g = (Z2[0], Z2[0] ** 3 + Z2[0] + Z2[1], Z2[0] ** 3 - Z2[1], Z2[1])
    condition = condition_of(of(g, SparseSupport()))
    inverse = Map(Z2, (Z2[0], Z2[1] - Z2[0] ** 3 - Z2[0]))
    assert check_decoder_inverse(condition, inverse).holds
    assert not ComponentwiseDiffeomorphisms(2).contains(inverse).holds
    assert dimensions(of(g, SparseSupport())) == [4, 6, 8]
    cycle = theorem("zheng_2022_sparsity").at(3)
    mixing = cycle.world.mixing
    assert isinstance(mixing, StructuredMixing)
    tie = Map(Z3, (Z3[0], Z3[1] - Z3[0] ** 3 - Z3[0], Z3[2]))
    assert not check_decoder_inverse(condition_of(cycle), tie).holds


def test_one_coordinate_for_each_pair_does_not_separate() -> None:
    cycle = tuple(Z3[i] + 2 * Z3[(i + 1) % 3] for i in range(3))
    claim = of(cycle, SparseSupport(), ComponentwiseDiffeomorphisms(3))
    assert dimensions(claim, 2) == [9, 18]
    assert derive(claim, degree=2).agreement is Agreement.DISAGREES


# Orthogonal columns.


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_hermite_fields_keep_a_gaussian_and_orthogonal_columns(n: int) -> None:
    def hermite(x: sp.Symbol) -> sp.Expr:
        value, before = x, sp.Integer(1)
        for k in range(1, n):
            value, before = sp.expand(x * value - k * before), value
        return value

    a, b = (hermite(x) for x in Z2)
    free = Field(Z2, (sp.diff(a, Z2[0]) * b, -a * sp.diff(b, Z2[1])))
    wrong = Field(Z2, (sp.diff(a, Z2[0]) * b, a * sp.diff(b, Z2[1])))
    assert check_field(condition_of(columns(2)), free, {}).holds
    assert not check_field(condition_of(columns(2)), wrong, {}).holds


def test_without_polynomial_fields_orthogonal_columns_stay_undecided() -> None:
    quartic = columns(2, Product((Marginal.QUARTIC,) * 2))
    signed = quartic.replace(group=SignedPermutations(2))
    verdict = derive(signed.replace(relation=Relation.EQUALITY))
    assert verdict.agreement is Agreement.UNDECIDED
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.missing
    lower = derive(signed)
    assert lower.agreement is Agreement.AGREES
    assert derive(quartic).agreement is Agreement.DISAGREES


def test_the_hyperbolic_lemma_is_trusted_where_it_applies() -> None:
    normal, laplace = columns(2), columns(2, Product((Marginal.LAPLACE,) * 2))
    stretched = columns(2, g=tuple(x + x**3 for x in Z2))
    named = [
        any(lemma.name == "L-hyperbolic" for lemma in condition_of(c).lemmas)
        for c in (normal, laplace, stretched)
    ]
    assert named == [True, False, False]


def test_a_stretched_mixing_leaves_no_rotation() -> None:
    stretched = columns(2, g=tuple(x + x**3 for x in Z2))
    assert dimensions(stretched) == [0, 0, 0]
    assert not derive(stretched).agrees


# The rest of the toolkit.


def test_the_lemma_on_polynomials_needs_full_powers() -> None:
    full = derive(of(SQUARES2, PolynomialDegree(2)))
    assert [lemma.name for lemma in full.trusted] == ["L-reconstruction", "L-polynomial-decoder"]
    assert full.scope.components.startswith("all maps, by L-polynomial-decoder")
    part = derive(of((*Z2, Z2[0] ** 2 + Z2[0] * Z2[1] + Z2[1] ** 2), PolynomialDegree(2)))
    assert [lemma.name for lemma in part.trusted] == ["L-reconstruction"]
    assert "all maps" not in part.scope.components


def test_curved_latents_are_undecided_with_the_reason() -> None:
    mixing = StructuredMixing(Z2, Z2, OrthogonalColumns())
    world = World(Sphere(2), Uniform(), mixing=mixing)
    verdict = derive(Claim("c", world, Reconstruction(), Encoder(Sphere(2)), Orthogonal(2)))
    assert verdict.outcome is Outcome.UNDECIDED
    assert "orthogonal-column" in verdict.reason


@pytest.mark.parametrize("name", CASES)
def test_the_numerical_layers_say_that_they_have_no_such_mixing(name: str) -> None:
    report = exact_check(CASES[name][0])
    assert report.passed is Agreement.UNDECIDED


# Certificates.


def concluded() -> list[Claim]:
    return [
        of(SQUARES2, Additive(SINGLES[2]), ComponentwiseDiffeomorphisms(2)),
        of(SQUARES2, Compositional(SINGLES[2]), ComponentwiseDiffeomorphisms(2)),
        of(SQUARES2, PolynomialDegree(2)),
        of(Z2, Additive(SINGLES[2]), relation=Relation.CONTAINS),
        columns(2),
    ]


@pytest.mark.parametrize("claim", concluded(), ids=lambda c: str(c.world.mixing.structure))
def test_a_certificate_is_valid_and_a_changed_one_is_not(claim: Claim) -> None:
    data = json.loads(json.dumps(certificate_data(derive(claim, degree=3), "c", {})))
    answer = verify_certificate(data, claim)
    assert answer.valid, answer.reason
    for change in ("drop", "coefficient", "rank"):
        forged: dict[str, Any] = copy.deepcopy(data)
        top = forged["degrees"][-1]
        if change == "drop":
            top["fields"].pop()
            top["changes"].pop()
        elif change == "coefficient":
            component = next(c for f in top["fields"] for c in f if c)
            component[0]["powers"] = [2, 1]
        else:
            top["rank"] += 1
        assert not verify_certificate(forged, claim).valid, change


def test_a_certificate_is_about_one_g_and_one_structure() -> None:
    claim = of(SQUARES2, Additive(SINGLES[2]), ComponentwiseDiffeomorphisms(2))
    data = certificate_data(derive(claim, degree=2), "c", {})
    for g, structure in (
        ((*SQUARES2[:3], 2 * Z2[1] ** 2), Additive(SINGLES[2])),
        (SQUARES2, Compositional(SINGLES[2])),
    ):
        other = of(g, structure, ComponentwiseDiffeomorphisms(2))
        answer = verify_certificate(data, other)
        assert not answer.valid
        assert not answer.same_claim
    assert Linear(2).dim == claim.dim


class Origin(RealSpace):
    """R^d, from which only the origin is ever drawn."""

    def rational_point(self, rng: random.Random) -> tuple[sp.Rational, ...]:
        return (sp.Integer(0),) * self.dim


def test_a_pole_at_a_point_of_the_space_is_undecided_with_the_reason() -> None:
    mixing = StructuredMixing((1 / Z2[0], Z2[1], Z2[1] ** 2), Z2, Additive(SINGLES[2]))
    world = World(Origin(2), Gaussian(), mixing=mixing)
    verdict = derive(Claim("c", world, Reconstruction(), Encoder(RealSpace(2)), Affine(2)))
    assert verdict.outcome is Outcome.UNDECIDED
    assert "pole" in verdict.reason
