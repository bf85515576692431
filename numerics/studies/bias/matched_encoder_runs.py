"""Encoders of several classes on a sphere with a frozen height: what is measured."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from scipy.optimize import minimize_scalar
from scipy.special import ive
from torch import Tensor

from sith.numerics.exact import Contrastive, FiniteWorld, frozen_height
from sith.numerics.losses import InnerProduct
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Result, Settings
from sith.numerics.studies.frame.parts import minimum
from sith.theory import prediction

PREDICTION = prediction("matched_encoder")

CONCENTRATIONS = (2.0, 3.0, 5.0)
"""At κ = 1 the best λ is 0.14, and 24 rings do not resolve so thin a band."""

KAPPA = 3.0
"""Of the encoders that are not linear."""

HEIGHTS, FINE = 12, 24
"""Rings of the quadrature that trains, and of the one that scores."""

RANDOM_FEATURES = (10, 100)

MLPS = ("4", "64", "32-32")

FREE = tuple(f"features {n}" for n in RANDOM_FEATURES) + tuple(f"mlp {w}" for w in MLPS)

Encoder = Callable[[Tensor, Tensor], Tensor]


def measure(settings: Settings) -> Result:
    """Minimise the population loss over the class; score on finer nodes."""
    name, kappa = str(settings["class"]), float(settings["kappa"])
    rng = np.random.default_rng([int(settings["seed"]), 11])
    mixing = torch.tensor(np.linalg.qr(rng.normal(size=(3, 3)))[0] * rng.uniform(0.7, 1.4, 3))
    exact = name in ("linear", "moebius")
    trained = frozen_height(16 if exact else HEIGHTS, kappa, 0)
    fine = frozen_height(FINE, kappa, 0)
    encoder, start = _encoder(name, mixing, rng)

    def loss(theta: Tensor) -> Tensor:
        return _loss(encoder(theta, trained.nodes), trained, kappa)

    found = minimum(loss, start, steps=int(settings["steps"]), path=not exact)
    out: dict[str, Any] = _scored(encoder(found.at, fine.nodes), fine, kappa)
    out["gradient"] = found.gradient
    if name == "linear":
        singular = torch.linalg.svdvals(mixing @ found.at.view(3, 3))
        out["ratios"] = (singular[1:] / singular[0]).tolist()
        out["slope"] = _slope(trained, kappa)
    if not exact:
        shown = found.path[:: max(1, len(found.path) // 25)]
        path = [_scored(encoder(p, fine.nodes), fine, kappa) for p in shown]
        out["path"] = [[p["excess"], p["r2"]] for p in path]
    return out


def _loss(h: Tensor, world: FiniteWorld, kappa: float) -> Tensor:
    critic = Contrastive(lambda _: InnerProduct(1 / kappa))
    return critic.value(h[None], world, h.new_zeros(1, 0))[0]


def _scored(h: Tensor, world: FiniteWorld, kappa: float) -> dict[str, float]:
    """Loss above the rotations', affine R² and 1 − E‖h − Qz‖² with the best Q, by quadrature."""
    z, w = world.nodes, world.weights[:, None]
    centred = h - (w * h).sum(0)
    spread = torch.linalg.pinv(centred.mT @ (w * centred), hermitian=True)
    cross = centred.mT @ (w * z)
    total = float((w * z.square()).sum())
    turned = torch.linalg.svdvals(h.mT @ (w * z)).sum()
    return {
        "excess": float(_loss(h, world, kappa) - _loss(z, world, kappa)),
        "r2": float((cross * (spread @ cross)).sum()) / total,
        "orthogonal": float(2 * turned) - 1,
    }


def _slope(world: FiniteWorld, kappa: float) -> float:
    one = torch.ones((), dtype=torch.float64, requires_grad=True)
    z = world.nodes
    h = F.normalize(torch.cat([z[:, :1], one * z[:, 1:]], dim=1), dim=1)
    (slope,) = torch.autograd.grad(_loss(h, world, kappa), one)
    return float(slope)


