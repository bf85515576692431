"""Claims of many objectives on one Gaussian world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import sympy as sp

from sith.theory import (
    AbstractGroup,
    AlignmentWhitening,
    BarlowTwins,
    Claim,
    EnvironmentClassification,
    Euclidean,
    ExpressionCritic,
    GaussianAlignment,
    InfoNCE,
    InnerProduct,
    Linear,
    OrnsteinUhlenbeck,
    Orthogonal,
    RealSpace,
    SignFlips,
    SoftmaxLabels,
    SpectralContrastive,
    VICReg,
    World,
    latents,
    rational_unit_vectors,
)
from sith.theory import Encoder as EncoderClass
from sith.theory import Gaussian as GaussianPrior

RATE = sp.Rational(4, 5)
"""ρ of the pairs: 1 − ρ² = 9/25, and the gap ρ − ρ² = 4/25 is wide."""

SLOW = sp.Rational(1, 2)
"""The rate of the second latent where rates are unequal: ρ² = 16/25 lies above it."""

INSTANCES = 20


def gaussian_world(dim: int, pairs: Any = None) -> World:
    """Return z ~ N(0, I) with the pairs, by default Ornstein–Uhlenbeck of rate `RATE`."""
    return World(RealSpace(dim), GaussianPrior(), pairs or OrnsteinUhlenbeck((RATE,) * dim))


def quadratic_critic(dim: int, rates: tuple[sp.Rational, ...] = ()) -> ExpressionCritic:
    """Return s(u, v) = Σ [ρ_i u_i v_i − ρ_i² v_i²/2]/(1 − ρ_i²), log p(z̃|z)/p(z̃) up to c(z).

    Arguments:
        dim: of the representations.
        rates: ρ_i, by default `RATE` for all.
    """
    u, v = latents(dim, "u"), latents(dim, "v")
    terms = zip(rates or (RATE,) * dim, u, v, strict=True)
    score = sp.Add(*((r * a * b - r**2 * b**2 / 2) / (1 - r**2) for r, a, b in terms))
    return ExpressionCritic(score, u, v)


def _labels(dim: int) -> SoftmaxLabels:
    return SoftmaxLabels(
        ((0,) * dim, *(tuple(3 * int(i == j) for j in range(dim)) for i in range(dim)))
    )


def _instances(dim: int) -> SoftmaxLabels:
    return SoftmaxLabels(
        tuple(tuple(3 * x for x in row) for row in rational_unit_vectors(INSTANCES, dim))
    )


Parts = tuple[Any, Any, int, Callable[[int], AbstractGroup]]


def _parts(name: str, d: int) -> Parts:
    """World, objective, outputs and group of an objective."""
    world = gaussian_world(d)
    rates = (*(RATE,) * (d - 1), SLOW)
    unequal = gaussian_world(d, OrnsteinUhlenbeck(rates))
    table: dict[str, Parts] = {
        "infonce": (world, InfoNCE(quadratic_critic(d)), d, Orthogonal),
        "spectral": (world, SpectralContrastive(), d + 1, Orthogonal),
        "vicreg": (world, VICReg(), d, Euclidean),
        "barlow": (world, BarlowTwins(), d, Orthogonal),
        "whitening": (world, AlignmentWhitening(), d, Orthogonal),
        "sigreg": (world, GaussianAlignment(), d, Orthogonal),
        "supervised": (gaussian_world(d, _labels(d)), EnvironmentClassification(), d, Linear),
        "instances": (gaussian_world(d, _instances(d)), EnvironmentClassification(), d, Linear),
        "unequal rates": (unequal, AlignmentWhitening(), d, Orthogonal),
        "folded mixing": (world, AlignmentWhitening(), d, Orthogonal),
        "few outputs": (world, SpectralContrastive(), d, Orthogonal),
        "infonce unequal": (unequal, InfoNCE(quadratic_critic(d, rates)), d, SignFlips),
        "spectral unequal": (unequal, SpectralContrastive(), d + 1, Orthogonal),
        "vicreg unequal": (unequal, VICReg(), d, Euclidean),
        "barlow unequal": (unequal, BarlowTwins(), d, Orthogonal),
        "wrong critic": (world, InfoNCE(InnerProduct()), d, Orthogonal),
    }
    return table[name]


BYOL: Mapping[str, Mapping[str, Any]] = {
    "byol": {"predictor": "learned", "speed": 10.0},
    "byol, optimal predictor": {},
    "byol, slow predictor": {"predictor": "learned", "speed": 0.1},
    "byol, no predictor": {"predictor": "none"},
    "byol, not centred": {"centred": False},
}
"""No value of BYOL's loss is least at its points of rest; "self_prediction" derives what they span."""


@lru_cache(maxsize=64)
def claim_of(name: str, dim: int = 2) -> Claim:
    """Return the claim of an objective on the Gaussian world, stated as if nothing were broken.

    The names are those of `_parts`. "folded mixing" has the claim of "whitening": its derivation
    needs an injective mixing, which the training takes away.
    """
    world, objective, outputs, group = _parts(name, dim)
    return Claim(
        name=name.replace(" ", "_"),
        world=world,
        objective=objective,
        encoder=EncoderClass(RealSpace(outputs)),
        group=group(outputs),
    )


def stand_in(name: str) -> str:
    """Return the objective whose claim says what a run spans: its own, or whitening's."""
    return "whitening" if name == "sigreg" or name in BYOL else name
