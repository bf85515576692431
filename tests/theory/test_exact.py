"""Exact numbers at the border: rationals in, floats and text refused, in one line."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

from sith import (
    TABLE,
    FloatInSymbolicField,
    InputError,
    SithError,
    exact,
    latents,
    notation_table,
    pair,
    rational,
)
from sith.theory.exactness import dimension, positive, rational_matrix


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, sp.Integer(3)),
        (Fraction(3, 4), sp.Rational(3, 4)),
        (sp.Rational(2, 3), sp.Rational(2, 3)),
        (sp.sqrt(2), sp.sqrt(2)),
        (sp.Symbol("x") + 1, sp.Symbol("x") + 1),
    ],
)
def test_exact_values_pass(value: object, expected: sp.Expr) -> None:
    assert exact(value) == expected


@pytest.mark.parametrize(
    "value", [0.5, float("nan"), float("inf"), sp.Float("0.5"), sp.Symbol("x") * sp.Float(2)]
)
def test_floats_are_refused_by_name(value: object) -> None:
    with pytest.raises(FloatInSymbolicField, match="the rate") as caught:
        exact(value, "the rate")
    assert "float" in str(caught.value)
    assert "Rational" in caught.value.cure


@pytest.mark.parametrize("value", [True, "1/2", None, [1], 1j, object()])
def test_other_values_are_refused(value: object) -> None:
    with pytest.raises(InputError) as caught:
        exact(value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", [sp.sqrt(2), sp.nan, sp.oo, sp.Symbol("x"), sp.pi])
def test_rational_refuses_what_is_not_one(value: sp.Expr) -> None:
    with pytest.raises(InputError, match=r"rational|real"):
        rational(value)


@pytest.mark.parametrize("value", [0, -1, sp.Rational(-1, 3)])
def test_positive_refuses_the_rest(value: object) -> None:
    with pytest.raises(InputError, match="> 0"):
        positive(value, "κ")


@pytest.mark.parametrize("value", [True, 1, 0, -2, 2.0, "2", sp.Integer(2)])
def test_dimension_is_an_int_of_at_least_two(value: object) -> None:
    with pytest.raises(InputError, match="≥ 2"):
        dimension(value)
    assert dimension(2) == 2


@pytest.mark.parametrize("rows", [[], [[1, 2], [3]]])
def test_a_matrix_is_rectangular(rows: list[list[int]]) -> None:
    with pytest.raises(InputError, match="rectangular"):
        rational_matrix(rows, "S")


def test_messages_are_one_line() -> None:
    error = SithError("a\nfault.", allowed="this\n or that", cure="do\n so.")
    assert str(error) == "a fault; allowed: this or that; do so"


def test_pairs_have_distinct_real_coordinates() -> None:
    z, zt = pair(3)
    assert len({*z, *zt}) == 6
    assert all(s.is_real for s in (*z, *zt))
    assert latents(3) == z


def test_notation_is_a_table_without_repeats() -> None:
    assert len({n.code for n in TABLE}) == len(TABLE)
    assert notation_table().count("\n") == len(TABLE) + 1
