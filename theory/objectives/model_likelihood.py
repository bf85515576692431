"""Maximum likelihood with a source density of the model's own, as in Infomax with a fixed nonlinearity."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from sith.theory.exactness import integer, positive


@dataclass(frozen=True, slots=True)
class ModelLikelihood:
    """max E Σ_i log q(h_i(z)) + log|det B|, log q(u) = −c|u|^p: the model's density, not the true one.

    The optima are understood as local ones: strict local maxima over the matrices B. A power p = 1
    is a super-Gaussian model, p = 4 a sub-Gaussian one, and p = 2 reads covariances alone.
    Sources: Bell and Sejnowski (1995); Pham and Garat (1997).
    """

    power: int = 4
    rate: sp.Rational = sp.Integer(1)

    def __post_init__(self) -> None:
        """Validate p ≥ 1 and c > 0."""
        object.__setattr__(self, "power", integer(self.power, "power p of log q", least=1))
        object.__setattr__(self, "rate", positive(self.rate, "rate c of log q"))

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return (
            rf"\mathbb{{E}}\Big[{sp.latex(self.rate)}\textstyle\sum_i\lvert h_i(z)\rvert^{{{self.power}}}"
            r"\Big]-\log\lvert\det J_h\rvert"
        )

    def __str__(self) -> str:
        """Short name."""
        rate = "" if self.rate == 1 else f"{self.rate} "
        return f"likelihood under log q = -{rate}|u|^{self.power}"
