"""The report of a trained check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numerics.measure import Interval
from theory import Agreement


@dataclass(frozen=True, slots=True)
class TrainedReport:
    """What trained encoders show of a claim.

    Fields:
        outcome: agrees, disagrees, or undecided (the optimum was not reached, or a smaller group
            was not excluded).
        reason: why, in one line.
        metrics: name → interval over seeds, all held out.
        smaller: residual to each largest strictly smaller named group, largest over seeds.
        mixing: what the injectivity check found of the mixings of all seeds.
        seeds: the seeds.
        diverged: those of them whose loss or gradient was no number; no measure counts them.
        steps: optimiser steps.
        notes: what the training takes in place of the claim's letter.
    """

    outcome: Agreement
    reason: str
    metrics: Mapping[str, Interval]
    smaller: Mapping[str, float]
    mixing: str
    seeds: tuple[int, ...]
    steps: int
    seconds: float
    notes: tuple[str, ...] = ()
    diverged: tuple[int, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the metrics by name, and the outcome with its reason."""
        return {
            **{name: value.to_dict() for name, value in self.metrics.items()},
            "outcome": self.outcome.value,
            "reason": self.reason,
            "smaller_groups": dict(self.smaller),
            "mixing": self.mixing,
            "seeds": list(self.seeds),
            "diverged": list(self.diverged),
            "steps": self.steps,
            "notes": list(self.notes),
            "seconds": round(self.seconds, 2),
        }

    def __str__(self) -> str:
        """A report for a terminal."""
        lines = [
            f"trained encoders: {self.outcome.value} ({len(self.seeds)} seeds, {self.steps} steps)"
        ]
        if self.reason:
            lines.append(f"  reason          {self.reason}")
        lines += [f"  note            {note}" for note in self.notes]
        lines += [f"  {name:<15} {value}" for name, value in self.metrics.items()]
        lines.append(f"  mixing          {self.mixing}")
        lines += [f"  outside {name}: residual {value:.3f}" for name, value in self.smaller.items()]
        return "\n".join(lines)
