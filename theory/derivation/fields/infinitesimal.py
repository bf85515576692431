"""The infinitesimal engine: the Lie algebra of the maps that the optimum leaves free."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import comb

import sympy as sp
from flint import fmpq, nmod_mat

from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.fields.ansatz import Exponents, Monomials, monomials_on
from sith.theory.derivation.fields.atoms import Residues, exponent_divisor
from sith.theory.derivation.fields.draws import Draw, Draws
from sith.theory.derivation.fields.evaluate import Modular, compile_modular, modulo, to_flint
from sith.theory.derivation.fields.linearise import LinearEquation, linearise
from sith.theory.errors import BudgetExceeded, UnsupportedCondition
from sith.theory.groups import Field

PRIMES: tuple[int, ...] = (2305843009213693951, 2305843009213693921, 2305843009213693907)
"""Primes of 61 bits; the first is 2^61 − 1."""

MAX_UNKNOWNS = 4000
"""Default limit on the unknowns of one linear system (about a minute and 0.3 GB)."""

FRESH_DRAWS = 4
"""Null vectors are tried on this many draws that the system has not seen."""

Lifted = tuple[Field, dict[sp.Symbol, sp.Rational]]


@dataclass(frozen=True, slots=True)
class Solution:
    """The free polynomial fields of degree ≤ `degree`, with what a checker needs.

    `fields` are independent on the latent space; `changes[i]` is the change of the learned
    parameters that goes with field i; `draws` are the rational points that made the system's rows
    and `rank` is its rank; `gauge` counts parameter changes that move no field.
    """

    degree: int
    fields: tuple[Field, ...]
    changes: tuple[dict[sp.Symbol, sp.Rational], ...]
    monomials: tuple[Exponents, ...]
    unknowns: int
    equations: int
    rank: int
    gauge: int
    draws: tuple[Draw, ...]
    primes: tuple[int, ...]

    @property
    def dimension(self) -> int:
        """Dimension of the space of free fields."""
        return len(self.fields)


@dataclass(frozen=True, slots=True)
class _Compiled:
    equation: LinearEquation
    at_z: tuple[tuple[int, Modular], ...]
    at_zt: tuple[tuple[int, Modular], ...]
    at_parameter: tuple[tuple[int, Modular], ...]
    jet: tuple[tuple[int, Exponents, Modular], ...]


class System:
    """The linear system of one condition at one degree, built row by row at rational points."""

    def __init__(self, condition: Condition, degree: int, seed: int, prime: int) -> None:
        """Linearise the condition and list the unknowns."""
        self.condition = condition
        self.prime = prime
        self.rng = random.Random(seed)
        self.outputs = len(condition.image)
        self.monomials: Monomials = monomials_on(
            condition.space, degree, prime, self.rng, linear_only=condition.linear_only
        )
        self.parameters = tuple(condition.parameters)
        self.field_unknowns = self.outputs * len(self.monomials.kept)
        self.unknowns = self.field_unknowns + len(self.parameters)
        arguments = (*condition.z, *condition.zt)
        self.at_point: tuple[tuple[int, ...], dict[Exponents, list[int]]] = ((), {})
        equations = linearise(condition)
        coefficients = [_in_exponentials(c) for e in equations for c in e.coefficients]
        divisor = exponent_divisor(coefficients, arguments)
        self.draws = Draws(condition, coefficients, self.rng)
        self.compiled = tuple(self._compile(e, arguments, divisor) for e in equations)
        self.residues: dict[int, Residues] = {}

    def _compile(
        self, equation: LinearEquation, arguments: Sequence[sp.Symbol], divisor: int
    ) -> _Compiled:
        def some(values: Sequence[sp.Expr]) -> tuple[tuple[int, Modular], ...]:
            return tuple(
                (i, compile_modular(sp.together(_in_exponentials(c)), arguments, divisor))
                for i, c in enumerate(values)
                if c != 0
            )

        slopes = [equation.at_parameter[t] for t in self.parameters]
        jet = tuple(
            (t.output, t.powers, compile_modular(sp.together(t.coefficient), arguments, divisor))
            for t in equation.jet
        )
        return _Compiled(equation, some(equation.at_z), some(equation.at_zt), some(slopes), jet)

    def rows_per_draw(self) -> int:
        """Return how many rows one draw gives."""
        d = self.condition.space.dim
        pairs = d * (d - 1) // 2
        by_coordinates = (UpTo.SEPARABLE, UpTo.PAIR_SEPARABLE)
        return sum(pairs if c.equation.up_to in by_coordinates else 1 for c in self.compiled)

    def draw(self) -> Draw:
        """Draw a point, two partners of it, and an independent point."""
        return self.draws.draw()

    def rows(self, draw: Draw, prime: int) -> Iterator[list[int]]:
        """Return the rows of one draw modulo a prime, up-to functions eliminated by differences."""
        z, zt, other, corner = draw
        for compiled in self.compiled:
            up_to = compiled.equation.up_to
            if up_to is UpTo.NOTHING:
                partner = compiled.equation.partner
                table = dict(zip(self.condition.z, z, strict=True))
                at = tuple(sp.Rational(e.xreplace(table)) for e in partner) or zt
                yield self._row(compiled, z, at, prime)
            elif up_to is UpTo.FUNCTION_OF_Z:
                one, two = (self._row(compiled, z, y, prime) for y in (zt, other))
                yield [(a - b) % prime for a, b in zip(one, two, strict=True)]
            elif up_to is UpTo.SEPARABLE:
                yield from self._mixed_differences(compiled, (z, z), (corner, corner), prime)
            else:
                yield from self._mixed_differences(compiled, (z, zt), (corner, other), prime)

    def _mixed_differences(
        self, compiled: _Compiled, one: Draw, two: Draw, prime: int
    ) -> Iterator[list[int]]:
        """Differences that take coordinates i and j, of anchor and partner, from two draws."""
        d = len(one[0])
        for i in range(d):
            for j in range(i + 1, d):
                corners = []
                for at in ((), (i,), (j,), (i, j)):
                    z, zt = (
                        tuple(b[k] if k in at else a[k] for k in range(d))
                        for a, b in zip(one, two, strict=True)
                    )
                    corners.append(self._row(compiled, z, zt, prime))
                yield [(a - b - c + e) % prime for a, b, c, e in zip(*corners, strict=True)]

    def _row(
        self,
        compiled: _Compiled,
        z: Sequence[sp.Rational],
        zt: Sequence[sp.Rational],
        prime: int,
    ) -> list[int]:
        values = [*to_flint(z), *to_flint(zt)]
        d, kept = len(z), self.monomials.kept
        width = len(kept)
        row = [0] * self.unknowns
        residues = self.residues.setdefault(prime, Residues(prime))
        for part, coordinates in ((compiled.at_z, values[:d]), (compiled.at_zt, values[d:])):
            if not part:
                continue
            point = [modulo(x, prime) for x in coordinates]
            terms = self.monomials.values(point, prime)
            for i, evaluator in part:
                weight = evaluator(values, residues)
                if weight:
                    start = i * width
                    for k, m in enumerate(kept):
                        row[start + k] = (row[start + k] + weight * terms[m]) % prime
        if compiled.jet:
            point = [modulo(x, prime) for x in values[:d]]
            for output, powers, evaluator in compiled.jet:
                weight = evaluator(values, residues)
                start = output * width
                for k, slope in enumerate(self._derivatives(point, powers, prime)):
                    if slope:
                        row[start + k] = (row[start + k] + weight * slope) % prime
        for i, evaluator in compiled.at_parameter:
            row[self.field_unknowns + i] = evaluator(values, residues)
        return row

    def _derivatives(self, point: Sequence[int], along: Exponents, prime: int) -> list[int]:
        """Return a derivative of every kept monomial; those of the last point are remembered."""
        key = (prime, *point)
        if self.at_point[0] != key:
            self.at_point = (key, {})
        known = self.at_point[1]
        if along not in known:
            values = self.monomials.values(point, prime)
            known[along] = self.monomials.derivatives(values, along, prime)
        return known[along]


def _in_exponentials(e: sp.Expr) -> sp.Expr:
    return e.rewrite(sp.exp) if e.has(sp.cosh, sp.sinh, sp.tanh) else e


def require_budget(condition: Condition, degree: int, max_unknowns: int) -> None:
    """Raise `BudgetExceeded` where the system of this degree would be too large; solves nothing."""
    d, outputs = len(condition.z), len(condition.image)
    if condition.linear_only:
        count = d
    else:
        # On a sphere, multiples of ‖z‖² − 1 vanish.
        vanishing = comb(d + degree - 2, d) if condition.space.constraints(condition.z) else 0
        count = comb(d + degree, d) - vanishing
    unknowns = outputs * count + len(condition.parameters)
    if unknowns > max_unknowns:
        raise BudgetExceeded(
            f"degree {degree} in d = {d} needs {unknowns} unknowns",
            allowed=f"at most {max_unknowns}",
            cure="lower --degree or --dim, or raise --max-unknowns",
        )


def solve(
    condition: Condition,
    degree: int,
    *,
    accept: Callable[[Field, dict[sp.Symbol, sp.Rational]], bool],
    seed: int = 0,
    max_unknowns: int = MAX_UNKNOWNS,
    announce: Callable[[str], None] = lambda _: None,
) -> Solution:
    """Return the polynomial fields of degree ≤ `degree` that the condition leaves free.

    `accept(field, change)` is the independent check of a lifted field, and of a change of the
    learned parameters alone (with the field 0); as long as it refuses one,
    rows or primes are added. Raises `BudgetExceeded` when the system has more than `max_unknowns`
    unknowns, and `UnsupportedCondition` when a coefficient has no exact value.
    """
    system = System(condition, degree, seed, PRIMES[0])
    wanted = system.unknowns // max(1, system.rows_per_draw()) + 1
    single = max(len(system.monomials.kept), 1) + FRESH_DRAWS
    draws_needed = max(wanted + FRESH_DRAWS, single)
    if any(c.equation.uses_partner for c in system.compiled):
        draws_needed = max(draws_needed, system.unknowns + FRESH_DRAWS)
    announce(
        f"degree {degree}: {system.unknowns} unknowns × "
        f"{draws_needed * system.rows_per_draw()} equations"
    )
    require_budget(condition, degree, max_unknowns)
    draws: list[Draw] = []
    for _attempt in range(4):
        draws += [system.draw() for _ in range(draws_needed)]
        basis = _null_rows(system, draws, PRIMES[0])
        if not _survives(system, basis):
            continue
        for count in range(1, len(PRIMES) + 1):
            lifted = _lift(system, draws, basis, PRIMES[:count])
            if lifted and all(accept(f, c) for f, c in (*lifted[0], *lifted[1])):
                pairs, gauge, rank = lifted
                return Solution(
                    degree=degree,
                    fields=tuple(f for f, _ in pairs),
                    changes=tuple(c for _, c in pairs),
                    monomials=tuple(system.monomials.exponents[i] for i in system.monomials.kept),
                    unknowns=system.unknowns,
                    equations=len(draws) * system.rows_per_draw(),
                    rank=rank,
                    gauge=len(gauge),
                    draws=tuple(draws),
                    primes=PRIMES[:count],
                )
    if any(r.constant for r in system.residues.values()):
        raise UnsupportedCondition(
            f"the free fields of degree {degree} are not all rational: powers of e are among the "
            "condition's coefficients",
            cure="choose coefficients, or units of the latents, that are rational",
        )
    raise UnsupportedCondition(
        f"no exact field of degree {degree} could be confirmed from its values at rational points",
        cure="report the claim: solver and checker disagree",
    )


def _null_rows(system: System, draws: Sequence[Draw], prime: int) -> nmod_mat:
    """Return the null space modulo a prime, reduced, one vector per row."""
    table = [row for draw in draws for row in system.rows(draw, prime)]
    space, nullity = nmod_mat(table, prime).nullspace()
    if nullity == 0:
        return nmod_mat(0, system.unknowns, prime)
    vectors = [[int(space[i, j]) for i in range(system.unknowns)] for j in range(nullity)]
    reduced, _ = nmod_mat(vectors, prime).rref()
    return reduced


def _survives(system: System, basis: nmod_mat) -> bool:
    if basis.nrows() == 0:
        return True
    prime = PRIMES[0]
    fresh = [row for _ in range(FRESH_DRAWS) for row in system.rows(system.draw(), prime)]
    product = nmod_mat(fresh, prime) * basis.transpose()
    return all(int(x) == 0 for x in product.entries())


def _lift(
    system: System, draws: Sequence[Draw], basis: nmod_mat, primes: Sequence[int]
) -> tuple[list[Lifted], list[Lifted], int] | tuple[()]:
    """Reconstruct the null space over the rationals: fields, gauge changes, and the rank.

    Returns () where a number is too large.
    """
    tables = [[[int(x) for x in row] for row in basis.tolist()]]
    for prime in primes[1:]:
        other = _null_rows(system, draws, prime)
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
