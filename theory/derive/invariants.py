"""The polynomial functions of one, two or three latent points that a group leaves unchanged."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import comb, gcd, lcm
from typing import Any

import sympy as sp
from flint import nmod_mat

from theory.assumptions import AbstractSpace
from theory.claim import Claim, Statement, Theorem
from theory.derive.identified import FIELD_DEGREE, POINT_NAMES, Form, Subject, resolve, unchanged
from theory.derive.infinitesimal import PRIMES
from theory.errors import BudgetExceeded, InputError, UnsupportedCondition
from theory.exact import integer
from theory.groups import AbstractGroup, Field, Map
from theory.notation import latents
from theory.verdict import Agreement

MAX_MONOMIALS = 1500
"""Default limit on the monomials of one linear system (about half a minute)."""

LARGEST_DEGREE = 6
"""Fields of an infinite-dimensional algebra are taken up to this degree at most."""

SHOWN = 12
"""A printed report lists this many functions; `to_dict` has them all."""

Exponents = tuple[int, ...]
Polynomial = dict[Exponents, int]  # coefficients modulo a prime
Operator = Callable[[Exponents], Polynomial]


@dataclass(frozen=True, slots=True)
class Invariants:
    """The identified polynomial functions of some latent points, up to a degree.

    `basis` is a basis over the rationals, modulo constants, of the polynomials of total degree
    ≤ `degree` that the group leaves unchanged (on the sphere: of their restrictions); its entries
    are products of `generators`. A generator is an entry that is not a linear combination of
    products of earlier generators with a total degree no larger. `sizes` lists the monomials of
    the linear systems, for one point, two points, and so on.
    """

    group: str
    points: int
    degree: int
    dim: int
    basis: tuple[sp.Expr, ...]
    generators: tuple[sp.Expr, ...]
    sizes: tuple[int, ...]
    scope: tuple[str, ...] = ()
    trusted: tuple[str, ...] = ()
    claim: str = ""
    agreement: Agreement = Agreement.AGREES
    seconds: float = 0

    @property
    def exit_status(self) -> int:
        """0 where derived and stated group agree, 1 where the derived group had to be used."""
        return 0 if self.agreement is Agreement.AGREES else 1

    def to_dict(self) -> dict[str, Any]:
        """Return the functions as plain data."""
        return {
            "claim": self.claim,
            "group": self.group,
            "dimension": self.dim,
            "points": self.points,
            "degree": self.degree,
            "basis": [str(e) for e in self.basis],
            "generators": [str(e) for e in self.generators],
            "agreement": self.agreement.value,
            "monomials": list(self.sizes),
            "scope": list(self.scope),
            "trusted": list(self.trusted),
            "seconds": round(self.seconds, 3),
        }

    def __str__(self) -> str:
        """The functions for a terminal, generators marked by a star."""
        of = f"{self.points} point" + "s" * (self.points > 1)
        head = f"{self.claim}: " if self.claim else ""
        lines = [
            f"{head}polynomials of {of}, degree ≤ {self.degree}, that {self.group} leaves unchanged"
        ]
        new = set(self.generators)
        lines += [f"  {'*' if e in new else ' '} {e}" for e in self.basis[:SHOWN]]
        if len(self.basis) > SHOWN:
            lines.append(f"    … and {len(self.basis) - SHOWN} more")
        if not self.basis:
            lines.append("    constants only")
        elif len(self.generators) < len(self.basis):
            lines.append("  * new; the others are products of these")
        lines += [f"  scope     {item}" for item in self.scope]
        lines += [f"  trusts    {item}" for item in self.trusted]
        return "\n".join(lines)


def invariants(
    subject: AbstractGroup | Statement,
    points: int = 1,
    degree: int = 2,
    *,
    dim: int | None = None,
    space: AbstractSpace | None = None,
    max_monomials: int = MAX_MONOMIALS,
    announce: Callable[[str], None] = lambda _: None,
    **parameters: Any,
) -> Invariants:
    """Compute the polynomials F with F(h(z), h(w), …) = F(z, w, …) for every h of the group.

    The subject is a group, or a claim whose derivation confirms its group. A linear system modulo a
    prime gives the candidates; each generator is then checked exactly with sympy, which proves the
    basis, and its length against the rank modulo the prime, which proves that none is missing.
    Raises `BudgetExceeded`, with the number of monomials, before anything larger than
    `max_monomials` is solved, and `UnsupportedCondition` where the answer cannot be settled.
    """
    start = time.perf_counter()
    count = _from_one(points, "points", len(POINT_NAMES))
    top = _from_one(degree, "degree", 99)
    if isinstance(subject, AbstractGroup):
        _afford(subject.dim, count, top, max_monomials)
    elif isinstance(subject, Claim | Theorem):
        _afford(subject.at(dim, **parameters).group.dim, count, top, max_monomials)
    found = resolve(subject, dim=dim, space=space, **parameters)
    solved = [_kernel(found, m, top, announce) for m in range(1, count + 1)]
    basis, generators = _products(found, solved, top)
    fields = max(kernel.field_degree for kernel in solved)
    shown = f"the group's fields of degree ≤ {fields} and its finite generators were used"
    return Invariants(
        group=str(found.group),
        points=count,
        degree=top,
        dim=found.dim,
        basis=basis,
        generators=generators,
        sizes=tuple(len(k.monomials) for k in solved),
        scope=(f"polynomials of total degree ≤ {top}; {shown}", *found.scope),
        trusted=found.trusted,
        claim=found.claim,
        agreement=found.agreement,
        seconds=time.perf_counter() - start,
    )


def _from_one(value: Any, what: str, most: int) -> int:
    if integer(value, what, least=1) > most:
        raise InputError(f"{what} = {value}", allowed=f"an integer from 1 to {most}")
    return int(value)


def _afford(dim: int, points: int, degree: int, limit: int) -> None:
    size = comb(dim * points + degree, degree)
    if size > limit:
        raise BudgetExceeded(
            f"{points} points in d = {dim} have {size} monomials of degree ≤ {degree}",
            allowed=f"at most {limit}",
            cure="lower the degree, the dimension or the number of points",
        )


@dataclass(frozen=True, slots=True)
class _Kernel:
    """The candidates of one number of points: rows in echelon form, high degrees first."""

    symbols: tuple[tuple[sp.Symbol, ...], ...]
    monomials: tuple[Exponents, ...]
    rows: tuple[tuple[int, ...], ...]
    field_degree: int


def _kernel(subject: Subject, points: int, degree: int, announce: Callable[[str], None]) -> _Kernel:
    """Solve ξF = 0 and F∘g = F modulo the first prime, on the space's normal monomials."""
    prime = PRIMES[0]
    ring = _Ring(subject, points, prime)
    kept = tuple(m for m in _exponents(ring.variables, degree) if ring.normal(m))
    announce(f"{points} point{'s' * (points > 1)}: {len(kept)} monomials")
    group = subject.group
    maps = [ring.substitution(g) for g in group.finite_generators()]
    echelon: list[list[int]] = []
    steps = range(1, LARGEST_DEGREE + 1) if group.infinite else (FIELD_DEGREE,)
    for step in steps:
        fields = [ring.derivation(f) for f in group.algebra_basis(step)]
        for operator in (*fields, *maps):
            echelon = _reduce(echelon, _image(operator, kept, prime), len(kept), prime)
        maps = []
        if not group.infinite or len(kept) - len(echelon) <= 1:
            break
    else:
        raise UnsupportedCondition(
            f"the fields of {group} of degree ≤ {LARGEST_DEGREE} leave candidates that no finite "
            "set of fields proves to be unchanged",
            cure="ask `is_identified` about a single function",
        )
    rows = _null_space(echelon, len(kept), prime)
    # The constant monomial comes last, so the constants are the row that leads with it.
    return _Kernel(ring.points, kept, tuple(r for r in rows if any(r[:-1])), step)


