"""An objective from a user's own file, reduced by differentiation to one with the same minimisers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sympy as sp

from sith.theory.errors import InputError, MissingAssumption, UnsupportedCondition
from sith.theory.exactness import integer, positive
from sith.theory.notation import latents
from sith.theory.objectives.binary_minimum import SCORE, binary_minimum
from sith.theory.objectives.binary_nce import BinaryNCE
from sith.theory.objectives.critic import AbstractCritic, ExpressionCritic
from sith.theory.objectives.cross_entropy import CrossEntropy
from sith.theory.objectives.environment_classification import EnvironmentClassification
from sith.theory.objectives.generalised_contrastive import GeneralisedContrastive
from sith.theory.objectives.infonce import InfoNCE
from sith.theory.objectives.limit_minimum import limit_minimum
from sith.theory.objectives.permutation_contrast import PermutationContrast
from sith.theory.objectives.slot_minimum import OPEN, slot_minimum

KNOWN = (
    BinaryNCE
    | CrossEntropy
    | EnvironmentClassification
    | GeneralisedContrastive
    | InfoNCE
    | PermutationContrast
)
"""Objectives with an integrand whose condition has a builder of its own."""

SLOTS, BINARY, PARTITION = "pointwise", "pointwise_binary", "pointwise_partition"


@dataclass(frozen=True, slots=True)
class Reduced:
    """A library objective with the same minimisers as an objective of the user's own.

    `objective` is InfoNCE or binary NCE; `power` the exponent σ of the density ratio; `shown` says
    what was shown of the integrand; `limit` whether the loss is the one of many negatives.
    """

    objective: InfoNCE | BinaryNCE
    power: sp.Rational
    shown: str
    limit: bool = False


def kind_of(objective: Any) -> str:
    """Return by which method an objective of the user's own states its integrand, "" for others."""
    if isinstance(objective, KNOWN):
        return ""
    return next((k for k in (SLOTS, BINARY, PARTITION) if hasattr(objective, k)), "")


def standard_objective(objective: Any, outputs: int) -> Any:
    """Return a library objective with the same minimisers: the objective itself where it is one.

    `outputs` is the number of coordinates of the representations.

    Raises what `reduce_objective` raises.
    """
    return reduce_objective(objective, outputs).objective if kind_of(objective) else objective


def reduce_objective(objective: Any, outputs: int) -> Reduced:
    """Return the library objective that has the minimisers of an objective of the user's own.

    Raises `InputError` for an integrand that is no loss, `MissingAssumption` where a constant is
    missing, and `UnsupportedCondition` where the minimum is not shown to be the only one.
    """
    try:
        hash(objective)
    except TypeError:
        return _reduced(objective, outputs)
    return _remembered(objective, outputs)


@cache
def _remembered(objective: Any, outputs: int) -> Reduced:
    return _reduced(objective, outputs)


def _reduced(objective: Any, outputs: int) -> Reduced:
    kind = kind_of(objective)
    critic, tau = critic_of(objective), temperature_of(objective)
    if kind == BINARY:
        return _binary(objective, critic, tau, outputs)
    count = integer(getattr(objective, "negatives", 0), "number of negatives M", least=0)
    within = bool(getattr(objective, "within_support", False))
    if within:
        raise UnsupportedCondition(f"'{objective}' with negatives from the support of the pair")
    refused = ""
    if kind == SLOTS:
        try:
            slots = (count + 1,) if count else OPEN
            powers = {slot_minimum(objective, n) for n in slots}
            if len(powers) > 1:
                raise UnsupportedCondition(f"the optimum of '{objective}' depends on M")
            power = powers.pop()
            words = ", ".join(map(str, slots))
            shown = f"on {words} slots it is strictly convex and stationary at s_j = {_log('a_j', power)}"
            return Reduced(InfoNCE(critic, tau * power, count), power, shown)
        except (InputError, UnsupportedCondition) as error:
            if count:
                raise
            first = error
            refused = f"with few negatives: {error.fault}; "
    try:
        found = limit_minimum(objective)
    except (InputError, UnsupportedCondition) as error:
        if refused:
            raise first from error
        raise
    shown = (
        f"{refused}with many negatives, {'read off 3, 4 and 5 slots, ' if found.read else ''}it is "
        f"E[{found.integrand}] with t = s − log E⁻ exp(s), strictly convex in exp(t) and minimal at "
        f"s = {_log('p(z̃|z)/p(z̃)', found.power)} + c(z)"
    )
    return Reduced(InfoNCE(critic, tau * found.power), found.power, shown, limit=True)


