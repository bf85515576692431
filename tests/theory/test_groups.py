"""Every group passes one suite: membership, products, inverses, algebra, generators, exactness."""

from __future__ import annotations

import random

import pytest
import sympy as sp

import sith.theory
from sith import (
    AbstractGroup,
    AbstractMatrixGroup,
    Affine,
    BlockOrthogonal,
    BlockwiseDiffeomorphisms,
    BoxSymmetries,
    Commutant,
    ComponentwiseDiffeomorphisms,
    ContentKeeping,
    DirectProduct,
    Euclidean,
    Field,
    FloatInSymbolicField,
    GeneralisedPermutations,
    InputError,
    Linear,
    Map,
    MeasurePreserving,
    Orthogonal,
    Permutations,
    Shifted,
    SignedPermutations,
    SithError,
    Translations,
    Trivial,
    Unimodular,
    latents,
    named_groups,
)
from sith.theory.groups import keeps_a_block

FORM_2 = sp.ImmutableMatrix([[1, sp.Rational(1, 2)], [sp.Rational(1, 2), 2]])
FORM_3 = sp.ImmutableMatrix([[1, 1, 0], [1, 3, 1], [0, 1, 2]])
ROTATION = sp.Matrix([[3, -4], [4, 3]]) / 5
IRRATIONAL = sp.Matrix([[0, 2], [1, 0]])


def log_gauss(dim: int) -> sp.Expr:
    return -sp.Add(*(x**2 for x in latents(dim))) / 2


def table(dim: int) -> tuple[AbstractGroup, ...]:
    """One instance or more of every group."""
    singles = tuple((i,) for i in range(dim))
    whole = (tuple(range(dim)),)
    split = ((0, 2), (1,)) if dim == 3 else singles
    return (
        *named_groups(dim),
        BoxSymmetries(dim),
        DirectProduct((Orthogonal(dim - 1), BoxSymmetries(1)), (tuple(range(1, dim)), (0,))),
        Shifted(Permutations(dim)),
        Orthogonal(dim, FORM_2 if dim == 2 else FORM_3),
        Euclidean(dim, FORM_2 if dim == 2 else FORM_3),
        BlockOrthogonal(singles),
        BlockOrthogonal(whole),
        BlockwiseDiffeomorphisms(whole),
        MeasurePreserving(dim),
        MeasurePreserving(dim, log_gauss(dim)),
        Unimodular(Linear(dim)),
        *(ContentKeeping(dim, k) for k in range(1, dim)),
        Unimodular(GeneralisedPermutations(dim)),
        Shifted(Unimodular(GeneralisedPermutations(dim))),
        Commutant((ROTATION.row_join(sp.zeros(2, 1)).col_join(sp.Matrix([[0, 0, 1]])),))
        if dim == 3
        else Commutant((ROTATION,)),
        Commutant((sp.diag(*range(1, dim + 1)),)),
        Commutant((sp.diag(1, *([2] * (dim - 1))),)) if dim == 3 else Commutant((IRRATIONAL,)),
        *(
            (
                BlockOrthogonal(split),
                Shifted(BlockOrthogonal(split)),
                BlockwiseDiffeomorphisms(split),
            )
            if dim == 3
            else ()
        ),
    )


GROUPS = [pytest.param(g, id=f"{g} d={d}") for d in (2, 3) for g in table(d)]
MATRIX_GROUPS = [p for p in GROUPS if isinstance(p.values[0], AbstractMatrixGroup)]
AFFINE_GROUPS = [p for p in GROUPS if not p.values[0].infinite]


def test_every_group_is_listed() -> None:
    handed_out = {
        value
        for name in sith.theory.__all__
        if isinstance(value := getattr(sith.theory, name), type)
        and issubclass(value, AbstractGroup)
        and not name.startswith("Abstract")
    }
    assert handed_out == {type(g) for dim in (2, 3) for g in table(dim)}


def samples(group: AbstractGroup, count: int = 3) -> list[Map]:
    rng = random.Random(7)
    return [group.sample(rng) for _ in range(count)]


def bracket(one: Field, other: Field) -> Field:
    """The Lie bracket of two vector fields."""
    z = one.symbols
    value = [
        sp.expand(
            sum(
                a * sp.diff(f, x) - b * sp.diff(e, x)
                for a, b, x in zip(one.expressions, other.expressions, z, strict=True)
            )
        )
        for e, f in zip(one.expressions, other.expressions, strict=True)
    ]
    return Field(z, tuple(value))


