"""Alignment with exactly Gaussian outputs: agree across views, with the law N(0, I)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GaussianAlignment:
    """min E‖h(z) − h(z̃)‖² subject to h(z) ~ N(0, I), over all measurable h.

    The ideal of losses that compare the law of the outputs with N(0, I). Whitening asks for the first
    two moments of that law. Source: Balestriero and LeCun (2025), with the constraint exact.
    """

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return (
            r"\min\;\mathbb{E}\,\lVert h(z)-h(\tilde z)\rVert^2\;\text{s.t.}\;"
            r"h(z)\sim\mathcal N(0,I)"
        )

    def __str__(self) -> str:
        """Short name."""
        return "alignment with outputs of the law N(0, I)"
