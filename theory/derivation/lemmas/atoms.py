"""The lemma by which exp and log of polynomials are treated as independent symbols."""

from __future__ import annotations

from collections.abc import Iterable

import sympy as sp

from sith.theory.derivation.equation import Condition
from sith.theory.derivation.lemmas.record import Entry, Hypothesis

KINDS = (sp.exp, sp.log, sp.sinh, sp.cosh, sp.tanh, sp.E)
"""What makes a first-order change transcendental."""


HYPERBOLIC = (sp.sinh, sp.cosh, sp.tanh)
"""Sums and quotients of exponentials."""


def transcendental_slopes(condition: Condition) -> tuple[sp.Expr, ...]:
    """Return the first-order changes of the residuals at the base map that hold exp or log."""
    unknown = (*condition.image, *condition.image_t, *condition.parameters)
    table = {
        **dict(zip(condition.image, condition.base, strict=True)),
        **dict(zip(condition.image_t, condition.base_t, strict=True)),
        **condition.parameters,
    }
    return tuple(
        slope
        for equation in condition.equations
        for symbol in unknown
        if (slope := sp.diff(equation.residual, symbol).xreplace(table)).has(*KINDS)
    )


def _arguments(condition: Condition, kind: type) -> set[sp.Expr]:
    slopes = (s.rewrite(HYPERBOLIC, sp.exp) for s in transcendental_slopes(condition))
    return {a.args[0] for s in slopes for a in s.atoms(kind)}


def _plain(value: sp.Expr) -> sp.Expr:
    """Put a symbol for every absolute value and sign: in each region these are polynomials."""
    return value.xreplace({a: sp.Dummy(real=True) for a in value.atoms(sp.Abs, sp.sign)})


def _rational_polynomials(values: Iterable[sp.Expr]) -> bool:
    for value in map(_plain, values):
        symbols = sorted(value.free_symbols, key=str)
        if not symbols:
            if not value.is_Rational:
                return False
        elif not value.is_polynomial(*symbols) or not all(
            c.is_Rational for c in sp.Poly(value, *symbols).coeffs()
        ):
            return False
    return True


def _exponents(condition: Condition) -> bool:
    return _rational_polynomials(_arguments(condition, sp.exp))


def _logarithms(condition: Condition) -> bool:
    parts = [
        part
        for argument in _arguments(condition, sp.log)
        if not argument.has(sp.exp)
        for part in sp.fraction(sp.together(argument))
    ]
    return _rational_polynomials(parts)


INDEPENDENT_ATOMS: Entry[Condition] = Entry(
    "L-independent-atoms",
    "exp of Q-linearly independent polynomials without constant term and log of distinct irreducible "
    "polynomials are algebraically independent over the rational functions, constants included, and "
    "e is transcendental; so no further field solves the condition than those that solve it in "
    "independent symbols",
    "Ostrowski; Kolchin (1968); Ax (1971); Lindemann",
    (
        Hypothesis(
            "exponents",
            "every exponent is a polynomial with rational coefficients, in each region of signs",
            "the exponents of the first-order changes are read as polynomials over Q; monomials with a "
            "common denominator are independent",
            _exponents,
        ),
        Hypothesis(
            "logarithms",
            "every logarithm is one of a rational function with rational coefficients",
            "numerators and denominators are read as polynomials over Q, and factored when used",
            _logarithms,
        ),
    ),
)
