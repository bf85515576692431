"""Permutation contrast: tell consecutive observations from shuffled ones (PCL)."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from sith.theory.objectives.objective import softmax_cross_entropy


@dataclass(frozen=True, slots=True)
class PermutationContrast:
    """Logistic regression of (x, x̃) against (x, shuffled x̃) with r = Σ_i B_i(h_i, h̃_i), B_i free.

    The regression is a softmax over two slots: the pair is real, or shuffled; only the difference of
    their scores, r, is seen.
    Source: Hyvärinen and Morioka (2017).
    """

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return (
            r"\mathbb{E}\big[\log(1+e^{-r(z,\tilde z)})\big]"
            r"+\mathbb{E}_{\text{shuffled}}\big[\log(1+e^{r(z,\tilde z)})\big],\quad "
            r"r=\textstyle\sum_i B_i(h_i(z),h_i(\tilde z))"
        )

    def pointwise(self, weights: tuple[sp.Symbol, ...], scores: tuple[sp.Symbol, ...]) -> sp.Expr:
        """Return the integrand for a pair; the weights are those of a real and a shuffled pair."""
        return softmax_cross_entropy(weights, scores)

    def __str__(self) -> str:
        """Short name."""
        return "permutation contrast, one function for each pair of outputs"
