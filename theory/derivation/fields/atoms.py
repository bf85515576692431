"""Transcendental atoms: exp and log of polynomials as independent symbols, valued by residues.

An exponent is expanded into monomials m in the coordinates. The functions exp(m) are algebraically
independent over the rational functions, and so are the logarithms of different irreducible
polynomials with them (`INDEPENDENT_ATOMS`). An identity in them is therefore an identity in
independent symbols, and every choice of the symbols' values gives a necessary linear condition.
The value is a residue that depends on the monomial's coordinates at the point alone, so that terms
that cancel in differences between points cancel here too: a monomial at another point is another
monomial in the coordinates of both points, or has the same value. The value differs from prime to
prime: a space of rational fields has the same reduced basis whichever generic values cut it out.

What rests on the lemma is only that no further field exists. An overlooked relation between atoms
would make the rows demand too much, and lose fields: atoms whose independence is not known are
refused. The fields that are found are confirmed without it, since what vanishes in independent
symbols vanishes as a function. Roots need no symbol: they are rational at the drawn points (`draws`).

Absolute values inside an exponent are resolved by their signs at the point.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from itertools import product
from math import lcm
from typing import Any

import sympy as sp
from flint import fmpq
from sympy.polys.polyerrors import BasePolynomialError

from sith.theory.errors import UnsupportedCondition

MAX_EXPONENT_SIGNS = 6
"""An exponent with more absolute values than this is refused."""

Key = tuple[Any, ...]
Terms = tuple[tuple[tuple[int, ...], sp.Rational], ...]


class Residues:
    """Pseudo-random non-zero residues for atoms, one for each key, modulo one prime."""

    def __init__(self, prime: int) -> None:
        """Start without any value."""
        self.prime = prime
        self._known: dict[Key, int] = {}

    @property
    def constant(self) -> bool:
        """Whether a power of e was asked for."""
        return ("exp", ()) in self._known

    def of(self, key: Key) -> int:
        """Return the residue of an atom, from 1 to prime − 1."""
        if key not in self._known:
            digest = blake2b(f"{self.prime}:{key!r}".encode(), digest_size=16).digest()
            self._known[key] = 1 + int.from_bytes(digest, "big") % (self.prime - 1)
        return self._known[key]


def exponent_divisor(expressions: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]) -> int:
    """Return a common denominator of the coefficients of all exponents, for every sign pattern."""
    exponents = {a.args[0] for e in expressions for a in e.atoms(sp.exp)}
    return lcm(
        *(
            int(c.q)
            for exponent in exponents
            for terms in _patterns(exponent, tuple(symbols)).values()
            for _, c in terms
        )
    )


class Exponential:
    """exp(f) = Π exp(m/D)^(D c_m) for f = Σ c_m m, with D a common denominator of the condition."""

    def __init__(self, exponent: sp.Expr, symbols: tuple[sp.Symbol, ...], divisor: int) -> None:
        """Expand the exponent for every sign pattern of its absolute values."""
        self.own = _positions(symbols)
        self.inner_polys = [_poly(a, symbols, exponent) for a in _inner(exponent)]
        self.patterns = {
            signs: tuple((powers, int(c * divisor)) for powers, c in terms)
            for signs, terms in _patterns(exponent, symbols).items()
        }

    def residue(self, values: Sequence[fmpq], residues: Residues) -> int:
        """Return the value modulo the prime."""
        at = [values[i] for i in self.own]
        signs = tuple(1 if _at(p, at) >= 0 else -1 for p in self.inner_polys)
        result = 1
        for powers, times in self.patterns[signs]:
            key = tuple(
                sorted((int(v.p), int(v.q), k) for v, k in zip(at, powers, strict=True) if k)
            )
            result = result * pow(residues.of(("exp", key)), times, residues.prime)
            result %= residues.prime
        return result


class Logarithm:
    """log f = Σ k log|q| over the irreducible factors q of the polynomial or fraction f."""

    def __init__(self, argument: sp.Expr, symbols: tuple[sp.Symbol, ...]) -> None:
        """Factor the argument over the rationals; refuses a constant factor other than ±1."""
        top, bottom = sp.fraction(sp.together(argument))
        self.factors: list[tuple[Terms, tuple[int, ...], int]] = []
        content = sp.Integer(1)
        positions = _positions(symbols)
        for part, sign in ((top, 1), (bottom, -1)):
            poly = _poly(part, symbols, sp.log(argument))
            constant, factors = sp.factor_list(poly)
            content *= constant**sign
            for factor, times in factors:
                scale, primitive = factor.primitive()
                content *= scale ** (sign * times)
                own = tuple(i for i, s in enumerate(primitive.gens) if primitive.degree(s) > 0)
                if primitive.LC() < 0:
                    primitive = -primitive
                terms = tuple((tuple(m[i] for i in own), c) for m, c in primitive.terms())
                self.factors.append((terms, tuple(positions[i] for i in own), sign * times))
        if abs(content) != 1:
            raise UnsupportedCondition(
                f"the condition contains log({argument}): log({abs(content)}) is a constant whose "
                "relations to the other constants are not known",
                allowed="log of polynomials whose coefficients have no common factor",
                cure="divide the argument by the constant, which shifts the log-density only",
            )

    def residue(self, values: Sequence[fmpq], residues: Residues) -> int:
        """Return the value modulo the prime."""
        total = 0
        for terms, own, times in self.factors:
            at = tuple((int(values[i].p), int(values[i].q)) for i in own)
            total += times * residues.of(("log", str(terms), at))
        return total % residues.prime


def _positions(symbols: tuple[sp.Symbol, ...]) -> tuple[int, ...]:
    """Return where each symbol stands first; both views may share one."""
    return tuple(symbols.index(s) for s in dict.fromkeys(symbols))


def _inner(exponent: sp.Expr) -> tuple[sp.Expr, ...]:
    return tuple(sorted({a.args[0] for a in exponent.atoms(sp.Abs, sp.sign)}, key=str))


def _patterns(
    exponent: sp.Expr, symbols: tuple[sp.Symbol, ...]
) -> dict[tuple[int, ...], tuple[tuple[tuple[int, ...], sp.Rational], ...]]:
    inner = _inner(exponent)
    if len(inner) > MAX_EXPONENT_SIGNS:
        raise UnsupportedCondition(
            f"the exponent {exponent} has {len(inner)} absolute values",
            allowed=f"at most {MAX_EXPONENT_SIGNS}",
        )
    result = {}
    for signs in product((-1, 1), repeat=len(inner)):
        table: dict[sp.Expr, sp.Expr] = {
            sp.Abs(a): s * a for a, s in zip(inner, signs, strict=True)
        }
        table |= {sp.sign(a): sp.Integer(s) for a, s in zip(inner, signs, strict=True)}
        poly = _poly(exponent.xreplace(table), symbols, sp.exp(exponent))
        result[signs] = tuple((m, c) for m, c in poly.terms() if c != 0)
    return result


def _poly(value: sp.Expr, symbols: tuple[sp.Symbol, ...], whole: sp.Expr) -> sp.Poly:
    try:
        return sp.Poly(value, *dict.fromkeys(symbols), domain=sp.QQ)
    except BasePolynomialError as error:
        raise UnsupportedCondition(
            f"the condition contains {whole}: {value} is not a polynomial with rational coefficients, "
            "and no other exponents or arguments of log are known to be independent",
            allowed="exp and log of polynomials with rational coefficients",
            cure="rewrite the log-density, or choose rational parameters",
        ) from error


def _at(poly: sp.Poly, values: Sequence[fmpq]) -> fmpq:
    total = fmpq(0)
    for powers, c in poly.terms():
        term = fmpq(int(c.p), int(c.q))
        for v, k in zip(values, powers, strict=True):
            if k:
                term *= v**k
        total += term
    return total
