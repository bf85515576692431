"""What every optimum condition starts from: spaces, symbols and the base coordinates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    AbstractSpace,
    Encoder,
    Family,
    Mixing,
    World,
    confined_coordinates,
    unstated_coordinates,
)
from sith.theory.derivation.equation import Equation
from sith.theory.errors import InputError
from sith.theory.notation import latents
from sith.theory.objectives import AbstractObjective


def frame_of(world: World, encoder: Encoder) -> dict[str, Any]:
    """Return the parts of a condition that world and encoder fix; refuses a linear encoder alone."""
    d, m = world.dim, encoder.output.dim
    linear = world.mixing is Mixing.LINEAR and encoder.family is Family.LINEAR
    if encoder.family is Family.LINEAR and not linear:
        raise InputError(
            "a linear encoder cannot invert an injective mixing in general",
            cure="use mixing=Mixing.LINEAR, or a universal encoder",
        )
    return {
        "space": world.space,
        "output": encoder.output,
        "pairs": world.pairs,
        "z": latents(d, "z"),
        "zt": latents(d, "zt"),
        "image": latents(m, "H"),
        "image_t": latents(m, "Ht"),
        "linear_only": linear,
    }


def output_equations(frame: Mapping[str, Any]) -> tuple[Equation, ...]:
    """Return the equations of the space that representations lie in, such as ‖h‖ = 1."""
    return tuple(Equation(c) for c in frame["output"].constraints(frame["image"]))


def require_square(frame: Mapping[str, Any], objective: AbstractObjective) -> None:
    """Refuse representations with another number of coordinates than the latents."""
    d, m = len(frame["z"]), len(frame["image"])
    if d != m:
        raise InputError(
            f"{objective} is derived for representations of d = {d} coordinates, not {m}",
            cure=f"use an encoder with {d} output coordinates",
        )


def has_edge(space: AbstractSpace) -> bool:
    """Whether latents are confined in some coordinates, or may be for all that their space says.

    A map that keeps their law keeps that edge, which no equation imposes.
    """
    return bool(confined_coordinates(space) or unstated_coordinates(space))


def dot(row: Sequence[sp.Expr], point: Sequence[sp.Expr]) -> sp.Expr:
    """Return the inner product of two vectors of expressions."""
    return sp.Add(*(a * b for a, b in zip(row, point, strict=True)))
