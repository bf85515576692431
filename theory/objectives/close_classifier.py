"""Classifiers whose posterior is close to the true one, as an average divergence."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.exactness import rational


@dataclass(frozen=True, slots=True)
class CloseClassifier:
    """Every model softmax_y⟨w_y, h(z)⟩ with E KL(p(y|z) ‖ softmax_y⟨w_y, h(z)⟩) ≤ `kl`, in nats.

    At `kl` = 0 these are the minimisers of the cross-entropy. A claim about `kl` > 0 says that h is
    a member of the stated group up to `residual`: 1 − R² of the best member from z to h is at most
    that. Source: Nielsen et al. (2025), on closeness of distributions and of representations.
    """

    kl: sp.Rational
    residual: sp.Rational = sp.Integer(0)

    def __post_init__(self) -> None:
        """Validate both bounds."""
        for name, what in (("kl", "divergence"), ("residual", "residual")):
            value = rational(getattr(self, name), what)
            if value < 0:
                raise InputError(f"{what} = {value}", allowed="a rational number ≥ 0")
            object.__setattr__(self, name, value)

    @property
    def latex(self) -> str:
        """The bound on the models in LaTeX."""
        return (
            r"\mathbb{E}\,\mathrm{KL}\big(p(y\mid z)\,\Vert\,"
            rf"\operatorname{{softmax}}_y\langle w_y,h(z)\rangle\big)\le {sp.latex(self.kl)}"
        )

    def __str__(self) -> str:
        """Short name."""
        return f"a classifier within KL ≤ {self.kl} of the posterior"
