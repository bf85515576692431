"""Linear BYOL: fixed points, threshold and invariant; closed form, gradient flow and SGD."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import (
    Finding,
    Measurement,
    Result,
    Settings,
    bounded,
    covered,
    within,
)
from sith.numerics.studies.frame.parts import gradient_flow, orthogonal
from sith.numerics.studies.frame.readings import values_of
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.theory import prediction

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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
SCALES = (1.0, 1.4)
RATE, BATCH = 0.04, 64


def _plan(budget: str) -> list[Settings]:
    seeds = {"smoke": 4, "ci": 10, "full": 40}[budget]
    alone: list[Settings] = [{"part": "aligned", "seed": s} for s in range(2)]
    alone += [{"part": "basin", "side": x, "seed": 0} for x in (0.95, 1.05)]
    for seed in range(seeds):
        alone += [{"part": "end", "fraction": f, "seed": seed} for f in FRACTIONS]
        alone += [{"part": "sampled", "fraction": f, "seed": seed} for f in SAMPLED]
        alone += [{"part": "memory", "scale": x, "seed": seed} for x in SCALES]
        alone += [{"part": x, "seed": seed} for x in ("no stop-gradient", "no predictor")]
    return alone


def _measure(settings: Settings) -> Result:
    rng = np.random.default_rng([int(settings["seed"]), 11])
    part = settings["part"]
    if part == "aligned":
        return _aligned(rng)
    if part == "basin":
        start = float(settings["side"]) * _point("p_minus", ALIGNED)
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


def _point(name: str, fraction: float) -> float:
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
    roots = {"p_+": _point("p_plus", ALIGNED), "p_-": _point("p_minus", ALIGNED)}
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


def _compare(measurements: Sequence[Measurement]) -> list[Finding]:
    findings = [
        within(
            "largest distance of the flow of full matrices from the closed form",
            0.0,
            max(values_of(measurements, "error", part="aligned")),
            1e-6,
            "the solver's relative tolerance is 1e-9 over 40 units of time",
        ),
        within(
            "largest entry of WWᵀ − PᵀP/α minus e^{−2ηt} times its start, full matrices",
            0.0,
            max(values_of(measurements, "invariant", part="end")),
            1e-6,
            "the solver's relative tolerance is 1e-9 over 30 units of time",
        ),
    ]
    for side, point in ((0.95, 0.0), (1.05, _point("p_plus", ALIGNED))):
        findings.append(
            within(
                f"p at the end from {side} of p₋",
                point,
                values_of(measurements, "end", part="basin", side=side)[0],
                1e-4,
                "the slowest rate is above 0.03 and the run lasts 400",
            )
        )
    for fraction in FRACTIONS:
        point = _point("p_plus", fraction) if fraction < 1 else 0.0
        found = values_of(measurements, "end", part="end", fraction=fraction)
        findings.append(
            covered(
                f"p at the end of the flow, decay {fraction} of the critical one",
                point,
                found,
                1e-4,
                "the slowest rate is above 0.02 and the run lasts 800",
            )
        )
    for fraction in SAMPLED:
        point = _point("p_plus", fraction) if fraction < 1 else 0.0
        findings.append(
            covered(
                f"p at the end of SGD, decay {fraction} of the critical one",
                point,
                values_of(measurements, "end", part="sampled", fraction=fraction),
                0.05,
                SGD,
            )
        )
    return [*findings, *_compare_memory(measurements), *_compare_without(measurements)]


SGD = "sampling error and step size; the runs with seeds 100 to 107 stay within 0.045"


def _compare_memory(measurements: Sequence[Measurement]) -> list[Finding]:
    flow = values_of(measurements, "flow", part="memory")
    sampled = values_of(measurements, "sampled", part="memory")
    small, large = (values_of(measurements, "free", part="memory", scale=x) for x in SCALES)
    decayed = values_of(measurements, "decayed", part="memory")
    return [
        within(
            "largest distance of s at the end from its closed form, no decay, flow",
            0.0,
            max(flow),
            1e-6,
            "the solver's relative tolerance is 1e-9 over 200 units of time",
        ),
        covered("s at the end of SGD minus the closed form, no decay", 0.0, sampled, 0.05, SGD),
        bounded(
            f"s at the end from W of size {SCALES[1]} minus that from size {SCALES[0]}, no decay",
            [b - a for a, b in zip(small, large, strict=True)],
            f"the closed form says {SCALES[1] ** 2 - SCALES[0] ** 2:.2f} on average",
            least=0.5,
        ),
        covered(
            "s at the end with decay 0.3 of the critical one, all starts",
            _point("p_plus", 0.3) ** 2 / ALPHA,
            decayed,
            1e-4,
            "the start is forgotten at rate 2η = 0.1 over 400 units of time",
        ),
    ]


def _compare_without(measurements: Sequence[Measurement]) -> list[Finding]:
    plain = 2 * float(np.log(evaluate(PREDICTION.formula("no_predictor"), t=1, eta=0, **NUMBERS)))
    return [
        covered(
            "rate of |W|² under SGD without predictor",
            plain,
            values_of(measurements, "rate", part="no predictor"),
            0.05,
            SGD,
        ),
        bounded(
            "rate of |W|² under SGD without stop-gradient",
            values_of(measurements, "rate", part="no stop-gradient"),
            "the bound is −2σ² for every predictor",
            most=-2 * NOISE**2,
        ),
    ]


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    curves = next(m.result["p"] for m in measurements if m.settings["part"] == "aligned")
    left.axhline(_point("p_plus", ALIGNED), color="k", lw=1, label="$p_+$")
    left.axhline(_point("p_minus", ALIGNED), color="k", lw=1, ls="--", label="$p_-$")
    for j, curve in enumerate(curves):
        left.plot(TIMES, curve, color=f"C{j}")
        roots = {"p_+": _point("p_plus", ALIGNED), "p_-": _point("p_minus", ALIGNED)}
        values = np.array(curve[::6])
        clock = evaluate(PREDICTION.formula("time"), p=values, **NUMBERS, **roots)
        left.plot(clock - clock[0], values, "o", ms=4, mfc="none", color=f"C{j}")
    left.set(
        xlabel="time", ylabel="eigenvalue $p$ of the predictor", title="flow, closed form (circles)"
    )
    left.legend(frameon=False, loc="upper right")
    grid = np.linspace(0.0, 1.0, 200)
    right.plot(grid, [_point("p_plus", x) for x in grid], "k-", label="$p_+$")
    right.plot([1.0, 1.4], [0.0, 0.0], "k-")
    right.plot(grid, [_point("p_minus", x) for x in grid], "k--", label="$p_-$")
    for part, fractions, mark in (("end", FRACTIONS, "o"), ("sampled", SAMPLED, "s")):
        ends = [values_of(measurements, "end", part=part, fraction=x) for x in fractions]
        label = "flow" if part == "end" else "SGD"
        means = [float(np.mean(x)) for x in ends]
        spread = [float(np.std(x)) for x in ends]
        right.errorbar(fractions, means, spread, fmt=mark, ms=5, mfc="none", label=label)
    right.set(xlabel="weight decay over the critical one", ylabel="$p$ at the end")
    right.legend(frameon=False)
    return figure


STUDY = Study(
    name="direct_pred",
    title=PREDICTION.title,
    direction=Direction.DYNAMICS,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=_compare,
    figure=_figure,
    contradictions={
        "the flow leaves the closed form": changed("error", lambda e: e + 1e-3, part="aligned"),
        "the difference is not kept": changed("invariant", lambda e: e + 1e-3, part="end"),
        "below p₋ it does not collapse": changed("end", lambda _: 0.5, side=0.95),
        "above p₋ it collapses": changed("end", lambda _: 0.0, side=1.05),
        **{
            f"{part} at decay {x} ends elsewhere": changed(
                "end", lambda p: p + 0.2, part=part, fraction=x
            )
            for part, fractions in (("end", FRACTIONS), ("sampled", SAMPLED))
            for x in fractions
        },
        "the flow forgets its start": changed("flow", lambda e: e + 0.1, part="memory"),
        "SGD forgets its start": changed("sampled", lambda e: e + 0.2, part="memory"),
        "the size of the start does not matter": changed("free", lambda _: 0.5, part="memory"),
        "decay keeps the start": changed("decayed", lambda e: e + 0.1, part="memory"),
        "no predictor, no collapse": changed("rate", lambda _: 0.0, part="no predictor"),
        "no stop-gradient, no collapse": changed("rate", lambda _: 0.0, part="no stop-gradient"),
    },
)
