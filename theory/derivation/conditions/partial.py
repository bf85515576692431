"""The optimum condition of alignment of some outputs of an invertible encoder."""

from __future__ import annotations

from sith.theory.assumptions import Encoder, Property, StyleRedrawn, World, require
from sith.theory.derivation.conditions.frame import frame_of, require_square
from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.lemmas.record import Problem
from sith.theory.derivation.lemmas.squares import ALIGNED
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.objectives import PartialAlignment


def partial_alignment(world: World, objective: PartialAlignment, encoder: Encoder) -> Condition:
    """Return h(z)_c = h(z̃)_c almost surely; the other outputs are free but for invertibility."""
    require(world, Property.SHARED_CONTENT, str(objective))
    frame = frame_of(world, encoder)
    require_square(frame, objective)
    pairs = world.pairs
    if not isinstance(pairs, StyleRedrawn):
        raise InputError(f"pairs '{pairs}' have more than one mixing", cure="use StyleRedrawn(...)")
    z, image, image_t = frame["z"], frame["image"], frame["image_t"]
    if frame["space"].constraints(z) or frame["output"].constraints(image):
        raise UnsupportedCondition(
            "invertible encoders between curved spaces", cure="use Box(d) or RealSpace(d)"
        )
    # Both views share the content coordinates, so their symbols are the same.
    frame["zt"] = tuple(
        a if i in pairs.content else b for i, (a, b) in enumerate(zip(z, frame["zt"], strict=True))
    )
    return Condition(
        **frame,
        base=tuple(z),
        parameters={},
        equations=tuple(Equation(image[i] - image_t[i]) for i in pairs.content),
        latex=r"h(z)_c=h(\tilde z)_c\ \text{a.s.},\quad h\ \text{invertible}",
        steps=("the loss is zero exactly where the content's outputs agree almost surely",),
        lemmas=(ALIGNED.cite(Problem(world, objective, encoder)),),
    )
