"""What is identified: invariants of groups and claims, and answers about single functions."""

import random
from itertools import product

import pytest
import sympy as sp

from sith import (
    Affine,
    BlockOrthogonal,
    BlockwiseDiffeomorphisms,
    BudgetExceeded,
    Claim,
    ComponentwiseDiffeomorphisms,
    Encoder,
    Euclidean,
    Family,
    Field,
    FloatInSymbolicField,
    GeneralisedPermutations,
    InfoNCE,
    InnerProduct,
    InputError,
    Likelihood,
    Linear,
    LogDensity,
    Map,
    MeasurePreserving,
    Mixing,
    NegativeNorm,
    Orthogonal,
    Outcome,
    Permutations,
    RealSpace,
    Relation,
    Shifted,
    SignedPermutations,
    SignFlips,
    Sphere,
    Translations,
    Trivial,
    UnknownName,
    UnsupportedCondition,
    World,
    invariants,
    is_identified,
    latents,
    named_groups,
    theorem,
)
from sith.theory.groups import permutation_matrix

VMF = "zimmermann_2021_vmf"
Z, W, V = (latents(3, name) for name in "zwv")
POINTS = (Z, W, V)


def dot(a, b):
    return sp.Add(*(x * y for x, y in zip(a, b, strict=True)))


def gap(a, b):
    return [y - x for x, y in zip(a, b, strict=True)]


COSINE = dot(Z, W) / sp.sqrt(dot(Z, Z) * dot(W, W))
DISTANCE = sp.sqrt(dot(gap(Z, W), gap(Z, W)))
LEFT_OF = sp.Lt(Z[0], W[0])
VOLUME = sp.Matrix(POINTS).det()
NORMAL = MeasurePreserving(3, -dot(Z, Z) / 2)
QUARTIC = MeasurePreserving(2, -(Z[0] ** 4 + Z[1] ** 4) / 4)


def same(found, expected):
    """Whether two lists of polynomials agree up to order and sign."""
    left = {sp.expand(e) for e in found}
    right = [sp.expand(e) for e in expected]
    return len(left) == len(right) and all(e in left or -e in left for e in right)


@pytest.mark.parametrize(
    ("group", "points", "degree", "generators", "size"),
    [
        (Orthogonal(3), 1, 2, [dot(Z, Z)], 1),
        (Orthogonal(3), 2, 4, [dot(Z, Z), dot(W, W), dot(Z, W)], 9),
        (SignedPermutations(3), 1, 4, [dot(Z, Z), sum(x**4 for x in Z)], 3),
        (SignFlips(2), 1, 3, [Z[0] ** 2, Z[1] ** 2], 2),
        (Permutations(3), 1, 2, [sum(Z), dot(Z, Z)], 3),
        (Translations(3), 1, 3, [], 0),
        (Translations(3), 2, 2, gap(Z, W), 9),
        (Euclidean(3), 2, 3, [dot(gap(Z, W), gap(Z, W))], 1),
        (
            Shifted(SignedPermutations(3)),
            2,
            4,
            [dot(gap(Z, W), gap(Z, W)), sum(x**4 for x in gap(Z, W))],
            3,
        ),
        (
            BlockOrthogonal(((0, 1), (2,))),
            2,
            2,
            [dot(a[:2], b[:2]) for a, b in [(Z, Z), (W, W), (Z, W)]]
            + [a[2] * b[2] for a, b in [(Z, Z), (W, W), (Z, W)]],
            6,
        ),
        (GeneralisedPermutations(3), 2, 3, [], 0),
        (Linear(3), 3, 2, [], 0),
        (Affine(3), 3, 2, [], 0),
        (ComponentwiseDiffeomorphisms(3), 2, 3, [], 0),
        (BlockwiseDiffeomorphisms(((0, 1), (2,))), 2, 2, [], 0),
        (NORMAL, 1, 3, [], 0),
        (Trivial(3), 1, 3, Z, 19),
    ],
    ids=str,
)
def test_of_a_group(group, points, degree, generators, size):
    found = invariants(group, points, degree)
    assert same(found.generators, generators)
    assert len(found.basis) == size
    assert set(found.generators) <= set(found.basis)


