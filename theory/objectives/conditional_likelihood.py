"""Conditional likelihood: maximum likelihood of observations given the environment (iVAE)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConditionalLikelihood:
    """Maximum likelihood of p̂(z|u) ∝ p̂(z) exp(Σ_ij T_ij(z_i) λ̂_ij(u)) pulled back by h.

    The statistics T are those of the world's exponential family; the natural parameters λ̂(u) and
    the base measure p̂(z) are learned, the base without restriction. A base that is fixed or
    factorial can only leave fewer maps free.
    """

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return (
            r"-\mathbb{E}\big[\log\hat p(h(z))+\langle\hat\lambda(u),T(h(z))\rangle"
            r"-\log\hat Z(u)+\log\lvert\det J_h(z)\rvert\big]"
        )

    def __str__(self) -> str:
        """Short name."""
        return "conditional likelihood, learned natural parameters"
