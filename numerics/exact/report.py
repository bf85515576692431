"""What an exact check found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sith.theory import Agreement
from sith.theory.notebook import text_card

TOLERANCE = 1e-10
"""Gaps are exact on the nodes: rounding leaves about 1e-16, the inner Newton less than 1e-14. A share
of the loss's scale, the gap of a constant map, where that is known."""
ROUNDING = 1e-14
"""No gap is smaller than this."""
FLAT = 1e-6
"""Losses whose rounding is a larger share of their scale than this decide nothing."""
OF_THE_MOVE = 3.0
"""The error of a bound over how far half as many nodes again move it: 1/(1 − 1/1.5) for nodes that
converge with order one, which is worse than any rule here does; smooth pairs have it near 1."""
SMALL = 0.2
"""An effect counts where its error is at most this share of it."""
RESOLVED = 0.02
"""Nodes picture the pairs if half as many again move the lower bound by at most this share of it."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One map and its loss above the lower bound.

    `clear` says whether the condition's defect tells an optimal map from one that is not; a map
    that comes nearer than that, and is not exact up to rounding, decides nothing.
    """

    name: str
    gap: float
    optimal: bool
    clear: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return the trial as plain data."""
        return {
            "name": self.name,
            "gap": self.gap,
            "optimal": self.optimal,
            "clear": self.clear,
        }


@dataclass(frozen=True, slots=True)
class ExactReport:
    """The outcome of an exact check of a claim, without a network.

    Fields:
        claim: its name.
        passed: agrees, disagrees, or undecided with a reason in `reason`.
        inside: members of the stated group; for an equality each must be optimal.
        outside: maps outside it; for an equality none may be optimal.
        tolerance: a gap up to this counts as zero.
        details: dimensions of flat and stated fields, the lower bound, its quadrature error.
    """

    claim: str
    passed: Agreement
    inside: tuple[Tried, ...]
    outside: tuple[Tried, ...]
    tolerance: float
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0

    _repr_html_ = text_card

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, ready for JSON."""
        return {
            "claim": self.claim,
            "passed": self.passed.value,
            "reason": self.reason,
            "inside": [t.to_dict() for t in self.inside],
            "outside": [t.to_dict() for t in self.outside],
            "tolerance": self.tolerance,
            "details": dict(self.details),
            "seconds": round(self.seconds, 3),
        }

    def __str__(self) -> str:
        """A report for a terminal."""
        lines = [f"{self.claim}: exact check {self.passed.value}"]
        if self.reason:
            lines.append(f"  reason     {self.reason}")
        if self.inside:
            worst = max(self.inside, key=lambda t: t.gap)
            lines.append(f"  inside     {len(self.inside)} maps, largest gap {worst.gap:.2g}")
        if self.outside:
            least = min(self.outside, key=lambda t: t.gap)
            lines.append(
                f"  outside    {len(self.outside)} maps, smallest gap {least.gap:.2g} ({least.name})"
            )
        for name, value in self.details.items():
            shown = f"{value:.4g}" if isinstance(value, float) else value
            lines.append(f"  {name:<10} {shown}")
        lines.append(f"  tolerance  {self.tolerance:.0e}")
        return "\n".join(lines)
