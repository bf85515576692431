"""The affine group."""

from __future__ import annotations

from dataclasses import dataclass

from sith.theory.exactness import dimension
from sith.theory.groups.delegating import AbstractAffineGroup
from sith.theory.groups.linear import Linear
from sith.theory.groups.shifted import Shifted


@dataclass(frozen=True, slots=True)
class Affine(AbstractAffineGroup):
    """z ↦ Mz + b with M invertible."""

    dim: int

    def __post_init__(self) -> None:
        """Validate the dimension."""
        dimension(self.dim, least=1)

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        return rf"\mathrm{{Aff}}({self.dim})"

    def __str__(self) -> str:
        """Short name."""
        return f"Aff({self.dim})"

    def shifted(self) -> Shifted:
        """Return the group as a matrix group with shifts."""
        return Shifted(Linear(self.dim))
