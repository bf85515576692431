"""A basis written as products of generators, each of which is checked exactly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import gcd, lcm

import sympy as sp
from flint import nmod_mat

from sith.theory.derivation.fields.infinitesimal import PRIMES
from sith.theory.derivation.functions.form import Form, unchanged
from sith.theory.derivation.functions.kernel import Kernel, candidates
from sith.theory.derivation.functions.ring import Exponents, Polynomial, Ring
from sith.theory.derivation.functions.subject import Subject
from sith.theory.errors import UnsupportedCondition
from sith.theory.groups import AbstractGroup, Field
from sith.theory.notation import latents


@dataclass(frozen=True, slots=True)
class _Entry:
    """A polynomial of the basis: its degree, its value modulo the prime, and how it is written.

    `factors` lists the generators it is the product of, as positions in ascending order; `raw` is
    a candidate before it is reduced on the space.
    """

    degree: int
    value: Polynomial
    expression: sp.Expr
    factors: tuple[int, ...] = ()
    raw: Polynomial = field(default_factory=dict)


def as_products(
    subject: Subject, solved: Sequence[Kernel], degree: int
) -> tuple[tuple[sp.Expr, ...], tuple[sp.Expr, ...]]:
    """Write the null space as products of generators, low degrees and few points first."""
    prime = PRIMES[0]
    whole = solved[-1]
    sources = list(solved)
    if subject.bound:
        # Functions on R^d that the group leaves unchanged are easier to read than normal forms.
        free = replace(subject, bound=False)
        sources = [candidates(free, m + 1, degree, lambda _: None) for m in range(len(solved))]
        sources += solved
    ring = Ring(subject, len(solved), prime)
    form = Form(subject, whole.symbols)
    shifts = _has_shifts(subject.group)
    index = {m: i for i, m in enumerate(whole.monomials)}
    basis: list[_Entry] = []
    generators: list[_Entry] = []
    for k in range(1, degree + 1):
        wanted = sum(1 for row in whole.rows if sum(whole.monomials[_first(row)]) <= k)
        products = list(_of_degree(ring, generators, basis, k))
        basis = _independent([*basis, *products], index, prime)
        if len(basis) == wanted:
            continue
        fresh = [e for kernel in sources for e in _null_vectors(ring, kernel, k)]
        for entry in _independent([*basis, *fresh], index, prime)[len(basis) :]:
            polished = _polished(entry, ring, form, len(generators), shifts)
            generators.append(polished)
            basis.append(polished)
        if len(basis) != wanted:
            raise UnsupportedCondition("the products do not span the null space")
    return tuple(e.expression for e in basis), tuple(e.expression for e in generators)


def _first(row: Iterable[int]) -> int:
    return next(i for i, c in enumerate(row) if c)


def _of_degree(
    ring: Ring, generators: Sequence[_Entry], basis: Sequence[_Entry], degree: int
) -> Iterator[_Entry]:
    """Return the products of a basis entry and a generator that have exactly this degree.

    A product of generators that is not in the basis is a combination of entries that are, and so
    are its multiples; entries of the basis are therefore enough as the other factor.
    """
    seen = set()
    for low in basis:
        for g, generator in enumerate(generators):
            factors = tuple(sorted((*low.factors, g)))
            if low.degree + generator.degree != degree or factors in seen:
                continue
            seen.add(factors)
            value = ring.times(low.value, generator.value)
            yield _Entry(degree, value, low.expression * generator.expression, factors)


def _null_vectors(ring: Ring, kernel: Kernel, degree: int) -> Iterator[_Entry]:
    """Return the null vectors of this degree, in every choice of points."""
    rows = [row for row in kernel.rows if sum(kernel.monomials[_first(row)]) == degree]
    d = ring.dim
    for chosen in combinations(range(len(ring.points)), len(kernel.symbols)):
        for row in rows:
            value: Polynomial = {}
            for m, c in zip(kernel.monomials, row, strict=True):
                if c:
                    placed = [0] * ring.variables
                    for source, target in enumerate(chosen):
                        placed[d * target : d * target + d] = m[d * source : d * source + d]
                    value[tuple(placed)] = c
            yield _Entry(degree, ring.reduced(value), sp.Integer(0), raw=value)


def _independent(entries: list[_Entry], index: dict[Exponents, int], prime: int) -> list[_Entry]:
    """Keep the entries that are no combination, modulo constants, of earlier ones."""
    if not entries:
        return []
    flat = [0] * (len(index) * len(entries))
    for column, entry in enumerate(entries):
        for m, c in entry.value.items():
            if any(m):
                flat[index[m] * len(entries) + column] = c
    form, rank = nmod_mat(len(index), len(entries), flat, prime).rref()
    return [entries[_first(map(int, row))] for row in form.table()[:rank]]


def _polished(entry: _Entry, ring: Ring, form: Form, position: int, shifts: bool) -> _Entry:
    """Lift a null vector to the rationals, check it exactly, and write it readably."""
    terms = {m: _lifted(c, ring.prime) for m, c in entry.raw.items() if any(m)}
    scale = lcm(*(int(c.q) for c in terms.values()))
    content = gcd(*(int(c * scale) for c in terms.values()))
    order = sorted(terms, key=lambda m: (-sum(m), m))
    lead = order[0] if shifts else max(m for m in order if sum(m) == sum(order[0]))
    factor = sp.Rational(scale, content) * (1 if terms[lead] > 0 else -1)
    symbols = form.symbols
    expression = sp.Add(
        *(
            c * factor * sp.Mul(*(s**k for s, k in zip(symbols, m, strict=True)))
            for m, c in terms.items()
        )
    )
    answer = unchanged(form, expression)
    if not answer.holds:
        raise UnsupportedCondition(f"the exact check disagrees: {answer.reason}")
    value = ring.reduced({m: ring.residue(c * factor) for m, c in terms.items()})
    written = _in_differences(expression, ring.points) if shifts else expression
    return _Entry(entry.degree, value, written, (position,))


def _lifted(value: int, prime: int) -> sp.Rational:
    """Return the rational number of small height with this residue."""
    bound = int(sp.integer_nthroot(prime // 2, 2)[0])
    r0, r1, t0, t1 = prime, value % prime, 0, 1
    while r1 > bound:
        q = r0 // r1
        r0, r1, t0, t1 = r1, r0 - q * r1, t1, t0 - q * t1
    if abs(t1) > bound or t1 == 0:
        raise UnsupportedCondition("a coefficient is too large for the prime in use")
    return sp.Rational(r1, t1)


def _has_shifts(group: AbstractGroup) -> bool:
    """Say whether all constant fields are in the algebra."""
    z = latents(group.dim)
    units = [
        Field(z, tuple(sp.Integer(i == j) for i in range(group.dim))) for j in range(group.dim)
    ]
    return all(group.in_algebra(u).holds for u in units)


def _in_differences(value: sp.Expr, points: Sequence[tuple[sp.Symbol, ...]]) -> sp.Expr:
    """Write a function that shifts leave unchanged through differences from its first point."""
    used = [p for p in points if value.free_symbols & set(p)]
    first = used[0]
    moved = value.xreplace(dict.fromkeys(first, sp.Integer(0)))
    table = {x: x - y for p in used[1:] for x, y in zip(p, first, strict=True)}
    written = moved.xreplace(table)
    return written if sp.expand(written - value) == 0 else value
