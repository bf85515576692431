"""The translations: coordinates are recovered up to a shift."""

from __future__ import annotations

from dataclasses import dataclass

from sith.theory.exactness import dimension
from sith.theory.groups.delegating import AbstractAffineGroup
from sith.theory.groups.shifted import Shifted
from sith.theory.groups.trivial import Trivial


@dataclass(frozen=True, slots=True)
class Translations(AbstractAffineGroup):
    """z ↦ z + b."""

    dim: int

    def __post_init__(self) -> None:
        """Validate the dimension."""
        dimension(self.dim, least=1)

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        return rf"\mathbb{{R}}^{{{self.dim}}}"

    def __str__(self) -> str:
        """Short name."""
        return f"translations of R^{self.dim}"

    def shifted(self) -> Shifted:
        """Return the group as a matrix group with shifts."""
        return Shifted(Trivial(self.dim))
