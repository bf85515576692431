"""Latent correlation maximisation: agree across views, with whitened representations."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LatentCorrelation:
    """E‖h_1 − h_2‖² subject to E h_k = 0 and E h_k h_kᵀ = I, encoders invertible on what they keep.

    Source: Lyu, Fu, Wang and Lu (2022); deep canonical correlation analysis has the same optimum.
    """

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return (
            r"\mathbb{E}\,\lVert h_1-h_2\rVert^2\quad\text{s.t. }"
            r"\mathbb{E}\,h_k=0,\ \mathbb{E}\,h_kh_k^\top=I"
        )

    def __str__(self) -> str:
        """Short name."""
        return "latent correlation with whitened outputs"
