"""Components of a group: what settles them, how many there are, and what the budget leaves open."""

from __future__ import annotations

import pytest
import sympy as sp

from sith import (
    AbstractGroup,
    Affine,
    Agreement,
    BlockOrthogonal,
    BoxSymmetries,
    BudgetExceeded,
    Claim,
    ComponentwiseDiffeomorphisms,
    Encoder,
    Euclidean,
    Extent,
    Family,
    Gaussian,
    GeneralisedPermutations,
    Likelihood,
    Linear,
    LinearSolutions,
    Marginal,
    Mixing,
    NoPairs,
    Orthogonal,
    Outcome,
    Permutations,
    Product,
    RealSpace,
    Shifted,
    SignedPermutations,
    SignFlips,
    Translations,
    Trivial,
    World,
    component_count,
    derive,
    linear_solutions,
    theorem,
)
from tests.helpers.claims import condition_of


@pytest.mark.parametrize(
    ("group", "count"),
    [
        (Trivial(3), 1),
        (Translations(2), 1),
        (SignFlips(3), 8),
        (Permutations(3), 6),
        (SignedPermutations(3), 48),
        (Shifted(SignedPermutations(2)), 8),
        (GeneralisedPermutations(3), 48),
        (Orthogonal(4), 2),
        (Euclidean(1), 2),
        (Linear(3), 2),
        (Affine(2), 2),
        (BlockOrthogonal(((0, 1), (2,), (3,))), 16),
        (BlockOrthogonal(((0, 1), (2, 3))), 8),
        (BoxSymmetries(2), 8),
        (ComponentwiseDiffeomorphisms(2), 0),
    ],
    ids=str,
)
def test_components_are_counted(group: AbstractGroup, count: int) -> None:
    assert component_count(group) == count


@pytest.mark.parametrize("group", [SignFlips(2), Permutations(3), SignedPermutations(3)], ids=str)
def test_a_finite_group_has_as_many_components_as_elements(group: AbstractGroup) -> None:
    members = {sp.ImmutableMatrix(sp.eye(group.dim))}
    generators = [
        sp.ImmutableMatrix(sp.Matrix(m.expressions).jacobian(m.symbols))
        for m in group.finite_generators()
    ]
    while True:
        more = members | {sp.ImmutableMatrix(a * b) for a in members for b in generators}
        if more == members:
            break
        members = more
    assert component_count(group) == len(members)


def linear_claim(prior: object, group: AbstractGroup) -> Claim:
    world = World(RealSpace(group.dim), prior, NoPairs(), Mixing.LINEAR)
    encoder = Encoder(RealSpace(group.dim), Family.LINEAR)
    return Claim("linear", world, Likelihood(), encoder, group)


def test_linear_maps_of_three_outputs_need_no_lemma() -> None:
    claim = linear_claim(Product((Marginal.QUARTIC,) * 3), SignedPermutations(3))
    assert linear_solutions(condition_of(claim)).lie_in(SignedPermutations(3), real=True).holds
    quartic = derive(claim, degree=1)
    assert quartic.agreement is Agreement.AGREES
    assert quartic.scope.component_count == 48
    assert any(
        x.group == "signed permutations B(3)" and x.extent is Extent.ALL_MAPS for x in quartic.upper
    )


def test_four_outputs_rest_on_a_lemma() -> None:
    claim = linear_claim(Gaussian(), Orthogonal(4))
    found = derive(claim, degree=1)
    assert found.agreement is Agreement.AGREES
    assert found.scope.component_count == 2
    assert "L-covariance" in [lemma.name for lemma in found.trusted]


def test_a_group_that_is_too_small_disagrees_and_the_outcome_is_the_same() -> None:
    small, right = (
        derive(linear_claim(Gaussian(), group), degree=1)
        for group in (SignedPermutations(3), Orthogonal(3))
    )
    assert small.agreement is Agreement.DISAGREES
    assert small.reason.startswith("too small a group is stated")
    assert right.agreement is Agreement.AGREES
    assert small.outcome is right.outcome is Outcome.IDENTIFIED
    assert small.lower == right.lower
    assert small.upper == right.upper


def test_a_group_is_counted_only_where_all_maps_are_known() -> None:
    claim = theorem("hyvarinen_2016_tcl")
    scope = derive(claim, 2, 1, head="squares").scope
    assert scope.component_count == 0
    assert scope.not_shown


def test_all_maps_rest_on_the_lemma_that_is_printed() -> None:
    scope = derive(theorem("zimmermann_2021_vmf"), 2, 1).scope
    assert scope.components.startswith("all maps, by L-sphere-iso")
    assert scope.component_count == 2
    assert scope.to_dict()["component_count"] == 2


@pytest.mark.parametrize(
    ("slug", "parameters"),
    [
        ("roeder_2021_linear_identifiability", {"biases": "none"}),
        ("roeder_2021_linear_identifiability", {"biases": "learned"}),
        ("hyvarinen_2016_tcl", {"head": "features"}),
        ("khemakhem_2020_ivae", {"statistics": "mean"}),
    ],
)
def test_affine_heads_settle_all_maps(slug: str, parameters: dict[str, str]) -> None:
    verdict = derive(theorem(slug), 3, 1, **parameters)
    assert verdict.scope.components.startswith("all maps, by L-affine-generators")
    assert any(lemma.name == "L-affine-generators" for lemma in verdict.trusted)


@pytest.mark.parametrize(
    ("slug", "parameters"),
    [("hyvarinen_2016_tcl", {"head": "squares"}), ("khemakhem_2020_ivae", {"statistics": "both"})],
)
def test_other_heads_are_not_affine(slug: str, parameters: dict[str, str]) -> None:
    scope = derive(theorem(slug), 3, 1, **parameters).scope
    assert "L-affine-generators" not in scope.components
    assert "Gröbner bases outgrew their budget" in scope.components
    assert scope.not_shown


def test_what_outgrows_the_budget_is_not_called_forced_or_free() -> None:
    many = sp.symbols("x1:99")
    matrix = sp.ImmutableMatrix(2, 2, many[:4])
    wide = LinearSolutions(matrix, (sp.Add(*many),))
    with pytest.raises(BudgetExceeded, match="outgrew"):
        wide.lie_in(Orthogonal(2))
    assert not wide.impossible()
    solutions = linear_solutions(condition_of(theorem("hyvarinen_2016_tcl").at(3, head="squares")))
    with pytest.raises(BudgetExceeded, match="outgrew"):
        solutions.lie_in(GeneralisedPermutations(3))


def test_sums_of_squares_are_used_over_the_reals_only() -> None:
    a, b, c, d = sp.symbols("m11 m12 m21 m22", real=True)
    solutions = LinearSolutions(
        sp.ImmutableMatrix([[a, b], [c, d]]), (a**2 * b**2 + c**2 * d**2, a * c, b * d)
    )
    group = GeneralisedPermutations(2)
    assert solutions.lie_in(group, real=True).holds
    mixed = LinearSolutions(sp.ImmutableMatrix([[a, b], [c, d]]), (a**2 * b**2 - c**2 * d**2,))
    assert not mixed.lie_in(group, real=True).holds
