"""The Euclidean group, of the standard inner product or of a given quadratic form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from sith.theory.groups.delegating import AbstractAffineGroup
from sith.theory.groups.orthogonal import Orthogonal
from sith.theory.groups.shifted import Shifted


@dataclass(frozen=True, slots=True)
class Euclidean(AbstractAffineGroup):
    """z ↦ Mz + b with M orthogonal; with `form` = S, MᵀSM = S (a conjugate of the Euclidean group)."""

    dim: int
    form: sp.ImmutableMatrix | None = None

    def __post_init__(self) -> None:
        """Validate the dimension and the form; the identity form is stored as no form."""
        object.__setattr__(self, "form", Orthogonal(self.dim, self.form).form)

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        return f"E({self.dim})" if self.form is None else rf"E({self.dim}; {sp.latex(self.form)})"

    def __str__(self) -> str:
        """Short name."""
        return f"E({self.dim})" if self.form is None else f"E({self.dim}; S = {self.form.tolist()})"

    def parts(self) -> dict[str, Any]:
        """Return the dimension and, unless it is the identity, the form."""
        return {"dim": self.dim} | ({} if self.form is None else {"form": self.form})

    def shifted(self) -> Shifted:
        """Return the group as a matrix group with shifts."""
        return Shifted(Orthogonal(self.dim, self.form))