def critic_of(objective: Any) -> AbstractCritic:
    """Return the critic; raises `InputError` where the objective has none."""
    critic = getattr(objective, "critic", None)
    if critic is None or isinstance(critic, type) or not hasattr(critic, "score"):
        raise InputError(
            f"the objective '{objective}' has an integrand of scores and no critic",
            cure="give its class a field critic: AbstractCritic = InnerProduct()",
        )
    return critic  # type: ignore[no-any-return]


def temperature_of(objective: Any) -> sp.Rational:
    """Return the temperature τ > 0 of an objective, 1 where it states none."""
    return positive(getattr(objective, "temperature", sp.Integer(1)), "temperature τ")


def _log(ratio: str, power: sp.Rational) -> str:
    return f"log {ratio}" if power == 1 else f"{power} log {ratio}"


def _binary(objective: Any, critic: AbstractCritic, tau: sp.Rational, outputs: int) -> Reduced:
    """Return binary NCE whose critic is log R(s), the log-ratio that a score stands for."""
    found = binary_minimum(objective)
    offset = bool(getattr(objective, "offset", False))
    log_ratio = sp.expand_log(sp.log(found.ratio), force=True)
    slope = sp.simplify(sp.diff(log_ratio, SCORE))
    shown = f"its derivative in s changes sign once, where a/b = {found.ratio}"
    if slope.is_Rational and slope > 0:
        if critic.parameters(outputs):
            raise UnsupportedCondition(f"'{objective}' with the learned critic {critic}")
        _require_constant(objective, offset=offset)
        return Reduced(BinaryNCE(critic, tau / slope), 1 / slope, shown)
    if offset:
        raise UnsupportedCondition(f"'{objective}' with an offset, whose optimum is no logarithm")
    return Reduced(
        BinaryNCE(_read(objective, critic, tau, found.ratio, outputs)), sp.Integer(1), shown
    )


def _require_constant(objective: Any, *, offset: bool) -> None:
    if not offset:
        raise MissingAssumption(
            f"'{objective}' fixes the score with its constant, and the critic cannot hold the "
            "normaliser of p(z̃|z)",
            cure="give its class a field offset: bool = True, a constant that is learned",
        )


def _read(
    objective: Any, critic: AbstractCritic, tau: sp.Rational, ratio: sp.Expr, outputs: int
) -> ExpressionCritic:
    """Return the critic log R(s/τ) without its learned factor, which becomes the offset.

    A critic whose R(s/τ) is a polynomial has no logarithm that separates, and is kept as it is: its
    rank is finite, and that decides.
    """
    u, v = latents(outputs, "u"), latents(outputs, "v")
    value = ratio.xreplace({SCORE: critic.score(u, v) / tau})
    learned = set(critic.parameters(outputs))
    terms = sp.Add.make_args(sp.expand(sp.expand_log(sp.log(value), force=True)))
    constant = sp.Add(*(t for t in terms if t.free_symbols & learned))
    rest = sp.Add(*(t for t in terms if not t.free_symbols & learned))
    if constant.free_symbols & {*u, *v} or not _any_number(constant):
        raise UnsupportedCondition(f"'{objective}' with the learned critic {critic}")
    if not constant.free_symbols and not finite_rank(value, u, v):
        raise MissingAssumption(
            f"'{objective}' fixes the score with its constant, and the critic cannot hold the "
            "normaliser of p(z̃|z)",
            cure="use a critic with a learned factor, such as A exp(u·v) in examples/own_loss.py",
        )
    return ExpressionCritic(rest, u, v)


def _any_number(constant: sp.Expr) -> bool:
    """Whether a learned constant takes every real value: c log θ for θ > 0, or c θ, or none learned."""
    if not constant.free_symbols:
        return True
    if len(constant.free_symbols) > 1:
        return False
    (theta,) = constant.free_symbols
    slope = sp.simplify(sp.diff(constant, theta) * (theta if theta.is_positive else 1))
    free = theta.is_positive or (theta.is_real and theta.is_nonnegative is None)
    return bool(free and slope.is_Rational and slope != 0)


def finite_rank(value: sp.Expr, u: Sequence[sp.Symbol], v: Sequence[sp.Symbol]) -> bool:
    """Whether a kernel is a polynomial in u and v: a finite sum of products f_k(u) g_k(v)."""
    return bool(value.is_polynomial(*u, *v))


def rank_is_finite(objective: Any, outputs: int) -> bool:
    """Whether the density ratio that an objective of the user's own can express has finite rank."""
    if kind_of(objective) != BINARY:
        return False
    u, v = latents(outputs, "u"), latents(outputs, "v")
    raw = critic_of(objective).score(u, v) / temperature_of(objective)
    return finite_rank(binary_minimum(objective).ratio.xreplace({SCORE: raw}), u, v)
