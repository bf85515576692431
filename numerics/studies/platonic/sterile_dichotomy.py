"""Contrastive against non-contrastive objectives: derived groups and measured residuals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Finding, Measurement, Runs, Settings
from sith.numerics.studies.frame.rules import MeanEquals, MeanWithin
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table
from sith.numerics.studies.platonic.sterile_dichotomy_figure import draw
from sith.numerics.studies.platonic.sterile_dichotomy_runs import (
    CONTRASTIVE,
    OTHERS,
    UNEQUAL,
    finished_of,
    measure,
    present,
)
from sith.numerics.studies.samples.gaussian_claims import RATE, claim_of
from sith.theory import Agreement, derive, prediction

PREDICTION = prediction("sterile_dichotomy")

SCALED = {"infonce": False, "spectral": True}
"""Objectives whose scale is read, and whether it is that of the spectral contrastive loss; a
whitening fixes the scale by construction."""

INSIDE = 0.05

OUTSIDE = 0.1
"""The limits of the trained checks: loss gap, residual inside and outside of a group."""


def _plan(budget: str) -> list[Settings]:
    seeds, steps, batch = {"smoke": (4, 400, 256), "ci": (5, 500, 384), "full": (10, 3000, 512)}[
        budget
    ]
    names: tuple[str, ...] = (*CONTRASTIVE, *OTHERS, *UNEQUAL)
    if budget == "smoke":
        names = ("spectral", "vicreg", *UNEQUAL[:2])
    return [
        {
            "objective": n,
            "seeds": seeds,
            # The scale comes last: a network is short of it at rare latents.
            "steps": steps * (4 if n == "infonce" else 1),
            "batch": batch,
        }
        for n in names
    ]


LIMIT = "the limit of the trained checks, asked of seeds whose loss gap is at most 0.02"


@dataclass(frozen=True, slots=True)
class _SomeOutside:
    """Whether each objective has a finished run outside of the smaller group, by `OUTSIDE` or more."""

    def compare(self, name: str, measured: Sequence[Sequence[float]], reason: str) -> Finding:
        """Return the finding; undecided where too few runs could all lie inside by chance."""
        largest = min(max(found) for found in measured)
        agrees = Agreement.AGREES if largest >= OUTSIDE else Agreement.UNDECIDED
        if largest < OUTSIDE and _chance(measured) < 0.05:
            agrees = Agreement.DISAGREES
        return Finding(
            name=name,
            predicted=f"≥ {OUTSIDE}",
            measured=f"{largest:.4g}, the smallest over {len(measured)} objectives",
            error=max(0.0, OUTSIDE - largest),
            tolerance=0.0,
            reason=reason,
            agrees=agrees,
        )


INNER = float(np.arcsin(OUTSIDE**0.5) / (np.pi / 4))
"""The probability that a run stays inside under uniform rotations."""


def _chance(found: Sequence[Sequence[float]]) -> float:
    """The probability that all runs of the objective with the fewest stay inside."""
    return float(INNER ** min(len(own) for own in found))


def _equal(runs: Runs) -> list[str]:
    return present(runs, (*CONTRASTIVE, *OTHERS))


def _axes(runs: Runs) -> list[list[float]]:
    return [finished_of(runs, name, "axes") for name in _equal(runs)]


def _of_group(name: str) -> Rows:
    return (
        Row(
            f"{name}: residual to O(2) with a scale and a shift",
            lambda runs: finished_of(runs, name, "inside"),
            MeanWithin(most=INSIDE),
            LIMIT,
        ),
    )


def _of_scale(name: str) -> Rows:
    spectral = float(evaluate(PREDICTION.formula("scale"), rho_1=RATE))
    return (
        Row(
            f"{name}: mean square of an output direction",
            lambda runs: finished_of(runs, name, "scale"),
            MeanEquals(spectral if SCALED[name] else 1.0, INSIDE),
            "a residual of 0.05 moves a mean square by as much; rows are quasi-random",
        ),
    )


def _of_unequal(name: str) -> Rows:
    if name.startswith("infonce"):
        return (
            Row(
                f"{name} rates: residual to signs, which fix the axes",
                lambda runs: finished_of(runs, name, "axes"),
                MeanWithin(most=INSIDE),
                LIMIT,
            ),
        )
    return (
        Row(
            f"{name} rates: part of the latents that it explains",
            lambda runs: finished_of(runs, name, "explained"),
            MeanEquals(float(evaluate(PREDICTION.formula("share"), m=1, k=2)), INSIDE),
            f"one latent of two; {LIMIT}",
        ),
    )


FINDINGS = table(
    Each(_equal, _of_group),
    Row(
        "every objective: residual to permutations and signs, its largest over seeds",
        _axes,
        _SomeOutside(),
        lambda runs: (
            "one finished run outside shows that the group is larger, and no mean is "
            f"predicted; under uniform rotations a run stays inside with probability {INNER:.2f}, and "
            f"all runs of an objective with at most {_chance(_axes(runs)):.2g}"
        ),
    ),
    Each(lambda runs: [name for name in SCALED if name in _equal(runs)], _of_scale),
    Each(lambda runs: present(runs, UNEQUAL), _of_unequal),
)


@dataclass(frozen=True, slots=True)
class Line:
    """Means over the finished seeds of one objective, in the notation of the identifiability literature.

    Fields:
        objective: as in `claim_of`.
        outcome: whether `sith.theory.derivation` finds the latents, or the eigenfunctions, identified up to
            the group; "as whitening" for SIGReg, which has no rule of its own.
        group: of that derivation.
        linear, orthogonal: held-out R² of the latents from an affine, and from an orthogonal map with
            a scale, of the outputs.
        mcc: mean correlation after the best matching.
        loss_gap: loss above the derived optimum's, over its scale.
        seeds: finished seeds.
    """

    objective: str
    outcome: str
    group: str
    linear: float
    orthogonal: float
    mcc: float
    loss_gap: float
    seeds: int

    @property
    def gap(self) -> float:
        """R² that an affine map has and an orthogonal one has not."""
        return self.linear - self.orthogonal

    def __str__(self) -> str:
        """Return one row of the table."""
        numbers = (self.linear, self.orthogonal, self.gap, self.mcc, self.loss_gap)
        cells = "  ".join(f"{round(x, 3) + 0.0:6.3f}" for x in numbers)
        return f"{self.objective:17} {self.outcome:15} {self.group:15} {cells}  {self.seeds:5}"


HEADER = (
    f"{'objective':17} {'derived':15} {'up to':15} {'R2_lin':>6}  {'R2_ort':>6}  {'gap':>6}  {'MCC':>6}  "
    f"{'loss':>6}  {'seeds':>5}"
)


def lines(measurements: Sequence[Measurement]) -> list[Line]:
    """Return the table: every objective with its derived group and its measured scores."""
    found = []
    for name in present(measurements, (*CONTRASTIVE, *OTHERS, *UNEQUAL)):
        scores = [
            finished_of(measurements, name, what)
            for what in ("linear", "orthogonal", "mcc", "gaps")
        ]
        linear, orthogonal, matched, loss = (float(np.mean(v)) for v in scores)
        verdict = derive(claim_of("whitening" if name == "sigreg" else name), degree=2)
        outcome = "as whitening" if name == "sigreg" else verdict.outcome.value
        group = verdict.group
        found.append(Line(name, outcome, group, linear, orthogonal, matched, loss, len(scores[0])))
    return found


def _all(value: float) -> Any:
    return lambda x: [value] * len(x)


STUDY = Study(
    name="sterile_dichotomy",
    title=PREDICTION.title,
    direction=Direction.PLATONIC,
    prediction=PREDICTION,
    plan=_plan,
    measure=measure,
    compare=FINDINGS,
    figure=draw,
    contradictions={
        "no objective finds a rotation": changed("inside", _all(0.3)),
        "all objectives fix the axes": changed("axes", _all(0.0)),
        "no objective fixes the axes": changed("axes", _all(0.4)),
        "all scales are 0.9": changed("scale", _all(0.9)),
        "eigenspaces keep all latents": changed("explained", _all(1.0)),
    },
)
