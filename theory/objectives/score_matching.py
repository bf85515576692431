"""Score matching: a diffusion model's objective at one noise level, or at none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScoreMatching:
    """E‖∇ log p̂(x) − ∇ log p(x)‖², p̂ the law of g(z) with the prior on z and the learned decoder g.

    Denoising score matching has the same minimiser at each noise level, for the law of x with noise;
    where the scores agree at a sequence of levels that tends to 0, they agree without noise.
    Source: Hyvärinen (2005); Song et al. (2021) for diffusion models.
    """

    @property
    def latex(self) -> str:
        """The population loss in LaTeX."""
        return r"\mathbb{E}\lVert\nabla_z\log\big(p(h(z))\lvert\det J_h(z)\rvert\big)-\nabla_z\log p(z)\rVert^2"

    def __str__(self) -> str:
        """Short name."""
        return "score matching"