def test_three_points_have_their_three_distances():
    pairs = [(a[:2], b[:2]) for a, b in [(Z, W), (Z, V), (W, V)]]
    found = invariants(Euclidean(2), 3, 2)
    assert same(found.generators, [dot(gap(a, b), gap(a, b)) for a, b in pairs])
    assert str(found.basis[0]) == "(w1 - z1)**2 + (w2 - z2)**2"


def test_on_the_sphere_equal_functions_are_one():
    sphere = Sphere(3)
    assert invariants(Orthogonal(3), 1, 4, space=sphere).basis == ()
    assert same(invariants(Orthogonal(3), 2, 3, space=sphere).basis, [dot(Z, W)])
    quartic = invariants(SignedPermutations(3), 1, 4, space=sphere)
    assert same(quartic.basis, [sum(x**4 for x in Z)])


def test_a_group_that_leaves_the_sphere_has_functions_of_the_whole_space():
    form = sp.ImmutableMatrix([[1, 0], [0, 3]])
    found = invariants(Orthogonal(2, form), 1, 2, space=Sphere(2))
    assert same(found.basis, [Z[0] ** 2 + 3 * Z[1] ** 2])
    assert any("leaves the unit sphere" in item for item in found.scope)


def test_low_degree_fields_do_not_make_an_infinite_group_small():
    # Up to degree 3 the only field of this law keeps z1⁴ + z2⁴; fields of degree 4 do not.
    assert len(QUARTIC.algebra_basis(3)) == 1
    assert invariants(QUARTIC, 1, 4).basis == ()


def test_dependent_products_are_counted_once():
    z, w = latents(1)[0], latents(1, "w")[0]
    found = invariants(Orthogonal(1), 2, 4)
    assert same(found.generators, [z**2, w**2, z * w])
    assert len(found.basis) == 3 + 5  # (zw)² = z²w²


def molien(matrices, points, degree):
    """The number of invariants of each degree of a finite group, by averaging characters."""
    t = sp.Symbol("t")
    size = matrices[0].rows
    total = sum(1 / (sp.eye(size) - t * m).det() ** points for m in matrices) / len(matrices)
    return [sp.series(total, t, 0, degree + 1).removeO().coeff(t, k) for k in range(degree + 1)]


def test_the_count_is_that_of_molien():
    signs = [sp.diag(*s) for s in product((1, -1), repeat=2)]
    swaps = [sp.Matrix(permutation_matrix(order)) for order in ((0, 1), (1, 0))]
    expected = molien([s * p for s in signs for p in swaps], 2, 4)
    assert len(invariants(SignedPermutations(2), 2, 4).basis) == sum(expected[1:])


@pytest.mark.parametrize("group", named_groups(2), ids=str)
def test_exact_members_leave_the_basis_unchanged(group):
    rng = random.Random(5)
    found = invariants(group, 2, 3)
    points = [latents(2), latents(2, "w")]
    for _ in range(3):
        member = group.sample(rng)
        table = {s: e for p in points for s, e in zip(p, member(p), strict=True)}
        for e in found.generators:
            assert sp.expand(e.xreplace(table) - e) == 0


@pytest.mark.parametrize("group", [Orthogonal(2), Translations(2), SignedPermutations(2)], ids=str)
def test_a_larger_group_leaves_less(group):
    few, more = invariants(group, 2, 2), invariants(Trivial(2), 2, 2)
    affine = invariants(Affine(2), 2, 2)
    assert len(affine.basis) < len(few.basis) < len(more.basis)
    for e in few.generators:
        assert is_identified(e, group).outcome is Outcome.IDENTIFIED


# Claims.


@pytest.mark.parametrize(
    ("slug", "points", "degree", "generators"),
    [
        (VMF, 2, 2, [dot(Z, W)]),
        ("rusak_2025_aninfonce", 1, 4, [sum(x**4 for x in Z)]),
        ("zimmermann_2021_lp", 2, 2, [dot(gap(Z, W), gap(Z, W))]),
        ("reizinger_2025_diet", 2, 2, []),
        ("vonkugelgen_2021_content_style", 2, 2, []),
        ("hyvarinen_1999_nonidentifiability", 2, 2, []),
    ],
)
def test_of_a_theorem(slug, points, degree, generators):
    found = invariants(theorem(slug), points, degree)
    assert same(found.generators, generators)
    assert found.exit_status == 0
    assert found.trusted


