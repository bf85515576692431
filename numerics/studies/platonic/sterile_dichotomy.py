"""Contrastive against non-contrastive objectives: derived groups and measured residuals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.measure import linear_r2, mcc, procrustes_r2
from sith.numerics.runs.design import Design
from sith.numerics.studies.frame.finding import (
    Finding,
    Measurement,
    Result,
    Settings,
    bounded,
    covered,
)
from sith.numerics.studies.frame.relation import relate
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.samples.gaussian_claims import RATE, claim_of
from sith.numerics.studies.samples.gaussian_runs import train_objective
from sith.theory import Agreement, derive, prediction

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREDICTION = prediction("sterile_dichotomy")

CONTRASTIVE = ("infonce", "spectral")
OTHERS = ("vicreg", "barlow", "whitening", "sigreg")
UNEQUAL = ("infonce unequal", "spectral unequal", "vicreg unequal", "barlow unequal")
SCALED = {"infonce": False, "spectral": True}
"""Objectives whose scale is read, and whether it is that of the spectral contrastive loss; a
whitening fixes the scale by construction."""

GAP = 0.02
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


def _measure(settings: Settings) -> Result:
    name = str(settings["objective"])
    first = 100 * (1 + [*CONTRASTIVE, *OTHERS, *UNEQUAL].index(name))
    slow = name in ("spectral", "sigreg", *UNEQUAL)
    design = Design(
        steps=int(settings["steps"]) * (2 if slow else 1),
        batch=int(settings["batch"]),
        held_out=2048,
        width=48,
    )
    run = train_objective(name, design, tuple(range(first, first + int(settings["seeds"]))))
    z, y = run.latents, run.representations
    pairs = [relate(z, h) for h in y]
    leading = [_leading(h, z.shape[1]) for h in y]
    matched = [float(mcc(z, h).mcc) for h in y]
    return {
        "gaps": run.gaps,
        "inside": [1 - r.rotation for r in pairs],
        "linear": [float(linear_r2(z, h)) for h in y],
        "orthogonal": [float(procrustes_r2(z, h)) for h in leading],
        "mcc": matched,
        "explained": [r.backward for r in pairs],
        "axes": [1 - m**2 for m in matched],
        "scale": [float(np.square(h - h.mean(0)).sum(1).mean()) / z.shape[1] for h in y],
    }


def _leading(h: np.ndarray, dim: int) -> np.ndarray:
    """The centred outputs along their `dim` largest principal directions; a constant is left out."""
    h = h - h.mean(0)
    found: np.ndarray = h @ np.linalg.svd(h, full_matrices=False)[2][:dim].T
    return found


def _values(measurements: Sequence[Measurement], name: str, what: str) -> list[float]:
    """One value for each seed that reached its optimum."""
    return [
        float(x)
        for m in measurements
        if m.settings["objective"] == name
        for x, gap in zip(m.result[what], m.result["gaps"], strict=True)
        if abs(gap) <= GAP
    ] or [float("nan")]


def _present(measurements: Sequence[Measurement], names: Sequence[str]) -> list[str]:
    there = {m.settings["objective"] for m in measurements}
    return [n for n in names if n in there]


LIMIT = "the limit of the trained checks, asked of seeds whose loss gap is at most 0.02"


def _compare(measurements: Sequence[Measurement]) -> list[Finding]:
    equal = _present(measurements, (*CONTRASTIVE, *OTHERS))
    findings = [
        bounded(
            f"{name}: residual to O(2) with a scale and a shift",
            _values(measurements, name, "inside"),
            LIMIT,
            most=INSIDE,
        )
        for name in equal
    ]
    findings.append(_outside(measurements, equal))
    findings += [
        covered(
            f"{name}: mean square of an output direction",
            float(evaluate(PREDICTION.formula("scale"), rho_1=RATE)) if spectral else 1.0,
            _values(measurements, name, "scale"),
            INSIDE,
            "a residual of 0.05 moves a mean square by as much; rows are quasi-random",
        )
        for name, spectral in SCALED.items()
        if name in equal
    ]
    for name in _present(measurements, UNEQUAL):
        if name.startswith("infonce"):
            findings.append(
                bounded(
                    f"{name} rates: residual to signs, which fix the axes",
                    _values(measurements, name, "axes"),
                    LIMIT,
                    most=INSIDE,
                )
            )
            continue
        findings.append(
            covered(
                f"{name} rates: part of the latents that it explains",
                float(evaluate(PREDICTION.formula("share"), m=1, k=2)),
                _values(measurements, name, "explained"),
                INSIDE,
                f"one latent of two; {LIMIT}",
            )
        )
    return findings


def _outside(measurements: Sequence[Measurement], names: Sequence[str]) -> Finding:
    """Whether each objective has a finished run that is not a signed permutation of the latents."""
    found = {name: _values(measurements, name, "axes") for name in names}
    largest = min(max(values) for values in found.values())
    inside = float(np.arcsin(OUTSIDE**0.5) / (np.pi / 4))
    chance = inside ** min(len(values) for values in found.values())
    agrees = Agreement.AGREES if largest >= OUTSIDE else Agreement.UNDECIDED
    if largest < OUTSIDE and chance < 0.05:
        agrees = Agreement.DISAGREES
    return Finding(
        name="every objective: residual to permutations and signs, its largest over seeds",
        predicted=f"≥ {OUTSIDE}",
        measured=f"{largest:.4g}, the smallest over {len(found)} objectives",
        error=max(0.0, OUTSIDE - largest),
        tolerance=0.0,
        reason="one finished run outside shows that the group is larger, and no mean is predicted; under "
        f"uniform rotations a run stays inside with probability {inside:.2f}, and all runs of an "
        f"objective with at most {chance:.2g}",
        agrees=agrees,
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
    for name in _present(measurements, (*CONTRASTIVE, *OTHERS, *UNEQUAL)):
        scores = [
            _values(measurements, name, what) for what in ("linear", "orthogonal", "mcc", "gaps")
        ]
        linear, orthogonal, matched, loss = (float(np.mean(v)) for v in scores)
        verdict = derive(claim_of("whitening" if name == "sigreg" else name), degree=2)
        outcome = "as whitening" if name == "sigreg" else verdict.outcome.value
        group = verdict.group
        found.append(Line(name, outcome, group, linear, orthogonal, matched, loss, len(scores[0])))
    return found


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10.5, 4), layout="constrained")
    axes = figure.subplots(1, 2, width_ratios=(3, 2))
    panels: tuple[tuple[Any, Sequence[str], str], ...] = (
        (axes[0], (*CONTRASTIVE, *OTHERS), "equal rates"),
        (axes[1], UNEQUAL, "rates 4/5 and 1/2"),
    )
    for axis, names, title in panels:
        there = _present(measurements, names)
        for i, name in enumerate(there):
            for what, shift, colour, label in (
                ("explained", -0.12, "C0", "affine map: part of latents explained"),
                ("axes", 0.12, "C1", "1 − MCC²: residual to permutations and signs"),
            ):
                values = _values(measurements, name, what)
                axis.plot(
                    [i + shift] * len(values),
                    values,
                    "o",
                    mfc="none",
                    color=colour,
                    label=label if i == 0 and axis is axes[0] else None,
                )
            kept = 0.5 if name in UNEQUAL[1:] else 1.0
            axis.plot([i - 0.35, i + 0.35], [kept, kept], "k-", lw=1)
        axis.axvline(
            sum(n.split()[0] in CONTRASTIVE for n in there) - 0.5, color="grey", ls=":", lw=1
        )
        axis.set_xticks(range(len(there)), [n.split()[0] for n in there], rotation=30)
        axis.set(ylim=(-0.05, 1.08), title=title, ylabel="part of variance, 0 to 1")
    axes[0].plot([], [], "k-", lw=1, label="predicted part of latents")
    axes[0].legend(
        edgecolor="none", framealpha=1, fontsize=8, loc="center left", bbox_to_anchor=(0.02, 0.72)
    )
    axes[1].set_ylabel("")
    return figure


def _all(value: float) -> Any:
    return lambda x: [value] * len(x)


STUDY = Study(
    name="sterile_dichotomy",
    title=PREDICTION.title,
    direction=Direction.PLATONIC,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=_compare,
    figure=_figure,
    contradictions={
        "no objective finds a rotation": changed("inside", _all(0.3)),
        "all objectives fix the axes": changed("axes", _all(0.0)),
        "no objective fixes the axes": changed("axes", _all(0.4)),
        "all scales are 0.9": changed("scale", _all(0.9)),
        "eigenspaces keep all latents": changed("explained", _all(1.0)),
    },
)
