"""Conditional likelihood: maximum likelihood of observations given the environment (iVAE)."""

from __future__ import annotations

from dataclasses import dataclass

from sith.theory.errors import InputError


@dataclass(frozen=True, slots=True)
class ConditionalLikelihood:
    """Maximum likelihood of p̂(z|u) ∝ p̂(z) exp(Σ_ij T_ij(z_i) λ̂_ij(u)) pulled back by h.

    The statistics T are those of the world's exponential family; the natural parameters λ̂(u) and
    the base measure p̂(z) are learned, the base without restriction. A base that is fixed or
    factorial can only leave fewer maps free.

    `supports[u − 1]` lists the statistics that environment u may change, in the order of the family:
    λ̂_ij(u) = λ̂_ij(0) for all others. Empty for no such restriction. Source of the restriction: Lachapelle et al. (2022), sparse mechanisms.
    """

    supports: tuple[tuple[int, ...], ...] = ()

    def __post_init__(self) -> None:
        """Refuse supports that are empty or repeat a statistic."""
        for support in self.supports:
            if not support or len(set(support)) != len(support) or min(support) < 0:
                raise InputError(
                    f"the support {support!r}", allowed="a non-empty tuple of distinct statistics"
                )

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return (
            r"-\mathbb{E}\big[\log\hat p(h(z))+\langle\hat\lambda(u),T(h(z))\rangle"
            r"-\log\hat Z(u)+\log\lvert\det J_h(z)\rvert\big]"
        )

    def __str__(self) -> str:
        """Short name."""
        sparse = f", changes within {self.supports}" if self.supports else ""
        return f"conditional likelihood, learned natural parameters{sparse}"
