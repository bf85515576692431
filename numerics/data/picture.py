"""The table of a comparison as a picture: one field for each pair of runs."""

from __future__ import annotations

from itertools import combinations
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np

from sith.numerics.data.lattice import GROUPS, NOTHING, SMOOTH, UNKNOWN
from sith.numerics.studies.frame.notebook import shown
from sith.theory.errors import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sith.numerics.data.compare import CompareReport

FEWEST, MOST = 2, 40
"""Runs that have a table, and that still can be told apart in one."""
LONGEST = 18
"""Characters of a run's name."""
OPEN = "#d9d9d9"
"""Where a pair is undecided, or a run does not vary."""
WORDS = {"permutations": "perm.", "orthogonal": "orth.", "generalised": "gen.", "with one": "×"}


def agreement_figure(report: CompareReport) -> Figure:
    """Draw the group up to which each pair of runs agrees, and the share that it leaves unexplained.

    The darker a field, the larger the group; grey fields are undecided, crossed runs do not vary.

    Raises:
        InputError: there are fewer than two runs, or more than `MOST`.
    """
    from matplotlib import colormaps
    from matplotlib.figure import Figure

    count = len(report.runs)
    if not FEWEST <= count <= MOST:
        raise InputError(
            f"a picture of {count} runs",
            allowed=f"{FEWEST} to {MOST} runs",
            cure="compare fewer at a time, or read the table",
        )
    figure = Figure(figsize=(3.2 + 0.9 * count, 2.0 + 0.7 * count), layout="constrained")
    axes = figure.subplots()
    scale = colormaps["YlGnBu"]
    order = (*GROUPS, NOTHING)
    axes.set_xlim(-0.5, count - 0.5)
    axes.set_ylim(count - 0.5, -0.5)
    varying = [k for k, run in enumerate(report.runs) if run.varies]
    for place, pair in zip(combinations(varying, 2), report.table, strict=True):
        share = 0.1 + 0.8 * order.index(pair.group) / len(order) if pair.group in order else None
        _field(axes, place[1], place[0], OPEN if share is None else scale(share))
        dark = share is not None and share > 0.55
        text = f"{short(pair.group)}\n{pair.unexplained:.1%} left"
        axes.text(
            place[0],
            place[1],
            text if pair.decided or pair.group == UNKNOWN else f"≤ {text}",
            ha="center",
            va="center",
            fontsize=8,
            color="white" if dark else "black",
        )
    for k, run in enumerate(report.runs):
        _field(axes, k, k, "white" if run.varies else OPEN)
        axes.text(k, k, "" if run.varies else "collapsed", ha="center", va="center", fontsize=8)
    labels = [_label(run.run) for run in report.runs]
    axes.set_xticks(np.arange(count), labels, rotation=45, ha="right", fontsize=8)
    axes.set_yticks(np.arange(count), labels, fontsize=8)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.set_title(_title(report), fontsize=10, loc="left")
    return shown(figure)


def _field(axes: Axes, row: int, column: int, colour: object) -> None:
    from matplotlib.patches import Rectangle

    corner = (column - 0.5, row - 0.5)
    axes.add_patch(Rectangle(corner, 1, 1, facecolor=colour, edgecolor="#808080", linewidth=0.5))


def short(group: str) -> str:
    """Return a group's name in at most three short lines."""
    if group in (NOTHING, UNKNOWN, SMOOTH):
        return {NOTHING: "no map", UNKNOWN: "undecided", SMOOTH: "smooth"}[group]
    words = group.replace("with shifts", "+ shift").replace("with one scale", "× scale")
    for long, brief in WORDS.items():
        words = words.replace(long, brief)
    return words.replace(" +", "\n+").replace(" ×", "\n×")


def _label(name: str) -> str:
    brief = PurePath(name).name or name
    return brief if len(brief) <= LONGEST else f"{brief[: LONGEST - 1]}…"


def _title(report: CompareReport) -> str:
    if report.group in ("", UNKNOWN):
        return "no group is decided for these runs"
    if report.group == NOTHING:
        return "some runs share no fitted map"
    return f"all pairs agree up to {report.group} maps"