class _Ring:
    """Polynomials modulo a prime in the coordinates of several points, reduced on the space.

    On the sphere the square of a point's last coordinate is 1 minus the other squares.
    """

    def __init__(self, subject: Subject, points: int, prime: int) -> None:
        self.dim = subject.dim
        self.points = tuple(latents(self.dim, n) for n in POINT_NAMES[:points])
        self.variables = self.dim * points
        self.prime = prime
        self.tails: dict[int, Polynomial] = {}
        for p, point in enumerate(self.points):
            for constraint in subject.constraints(point):
                self._relate(p, sp.Poly(constraint, *point))

    def _relate(self, p: int, constraint: sp.Poly) -> None:
        square = (0,) * (self.dim - 1) + (2,)
        terms = constraint.as_dict()
        lead = terms.pop(square, sp.Integer(0))
        if lead == 0 or any(m[-1] for m in terms) or p * self.dim + self.dim - 1 in self.tails:
            raise UnsupportedCondition(f"the equation {constraint.as_expr()} of the space")
        self.tails[p * self.dim + self.dim - 1] = {
            self.placed(m, p): self.residue(-c / lead) for m, c in terms.items()
        }

    def placed(self, exponents: Sequence[int], p: int) -> Exponents:
        """Return exponents in one point's coordinates as exponents in all."""
        before = p * self.dim
        return (0,) * before + tuple(exponents) + (0,) * (self.variables - before - self.dim)

    def residue(self, value: sp.Rational) -> int:
        """Return a rational number modulo the prime."""
        if not isinstance(value, sp.Rational):
            raise UnsupportedCondition(f"the coefficient {value} is not rational")
        return int(value.p) * pow(int(value.q), -1, self.prime) % self.prime

    def polynomial(self, value: sp.Expr, symbols: Sequence[sp.Symbol], p: int) -> Polynomial:
        """Return a polynomial of one point."""
        if not value.is_polynomial(*symbols):
            raise UnsupportedCondition(f"{value} is not a polynomial")
        terms = sp.Poly(value, *symbols).as_dict()
        return {self.placed(m, p): self.residue(c) for m, c in terms.items()}

    def normal(self, exponents: Exponents) -> bool:
        """Say whether a monomial is in normal form."""
        return all(exponents[i] < 2 for i in self.tails)

    def times(self, one: Polynomial, other: Polynomial) -> Polynomial:
        """Return the product in normal form."""
        raw: Polynomial = {}
        for a, x in one.items():
            for b, y in other.items():
                key = tuple(i + j for i, j in zip(a, b, strict=True))
                raw[key] = (raw.get(key, 0) + x * y) % self.prime
        return self.reduced(raw)

    def reduced(self, raw: Polynomial) -> Polynomial:
        """Return the normal form."""
        done: Polynomial = {}
        todo = list(raw.items())
        while todo:
            m, c = todo.pop()
            i = next((i for i in self.tails if m[i] >= 2), None)
            if i is None:
                done[m] = (done.get(m, 0) + c) % self.prime
                continue
            low = tuple(k - 2 * (j == i) for j, k in enumerate(m))
            todo += [
                (tuple(a + b for a, b in zip(low, t, strict=True)), c * x)
                for t, x in self.tails[i].items()
            ]
        return {m: c for m, c in done.items() if c}

    def derivation(self, field: Field) -> Operator:
        """Return m ↦ Σ ∇m·ξ over the points."""
        parts = [
            self.polynomial(e, field.symbols, p)
            for p in range(len(self.points))
            for e in field.expressions
        ]

        def apply(m: Exponents) -> Polynomial:
            raw: Polynomial = {}
            for i, part in enumerate(parts):
                if m[i]:
                    low = tuple(k - (j == i) for j, k in enumerate(m))
                    for t, c in part.items():
                        key = tuple(a + b for a, b in zip(low, t, strict=True))
                        raw[key] = (raw.get(key, 0) + m[i] * c) % self.prime
            return self.reduced(raw)

        return apply

    def substitution(self, member: Map) -> Operator:
        """Return m ↦ m∘g − m, every point replaced by its image."""
        parts = [
            self.polynomial(sp.expand(e), member.symbols, p)
            for p in range(len(self.points))
            for e in member.expressions
        ]
        images: dict[Exponents, Polynomial] = {(0,) * self.variables: {(0,) * self.variables: 1}}

        def image(m: Exponents) -> Polynomial:
            if m not in images:
                i = next(i for i, k in enumerate(m) if k)
                low = tuple(k - (j == i) for j, k in enumerate(m))
                images[m] = self.times(image(low), parts[i])
            return images[m]

        def apply(m: Exponents) -> Polynomial:
            result = dict(image(m))
            result[m] = (result.get(m, 0) - 1) % self.prime
            return {k: c for k, c in result.items() if c}

        return apply


