"""Derivatives of rational decoders, exactly, and sums of products of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError

from sith.theory.errors import InputError
from sith.theory.verdict import Membership

Factor = tuple[int, tuple[int, ...]]
"""(a, k): the derivative of coordinate a of the decoder, k_j times along coordinate j."""

JetSum = tuple[tuple[Factor, ...], ...]
"""A sum of products of derivatives of the decoder."""

Support = frozenset[tuple[int, int]]
"""The entries (a, j) of a Jacobian that are not identically zero."""


@dataclass(frozen=True, slots=True)
class Derivatives:
    """Exact partial derivatives of rational functions, in a ring or field over the rationals."""

    domain: Any
    elements: tuple[Any, ...]

    def partial(self, a: int, along: Sequence[int]) -> sp.Expr:
        """Return the derivative of function a along the coordinates listed."""
        return self.domain.to_sympy(self.element(a, along))

    def element(self, a: int, along: Sequence[int]) -> Any:
        """Return the derivative as an element of the domain; it is 0 exactly when it vanishes."""
        value = self.elements[a]
        for j in along:
            value = value.diff(self.domain.gens[j])
        return value


def derivatives(functions: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]) -> Derivatives:
    """Return the functions in an exact domain; raises `InputError` for one that is not rational."""
    polynomial = all(f.is_polynomial(*symbols) for f in functions)
    domain = sp.QQ[tuple(symbols)] if polynomial else sp.QQ.frac_field(*symbols)
    elements = []
    for f in functions:
        try:
            elements.append(domain.from_sympy(f if polynomial else sp.together(f)))
        except (BasePolynomialError, ValueError, TypeError):
            raise InputError(
                f"{f} is not a rational function of {tuple(symbols)}",
                allowed="polynomials and fractions with rational coefficients",
            ) from None
    return Derivatives(domain, tuple(elements))


def support_of(functions: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]) -> Support:
    """Return the entries of the Jacobian that are not identically zero."""
    table = derivatives(functions, symbols)
    return frozenset(
        (a, j)
        for a in range(len(functions))
        for j in range(len(symbols))
        if table.element(a, (j,)) != 0
    )


def relations_vanish(
    relations: Sequence[JetSum], decoder: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]
) -> Membership:
    """Say whether sums of products of derivatives of a decoder vanish identically."""
    table = derivatives(decoder, symbols)
    for relation in relations:
        total = table.domain.zero
        for product in relation:
            value = table.domain.one
            for a, powers in product:
                along = [j for j, k in enumerate(powers) for _ in range(k)]
                value = value * table.element(a, along)
            total = total + value
        if total != 0:
            return Membership(
                False, f"{_written(relation, symbols)} = {table.domain.to_sympy(total)}"
            )
    return Membership(True, "the equations of the class hold identically")


def _written(relation: JetSum, symbols: Sequence[sp.Symbol]) -> str:
    def factor(a: int, powers: Sequence[int]) -> str:
        along = "".join(f" ∂{s}" * k for s, k in zip(symbols, powers, strict=True))
        return f"{along.strip()} ĝ_{a + 1}"

    return " + ".join(" · ".join(factor(a, k) for a, k in product) for product in relation)
