"""Alignment of the first outputs of an invertible encoder."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PartialAlignment:
    """E‖h(z)_c − h(z̃)_c‖² over invertible encoders of d outputs, c the outputs of the content.

    The content's outputs are those at the places of the coordinates that the pair keeps: the world's
    content, or all but the observed subset of `SubsetsRedrawn`. Source: von Kügelgen et al. (2021),
    the theorem on invertible encoders.
    """

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return r"\mathbb{E}\,\lVert h(z)_c-h(\tilde z)_c\rVert^2\quad\text{over invertible }h"

    def __str__(self) -> str:
        """Short name."""
        return "alignment of the content's outputs, invertible encoder"
