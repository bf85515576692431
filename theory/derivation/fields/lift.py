"""From the null space modulo primes to fields over the rationals."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from flint import fmpq, nmod_mat

from sith.theory.derivation.fields.draws import Draw
from sith.theory.derivation.fields.system import System
from sith.theory.groups import Field

Lifted = tuple[Field, dict[sp.Symbol, sp.Rational]]


def null_rows(system: System, draws: Sequence[Draw], prime: int) -> nmod_mat:
    """Return the null space modulo a prime, reduced, one vector per row."""
    table = [row for draw in draws for row in system.rows(draw, prime)]
    space, nullity = nmod_mat(table, prime).nullspace()
    if nullity == 0:
        return nmod_mat(0, system.unknowns, prime)
    vectors = [[int(space[i, j]) for i in range(system.unknowns)] for j in range(nullity)]
    reduced, _ = nmod_mat(vectors, prime).rref()
    return reduced


def lifted_fields(
    system: System, draws: Sequence[Draw], basis: nmod_mat, primes: Sequence[int]
) -> tuple[list[Lifted], list[Lifted], int] | tuple[()]:
    """Reconstruct the null space over the rationals: fields, gauge changes, and the rank.

    Returns () where a number is too large.
    """
    tables = [[[int(x) for x in row] for row in basis.tolist()]]
    for prime in primes[1:]:
        other = null_rows(system, draws, prime)
        if other.nrows() != basis.nrows():
            return ()
        tables.append([[int(x) for x in row] for row in other.tolist()])
    modulus = 1
    for prime in primes:
        modulus *= prime
    found: list[Lifted] = []
    gauge: list[Lifted] = []
    for r in range(basis.nrows()):
        entries = []
        for c in range(system.unknowns):
            value = _combine([t[r][c] for t in tables], primes)
            number = _reconstruct(value, modulus)
            if not number:
                return ()
            entries.append(number[0])
        if all(x == 0 for x in entries[: system.field_unknowns]):
            gauge.append(_field(system, entries))
            continue
        found.append(_field(system, entries))
    return found, gauge, system.unknowns - basis.nrows()


def _field(system: System, entries: Sequence[fmpq]) -> tuple[Field, dict[sp.Symbol, sp.Rational]]:
    z, kept = system.condition.z, system.monomials.kept
    components = []
    for i in range(system.outputs):
        terms = []
        for k, m in enumerate(kept):
            value = entries[i * len(kept) + k]
            if value != 0:
                powers = zip(z, system.monomials.exponents[m], strict=True)
                terms.append(_rational(value) * sp.Mul(*(x**e for x, e in powers)))
        components.append(sp.Add(*terms))
    change = {
        t: _rational(entries[system.field_unknowns + i]) for i, t in enumerate(system.parameters)
    }
    return Field(z, tuple(components)), change


def _rational(value: fmpq) -> sp.Rational:
    return sp.Rational(int(value.p), int(value.q))


def _combine(residues: Sequence[int], primes: Sequence[int]) -> int:
    """Chinese remainders."""
    value, modulus = residues[0], primes[0]
    for residue, prime in zip(residues[1:], primes[1:], strict=True):
        step = (residue - value) * pow(modulus, -1, prime) % prime
        value, modulus = value + modulus * step, modulus * prime
    return value


def _reconstruct(value: int, modulus: int) -> tuple[fmpq] | tuple[()]:
    """Rational reconstruction (Wang): the fraction with numerator and denominator < √(m/2)."""
    bound = sp.integer_nthroot(modulus // 2, 2)[0]
    a, b, s, t = modulus, value % modulus, 0, 1
    while b > bound:
        q = a // b
        a, b, s, t = b, a - q * b, t, s - q * t
    if t == 0 or abs(t) > bound:
        return ()
    return (fmpq(b if t > 0 else -b, abs(t)),)
