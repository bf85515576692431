"""Rational points at which the roots of a condition are rational.

A root f^{a/b} has a rational value only where f is a b-th power. For f linear in a coordinate of
its own, w is drawn and that coordinate is solved from f = ±w^b; other roots are refused.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm

import sympy as sp

from sith.theory.assumptions import Box, Classes, StyleRedrawn
from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.errors import UnsupportedCondition

ATTEMPTS = 1000
"""Draws of one coordinate before giving up."""

DENOMINATOR = 997
"""Drawn roots are fractions k / DENOMINATOR between 0 and 1."""

Point = tuple[sp.Rational, ...]
Draw = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class _Root:
    """The coordinate `pivot` is (±w^order − rest)/slope; both signs where `signed`."""

    pivot: sp.Symbol
    slope: sp.Rational
    rest: sp.Expr
    order: int
    signed: bool


class Draws:
    """Draws of a condition: a point, two partners of it, and an independent point."""

    def __init__(
        self, condition: Condition, coefficients: Sequence[sp.Expr], rng: random.Random
    ) -> None:
        """Find a coordinate for every root; raises `UnsupportedCondition` where there is none."""
        self.condition = condition
        self.rng = rng
        self.roots = _roots(condition, coefficients)
        self.by_pairs = any(e.up_to is UpTo.PAIR_SEPARABLE for e in condition.equations)

    def draw(self) -> Draw:
        """Return (z, z̃, another partner of z, an independent point).

        For a sum over pairs of coordinates the third point is a partner of the fourth.
        """
        z = self._complete(self.condition.space.rational_point(self.rng), ())
        if isinstance(self.condition.pairs, Classes):
            return (z, z, z, z)
        if self.by_pairs:
            w = self._complete(self.condition.space.rational_point(self.rng), ())
            return (z, self._partner(z), self._partner(w), w)
        partners = [self._partner(z) for _ in range(2)]
        corner = self._complete(self.condition.space.rational_point(self.rng), ())
        return (z, *partners, corner)

    def _partner(self, z: Point) -> Point:
        pairs = self.condition.pairs
        if isinstance(pairs, Classes):
            return z
        return self._complete(pairs.rational_partner(self.condition.space, z, self.rng), z)

    def _complete(self, point: Point, anchor: Point) -> Point:
        """Move the pivots of a point; a partner's roots may use the anchor's coordinates."""
        own = self.condition.zt if anchor else self.condition.z
        table = dict(zip(self.condition.z, anchor, strict=True)) if anchor else {}
        table |= dict(zip(own, point, strict=True))
        for root in self.roots:
            if root.pivot in own:
                table[root.pivot] = self._solve(root, root.rest.xreplace(table))
        return tuple(table[s] for s in own)

    def _solve(self, root: _Root, rest: sp.Expr) -> sp.Rational:
        for _ in range(ATTEMPTS):
            w = sp.Rational(self.rng.randrange(1, DENOMINATOR), DENOMINATOR)
            sign = self.rng.choice((-1, 1)) if root.signed else 1
            value = sp.Rational((sign * w**root.order - rest) / root.slope)
            if not isinstance(self.condition.space, Box) or 0 < value < 1:
                return value
        raise UnsupportedCondition(
            f"no point of the {self.condition.space} was found at which the root of "
            f"{root.slope * root.pivot + root.rest} is rational"
        )


def _roots(condition: Condition, coefficients: Sequence[sp.Expr]) -> tuple[_Root, ...]:
    orders: dict[sp.Expr, int] = {}
    signed: dict[sp.Expr, bool] = {}
    for power in sorted({p for c in coefficients for p in c.atoms(sp.Pow)}, key=str):
        if not isinstance(power.exp, sp.Rational) or power.exp.q == 1:
            continue
        if not power.base.free_symbols:
            continue  # an irrational constant: refused where it is evaluated
        inside = isinstance(power.base, sp.Abs)
        base = sp.expand(power.base.args[0] if inside else power.base)
        key = next((k for k in (base, sp.expand(-base)) if k in orders), base)
        if key != base and not (inside and signed[key]):
            raise UnsupportedCondition(f"roots of both {base} and {key} in one condition")
        orders[key] = lcm(orders.get(key, 1), int(power.exp.q))
        signed[key] = inside and signed.get(key, True)
    if not orders:
        return ()
    if condition.space.constraints(condition.z) or isinstance(
        condition.pairs, Classes | StyleRedrawn
    ):
        raise UnsupportedCondition(
            f"the root of {next(iter(orders))} on the {condition.space}, pairs '{condition.pairs}'",
            allowed="roots on a box or on R^d with pairs of full support",
        )
    found: list[_Root] = []
    used: set[sp.Symbol] = set()
    order = (*condition.z, *condition.zt)
    for base in sorted(orders, key=lambda b: (len(b.free_symbols), str(b))):
        root = _solved(base, order, used, orders[base], signed=signed[base])
        found.append(root)
        used |= base.free_symbols
    return tuple(found)


def _solved(
    base: sp.Expr, order: tuple[sp.Symbol, ...], used: set[sp.Symbol], power: int, *, signed: bool
) -> _Root:
    """Solve base = ±w^power for the last coordinate that no earlier root depends on."""
    last = max((order.index(s) for s in base.free_symbols if s in order), default=0)
    half = len(order) // 2
    for pivot in reversed(order):
        # A partner's coordinate where there is one: the anchor is drawn first.
        if pivot not in base.free_symbols or pivot in used:
            continue
        if last >= half and order.index(pivot) < half:
            break
        if base.is_polynomial(*order) and sp.Poly(base, pivot).degree() == 1:
            slope, rest = sp.Poly(base, pivot).all_coeffs()
            if isinstance(slope, sp.Rational):
                return _Root(pivot, slope, rest, power, signed)
    raise UnsupportedCondition(
        f"the root of {base} is rational at no points that are known: it is not linear in a "
        "coordinate that no other root depends on",
        allowed="roots such as |z_i − z̃_i|^{p−1}, each with a coordinate of its own",
        cure="use an integer power",
    )
