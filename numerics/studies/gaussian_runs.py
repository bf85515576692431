"""Objectives on one Gaussian world: their claims, their training, and how two runs compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp
import torch
from scipy.special import ndtri
from scipy.stats import qmc
from torch import Tensor

from numerics.critic import torch_critic
from numerics.design import Design, Observe, designed, train_design
from numerics.encoders import Encoder, whitening
from numerics.experiments import Experiment, PairedExperiment, SpectralExperiment, spectral_loss
from numerics.losses import infonce
from numerics.mixings import spiral_mixing
from numerics.studies.gaussian_experiments import self_predicting, sliced
from numerics.train import seed_generators
from theory import (
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
from theory import Encoder as EncoderClass
from theory import Gaussian as GaussianPrior

RATE = sp.Rational(4, 5)
"""ρ of the pairs: 1 − ρ² = 9/25, and the gap ρ − ρ² = 4/25 is wide."""

SLOW = sp.Rational(1, 2)
"""The rate of the second latent where rates are unequal: ρ² = 16/25 lies above it."""

INSTANCES = 20
TURN = 0.4
"""Radians per unit of norm of the spiral: a modality far from linear that 1000 steps undo."""

ROWS = 256
"""Common latents at which representations are compared."""

FOLD_ROWS = 2**18
"""Quasi-random pairs for the known part of the fold's loss; the sampling error is below 10⁻³."""

BLOCKS = 16
"""Of held-out pairs, from whose spread the standard error of a gap is read."""

KEPT = 0.02
"""A direction of a representation counts if its variance is at least this part of the largest."""


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


@dataclass(frozen=True, slots=True)
class Run:
    """Trained encoders of one objective at common latents.

    Fields:
        latents: ``(N, d)``.
        representations: ``(S, N, m)``.
        gaps: per seed, the loss above the derived optimum's over the loss's scale.
        errors: per seed, the standard error of the gap over held-out rows, in its unit; only for
            "folded mixing", where no optimum on the same rows takes the sampling noise away.
    """

    latents: np.ndarray
    representations: np.ndarray
    gaps: list[float]
    errors: list[float] = field(default_factory=list)


def common_latents(dim: int, rows: int = ROWS) -> np.ndarray:
    """Return quasi-random standard normal rows, whose low moments are nearly exact, ``(N, d)``.

    `rows` is a power of two.
    """
    uniform = qmc.Sobol(dim, scramble=True, seed=1).random(rows)
    found: np.ndarray = ndtri(uniform)
    return found


def stand_in(name: str) -> str:
    """Return the objective whose claim says what a run spans: its own, or whitening's."""
    return "whitening" if name == "sigreg" or name in BYOL else name


def train_objective(
    name: str,
    design: Design,
    seeds: tuple[int, ...],
    *,
    dim: int = 2,
    spiral: bool = False,
) -> Run:
    """Train an objective of `claim_of`, and represent the common latents.

    Arguments:
        design: how.
        seeds: mixing, weights and batches are drawn from them.
        spiral: a spiral in front of the network that mixes, another kind of observation.
    """
    own = claim_of(stand_in(name), dim)
    experiment = designed(own, design, seeds)
    experiment = _observed(experiment, name, seeds, spiral=spiral)
    follow: Observe = _nothing
    if isinstance(experiment, SpectralExperiment):
        if name == "sigreg":
            experiment = sliced(experiment, seed_generators(seeds, "directions", "cpu"))
        elif name in BYOL:
            experiment = self_predicting(experiment, **BYOL[name])
            follow = experiment.follow
    every = 1 if name in BYOL else design.steps
    run = train_design(
        own, design, seeds, experiment=experiment, observe=follow, observe_every=every
    )
    rows = common_latents(dim)
    shared = torch.from_numpy(rows).float().expand(len(seeds), -1, -1)
    whitens = isinstance(experiment, SpectralExperiment) and experiment.objective.whitens
    # Only whitened features need more than the encoder; that code also draws signs, undone by none.
    plain = replace(experiment, latents=shared) if whitens else experiment  # type: ignore[type-var]
    with torch.no_grad():
        found = (
            plain.represent(run.encoder)
            if whitens
            else run.encoder.to(torch.float64)(experiment.mixing(shared).double())
        )
        gap, scale = run.experiment.loss_gap(run.encoder, run.extras)
        if name == "wrong critic" and isinstance(experiment, PairedExperiment):
            gap, scale = _misfit(experiment, run.encoder, dim)
        errors = torch.empty(0, dtype=torch.float64)
        if name == "folded mixing" and isinstance(experiment, SpectralExperiment):
            gap, errors = fold_gap(experiment, run.encoder, dim)
    noise = (errors / scale).tolist() if len(errors) else []
    return Run(rows, found.numpy(), (gap / scale).tolist(), noise)


def _nothing(_step: int, _encoder: Encoder, _extras: Mapping[str, Tensor]) -> None:
    """Nothing follows the encoder."""


