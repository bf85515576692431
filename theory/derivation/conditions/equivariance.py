"""The optimum condition of equivariance under known actions."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import Encoder, KnownActions, World
from sith.theory.derivation.conditions.frame import frame_of, output_equations, require_square
from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.lemmas.record import Problem
from sith.theory.derivation.lemmas.squares import EQUIVARIANCE
from sith.theory.errors import InputError
from sith.theory.objectives import Equivariance


def equivariance(world: World, objective: Equivariance, encoder: Encoder) -> Condition:
    """Return h(M_a z) = M̂_a h(z) for every action a, each taken at its own partner M_a z."""
    frame = frame_of(world, encoder)
    require_square(frame, objective)
    pairs = world.pairs
    if not isinstance(pairs, KnownActions):
        raise InputError(f"pairs '{pairs}' have no actions", cure="use pairs=KnownActions(...)")
    demanded = objective.matrices or pairs.matrices
    if [m.shape for m in demanded] != [m.shape for m in pairs.matrices]:
        raise InputError(
            f"the loss demands {len(demanded)} matrices, the world has {len(pairs.matrices)} actions",
            allowed="one matrix of the representation's size for each action",
        )
    z, image, image_t = frame["z"], frame["image"], frame["image_t"]
    equations = []
    for true, model in zip(pairs.matrices, demanded, strict=True):
        partner = tuple(true * sp.Matrix(z))
        moved = model * sp.Matrix(image)
        equations += [Equation(b - a, partner=partner) for a, b in zip(moved, image_t, strict=True)]
    return Condition(
        **frame,
        base=tuple(z),
        parameters={},
        equations=(*equations, *output_equations(frame)),
        latex=r"h(M_az)=M_a\,h(z)\quad\text{for every action }a"
        if not objective.matrices
        else r"h(M_az)=\hat M_a\,h(z)\quad\text{for every action }a",
        steps=("the loss is zero exactly where the condition holds almost surely",),
        lemmas=(EQUIVARIANCE.cite(Problem(world, objective, encoder)),),
        incomplete=""
        if frame["linear_only"]
        else "maps that are not polynomial may commute with the actions besides",
    )
