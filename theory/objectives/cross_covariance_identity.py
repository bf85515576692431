"""The cross-covariance loss of Barlow Twins before normalisation, in the form that has closed dynamics."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CrossCovarianceIdentity:
    """‖E[h(z)h(z̃)ᵀ] − I‖²_F, all entries with one weight and without normalisation.

    For linear h = W z it is ‖WΓWᵀ − I‖²_F with Γ = E[z z̃ᵀ]. Source: Simon et al. (2023), after
    Zbontar et al. (2021).
    """

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return r"\big\lVert\mathbb{E}[h(z)h(\tilde z)^\top]-I\big\rVert_F^2"

    def __str__(self) -> str:
        """Short name."""
        return "cross-covariance equal to the identity"
