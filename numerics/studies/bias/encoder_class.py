"""Which functions an encoder class keeps, and which of several equally good ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sith.numerics.measure import interval
from sith.numerics.studies.bias.encoder_class_runs import (
    CLASSES,
    NETWORKS,
    PREDICTION,
    WORLDS,
    kept,
    mixture,
    selection,
    tie,
)
from sith.numerics.studies.frame.finding import (
    Finding,
    Measurement,
    Result,
    Settings,
    bounded,
    within,
)
from sith.numerics.studies.frame.parts import rounded
from sith.numerics.studies.frame.readings import values_of
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.theory import Agreement

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FACTORS = (0.5, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.25, 2.0)
"""Brightness c over c*, for one linear output."""

SCALES = (1e-6, 1.0)
SIDES = (0.6, 1.7)
"""c over the threshold of a network's kernel."""

EXCESS = 1e-3
"""Of the loss, at most, for two outputs that count as trained."""

GAP = 0.08
"""Least difference λ² − λ'² of kept and next eigenvalue: ρ⁴ − ρ⁶ = 0.083 at ρ = 0.6."""

TIED_EXCESS = 0.01
"""Of the loss of one tied output; next to λ² = 0.66."""


def _plan(budget: str) -> list[Settings]:
    smoke = budget == "smoke"
    seeds = {"smoke": 3, "ci": 6, "full": 20}[budget]
    classes = [
        {"part": "class", "world": w, "class": k, "seeds": min(seeds, 10), "steps": 1500}
        for w in WORLDS
        for k in CLASSES
    ]
    mixtures = [
        {"part": "mixture", "factor": f, "scale": s, "seed": i}
        for f in (FACTORS[1::6] if smoke else FACTORS)
        for s in SCALES
        for i in range(seeds)
    ]
    networks = [
        {
            "part": "network",
            "network": name,
            "factor": f,
            "seeds": 8 + seeds,
            "steps": 600 if name.startswith("mlp") else 1000,
        }
        for name in (("mlp 64 × 0",) if smoke else NETWORKS)
        for f in SIDES
    ]
    return [*classes, *mixtures, *networks]


def _measure(settings: Settings) -> Result:
    if settings["part"] == "class":
        count, steps = int(settings["seeds"]), int(settings["steps"])
        found: Any = selection(settings["world"], settings["class"], count, steps)
    elif settings["part"] == "mixture":
        found = mixture(settings["factor"], settings["scale"], int(settings["seed"]))
    else:
        count, steps = int(settings["seeds"]), int(settings["steps"])
        found = tie(settings["network"], settings["factor"], count, steps)
    out: Result = rounded(found)
    return out


def _compare(measurements: Sequence[Measurement]) -> list[Finding]:
    found = []
    for m in measurements:
        if m.settings["part"] == "class":
            found += _of_class(m)
    for scale in SCALES:
        found += _of_mixtures(measurements, scale)
    small = {
        f: values_of(measurements, "share", part="mixture", factor=f, scale=SCALES[0])
        for f in (0.8, 1.25)
    }
    found.append(
        bounded(
            "share of brightness, linear, c = 0.8 c*, from a start of scale 1e-6",
            small[0.8],
            "the closed form is below 0.01 from most starts",
            most=0.1,
        )
    )
    found.append(
        bounded(
            "share of brightness, linear, c = 1.25 c*, from a start of scale 1e-6",
            small[1.25],
            "the closed form is above 0.99 from most starts",
            least=0.9,
        )
    )
    networks = [m for m in measurements if m.settings["part"] == "network"]
    found += [_of_network(m) for m in networks]
    for family in ("mlp", "convolution"):
        own = [m for m in networks if m.settings["network"].startswith(family)]
        found += [_of_seeds(own, family)] if own else []
    return found


