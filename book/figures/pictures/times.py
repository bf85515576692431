"""A map that keeps the law of the latents, at four times: it mixes them, and the loss stays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from matplotlib.figure import Figure

from book.figures.pictures.grid import draw, lines_of, reach_of
from book.figures.pictures.maps import Points, shear, turn
from book.figures.pictures.specs import BOX, PLANE, SKY, Times
from book.figures.pictures.style import KEPT, RISING, TEXT, bare, done, panels
from sith import Claim, Likelihood, Mixing, theorem
from sith.numerics.exact import disc_twist, population_problem, spiral

Moved = Callable[[torch.Tensor], torch.Tensor]
ZERO = 1e-10


def rings(strength: float) -> Moved:
    """Turn the last two of three coordinates by an angle that grows with the first."""

    def moved(z: torch.Tensor) -> torch.Tensor:
        angle = strength * z[..., 0]
        c, s = angle.cos(), angle.sin()
        return torch.stack(
            (z[..., 0], c * z[..., 1] - s * z[..., 2], s * z[..., 1] + c * z[..., 2]), -1
        )

    return moved


FLOWS: dict[str, tuple[Callable[[float], Moved], float, str]] = {
    "spiral": (spiral, 1.1, PLANE),
    "disc": (lambda t: disc_twist(t, radius=0.49), 4.5, BOX),
    "turn": (turn, 90.0, PLANE),
    "rings": (rings, 3.0, SKY),
}
"""The family, its largest strength, and what is drawn."""


def words(spec: Times) -> tuple[str, str]:
    """Return the caption and the text alternative."""
    far = "" if spec.flow == "disc" else "; a shear, on the right, raises the loss"
    of = "likelihood term of the loss" if spec.likelihood else "loss"
    caption = f"A map {spec.words}, at four times. The {of} is equal under all of them{far}."
    alt = (
        f"A grid of latents under a map {spec.words}, at four times: the grid is mixed more and more, "
        f"and the {of} stays at its minimum{far}."
    )
    return caption, alt


def figure(slug: str, spec: Times) -> Figure:
    """Draw the picture; that the losses are equal is asserted on the way."""
    claim = theorem(slug).at(spec.dim)
    if spec.likelihood:
        # The other terms, and the class of the mixing, are left out.
        world = claim.world.replace(mixing=Mixing.INJECTIVE)
        claim = claim.replace(objective=Likelihood(), world=world)
    family, largest, where = FLOWS[spec.flow]
    curves = lines_of(where)
    moves = [family(largest * k / 3) for k in range(4)]
    losses = _losses(claim, moves)
    assert max(map(abs, losses)) < ZERO
    images = [_image(move, curves, where) for move in moves]
    titles = ["latents $z$", *["$h(z)$"] * 3]
    if where != BOX:
        moves.append(shear(0.5))
        losses += _losses(claim, moves[-1:])
        assert losses[-1] > 1e-3
        images.append(_image(moves[-1], curves, where))
        titles.append("a shear")
    drawing, axes = panels(len(moves), height=2.3 if len(moves) == 5 else 2.75)
    reach, centre = reach_of(*images)
    for place, image, title, loss in zip(axes, images, titles, losses, strict=True):
        bare(place, title, reach, centre)
        draw(place, image)
        equal = abs(loss) < ZERO
        said = "loss: the minimum" if equal else f"loss: {loss:.2f} above"
        place.set_xlabel(said, fontsize=TEXT, color=KEPT if equal else RISING, labelpad=4)
    return done(drawing)


def _losses(claim: Claim, moves: list[Moved]) -> list[float]:
    """Return the loss of maps above its bound, by quadrature."""
    problem = population_problem(claim)
    sphere = claim.dim == 3

    def projected(move: Moved) -> Moved:
        return lambda z: (
            (image := move(z)) / image.norm(dim=-1, keepdim=True) if sphere else move(z)
        )

    return [problem.gap(projected(move)) for move in moves]


def _image(move: Moved, curves: Points, where: str) -> Points:
    """Return the image of curves, those of the half sphere seen along its axis."""
    points = torch.from_numpy(curves.reshape(-1, 2))
    if where == SKY:
        height = (1 - points.square().sum(1)).clamp_min(0).sqrt()
        seen = move(torch.cat((height[:, None], points), 1))
        return np.asarray((seen / seen.norm(dim=1, keepdim=True))[:, 1:]).reshape(curves.shape)
    return np.asarray(move(points)).reshape(curves.shape)
