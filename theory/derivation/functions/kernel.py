"""The candidates: polynomials modulo a prime that fields and finite generators annihilate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import sympy as sp
from flint import nmod_mat

from sith.theory.derivation.fields.infinitesimal import PRIMES
from sith.theory.derivation.functions.ring import Exponents, Operator, Ring
from sith.theory.derivation.functions.subject import FIELD_DEGREE, Subject
from sith.theory.errors import UnsupportedCondition

LARGEST_DEGREE = 6
"""Fields of an infinite-dimensional algebra are taken up to this degree at most."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """The candidates of one number of points: rows in echelon form, high degrees first."""

    symbols: tuple[tuple[sp.Symbol, ...], ...]
    monomials: tuple[Exponents, ...]
    rows: tuple[tuple[int, ...], ...]
    field_degree: int


def candidates(
    subject: Subject, points: int, degree: int, announce: Callable[[str], None]
) -> Kernel:
    """Solve ξF = 0 and F∘g = F modulo the first prime, on the space's normal monomials."""
    prime = PRIMES[0]
    ring = Ring(subject, points, prime)
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
    return Kernel(ring.points, kept, tuple(r for r in rows if any(r[:-1])), step)


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
