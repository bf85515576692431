"""Claims and verdicts of the registry that several suites look at, each made once per process."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sith import Claim, Verdict, derive, theorem

DEGREE = 2


@cache
def claims_at_points(slug: str) -> tuple[Claim, ...]:
    """The claims of a theorem at its points, small dimensions first."""
    entry = theorem(slug)
    return tuple(entry.at(**p) for p in sorted(entry.points, key=_dimension(slug)))


def smallest_point(slug: str) -> Mapping[str, Any]:
    """The point of a theorem of the smallest dimension."""
    return min(theorem(slug).points, key=_dimension(slug))


def smallest_claim(slug: str) -> Claim:
    """The claim of a theorem at its point of the smallest dimension."""
    return claims_at_points(slug)[0]


@cache
def smallest_verdict(slug: str) -> Verdict:
    """The verdict on it, with fields up to degree `DEGREE`."""
    return derive(smallest_claim(slug), degree=DEGREE)


def _dimension(slug: str) -> Any:
    default = theorem(slug).default_dim
    return lambda point: int(point.get("dim", default))