def _encoder(name: str, mixing: Tensor, rng: np.random.Generator) -> tuple[Encoder, np.ndarray]:
    """An encoder of x = z·mixing, from flat parameters and latents, and where it starts."""
    kind, _, size = name.partition(" ")
    if kind == "linear":
        return lambda t, z: F.normalize(z @ mixing @ t.view(3, 3), dim=1), rng.normal(size=9)
    if kind == "moebius":
        return lambda t, z: _boost(t, z @ mixing @ mixing.inverse()), rng.normal(size=3)
    if kind == "features":
        count = int(size)
        inner = torch.tensor(rng.normal(size=(3, count)))
        shift = torch.tensor(rng.normal(size=count))

        def features(t: Tensor, z: Tensor) -> Tensor:
            return F.normalize(torch.tanh(z @ mixing @ inner + shift) @ t.view(count, 3), dim=1)

        return features, rng.normal(size=3 * count) / count**0.5
    sizes = [3, *(int(n) for n in size.split("-")), 3]
    shapes = list(pairwise(sizes))
    start = [
        np.concatenate([rng.normal(size=a * b) / a**0.5, 0.1 * rng.normal(size=b)])
        for a, b in shapes
    ]

    def mlp(t: Tensor, z: Tensor) -> Tensor:
        h, at = z @ mixing, 0
        for layer, (a, b) in enumerate(shapes):
            h = h @ t[at : at + a * b].view(a, b) + t[at + a * b : at + (a + 1) * b]
            at += (a + 1) * b
            h = torch.tanh(h) if layer + 1 < len(shapes) else h
        return F.normalize(h, dim=1)

    return mlp, np.concatenate(start)


def _boost(free: Tensor, z: Tensor) -> Tensor:
    """A conformal map of S²: every Möbius map is a rotation after one, and the loss ignores that."""
    b = free / (1 + free.square().sum()).sqrt()
    square, along = b.square().sum(), z @ b
    moved = (1 - square) * z + 2 * (1 + along)[:, None] * b
    return moved / (1 + 2 * along + square)[:, None]


def optimum(kappa: float) -> dict[str, float]:
    """λ*, the loss above rotations and R² of the linear class, by integrals over u."""
    u, weight = np.polynomial.legendre.leggauss(200)
    s, weight = 1 - u**2, weight / 2
    rho = ive(1, kappa * s) / ive(0, kappa * s)
    slope = weight @ evaluate(PREDICTION.formula("slope"), s=s, kappa=kappa, rho=rho)
    world = frozen_height(FINE, kappa, 0)
    heights = world.nodes[:, :1]
    fine_s = (1 - heights.square()).numpy()[:, 0]
    circle = world.nodes[:, 1:] / torch.from_numpy(np.sqrt(fine_s))[:, None]

    def excess(lam: float) -> float:
        first = np.sign(heights.numpy()[:, 0]) * evaluate(
            PREDICTION.formula("kept"), s=fine_s, **{"lambda": lam}
        )
        radius = evaluate(PREDICTION.formula("turned"), s=fine_s, **{"lambda": lam})
        h = torch.cat(
            [torch.from_numpy(first)[:, None], torch.from_numpy(radius)[:, None] * circle], 1
        )
        return float(_loss(h, world, kappa) - _loss(world.nodes, world, kappa))

    best = minimize_scalar(excess, bounds=(0.05, 1.5), method="bounded", options={"xatol": 1e-9})
    kept = evaluate(PREDICTION.formula("kept"), s=s, **{"lambda": best.x})
    turned = evaluate(PREDICTION.formula("turned"), s=s, **{"lambda": best.x})
    # E z = E h = 0, and h_λ is diagonal in z, so that R² is a sum over the two parts.
    r2 = (weight @ (np.abs(u) * kept)) ** 2 / (weight @ kept**2)
    r2 += (weight @ (np.sqrt(s) * turned)) ** 2 / (weight @ turned**2)
    return {
        "slope": float(slope),
        "ratio": float(best.x),
        "excess": float(best.fun),
        "r2": float(r2),
    }
