"""The infinitesimal engine: the Lie algebra of the maps that the optimum leaves free."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb

import sympy as sp
from flint import nmod_mat

from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.ansatz import Exponents
from sith.theory.derivation.fields.draws import Draw
from sith.theory.derivation.fields.lift import Lifted, lifted_fields, null_rows
from sith.theory.derivation.fields.system import System
from sith.theory.derivation.fields.variety import variety_of
from sith.theory.errors import BudgetExceeded, UnsupportedCondition
from sith.theory.groups import Field

PRIMES: tuple[int, ...] = (2305843009213693951, 2305843009213693921, 2305843009213693907)
"""Primes of 61 bits; the first is 2^61 − 1."""

MAX_UNKNOWNS = 4000
"""Default limit on the unknowns of one linear system (about a minute and 0.3 GB)."""

FRESH_DRAWS = 4
"""Null vectors are tried on this many draws that the system has not seen."""


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


def require_budget(condition: Condition, degree: int, max_unknowns: int) -> None:
    """Raise `BudgetExceeded` where the system of this degree would be too large; solves nothing."""
    d, outputs = len(condition.z), len(condition.image)
    if condition.linear_only:
        count = d
    else:
        # On a curved space, multiples of its equations vanish.
        curved = condition.space.constraints(condition.z)
        whole = comb(d + degree, d)
        count = variety_of(condition.space).standard(degree, d) if curved else whole
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
        basis = null_rows(system, draws, PRIMES[0])
        if not _survives(system, basis):
            continue
        for count in range(1, len(PRIMES) + 1):
            lifted = lifted_fields(system, draws, basis, PRIMES[:count])
            if lifted and all(accept(f, c) for f, c in (*lifted[0], *lifted[1])):
                return _solution(system, degree, draws, lifted, PRIMES[:count])
    raise _unconfirmed(system, degree)


def _solution(
    system: System,
    degree: int,
    draws: Sequence[Draw],
    lifted: tuple[list[Lifted], list[Lifted], int],
    primes: tuple[int, ...],
) -> Solution:
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
        primes=primes,
    )


def _unconfirmed(system: System, degree: int) -> UnsupportedCondition:
    if any(r.constant for r in system.residues.values()):
        return UnsupportedCondition(
            f"the free fields of degree {degree} are not all rational: powers of e are among the "
            "condition's coefficients",
            cure="choose coefficients, or units of the latents, that are rational",
        )
    return UnsupportedCondition(
        f"no exact field of degree {degree} could be confirmed from its values at rational points",
        cure="report the claim: solver and checker disagree",
    )


def _survives(system: System, basis: nmod_mat) -> bool:
    if basis.nrows() == 0:
        return True
    prime = PRIMES[0]
    fresh = [row for _ in range(FRESH_DRAWS) for row in system.rows(system.draw(), prime)]
    product = nmod_mat(fresh, prime) * basis.transpose()
    return all(int(x) == 0 for x in product.entries())
