"""Linear encoders under InfoNCE and SGD with augmented pairs: what is measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from sith.numerics.losses.infonce import PowerDistance, infonce
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.measure import embedding_spectrum
from sith.numerics.studies.frame.finding import Measurement, Result, Settings
from sith.numerics.studies.frame.parts import gradient_flow, orthogonal
from sith.theory import prediction

PREDICTION = prediction("dimensional_collapse")

CRITIC = PowerDistance(temperature=2.0)
"""−|u − v|²/2."""

NOISES = (0.4, 1.0, 1.6, 2.4, 4.0)
"""Variance of the augmentation along each axis; that of the data is 1."""

KINDS = ("clean", "augmented")

WEAK = 0.5

STARTS = (0.4, 0.3, 0.2, 0.1)
"""Singular values of each of the two layers at the start; their squares start the single layer."""

HORIZON = 12.0

RATE = 0.02


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
    seed = int(settings["seed"])
    generator = torch.Generator().manual_seed(1000 + seed)
    part = settings["part"]
    if part == "fixed":
        return _fixed(np.random.default_rng([seed, 5]))
    if part == "growth":
        return _growth(str(settings["kind"]), int(settings["negatives"]), generator)
    if part == "end":
        return _end(str(settings["kind"]), generator)
    return _layers(int(settings["layers"]), np.random.default_rng([seed, 6]), generator)


def _batch(
    kind: str, groups: int, rows: int, negatives: int, noises: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """Anchors, positives and negatives; those of a group share their negatives."""
    size = len(noises)
    anchors, noise = torch.randn(2, groups, rows, size, generator=generator)
    others, more = torch.randn(2, groups, negatives, size, generator=generator)
    if kind == "augmented":
        others = others + noises.sqrt() * more
    return anchors, anchors + noises.sqrt() * noise, others


def _loss(weights: Tensor, batch: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    """InfoNCE of x ↦ Wx, averaged over the groups."""
    a, b, n = (x @ weights.T for x in batch)
    return infonce(a, b, CRITIC, negatives=n).mean()


def _growth(kind: str, negatives: int, generator: torch.Generator) -> Result:
    """The growth rate of every axis, from the gradient of the loss at W = 0.01 I."""
    weights = (0.01 * torch.eye(len(NOISES))).requires_grad_()
    batch = _batch(kind, 8000, 8, negatives, torch.tensor(NOISES), generator)
    (gradient,) = torch.autograd.grad(_loss(weights, batch), weights)
    return {"rates": (-gradient.diagonal() / 0.01).tolist()}


def _end(kind: str, generator: torch.Generator) -> Result:
    """Squared weight of every axis, averaged over the last third of SGD."""
    noises = torch.tensor(NOISES)
    weights = (0.2 * torch.randn(6, len(NOISES), generator=generator)).requires_grad_()
    steps, total = 900, torch.zeros(len(NOISES))
    for step in range(steps):
        batch = _batch(kind, 1, 128, 256, noises, generator)
        (gradient,) = torch.autograd.grad(_loss(weights, batch), weights)
        with torch.no_grad():
            weights -= 0.2 * gradient
            if step >= 2 * steps // 3:
                total += weights.square().sum(0)
    return {"weights": (total / (steps - 2 * steps // 3)).tolist()}


def _fixed(rng: np.random.Generator) -> Result:
    """Two layers under a fixed X, full matrices, against the closed form."""
    growth = float(evaluate(PREDICTION.formula("growth"), S=1, A=WEAK, M=1e9))
    size = len(STARTS)
    left, middle, right = (orthogonal(rng, size) for _ in range(3))
    start = np.stack([middle @ np.diag(STARTS) @ right, left @ np.diag(STARTS) @ middle.T])
    escape = float(evaluate(PREDICTION.formula("escape_time"), X=growth, sigma_0=STARTS[0]))
    times = np.linspace(0.0, 0.9 * escape, 10)

    def velocity(layers: np.ndarray) -> np.ndarray:
        one, two = layers
        push = growth * two @ one
        return np.stack([two.T @ push, push @ one.T])

    states = gradient_flow(velocity, start, times.tolist())
    found = np.linalg.svd(states[:, 0], compute_uv=False)
    closed = evaluate(
        PREDICTION.formula("two_layers"), X=growth, sigma_0=np.array(STARTS), t=times[:, None]
    )
    return {"error": float(np.abs(found - closed).max())}


def _layers(count: int, rng: np.random.Generator, generator: torch.Generator) -> Result:
    """SGD with one or two layers: squared weights of the modes over time, and the rank."""
    size = len(STARTS)
    left, middle, right = (orthogonal(rng, size) for _ in range(3))
    start = np.diag(STARTS)
    factors = [left @ start @ middle.T, middle @ start @ right]
    if count == 1:
        factors = [factors[0] @ factors[1]]
    layers = [torch.tensor(x, dtype=torch.float32).requires_grad_() for x in factors]
    axes = torch.tensor(right, dtype=torch.float32)
    curve = []
    steps = int(HORIZON / RATE)
    for step in range(steps + 1):
        weights = layers[0] if count == 1 else layers[0] @ layers[1]
        if step % 25 == 0:
            curve.append((weights.detach() @ axes.T).square().sum(0).tolist())
        batch = _batch("clean", 1, 128, 256, torch.full((size,), WEAK), generator)
        gradients = torch.autograd.grad(_loss(weights, batch), layers)
        with torch.no_grad():
            for layer, gradient in zip(layers, gradients, strict=True):
                layer.sub_(RATE * gradient)
    rank = embedding_spectrum((batch[0] @ weights.detach().T)[0].double().numpy())
    return {"weights": np.array(curve).T.tolist(), "rank": float(rank.effective_rank)}


def modes(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Times and squared weights of the modes under the population flow, M → ∞."""
    times = np.arange(0.0, HORIZON + RATE / 2, 25 * RATE)
    start = np.array(STARTS) if count == 2 else np.square(STARTS)

    def velocity(x: np.ndarray) -> np.ndarray:
        slope = evaluate(PREDICTION.formula("loss_slope"), v=x ** (2 * count), S=1, A=WEAK)
        out: np.ndarray = -2 * slope * x ** (2 * count - 1)
        return out

    return times, gradient_flow(velocity, start, times.tolist()) ** (2 * count)


def entries(
    measurements: Sequence[Measurement], name: str, index: int, **where: object
) -> list[float]:
    """Return one entry of a list of numbers, of every run whose settings are as given."""
    return [
        float(m.result[name][index])
        for m in measurements
        if all(m.settings.get(k) == v for k, v in where.items())
    ]


def final(kind: str, noise: float) -> float:
    """Squared weight at the population minimum with M → ∞ clean negatives."""
    if kind == "clean" and noise >= 2:
        return 0.0
    return float(evaluate(PREDICTION.formula("end"), S=1, A=noise))
