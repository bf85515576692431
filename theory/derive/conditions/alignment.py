"""The optimum condition of alignment with maximal entropy."""

from __future__ import annotations

import sympy as sp

from theory.assumptions import Encoder, Property, StyleRedrawn, World, require
from theory.derive.conditions.frame import BOUNDARY, frame_of
from theory.derive.equation import Condition, Equation
from theory.derive.lemmas import ALIGN_ENTROPY
from theory.errors import InputError
from theory.objectives import AlignmentMaxEntropy


def alignment(world: World, objective: AlignmentMaxEntropy, encoder: Encoder) -> Condition:
    """Return h(z) = h(z̃) almost surely with h(z) uniform; outputs and content are equally many."""
    require(world, Property.SHARED_CONTENT, str(objective))
    frame = frame_of(world, encoder)
    pairs = world.pairs
    if not isinstance(pairs, StyleRedrawn):
        raise InputError(f"pairs '{pairs}' share no content", cure="use StyleRedrawn(content=...)")
    z, image, image_t = frame["z"], frame["image"], frame["image_t"]
    # Both views share the content coordinates, so their symbols are the same.
    frame["zt"] = tuple(
        a if i in pairs.content else b for i, (a, b) in enumerate(zip(z, frame["zt"], strict=True))
    )
    if len(image) != len(pairs.content):
        raise InputError(
            f"the encoder has {len(image)} outputs and the world {len(pairs.content)} content "
            "coordinates",
            cure="the theorem needs as many outputs as content coordinates",
        )
    content = [z[i] for i in pairs.content]
    log_content = _marginal(world, content, z)
    aligned = [Equation(a - b) for a, b in zip(image, image_t, strict=True)]
    # Content coordinates are taken to be uniform: the group is the same up to a diffeomorphism.
    law = Equation(sp.Integer(0), volume=tuple(enumerate(pairs.content)))
    note = "" if log_content == 0 else r" (coordinates in which the content is uniform)"
    return Condition(
        **frame,
        base=tuple(content),
        parameters={},
        equations=(*aligned, law),
        latex=r"h(z)=h(\tilde z)\ \text{a.s.},\quad h(z)\sim U((0,1)^{n_c})",
        steps=("the optimum is aligned and uniform" + note,),
        lemmas=(ALIGN_ENTROPY,),
        relaxed=BOUNDARY,
    )


def _marginal(world: World, content: list[sp.Symbol], z: tuple[sp.Symbol, ...]) -> sp.Expr:
    log_density = world.prior.log_density(z)
    return log_density.subs({s: 0 for s in z if s not in content})
