"""The optimum condition of exact reconstruction: the class of the mixing alone decides."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import Encoder, Mixing, World, confined_coordinates
from sith.theory.derivation.conditions.frame import frame_of, output_equations, require_square
from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.lemmas.record import Problem
from sith.theory.derivation.lemmas.squares import RECONSTRUCTION
from sith.theory.errors import UnsupportedCondition
from sith.theory.objectives import Reconstruction


def reconstruction(world: World, objective: Reconstruction, encoder: Encoder) -> Condition:
    """Return the condition that holds for every map of the mixing class."""
    frame = frame_of(world, encoder)
    require_square(frame, objective)
    bounded = len(confined_coordinates(world.space)) == world.dim
    flat = not world.space.constraints(frame["z"])
    if world.mixing is Mixing.CONFORMAL and flat and not bounded:
        raise UnsupportedCondition(
            "conformal fields of degree 2 move points of an unbounded space to infinity, so the maps "
            f"of the {world.space} are fewer than the fields",
            cure="use Box(d), a bounded domain",
        )
    return Condition(
        **frame,
        base=tuple(frame["z"]),
        parameters={},
        equations=(Equation(sp.Integer(0)), *output_equations(frame)),
        latex="" if world.mixing.restricts_jacobian else r"h=\hat g^{-1}\circ g",
        steps=("every map of the class reconstructs, whatever the law of $h(z)$",),
        lemmas=(RECONSTRUCTION.cite(Problem(world, objective, encoder)),),
    )
