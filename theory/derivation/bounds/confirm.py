"""Whether fields that are free to first order are tangent to free maps, for decoders of a class.

The maps that keep g∘h^{−1} in a class that is not closed under composition are no group, and a field
may solve the linearised equations without any map that follows it. A field outside the stated
group refutes the claim only where such maps are known.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from sith.theory.assumptions import StructuredMixing
from sith.theory.claim import Claim
from sith.theory.derivation.bounds.check_decoder import check_decoder_inverse
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.lemmas.classes import HYPERBOLIC
from sith.theory.groups import AbstractGroup, Field, Map
from sith.theory.objectives import Reconstruction

STEPS = (sp.Integer(1), sp.Rational(1, 3))
"""Maps id − tξ are tried for these t."""


def first_order_only(
    claim: Claim, condition: Condition, groups: Sequence[AbstractGroup], fields: Sequence[Field]
) -> str:
    """Return why free fields outside the stated group may have no free maps; empty if all is known.

    A named group is confirmed by its members, and a field in the stated algebra refutes nothing.
    """
    if groups or not isinstance(condition.mixing, StructuredMixing):
        return ""
    outside = [f for f in fields if not claim.group.in_algebra(f).holds]
    if not outside or any(_followed(claim, condition, field) for field in outside):
        return ""
    return (
        f"{outside[0]} is free to first order and outside the stated group, and no free map that "
        "follows such a field is known"
    )


def _followed(claim: Claim, condition: Condition, field: Field) -> bool:
    if any(x.name == HYPERBOLIC.name for x in condition.lemmas) and _of_two_coordinates(field):
        return True
    if not isinstance(claim.objective, Reconstruction) or not _invertible(field):
        return False
    for t in STEPS:
        moved = tuple(x - t * e for x, e in zip(field.symbols, field.expressions, strict=True))
        if not check_decoder_inverse(condition, Map(field.symbols, moved)).holds:
            return False
    return True


def _of_two_coordinates(field: Field) -> bool:
    moved = {s for s, e in zip(field.symbols, field.expressions, strict=True) if sp.expand(e) != 0}
    used = {s for e in field.expressions for s in sp.expand(e).free_symbols}
    return len(moved | used) <= 2


def _invertible(field: Field) -> bool:
    """Whether id − tξ is invertible on R^d: ξ is affine, or triangular in some order."""
    z = field.symbols
    values = [sp.expand(e) for e in field.expressions]
    jacobian = sp.Matrix([[sp.diff(e, x) for x in z] for e in values])
    if not jacobian.free_symbols:
        return all((sp.eye(len(z)) - t * jacobian).det() != 0 for t in STEPS)
    left = dict(zip(z, values, strict=True))
    while True:
        settled = [x for x, e in left.items() if not e.free_symbols & set(left)]
        if not settled:
            return not left
        for x in settled:
            del left[x]
