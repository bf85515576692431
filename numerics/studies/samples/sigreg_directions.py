"""SIGReg over fixed and over fresh directions, at a density whose fixed projections are normal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from sith.numerics.losses import random_directions, sigreg
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.measure import interval
from sith.numerics.studies.frame.finding import (
    Finding,
    Measurement,
    Result,
    Settings,
    bounded,
    covered,
    within,
)
from sith.numerics.studies.frame.readings import values_of
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.worlds.rejection import reject
from sith.theory import prediction

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREDICTION = prediction("sigreg_directions")

ROWS = {2: 1000, 3: 4000, 4: 16000}
"""Samples of one loss, by the number of directions: the fewer it sees, the more are needed."""

ORDERS = (2, 3, 4, 8)
KNOTS, T_MAX = 17, 3.0
RUNS = 10
SLICES = 64

BATCH, STEPS, HIDDEN, RATE = 1024, 400, 32, 3e-3
TEST_ROWS = 20_000


def _plan(budget: str) -> list[Settings]:
    seeds, maps = {"smoke": (6, 4), "ci": (20, 10), "full": (100, 40)}[budget]
    grids = [{"part": "grid", "order": m} for m in ORDERS]
    losses = [{"part": "loss", "order": m, "seed": s} for m in ROWS for s in range(seeds)]
    trained = [
        {"part": "map", "order": 2, "directions": which, "seed": s}
        for which in ("fixed", "fresh")
        for s in range(maps)
    ]
    return [*grids, *losses, *trained]


def _measure(settings: Settings) -> Result:
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


def _second(order: int, points: np.ndarray) -> np.ndarray:
    """p/φ − 1 at points ``(..., 2)``."""
    radius, angle = np.hypot(points[..., 0], points[..., 1]), np.arctan2(*points.T[::-1]).T
    return evaluate(PREDICTION.formula("factor"), M=order, r=radius, theta=angle)


def _sample(order: int, rows: int, generator: torch.Generator) -> Tensor:
    """Draws of p by rejection from N(0, I): p ≤ 2φ. ``(rows, 2)``."""

    def propose(which: Tensor) -> tuple[Tensor, Tensor]:
        z = torch.randn((len(which), 2), generator=generator, dtype=torch.float64)
        odds = torch.rand(len(which), generator=generator, dtype=torch.float64)
        return z, 2 * odds <= 1 + torch.from_numpy(_second(order, z.numpy()))

    return reject(rows, propose, torch.device("cpu"), "p = φ (1 + c r^M sin(Mθ) e^{−αr²/2})")


def _quadrature(order: int) -> Result:
    """What p is and what it hides, by the trapezoidal rule on a grid of the plane.

    The sum along one axis converges faster than any power of the spacing, as p is analytic.
    """
    axis = np.arange(-9.0, 9.01, 0.15)
    points = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)
    mass = (_normal(points) * _second(order, points)).ravel() * 0.15**2
    knots = np.linspace(0.0, T_MAX, KNOTS)

    def seen(directions: Tensor) -> np.ndarray:
        along = points.reshape(-1, 2) @ directions[0].numpy()
        found: np.ndarray = np.stack([np.exp(1j * t * along).T @ mass for t in knots])
        return found

    # The total variation has kinks on rays, so its grid is polar.
    radius, angle = np.arange(0.0, 9.0, 0.05)[:, None], (np.arange(1024) + 0.5) * (math.pi / 512)
    polar = np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=-1)
    second = _second(order, polar)
    cells = _normal(polar) * radius * 0.05 * (math.pi / 512)
    return {
        "least": float((1 + second).min()),
        "variation": float((cells * np.abs(second)).sum() / 2),
        "own": float(np.abs(seen(_equal(order))).max()),
        "excess": _integral((np.abs(seen(_equal(4 * order + 2))) ** 2).mean(1)),
    }


def _normal(points: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.exp(-(points**2).sum(-1) / 2) / (2 * math.pi)
    return found


def _integral(values: np.ndarray) -> float:
    """∫ values(t) e^{−t²/2} dt over [−t_max, t_max], by the rule of the loss, from its knots."""
    knots = np.linspace(0.0, T_MAX, KNOTS)
    return float(2 * np.trapezoid(values * np.exp(-(knots**2) / 2), knots))


def _excess(order: int) -> float:
    """What fresh directions see for each sample."""
    knots = np.linspace(0.0, T_MAX, KNOTS)
    return _integral(evaluate(PREDICTION.formula("amplitude"), M=order, t=knots) ** 2 / 2)


def _noise() -> float:
    """The mean of the loss of normal samples, whatever their number."""
    return _integral(evaluate(PREDICTION.formula("noise"), t=np.linspace(0.0, T_MAX, KNOTS)))


def _noise_variance() -> float:
    """Its variance for one direction and many samples.

    The empirical characteristic function is a Gaussian process, and the variance of a quadratic
    form of one is twice the squared covariance under the weights. Means over several directions
    vary less.
    """
    s = np.linspace(0.0, T_MAX, KNOTS)
    weights = np.full(KNOTS, 2 * T_MAX / (KNOTS - 1))
    weights[[0, -1]] /= 2
    weights *= np.exp(-(s**2) / 2)
    less, more = (np.exp(-(np.add.outer(s, sign * s) ** 2) / 2) for sign in (-1, 1))
    cos = (less + more) / 2 - np.exp(-np.add.outer(s**2, s**2) / 2)
    sin = (less - more) / 2
    return float(2 * weights @ (cos**2 + sin**2) @ weights)


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
        return (loss - _noise()) / (TEST_ROWS - 1)

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
    left = (own - _noise()) / (TEST_ROWS - 1)
    return {"kept": seen() / before, "before": before, "left": left / _excess(order)}


def _compare(measurements: Sequence[Measurement]) -> list[Finding]:
    findings = [
        within(
            f"total variation of p from N(0, I), {m} directions",
            float(_variation(m)),
            values_of(measurements, "variation", part="grid", order=m)[0],
            1e-4,
            "kinks of the integrand on a grid of 1024 angles",
        )
        for m in ORDERS
    ]
    findings += [
        within(
            "least value of p/φ, farthest from 0",
            0.0,
            max(values_of(measurements, "least", part="grid"), key=abs),
            4e-3,
            "at the minimum the grid is off by at most 0.025 in r and 0.003 in the angle: "
            "M·0.025²/2 + M²·0.003²/2, M = 8",
        ),
        within(
            "largest characteristic function of p − φ on the directions",
            0.0,
            max(values_of(measurements, "own", part="grid")),
            1e-12,
            "rounding; the trapezoidal rule on an analytic function",
        ),
        within(
            "what all directions see for each sample, measured over predicted, farthest from 1",
            1.0,
            max(
                (
                    values_of(measurements, "excess", part="grid", order=m)[0] / _excess(m)
                    for m in ORDERS
                ),
                key=lambda ratio: abs(ratio - 1),
            ),
            1e-6,
            "rounding, relative to 1e-7 at 8 directions",
        ),
    ]
    for m, rows in ROWS.items():
        own = values_of(measurements, "own", part="loss", order=m)
        fresh = values_of(measurements, "fresh", part="loss", order=m)
        findings += [
            within(
                f"SIGReg over the {m} fixed directions, {rows} samples of p",
                _noise(),
                float(np.mean(own)),
                4 * math.sqrt(_noise_variance() / (RUNS * len(own))),
                "four standard errors of its mean for normal samples and one direction",
            ),
            covered(
                f"SIGReg over {SLICES} fresh directions over its mean, {rows} samples of p, "
                f"M = {m}",
                1.0,
                [x / (_noise() + (rows - 1) * _excess(m)) for x in fresh],
                0.15,
                "the interval must lie within 15 %; fixed on seeds 100 and 101",
            ),
        ]
    findings += [
        covered(
            "what fresh directions see after training over before, 2 fixed directions",
            1.0,
            values_of(measurements, "kept", directions="fixed"),
            0.2,
            "the population gradient at p is 0; batches of 1024 move the map by chance; fixed on "
            "seeds 100 to 103",
        ),
        bounded(
            "what the 2 fixed directions see after training on them, over the excess of p",
            values_of(measurements, "left", directions="fixed"),
            "so the run has reached its optimum; sampling error of 20,000 rows is 0.003",
            most=0.05,
        ),
        bounded(
            "what fresh directions see after training over before, 2 fresh directions a step",
            values_of(measurements, "kept", directions="fresh"),
            "the gradient at p is not 0; the interval must lie below a tenth",
            most=0.1,
        ),
    ]
    return findings


def _variation(order: int) -> float:
    formula = PREDICTION.formula("variation")
    return float(formula.subs({s: order for s in formula.free_symbols}))


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 3.5), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    axis = np.linspace(-4, 4, 161)
    points = np.stack(np.meshgrid(axis, axis), axis=-1)
    density = _normal(points) * (1 + _second(3, points))
    left.contourf(axis, axis, density, 12, cmap="Blues")
    for angle in np.arange(3) * math.pi / 3:
        x, y = 4 * math.cos(angle), 4 * math.sin(angle)
        left.plot([-x, x], [-y, y], "C3--", lw=1)
    left.set(xlabel="$z_1$", ylabel="$z_2$", title="p for 3 directions (dashed)", aspect="equal")
    left.set(xlim=(-4, 4), ylim=(-4, 4))
    rows = np.geomspace(10, 1e9, 100)
    for j, m in enumerate(ORDERS):
        middle.plot(
            rows, _noise() + (rows - 1) * _excess(m), color=f"C{j}", label=f"fresh, M = {m}"
        )
        if m not in ROWS:
            continue
        for name, mark in (("fresh", "o"), ("own", "s")):
            found = interval(values_of(measurements, name, part="loss", order=m))
            spread = [[found.mean - found.low], [found.high - found.mean]]
            middle.errorbar([ROWS[m]], [found.mean], yerr=spread, fmt=mark, color=f"C{j}", mfc="w")
    middle.axhline(_noise(), color="grey", ls="--", label="fixed, any M")
    middle.set(xscale="log", yscale="log", ylim=(0.5, 1e4), xlabel="samples B")
    middle.set(ylabel="SIGReg", title="circles: fresh, squares: fixed")
    middle.legend(frameon=False, fontsize=8, loc="upper left")
    for place, which in enumerate(("fixed", "fresh")):
        kept = values_of(measurements, "kept", directions=which)
        right.plot(
            place + np.linspace(-0.15, 0.15, len(kept)), kept, "o", color=f"C{place}", mfc="w"
        )
    right.axhline(1, color="C0", ls="--", label="predicted for fixed directions")
    right.axhline(0, color="C1", ls="--", label="loss that sees all directions")
    right.set(xticks=[0, 1], xticklabels=["2 fixed", "2 fresh a step"], ylim=(-0.05, 1.35))
    right.set(ylabel="excess after training / before", title="a map trained from p")
    right.legend(frameon=False, loc="upper center", fontsize=8)
    return figure


STUDY = Study(
    name="sigreg_directions",
    title=PREDICTION.title,
    direction=Direction.SAMPLES,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=_compare,
    figure=_figure,
    contradictions={
        "p is normal": changed("variation", lambda _: 0.0, part="grid"),
        "p is negative somewhere": changed("least", lambda _: -0.05, part="grid"),
        "fixed directions see p": changed("own", lambda _: 1e-3, part="grid"),
        "no direction sees p": changed("excess", lambda _: 0.0, part="grid"),
        "samples of p fail on the fixed directions": changed("own", lambda x: 3 * x, part="loss"),
        "samples of p pass on fresh directions": changed("fresh", lambda x: x / 2, part="loss"),
        "fixed directions move the map": changed("kept", lambda x: x / 2, directions="fixed"),
        "fixed directions end off their optimum": changed(
            "left", lambda x: x + 0.5, directions="fixed"
        ),
        "fresh directions leave p": changed("kept", lambda _: 0.95, directions="fresh"),
    },
)
