"""Flows and SGD of deep linear networks: what is measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Result, Settings
from sith.numerics.studies.frame.parts import gradient_flow, orthogonal
from sith.theory import prediction

PREDICTION = prediction("deep_linear")

STRENGTHS = (3.0, 2.0, 1.0, 0.5)

VARIANCES = (0.5, 2.0, 1.5, 0.7)
"""Of the inputs along the four axes, in the coloured runs."""

START = 1e-2

SIZE = len(STRENGTHS)

HIDDEN = 40

TIMES = tuple(float(x) for x in np.linspace(0.0, 12.0, 121))


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
    rng = np.random.default_rng([int(settings["seed"]), 17])
    left, right = orthogonal(rng, SIZE), orthogonal(rng, SIZE)
    target = left @ np.diag(STRENGTHS) @ right.T
    part = settings["part"]
    if part == "random":
        return _random(target, left, right, rng)
    ratio = 10.0 if part == "unbalanced" else 1.0
    one, two = _aligned(left, right, ratio, rng)
    if part == "sgd":
        curve = _descent(target, one, two, left, right, rng)
        return {"curve": curve[:, ::4].round(4).tolist(), "error": _distance(curve, closed())}
    covariance = np.eye(SIZE)
    if part in ("coloured", "rotated"):
        axes = right if part == "coloured" else orthogonal(rng, SIZE)
        covariance = axes @ np.diag(VARIANCES) @ axes.T
    curve = _strengths(_flow(target, one, two, covariance), left, right)
    out: dict[str, object] = {
        "curve": curve[:, ::4].round(4).tolist(),
        "from_white": _distance(curve, closed()),
    }
    if part == "balanced":
        out["error"] = out["from_white"]
    elif part == "unbalanced":
        out["error"] = _clock_error(curve, START * (ratio - 1 / ratio))
    else:
        out["error"] = _distance(curve, closed(VARIANCES))
    return out


def _aligned(
    left: np.ndarray, right: np.ndarray, ratio: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Layers along the modes with product START; u/v = ratio."""
    hidden = orthogonal(rng, SIZE)
    size = np.sqrt(START * ratio)
    return size * hidden @ right.T, size / ratio * left @ hidden.T


def _flow(
    target: np.ndarray, one: np.ndarray, two: np.ndarray, covariance: np.ndarray
) -> np.ndarray:
    """The product W₂W₁ at the times, under gradient flow; E[yxᵀ] is the target."""

    def velocity(state: np.ndarray) -> np.ndarray:
        w, v = state[:, :SIZE], state[:, SIZE:].T
        error = target - v @ w @ covariance
        return np.hstack([v.T @ error, (error @ w.T).T])

    states = gradient_flow(velocity, np.hstack([one, two.T]), TIMES)
    products: np.ndarray = np.einsum("tho,thi->toi", states[:, :, SIZE:], states[:, :, :SIZE])
    return products


def _strengths(products: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """``(modes, times)``."""
    found: np.ndarray = np.einsum("ok,toi,ik->kt", left, products, right)
    return found


def _descent(
    target: np.ndarray,
    one: np.ndarray,
    two: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """SGD on batches of 64 pairs (x, Mx + noise of size 0.1)."""
    rate, batch = 0.005, 64
    products = []
    every = round((TIMES[1] - TIMES[0]) / rate)
    for step in range(every * (len(TIMES) - 1) + 1):
        if step % every == 0:
            products.append(two @ one)
        x = rng.normal(size=(SIZE, batch))
        hidden = one @ x
        error = target @ x + 0.1 * rng.normal(size=(SIZE, batch)) - two @ hidden
        first, second = two.T @ error @ x.T, error @ hidden.T
        one, two = one + rate / batch * first, two + rate / batch * second
    return _strengths(np.array(products), left, right)


def _random(
    target: np.ndarray, left: np.ndarray, right: np.ndarray, rng: np.random.Generator
) -> Result:
    """Half times from a small random start over those of the closed form, by mode.

    A mode starts with a₀ = |W₁r + W₂ᵀl|²/4, the part of the start that grows.
    """
    one, two = (1e-3 * rng.normal(size=s) for s in ((HIDDEN, SIZE), (SIZE, HIDDEN)))
    started = np.square(one @ right + two.T @ left).sum(0) / 4
    curve = _strengths(_flow(target, one, two, np.eye(SIZE)), left, right)[:3]
    s = np.array(STRENGTHS[:3])
    predicted = evaluate(PREDICTION.formula("half_time"), s=s, a_0=started[:3])
    found = [float(np.interp(0.5, row / x, TIMES)) for row, x in zip(curve, s, strict=True)]
    return {"ratios": (np.array(found) / predicted).tolist()}


def closed(variances: Sequence[float] | None = None) -> np.ndarray:
    """The closed form at the times, ``(modes, times)``."""
    s, t = np.array(STRENGTHS)[:, None], np.array(TIMES)
    if variances is None:
        return evaluate(PREDICTION.formula("strength"), s=s, a_0=START, t=t)
    more = {"lambda": np.array(variances)[:, None]}
    return evaluate(PREDICTION.formula("coloured"), s=s, a_0=START, t=t, **more)


def _distance(one: np.ndarray, two: np.ndarray) -> float:
    return float(np.abs(one - two).max())


def _clock_error(curve: np.ndarray, c: float) -> float:
    """Distance of an unbalanced run from its closed form: lateness times speed."""
    s = np.array(STRENGTHS)[:, None]
    a = np.minimum(curve, s * (1 - 1e-9))
    clock = evaluate(PREDICTION.formula("unbalanced_time"), s=s, a=a, c=c)
    late = clock - clock[:, :1] - np.array(TIMES)
    return float(np.abs(late * np.sqrt(c**2 + 4 * a**2) * (s - a))[a < s * (1 - 1e-6)].max())