def _of_class(m: Measurement) -> list[Finding]:
    """The loss against the optimum of the class, and what is kept at that loss."""
    what = f"{m.settings['class']}, {m.settings['world']}"
    shares, loss = kept(m.settings["world"], m.settings["class"])
    excess = np.array(m.result["loss"]) - loss
    first = within(
        f"least loss over seeds: {what}",
        loss,
        loss + float(excess.min()),
        EXCESS,
        "training ends above the optimum of the class; nothing may lie below it",
    )
    if excess.min() > EXCESS:
        first = replace(first, agrees=Agreement.UNDECIDED)
    elif excess.min() < -1e-6:
        first = replace(first, agrees=Agreement.DISAGREES)
    reached = excess <= EXCESS
    parts = np.array([[m.result[f][i] for f in shares] for i in np.flatnonzero(reached)])
    error = np.abs(parts - np.array(list(shares.values()))).max() if len(parts) else np.nan
    words = ", ".join(f"{share:g} {name}" for name, share in shares.items() if share)
    return [
        first,
        within(
            f"largest error of a share of {words}: {what}",
            0.0,
            float(error),
            EXCESS / (2 * GAP),
            "an excess loss ε leaves at most ε/(2·gap) of two whitened outputs elsewhere",
            f"{int(reached.sum())} of {len(reached)} seeds reached the optimum",
        ),
    ]


def _of_mixtures(measurements: Sequence[Measurement], scale: float) -> list[Finding]:
    own = {"part": "mixture", "scale": scale}
    share, closed, excess = (
        np.array(values_of(measurements, name, **own)) for name in ("share", "predicted", "excess")
    )
    return [
        within(
            f"largest distance of the share of brightness from the closed form, scale {scale:g}",
            0.0,
            float(np.abs(share - closed).max()),
            1e-5,
            "the flow stops at time 400, when slow modes still hold some 1e-7",
        ),
        within(
            f"largest excess of the loss over −λ², whatever the mixture, scale {scale:g}",
            0.0,
            float(np.abs(excess).max()),
            1e-5,
            "the flow stops at time 400; all mixtures are equally good",
        ),
    ]


def _of_network(m: Measurement) -> Finding:
    """The share of the seeds that reached the optimum, on one side of the kernel's threshold."""
    reached = _reached(m)
    values = [float(x) for x in np.array(m.result["share"])[reached]]
    side = {"most": 0.5} if m.settings["factor"] < 1 else {"least": 0.5}
    found = bounded(
        f"share of brightness, {m.settings['network']}, c = {m.settings['factor']:g} of its threshold",
        values if len(values) > 1 else [float("nan")] * 2,
        "the faster mode of the mean kernel has the larger part; nothing else is predicted",
        **side,
    )
    note = f"threshold {m.result['threshold']:.3f} c*; {int(reached.sum())} of {len(reached)} seeds"
    undecided = float(reached.mean()) < 0.75
    return replace(found, note=note, agrees=Agreement.UNDECIDED if undecided else found.agrees)


def _of_seeds(own: Sequence[Measurement], family: str) -> Finding:
    """How often the larger part is the faster mode of the seed's own kernel."""
    right = [
        float((share > 0.5) == (ratio > 1))
        for m in own
        for share, ratio, trained in zip(
            m.result["share"], m.result["ratio"], _reached(m), strict=True
        )
        if trained
    ]
    return bounded(
        f"part of the seeds that keep the faster mode of their own kernel, {family}",
        right,
        "a kernel that says nothing has 1/2; the interval over seeds must lie above 3/4",
        least=0.75,
    )


