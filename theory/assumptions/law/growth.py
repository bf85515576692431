"""How an expression in one variable grows at +∞: a power, a logarithm, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp


class UnknownGrowth(Exception):
    """The growth is not read off by the rules."""


@dataclass(frozen=True, slots=True)
class Growth:
    """c·t^power, or c·log t where `log`; power 0 without `log` is a bounded expression."""

    power: sp.Rational
    coefficient: sp.Expr
    log: bool = False

    @property
    def rank(self) -> tuple[sp.Rational, bool]:
        """Larger for the faster growth."""
        return (self.power, self.log)

    @property
    def rising(self) -> bool:
        """Whether it tends to +∞."""
        return bool(self.rank > (0, False) and self.coefficient.is_positive)

    @property
    def falling(self) -> bool:
        """Whether it tends to −∞."""
        return bool(self.rank > (0, False) and self.coefficient.is_negative)


BOUNDED = Growth(sp.Integer(0), sp.nan)
"""Bounded, with no limit known: it is not a factor of a growing term and settles no sum."""


def growth(expression: sp.Expr, t: sp.Symbol) -> Growth:
    """Return the leading growth at t → +∞, for a positive symbol t.

    Raises `UnknownGrowth` where leading terms cancel or a function is not in the table.
    """
    if not expression.has(t):
        return Growth(sp.Integer(0), expression)
    if expression.is_polynomial(t):
        poly = sp.Poly(expression, t)
        return Growth(sp.Integer(poly.degree()), poly.LC())
    for kind, rule in _RULES.items():
        if isinstance(expression, kind):
            return rule(expression, t)
    raise UnknownGrowth(f"the growth of {expression}")


def _sum(expression: sp.Expr, t: sp.Symbol) -> Growth:
    whole = [a for a in expression.args if a.is_polynomial(t)]
    rest = [a for a in expression.args if not a.is_polynomial(t)]
    parts = [growth(sp.Add(*whole), t), *(growth(a, t) for a in rest)]
    top = max(p.rank for p in parts)
    total = sp.Add(*(p.coefficient for p in parts if p.rank == top))
    if top > (0, False) and not (total.is_positive or total.is_negative):
        raise UnknownGrowth(f"the leading terms of {expression} cancel")
    return Growth(top[0], total, top[1])


def _product(expression: sp.Expr, t: sp.Symbol) -> Growth:
    parts = [growth(a, t) for a in expression.args]
    logs = [p for p in parts if p.log]
    moving = [p for p in parts if p.power != 0]
    if logs and (moving or len(logs) > 1):
        raise UnknownGrowth(f"the growth of {expression}")
    flat = [p for p in parts if not p.log and p.power == 0]
    if (logs or moving) and any(p.coefficient.is_zero is not False for p in flat):
        raise UnknownGrowth(f"a bounded factor of {expression}")
    c = sp.Mul(*(p.coefficient for p in parts))
    return Growth(sum((p.power for p in parts), sp.Integer(0)), c, bool(logs))


def _power(expression: sp.Expr, t: sp.Symbol) -> Growth:
    base, exponent = expression.args
    if not exponent.is_Rational:
        raise UnknownGrowth(f"the growth of {expression}")
    inner = growth(base, t)
    if inner.log or not inner.coefficient.is_positive:
        raise UnknownGrowth(f"the growth of {expression}")
    if inner.power * exponent <= 0:
        return BOUNDED
    return Growth(inner.power * exponent, inner.coefficient**exponent)


def _absolute(expression: sp.Expr, t: sp.Symbol) -> Growth:
    inner = growth(expression.args[0], t)
    return Growth(inner.power, sp.Abs(inner.coefficient), inner.log)


def _logarithm(expression: sp.Expr, t: sp.Symbol) -> Growth:
    """log Σ c_j e^(g_j) grows like its largest g_j, and log of a power of t like the power."""
    terms = sp.Add.make_args(sp.expand(expression.args[0], log=False))
    exponents = []
    for term in terms:
        coefficient, exponential = term.as_independent(sp.exp)
        if exponential.has(sp.exp):
            if not isinstance(exponential, sp.exp) or not coefficient.is_positive:
                raise UnknownGrowth(f"the growth of {expression}")
            exponents.append(growth(exponential.args[0], t))
    plain = sp.Add(*(a for a in terms if not a.has(sp.exp)))
    rising = [g for g in exponents if g.rising]
    if rising:
        if plain.is_nonnegative is not True:
            raise UnknownGrowth(f"the growth of {expression}")
        top = max(g.rank for g in rising)
        return Growth(top[0], max(g.coefficient for g in rising if g.rank == top), top[1])
    if plain == 0 and all(g.falling for g in exponents):
        low = min(g.rank for g in exponents)
        return Growth(low[0], max(g.coefficient for g in exponents if g.rank == low), low[1])
    inner = growth(plain, t)
    if inner.log or not inner.coefficient.is_positive:
        raise UnknownGrowth(f"the growth of {expression}")
    if any(not (g.falling or g.rank == (0, False)) for g in exponents):
        raise UnknownGrowth(f"the growth of {expression}")
    return Growth(sp.Integer(0), inner.power, log=True) if inner.power else BOUNDED


def _exponential(expression: sp.Expr, t: sp.Symbol) -> Growth:
    inner = growth(expression.args[0], t)
    if inner.rising:
        raise UnknownGrowth(f"{expression} grows faster than every power")
    return BOUNDED


def _bounded(expression: sp.Expr, t: sp.Symbol) -> Growth:  # noqa: ARG001
    return BOUNDED


_RULES: dict[type, Callable[[sp.Expr, sp.Symbol], Growth]] = {
    sp.Add: _sum,
    sp.Mul: _product,
    sp.Pow: _power,
    sp.Abs: _absolute,
    sp.log: _logarithm,
    sp.exp: _exponential,
    sp.sin: _bounded,
    sp.cos: _bounded,
    sp.tanh: _bounded,
}
