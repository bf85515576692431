"""Reconstruction of the observations by an autoencoder: the law of the latents is free."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """An autoencoder with decoder ĝ in the mixing class: any h = ĝ^{−1}∘g of the class fits."""

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return r"\mathbb{E}\lVert x - \hat g(\hat g^{-1}(x))\rVert^2"

    def __str__(self) -> str:
        """Short name."""
        return "reconstruction"