def _reached(m: Measurement) -> np.ndarray:
    """Which seeds count: those whose loss is next to −λ²."""
    return np.array(m.result["excess"]) <= TIED_EXCESS


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 7.2), layout="constrained")
    (first, second), (linear, networks) = figure.subplots(2, 2)
    for axis, name in zip((first, second), WORLDS, strict=True):
        own = [m for m in measurements if m.settings.get("world") == name]
        _bars(axis, own, name)
    for color, scale in zip(("C0", "C3"), SCALES, strict=True):
        rows = [m for m in measurements if m.settings.get("scale") == scale]
        factors = sorted({m.settings["factor"] for m in rows})
        for seed in sorted({m.settings["seed"] for m in rows}):
            mine = [m for m in rows if m.settings["seed"] == seed]
            closed = [m.result["predicted"] for m in mine]
            linear.plot(factors, closed, color=color, lw=0.8)
            linear.plot(
                factors, [m.result["share"] for m in mine], "o", ms=4, color=color, mfc="none"
            )
        linear.plot([], [], "o-", color=color, mfc="none", label=f"start of scale {scale:g}")
    linear.axvline(1, ls="--", color="grey", lw=1)
    linear.set(
        xscale="log",
        xticks=FACTORS,
        xlabel="brightness c / c*",
        ylabel="share of β in the output",
        title="tie, one linear output: closed form (lines), flow (circles)",
    )
    linear.set_xticks([0.5, 0.7, 1, 1.4, 2], ["0.5", "0.7", "1", "1.4", "2"])
    linear.minorticks_off()
    linear.legend(frameon=False)
    names = list(
        dict.fromkeys(m.settings["network"] for m in measurements if "network" in m.settings)
    )
    for color, marker, side in (("C0", "o", SIDES[0]), ("C1", "s", SIDES[1])):
        for place, name in enumerate(names):
            for m in measurements:
                if m.settings.get("network") == name and m.settings["factor"] == side:
                    band = interval(np.array(m.result["share"])[_reached(m)])
                    errors = [[band.mean - band.low], [band.high - band.mean]]
                    networks.errorbar(place, band.mean, errors, fmt=marker, color=color, capsize=3)
        networks.plot([], [], marker, color=color, label=f"c = {side:g} of the kernel's threshold")
    networks.axhspan(0, 0.5, color="C0", alpha=0.15, lw=0)
    networks.axhspan(0.5, 1, color="C1", alpha=0.15, lw=0)
    networks.set_xticks(range(len(names)), names, rotation=30, ha="right")
    networks.set(
        ylim=(-0.05, 1.05),
        ylabel="share of β in the output",
        title="tie, networks: predicted halves, means with 95 % intervals",
    )
    networks.legend(frameon=False, loc="center right", bbox_to_anchor=(1.0, 0.42))
    return figure


def _bars(axis: Any, own: Sequence[Measurement], name: str) -> None:
    """Measured shares as bars, predicted ones as lines; losses over the bars."""
    functions = ("position", "brightness", "brightness²")
    for place, m in enumerate(own):
        shares, loss = kept(name, m.settings["class"])
        reached = np.array(m.result["loss"]) <= loss + EXCESS
        for i, function in enumerate(functions):
            x = place + 0.26 * (i - 1)
            axis.bar(x, np.mean(np.array(m.result[function])[reached]), 0.24, color=f"C{i}")
            axis.plot([x - 0.13, x + 0.13], [shares[function]] * 2, "k-", lw=2)
        axis.text(place, 1.05, f"{np.min(m.result['loss']):.3f}\n({loss:.3f})", ha="center")
    axis.set_xticks(range(len(own)), [m.settings["class"].replace(" ", "\n") for m in own])
    for i, function in enumerate(functions):
        axis.bar(0, 0, color=f"C{i}", label=function)
    axis.plot([], [], "k-", lw=2, label="predicted")
    moves, rho = WORLDS[name]
    axis.set(
        ylim=(0, 1.55),
        yticks=(0, 0.5, 1),
        ylabel="share of the whitened outputs",
        title=f"{name}: {moves} moves, ρ = {rho:g}; least loss (predicted)",
    )
    axis.legend(frameon=False, ncols=4, loc="upper center")


def _add(amount: float) -> Any:
    return lambda values: [x + amount for x in values]


STUDY = Study(
    name="encoder_class",
    title=PREDICTION.title,
    direction=Direction.BIAS,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=_compare,
    figure=_figure,
    contradictions={
        "a class goes below its optimum": changed("loss", _add(-0.002), part="class"),
        "a class keeps other functions": changed("brightness", _add(-0.1), part="class"),
        "the share leaves the closed form": changed("share", lambda x: x + 1e-3, part="mixture"),
        "one mixture is better": changed("excess", lambda x: x + 1e-3, part="mixture"),
        "the position is kept above the threshold": changed(
            "share", lambda _: 0.0, part="mixture", factor=1.25
        ),
        "brightness is kept below the threshold": changed(
            "share", lambda _: 1.0, part="mixture", factor=0.8
        ),
        "networks keep the other one": changed(
            "share", lambda values: [1 - x for x in values], part="network"
        ),
    },
)
