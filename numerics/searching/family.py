"""A family of maps of the representation with one parameter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

Change = Callable[[Tensor, float], Tensor]
"""From y ``(N, m)`` and the parameter to ``(N, m)``."""


@dataclass(frozen=True, slots=True)
class Family:
    """Maps y ↦ change(y, t) for t between `low` and `high`.

    Fields:
        name: unique for an output space; a stored witness names it.
        text: the map in words, with t for the parameter.
        continuous: whether every map is; others are no encoders, and stand for a limit of some.
        preserves: whether every map keeps the uniform law of the sphere or box, or N(0, I) on R^m.
    """

    name: str
    text: str
    change: Change
    low: float
    high: float
    preserves: bool = False
    continuous: bool = True


def at(change: Callable[..., Tensor], *axes: int) -> Change:
    """Return the change with coordinates filled in."""
    return lambda y, t: change(y, t, *axes)
