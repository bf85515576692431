"""The findings of a study as a table: what is measured, what is predicted, and the rule between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from sith.numerics.studies.frame.finding import Finding, Runs
from sith.numerics.studies.frame.rules import AbstractRule
from sith.theory import Agreement

Measured = TypeVar("Measured")
Key = TypeVar("Key")
Text = str | Callable[[Runs], str]
"""A text, or a text that quotes the runs."""


def _always(_: Runs) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Row(Generic[Measured]):
    """One number that is predicted.

    Fields:
        name: what it is, with its unit or range; no two rows of a study share a name.
        measured: all runs → the number, or its values over seeds, as the rule takes it.
        rule: the prediction and the comparison; a function of the runs where they enter it.
        reason: why this tolerance or bound, and its error rate where it is statistical.
        note: what else a reader must know; "" for nothing.
        decided: whether the runs can decide the row at all; it is undecided where they cannot,
            beside what the rule leaves undecided.
    """

    name: str
    measured: Callable[[Runs], Measured]
    rule: AbstractRule[Measured] | Callable[[Runs], AbstractRule[Measured]]
    reason: Text
    note: Text = ""
    decided: Callable[[Runs], bool] = _always

    def findings(self, runs: Runs) -> Iterator[Finding]:
        """Yield the one finding of the row."""
        rule = self.rule(runs) if callable(self.rule) else self.rule
        found = rule.compare(self.name, self.measured(runs), _text(self.reason, runs))
        agrees = found.agrees if self.decided(runs) else Agreement.UNDECIDED
        yield replace(found, agrees=agrees, note=_text(self.note, runs))


@dataclass(frozen=True, slots=True)
class Each(Generic[Key]):
    """Rows that are repeated.

    Fields:
        over: the keys, or a function of the runs where the budget decides which there are.
        rows: one key → its rows, which are built when the table is evaluated.
    """

    over: Iterable[Key] | Callable[[Runs], Iterable[Key]]
    rows: Callable[[Key], Rows]

    def findings(self, runs: Runs) -> Iterator[Finding]:
        """Yield the findings key by key."""
        for key in self.over(runs) if callable(self.over) else self.over:
            for entry in self.rows(key):
                yield from entry.findings(runs)


Rows = Iterable[Row[Any] | Each[Any]]


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of a study, in the order in which they are printed; called with all runs."""

    rows: tuple[Row[Any] | Each[Any], ...]

    def __call__(self, runs: Runs) -> list[Finding]:
        """Return one finding for each row."""
        return [found for entry in self.rows for found in entry.findings(runs)]


def table(*rows: Row[Any] | Each[Any]) -> Table:
    """Return the table of these rows."""
    return Table(rows)


def _text(text: Text, runs: Runs) -> str:
    return text(runs) if callable(text) else text
