"""Likelihood of a linear structural model over interventional environments."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InterventionalLikelihood:
    """Maximum likelihood of B̂_k h(z) ~ N(0, I) in every environment k, with learned B̂_k.

    B̂_0 is lower triangular: the causal order and the targets are known, the graph is not. B̂_k equals
    B̂_0 outside the target's row; that row holds its diagonal entry alone, or with `soft` any entries
    of the parents. Only second moments enter. Source: Squires, Seigal, Bhate and Uhler (2023).
    """

    soft: bool = False

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return (
            r"-\sum_k\mathbb{E}_k\big[\log\lvert\det\hat B_kJ_h\rvert"
            r"-\tfrac12\lVert\hat B_kh(z)\rVert^2\big]"
        )

    def __str__(self) -> str:
        """Short name."""
        return f"likelihood of {'soft' if self.soft else 'perfect'} interventions"
