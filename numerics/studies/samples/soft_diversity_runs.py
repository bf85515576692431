"""Losses of maps of the circle under partly kept latents: what is measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy as sp
import torch
from scipy.optimize import minimize
from scipy.special import i0e, i1e
from torch import Tensor

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Measurement, Result, Settings
from sith.numerics.training.loop import seed_generators
from sith.numerics.worlds import sample_partner, sample_uniform_sphere, sample_vmf
from sith.theory import PartlyKeptSphere, Sphere, Uniform, World, prediction

PREDICTION = prediction("soft_diversity")

KAPPA = 3

KEPT = -1.0
"""Stands for s = ∞ in the settings, which are finite numbers."""

SOFTNESS = (0.0, 0.1, 0.5, 2.0, 10.0, 100.0, 400.0, KEPT)

SAMPLED = (0.0, 2.0, KEPT)

FACTORS = tuple(round(0.1 + 0.05 * i, 2) for i in range(25))

NODES = 200
"""Gauss–Legendre in u; the narrowest law, s = 400, has a width of twice the spacing."""

TABLE = 40

STEP = 1e-3


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
    softness = float(settings["softness"])
    if settings["part"] == "sampled":
        return {"slope": _sampled(softness, int(settings["seed"]), int(settings["rows"]))}
    if settings["part"] == "best":
        return _best(softness)
    curve = [_loss(_squeezed(x, NODES), softness) for x in FACTORS]
    at = [_loss(_squeezed(1 + e, NODES), softness) for e in (-STEP, 0.0, STEP)]
    return {
        "curve": [float(sum(c) - sum(at[1])) for c in curve],
        "slope": float(sum(at[2]) - sum(at[0])) / (2 * STEP),
        "uniformity_slope": float(at[2][1] - at[0][1]) / (2 * STEP),
        "moment": _moment(softness),
    }


def nodes(count: int) -> tuple[np.ndarray, np.ndarray]:
    """u and the weights of the uniform law on S²."""
    x, w = np.polynomial.legendre.leggauss(count)
    return x, w / 2


def _squeezed(factor: float, count: int) -> Tensor:
    """The angle of h_λ from the axis, at the nodes."""
    u, _ = nodes(count)
    return torch.from_numpy(np.arctan2(factor * np.sqrt(1 - u**2), u))


def _pairs(softness: float, count: int) -> tuple[np.ndarray, np.ndarray]:
    """p(u'|u) at the nodes and E cos of the angle around the axis, both ``(count, count)``."""
    u, w = nodes(count)
    around = KAPPA * np.outer(np.sqrt(1 - u**2), np.sqrt(1 - u**2))
    cosine = i1e(around) / i0e(around)
    if softness == KEPT:
        return np.eye(count), cosine
    log = KAPPA * np.outer(u, u) + around + np.log(i0e(around))
    log -= softness * np.subtract.outer(u, u) ** 2
    mass = np.exp(log - log.max(1, keepdims=True)) * w
    return mass / mass.sum(1, keepdims=True), cosine


def _loss(angles: Tensor, softness: float) -> tuple[Tensor, Tensor]:
    """−κ A and U of h(u, φ) = (cos ψ(u), sin ψ(u) e^{iφ})."""
    count = len(angles)
    mass, cosine = (torch.from_numpy(x) for x in _pairs(softness, count))
    w = torch.from_numpy(nodes(count)[1])
    along, across = (torch.outer(f(angles), f(angles)) for f in (torch.cos, torch.sin))
    alignment = w @ (mass * (along + across * cosine)).sum(1)
    around = KAPPA * across
    log = KAPPA * along + around.abs() + torch.special.i0e(around).log() + w.log()
    return -KAPPA * alignment, w @ torch.logsumexp(log, 1)


def _moment(softness: float) -> float:
    """The predicted slope of the loss: −κ times the moment, or the integral for a kept latent."""
    u, w = nodes(NODES)
    mass, cosine = _pairs(softness, NODES)
    if softness == KEPT:
        values = evaluate(PREDICTION.formula("frozen"), u=u, kappa=KAPPA, c=np.diag(cosine))
        return float(w @ values)
    across = np.outer(np.sqrt(1 - u**2), np.sqrt(1 - u**2)) * cosine
    inner = np.outer(u, u) + across
    values = evaluate(PREDICTION.formula("moment"), u=u[:, None], u_1=u[None], p=inner)
    return float(-KAPPA * w @ (mass * values).sum(1))


def _sampled(softness: float, seed: int, rows: int) -> float:
    """The slope of the alignment term from drawn pairs, times −κ, by differences."""
    (g,) = seed_generators((seed,), f"soft diversity {softness}")
    z = sample_uniform_sphere((rows,), 3, g, dtype=torch.float64)
    if softness == KEPT:
        world = World(Sphere(3), Uniform(), PartlyKeptSphere(sp.Integer(KAPPA), (0,)))
        partner = sample_partner(world, z, g)
    else:
        partner, left = torch.empty_like(z), torch.arange(rows)
        while len(left):
            drawn = sample_vmf(z[left], float(KAPPA), g)
            chance = torch.exp(-softness * (drawn[:, 0] - z[left, 0]) ** 2)
            kept = torch.rand(len(left), generator=g, dtype=torch.float64) < chance
            partner[left[kept]] = drawn[kept]
            left = left[~kept]

    def alignment(factor: float) -> float:
        one, two = (x * torch.tensor([1.0, factor, factor]) for x in (z, partner))
        return float(torch.cosine_similarity(one, two, dim=1).mean())

    return -KAPPA * (alignment(1 + STEP) - alignment(1 - STEP)) / (2 * STEP)


def _best(softness: float) -> Result:
    """The least loss found among maps that turn with the angle around the axis, from several starts."""

    def value(flat: np.ndarray) -> tuple[float, np.ndarray]:
        leaf = torch.from_numpy(flat).requires_grad_(True)
        loss = torch.stack(_loss(leaf, softness)).sum()
        (gradient,) = torch.autograd.grad(loss, leaf)
        return float(loss.detach()), gradient.numpy()

    options = {"maxiter": 200, "maxfun": 400, "ftol": 1e-15, "gtol": 1e-10}
    identity = sum(_loss(_squeezed(1.0, TABLE), softness))
    starts = [_squeezed(x, TABLE).numpy() for x in (0.5, 1.0)]
    rng = np.random.default_rng(3)
    starts += [rng.uniform(0, math.pi, TABLE) for _ in range(1)]
    ends = [minimize(value, s, jac=True, method="L-BFGS-B", options=options) for s in starts]
    best = min(ends, key=lambda e: float(e.fun))
    family = min(float(sum(_loss(_squeezed(x, TABLE), softness))) for x in FACTORS)
    return {
        "best": float(best.fun) - float(identity),
        "family": family - float(identity),
        "angles": best.x.tolist(),
    }


def result_of(measurements: Sequence[Measurement], part: str, softness: float) -> Any:
    """Return the result of one part at one softness."""
    return next(
        m.result
        for m in measurements
        if m.settings["part"] == part and m.settings["softness"] == softness
    )


def name_of(softness: float) -> str:
    """Return the softness in words, for names of findings and labels."""
    return "u kept" if softness == KEPT else f"s = {softness:g}"
