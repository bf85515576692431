"""Cross-entropy over labels: supervised classification, and instance discrimination (DIET)."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from sith.theory.exactness import positive
from sith.theory.objectives.objective import softmax_cross_entropy


@dataclass(frozen=True, slots=True)
class CrossEntropy:
    """E[−log softmax_i(β⟨w_i, h(z)⟩)] over a bias-free linear classifier with learned rows w_i.

    `unit_rows` constrains ‖w_i‖ = 1; `learned_beta` says whether β is learned or fixed to
    `inverse_temperature`. With labels = classes this is supervised learning; with one label per
    instance it is DIET, and at the optimum instances of one class share their row.
    """

    inverse_temperature: sp.Rational = sp.Integer(1)
    unit_rows: bool = False
    learned_beta: bool = False

    def __post_init__(self) -> None:
        """Validate β."""
        beta = positive(self.inverse_temperature, "inverse temperature β")
        object.__setattr__(self, "inverse_temperature", beta)

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return (
            r"\mathbb{E}\Big[-\log\frac{e^{\beta\langle w_i,h(z)\rangle}}"
            r"{\sum_k e^{\beta\langle w_k,h(z)\rangle}}\Big]"
        )

    def pointwise(self, weights: tuple[sp.Symbol, ...], scores: tuple[sp.Symbol, ...]) -> sp.Expr:
        """Return the integrand for one observation; the weight of label i is p(i|z)."""
        return softmax_cross_entropy(weights, scores)

    def __str__(self) -> str:
        """Short name."""
        rows = "unit rows" if self.unit_rows else "free rows"
        beta = "β learned" if self.learned_beta else f"β = {self.inverse_temperature}"
        return f"cross-entropy, {rows}, {beta}"
