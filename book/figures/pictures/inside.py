"""Latents under three members of the group, and the loss along a family inside and one outside."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from book.figures.pictures.grid import draw, lines_of, reach_of
from book.figures.pictures.maps import (
    applied,
    bend,
    bend_map,
    members,
    shear,
    shear_map,
    turn,
    turn_map,
)
from book.figures.pictures.specs import RING, Members
from book.figures.pictures.style import KEPT, RISING, TEXT, bare, done, measured, panels
from sith import Claim, Map, check_map, optimum_condition, theorem
from sith.numerics.exact import population_problem

FAMILIES = {"turn": turn, "shear": shear, "bend": bend}
EXACT = {"turn": turn_map, "shear": shear_map, "bend": bend_map}
WORDS = {"turn": "rotations", "shear": "shears", "bend": "bends"}
ONE = {"turn": "rotation", "shear": "shear", "bend": "bend"}
LARGEST = {"turn": 90.0, "shear": 0.6, "bend": 0.6}
ZERO, CLEAR = 1e-10, 1e-5
"""A loss above its bound up to the first is zero, and one above the second is not."""


def words(spec: Members) -> tuple[str, str]:
    """Return the caption and the text alternative."""
    what = "A ring" if spec.where == RING else "A grid"
    start = f"{what} of latents and its images under three {spec.group}"
    if spec.inside and spec.inside == spec.outside:
        end = "the loss along all rotations: it is least at multiples of 90 degrees only"
    elif spec.inside:
        end = f"the loss: least along {WORDS[spec.inside]}, and larger along {WORDS[spec.outside]}"
    elif spec.outside:
        end = f"a {ONE[spec.outside]}, which does not satisfy the condition at the optimum"
    else:
        end = ""
    caption = f"Latents, three members of the stated group ({spec.group})"
    alt = f"{start}; beside them {end}." if end else f"{start}."
    drawn = " Two of the three coordinates are drawn." if spec.members and spec.dim == 3 else ""
    return (f"{caption}; right, {end}.{drawn}" if end else f"{caption}.{drawn}"), alt


def figure(slug: str, spec: Members) -> Figure:
    """Draw the picture; what it says of optimal maps is asserted on the way."""
    claim = theorem(slug).at(spec.dim, **spec.at)
    curves = lines_of(spec.where)
    maps = members(spec.members or claim.group, curves)
    for member in maps:
        assert claim.group.contains(_extended(member, claim.group.dim)).holds
    images = [curves, *(applied(member, curves) for member in maps)]
    if spec.outside and not spec.inside:
        images.append(applied(_refused(claim, spec.outside), curves))
    titles = ["latents $z$", *["$h(z)$, optimal"] * 3, "not optimal"]
    ratios = (1.0, 1.0, 1.0, 1.0, 1.45 if spec.inside else 1.0)
    drawing, axes = panels(5, ratios=ratios) if spec.outside else panels(4, height=2.5)
    reach, centre = reach_of(*images)
    for place, image, title in zip(axes, images, titles, strict=False):
        bare(place, title, reach, centre)
        draw(place, image)
    if spec.inside:
        _losses(axes[-1], claim, spec)
    elif spec.outside:
        axes[-1].title.set_color(RISING)
        axes[-1].spines[:].set_color(RISING)
    return done(drawing)


def _extended(member: Map, dim: int) -> Map:
    """Return a map of the first coordinates, with the identity on the others."""
    whole = Map.identity(dim)
    changed = member.after(Map(whole.symbols, whole.symbols[: member.dim]))
    return Map(whole.symbols, (*changed.expressions, *whole.symbols[member.dim :]))


def _refused(claim: Claim, family: str) -> Map:
    """Return a map of the plane that the condition at the optimum refuses, by an exact check."""
    condition = optimum_condition(claim.world, claim.objective, claim.encoder)
    member = EXACT[family](len(condition.base), claim.encoder.output.dim)
    assert not check_map(condition, member).holds
    return EXACT[family](2)


def _losses(axes: Axes, claim: Claim, spec: Members) -> None:
    """Draw the loss above its bound along the two families."""
    loss = _loss(claim, spec)
    if spec.inside == spec.outside:
        _turned(axes, loss)
        return
    times = np.linspace(-1, 1, 21)
    kept = [loss(spec.inside, t * LARGEST[spec.inside]) for t in times]
    rising = [loss(spec.outside, t * LARGEST[spec.outside]) for t in times]
    assert max(map(abs, kept)) < ZERO
    assert min(rising[0], rising[-1]) > CLEAR
    measured(axes, "loss above its minimum", "strength of the map")
    axes.plot(times, rising, color=RISING, lw=1.6)
    axes.plot(times, kept, color=KEPT, lw=2.2)
    top = max(rising)
    axes.set_ylim(-0.26 * top, 1.12 * top)
    axes.set(xticks=[-1, 0, 1], yticks=[0, _round(top)])
    axes.text(0, -0.05 * top, WORDS[spec.inside], color=KEPT, ha="center", va="top", fontsize=TEXT)
    axes.text(0, 0.86 * top, WORDS[spec.outside], color=RISING, ha="center", fontsize=TEXT)


def _turned(axes: Axes, loss: Callable[[str, float], float]) -> None:
    """Draw the loss along all rotations, with the ones that permute coordinates marked."""
    angles = np.arange(0, 181, 6)
    values = np.array([loss("turn", float(a)) for a in angles])
    members_at = angles % 90 == 0
    assert np.abs(values[members_at]).max() < ZERO
    assert values[~members_at].min() > CLEAR / 100
    measured(axes, "loss above its minimum", "rotation by")
    axes.plot(angles, values, color=RISING, lw=1.6)
    axes.plot(angles[members_at], values[members_at], "o", color=KEPT, ms=5, clip_on=False)
    axes.set(xticks=[0, 90, 180], yticks=[0, _round(values.max())])
    axes.set_xticklabels(["0°", "90°", "180°"])
    axes.set_ylim(-0.07 * values.max(), 1.12 * values.max())


def _loss(claim: Claim, spec: Members) -> Callable[[str, float], float]:
    """Return the population loss above its bound of a map of a family, by quadrature."""
    problem = population_problem(claim)
    sphere = spec.where == RING and claim.encoder.output == claim.world.space

    def loss(family: str, amount: float) -> float:
        moved = FAMILIES[family](amount)

        def h(z):  # type: ignore[no-untyped-def]
            image = moved(z)
            return image / image.norm(dim=-1, keepdim=True) if sphere else image

        return problem.gap(h)

    return loss


def _round(value: float) -> float:
    return float(f"{value:.1g}") if float(f"{value:.1g}") <= 1.1 * value else float(f"{value:.2g}")
