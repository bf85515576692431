"""What a space is made of, read off its own equations: unit spheres, intervals (0, 1), lines."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from sith.theory.assumptions.space import AbstractSpace, confined_coordinates, unstated_coordinates
from sith.theory.notation import latents


@dataclass(frozen=True, slots=True)
class Parts:
    """The factors of a product space, by the coordinates that they take.

    `spheres` are blocks on which the only equation is ‖z_B‖ = 1. `unstated` are coordinates in no
    equation of which the space does not say whether they are confined. `curved` says that there are
    further equations, so that the space is not known to be such a product.
    """

    spheres: tuple[tuple[int, ...], ...]
    intervals: tuple[int, ...]
    lines: tuple[int, ...]
    unstated: tuple[int, ...]
    curved: bool

    @property
    def known(self) -> bool:
        """Whether the space is the product of its parts."""
        return not self.curved and not self.unstated


def parts_of(space: AbstractSpace) -> Parts:
    """Return the parts of a space; every equation has to be that of a unit sphere of its own."""
    z = latents(space.dim)
    spheres: list[tuple[int, ...]] = []
    taken: set[int] = set()
    curved = False
    equations = space.constraints(z)
    for constraint in equations:
        block = tuple(i for i, x in enumerate(z) if constraint.has(x))
        model = sp.Add(*(z[i] ** 2 for i in block)) - 1
        same = any(sp.expand(constraint - sign * model) == 0 for sign in (1, -1))
        if not same or len(block) < 2 or taken & set(block):
            curved = True
            continue
        taken |= set(block)
        spheres.append(block)
    confined, unsaid = confined_coordinates(space), unstated_coordinates(space)
    free = [i for i in range(space.dim) if i not in taken]
    used = {i for i, x in enumerate(z) if any(c.has(x) for c in equations)}
    return Parts(
        tuple(spheres),
        tuple(i for i in free if i in confined),
        tuple(i for i in free if i not in {*confined, *unsaid, *used}),
        tuple(i for i in free if i in unsaid),
        curved,
    )


def is_whole(space: AbstractSpace) -> bool:
    """Whether a space is all of R^d: no coordinate is confined, or in an equation."""
    return len(parts_of(space).lines) == space.dim


def unbounded_flat(space: AbstractSpace) -> bool:
    """Whether a space is an affine subspace, cut by intervals, that is seen to hold a whole line."""
    z = latents(space.dim)
    equations = [sp.expand(c).as_coefficients_dict() for c in space.constraints(z)]
    if not all(x.is_Symbol or x.is_number for terms in equations for x in terms):
        return False
    slopes = [[terms.get(x, sp.Integer(0)) for x in z] for terms in equations]
    fixed = {*confined_coordinates(space), *unstated_coordinates(space)}
    walls = [[sp.Integer(i == j) for j in range(space.dim)] for i in sorted(fixed)]
    rows = [*slopes, *walls]
    return not rows or sp.Matrix(rows).rank() < space.dim


def connected(space: AbstractSpace) -> bool:
    """Whether a rational function that vanishes near one point of a space vanishes on all of it.

    So it is on products of spheres, intervals and lines, which are connected and analytic, and where
    a space of equations was shown to be irreducible (`irreducible`).
    """
    return not parts_of(space).curved or bool(getattr(space, "irreducible", False))
