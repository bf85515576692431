"""Where a statement comes from, and how it was read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Evidence(Enum):
    """How the statement reached us; only what was read is quoted with its number."""

    READ = "read in the paper's own text"
    CODE = "read in the paper's public code"
    SECONDARY = "read in a secondary source"
    DERIVED = "derived here"
    RECALLED = "recalled; numbers are not quoted"


@dataclass(frozen=True, slots=True)
class Source:
    """A published statement: bibliography key, authors, year, where in the paper.

    `key` is the entry in `book/references.bib`; `statement` names the theorem as far as it was
    confirmed; `version` is the version that was read.
    """

    key: str
    authors: str
    year: int
    title: str
    statement: str
    evidence: Evidence
    version: str = ""
    url: str = ""

    def __str__(self) -> str:
        """Authors (year), title, statement."""
        where = f", {self.statement}" if self.statement else ""
        return f"{self.authors} ({self.year}), {self.title}{where}"


UNPUBLISHED = Source(
    key="",
    authors="the user",
    year=0,
    title="a claim of the user's own",
    statement="",
    evidence=Evidence.DERIVED,
)
"""The source of a claim that has not been published."""
