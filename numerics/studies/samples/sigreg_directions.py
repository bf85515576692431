"""SIGReg over fixed and over fresh directions, at a density whose fixed projections are normal."""

from __future__ import annotations

import math

import numpy as np

from sith.numerics.studies.frame.finding import Runs, Settings
from sith.numerics.studies.frame.readings import largest, only, over_runs, runs_where, values_of
from sith.numerics.studies.frame.rules import Equals, MeanEquals, MeanWithin
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table
from sith.numerics.studies.samples.sigreg_directions_figure import draw
from sith.numerics.studies.samples.sigreg_directions_runs import (
    KNOTS,
    ORDERS,
    PREDICTION,
    ROWS,
    RUNS,
    SLICES,
    T_MAX,
    excess,
    measure,
    noise,
)


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


def _of_order(m: int) -> Rows:
    return (
        Row(
            f"total variation of p from N(0, I), {m} directions",
            only("variation", part="grid", order=m),
            Equals(float(_variation(m)), 1e-4),
            "kinks of the integrand on a grid of 1024 angles",
        ),
    )


def _farthest_excess(runs: Runs) -> float:
    ratios = (values_of(runs, "excess", part="grid", order=m)[0] / excess(m) for m in ORDERS)
    return max(ratios, key=lambda ratio: abs(ratio - 1))


def _of_loss(m: int) -> Rows:
    rows, own = ROWS[m], {"part": "loss", "order": m}
    fresh = noise() + (rows - 1) * excess(m)
    return (
        Row(
            f"SIGReg over the {m} fixed directions, {rows} samples of p",
            lambda runs: float(np.mean(values_of(runs, "own", **own))),
            lambda runs: Equals(noise(), 4 * _error(len(runs_where(runs, **own)))),
            "four standard errors of its mean for normal samples and one direction",
        ),
        Row(
            f"SIGReg over {SLICES} fresh directions over its mean, {rows} samples of p, M = {m}",
            lambda runs: [x / fresh for x in values_of(runs, "fresh", **own)],
            MeanEquals(1.0, 0.15),
            "the interval must lie within 15 %; fixed on seeds 100 and 101",
        ),
    )


def _error(runs: int) -> float:
    return math.sqrt(_noise_variance() / (RUNS * runs))


FINDINGS = table(
    Each(ORDERS, _of_order),
    Row(
        "least value of p/φ, farthest from 0",
        lambda runs: max(values_of(runs, "least", part="grid"), key=abs),
        Equals(0.0, 4e-3),
        "at the minimum the grid is off by at most 0.025 in r and 0.003 in the angle: "
        "M·0.025²/2 + M²·0.003²/2, M = 8",
    ),
    Row(
        "largest characteristic function of p − φ on the directions",
        largest("own", part="grid"),
        Equals(0.0, 1e-12),
        "rounding; the trapezoidal rule on an analytic function",
    ),
    Row(
        "what all directions see for each sample, measured over predicted, farthest from 1",
        _farthest_excess,
        Equals(1.0, 1e-6),
        "rounding, relative to 1e-7 at 8 directions",
    ),
    Each(ROWS, _of_loss),
    Row(
        "what fresh directions see after training over before, 2 fixed directions",
        over_runs("kept", directions="fixed"),
        MeanEquals(1.0, 0.2),
        "the population gradient at p is 0; batches of 1024 move the map by chance; fixed on "
        "seeds 100 to 103",
    ),
    Row(
        "what the 2 fixed directions see after training on them, over the excess of p",
        over_runs("left", directions="fixed"),
        MeanWithin(most=0.05),
        "so the run has reached its optimum; sampling error of 20,000 rows is 0.003",
    ),
    Row(
        "what fresh directions see after training over before, 2 fresh directions a step",
        over_runs("kept", directions="fresh"),
        MeanWithin(most=0.1),
        "the gradient at p is not 0; the interval must lie below a tenth",
    ),
)


def _variation(order: int) -> float:
    formula = PREDICTION.formula("variation")
    return float(formula.subs({s: order for s in formula.free_symbols}))


STUDY = Study(
    name="sigreg_directions",
    title=PREDICTION.title,
    direction=Direction.SAMPLES,
    prediction=PREDICTION,
    plan=_plan,
    measure=measure,
    compare=FINDINGS,
    figure=draw,
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
