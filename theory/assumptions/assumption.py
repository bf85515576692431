"""Assumptions as values: a name, what it says, whether it is needed, and how it is weakened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Role(Enum):
    """What is known of an assumption's part in a theorem."""

    NECESSARY = "necessary: a counterexample is known without it"
    SUFFICIENT = "sufficient: not known to be needed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Assumption:
    """One hypothesis of a theorem.

    `name` is unique within the claim, `statement` may hold LaTeX, `weakening` says in words what
    is put in its place when it is dropped, and `weaken` maps a claim to the claim without it.
    """

    name: str
    statement: str
    role: Role
    weakening: str
    weaken: Callable[[Any], Any]

    def __str__(self) -> str:
        """Name and statement."""
        return f"{self.name}: {self.statement}"
