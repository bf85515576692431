"""Objectives of the law of single observations: likelihood, and independence of the outputs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Maximum likelihood with the true prior: the optimum is any h that maps the prior to itself."""

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return r"-\mathbb{E}\big[\log p(h(z)) + \log\lvert\det J_h(z)\rvert\big]"

    def __str__(self) -> str:
        """Short name."""
        return "likelihood"


@dataclass(frozen=True, slots=True)
class Independence:
    """Mutual independence of the outputs, whatever their marginals."""

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return r"\sum_i H(h_i(z)) - H(h(z))"

    def __str__(self) -> str:
        """Short name."""
        return "independence of the outputs"
