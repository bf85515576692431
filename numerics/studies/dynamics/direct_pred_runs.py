"""Flows and SGD of self-prediction with a linear predictor: what is measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Result, Settings
from sith.numerics.studies.frame.parts import gradient_flow, orthogonal
from sith.theory import prediction

PREDICTION = prediction("direct_pred")

INPUTS, OUTPUTS = 6, 4

NOISE, TAU, ALPHA = 0.5, 0.9, 2.0

KAPPA = 1 + NOISE**2

NUMBERS = {"sigma": NOISE, "tau": TAU, "alpha": ALPHA}

CRITICAL = float(evaluate(PREDICTION.formula("critical_decay"), **NUMBERS))

ALIGNED = 0.6
"""Decay of the aligned runs, over the critical one."""

STARTS = (0.1, 0.2, 0.4, 0.9)

TIMES = tuple(float(x) for x in np.linspace(0.0, 40.0, 81))

FRACTIONS = (0.3, 0.6, 0.9, 0.98, 1.02, 1.2)

SAMPLED = (0.5, 1.3)

RATE, BATCH = 0.04, 64


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
    rng = np.random.default_rng([int(settings["seed"]), 11])
    part = settings["part"]
    if part == "aligned":
        return _aligned(rng)
    if part == "basin":
        start = float(settings["side"]) * point_of("p_minus", ALIGNED)
        state = _on_manifold([start] * OUTPUTS, rng)
        return {"end": _mean_p(_flow(state, ALIGNED * CRITICAL, [400.0])[-1])}
    if part in ("end", "sampled"):
        decay = float(settings["fraction"]) * CRITICAL
        state = _near_identity(rng)
        if part == "sampled":
            return {"end": _mean_p(_descent(state, decay, 250.0, rng))}
        ended = _flow(state, decay, [30.0, 800.0])
        left = _difference(ended[0]) - np.exp(-2 * decay * 30) * _difference(state)
        return {"end": _mean_p(ended[-1]), "invariant": float(np.abs(left).max())}
    if part == "memory":
        return _memory(float(settings["scale"]), rng)
    return _without(part, rng)


def point_of(name: str, fraction: float) -> float:
    """Return a fixed point at a fraction of the critical decay."""
    return float(evaluate(PREDICTION.formula(name), eta=fraction * CRITICAL, **NUMBERS))


def _split(state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """W, outputs × inputs, and P; a state is [W P]."""
    return state[:, :INPUTS], state[:, INPUTS:]


def _mean_p(state: np.ndarray) -> float:
    """Mean eigenvalue of P."""
    return float(np.trace(_split(state)[1]) / OUTPUTS)


def _mean_s(state: np.ndarray) -> float:
    """Mean eigenvalue of WWᵀ."""
    return float(np.square(_split(state)[0]).sum() / OUTPUTS)


def _difference(state: np.ndarray) -> np.ndarray:
    """WWᵀ − PᵀP/α."""
    w, p = _split(state)
    found: np.ndarray = w @ w.T - p.T @ p / ALPHA
    return found


def _near_identity(rng: np.random.Generator, scale: float = 0.8) -> np.ndarray:
    """Full matrices: W = scale · (orthonormal rows) and P = 0.8 I, both with noise of size 0.05."""
    rows = scale * orthogonal(rng, INPUTS)[:OUTPUTS]
    state = np.hstack([rows, 0.8 * np.eye(OUTPUTS)])
    noisy: np.ndarray = state + 0.05 * rng.normal(size=state.shape)
    return noisy


def _on_manifold(starts: Sequence[float], rng: np.random.Generator) -> np.ndarray:
    """Aligned matrices in random bases with s = p²/α."""
    left, right = orthogonal(rng, OUTPUTS), orthogonal(rng, INPUTS)[:OUTPUTS]
    p = np.array(starts)
    return np.hstack([left @ np.diag(p / np.sqrt(ALPHA)) @ right, left @ np.diag(p) @ left.T])


def _flow(state: np.ndarray, decay: float, times: Sequence[float]) -> np.ndarray:
    def velocity(x: np.ndarray) -> np.ndarray:
        w, p = _split(x)
        drive = TAU * w - KAPPA * p @ w
        return np.hstack([p.T @ drive - decay * w, ALPHA * drive @ w.T - decay * p])

    return gradient_flow(velocity, state, times)


def _descent(
    state: np.ndarray,
    decay: float,
    end: float,
    rng: np.random.Generator,
    *,
    stop: bool = True,
    predictor: bool = True,
    rate: float = RATE,
) -> np.ndarray:
    """SGD on sampled pairs; `stop` False lets the gradient into the target, τ = 1 there."""
    w, p = (x.copy() for x in _split(state))
    tau = TAU if stop else 1.0
    for _ in range(int(end / rate)):
        shared, *own = rng.normal(size=(3, INPUTS, BATCH))
        one, two = (shared + NOISE * x for x in own)
        encoded, target = w @ one, tau * w @ two
        error = target - p @ encoded
        step = p.T @ error @ one.T / BATCH
        if not stop:
            step -= error @ two.T / BATCH
        if predictor:
            p = p + rate * (ALPHA * error @ encoded.T / BATCH - decay * p)
        w = w + rate * (step - decay * w)
    return np.hstack([w, p])


def _aligned(rng: np.random.Generator) -> Result:
    """Eigenvalues of P over time, and their distance from the closed form."""
    state = _on_manifold(STARTS, rng)
    decay = ALIGNED * CRITICAL
    states = _flow(state, decay, TIMES)
    basis = np.linalg.eigh(_split(state)[1])[1]
    p = np.stack([np.diag(basis.T @ _split(x)[1] @ basis) for x in states])
    roots = {"p_+": point_of("p_plus", ALIGNED), "p_-": point_of("p_minus", ALIGNED)}
    clock = evaluate(PREDICTION.formula("time"), p=p, **NUMBERS, **roots)
    late = clock - clock[0] - np.array(TIMES)[:, None]
    speed = evaluate(PREDICTION.formula("p_rate"), p=p, s=p**2 / ALPHA, eta=decay, **NUMBERS)
    return {"p": p.T.tolist(), "error": float(np.abs(late * speed).max())}


def _memory(scale: float, rng: np.random.Generator) -> Result:
    """Mean eigenvalue of WWᵀ at the end: without decay by flow and SGD, and with decay."""
    state = _near_identity(rng, scale)
    w, p = _split(state)
    kept = evaluate(
        PREDICTION.formula("end_without_decay"),
        s_0=np.square(w).sum() / OUTPUTS,
        p_0=np.sqrt(np.square(p).sum() / OUTPUTS),
        **NUMBERS,
    )
    ended = _descent(state, 0.0, 20.0, rng, rate=0.01)
    return {
        "flow": abs(_mean_s(_flow(state, 0.0, [200.0])[-1]) - float(kept)),
        "sampled": _mean_s(ended) - float(kept),
        "free": _mean_s(ended),
        "decayed": _mean_s(_flow(state, 0.3 * CRITICAL, [400.0])[-1]),
    }


def _without(part: str, rng: np.random.Generator) -> Result:
    """The rate at which |W|² changes under SGD without decay, over 10 units of time."""
    state = np.hstack([rng.normal(size=(OUTPUTS, INPUTS)) / 2, np.eye(OUTPUTS)])
    end = 10.0
    if part == "no predictor":
        ended = _descent(state, 0.0, end, rng, predictor=False)
    else:
        state[:, INPUTS:] += 0.3 * rng.normal(size=(OUTPUTS, OUTPUTS))
        ended = _descent(state, 0.0, end, rng, stop=False)
    return {"rate": float(np.log(_mean_s(ended) / _mean_s(state)) / end)}
