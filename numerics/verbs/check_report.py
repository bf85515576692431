"""The layers of a check side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sith.numerics.exact import ExactReport, TabularReport
from sith.numerics.runs.report import TrainedReport
from sith.numerics.searching.derivations import PROVED
from sith.theory import Agreement, Outcome, Verdict
from sith.theory.notebook import card

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The layers of a check side by side.

    Fields:
        derived: the exact derivation.
        exact: the population loss of explicit maps, without a network; () where it was not run.
        trained: trained encoders; () where they were not run.
        skipped: why a layer was not run.
        tabular: the lowest population loss over maps that are free at every point, without a
            network; () where it was not run.
        unvisited: of each component of the group in which no seed ended, the exact map that shows
            it to be optimal, where these are all that training leaves open; see
            `sith.numerics.runs.unvisited`.
    """

    claim: str
    derived: Verdict
    exact: tuple[ExactReport, ...]
    trained: tuple[TrainedReport, ...]
    skipped: tuple[str, ...]
    budget: str
    device: str
    seconds: float
    tabular: tuple[TabularReport, ...] = ()
    unvisited: tuple[str, ...] = ()

    @property
    def outcome(self) -> Agreement:
        """Disagrees if any layer does; agrees if derivation and training do and no layer disagrees.

        Figures that speak against what the derivation proves over all maps are a contradiction: nothing
        is decided then. No layer speaks against a claim that is mis-specified: no map attains its optimum. Where the
        derivation agrees over a smaller scope than all maps, so does the check. Training that is
        undecided only because no seed ended in a component that is optimal exactly counts as
        agreeing.
        """
        if self.derived.outcome is Outcome.MIS_SPECIFIED:
            return Agreement.UNDECIDED
        if self.contradiction:
            return Agreement.UNDECIDED
        answers = [self.derived.agreement, *(answer for _, answer in self._figures())]
        if Agreement.DISAGREES in answers:
            return Agreement.DISAGREES
        trained = all(report.outcome.positive for report in self.trained) or bool(self.unvisited)
        if self.trained and trained and self.derived.agreement.positive:
            return self.derived.agreement
        return Agreement.UNDECIDED

    @property
    def contradiction(self) -> str:
        """Which figures speak against what the derivation proves over all maps; "" if none does."""
        against = [name for name, answer in self._figures() if answer is Agreement.DISAGREES]
        if not against or self.derived.agreement is not Agreement.AGREES:
            return ""
        return f"{PROVED}: {' and '.join(against)}"

    def _figures(self) -> Iterator[tuple[str, Agreement]]:
        yield from (("the exact check", report.passed) for report in self.exact)
        yield from (("the tabular optimum", report.passed) for report in self.tabular)
        yield from (("the trained encoders", report.outcome) for report in self.trained)

    @property
    def verdict(self) -> str:
        """The outcome in words; mis-specified where the derivation shows that."""
        if self.derived.outcome is Outcome.MIS_SPECIFIED:
            return str(self.derived.outcome.value)
        return str(self.outcome.value)

    @property
    def exit_status(self) -> int:
        """0 the claim stands, 1 it does not, 2 mis-specified, 3 undecided."""
        if self.derived.outcome is Outcome.MIS_SPECIFIED:
            return 2
        if self.outcome.positive:
            return 0
        return 1 if self.outcome is Agreement.DISAGREES else 3

    @property
    def agrees(self) -> bool:
        """Whether every layer that was run supports the claim, over all maps or near the identity."""
        return self.outcome.positive

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, ready for JSON."""
        return {
            "claim": self.claim,
            "verdict": self.verdict,
            "agrees": self.agrees,
            "derived": self.derived.to_dict(),
            "exact": self.exact[0].to_dict() if self.exact else {},
            "tabular": self.tabular[0].to_dict() if self.tabular else {},
            "trained": self.trained[0].to_dict() if self.trained else {},
            "contradiction": self.contradiction,
            "unvisited": list(self.unvisited),
            "skipped": list(self.skipped),
            "budget": self.budget,
            "device": self.device,
            "seconds": round(self.seconds, 2),
        }

    def __str__(self) -> str:
        """A report for a terminal."""
        parts = [f"{self.claim}: {self.verdict}", str(self.derived)]
        parts += [str(report) for report in (*self.exact, *self.tabular, *self.trained)]
        parts += [f"undecided: {self.contradiction}"] if self.contradiction else []
        parts += [f"counts as agreeing: {reason}" for reason in self.unvisited]
        parts += [f"not run: {reason}" for reason in self.skipped]
        return "\n".join(parts)

    def figure(self) -> Figure:
        """Draw the exact losses and the trained measures beside their thresholds."""
        from sith.numerics.verbs.check_picture import check_figure

        return check_figure(self)

    def _repr_html_(self) -> str:
        rows = [("derived", self.derived.opening())]
        rows += [("exact check", _said(e.passed, e.reason)) for e in self.exact]
        rows += [("tabular optimum", _said(t.passed, t.reason)) for t in self.tabular]
        for t in self.trained:
            count = f"{len(t.seeds)} seeds, {t.steps} steps"
            rows.append(("trained encoders", _said(t.outcome, t.reason or count)))
            rows += [(name, str(value)) for name, value in t.metrics.items()]
        rows += [("contradiction", self.contradiction)] if self.contradiction else []
        rows += [("not run", reason) for reason in self.skipped]
        return card(
            f"{self.claim}: {self.verdict}",
            status=self.exit_status,
            rows=rows,
            folded=(("the whole report", str(self)),),
        )


def _said(answer: Agreement, reason: str) -> str:
    return f"{answer.value}: {reason}" if reason else str(answer.value)
