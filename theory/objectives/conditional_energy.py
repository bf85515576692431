"""Conditional energy-based models: an unnormalised density of observations given the environment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConditionalEnergy:
    """A fit of p̂(x|u) ∝ p̂(x) exp(⟨φ(h(z)), ĝ(u)⟩) to p(x|u), with learned ĝ and base p̂.

    φ(h) = h by default, and φ(h) = T(h) with `augmented`, T the statistics of the world's
    exponential family: T = (z, z²) is the feature augmentation (f, f²). The latents are the features
    of the true energy. No Jacobian appears: the model is a density of x, not of h. Source:
    Khemakhem, Monti, Kingma and Hyvärinen (2020), ICE-BeeM.
    """

    augmented: bool = False

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        feature = r"T(h(z))" if self.augmented else "h(z)"
        return (
            rf"-\mathbb{{E}}\big[\log\hat p(x)+\langle {feature},\hat g(u)\rangle"
            r"-\log\hat Z(u)\big]"
        )

    def __str__(self) -> str:
        """Short name."""
        return f"conditional energy, linear in {'T(h)' if self.augmented else 'h'}"
