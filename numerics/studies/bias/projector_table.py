"""The rows of the study of projectors that speak of tables: outputs, rates, backbones."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sith.numerics.studies.bias.projector_setup import (
    APART,
    DIM,
    FEATURES,
    RATE,
    RATES,
    SCALES,
    WIDTH,
    entries,
    entry,
    formula,
    latents_by_outputs,
)
from sith.numerics.studies.frame.finding import Runs
from sith.numerics.studies.frame.readings import Reading, largest, over_runs, runs_where
from sith.numerics.studies.frame.rules import Equals, MeanEquals, MeanWithin
from sith.numerics.studies.frame.table import Row, Rows


def _entries(name: str, /, **where: Any) -> Reading:
    return lambda runs: entries(runs, name, **where)


def of_few(m: int) -> Rows:
    """Return the rows of fewer outputs than latents."""
    own = {"part": "outputs", "outputs": m}
    mean = formula("few", m=m, d=DIM)

    def variances(runs: Runs) -> list[float]:
        shares = np.array(entries(runs, "shares", **own))
        found: list[float] = ((shares - mean) ** 2).mean(1).tolist()
        return found

    return (
        Row(
            f"R² of three latents from {m} of 3 outputs",
            _entries("r2", **own),
            MeanEquals(mean, 0.02),
            "every start scores its own 2,048 rows, with a standard deviation of 0.01",
        ),
        Row(
            f"variance over starts of a latent's R², {m} of 3 outputs",
            variances,
            MeanEquals(formula("few_variance", m=m, d=DIM), 0.03),
            "of 200 starts or more the standard error is 0.005",
        ),
    )


def of_many(m: int) -> Rows:
    """Return the rows of more outputs than latents."""
    own = {"part": "outputs", "outputs": m}
    return (
        Row(
            f"R² of three latents from {m} outputs",
            _entries("r2", **own),
            MeanEquals(1.0, 1e-6),
            "the latents are linear in the outputs, up to the minimiser's accuracy",
        ),
        *(
            Row(
                f"variance of {m} {what} outputs that is not linear in the latents, a share",
                _entries(name, **own),
                MeanEquals(formula(closed, m=m, d=DIM, rho=RATE), 0.02),
                "samples of 2,048 rows; heavier tails than Gaussian, error 0.003 over starts",
            )
            for name, closed, what in (
                ("nonlinear", "nonlinear", "whitened"),
                ("nonlinear_plain", "nonlinear_spectral", "unwhitened"),
            )
        ),
    )


def of_rate(i: int) -> Rows:
    """Return the rows of the number of outputs that hold a latent."""

    def fewest(runs: Runs) -> float:
        held = latents_by_outputs(runs)[:, i] > 0.5
        return float(np.argmax(held) + 1) if held.any() else math.nan

    return (
        Row(
            f"fewest outputs that hold the latent of rate {RATES[i]:g}",
            fewest,
            Equals(entry(i), 0.5),
            "whole numbers; up to 7 outputs were trained",
        ),
    )


def of_time(j: int) -> Rows:
    """Return the rows of the half time of a latent."""

    def ratios(runs: Runs) -> list[float]:
        return [
            r["halves"][j] / formula("half_time", gamma=APART[j], s_0=r["lengths"][j])
            for r in (m.result for m in runs_where(runs, part="time"))
        ]

    return (
        Row(
            f"half time of the latent of rate {APART[j]:g} over its prediction, random start",
            ratios,
            MeanEquals(1.0, 0.02),
            "starts of size 1e-4 with rates apart by a factor 2: corrections of order 1 %",
        ),
    )


def of_fixed(k: int) -> Rows:
    """Return the rows of a fixed projector of rank k."""
    fixed = {"part": "fixed", "rank": k}
    return (
        Row(
            f"R² from a fixed projector of rank {k}",
            _entries("projector", **fixed),
            MeanEquals(k / DIM, 1e-6),
            "the projector holds latents only, up to the minimiser's accuracy",
        ),
        Row(
            f"R² from the backbone in front of a fixed projector of rank {k}",
            _entries("backbone", **fixed),
            MeanEquals(formula("backbone", k=k, d=DIM, p=WIDTH, D=FEATURES), 0.03),
            "300 starts or more: standard error 0.006",
        ),
        Row(
            f"largest move of the backbone that a projector of rank {k} does not see",
            lambda runs: max(entries(runs, "drift", **fixed)),
            Equals(0.0, 1e-9),
            "rounding",
        ),
    )


def of_trained(k: int) -> Rows:
    """Return the rows of a projector of rank k that is trained with its backbone."""
    small = {"part": "trained", "rank": k, "scale": SCALES[0]}
    return (
        Row(
            f"largest change of WᵀW − BBᵀ under the flow, rank {k}",
            largest("kept", part="trained", rank=k),
            Equals(0.0, 1e-6),
            "the solver's relative tolerance is 1e-10, over up to 1e5 units of time",
        ),
        Row(
            f"variance of the {k} directions of a backbone from a small start",
            lambda runs: [
                float(np.mean(m.result["variances"][:k])) for m in runs_where(runs, **small)
            ],
            MeanEquals(formula("backbone_variance", c=0, **{"lambda": RATE}), 0.01),
            f"from a scale of {SCALES[0]}, where entries of WᵀW − BBᵀ are about 0.002",
        ),
        Row(
            f"participation ratio of that backbone of {WIDTH} outputs, rank {k}",
            over_runs("participation", **small),
            MeanEquals(k, 0.03),
            "the other directions have variances of about 0.001",
        ),
        Row(
            f"R² of a noiseless linear probe of that backbone, rank {k}",
            over_runs("backbone", **small),
            MeanWithin(least=k / DIM, most=1.0),
            "a probe sees directions of any size: above the projector's R², at most 1",
        ),
    )
