"""Train a row and measure it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from torch import Tensor

from sith.numerics.benchmarks.published.row import Row, Seeds
from sith.numerics.encoders.encoder import Encoder
from sith.numerics.measure import Interval, interval, linear_r2
from sith.numerics.training.loop import train
from sith.numerics.training.settings import TrainSettings

POINTS = 10
"""Measurements along the training."""

ROUNDING = 0.01
"""A published figure this near to the mean is met, whatever the interval."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A row, measured.

    Fields:
        key: table and name.
        digest: of the settings and seeds.
        scores: per measure one value for each seed.
        loss_gap: held-out loss above the reference, in nats, for each seed.
        information: what the best constant map loses above the reference, in nats, for each seed.
        observations_r2: linear R² of the observations themselves, for each seed.
        trace: along the training: step, mean linear R² and mean loss gap.
        steps: taken.
        cpu_seconds: of the processor, for all seeds together.
    """

    key: str
    digest: str
    scores: Mapping[str, tuple[float, ...]]
    loss_gap: tuple[float, ...]
    information: tuple[float, ...]
    observations_r2: tuple[float, ...]
    trace: tuple[tuple[int, float, float], ...]
    steps: int
    cpu_seconds: float

    def interval(self, measure: str) -> Interval:
        """The 95 % interval of a score, or of "loss_gap", over the seeds."""
        return interval(self.loss_gap if measure == "loss_gap" else self.scores[measure])

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self)


def measure_row(row: Row, seeds: Seeds) -> Measured:
    """Train all seeds of a row at once and measure them on latents that training never sees."""
    start = time.process_time()
    run = row.setting.build(seeds)
    trace: list[tuple[int, float, float]] = []

    def look(step: int, encoder: Encoder, extras: Mapping[str, Tensor]) -> bool:
        r2 = np.mean(linear_r2(run.latents, run.represent(encoder, extras)))
        gap = run.gap(encoder, extras).mean()
        trace.append((step, round(float(r2), 5), round(float(gap), 6)))
        return False

    settings = TrainSettings(
        steps=row.steps,
        learning_rate=row.learning_rate,
        warmup=min(50, row.steps // 4),
        check_every=max(1, row.steps // POINTS),
    )
    result = train(run.draw, run.loss, run.encoder, settings, extras=run.extras, stop=look)
    h = run.represent(result.encoder, result.extras)
    scores = {"linear_r2": linear_r2(run.latents, h), **run.scores(run.latents, h)}
    return Measured(
        row.key,
        row.digest(seeds),
        {name: _rounded(values) for name, values in scores.items()},
        _rounded(run.gap(result.encoder, result.extras)),
        _rounded(run.information),
        _rounded(linear_r2(run.latents, run.observations)),
        tuple(trace),
        result.steps,
        round(time.process_time() - start, 1),
    )


def differs(row: Row, measured: Measured) -> str:
    """Return the line "measure differs by … because …", one for each published figure not met.

    A figure is met if it is within `ROUNDING` of the mean or inside the 95 % interval.
    """
    lines = []
    for measure, published in row.published.items():
        found = measured.interval(measure)
        inside = found.low <= published <= found.high
        if not inside and abs(found.mean - published) > ROUNDING:
            reason = row.because or "of a reason that is not known"
            lines.append(f"{measure} differs by {found.mean - published:+.3f} because {reason}")
    return "; ".join(lines)


def _rounded(values: Any) -> tuple[float, ...]:
    return tuple(round(float(x), 6) for x in np.atleast_1d(np.asarray(values, dtype=float)))
