r"""Bound all smooth free fields by prolongation: a linear system of finite type.

The linearised equations without z̃ are linear partial differential equations
Σ c ∂ξ_a/∂z_b + Σ a_i(z) ξ_i + Σ t_θ(z) δθ = 0, with numbers c. An equation that holds up to
functions of single coordinates is replaced by its mixed derivatives ∂_i∂_j, i < j. Where z̃ shares
the content of z and the style is redrawn, an equation with constant factors is differentiated along
the style of z, which removes z̃. All of them are differentiated up to order r, at one point z₀; the
unknowns are the derivatives of ξ at z₀ up to order r (the r-jet) and δθ.

*Finite type.* Let the derivatives of order q be determined by lower ones: the part of order q of
the derived equations (the symbol) is injective. Only equations enter whose factors of the highest
derivatives are numbers and whose other factors are polynomials on the whole domain, so the symbol
is the same at every point of the domain, and so is the conclusion D^q ξ = A(z)·(j^{q−1}ξ, δθ) with
smooth A. Along any path from z₀ this is a linear ordinary differential equation for j^{q−1}ξ, and
the domain (box, R^d) is connected: j^{q−1}ξ(z₀) and δθ determine ξ everywhere.

*Bound.* A free field that is r times differentiable, r ≥ q, has an r-jet at z₀ that solves the
linear system, and the map from fields to jets is injective. So (fields, δθ) span at most its
nullity, and the fields alone at most the nullity less the parameter changes that move no field. The
rank modulo a prime is at most that over the rationals, so the bound holds for it too. Equations
with |·| are used near z₀ only, where the signs are fixed. Spencer's notion of finite type; the
Killing fields are its first example, the conformal fields in d ≥ 3 its second.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import comb, perm, prod

import sympy as sp
from flint import nmod_mat

from sith.theory.assumptions import StyleRedrawn
from sith.theory.derivation.certificates.completeness import Bound, NotShown
from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.fields.infinitesimal import PRIMES
from sith.theory.derivation.fields.linearise import JetTerm, LinearEquation
from sith.theory.verdict import Method

MAX_ORDER = 6
"""Equations are differentiated up to this order."""

MAX_JETS = 300
"""Largest number of derivatives (unknowns) of one system."""

Powers = tuple[int, ...]
_SEED = 11
_PRIME = PRIMES[0]


@dataclass(frozen=True)
class _Local:
    """An equation without z̃, the derivatives that are taken of it first, and its values at z₀."""

    slopes: tuple[tuple[int, int, int], ...]
    factors: tuple[Mapping[Powers, int], ...]
    learned: tuple[Mapping[Powers, int], ...]
    before: tuple[Powers, ...]
    constant_symbol: bool

    @property
    def order(self) -> int:
        """Order of the equation before it is differentiated."""
        return 1 if self.slopes else 0


def prolong(
    condition: Condition, equations: tuple[LinearEquation, ...], dimension: int, gauge: int
) -> Bound:
    """Return a bound on the dimension of all smooth free fields; stops at `dimension`.

    Raises `NotShown` where no order up to `MAX_ORDER` and `MAX_JETS` shows a finite type.
    """
    if condition.space.constraints(condition.z):
        raise NotShown("prolongation is done on boxes and R^d only")
    z0 = condition.space.rational_point(random.Random(_SEED))
    local = [e for equation in equations for e in _localised(condition, equation, z0)]
    if not any(e.slopes for e in local):
        raise NotShown("prolongation needs equations that hold derivatives of the field")
    d, outputs = len(z0), len(condition.image)
    learned = len(condition.parameters)
    type_order, order, still = 0, 0, 0
    best: tuple[Bound, ...] = ()
    for r in range(1, MAX_ORDER + 1):
        if outputs * comb(d + r, r) + learned > MAX_JETS:
            break
        order = r
        columns = _columns(outputs, d, r)
        if not type_order and _injective(local, outputs, d, r):
            type_order = r
        if not type_order:
            continue
        rows = list(_rows(local, columns, r, learned))
        rank = int(nmod_mat(rows, _PRIME).rank()) if rows else 0
        unknowns = len(columns) + learned
        found = Bound(
            Method.PROLONGATION,
            unknowns - rank - gauge,
            unknowns,
            rank,
            gauge,
            (z0,),
            order=r,
            type_order=type_order,
        )
        still = still + 1 if best and best[0].dimension == found.dimension else 0
        best = (found,)
        if found.dimension <= dimension or still == 2:
            return found
    if best:
        return best[0]
    raise NotShown(f"prolongation shows no finite type up to order {order}")


def _localised(
    condition: Condition, equation: LinearEquation, z0: Sequence[sp.Rational]
) -> Iterator[_Local]:
    """Return the equation without z̃ and without absolute values, as it holds near z₀; or nothing."""
    z, d = condition.z, len(z0)
    if equation.partner or equation.up_to is UpTo.PAIR_SEPARABLE:
        return
    if not all(map(_is_slope, equation.jet)):
        return
    slopes = tuple((t.output, t.powers.index(1), int(t.coefficient)) for t in equation.jet)
    zero = (0,) * d
    factors = [*equation.at_z, *equation.at_parameter.values()]
    before: tuple[Powers, ...] = (zero,)
    if equation.up_to is UpTo.SEPARABLE:
        before = tuple(_unit(d, i, j) for i, j in combinations(range(d), 2))
    if equation.uses_partner:
        pairs = condition.pairs
        constant = all(c.is_Rational for c in (*factors, *equation.at_zt))
        if not (isinstance(pairs, StyleRedrawn) and constant) or slopes:
            return
        if equation.up_to is not UpTo.NOTHING:
            return
        before = tuple(_unit(d, i) for i in range(d) if i not in pairs.content)
    if not slopes and all(c == 0 for c in factors):
        return
    signs = {}
    for factor in factors:
        for a in factor.atoms(sp.Abs, sp.sign):
            side = sp.sign(a.args[0].xreplace(dict(zip(z, z0, strict=True))))
            if side == 0:
                return
            signs[a] = side * a.args[0] if isinstance(a, sp.Abs) else side
    smooth = [f.xreplace(signs) for f in factors]
    if not all(f.is_polynomial(*z) for f in smooth):
        return
    values = [_derivatives(sp.Poly(f, *z, domain=sp.QQ), z0) for f in smooth]
    count = len(equation.at_z)
    constant = bool(slopes) or all(f.is_Rational for f in factors)
    yield _Local(
        slopes,
        tuple(values[:count]),
        tuple(values[count:]),
        before,
        constant and not signs,
    )


def _is_slope(term: JetTerm) -> bool:
    """Whether a term is an integer multiple of a first derivative."""
    return sum(term.powers) == 1 and isinstance(term.coefficient, sp.Integer)


def _unit(d: int, *axes: int) -> Powers:
    return tuple(axes.count(i) for i in range(d))


def _derivatives(poly: sp.Poly, z0: Sequence[sp.Rational]) -> dict[Powers, int]:
    """Return every derivative of a polynomial at z₀ that is not zero, modulo the prime."""
    point = [int(x.p) * pow(int(x.q), -1, _PRIME) % _PRIME for x in z0]
    found: dict[Powers, int] = {}
    for powers, c in poly.as_dict().items():
        value = int(c.numerator) * pow(int(c.denominator), -1, _PRIME)
        for lower in product(*(range(k + 1) for k in powers)):
            term = value * prod(
                perm(k, j) * pow(x, k - j, _PRIME)
                for k, j, x in zip(powers, lower, point, strict=True)
            )
            found[lower] = (found.get(lower, 0) + term) % _PRIME
    return {k: v for k, v in found.items() if v}


def _exponents(d: int, total: int) -> Iterator[Powers]:
    if d == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _exponents(d - 1, total - first):
            yield (first, *rest)


def _columns(outputs: int, d: int, order: int) -> dict[tuple[int, Powers], int]:
    jets = [(i, a) for k in range(order + 1) for i in range(outputs) for a in _exponents(d, k)]
    return {jet: n for n, jet in enumerate(jets)}


def _taken(equation: _Local, d: int, most: int) -> Iterator[Powers]:
    """Return the derivatives to take of an equation so that the field's are of order ≤ `most`."""
    seen = set()
    for first in equation.before:
        for k in range(most - equation.order - sum(first) + 1):
            for more in _exponents(d, k):
                taken = tuple(a + b for a, b in zip(first, more, strict=True))
                if taken not in seen:
                    seen.add(taken)
                    yield taken


