"""Flows, angles under InfoNCE and networks: how fast the latents are found."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import sympy as sp
from scipy.integrate import solve_ivp
from torch import Tensor

from sith.numerics.encoders.encoder import Encoder
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.measure import linear_r2
from sith.numerics.runs.design import Design, designed, train_design
from sith.numerics.studies.frame.finding import Result, Settings
from sith.numerics.studies.frame.parts import gradient_flow
from sith.theory import prediction, theorem

PREDICTION = prediction("training_time")

CORRELATIONS = (0.5, 0.8)

LATENTS = 2

DEGREES = 3
"""Largest total degree of the Hermite features of the flow."""

NETWORK_CORRELATION = sp.Rational(1, 2)

GROUP = 4
"""Networks that one measurement trains together."""

KAPPAS = (1, 4)

MODES = (1, 2, 3)

POINTS = 48
"""Angles on the circle; modes that pairs and critic reach are well below half of them."""

READ = (0.004, 0.2)
"""Misses at which networks are read: below, the sampling error of the gap counts."""


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
    parts = {"flow": _flow, "circle": _circle, "mlp": _networks}
    return parts[str(settings["part"])](settings)


def circle_rate(kappa: int, mode: int) -> float:
    """Return the predicted rate of the squared error of a Fourier mode of the angle."""
    formula = PREDICTION.formula("circle_rate")
    values = {"n": sp.Integer(mode), "kappa": sp.Integer(kappa)}
    return float(sp.N(formula.subs({x: values[x.name] for x in formula.free_symbols})))


def _circle(settings: Settings) -> Result:
    """The flow of free angles g under InfoNCE; rates of single modes, and from a random start."""
    kappa = int(settings["kappa"])
    rng = np.random.default_rng([int(settings["seed"]), 19])
    theta = 2 * np.pi * np.arange(POINTS) / POINTS
    pairs = _softmax(kappa * np.cos(theta[:, None] - theta))

    def velocity(g: np.ndarray) -> np.ndarray:
        apart = g[:, None] - g
        slope = (pairs - _softmax(kappa * np.cos(apart))) * kappa * np.sin(apart)
        # The gradient of the mean over anchors, times their number: the flow in mean square.
        out: np.ndarray = -(slope.sum(1) - slope.sum(0))
        return out

    slowest = min(circle_rate(kappa, n) for n in range(1, 8))
    times = np.linspace(0.0, 24.0 / slowest, 241)
    single = []
    for mode in MODES:
        wave = np.cos(mode * theta + rng.uniform(0, 2 * np.pi))
        short = np.linspace(0.0, 2.0 / circle_rate(kappa, mode), 21)
        states = gradient_flow(velocity, theta + 1e-4 * wave, short.tolist(), tolerance=1e-11)
        sizes = ((states - theta) @ wave) ** 2
        single.append(-float(np.polyfit(short, np.log(sizes), 1)[0]))
    begin = theta.copy()
    for mode in MODES:
        one, two = rng.normal(size=2) * 0.25 / mode
        begin += one * np.cos(mode * theta) + two * np.sin(mode * theta)
    states = gradient_flow(velocity, begin, times.tolist(), tolerance=1e-11)
    error = states - theta
    miss = ((error - error.mean(1, keepdims=True)) ** 2).mean(1)
    late = (miss < 1e-4 * miss[0]) & (miss > 1e-9 * miss[0])
    return {
        "single": single,
        "rate": -float(np.polyfit(times[late], np.log(miss[late]), 1)[0]),
        "times": times[::5].tolist(),
        "miss": miss[::5].tolist(),
    }


def _softmax(scores: np.ndarray) -> np.ndarray:
    weights = np.exp(scores - scores.max(1, keepdims=True))
    found: np.ndarray = weights / weights.sum(1, keepdims=True)
    return found


def _flow(settings: Settings) -> Result:
    """The flow of W over Hermite features of two latents; the miss and the gap in time."""
    rho = float(settings["rho"])
    rng = np.random.default_rng([int(settings["seed"]), 17])
    powers = itertools.product(range(DEGREES + 1), repeat=LATENTS)
    degrees = sorted(d for d in map(sum, powers) if 1 <= d <= DEGREES)
    modes = rho ** np.array(degrees, dtype=float)
    shape = (LATENTS, len(modes))

    def velocity(_t: float, flat: np.ndarray) -> np.ndarray:
        w = flat.reshape(shape)
        out: np.ndarray = 4 * (w * modes - w @ w.T @ w)
        return out.ravel()

    times = np.linspace(0.0, 20.0 / (8 * (rho - rho**2)), 201)
    begin = 0.3 * rng.normal(size=shape).ravel()
    solved = solve_ivp(
        velocity, (0.0, times[-1]), begin, method="LSODA", rtol=1e-10, atol=1e-13, t_eval=times
    )
    states = solved.y.T.reshape(-1, *shape)
    rows = np.linalg.qr(states.transpose(0, 2, 1))[0]
    miss = (rows[:, LATENTS:] ** 2).sum((1, 2)) / LATENTS
    gram = states @ states.transpose(0, 2, 1)
    loss = (gram**2).sum((1, 2)) - 2 * ((states * modes) * states).sum((1, 2))
    gap = loss + LATENTS * rho**2
    late = (miss < 1e-4) & (miss > 1e-7)
    rate = -float(np.polyfit(times[late], np.log(miss[late]), 1)[0])
    bound = LATENTS * evaluate(PREDICTION.formula("bound"), lambda_1=rho, lambda_2=rho**2, x=miss)
    return {
        "rate": rate,
        "slope": float((gap[late] / (LATENTS * miss[late])).mean()),
        "least": float((gap[miss > 1e-7] / bound[miss > 1e-7]).min()),
        "times": times[::5].tolist(),
        "miss": miss[::5].tolist(),
    }


def _networks(settings: Settings) -> Result:
    """MLPs on whitened alignment; held-out miss and loss gap while they train."""
    claim = theorem("klindt_2026_lejepa").at(dim=LATENTS, rho=NETWORK_CORRELATION)
    design = Design(steps=int(settings["steps"]), held_out=4096, weight_decay=0.0)
    begin = int(settings["group"]) * GROUP
    seeds = tuple(range(begin, begin + GROUP))
    experiment = designed(claim, design, seeds)
    latents = experiment.base_latents()
    steps, misses, gaps = [], [], []

    def observe(step: int, encoder: Encoder, extras: Mapping[str, Tensor]) -> None:
        gap, _ = experiment.loss_gap(encoder, extras)
        steps.append(step)
        gaps.append(gap.tolist())
        misses.append((1 - np.asarray(linear_r2(latents, experiment.represent(encoder)))).tolist())

    train_design(claim, design, seeds, observe=observe, observe_every=50, experiment=experiment)
    miss, gap = np.array(misses), np.array(gaps)
    read = (miss > READ[0]) & (miss < READ[1])
    ratios = [
        float((gap[read[:, i], i] / (LATENTS * miss[read[:, i], i])).mean()) for i in range(GROUP)
    ]
    return {"steps": steps, "miss": misses, "gap": gaps, "ratios": ratios}
