"""Alignment with maximum entropy: agree across views, fill the unit box."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AlignmentMaxEntropy:
    """E‖h(z) − h(z̃)‖² − H(h(z)) for h with values in the unit box.

    Source: von Kügelgen et al. (2021), eq. of Thm 4.4; InfoNCE is its asymptotic surrogate.
    """

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return r"\mathbb{E}\,\lVert h(z)-h(\tilde z)\rVert^2 - H(h(z))"

    def __str__(self) -> str:
        """Short name."""
        return "alignment with maximum entropy"
