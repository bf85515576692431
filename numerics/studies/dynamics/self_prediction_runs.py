"""The flow of BYOL with an optimal linear predictor on tables, and networks: what is measured."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.interpolate import BarycentricInterpolator

from sith.numerics.runs.design import Design
from sith.numerics.studies.frame.finding import Result, Settings
from sith.numerics.studies.frame.parts import gradient_flow
from sith.numerics.studies.frame.relation import relate
from sith.numerics.studies.samples.gaussian_claims import BYOL, RATE
from sith.numerics.studies.samples.gaussian_runs import train_objective
from sith.theory import prediction

PREDICTION = prediction("self_prediction")

NODES = 8
"""Of the Gauss–Hermite rule: functions are the polynomials of degree below it."""

END = 1000.0
"""The slowest rate, λ_2 (λ_2 − λ_3), is 1/12."""

LAG = 1e-5
"""A first perturbation, small to first order for as long as it is read."""


@cache
def _world() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights of the nodes, the table of T f(x) = E f(ρx + √(1−ρ²) η), and normalised Hermite rows.

    T is interpolation after a step of the pair, without its eigenfunctions.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = weights / weights.sum()
    rho = float(RATE)
    moved = rho * nodes[:, None] + np.sqrt(1 - rho**2) * nodes
    table = np.stack(
        [BarycentricInterpolator(nodes, unit)(moved) @ weights for unit in np.eye(NODES)],
        axis=1,
    )
    degrees = np.polynomial.hermite_e.hermevander(nodes, NODES - 1).T
    return weights, table, degrees / np.sqrt(degrees**2 @ weights)[:, None]


def _velocity(f: np.ndarray, kernel: np.ndarray, *, predictor: bool = True) -> np.ndarray:
    """−K Pᵀ(P f − T f) with P least, or 1; f holds functions as rows."""
    weights, table, _ = _world()
    ahead = f @ table.T
    # The constant has λ = 1 and would grow from rounding.
    ahead = ahead - (ahead @ weights)[:, None]
    matrix = np.eye(len(f))
    if predictor:
        matrix = np.linalg.solve(f * weights @ f.T, f * weights @ ahead.T).T
    velocity: np.ndarray = -(matrix.T @ (matrix @ f - ahead)) @ kernel.T
    return velocity


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
    part = settings["part"]
    if part == "network":
        return _network(str(settings["name"]), int(settings["seeds"]), int(settings["steps"]))
    if part == "flow":
        return _flow(str(settings["kernel"]), int(settings["seed"]))
    if part == "rate":
        return {"rate": _growth(*settings["modes"])}
    if part == "skew":
        return {"sum": _sum_of_rates(float(settings["cosine"]))}
    weights, _, modes = _world()
    times = [0.0, 2.0]
    start, end = gradient_flow(
        lambda f: _velocity(f, np.eye(NODES), predictor=False), modes[1:3], times
    )
    lengths = np.sqrt((end**2 @ weights) / (start**2 @ weights))
    return {"lengths": lengths.tolist(), "time": times[-1]}


def _flow(kernel: str, seed: int) -> Result:
    """Two functions from a random start: how far C moves, and what they span at the end."""
    weights, _, modes = _world()
    rng = np.random.default_rng([seed, 31])
    start = rng.normal(size=(2, NODES - 1)) @ modes[1:]
    matrix = np.eye(NODES)
    if kernel == "random":
        # Positive on centred functions: an inner product of random features.
        features = rng.normal(size=(NODES - 1, NODES - 1)) / NODES**0.5
        features = features @ features.T + 0.2 * np.eye(NODES - 1)
        matrix = modes[1:].T @ features @ (modes[1:] * weights)
    end = gradient_flow(lambda f: _velocity(f, matrix), start, [0.0, END])[-1]
    before, after = (f * weights @ f.T for f in (start, end))
    white = np.linalg.solve(np.linalg.cholesky(after), end)
    inside = (white * weights @ modes[1:3].T) ** 2
    change = np.linalg.norm(after - before) / np.linalg.norm(before)
    return {"change": float(change), "share": float(inside.sum() / 2)}


def _growth(i: int, k: int, added: int) -> float:
    """The rate at which mode `added` grows in the output that rests on mode k, beside mode i."""
    weights, _, modes = _world()
    start = modes[[i, k]].copy()
    start[1] += LAG * modes[added]
    times = [0.0, 3.0, 6.0]
    states = gradient_flow(lambda f: _velocity(f, np.eye(NODES)), start, times, tolerance=1e-12)
    parts = [float(f[1] * weights @ modes[added]) for f in states]
    return float(np.log(parts[2] / parts[1]) / (times[2] - times[1]))


def _sum_of_rates(cosine: float) -> float:
    """Of mode 1 beside two outputs that rest on modes 2 and 3: log of the propagator's determinant."""
    weights, _, modes = _world()
    mixed = np.array([[1.0, cosine], [0.0, np.sqrt(1 - cosine**2)]])
    times = [0.0, 3.0]
    columns = []
    for output in range(2):
        start = mixed @ modes[[2, 3]]
        start[output] += LAG * modes[1]
        end = gradient_flow(lambda f: _velocity(f, np.eye(NODES)), start, times, tolerance=1e-12)[
            -1
        ]
        columns.append(end * weights @ modes[1] / LAG)
    return float(np.log(np.linalg.det(np.array(columns))) / times[-1])


def _network(name: str, seeds: int, steps: int) -> Result:
    first = 1000 * (list(BYOL).index(name) + 1)
    design = Design(steps=steps, batch=384, held_out=2048, width=48, blocks=2)
    run = train_objective(name, design, tuple(range(first, first + seeds)))
    spreads = np.linalg.svd(
        run.representations - run.representations.mean(1, keepdims=True), compute_uv=False
    ) / np.sqrt(len(run.latents))
    return {
        "explained": [relate(h, run.latents).forward for h in run.representations],
        "gaps": run.gaps,
        "large": spreads[:, 0].tolist(),
        "small": spreads[:, 1].tolist(),
    }


def ratios(found: Result) -> list[float]:
    """Return the smaller spread over the larger, one for each seed."""
    return [a / b for a, b in zip(found["small"], found["large"], strict=True)]
