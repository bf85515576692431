"""The report of a trained check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sith.numerics.groups import Answer, Finding, Resolution
from sith.numerics.measure import Interval
from sith.theory import Agreement
from sith.theory.notebook import text_card


@dataclass(frozen=True, slots=True)
class TrainedReport:
    """What trained encoders show of a claim.

    Fields:
        outcome: agrees, disagrees, or undecided (the optimum was not reached, or the seeds do not
            tell the group from a smaller one or from one of another form).
        reason: why, in one line.
        metrics: name → interval over seeds, all held out.
        smaller: residual to each largest smaller group of lower dimension or of the catalogue,
            largest over seeds.
        mixing: what the injectivity check found of the mixings of all seeds.
        network: the encoder that was trained, with its output space.
        seeds: the seeds.
        diverged: those of them whose loss or gradient was NaN or infinite; no measure counts them.
        steps: optimiser steps.
        notes: what the training takes in place of the claim's letter.
        findings: every smaller group or other form that was compared, and what the seeds say of it.
        resolution: the smallest differences that the seeds could have shown; () where no seed was
            compared.
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
    findings: tuple[Finding, ...] = ()
    resolution: tuple[Resolution, ...] = ()
    network: str = ""

    _repr_html_ = text_card

    def to_dict(self) -> dict[str, Any]:
        """Return the metrics by name, and the outcome with its reason."""
        return {
            **{name: value.to_dict() for name, value in self.metrics.items()},
            "outcome": self.outcome.value,
            "reason": self.reason,
            "smaller_groups": dict(self.smaller),
            "subgroups": [finding.to_dict() for finding in self.findings],
            "resolution": self.resolution[0].to_dict() if self.resolution else {},
            "mixing": self.mixing,
            "network": self.network,
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
        lines += [f"  encoder         {self.network}"] if self.network else []
        lines.append(f"  mixing          {self.mixing}")
        lines += [f"  outside {name}: residual {value:.3f}" for name, value in self.smaller.items()]
        lines += [f"  told apart from {self._count()}"] if self.findings else []
        lines += [
            f"  {finding.answer.value}: {finding.name}: {finding.evidence}"
            for finding in self.findings
            if finding.answer is not Answer.EXCLUDED
        ]
        lines += [f"  smallest difference seen: {r}" for r in self.resolution]
        return "\n".join(lines)

    def _count(self) -> str:
        told = sum(f.answer is Answer.EXCLUDED for f in self.findings)
        return f"{told} of {len(self.findings)} smaller groups and other forms"
