"""Generalised contrastive learning: tell true pairs (x, u) from pairs with a random environment."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from sith.theory.objectives.objective import softmax_cross_entropy


@dataclass(frozen=True, slots=True)
class GeneralisedContrastive:
    """Logistic regression of (x, u) against (x, u*) with the score Σ_i ψ_i(h_i(z), u) + a(h(z)).

    The functions ψ_i and a are learned without restriction, u* is drawn independently of x. The
    term a(h) absorbs log p(z), which is no sum over coordinates in general; without it the family
    need not contain the optimum. Source: Hyvärinen, Sasaki and Turner (2019).
    """

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return (
            r"\mathbb{E}\big[-\log\sigma(r(z,u))-\log\sigma(-r(z,u^*))\big],\quad "
            r"r(z,u)=\textstyle\sum_i\psi_i(h_i(z),u)+a(h(z))"
        )

    def pointwise(self, weights: tuple[sp.Symbol, ...], scores: tuple[sp.Symbol, ...]) -> sp.Expr:
        """Return the integrand for one (x, u): the slots are 'true pair' and 'random environment'.

        The weights are proportional to p(x, u) and p(x) p(u); r is the difference of the scores.
        """
        return softmax_cross_entropy(weights, scores)

    def __str__(self) -> str:
        """Short name."""
        return "generalised contrastive learning, score Σψ_i(h_i, u) + a(h)"
