"""A mixture of two product-Bernoulli modes that mirror each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.exactness import integer, rational


@dataclass(frozen=True, slots=True)
class TwoModes:
    """p = w p⁺ + (1 − w) p⁻ on {0, 1}^N: under p⁺ a coordinate is 1 with probability θ, under p⁻
    with probability 1 − θ, independently given the mode.

    The law is exchangeable, so the number of ones among the visible coordinates is sufficient for
    the mode, and N enters nowhere: m visible coordinates and one hidden coordinate are all there is.

    Fields:
        theta: θ, rational, in (1/2, 1).
        weight: w, rational, in (0, 1).
    """

    theta: Any
    weight: Any

    def __post_init__(self) -> None:
        theta, weight = rational(self.theta, "theta"), proportion(self.weight, "weight w")
        if not sp.Rational(1, 2) < theta < 1:
            raise InputError(f"theta = {theta}", allowed="(1/2, 1)", cure="use for example 4/5")
        object.__setattr__(self, "theta", theta)
        object.__setattr__(self, "weight", weight)

    def likelihoods(self, ones: int, visible: int) -> tuple[sp.Rational, sp.Rational]:
        """p⁺ and p⁻ of one visible configuration with this number of ones."""
        zeros = visible - ones
        plus = self.theta**ones * (1 - self.theta) ** zeros
        minus = (1 - self.theta) ** ones * self.theta**zeros
        return plus, minus

    def prediction(self, ones: int, visible: Any, weight: Any) -> sp.Rational:
        """The probability that a hidden coordinate is 1 given the visible ones, at mode weight λ.

        Arguments:
            ones: how many visible coordinates are 1, 0 to `visible`.
            visible: m, an integer ≥ 0.
            weight: λ, rational, in (0, 1); the true conditional has λ = w.

        Raises:
            InputError: an argument is out of its range.
        """
        m, count = integer(visible, "visible m", least=0), integer(ones, "ones", least=0)
        if count > m:
            raise InputError(f"ones = {count} of {m} visible coordinates", allowed=f"0 to {m}")
        lam = proportion(weight, "weight λ")
        plus, minus = self.likelihoods(count, m)
        posterior = lam * plus / (lam * plus + (1 - lam) * minus)
        return self.theta * posterior + (1 - self.theta) * (1 - posterior)


def proportion(value: Any, what: str) -> sp.Rational:
    """Turn a value into a rational number in (0, 1).

    Raises:
        InputError: it is not one.
    """
    number = rational(value, what)
    if not 0 < number < 1:
        raise InputError(f"{what} = {number}", allowed="(0, 1)", cure="both modes must occur")
    return number