def _observed(experiment: Any, name: str, seeds: tuple[int, ...], *, spiral: bool) -> Experiment:
    """Put a fold or a spiral in front of the mixing, and calibrate the encoder to it."""
    network = experiment.mixing
    if name == "folded mixing":
        before: Callable[[Tensor], Tensor] = _fold
    elif spiral:
        before = spiral_mixing(
            seed_generators(seeds, "spiral", "cpu"), experiment.latents.shape[-1], TURN
        )
    else:
        found: Experiment = experiment
        return found

    def mixing(z: Tensor) -> Tensor:
        mixed: Tensor = network(before(z))
        return mixed

    state = whitening(mixing(experiment.latents[:, :1024].float()))
    changed: Experiment = replace(
        experiment, mixing=mixing, encoder=experiment.encoder.with_state(state)
    )
    return changed


def _fold(z: Tensor) -> Tensor:
    return torch.cat((z[..., :1].abs(), z[..., 1:]), -1)


def fold_gap(experiment: SpectralExperiment, encoder: Encoder, dim: int) -> tuple[Tensor, Tensor]:
    """Return the loss of a run under the fold above the injective optimum's, and its standard error, per seed.

    The two span different functions, so that common rows leave most of the noise: a pair adds about
    1.15 scales. A control variate takes it away. On the held-out rows the run is compared with
    (z_2, (z_1² − 1)/√2), which is near it; that map is compared with the latents on many
    quasi-random pairs, which need no network.
    """
    precise = encoder.to(torch.float64)

    def near(z: Tensor) -> Tensor:
        return torch.cat(((z[..., :1].square() - 1) / 2**0.5, z[..., 1:]), -1)

    def excess(*views: Tensor) -> Tensor:
        own, reference = (spectral_loss(experiment.objective, *v) for v in (views[:2], views[2:]))
        return own - reference

    pairs = [v.double() for v in experiment.pairs]
    views = [precise(experiment.mixing(v.float()).double()) for v in pairs] + [*map(near, pairs)]
    blocks = [excess(*part) for part in zip(*(v.chunk(BLOCKS, 1) for v in views), strict=True)]
    errors = torch.stack(blocks).std(0) / len(blocks) ** 0.5
    many = torch.from_numpy(common_latents(2 * dim, FOLD_ROWS))[None]
    one, rho = many[..., :dim], float(RATE)
    two = rho * one + (1 - rho**2) ** 0.5 * many[..., dim:]
    known = spectral_loss(experiment.objective, near(one), near(two)) - spectral_loss(
        experiment.objective, one, two
    )
    return excess(*views) + known, errors


def _misfit(experiment: PairedExperiment, encoder: Encoder, dim: int) -> tuple[Tensor, Tensor]:
    """Loss above that of the log-ratio, in units of the mutual information, on the same rows."""
    rows = slice(0, 2048)
    z, zt = experiment.latents[:, rows].double(), experiment.partners[:, rows].double()
    precise = encoder.to(torch.float64)
    h, ht = (precise(experiment.mixing(v.float()).double()) for v in (z, zt))
    trained = infonce(h, ht, torch_critic(InnerProduct(), 1.0), convention="mean")
    best = infonce(z, zt, torch_critic(quadratic_critic(dim), 1.0), convention="mean")
    return trained - best, -best


@dataclass(frozen=True, slots=True)
class Relation:
    """How two representations of the same rows relate, fitted and read on these rows.

    Fields:
        forward, backward: the part of the variance of whitened y that an affine map of x explains,
            and of x from y; 0 to 1, unchanged by invertible affine maps of either.
        rotation: the same for one orthogonal map with a scale and a shift: the squared congruence
            (Σ singular values of XᵀY)²/(‖X‖²‖Y‖²), symmetric.
        cka: linear CKA, ‖XᵀY‖²/(‖XᵀX‖ ‖YᵀY‖).
    """

    forward: float
    backward: float
    rotation: float
    cka: float


def relate(x: np.ndarray, y: np.ndarray) -> Relation:
    """Compare two representations ``(N, m)``, ``(N, k)`` of the same rows, without small directions.

    Directions with less than `KEPT` of the largest variance are left out, so that an output that is
    constant at the optimum does not count through its noise.
    """
    x, y = kept_directions(x), kept_directions(y)
    one, two = (np.linalg.qr(v)[0] for v in (x, y))
    shared = float((np.linalg.svd(one.T @ two, compute_uv=False) ** 2).sum())
    cross = x.T @ y
    sizes = float((x**2).sum() * (y**2).sum())
    return Relation(
        forward=shared / y.shape[1],
        backward=shared / x.shape[1],
        rotation=float(np.linalg.svd(cross, compute_uv=False).sum()) ** 2 / sizes,
        cka=float((cross**2).sum() / (np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y))),
    )


def kept_directions(x: np.ndarray) -> np.ndarray:
    """Return the centred rows along principal directions, those of small variance left out.

    Arguments:
        x: ``(N, m)``; a direction stays if its variance is at least `KEPT` of the largest.
    """
    x = x - x.mean(0)
    left, singular, _ = np.linalg.svd(x, full_matrices=False)
    kept = singular**2 >= KEPT * singular[0] ** 2
    found: np.ndarray = left[:, kept] * singular[kept]
    return found
