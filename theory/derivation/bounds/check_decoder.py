"""The independent checker of equations on the decoder ĝ = g∘h^{−1}: by composition with g.

It shares no code with the solver, which expands −J_g ξ by Leibniz' rule: here g is composed with
the moved latents, differentiated along ε, and products are carried as dual numbers.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import sympy as sp

from sith.theory.assumptions import StructuredMixing, derivatives
from sith.theory.derivation.equation import Condition
from sith.theory.errors import UnsupportedCondition
from sith.theory.groups import AbstractGroup, Field, Map
from sith.theory.verdict import Membership

SAMPLES = 2
"""Members of a group that are composed with g, beside its generators."""

_STEP = sp.Symbol("epsilon", real=True)
_FINE = Membership(True, "the condition has no equation on the decoder")


def check_decoder_field(condition: Condition, field: Field) -> Membership:
    """Say whether g∘(id + εξ)^{−1} solves every decoder equation to first order in ε."""
    mixing = condition.mixing
    if not isinstance(mixing, StructuredMixing):
        return _FINE
    z = condition.z
    if condition.base != z:
        raise UnsupportedCondition("equations on the decoder around another map than the identity")
    # (id + εξ)^{−1} = id − εξ up to ε².
    moved = tuple(x - _STEP * e for x, e in zip(z, field.expressions, strict=True))
    g = mixing.at(z)
    table = dict(zip(z, moved, strict=True))
    change = [sp.diff(e.xreplace(table), _STEP).xreplace({_STEP: sp.Integer(0)}) for e in g]
    both = derivatives((*g, *change), z)
    for equation in condition.equations:
        total = both.domain.zero
        for factors in equation.decoder:
            value, slope = both.domain.one, both.domain.zero
            for a, powers in factors:
                along = [j for j, k in enumerate(powers) for _ in range(k)]
                here, step = both.element(a, along), both.element(len(g) + a, along)
                value, slope = value * here, slope * here + value * step
            total = total + slope
        if total != 0:
            return Membership(
                False,
                f"an equation of the {mixing.structure} decoder changes by "
                f"{both.domain.to_sympy(total)}",
                str(field),
            )
    return Membership(True, "the decoder stays in its class to first order")


def check_decoder_map(condition: Condition, image: Sequence[sp.Expr]) -> Membership:
    """Say whether g∘h^{−1} is in the class of decoders, for h(z) = `image` affine and invertible.

    Raises `UnsupportedCondition` for another h, whose inverse has no closed form in general.
    """
    mixing, z = condition.mixing, condition.z
    if not isinstance(mixing, StructuredMixing):
        return _FINE
    matrix = sp.Matrix([[sp.cancel(sp.diff(e, x)) for x in z] for e in image])
    if matrix.free_symbols:
        raise UnsupportedCondition(
            f"the decoder of the map {tuple(image)}, which is not affine",
            cure="give the inverse map to check_decoder_inverse",
        )
    if matrix.det() == 0:
        return Membership(False, "the map is not invertible", str(tuple(image)))
    origin = dict.fromkeys(z, sp.Integer(0))
    shift = sp.Matrix([e.xreplace(origin) for e in image])
    inverse = matrix.inv() * (sp.Matrix(z) - shift)
    return check_decoder_inverse(condition, Map(z, tuple(inverse)))


def check_decoder_inverse(condition: Condition, inverse: Map) -> Membership:
    """Say whether g∘k is in the class of decoders, for k = h^{−1} any rational map."""
    mixing = condition.mixing
    if not isinstance(mixing, StructuredMixing):
        return _FINE
    table = dict(zip(mixing.symbols, inverse(mixing.symbols), strict=True))
    answer = mixing.admits(tuple(e.xreplace(table) for e in mixing.g))
    if answer.holds:
        return answer
    return Membership(False, f"the decoder leaves its class: {answer.reason}", str(inverse))


def check_members(condition: Condition, group: AbstractGroup) -> Membership:
    """Say whether g∘k is in the class of decoders for drawn members k of a group.

    A class of decoders is not closed under composition, so free fields that form an algebra do not
    show by themselves that its finite maps are free.
    """
    if not isinstance(condition.mixing, StructuredMixing):
        return _FINE
    rng = random.Random(5)
    for _ in range(SAMPLES):
        try:
            member = group.sample(rng)
        except UnsupportedCondition as error:
            return Membership(False, str(error))
        answer = check_decoder_inverse(condition, member)
        if not answer.holds:
            return answer
    return Membership(True, f"drawn members of {group} keep the decoder in its class")
