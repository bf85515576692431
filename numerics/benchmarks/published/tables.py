"""The rows: what was published, in which world, and with which settings it is measured here.

Learning rates and widths were fixed on seed 100, before the seeds of the tables were run; the numbers
of steps by the processor time at hand.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from sith.numerics.benchmarks.published.contrast import Anisotropic, Diversity, MixingName
from sith.numerics.benchmarks.published.labels import LabelWorld
from sith.numerics.benchmarks.published.row import Row
from sith.theory import InputError
from sith.theory.errors import did_you_mean

TABLES = ("cross_entropy", "diversity", "aninfonce")

LABEL_STEPS = 2000
DIVERSITY_STEPS = 1000
METRIC_STEPS = 2500
LONGER = 3
FAST, SLOW = 1e-2, 3e-3
"""Learning rates: of the labels and the learned metric, and of the pairs on S²."""


def _label(name: str, world: LabelWorld, published: float = -1.0, steps: int = LABEL_STEPS) -> Row:
    figures = {} if published < 0 else {"linear_r2": published}
    return Row("cross_entropy", name, world, steps, FAST, figures, BECAUSE["labels"])


MIXINGS: tuple[MixingName, ...] = ("identity", "leaky relu", "linear", "patches", "spiral")

UNFINISHED = (
    "the run is short: the loss left above that of the exact posterior was still falling "
    "and R² rising (2,000 steps of 512 rows; published 50,000 of 1,024)"
)
BECAUSE: dict[str, str] = {
    "labels": UNFINISHED,
    "holds, patches": "this mixing is not continuous, and 1,000 steps at width 64 leave much of the loss",
    "violated": "the loss is below that of every rotation and was still falling: 1,000 steps of 256 rows "
    "(published 5,000 of 2,000) are on the way from a start near the rotations to its minimum",
    "adapted negatives": "rotations are among the minimisers, the encoder starts as an affine map of the "
    "observations, and training keeps the minimiser near its start",
    "matched encoder": "the linear family contains maps that shrink the free coordinates, and their loss "
    "is below that of every rotation",
    "matched encoder, spiral": "the rate of the spiral had not converged after 1,000 steps: the loss is "
    "still above that of the rotations",
    "violated, patches": "this mixing is not continuous, and the loss is still above that of the rotations",
    "adapted negatives, patches": "this mixing is not continuous, and the loss is still above that of the "
    "rotations",
    "metric": "the run is short: the loss left above the optimum was still falling (2,500 steps of 512 "
    "rows; published up to 300,000 of 1,000)",
}


def _diversity(kind: str, figures: dict[MixingName, float]) -> list[Row]:
    return [
        Row(
            "diversity",
            f"{kind}, {mixing}",
            Diversity(
                mixing,
                kept=kind != "holds",
                within=kind == "adapted negatives",
                matched=kind == "matched encoder",
            ),
            DIVERSITY_STEPS,
            SLOW,
            {"linear_r2": figure},
            BECAUSE.get(f"{kind}, {mixing}", BECAUSE.get(kind, "")),
        )
        for mixing, figure in figures.items()
    ]


def _figures(*values: float) -> dict[MixingName, float]:
    return dict(zip(MIXINGS, values, strict=True))


def _metric(name: str, weights: Sequence[sp.Rational], r2: float, correlation: float) -> Row:
    figures = {"linear_r2": r2, "mcc": correlation}
    setting = Anisotropic(tuple(weights))
    return Row("aninfonce", name, setting, METRIC_STEPS, FAST, figures, BECAUSE["metric"])


ROWS: tuple[Row, ...] = (
    _label("supervised", LabelWorld(), 0.998),
    _label("supervised, d = 10", LabelWorld(dim=10), 0.972),
    _label("supervised, d = 20", LabelWorld(dim=20), 0.821),
    _label("supervised, 10 classes", LabelWorld(classes=10), 0.975),
    _label("supervised, 1000 classes", LabelWorld(classes=1000), 0.998),
    _label("supervised, κ = 5", LabelWorld(kappa=5.0), 0.997),
    _label("supervised, κ = 50", LabelWorld(kappa=50.0), 0.655),
    _label("supervised, Laplace", LabelWorld(law="laplace"), 0.854),
    _label("supervised, normal", LabelWorld(law="normal"), 0.996),
    _label("DIET, unit rows", LabelWorld(instances=1000, unit_rows=True), 0.986),
    _label("DIET, κ = 50", LabelWorld(kappa=50.0, instances=1000, unit_rows=True), 0.450),
    _label("DIET, d = 20", LabelWorld(dim=20, instances=1000, unit_rows=True), 0.708),
    _label("supervised, three times the steps", LabelWorld(), steps=LONGER * LABEL_STEPS),
    _label(
        "supervised, κ = 50, three times the steps",
        LabelWorld(kappa=50.0),
        steps=LONGER * LABEL_STEPS,
    ),
    _label(
        "supervised, 10 classes, three times the steps",
        LabelWorld(classes=10),
        steps=LONGER * LABEL_STEPS,
    ),
    _label("supervised, 1000 stored samples", LabelWorld(stored=1000)),
    _label("supervised, κ = 50, 1000 stored samples", LabelWorld(kappa=50.0, stored=1000)),
    _label("supervised, 10 classes, 1000 stored samples", LabelWorld(classes=10, stored=1000)),
    *_diversity("holds", _figures(1.0, 1.0, 1.0, 0.99, 1.0)),
    *_diversity("violated", _figures(0.06, 0.13, 0.05, 0.25, 0.72)),
    *_diversity("adapted negatives", _figures(0.63, 0.60, 0.65, 0.63, 0.62)),
    *_diversity("matched encoder", {"identity": 0.99, "linear": 0.99, "spiral": 1.0}),
    _metric(
        "Λ linear from 5 to 25",
        [5 + sp.Rational(20 * i, 9) for i in range(10)],
        0.9976,
        0.990,
    ),
    _metric("Λ of two values", [sp.Integer(25)] * 5 + [sp.Integer(5)] * 5, 0.997, 0.684),
)


def pick_rows(tables: Sequence[str] = TABLES, names: Sequence[str] = ()) -> tuple[Row, ...]:
    """Return the rows of some tables, and of these only the named ones where names are given.

    Raises `InputError` for a table or a row that does not exist.
    """
    for table in tables:
        if table not in TABLES:
            raise InputError(
                f"table '{table}'", allowed=", ".join(TABLES), cure=did_you_mean(table, TABLES)
            )
    rows = [row for row in ROWS if row.table in tables]
    for name in names:
        if name not in {row.name for row in rows}:
            allowed = "; ".join(row.name for row in rows)
            raise InputError(f"row '{name}' of {', '.join(tables)}", allowed=allowed)
    return tuple(row for row in rows if not names or row.name in names)
