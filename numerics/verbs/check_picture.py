"""A check as a picture: the exact losses, and what was trained beside the thresholds it has to meet."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

from sith.numerics.exact import ExactReport
from sith.numerics.runs.measured import GAP, INSIDE, OUTSIDE
from sith.numerics.runs.report import TrainedReport
from sith.numerics.studies.frame.notebook import shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sith.numerics.verbs.check_report import CheckReport

LEAST = 1e-17
"""Gaps at or below this are drawn at it."""
SMALLEST = 1e-4
"""Scores at or below this are drawn at it."""
MOST = 12
"""Rows of smaller groups that are drawn: those that come nearest to their threshold."""


def check_figure(report: CheckReport) -> Figure:
    """Draw the loss of exact maps and the measures of trained encoders, each beside its threshold."""
    from matplotlib.figure import Figure

    rows = 4 + sum(min(MOST, len(t.smaller)) for t in report.trained)
    figure = Figure(figsize=(10, 2.4 + 0.24 * rows), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.set_title("exact maps, without a network", fontsize=10)
    right.set_title("trained encoders", fontsize=10)
    for exact in report.exact:
        _exact(left, exact)
    for trained in report.trained:
        _trained(right, trained, report.derived.stated)
    for axes, found in ((left, report.exact), (right, report.trained)):
        if not found:
            _words(axes, "\n".join(report.skipped) or "not run")
    title = f"{report.claim}: {report.verdict}\n{report.derived.opening()}"
    lines = [textwrap.fill(line, 110) for line in title.splitlines()]
    figure.suptitle("\n".join(lines).replace("$", r"\$"), fontsize=10)
    return shown(figure)


def _words(axes: Axes, text: str) -> None:
    axes.set_axis_off()
    axes.text(0, 0.5, textwrap.fill(text, 60).replace("$", r"\$"), va="center", fontsize=9)


def _exact(axes: Axes, exact: ExactReport) -> None:
    """Draw the loss above its lower bound of maps inside and outside the stated group."""
    for place, (name, tried) in enumerate((("outside", exact.outside), ("inside", exact.inside))):
        gaps = [max(t.gap, LEAST) for t in tried if math.isfinite(t.gap)]
        label = f"{name} the stated group ({len(tried)})"
        axes.plot(gaps, [place] * len(gaps), "|", ms=14, color=f"C{1 - place}", label=label)
    limit = f"counts as zero up to {exact.tolerance:.0e}"
    axes.axvline(exact.tolerance, color="0.4", ls="--", lw=1, label=limit)
    axes.set(xscale="log", ylim=(-0.6, 1.6), xlabel="loss above its lower bound")
    axes.set_yticks([0, 1], ["outside", "inside"])
    axes.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.22), frameon=False)


def _trained(axes: Axes, trained: TrainedReport, stated: str) -> None:
    """Draw the loss gap, the residual to the stated group, and those to smaller groups."""
    at_most = [
        (f"residual to {stated}", trained.metrics.get("residual"), INSIDE),
        ("loss gap", trained.metrics.get("loss_gap"), GAP),
    ]
    nearest = sorted(trained.smaller.items(), key=lambda item: item[1])[:MOST]
    names: list[str] = []
    for name, distance in reversed(nearest):
        _mark(axes, len(names), max(distance, SMALLEST), OUTSIDE, above=True)
        names.append(textwrap.fill(f"residual to {name}", 40))
    for name, found, limit in at_most:
        if found is None or not math.isfinite(found.mean):
            continue
        ends = [max(x, SMALLEST) for x in (found.low, found.high) if math.isfinite(x)]
        axes.plot(ends, [len(names)] * len(ends), color="C0", lw=2)
        _mark(axes, len(names), max(found.mean, SMALLEST), limit, above=False)
        names.append(textwrap.fill(name, 40))
    axes.set(xscale="log", ylim=(-0.6, len(names) - 0.4))
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set_xlabel("share; line: 95 % interval over seeds")
    for label, marker, colour in (
        ("measured", "o", "C0"),
        ("has to be below", "<", "0.4"),
        ("has to be above", ">", "0.4"),
    ):
        axes.plot([], [], marker, color=colour, label=label)
    axes.legend(fontsize=8, ncols=3, loc="upper center", bbox_to_anchor=(0.3, -0.22), frameon=False)


def _mark(axes: Axes, place: int, value: float, limit: float, *, above: bool) -> None:
    axes.plot(value, place, "o", color="C0")
    axes.plot(limit, place, ">" if above else "<", color="0.4", ms=7)
