"""Expressions read as polynomials over Q: the same terms as sympy's, and what is none is refused."""

from __future__ import annotations

import pytest
import sympy as sp

from sith.theory.derivation.fields.polynomials import Polynomials
from sith.theory.errors import UnsupportedCondition

X, Y = sp.symbols("x y", real=True)


@pytest.mark.parametrize(
    "value",
    [
        sp.Integer(0),
        sp.Rational(-3, 7),
        (X + Y) ** 3 * (X - Y / 2),
        X * (Y**2 - X) - Y**2 * X + X**2,
        (sp.sqrt(2) * X + Y) * (sp.sqrt(2) * X - Y),
    ],
)
def test_terms_are_those_of_sympy(value: sp.Expr) -> None:
    terms = {
        tuple(map(int, k)): sp.Rational(int(c.p), int(c.q))
        for k, c in Polynomials((X, Y)).read(value).to_dict().items()
    }
    expected = sp.Poly(value, X, Y, domain=sp.QQ).as_dict()
    assert terms == {k: c for k, c in expected.items() if c != 0}


@pytest.mark.parametrize("value", [1 / X, sp.sqrt(2) * X, sp.exp(X), sp.Symbol("other") * X])
def test_what_is_no_polynomial_is_refused(value: sp.Expr) -> None:
    with pytest.raises(UnsupportedCondition, match="not a polynomial with rational coefficients"):
        Polynomials((X, Y)).read(value)
