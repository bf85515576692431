"""InfoNCE: pick the positive among M negatives by softmax over a critic."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from sith.theory.errors import InputError, require_instance
from sith.theory.exactness import integer, positive
from sith.theory.objectives.critic import AbstractCritic, InnerProduct
from sith.theory.objectives.objective import softmax_cross_entropy

MOST_NEGATIVES = 16
"""The optimum is derived for one given number of negatives up to this one."""


@dataclass(frozen=True, slots=True)
class InfoNCE:
    """InfoNCE with a critic and a fixed temperature τ > 0.

    L = E[−log e^{s(h(z), h(z̃))/τ} / (e^{s(h(z), h(z̃))/τ} + Σ_j e^{s(h(z), h(z_j^-))/τ})],
    the negatives z_j^- drawn from the latents' marginal p(z), as the theorems state. (Where the
    marginal of z̃ is another law, such as near the faces of a box, in-batch positives are not.)
    Source: van den Oord et al. (2018); the optimum for any number of negatives follows from the
    posterior of the positive's slot.

    With `within_support` the negatives of z are drawn from the marginal restricted to the support K(z)
    of p(·|z) (Zaliaduonis et al., 2026). `negatives` is M ≥ 1; 0 leaves it open. It is a statement on the population loss: a trained
    check takes its negatives from the batch.
    """

    critic: AbstractCritic = InnerProduct()
    temperature: sp.Rational = sp.Integer(1)
    negatives: int = 0
    within_support: bool = False

    def __post_init__(self) -> None:
        """Validate τ and M."""
        require_instance(self.critic, "critic")
        if not hasattr(self.critic, "score"):
            raise InputError(f"critic = {self.critic!r}", allowed="a critic such as InnerProduct()")
        object.__setattr__(self, "temperature", positive(self.temperature, "temperature τ"))
        count = integer(self.negatives, "number of negatives M", least=0)
        if count > MOST_NEGATIVES:
            raise InputError(f"M = {count} negatives", allowed=f"at most {MOST_NEGATIVES}")
        object.__setattr__(self, "negatives", count)

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return (
            r"\mathbb{E}\Big[-\log\frac{e^{s(h(z),h(\tilde z))/\tau}}"
            r"{e^{s(h(z),h(\tilde z))/\tau}+\sum_{j\le M}e^{s(h(z),h(z_j^-))/\tau}}\Big]"
        )

    def pointwise(self, weights: tuple[sp.Symbol, ...], scores: tuple[sp.Symbol, ...]) -> sp.Expr:
        """Return the integrand for slots that hold given points.

        The weight of slot j is the probability that it holds the positive:
        a_j ∝ p(y_j|z) Π_{i≠j} p(y_i), proportional to the ratio p(y_j|z)/p(y_j).
        """
        return softmax_cross_entropy(weights, scores)

    def __str__(self) -> str:
        """Short name."""
        count = f", M = {self.negatives}" if self.negatives else ""
        within = ", negatives from K(z)" if self.within_support else ""
        return f"InfoNCE, critic {self.critic}, τ = {self.temperature}{count}{within}"
