"""Homogeneous Taylor parts at 0 of an elementary function, over the rationals.

The Euler derivative Σ s_i ∂_i K is expanded in place of K: it multiplies the part of degree j by j,
and takes the logarithms away, whose constants would not be rational.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError
from sympy.polys.rings import ring

from sith.theory.derivation.certificates.completeness import NotShown

ORDER = 6
"""Functions that are no polynomials are expanded up to this degree."""

Parts = Mapping[int, sp.Expr]


def homogeneous_parts(value: sp.Expr, s: Sequence[sp.Symbol]) -> Parts:
    """Return the homogeneous parts that are not 0 and not constant, by degree.

    All parts of a polynomial, and those of degree ≤ `ORDER` of any other function. Raises `NotShown`
    where the function is not shown to be analytic at 0 with rational derivatives there.
    """
    if value.is_polynomial(*s):
        try:
            poly = sp.Poly(value, *s, domain=sp.QQ)
        except BasePolynomialError as error:
            raise NotShown(f"{value} has coefficients that are not rational") from error
        terms = {p: c for p, c in poly.as_dict().items() if any(p)}
        return _by_degree(terms, s, euler=False)
    slope = sp.Add(*(x * sp.diff(value, x) for x in s)).rewrite(sp.exp)
    return _by_degree(dict(_Expansion(s).of(slope).items()), s, euler=True)


def _by_degree(
    terms: Mapping[tuple[int, ...], Any], s: Sequence[sp.Symbol], *, euler: bool
) -> Parts:
    found: dict[int, list[sp.Expr]] = {}
    for powers, c in terms.items():
        degree = sum(powers)
        if degree:
            number = sp.Rational(int(c.numerator), int(c.denominator)) if euler else sp.Rational(c)
            scale = degree if euler else 1
            monomial = sp.Mul(*(x**k for x, k in zip(s, powers, strict=True)))
            found.setdefault(degree, []).append(number / scale * monomial)
    return {k: sp.Add(*found[k]) for k in sorted(found)}


class _Expansion:
    """Arithmetic of polynomials in s modulo the terms of degree > `ORDER`."""

    def __init__(self, s: Sequence[sp.Symbol]) -> None:
        self.ring, *generators = ring([str(x) for x in s], sp.QQ)
        self.known = dict(zip(s, generators, strict=True))

    def of(self, e: sp.Expr) -> Any:
        """Return the truncated expansion of an expression at 0."""
        if e in self.known:
            return self.known[e]
        if isinstance(e, sp.Rational):
            return self.ring(sp.QQ(int(e.p), int(e.q)))
        if e.is_Add or e.is_Mul:
            total = self.ring(0 if e.is_Add else 1)
            for part in map(self.of, e.args):
                total = total + part if e.is_Add else self._times(total, part)
            return total
        if isinstance(e, sp.exp):
            return self._exponential(self.of(e.args[0]))
        if isinstance(e, sp.Pow) and isinstance(e.exp, sp.Rational):
            return self._power(self.of(e.base), e.exp)
        raise NotShown(f"the Taylor series of {e} at 0 is not computed")

    def _times(self, a: Any, b: Any) -> Any:
        product = self.ring(0)
        for p, x in a.items():
            low = {q: x * y for q, y in b.items() if sum(p) + sum(q) <= ORDER}
            product += self.ring.from_dict(
                {tuple(i + j for i, j in zip(p, q, strict=True)): c for q, c in low.items()}
            )
        return product

    def _constant(self, a: Any) -> Any:
        return a.coeff(1)

    def _composed(self, rest: Any, factors: Iterator[Any]) -> Any:
        """Return Σ_k c_k·rest^k for a part without constant term."""
        total, power = self.ring(0), self.ring(1)
        for c in islice(factors, ORDER + 1):
            total += c * power
            power = self._times(power, rest)
        return total

    def _exponential(self, a: Any) -> Any:
        if self._constant(a) != 0:
            raise NotShown("the exponential of a number that is not 0 has no rational value")
        return self._composed(a, _factors(lambda k: sp.QQ(1, k)))

    def _power(self, a: Any, exponent: sp.Rational) -> Any:
        c = self._constant(a)
        if exponent.q == 1 and exponent >= 0:
            total = self.ring(1)
            for _ in range(int(exponent)):
                total = self._times(total, a)
            return total
        if c == 0 or (c < 0 and exponent.q != 1):
            raise NotShown("a power is not shown to be analytic at 0")
        first = sp.Rational(int(c.numerator), int(c.denominator)) ** exponent
        if not isinstance(first, sp.Rational):
            raise NotShown(f"{first} is not rational")
        n = sp.QQ(int(exponent.p), int(exponent.q))
        scaled = self._composed((a - c) * (1 / c), _factors(lambda k: (n - k + 1) / k))
        return scaled * sp.QQ(int(first.p), int(first.q))


def _factors(ratio: Callable[[int], Any]) -> Iterator[Any]:
    """Return c_0 = 1, c_k = c_{k−1}·ratio(k)."""
    c, k = sp.QQ(1), 0
    while True:
        yield c
        k += 1
        c = c * ratio(k)