def _exponents(variables: int, degree: int) -> Iterator[Exponents]:
    """Return all exponents of total degree ≤ `degree`, high degrees first, then lexicographic."""

    def of_degree(slots: int, k: int) -> Iterator[Exponents]:
        if slots == 1:
            yield (k,)
            return
        for first in range(k, -1, -1):
            for rest in of_degree(slots - 1, k - first):
                yield (first, *rest)

    for k in range(degree, -1, -1):
        yield from of_degree(variables, k)


def _image(operator: Operator, kept: Sequence[Exponents], prime: int) -> list[list[int]]:
    """Return the operator's matrix: one row for each monomial of the images."""
    rows: dict[Exponents, dict[int, int]] = {}
    for column, m in enumerate(kept):
        for key, c in operator(m).items():
            rows.setdefault(key, {})[column] = c % prime
    dense = []
    for row in rows.values():
        line = [0] * len(kept)
        for column, c in row.items():
            line[column] = c
        dense.append(line)
    return dense


def _reduce(
    echelon: list[list[int]], rows: list[list[int]], width: int, prime: int
) -> list[list[int]]:
    """Return the reduced echelon form of old and new rows together."""
    stacked = [*echelon, *rows]
    if not stacked:
        return []
    flat = [c for row in stacked for c in row]
    form, rank = nmod_mat(len(stacked), width, flat, prime).rref()
    return [list(map(int, row)) for row in form.table()[:rank]]


