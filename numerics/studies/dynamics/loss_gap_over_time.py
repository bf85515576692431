"""Eight objectives over the time of training: R², loss gap, and the bound between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.runs.design import Design
from sith.numerics.studies.dynamics.gaussian_course import follow_objective
from sith.numerics.studies.frame.finding import (
    Measurement,
    Result,
    Settings,
)
from sith.numerics.studies.frame.parts import rounded
from sith.numerics.studies.frame.rules import MeanWithin
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table
from sith.numerics.studies.samples.gaussian_claims import RATE
from sith.numerics.training.settings import TrainSettings
from sith.theory import prediction

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREDICTION = prediction("loss_gap_over_time")

BOUNDS: Mapping[str, str] = {
    "vicreg": "alignment",
    "sigreg": "alignment",
    "barlow": "barlow",
    "spectral": "squared",
    "byol": "squared",
}
"""Objective to the formula that bounds its gap. For SIGReg the gap is that of its whitened outputs."""

OTHERS = ("infonce", "supervised", "instances")
DIM = 2
EVERY = 25

GAP, MISS = 0.02, 0.05
"""The rule of the trained checks: a loss gap within 2 % of its scale, and 5 % of the latents."""

FLOOR = 0.01
"""The sampling error is of order √(x/N): below this relative gap it is more than a tenth of the gap."""

WARMUP = 50
UNIT = 100
"""Steps at the full learning rate that a rate is given for."""


def _plan(budget: str) -> list[Settings]:
    seeds, steps, every = {
        "smoke": (5, 300, 50),
        "ci": (4, 1000, EVERY),
        "full": (10, 4000, EVERY),
    }[budget]
    names = [*BOUNDS, *OTHERS] if budget != "smoke" else ["vicreg", "spectral", "infonce"]
    sizes = {"seeds": seeds, "steps": steps} | ({} if every == EVERY else {"every": every})
    return [{"objective": name, **sizes} for name in names]


def _measure(settings: Settings) -> Result:
    name, steps = str(settings["objective"]), int(settings["steps"])
    first = 1000 * ([*BOUNDS, *OTHERS].index(name) + 1)
    seeds = tuple(range(first, first + int(settings["seeds"])))
    design = Design(steps=steps, batch=384, held_out=4096, width=48, blocks=2)
    course = follow_objective(name, design, seeds, int(settings.get("every", EVERY)), dim=DIM)
    found: Result = rounded(asdict(course), 5)
    return found


def _table(m: Measurement, name: str) -> np.ndarray:
    """Readings of one kind, ``(T, S)``."""
    return np.asarray(m.result[name], dtype=float)


def _misses(m: Measurement) -> np.ndarray:
    return 1 - _table(m, "explained")


def _relative(m: Measurement) -> np.ndarray:
    found: np.ndarray = _table(m, "gaps") / np.asarray(m.result["scales"])
    return found


def _bound(name: str, miss: np.ndarray) -> np.ndarray:
    """The least loss above the optimum at which this part of the latents is missed."""
    formula = PREDICTION.formula(BOUNDS[name])
    rho = float(RATE)
    slope = float(evaluate(formula, lambda_1=rho, lambda_2=rho**2, x=1.0))
    # The formulas are linear in x.
    found: np.ndarray = DIM * slope * miss
    return found


def _times(m: Measurement) -> np.ndarray:
    """Sum of the learning rates of the steps taken, in units of the full rate."""
    steps = int(m.settings["steps"])
    rates = TrainSettings(steps=steps, learning_rate=1.0, warmup=min(WARMUP, steps // 2))
    total = np.cumsum([rates.rate(i) for i in range(steps)])
    found: np.ndarray = total[np.asarray(m.result["steps"]) - 1]
    return found


def _fitted_rates(m: Measurement) -> list[float]:
    """Minus the slope of log miss over time after the warm-up, per `UNIT`, one for each seed."""
    times = _times(m)
    kept = np.asarray(m.result["steps"]) > WARMUP
    logs = np.log(np.maximum(_misses(m)[kept], 1e-6))
    return [-UNIT * float(np.polyfit(times[kept], values, 1)[0]) for values in logs.T]


def _worst(m: Measurement) -> list[float]:
    """The least gap for the miss over the gap, largest over the times at which the gap is known."""
    ratio = _bound(str(m.settings["objective"]), _misses(m)) / np.maximum(_table(m, "gaps"), 1e-12)
    found: list[float] = np.where(_relative(m) >= FLOOR, ratio, 0.0).max(0).tolist()
    return found


def _done(m: Measurement) -> list[float]:
    """The largest miss while the gap is small, one for each seed that gets there."""
    done = _relative(m) <= GAP
    found: list[float] = np.where(done, _misses(m), 0.0).max(0)[done.any(0)].tolist()
    return found or [float("nan")]


def _of_bound(m: Measurement) -> Rows:
    name = str(m.settings["objective"])
    allowed = GAP * np.mean(m.result["scales"]) / _bound(name, np.ones(1))[0]
    return (
        Row(
            f"{name}: least gap for the miss over the gap, largest over time",
            lambda _: _worst(m),
            MeanWithin(most=1.1),
            f"exact for the population; a gap above {FLOOR} of its scale is known to about 10 %",
        ),
        Row(
            f"{name}: largest miss while the gap is within {GAP} of its scale",
            lambda _: _done(m),
            MeanWithin(most=MISS),
            f"the rule of the trained checks; the bound itself allows {allowed:.3f}",
        ),
    )


def _of_objective(m: Measurement) -> Rows:
    name = str(m.settings["objective"])
    return (
        *(_of_bound(m) if name in BOUNDS else ()),
        Row(
            f"{name}: fitted rate of the miss, per {UNIT} steps at the full learning rate",
            lambda _: _fitted_rates(m),
            MeanWithin(least=0.0),
            "the miss falls; how fast is fitted, and not predicted for networks",
        ),
    )


FINDINGS = table(Each(lambda runs: runs, _of_objective))


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 3.8), layout="constrained")
    over_time, over_gap, rates = figure.subplots(1, 3, width_ratios=(1, 1.2, 0.9))
    for i, m in enumerate(measurements):
        name, colour = str(m.settings["objective"]), f"C{i}"
        miss, gaps = _misses(m), _table(m, "gaps")
        over_time.plot(_times(m), np.exp(np.log(miss).mean(1)), color=colour, label=name)
        over_time.plot(
            _times(m),
            np.exp(np.log(np.maximum(_relative(m), 1e-5)).mean(1)),
            color=colour,
            ls=":",
            lw=1,
        )
        if name in BOUNDS:
            over_gap.plot(
                gaps.ravel(),
                (_bound(name, miss) / np.maximum(gaps, 1e-12)).ravel(),
                ".",
                color=colour,
                ms=4,
                label=name,
            )
        fitted = _fitted_rates(m)
        rates.plot(fitted, [i] * len(fitted), "o", mfc="none", color=colour)
    over_time.set(
        yscale="log",
        xlabel="time, in steps at the full learning rate",
        ylabel="mean over seeds",
        title="miss 1 − R² (solid), relative loss gap (dotted)",
    )
    over_time.axhline(MISS, color="grey", lw=0.6)
    over_gap.axhline(1, color="k", lw=1, label="bound")
    over_gap.set(
        xscale="log",
        xlabel="loss above the optimum",
        ylabel="least gap for the miss / gap",
        ylim=(0, 1.3),
        xlim=(1e-4, None),
        title="the loss gap bounds the miss",
    )
    over_gap.legend(frameon=False, fontsize=8, ncols=3, loc="upper center")
    rates.set_yticks(range(len(measurements)), [str(m.settings["objective"]) for m in measurements])
    rates.set(
        xlabel=f"fall of log(1 − R²) in {UNIT} steps", title="fitted rates, one for each seed"
    )
    rates.invert_yaxis()
    rates.axvline(0, color="grey", lw=0.6)
    over_time.legend(frameon=False, fontsize=8, ncols=2)
    return figure


def _all(value: float) -> Any:
    return lambda table: [[value for _ in row] for row in table]


STUDY = Study(
    name="loss_gap_over_time",
    title=PREDICTION.title,
    direction=Direction.DYNAMICS,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=FINDINGS,
    figure=_figure,
    contradictions={
        "latents are lost where the gap is small": changed("explained", _all(0.5)),
        "the miss does not fall": changed(
            "explained",
            lambda table: [
                [0.5 + 1e-4 * (len(table) - i) for _ in row] for i, row in enumerate(table)
            ],
        ),
    },
)
