"""How much a pair tells: worlds whose pairs are nearly independent identify nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from scipy.special import ive
from torch import Tensor

from sith.numerics.worlds.sampler import WorldSampler
from sith.theory.assumptions import Classes, Uniform, VonMisesFisher, World
from sith.theory.errors import InputError

LEAST_INFORMATION = 0.02
"""Below it, a batch cannot tell pairs from independent draws.

The batch mean of the correlation of B independent pairs in d dimensions has standard deviation
about 1/sqrt(Bd): 0.014 for B = 512, d = 10. Published runs fail at 0.005 (von Mises-Fisher,
κ = 0.05, d = 10) and succeed at 0.1 (κ = 1).
"""


@dataclass(frozen=True, slots=True)
class Information:
    """The normalised correlation of a pair, r = 1 - E‖z̃-z‖² / E‖z'-z‖², z' independent of z.

    Fields:
        value: |r|, of the latents or of their products z_i z_j, whichever is larger.
        standard_error: of `value`; 0 where it is exact.
        exact: whether it comes from a formula.
    """

    value: float
    standard_error: float
    exact: bool

    @property
    def sufficient(self) -> bool:
        """Whether `value` is at least `LEAST_INFORMATION`."""
        return self.value >= LEAST_INFORMATION

    def __str__(self) -> str:
        """Value and error."""
        error = "" if self.exact else f" ± {self.standard_error:.2g}"
        return f"{self.value:.3g}{error}"


def information(world: World, *, seed: int = 0, n: int = 50_000) -> Information:
    """Measure what the pair, or the label, tells about the latent.

    Arguments:
        world: a world with pairs or labels.
        seed: of the sampled estimate.
        n: pairs of the sampled estimate; its noise, about 1/sqrt(nd), stays well below
            `LEAST_INFORMATION` at the default.

    Raises:
        InputError: the world has neither pairs nor labels.
    """
    pairs = world.pairs
    if isinstance(pairs, Classes) or (
        isinstance(pairs, VonMisesFisher) and isinstance(world.prior, Uniform)
    ):
        return Information(mean_cosine(float(pairs.concentration), world.dim), 0.0, True)
    generator = torch.Generator().manual_seed(seed)
    z, zt = WorldSampler(world, torch.float64).pairs(n, generator)
    found = [_correlation(z, zt)]
    rows, columns = torch.triu_indices(world.dim, world.dim)
    found.append(_correlation(z[:, rows] * z[:, columns], zt[:, rows] * zt[:, columns]))
    value, error = max(found)
    return Information(value, error, False)


def require_informative(world: World, *, seed: int = 0) -> Information:
    """Return the information of the pairs; raise `InputError` where it is too little to learn from."""
    found = information(world, seed=seed)
    if not found.sufficient:
        raise InputError(
            f"pairs '{world.pairs}' carry no usable information: normalised correlation {found}",
            allowed=f"at least {LEAST_INFORMATION}",
            cure="concentrate the pairs, for example by a larger κ or λ, or use a smaller dimension",
        )
    return found


def mean_cosine(kappa: float, dim: int) -> float:
    """A_d(κ) = I_{d/2}(κ) / I_{d/2-1}(κ), the mean of μ.z under von Mises-Fisher on S^{d-1}."""
    below = float(ive(dim / 2 - 1, kappa))
    return float(ive(dim / 2, kappa)) / below if below > 0 else kappa / dim


def _correlation(u: Tensor, v: Tensor) -> tuple[float, float]:
    """|r| and its standard error, from paired features ``(n, m)``."""
    paired = (v - u).square().sum(-1)
    independent = (v.roll(1, 0) - u).square().sum(-1)
    scale = float(independent.mean())
    if scale == 0:
        return 0.0, 0.0
    r = float((independent - paired).mean()) / scale
    spread = float((independent - paired - r * independent).std())
    return abs(r), spread / scale / math.sqrt(u.shape[0])
