"""A counterexample as a picture: the latents before and after its map, beside the losses of both."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import sympy as sp
import torch

from sith.numerics.exact import population_problem
from sith.numerics.searching.families import family_named
from sith.numerics.searching.setting import setting_of
from sith.numerics.searching.witness import Counterexample
from sith.numerics.studies.frame.notebook import shown
from sith.theory import Claim, Statement, UnsupportedCondition, read_map
from sith.theory.assumptions import AbstractSpace, parts_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray
    from torch import Tensor

    Points = NDArray[np.float64]

MAPS = ("map", "mixing", "factor", "transition")
"""Under which names a witness stores an exact map."""
LINES, DENSE = 9, 60
"""Lines of the grid in each direction, and points on each."""
FLAT = 1e-12
"""Losses above their bound that are smaller than this are drawn as that: they are rounding."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Points before and after a map, with the two coordinates that it moves most.

    `joined` says whether each row of `before`, ``(lines, points, d)``, is a line.
    """

    before: Points
    after: Points
    plane: tuple[int, int]
    joined: bool


def witness_figure(witness: Counterexample, statement: Statement) -> Figure:
    """Draw a witness against a statement: before, after, and the population loss of both.

    A witness without a map of points, such as a certificate or a law, is told in its own words.
    """
    from matplotlib.figure import Figure

    claim = witness.at(statement)
    moved = _moved(witness, claim)
    figure = Figure(figsize=(10, 3.9) if moved else (6, 3.2), layout="constrained")
    panels = figure.subplots(1, 3 if moved else 1, squeeze=False)[0]
    for found in moved:
        _draw(panels[0], found, found.before, "z")
        _draw(panels[1], found, found.after, "h")
        panels[0].set_title("latents")
        panels[1].set_title("after the map", loc="center")
    losses = _losses(witness, claim)
    if losses:
        _bars(panels[-1], losses)
    else:
        panels[-1].set_axis_off()
    words = f"{witness.shown}\nequal: {witness.equal}\ndiffers: {witness.differs}"
    wide = 100 if moved else 66
    text = "\n".join(textwrap.fill(line, wide) for line in words.splitlines())
    figure.suptitle(f"{witness.claim}: a counterexample", fontsize=11)
    figure.supxlabel(text.replace("$", r"\$"), fontsize=9)
    return shown(figure)


def _moved(witness: Counterexample, claim: Claim) -> tuple[Moved, ...]:
    """The points before and after the witness's map; () where it stores none that can be drawn."""
    stored = [witness.data[name] for name in MAPS if name in witness.data]
    if stored:
        member = read_map(stored[0])
        if member.dim != claim.dim or len(member.expressions) < 2:
            return ()
        image = sp.lambdify(member.symbols, member.expressions, "numpy")
        return (_on_points(claim.world.space, lambda z: _image(image, z)),)
    table = _table(witness, claim)
    return tuple(_scattered(setting_of(claim).problem.base, found) for found in table)


def _table(witness: Counterexample, claim: Claim) -> tuple[Tensor, ...]:
    """The representations of a witness at the nodes of its claim; () where it is none of these."""
    if "table" in witness.data:
        return (torch.tensor(witness.data["table"], dtype=torch.float64),)
    if "family" not in witness.data:
        return ()
    base = setting_of(claim).problem.base
    known = family_named(claim.encoder.output, str(witness.data["family"]))
    t = float(Fraction(str(witness.data["t"])))
    return tuple(member.change(base, t) for member in known)


def _scattered(base: Tensor, table: Tensor) -> Moved:
    before, after = base.numpy(), table.numpy()
    if before.shape[1] == 1:  # on a line: latents across, representations upwards
        before, after = np.column_stack((before, before)), np.column_stack((before, after))
    return Moved(before[None], after[None], (0, 1), joined=False)


def _image(image: Callable[..., object], z: Points) -> Points:
    rows = z.reshape(-1, z.shape[-1]).T
    columns = [np.broadcast_to(c, rows.shape[1]) for c in image(*rows)]  # type: ignore[attr-defined]
    return np.stack(columns, -1).reshape(*z.shape[:-1], len(columns)).astype(float)


