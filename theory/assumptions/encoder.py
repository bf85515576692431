"""Encoder classes: where representations live, and which maps the encoder can realise."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from sith.theory.assumptions.space import AbstractSpace


class Family(Enum):
    """Which maps f the encoder can realise."""

    UNIVERSAL = "any continuous map"
    LINEAR = "linear maps"


@dataclass(frozen=True, slots=True)
class Encoder:
    """An encoder f with values in `output`.

    `invertible` assumes that the encoder is injective on what it is to recover, as the inverse of a
    normalising flow is; without it, maps that fold or repeat are encoders too.
    """

    output: AbstractSpace
    family: Family = Family.UNIVERSAL
    invertible: bool = False

    def __str__(self) -> str:
        """Short name."""
        kind = f"{self.family.value}, injective," if self.invertible else self.family.value
        into = str(self.output) if str(self.output).startswith("R^") else f"the {self.output}"
        return f"{kind} into {into}"
