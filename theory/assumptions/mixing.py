"""Mixing classes: what is assumed of the decoder g that makes observations from latents."""

from __future__ import annotations

from enum import Enum


class Mixing(Enum):
    """The class of the mixing g; the value says what it assumes."""

    ARBITRARY = "any continuous map, injective or not"
    INJECTIVE = "injective and continuous on the support of the latents"
    LINEAR = "linear and invertible"

    def __str__(self) -> str:
        """Name in lower case."""
        return self.name.lower()