def _on_points(space: AbstractSpace, h: Callable[[Points], Points]) -> Moved:
    """Lines on the space in the plane that the map moves most."""
    parts = parts_of(space)
    draws = np.random.default_rng(0)
    sample = draws.uniform(0.1, 0.9, (400, space.dim))
    for block in parts.spheres:
        on = draws.standard_normal((400, len(block)))
        sample[:, block] = on / np.linalg.norm(on, axis=1, keepdims=True)
    step = np.abs(h(sample)[:, : space.dim] - sample[:, : h(sample).shape[1]]).mean(0)
    moved = np.zeros(space.dim)
    moved[: len(step)] = step
    if parts.spheres:
        outputs = h(sample).shape[1]
        plane = _strongest(
            [p for p in combinations(range(space.dim), 2) if max(p) < outputs], moved
        )
        return Moved(sample[None], h(sample)[None], plane, joined=False)
    plane = _strongest(list(combinations(range(min(space.dim, len(step))), 2)), moved)
    centre = np.array([0.5 if k in parts.intervals else 0.0 for k in range(space.dim)])
    reach = np.array([0.48 if k in parts.intervals else 2.0 for k in range(space.dim)])
    along, across = np.linspace(-1, 1, DENSE), np.linspace(-1, 1, LINES)
    lines = np.tile(centre, (2 * LINES, DENSE, 1))
    for first, one, other in ((0, *plane), (LINES, *plane[::-1])):
        rows = slice(first, first + LINES)
        lines[rows, :, one] += reach[one] * along
        lines[rows, :, other] += reach[other] * across[:, None]
    return Moved(lines, h(lines), plane, joined=True)


def _strongest(planes: list[tuple[int, int]], moved: Points) -> tuple[int, int]:
    return max(planes, key=lambda pair: float(moved[list(pair)].sum()), default=(0, 1))


def _draw(axes: Axes, moved: Moved, points: Points, letter: str) -> None:
    """Draw lines or points; the colour of a point is that of its first latent, before and after."""
    from matplotlib import colormaps

    one, other = moved.plane
    colour = moved.before[..., one]
    low, high = colour.min(), colour.max()
    shades = colormaps["viridis"]((colour - low) / ((high - low) or 1.0))
    for line, shade in zip(points, shades, strict=True):
        if moved.joined:
            axes.plot(line[:, one], line[:, other], color="0.75", lw=0.8, zorder=1)
        axes.scatter(line[:, one], line[:, other], c=shade, s=4, zorder=2, linewidths=0)
    axes.set(xlabel=f"{letter}{one + 1}", ylabel=f"{letter}{other + 1}", aspect="equal")
    axes.set_adjustable("datalim")
    axes.locator_params(nbins=4)


def _losses(witness: Counterexample, claim: Claim) -> tuple[tuple[str, float, float], ...]:
    """Name, loss and error of what is compared; () where no population loss is known on nodes."""
    numbers = witness.numbers
    if {"loss", "best member", "error"} <= numbers.keys():
        error = numbers["error"]
        member = f"best of {claim.group}"
        return ((member, numbers["best member"], error), ("the witness", numbers["loss"], error))
    if "map" not in witness.data or claim.base:
        return ()
    try:
        problem = population_problem(claim)
        moved = read_map(witness.data["map"])
        image = sp.lambdify(moved.symbols, moved.expressions, "numpy")

        def h(z: Tensor) -> Tensor:
            return torch.from_numpy(_image(image, z.detach().numpy()))

        still = torch.zeros(claim.dim, dtype=torch.float64)
        still[0] = 1
        compared = (("h = z", lambda z: z), ("the witness", h), ("a constant map", still.expand_as))
        return tuple((name, max(problem.gap(f), 0.0), 0.0) for name, f in compared)
    except (UnsupportedCondition, ValueError, RuntimeError):
        return ()


def _bars(axes: Axes, losses: tuple[tuple[str, float, float], ...]) -> None:
    names, values, errors = zip(*losses, strict=True)
    places = range(len(losses))
    colours = ("0.7", "C0", "0.9")[: len(losses)]
    bars = axes.bar(places, values, yerr=errors, width=0.6, capsize=4, color=colours)
    axes.set_xticks(places, [textwrap.fill(name, 11) for name in names], fontsize=9)
    axes.set_title("population loss")
    axes.bar_label(bars, [_figure(value) for value in values], padding=3, fontsize=9)
    spread = max(max(values) - min(values), *errors, 1e-9)
    above = "up to a constant" if any(errors) else "above its lower bound"
    low = min(values) - 1.5 * spread if any(errors) else 0.0
    axes.set(ylim=(low, max(values) + 0.3 * spread), ylabel=above)


def _figure(value: float) -> str:
    return f"< {FLAT:.0e}" if 0 <= value < FLAT else f"{value:.4g}"