def test_a_wrong_claim_gets_the_derived_group():
    claim = theorem(VMF).at(3).replace(group=SignedPermutations(3))
    found = invariants(claim, 2, 2)
    assert (found.group, found.exit_status) == ("O(3)", 1)
    assert same(found.basis, [dot(Z, W)])
    assert any("signed permutations" in item for item in found.scope)


def test_a_lower_bound_gets_the_derived_group():
    claim = theorem(VMF).at(3).replace(group=SignedPermutations(3), relation=Relation.CONTAINS)
    found = invariants(claim, 1, 4)
    assert (found.group, found.exit_status, found.basis) == ("O(3)", 0, ())


def test_an_upper_bound_is_said_to_be_one():
    found = invariants(
        theorem(VMF).at(3).replace(group=Linear(3), relation=Relation.CONTAINED), 2, 2
    )
    assert (found.group, found.basis) == ("GL(3)", ())
    assert any("contains the derived one" in item for item in found.scope)


def test_without_a_settled_group_there_is_no_answer():
    x, y = latents(2)
    claim = theorem(VMF).at(2)
    with pytest.raises(InputError, match="mis-specified"):
        invariants(claim.replace(objective=InfoNCE(InnerProduct(), sp.Rational(1, 5))))
    # The critic asks for the irrational scale 2^{2/3}.
    norm = theorem("zimmermann_2021_lp").at(2, p=sp.Rational(3, 2), rate=1)
    norm = norm.replace(objective=InfoNCE(NegativeNorm(sp.Rational(3, 2)), 2))
    with pytest.raises(UnsupportedCondition, match="undecided"):
        invariants(norm)
    # Sign flips and the scaled swap (3 z2, z1/3): no group of the catalogue.
    prior = LogDensity(-(x**4) - 81 * y**4, (x, y))
    unnamed = Claim(
        "unnamed",
        World(RealSpace(2), prior, mixing=Mixing.LINEAR),
        Likelihood(),
        Encoder(RealSpace(2), Family.LINEAR),
        Trivial(2),
    )
    with pytest.raises(UnsupportedCondition, match="no confirmed name"):
        invariants(unnamed)


# Single functions.

IDENTIFIED = [
    (dot(Z, W), Orthogonal(3)),
    (COSINE, Orthogonal(3)),
    (DISTANCE, Euclidean(3)),
    (sp.Gt(DISTANCE, 2), Euclidean(3)),
    (LEFT_OF, Translations(3)),
    (LEFT_OF, Trivial(3)),
    (sp.Abs(Z[0]), SignFlips(3)),
    (sp.Max(*map(sp.Abs, Z)), SignedPermutations(3)),
    (sp.And(*(a < b for a, b in zip(Z, W, strict=True))), Permutations(3)),
    (sp.Eq(VOLUME, 0), Linear(3)),
    (sp.Eq(Z[0] * Z[1] * Z[2], 0), GeneralisedPermutations(3)),
    (Z[0] ** 2 / Z[1] ** 2, SignFlips(3)),
    (sp.Integer(3), ComponentwiseDiffeomorphisms(3)),
]


@pytest.mark.parametrize(("function", "group"), IDENTIFIED, ids=str)
def test_identified(function, group):
    answer = is_identified(function, group)
    assert answer.outcome is Outcome.IDENTIFIED, answer.reason
    assert answer.witness is None


CHANGED = [
    (Z[0], Orthogonal(3)),
    (Z[0], SignedPermutations(3)),
    (Z[0], ComponentwiseDiffeomorphisms(3)),
    (LEFT_OF, Orthogonal(3)),
    (LEFT_OF, SignedPermutations(3)),
    (sp.Abs(Z[0]), SignedPermutations(3)),
    (COSINE, Euclidean(3)),
    (DISTANCE, Linear(3)),
    (sp.Gt(VOLUME, 0), Linear(3)),
    (sp.Eq(VOLUME, 0), Affine(3)),
    (Z[0] ** 2 + Z[1] ** 2, NORMAL),
]


