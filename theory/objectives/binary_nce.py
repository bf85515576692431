"""Binary noise-contrastive estimation: tell a positive pair from an independent one."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from sith.theory.errors import InputError, require_instance
from sith.theory.exactness import positive
from sith.theory.objectives.critic import AbstractCritic, InnerProduct


@dataclass(frozen=True, slots=True)
class BinaryNCE:
    """Logistic regression of positive against independent pairs, fixed temperature τ > 0.

    L = E_{p(z, z̃)}[−log σ(s)] + E_{p(z)p(z̃)}[−log σ(−s)] with s = s(h(z), h(z̃))/τ + b. The offset b
    is learned with `offset`, else 0. Unlike in InfoNCE no function of z drops out: the score is
    fixed with its constant.
    Source: Gutmann and Hyvärinen (2010); the form with representations as in Matthes et al. (2023).
    """

    critic: AbstractCritic = InnerProduct()
    temperature: sp.Rational = sp.Integer(1)
    offset: bool = True

    def __post_init__(self) -> None:
        """Validate τ."""
        require_instance(self.critic, "critic")
        if not hasattr(self.critic, "score"):
            raise InputError(f"critic = {self.critic!r}", allowed="a critic such as InnerProduct()")
        object.__setattr__(self, "temperature", positive(self.temperature, "temperature τ"))

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        offset = "+b" if self.offset else ""
        score = rf"\tfrac1\tau s(h(z),h(\tilde z)){offset}"
        return (
            rf"-\mathbb{{E}}_{{p(z,\tilde z)}}\log\sigma({score})"
            rf"-\mathbb{{E}}_{{p(z)p(\tilde z)}}\log\sigma(-{score})"
        )

    def pointwise_binary(
        self, true: sp.Symbol, independent: sp.Symbol, score: sp.Symbol
    ) -> sp.Expr:
        """Return a log(1 + e^{−s}) + b log(1 + e^s) for densities a of true, b of other pairs."""
        return true * sp.log(1 + sp.exp(-score)) + independent * sp.log(1 + sp.exp(score))

    def __str__(self) -> str:
        """Short name."""
        offset = "b learned" if self.offset else "no offset"
        return f"binary NCE, critic {self.critic}, τ = {self.temperature}, {offset}"