def coefficient_rank(fields: tuple[Field, ...]) -> int:
    """Rank of the fields' coefficients: their number where they are linearly independent."""
    rows: list[dict[tuple[int, ...], sp.Rational]] = []
    for f in fields:
        row = {}
        for i, e in enumerate(f.expressions):
            row |= {(i, *k): c for k, c in sp.Poly(e, *f.symbols).as_dict().items()}
        rows.append(row)
    keys = sorted({k for row in rows for k in row})
    return sp.Matrix([[row.get(k, 0) for k in keys] for row in rows]).rank() if keys else 0


@pytest.mark.parametrize("group", GROUPS)
def test_samples_and_the_identity_are_members(group: AbstractGroup) -> None:
    assert group.contains(Map.identity(group.dim)).holds
    for member in samples(group):
        answer = group.contains(member)
        assert answer.holds, answer.reason


@pytest.mark.parametrize("group", GROUPS)
def test_products_are_members(group: AbstractGroup) -> None:
    one, two, _ = samples(group)
    # Two nonlinear samples compose to expressions that take minutes to simplify.
    partners = group.finite_generators() if group.infinite else (two,)
    for partner in partners:
        assert group.contains(one.after(partner)).holds
        assert group.contains(partner.after(one)).holds


@pytest.mark.parametrize("group", AFFINE_GROUPS)
def test_inverses_are_members(group: AbstractGroup) -> None:
    for member in samples(group, 2):
        matrix, shift = member.affine_parts()
        back = matrix.inv()
        inverse = Map.linear(back, tuple(-back * sp.Matrix(shift)))
        product = Map(
            member.symbols, tuple(sp.expand(e) for e in inverse.after(member).expressions)
        )
        assert product == Map.identity(group.dim)
        assert group.contains(inverse).holds


@pytest.mark.parametrize("group", GROUPS)
def test_finite_generators_are_members(group: AbstractGroup) -> None:
    assert group.finite_generators() or isinstance(group, Trivial | Translations)
    for member in group.finite_generators():
        answer = group.contains(member)
        assert answer.holds, answer.reason


@pytest.mark.parametrize("group", GROUPS)
def test_the_algebra_basis_is_one(group: AbstractGroup) -> None:
    basis = group.algebra_basis(2)
    assert coefficient_rank(basis) == len(basis) == group.algebra_dimension(2)
    for field in basis:
        answer = group.in_algebra(field)
        assert answer.holds, answer.reason


@pytest.mark.parametrize("group", GROUPS)
def test_the_algebra_is_closed_under_the_bracket(group: AbstractGroup) -> None:
    basis = group.algebra_basis(2)[:9]
    for i, one in enumerate(basis):
        for other in basis[:i]:
            assert group.in_algebra(bracket(one, other)).holds, (str(one), str(other))


@pytest.mark.parametrize("group", GROUPS)
def test_the_dimension_grows_exactly_for_infinite_groups(group: AbstractGroup) -> None:
    one, two, three = (group.algebra_dimension(k) for k in (1, 2, 3))
    assert (one < two < three) if group.infinite else (one == two == three)


@pytest.mark.parametrize("group", MATRIX_GROUPS)
def test_the_matrix_equations_cut_out_the_group_near_the_identity(
    group: AbstractMatrixGroup,
) -> None:
    d = group.dim
    names = [[sp.Symbol(f"m{i}{j}") for j in range(d)] for i in range(d)]
    equations = group.matrix_equations(sp.Matrix(names))
    for member in (group.sample_matrix(random.Random(k)) for k in range(3)):
        assert all(sp.expand(e) == 0 for e in group.matrix_equations(sp.Matrix(member)))
    flat = [s for row in names for s in row]
    at_identity = {names[i][j]: int(i == j) for i in range(d) for j in range(d)}
    slopes = sp.Matrix(
        [[sp.diff(e, s).subs(at_identity) for s in flat] for e in equations] or [[0]]
    )
    assert d * d - slopes.rank() == len(group.algebra_matrices())
    for a in group.algebra_matrices():
        tangent = sp.Matrix([a[i, j] for i in range(d) for j in range(d)])
        assert not equations or (slopes * tangent).is_zero_matrix


@pytest.mark.parametrize("group", GROUPS)
def test_everything_is_exact(group: AbstractGroup) -> None:
    made = [*samples(group, 2), *group.finite_generators(), *group.algebra_basis(2)]
    assert not any(e.atoms(sp.Float) for thing in made for e in thing.expressions)


@pytest.mark.parametrize("group", GROUPS)
def test_names(group: AbstractGroup) -> None:
    assert group.latex.strip()
    assert str(group).strip()
    assert "\n" not in str(group)


