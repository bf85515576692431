"""Containment of groups: an order, with the relations that are known."""

from __future__ import annotations

from functools import cache
from itertools import pairwise, product

import pytest
import sympy as sp

from sith import (
    AbstractGroup,
    Affine,
    BlockOrthogonal,
    BlockwiseDiffeomorphisms,
    ComponentwiseDiffeomorphisms,
    Euclidean,
    GeneralisedPermutations,
    Linear,
    MeasurePreserving,
    Orthogonal,
    Permutations,
    Shifted,
    SignedPermutations,
    Translations,
    Trivial,
    contained,
    latents,
    named_groups,
    strictly_smaller,
)
from tests.helpers.claims import assert_contained, assert_equal_group

FORM = sp.ImmutableMatrix([[1, 0], [0, 2]])


@cache
def below(small: AbstractGroup, large: AbstractGroup) -> bool:
    return contained(small, large).holds


def groups_2() -> tuple[AbstractGroup, ...]:
    gauss = -sp.Add(*(x**2 for x in latents(2))) / 2
    return (
        *named_groups(2),
        Orthogonal(2, FORM),
        Euclidean(2, FORM),
        BlockwiseDiffeomorphisms(((0, 1),)),
        MeasurePreserving(2),
        MeasurePreserving(2, gauss),
    )


def test_containment_is_reflexive() -> None:
    assert all(below(g, g) for g in groups_2())


def test_containment_is_transitive() -> None:
    groups = groups_2()
    broken = [
        (str(a), str(b), str(c))
        for a, b, c in product(groups, repeat=3)
        if below(a, b) and below(b, c) and not below(a, c)
    ]
    assert broken == []


def test_distinct_named_groups_are_not_equal() -> None:
    groups = groups_2()
    same = [
        (str(a), str(b)) for a in groups for b in groups if a != b and below(a, b) and below(b, a)
    ]
    assert same == []


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize(
    "chain",
    [
        (
            Trivial,
            Permutations,
            SignedPermutations,
            GeneralisedPermutations,
            ComponentwiseDiffeomorphisms,
        ),
        (SignedPermutations, Orthogonal, Linear, Affine),
        (Translations, Euclidean, Affine),
        (GeneralisedPermutations, Linear),
        (Orthogonal, Euclidean),
    ],
)
def test_chains_are_strict(chain: tuple[type, ...], dim: int) -> None:
    for small, large in pairwise(chain):
        assert_contained(small(dim), large(dim))
        assert not contained(large(dim), small(dim)).holds


@pytest.mark.parametrize("dim", [2, 3])
def test_groups_that_do_not_compare(dim: int) -> None:
    for one, other in [
        (Orthogonal(dim), GeneralisedPermutations(dim)),
        (Translations(dim), Linear(dim)),
        (Orthogonal(dim), ComponentwiseDiffeomorphisms(dim)),
        (Affine(dim), MeasurePreserving(dim)),
    ]:
        assert not contained(one, other).holds
        assert not contained(other, one).holds


@pytest.mark.parametrize("dim", [2, 3])
def test_blocks_at_their_extremes(dim: int) -> None:
    singles = tuple((i,) for i in range(dim))
    whole = (tuple(range(dim)),)
    assert_equal_group(BlockOrthogonal(singles), SignedPermutations(dim))
    assert_equal_group(BlockOrthogonal(whole), Orthogonal(dim))
    assert_equal_group(BlockwiseDiffeomorphisms(singles), ComponentwiseDiffeomorphisms(dim))
    assert_equal_group(Shifted(Linear(dim)), Affine(dim))
    assert_equal_group(Shifted(Trivial(dim)), Translations(dim))
    assert_equal_group(Shifted(Orthogonal(dim)), Euclidean(dim))


def test_blocks_between() -> None:
    pair = BlockOrthogonal(((0, 1), (2,)))
    assert_contained(pair, Orthogonal(3))
    assert_contained(pair, BlockwiseDiffeomorphisms(((0, 1), (2,))))
    assert not contained(SignedPermutations(3), pair).holds
    assert not contained(pair, BlockOrthogonal(((0,), (1, 2)))).holds


def test_a_form_is_a_conjugate() -> None:
    assert not contained(Orthogonal(2, FORM), Orthogonal(2)).holds
    assert not contained(Orthogonal(2), Orthogonal(2, FORM)).holds
    assert_contained(Orthogonal(2, FORM), Linear(2))
    assert_contained(Orthogonal(2, FORM), Euclidean(2, FORM))
    root = sp.Matrix([[1, 1], [0, 1]])
    form = sp.ImmutableMatrix(root.T * root)
    # S = RᵀR, so M preserves S exactly where R M R⁻¹ is orthogonal.
    for a in Orthogonal(2, form).algebra_matrices():
        assert Orthogonal(2).algebra_matrix(root * a * root.inv()).holds
    for m in Orthogonal(2, form).generator_matrices():
        assert Orthogonal(2).contains_matrix(root * m * root.inv()).holds


def test_a_negative_answer_names_what_breaks_it() -> None:
    answer = contained(Orthogonal(2), SignedPermutations(2))
    assert not answer.holds
    assert "O(2)" in answer.reason
    assert answer.witness
    assert "R^2" in contained(Linear(2), Linear(3)).reason


def test_strictly_smaller() -> None:
    found = strictly_smaller(Orthogonal(2))
    assert {Trivial(2), Permutations(2), SignedPermutations(2)} <= set(found)
    assert not {Orthogonal(2), Euclidean(2), Linear(2), Translations(2)} & set(found)
    assert strictly_smaller(Trivial(2)) == ()


def test_an_infinite_group_is_in_no_finite_one() -> None:
    # The quartic law has no measure-preserving field of degree 2, so fields alone say nothing.
    quartic = MeasurePreserving(2, -sp.Add(*(x**4 for x in latents(2))) / 4)
    assert quartic.algebra_dimension(2) == 0
    answer = contained(quartic, SignedPermutations(2))
    assert not answer.holds
    assert "infinite dimension" in answer.reason
    assert contained(SignedPermutations(2), quartic).holds
