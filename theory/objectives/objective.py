"""What every objective offers: its population loss, and how its optimum condition is obtained."""

from __future__ import annotations

from typing import Protocol

import sympy as sp


class AbstractObjective(Protocol):
    """A population loss of the map h."""

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        ...


class PointwiseObjective(Protocol):
    """An objective that is pointwise in a critic: the condition follows by differentiation.

    The loss is an expectation of `pointwise(a, s)`, where s_j is the critic's value on slot j and
    a_j the probability weight with which slot j holds the true partner, given what the slots hold.
    """

    def pointwise(self, weights: tuple[sp.Symbol, ...], scores: tuple[sp.Symbol, ...]) -> sp.Expr:
        """Return the integrand of the population loss for given slot weights and scores."""
        ...


class BinaryPointwiseObjective(Protocol):
    """An objective that is pointwise in a critic and tells true pairs from independent ones."""

    def pointwise_binary(
        self, true: sp.Symbol, independent: sp.Symbol, score: sp.Symbol
    ) -> sp.Expr:
        """Return the integrand at a pair with the two densities given, and the critic's score."""
        ...


def softmax_cross_entropy(weights: tuple[sp.Symbol, ...], scores: tuple[sp.Symbol, ...]) -> sp.Expr:
    """Return −Σ_j a_j log softmax_j(s), the integrand shared by InfoNCE and cross-entropy."""
    partition = sp.Add(*(sp.exp(s) for s in scores))
    return -sp.Add(*(a * (s - sp.log(partition)) for a, s in zip(weights, scores, strict=True)))
