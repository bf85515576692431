"""Identifiability against training time: gradient flow on fixed features, and an MLP."""

from __future__ import annotations

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.dynamics.training_time_figure import draw
from sith.numerics.studies.dynamics.training_time_runs import (
    CORRELATIONS,
    KAPPAS,
    MODES,
    NETWORK_CORRELATION,
    PREDICTION,
    READ,
    circle_rate,
    measure,
)
from sith.numerics.studies.frame.finding import Settings
from sith.numerics.studies.frame.readings import over_runs, pooled, runs_where
from sith.numerics.studies.frame.rules import MeanEquals, MeanWithin
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table


def _plan(budget: str) -> list[Settings]:
    flows = {"smoke": 6, "ci": 12, "full": 60}[budget]
    groups = {"smoke": 1, "ci": 3, "full": 10}[budget]
    steps = {"smoke": 400, "ci": 600, "full": 3000}[budget]
    flow = [{"part": "flow", "rho": r, "seed": s} for r in CORRELATIONS for s in range(flows)]
    networks = [{"part": "mlp", "group": g, "steps": steps} for g in range(groups)]
    circle = [{"part": "circle", "kappa": k, "seed": s} for k in KAPPAS for s in range(flows)]
    return [*flow, *circle, *networks]


def _of_correlation(rho: float) -> Rows:
    own, modes = {"part": "flow", "rho": rho}, {"lambda_1": rho, "lambda_2": rho**2}
    rate = float(evaluate(PREDICTION.formula("rate"), **modes))
    slope = float(evaluate(PREDICTION.formula("slope"), **modes))
    return (
        Row(
            f"rate at which 1 − R² falls under the flow, ρ = {rho:g}, per unit of time",
            over_runs("rate", **own),
            MeanEquals(rate, 0.02 * rate),
            "read between misses of 1e-4 and 1e-7, where faster modes still add under 2 %",
        ),
        Row(
            f"loss gap over n(1 − R²) near the optimum of the flow, ρ = {rho:g}",
            over_runs("slope", **own),
            MeanEquals(slope, 0.02 * slope),
            "as for the rate; lengths settle faster than directions",
        ),
        Row(
            f"least gap over its bound at all times of the flow, ρ = {rho:g}",
            over_runs("least", **own),
            MeanWithin(least=1.0),
            "the bound holds for every encoder; the interval over starts must lie above it",
        ),
    )


def _of_mode(kappa: int, i: int) -> Row[list[float]]:
    own, rate = {"part": "circle", "kappa": kappa}, circle_rate(kappa, MODES[i])
    return Row(
        f"InfoNCE on the circle, κ = {kappa}: rate of Fourier mode {MODES[i]}, squared",
        lambda runs: [m.result["single"][i] for m in runs_where(runs, **own)],
        MeanEquals(rate, 0.002 * rate),
        "from errors of 1e-4 radians: corrections of their order",
    )


def _of_concentration(kappa: int) -> Rows:
    slowest = min(circle_rate(kappa, mode) for mode in range(1, 8))
    return (
        *(_of_mode(kappa, i) for i in range(len(MODES))),
        Row(
            f"InfoNCE on the circle, κ = {kappa}: rate of the error from random starts",
            over_runs("rate", part="circle", kappa=kappa),
            MeanEquals(slowest, 0.02 * slowest),
            "read from 1e-4 to 1e-9 of the first error, where other modes have nearly died out",
        ),
    )


def _whitened(end: str) -> float:
    return float(evaluate(PREDICTION.formula(f"whitened_{end}"), rho=float(NETWORK_CORRELATION)))


FINDINGS = table(
    Each(CORRELATIONS, _of_correlation),
    Each(KAPPAS, _of_concentration),
    Row(
        "loss gap over n(1 − R²) of MLPs while they train, whitened alignment",
        pooled("ratios", part="mlp"),
        MeanWithin(least=_whitened("least"), most=_whitened("most")),
        f"mean over the times at which the miss is {READ[0]} to {READ[1]}",
    ),
)

STUDY = Study(
    name="training_time",
    title=PREDICTION.title,
    direction=Direction.DYNAMICS,
    prediction=PREDICTION,
    plan=_plan,
    measure=measure,
    compare=FINDINGS,
    figure=draw,
    contradictions={
        "the miss falls at half the rate": changed("rate", lambda x: x / 2, part="flow"),
        "the gap has another slope": changed("slope", lambda x: 1.5 * x, part="flow"),
        "the latents are missed at a smaller gap": changed("least", lambda _: 0.8, part="flow"),
        "modes of the circle fall 1 % slower": changed(
            "single", lambda x: [0.99 * r for r in x], part="circle"
        ),
        "angles fall at half the rate": changed("rate", lambda x: x / 2, part="circle"),
        "networks miss latents without a gap": changed(
            "ratios", lambda x: [r / 5 for r in x], part="mlp"
        ),
    },
)
