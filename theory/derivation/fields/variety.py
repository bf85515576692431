"""Normal forms on the latent space: polynomials modulo those that vanish on it.

The equations of a space generate an ideal I; a Gröbner basis of I gives every polynomial one normal
form modulo I, in two copies of the space for a pair of points. That a normal form is zero shows that
the polynomial vanishes on the space, whatever the ideal. The converse needs I to hold *every*
polynomial that vanishes on the real points, which a Gröbner basis does not say: it is known for
products of unit spheres, intervals and lines, and is shown otherwise by rational points of the space,
for the monomials at hand (`regular_points`). Where neither does, `UnsupportedCondition` is raised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import sympy as sp
from flint import fmpq

from sith.theory.assumptions import AbstractSpace, parts_of
from sith.theory.derivation.fields.ideal import Ideal
from sith.theory.errors import BudgetExceeded, UnsupportedCondition
from sith.theory.notation import latents

Monomial = tuple[int, ...]
Terms = dict[Monomial, fmpq]


@dataclass(frozen=True, slots=True)
class Rule:
    """A leading monomial and what stands for it: lead = Σ tail, modulo the ideal."""

    lead: Monomial
    tail: tuple[tuple[Monomial, fmpq], ...]


@dataclass(frozen=True, slots=True)
class Variety:
    """The rules of a space's Gröbner basis; `exact` where it is known to hold all that vanishes."""

    rules: tuple[Rule, ...]
    exact: bool

    def reduce(self, terms: Mapping[Monomial, fmpq], places: Sequence[int]) -> Terms:
        """Return the normal form in the variables at `places`, the others left as they are."""
        found: Terms = {}
        left = {m: c for m, c in terms.items() if c != 0}
        while left:
            monomial, c = left.popitem()
            rule = self._rule(monomial, places)
            if rule is None:
                found[monomial] = found.get(monomial, fmpq(0)) + c
                continue
            rest = list(monomial)
            for i, k in zip(places, rule.lead, strict=True):
                rest[i] -= k
            for tail, factor in rule.tail:
                new = list(rest)
                for i, k in zip(places, tail, strict=True):
                    new[i] += k
                key = tuple(new)
                value = left.get(key, fmpq(0)) + c * factor
                if value == 0:
                    left.pop(key, None)
                else:
                    left[key] = value
        return {m: c for m, c in found.items() if c != 0}

    def _rule(self, monomial: Monomial, places: Sequence[int]) -> Rule | None:
        for rule in self.rules:
            if all(monomial[i] >= k for i, k in zip(places, rule.lead, strict=True)):
                return rule
        return None

    def standard(self, degree: int, dim: int) -> int:
        """Return the number of monomials of degree ≤ `degree` that are their own normal form."""
        places, level, total = range(dim), {(0,) * dim}, 1
        for _ in range(degree):
            level = {
                tuple(k + (i == j) for i, k in enumerate(m)) for m in level for j in range(dim)
            }
            level = {m for m in level if self._rule(m, places) is None}
            total += len(level)
        return total

    def dimension(self, dim: int) -> int:
        """Return the dimension of the complex zeros in C^dim: the most variables free of the leads."""
        supports = [{i for i, k in enumerate(rule.lead) if k} for rule in self.rules]
        for size in range(dim, -1, -1):
            for chosen in combinations(range(dim), size):
                if not any(support <= set(chosen) for support in supports):
                    return size
        return 0


def variety_of(space: AbstractSpace, kept: Sequence[int] = ()) -> Variety:
    """Return the rules of a space for a point that keeps some coordinates of another one.

    The square that stands for a sphere's equation is of a coordinate that is not kept, where there
    is one, so that it leads no equation of the other point.

    Raises:
        UnsupportedCondition: no basis was finished, or coordinates are kept on a space that is no
            product of spheres, intervals and lines.
    """
    parts = parts_of(space)
    if not parts.curved:
        # Equations in coordinates of their own are a Gröbner basis, for any order of monomials.
        blocks = (_kept_first(block, kept) for block in parts.spheres)
        return Variety(tuple(_square_rule(block, space.dim) for block in blocks), True)
    if kept:
        raise UnsupportedCondition(f"pairs that keep coordinates on the {space}")
    constraints = tuple(sp.expand(c) for c in space.constraints(latents(space.dim)))
    return _by_groebner(constraints, space.dim)


@lru_cache(maxsize=64)
def _by_groebner(constraints: tuple[sp.Expr, ...], dim: int) -> Variety:
    z = latents(dim)
    try:
        ideal = Ideal(constraints, constraints)
    except BudgetExceeded as error:
        raise UnsupportedCondition(f"the equations of the latent space: {error}") from error
    if not ideal.finished:
        raise UnsupportedCondition("a Gröbner basis of the latent space outgrew its budget")
    places = [z.index(s) for s in ideal.symbols]
    return Variety(tuple(_rule(p, places, dim) for p in ideal.basis), False)


def _kept_first(block: Sequence[int], kept: Sequence[int]) -> tuple[int, ...]:
    """Return a block with a coordinate that is not kept at its end, if there is one."""
    free = [i for i in block if i not in kept]
    last = free[-1] if free else block[-1]
    return (*(i for i in block if i != last), last)


def _square_rule(block: Sequence[int], dim: int) -> Rule:
    """Read ‖z_B‖² = 1 as a rule for the square of the block's last coordinate."""

    def square(i: int) -> Monomial:
        return tuple(2 * int(i == j) for j in range(dim))

    tail = [((0,) * dim, fmpq(1)), *((square(i), fmpq(-1)) for i in block[:-1])]
    return Rule(square(block[-1]), tuple(tail))


def _rule(poly: object, places: Sequence[int], dim: int) -> Rule:
    """Read an element of the basis as a rule for its leading monomial."""

    def wide(powers: Sequence[int]) -> Monomial:
        table = dict(zip(places, map(int, powers), strict=True))
        return tuple(table.get(i, 0) for i in range(dim))

    terms = [(wide(m), fmpq(int(c))) for m, c in poly.terms()]  # type: ignore[attr-defined]
    (lead, first), *rest = terms
    return Rule(lead, tuple((m, -c / first) for m, c in rest))


def sparse(terms: Mapping[Monomial, fmpq]) -> dict[Monomial, sp.Rational]:
    """Return terms with sympy's numbers."""
    return {m: sp.Rational(int(c.p), int(c.q)) for m, c in terms.items()}
