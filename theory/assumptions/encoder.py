"""Encoder classes: where representations live, and which maps the encoder can realise."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from theory.assumptions.space import AbstractSpace


class Family(Enum):
    """Which maps f the encoder can realise."""

    UNIVERSAL = "any continuous map"
    LINEAR = "linear maps"


@dataclass(frozen=True, slots=True)
class Encoder:
    """An encoder f with values in `output`."""

    output: AbstractSpace
    family: Family = Family.UNIVERSAL

    def __str__(self) -> str:
        """Short name."""
        return f"{self.family.value} into the {self.output}"