def _injective(local: Sequence[_Local], outputs: int, d: int, order: int) -> bool:
    """Whether the derived equations determine all derivatives of one order by lower ones."""
    top = {
        jet: n for n, jet in enumerate((i, a) for i in range(outputs) for a in _exponents(d, order))
    }
    rows = []
    for equation in local:
        if not equation.constant_symbol:
            continue
        for taken in _taken(equation, d, order):
            if sum(taken) + equation.order != order:
                continue
            row = [0] * len(top)
            for a, b, c in equation.slopes:
                row[top[a, _raised(taken, b)]] += c
            if not equation.slopes:
                for i, values in enumerate(equation.factors):
                    row[top[i, taken]] += values.get((0,) * d, 0)
            rows.append([x % _PRIME for x in row])
    return bool(rows) and int(nmod_mat(rows, _PRIME).rank()) == len(top)


def _raised(powers: Powers, axis: int) -> Powers:
    return tuple(k + (i == axis) for i, k in enumerate(powers))


def _rows(
    local: Sequence[_Local], columns: Mapping[tuple[int, Powers], int], order: int, learned: int
) -> Iterator[list[int]]:
    """Return the derivatives of every equation at z₀, by Leibniz' rule."""
    d = len(next(iter(columns))[1])
    for equation in local:
        for taken in _taken(equation, d, order):
            row = [0] * (len(columns) + learned)
            for a, b, c in equation.slopes:
                row[columns[a, _raised(taken, b)]] += c
            for i, values in enumerate(equation.factors):
                for shift, value in values.items():
                    if all(s <= t for s, t in zip(shift, taken, strict=True)):
                        rest = tuple(t - s for s, t in zip(shift, taken, strict=True))
                        weight = prod(comb(t, s) for s, t in zip(shift, taken, strict=True))
                        row[columns[i, rest]] += weight * value
            for n, values in enumerate(equation.learned):
                row[len(columns) + n] += values.get(taken, 0)
            yield [x % _PRIME for x in row]
