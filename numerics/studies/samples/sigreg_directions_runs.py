"""Densities that look normal along M directions, and maps trained from them: what is measured."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from sith.numerics.losses import random_directions, sigreg
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Result, Settings
from sith.numerics.worlds.rejection import reject
from sith.theory import prediction

PREDICTION = prediction("sigreg_directions")

ROWS = {2: 1000, 3: 4000, 4: 16000}
"""Samples of one loss, by the number of directions: the fewer it sees, the more are needed."""

ORDERS = (2, 3, 4, 8)

KNOTS, T_MAX = 17, 3.0

RUNS = 10

SLICES = 64

BATCH, STEPS, HIDDEN, RATE = 1024, 400, 32, 3e-3

TEST_ROWS = 20_000


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
    order = int(settings["order"])
    if settings["part"] == "grid":
        return _quadrature(order)
    generator = torch.Generator().manual_seed(1000 * int(settings["seed"]) + order)
    if settings["part"] == "map":
        return _trained(order, settings["directions"] == "fixed", generator)
    own, fresh = [], []
    for _ in range(RUNS):
        rows = _sample(order, ROWS[order], generator)
        own.append(float(_sigreg(rows, _equal(order))))
        drawn = random_directions(generator, 2, slices=SLICES, dtype=torch.float64)
        fresh.append(float(_sigreg(rows, drawn)))
    return {"own": float(np.mean(own)), "fresh": float(np.mean(fresh))}


def _sigreg(rows: Tensor, directions: Tensor) -> Tensor:
    return sigreg(rows[None], directions, knots=KNOTS, t_max=T_MAX)[0]


def _equal(count: int) -> Tensor:
    """Directions at the angles kπ/count, ``(1, 2, count)``."""
    angles = torch.arange(count, dtype=torch.float64) * (math.pi / count)
    return torch.stack((angles.cos(), angles.sin()))[None]


def tilt(order: int, points: np.ndarray) -> np.ndarray:
    """p/φ − 1 at points ``(..., 2)``."""
    radius, angle = np.hypot(points[..., 0], points[..., 1]), np.arctan2(*points.T[::-1]).T
    return evaluate(PREDICTION.formula("factor"), M=order, r=radius, theta=angle)


def _sample(order: int, rows: int, generator: torch.Generator) -> Tensor:
    """Draws of p by rejection from N(0, I): p ≤ 2φ. ``(rows, 2)``."""

    def propose(which: Tensor) -> tuple[Tensor, Tensor]:
        z = torch.randn((len(which), 2), generator=generator, dtype=torch.float64)
        odds = torch.rand(len(which), generator=generator, dtype=torch.float64)
        return z, 2 * odds <= 1 + torch.from_numpy(tilt(order, z.numpy()))

    return reject(rows, propose, torch.device("cpu"), "p = φ (1 + c r^M sin(Mθ) e^{−αr²/2})")


def _quadrature(order: int) -> Result:
    """What p is and what it hides, by the trapezoidal rule on a grid of the plane.

    The sum along one axis converges faster than any power of the spacing, as p is analytic.
    """
    axis = np.arange(-9.0, 9.01, 0.15)
    points = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)
    mass = (normal(points) * tilt(order, points)).ravel() * 0.15**2
    knots = np.linspace(0.0, T_MAX, KNOTS)

    def seen(directions: Tensor) -> np.ndarray:
        along = points.reshape(-1, 2) @ directions[0].numpy()
        found: np.ndarray = np.stack([np.exp(1j * t * along).T @ mass for t in knots])
        return found

    # The total variation has kinks on rays, so its grid is polar.
    radius, angle = np.arange(0.0, 9.0, 0.05)[:, None], (np.arange(1024) + 0.5) * (math.pi / 512)
    polar = np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=-1)
    second = tilt(order, polar)
    cells = normal(polar) * radius * 0.05 * (math.pi / 512)
    return {
        "least": float((1 + second).min()),
        "variation": float((cells * np.abs(second)).sum() / 2),
        "own": float(np.abs(seen(_equal(order))).max()),
        "excess": _integral((np.abs(seen(_equal(4 * order + 2))) ** 2).mean(1)),
    }


def normal(points: np.ndarray) -> np.ndarray:
    """Return the density of N(0, I) at points ``(..., 2)``."""
    found: np.ndarray = np.exp(-(points**2).sum(-1) / 2) / (2 * math.pi)
    return found


def _integral(values: np.ndarray) -> float:
    """∫ values(t) e^{−t²/2} dt over [−t_max, t_max], by the rule of the loss, from its knots."""
    knots = np.linspace(0.0, T_MAX, KNOTS)
    return float(2 * np.trapezoid(values * np.exp(-(knots**2) / 2), knots))


def excess(order: int) -> float:
    """What fresh directions see for each sample."""
    knots = np.linspace(0.0, T_MAX, KNOTS)
    return _integral(evaluate(PREDICTION.formula("amplitude"), M=order, t=knots) ** 2 / 2)


def noise() -> float:
    """The mean of the loss of normal samples, whatever their number."""
    return _integral(evaluate(PREDICTION.formula("noise"), t=np.linspace(0.0, T_MAX, KNOTS)))


def _trained(order: int, fixed: bool, generator: torch.Generator) -> Result:
    """x + V tanh(Wx + b) from V = 0 under Adam on samples of p; M directions in every step.

    Returns what fresh directions see for each sample of the image, before and after.
    """
    shapes = ((HIDDEN, 2), (HIDDEN,), (2, HIDDEN))
    first, bias, last = (
        torch.randn(size, generator=generator, dtype=torch.float64) for size in shapes
    )
    parameters = [x.requires_grad_() for x in (first, bias, last.zero_())]
    optimiser = torch.optim.Adam(parameters, lr=RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, STEPS)

    def image(x: Tensor) -> Tensor:
        return x + (x @ first.T + bias).tanh() @ last.T

    test = _sample(order, TEST_ROWS, generator)

    def seen() -> float:
        with torch.no_grad():
            loss = float(_sigreg(image(test), _equal(SLICES)))
        return (loss - noise()) / (TEST_ROWS - 1)

    before = seen()
    for batch in _sample(order, STEPS * BATCH, generator).split(BATCH):
        directions = _equal(order)
        if not fixed:
            directions = random_directions(generator, 2, slices=order, dtype=torch.float64)
        loss = _sigreg(image(batch), directions)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    with torch.no_grad():
        own = float(_sigreg(image(test), _equal(order)))
    left = (own - noise()) / (TEST_ROWS - 1)
    return {"kept": seen() / before, "before": before, "left": left / excess(order)}