@pytest.mark.parametrize(("function", "group"), CHANGED, ids=str)
def test_not_identified_has_a_witness(function, group):
    answer = is_identified(function, group)
    assert answer.outcome is Outcome.NOT_IDENTIFIED
    assert isinstance(answer.witness, Map)
    assert group.contains(answer.witness).holds
    table, moved = {}, {}
    for symbols, point in zip(POINTS, answer.points, strict=False):
        table |= dict(zip(symbols, point, strict=True))
        moved |= dict(zip(symbols, answer.witness(point), strict=True))
    assert function.xreplace(table) == answer.before
    assert sp.simplify(function.xreplace(moved)) == sp.simplify(answer.after)
    assert answer.before != answer.after
    assert answer.to_dict()["witness"]


def test_a_field_is_the_witness_where_no_sample_changes_the_function():
    answer = is_identified(dot(Z, Z), NORMAL)
    assert answer.outcome is Outcome.NOT_IDENTIFIED
    assert isinstance(answer.witness, Field)
    assert NORMAL.in_algebra(answer.witness).holds
    assert answer.after != 0
    assert "rate" in str(answer)


def test_points_of_the_sphere():
    norm = dot(Z, Z)
    assert is_identified(norm, Orthogonal(3), space=Sphere(3)).outcome is Outcome.IDENTIFIED
    leaves = is_identified(norm, Linear(3), space=Sphere(3))
    assert leaves.outcome is Outcome.NOT_IDENTIFIED
    assert dot(leaves.points[0], leaves.points[0]) == 1


def test_what_is_neither_proved_nor_refuted_is_undecided():
    flipped = sp.Piecewise((Z[0], Z[0] > 0), (-Z[0], True))  # this is |z1|
    assert is_identified(flipped, SignFlips(3)).outcome is Outcome.UNDECIDED
    ties = sp.Eq((Z[0] - W[0]) * (Z[1] - W[1]) * (Z[2] - W[2]), 0)
    answer = is_identified(ties, ComponentwiseDiffeomorphisms(3))
    assert answer.outcome is Outcome.UNDECIDED
    assert "infinite-dimensional" in answer.reason


def test_of_a_claim():
    entry = theorem(VMF)
    assert is_identified(COSINE, entry, dim=3).outcome is Outcome.IDENTIFIED
    left = is_identified(LEFT_OF, entry)
    assert left.outcome is Outcome.NOT_IDENTIFIED
    assert left.trusted
    assert "changed by" in str(left)


def test_an_answer_is_not_a_truth_value():
    with pytest.raises(TypeError):
        bool(is_identified(Z[0], Trivial(3)))


# Faults.


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: invariants(Trivial(3), 4), InputError, "an integer from 1 to 3"),
        (lambda: invariants(Trivial(3), 1, 0), InputError, "an integer ≥ 1"),
        (lambda: invariants(Trivial(3), 3, 9), BudgetExceeded, "48620 monomials"),
        (lambda: invariants(theorem(VMF), 3, 9), BudgetExceeded, "48620 monomials"),
        (lambda: invariants("O(3)"), InputError, "neither a group nor a claim"),
        (lambda: invariants(Trivial(3), dim=2), InputError, "acts on R^3"),
        (lambda: invariants(Trivial(3), space=Sphere(2)), InputError, "lies in R^2"),
        (lambda: invariants(theorem(VMF), space=Sphere(3)), InputError, "brings its own"),
        (lambda: is_identified("z1 < w1", Trivial(3)), InputError, "Lt(z1, w1)"),
        (lambda: is_identified(True, Trivial(3)), InputError, "a sympy expression"),
        (lambda: is_identified(sp.Symbol("y1"), Trivial(3)), UnknownName, "y1"),
        (lambda: is_identified(Z[2], Trivial(2)), UnknownName, "z3"),
        (lambda: is_identified(Z[0] / 2.0, Trivial(3)), FloatInSymbolicField, "float"),
        (lambda: is_identified(Z[0] < 0.5, Trivial(3)), FloatInSymbolicField, "float"),
        (lambda: is_identified(sp.Integral(Z[0], Z[0]), Trivial(3)), InputError, "doit"),
    ],
)
def test_a_fault_is_one_line(call, error, said):
    with pytest.raises(error) as caught:
        call()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_symbols_are_matched_by_name():
    plain = sp.Symbol("z1") ** 2
    assert is_identified(plain, SignFlips(3)).outcome is Outcome.IDENTIFIED