@pytest.mark.parametrize("dim", [2, 3])
def test_no_two_groups_share_a_name(dim: int) -> None:
    names = [str(g) for g in table(dim)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("group", GROUPS)
def test_another_dimension_is_rejected(group: AbstractGroup) -> None:
    stranger = Map.identity(group.dim + 1)
    field = Field(stranger.symbols, (sp.Integer(0),) * (group.dim + 1))
    for answer in (group.contains(stranger), group.in_algebra(field)):
        assert not answer.holds
        assert f"R^{group.dim}" in answer.reason


def linear(*rows: list[object]) -> Map:
    return Map.linear(sp.Matrix(rows))


Z = latents(2)
BEND = Map(Z, (Z[0], Z[1] + Z[0] ** 2))
FIELD_BEND = Field(Z, (sp.Integer(0), Z[0] ** 2))
HALF = sp.Rational(1, 2)


@pytest.mark.parametrize(
    ("group", "outsiders"),
    [
        (Trivial(2), [linear([0, 1], [1, 0])]),
        (Permutations(2), [linear([-1, 0], [0, 1]), linear([1, 1], [0, 0])]),
        (SignedPermutations(2), [linear([2, 0], [0, 1]), linear([1, 0], [1, 0])]),
        (GeneralisedPermutations(2), [linear([1, 1], [0, 1]), linear([1, 0], [0, 0])]),
        (Orthogonal(2), [linear([1, 1], [0, 1]), linear([2, 0], [0, HALF])]),
        (Orthogonal(2, FORM_2), [linear([0, -1], [1, 0])]),
        (Linear(2), [linear([1, 2], [2, 4])]),
        (
            BlockOrthogonal(((0,), (1,))),
            [
                linear(
                    [sp.Rational(3, 5), sp.Rational(-4, 5)], [sp.Rational(4, 5), sp.Rational(3, 5)]
                )
            ],
        ),
        (BlockwiseDiffeomorphisms(((0, 1),)), [Map(Z, (Z[0], Z[0] ** 3))]),
        (ComponentwiseDiffeomorphisms(2), [BEND, Map(Z, (Z[0], Z[0]))]),
        (MeasurePreserving(2), [linear([2, 0], [0, 1])]),
        (
            ContentKeeping(2, 1),
            [linear([1, 1], [0, 1]), linear([1, 0], [2, 0]), linear([0, 0], [0, 1])],
        ),
        (Unimodular(Linear(2)), [linear([2, 0], [0, 1]), linear([1, 1], [1, 1])]),
        (
            Unimodular(GeneralisedPermutations(2)),
            [linear([2, 0], [0, 1]), linear([1, 1], [0, 1])],
        ),
        (Commutant((ROTATION,)), [linear([1, 0], [0, -1]), linear([0, 0], [0, 0])]),
        (Commutant((sp.diag(1, 2),)), [linear([0, 1], [1, 0]), linear([1, 0], [0, 0])]),
        (MeasurePreserving(2, log_gauss(2)), [linear([2, 0], [0, HALF])]),
    ],
    ids=str,
)
def test_a_planted_outsider_is_rejected_with_a_reason(
    group: AbstractGroup, outsiders: list[Map]
) -> None:
    shifted = [Map.linear(sp.eye(2), (1, 0))] if isinstance(group, AbstractMatrixGroup) else []
    bent = [BEND] if not group.infinite else []
    for outsider in [*outsiders, *shifted, *bent]:
        answer = group.contains(outsider)
        assert not answer.holds
        assert answer.reason
        assert answer.witness


@pytest.mark.parametrize("inner", [Permutations(2), Orthogonal(2), Trivial(2)], ids=str)
def test_a_group_with_shifts_moves_the_origin_and_nothing_else(inner: AbstractMatrixGroup) -> None:
    group = Shifted(inner)
    assert group.contains(Map.linear(sp.eye(2), (3, -HALF))).holds
    assert not inner.contains(Map.linear(sp.eye(2), (3, -HALF))).holds
    assert not group.contains(linear([1, 1], [0, 1])).holds
    assert not group.contains(BEND).holds
    assert not group.in_algebra(FIELD_BEND).holds


@pytest.mark.parametrize(
    ("group", "field"),
    [
        (Orthogonal(2), Field(Z, (Z[0], Z[1]))),
        (Orthogonal(2), Field(Z, (sp.Integer(1), sp.Integer(0)))),
        (Linear(2), FIELD_BEND),
        (SignedPermutations(2), Field(Z, (-Z[1], Z[0]))),
        (ComponentwiseDiffeomorphisms(2), FIELD_BEND),
        (MeasurePreserving(2), Field(Z, Z)),
        (MeasurePreserving(2, log_gauss(2)), FIELD_BEND),
        (GeneralisedPermutations(2), Field(Z, (Z[1], Z[0]))),
        (BlockOrthogonal(((0,), (1,))), Field(Z, (-Z[1], Z[0]))),
        (ContentKeeping(2, 1), Field(Z, (Z[0] * Z[1], sp.Integer(0)))),
        (Unimodular(Linear(2)), Field(Z, Z)),
        (Commutant((ROTATION,)), Field(Z, (Z[1], Z[0]))),
    ],
    ids=str,
)
def test_a_planted_field_is_rejected_with_a_reason(group: AbstractGroup, field: Field) -> None:
    answer = group.in_algebra(field)
    assert not answer.holds
    assert answer.reason


def test_gaussian_density_preserving_dimensions() -> None:
    assert [MeasurePreserving(2, log_gauss(2)).algebra_dimension(k) for k in (1, 2, 3)] == [1, 3, 6]
    assert [MeasurePreserving(3, log_gauss(3)).algebra_dimension(k) for k in (1, 2, 3)] == [
        3,
        11,
        26,
    ]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Orthogonal(0),
        lambda: Orthogonal(True),
        lambda: Linear(2.0),
        lambda: Permutations("2"),
        lambda: Orthogonal(2, sp.Matrix([[1, 2], [2, 1]])),
        lambda: Orthogonal(2, sp.Matrix([[1, 1], [0, 1]])),
        lambda: Orthogonal(3, sp.eye(2)),
        lambda: Euclidean(2, sp.Matrix([[1, 0], [0, 0]])),
        lambda: BlockOrthogonal(()),
        lambda: BlockOrthogonal(((0,), (2,))),
        lambda: BlockOrthogonal(((0, 1), (1,))),
        lambda: BlockwiseDiffeomorphisms(((0,), ())),
        lambda: Shifted(Affine(2)),
        lambda: MeasurePreserving(1),
        lambda: Unimodular(Orthogonal(2)),
        lambda: ContentKeeping(2, 2),
        lambda: ContentKeeping(2, 0),
        lambda: ContentKeeping(1, 1),
        lambda: Unimodular(Affine(2)),
        lambda: Commutant(()),
        lambda: Commutant((sp.Matrix([[1, 2]]),)),
        lambda: Commutant((sp.eye(2), sp.eye(3))),
        lambda: Commutant(([[1, 0], [0, 1]],)),
        lambda: MeasurePreserving(2, latents(3)[2]),
    ],
)
def test_bad_arguments_are_refused_in_one_line(make: object) -> None:
    with pytest.raises(InputError) as caught:
        make()  # type: ignore[operator]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Orthogonal(2, sp.Matrix([[1.0, 0], [0, 1]])),
        lambda: MeasurePreserving(2, 0.5 * latents(2)[0]),
    ],
)
def test_floats_are_refused(make: object) -> None:
    with pytest.raises(FloatInSymbolicField):
        make()  # type: ignore[operator]


