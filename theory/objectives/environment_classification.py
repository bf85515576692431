"""Environment classification: name the environment of an observation from its representation."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from sith.theory.objectives.objective import softmax_cross_entropy


@dataclass(frozen=True, slots=True)
class EnvironmentClassification:
    """E[−log softmax_u(⟨w_u, φ(h(z))⟩ + b_u)] with learned rows w_u, and biases b_u if `bias`.

    φ(h) = h by default; with `statistics` the head sees φ(h) = T(h), the statistics of the world's
    exponential family, taken as known.
    """

    bias: bool = True
    statistics: bool = False

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        feature = r"T(h(z))" if self.statistics else "h(z)"

        def logit(index: str) -> str:
            tail = f"+b_{index}" if self.bias else ""
            return rf"e^{{\langle w_{index},{feature}\rangle{tail}}}"

        return rf"\mathbb{{E}}\Big[-\log\frac{{{logit('u')}}}{{\sum_v {logit('v')}}}\Big]"

    def pointwise(self, weights: tuple[sp.Symbol, ...], scores: tuple[sp.Symbol, ...]) -> sp.Expr:
        """Return the integrand for one observation; the weight of environment u is p(u|z)."""
        return softmax_cross_entropy(weights, scores)

    def __str__(self) -> str:
        """Short name."""
        feature = "T(h)" if self.statistics else "h"
        return f"classification of the environment, linear in {feature}" + (
            ", with biases" if self.bias else ""
        )