def _null_space(echelon: list[list[int]], width: int, prime: int) -> list[tuple[int, ...]]:
    """Return the null space in echelon form: a row's first column is its leading monomial."""
    pivots = [next(i for i, c in enumerate(row) if c) for row in echelon]
    leading = set(pivots)
    free = [i for i in range(width) if i not in leading]
    rows = []
    for i in free:
        row = [0] * width
        row[i] = 1
        for pivot, line in zip(pivots, echelon, strict=True):
            row[pivot] = -line[i] % prime
        rows.append(row)
    return [tuple(row) for row in _reduce([], rows, width, prime)]


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


def _products(
    subject: Subject, solved: Sequence[_Kernel], degree: int
) -> tuple[tuple[sp.Expr, ...], tuple[sp.Expr, ...]]:
    """Write the null space as products of generators, low degrees and few points first."""
    prime = PRIMES[0]
    whole = solved[-1]
    sources = list(solved)
    if subject.bound:
        # Functions on R^d that the group leaves unchanged are easier to read than normal forms.
        free = replace(subject, bound=False)
        sources = [_kernel(free, m + 1, degree, lambda _: None) for m in range(len(solved))]
        sources += solved
    ring = _Ring(subject, len(solved), prime)
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
        fresh = [e for kernel in sources for e in _candidates(ring, kernel, k)]
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
    ring: _Ring, generators: Sequence[_Entry], basis: Sequence[_Entry], degree: int
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


def _candidates(ring: _Ring, kernel: _Kernel, degree: int) -> Iterator[_Entry]:
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


def _polished(entry: _Entry, ring: _Ring, form: Form, position: int, shifts: bool) -> _Entry:
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