def test_a_density_without_polynomial_score_is_unsupported() -> None:
    z = latents(2)
    group = MeasurePreserving(2, -sp.log(1 + z[0] ** 2) - z[1] ** 2)
    with pytest.raises(SithError, match="not polynomial"):
        group.algebra_basis(1)


def test_the_identity_form_and_its_multiples_are_no_form() -> None:
    assert Orthogonal(2, sp.ImmutableMatrix(3 * sp.eye(2))) == Orthogonal(2)
    assert Euclidean(2, sp.ImmutableMatrix(FORM_2 * 5)) == Euclidean(2, FORM_2)


@pytest.mark.parametrize(
    ("matrices", "signs"),
    [
        ((sp.diag(1, 2),), {(1, 1), (1, -1), (-1, 1), (-1, -1)}),
        ((IRRATIONAL,), {1, -1}),
    ],
    ids=["two axes", "irrational axes"],
)
def test_generators_of_a_commutant_reach_every_component(
    matrices: tuple[sp.Matrix, ...], signs: set[object]
) -> None:
    made = [sp.eye(2), *Commutant(matrices).generator_matrices()]
    products = [a * b for a in made for b in made]
    if len(signs) == 4:
        assert {(sp.sign(m[0, 0]), sp.sign(m[1, 1])) for m in products} == signs
    else:
        assert {sp.sign(m.det()) for m in products} == signs


def test_the_commutant_of_the_identity_is_everything() -> None:
    assert Commutant((sp.eye(2),)).algebra_dimension(1) == 4
    assert Commutant((sp.eye(2), ROTATION)) == Commutant((ROTATION,))
    both = Commutant((ROTATION, sp.diag(1, -1)))
    assert both.algebra_matrices() == (sp.ImmutableMatrix(sp.eye(2)),)


def test_outputs_that_depend_on_their_own_coordinates_keep_a_block() -> None:
    assert keeps_a_block(2, [(0, 0), (1, 0), (1, 1)])
    assert keeps_a_block(3, [(0, 1), (1, 0), (2, 0)])
    assert not keeps_a_block(2, [(0, 1), (1, 0)])
    assert not keeps_a_block(3, [(0, 1), (1, 2), (2, 0)])
    assert keeps_a_block(2, [])
