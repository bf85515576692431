"""Which values a parameter may take, and a value read from text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.exactness import rational


@dataclass(frozen=True, slots=True)
class Range:
    """The rational numbers from `low` to `high`, or the integers among them."""

    low: sp.Rational
    high: sp.Rational
    integers: bool = False

    def __post_init__(self) -> None:
        """Refuse bounds that are not exact, or in the wrong order."""
        for name in ("low", "high"):
            object.__setattr__(self, name, rational(getattr(self, name), f"{name} end of a range"))
        if self.low > self.high:
            raise InputError(f"a range from {self.low} to {self.high}", allowed="low ≤ high")

    def __contains__(self, value: object) -> bool:
        """Whether a value lies in the range."""
        try:
            number = rational(value, "value")
        except InputError:
            return False
        return bool(self.low <= number <= self.high and (number.q == 1 or not self.integers))

    def __str__(self) -> str:
        """The range in words."""
        kind = "an integer" if self.integers else "a rational number"
        return f"{kind} from {self.low} to {self.high}"


class Quantifier(Enum):
    """Of which points of a theorem its statement speaks."""

    EVERY = "the claim stands at every point"
    NONE = "the claim stands at no point"


def as_rational(text: str) -> Any:
    """Read a parameter value from the command line: an integer, a fraction a/b, or a word."""
    numerator, slash, denominator = text.partition("/")
    try:
        top, bottom = int(numerator), int(denominator) if slash else 1
    except ValueError:
        return text
    if bottom == 0:
        raise InputError(f"{text} divides by zero", allowed="a fraction with denominator ≠ 0")
    return sp.Rational(top, bottom)
