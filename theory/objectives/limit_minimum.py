"""The minimum of a contrastive loss with many negatives: density ratio to a power σ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from sith.theory.errors import UnsupportedCondition
from sith.theory.objectives.integrand import is_positive, kinked, linear, require_integrand, zero
from sith.theory.objectives.slot_minimum import slot_symbols

SCORE, PARTITION = sp.symbols("s L", real=True)
DIFFERENCE = sp.Symbol("t", real=True)
_Q, _MEAN, _COUNT = sp.symbols("q m M", positive=True)
READ = (3, 4, 5)
"""Numbers of slots on which an integrand is read before the limit is taken."""


@dataclass(frozen=True, slots=True)
class LimitMinimum:
    """E[χ(s⁺ − L)] with L(z) = log E⁻ exp s(z, z⁻), minimal exactly where s = σ log ratio + c(z).

    `integrand` is χ in `DIFFERENCE`; `read` says that it is the limit of a loss on slots.
    """

    integrand: sp.Expr
    power: sp.Rational
    read: bool


def limit_minimum(objective: Any) -> LimitMinimum:
    """Return the minimum of the loss with many negatives.

    With q = exp(s − L), a density with respect to the negatives' law, the loss of an anchor is
    ∫ r χ(log q) under ∫ q = 1, r the density ratio. Where −d χ(log q)/dq = k q^(−1/σ), k > 0, it is
    strictly convex in q and minimal where q is proportional to r^σ. Raises `InputError` for an
    integrand that is no loss, `UnsupportedCondition` where that is not shown.
    """
    read = not hasattr(objective, "pointwise_partition")
    integrand = _from_slots(objective) if read else _stated(objective)
    in_q = integrand.xreplace({DIFFERENCE: sp.log(_Q)}).doit()
    slope = sp.simplify(sp.diff(in_q, _Q))
    fault = UnsupportedCondition(
        f"that '{objective}' with many negatives is minimal at a power of the density ratio alone "
        "is not shown"
    )
    if not is_positive(-slope):
        raise fault
    order = sp.simplify(_Q * sp.diff(slope, _Q) / slope)
    if not order.is_Rational or order >= 0:
        raise fault
    return LimitMinimum(integrand, -1 / order, read)


def _stated(objective: Any) -> sp.Expr:
    """Return χ of an objective that states its limit; it may depend on s − L alone."""
    value = objective.pointwise_partition(SCORE, PARTITION)
    loss = require_integrand(value, str(objective), (), (SCORE, PARTITION))
    if kinked(loss):
        raise UnsupportedCondition(f"'{objective}' has kinks: it is not strictly convex")
    at = sp.simplify(loss.xreplace({SCORE: DIFFERENCE + PARTITION}))
    if at.has(PARTITION):
        raise UnsupportedCondition(
            f"'{objective}' changes when a constant is added to all scores of an anchor",
            cure="write it in score − partition",
        )
    return at


def _from_slots(objective: Any) -> sp.Expr:
    """Return χ as the limit of a loss that depends on the true slot's score and Σ exp of the others."""
    found = {_of_count(objective, slots) for slots in READ}
    if len(found) != 1:
        raise UnsupportedCondition(
            f"'{objective}' depends on the number of slots: its limit of many negatives is not read",
            cure="state it as pointwise_partition(score, partition)",
        )
    own, total = sp.symbols("own total", positive=True)
    loss = found.pop()
    many = loss.xreplace({total: _COUNT * _MEAN}) - loss.xreplace({own: 1, total: _COUNT})
    try:
        value = sp.limit(many.xreplace({own: _Q * _MEAN}), _COUNT, sp.oo)
    except (NotImplementedError, ValueError) as error:
        raise UnsupportedCondition(f"the limit of '{objective}' is not found") from error
    value = sp.simplify(sp.expand_log(value))
    if value.has(_MEAN) or not value.has(_Q) or value.has(sp.oo, sp.nan, sp.zoo):
        raise UnsupportedCondition(
            f"'{objective}' has no limit of many negatives that depends on score − partition alone",
            cure="state it as pointwise_partition(score, partition)",
        )
    return sp.expand_log(value.xreplace({_Q: sp.exp(DIFFERENCE)}).doit(), force=True)


def _of_count(objective: Any, slots: int) -> sp.Expr:
    """Return the integrand of the first slot's weight in e_1 = own and Σ_{k>1} e_k = total."""
    a, s, e = slot_symbols(slots)
    loss = require_integrand(objective.pointwise(a, s), str(objective), a, s)
    fault = UnsupportedCondition(
        f"'{objective}' on {slots} slots is no function of the true score and of the sum of exp over "
        "the others: its limit of many negatives is not read",
        cure="state it as pointwise_partition(score, partition)",
    )
    if kinked(loss) or not linear(loss, a):
        raise fault
    first = sp.diff(loss, a[0]).xreplace({x: sp.log(y) for x, y in zip(s, e, strict=True)}).doit()
    own, total = sp.symbols("own total", positive=True)
    second = total - sp.Add(*e[2:])
    moved = first.xreplace({e[0]: own, e[1]: second})
    moved = sp.simplify(moved) if moved.free_symbols & set(e) else moved
    if moved.free_symbols & set(e):
        raise fault
    for j in range(1, slots):
        swap = {x[0]: x[j] for x in (a, e)} | {x[j]: x[0] for x in (a, e)}
        other = sp.diff(loss, a[j]).xreplace({x: sp.log(y) for x, y in zip(s, e, strict=True)})
        if not zero(other.doit() - first.xreplace(swap)):
            raise UnsupportedCondition(f"'{objective}' does not treat all slots alike")
    return moved
