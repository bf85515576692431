"""The optimum condition itself on quadrature nodes, for losses that have no simpler quadrature.

Where the loss is a mean of squares (alignment of kept outputs, equivariance) the gap is the loss. Elsewhere
it is the mean square of the condition's residuals, learned parameters minimised out, which is 0 exactly
where the condition holds at the nodes; the class of the mixing is a part of the condition. Where outputs
may come in any order, it is taken in the one order that is best for all pairs.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import sympy as sp
import torch
from torch import Tensor

from sith.numerics.exact.for_world import for_world
from sith.numerics.exact.residuals import OnNodes, Place, Residual, repeated
from sith.numerics.lowering.lower import lower, lower_map
from sith.theory import Claim, UnsupportedCondition, optimum_condition
from sith.theory.derivation.equation import Condition, Equation, UpTo


def on_nodes(claim: Claim, count: int) -> OnNodes:
    """The problem of a claim's optimum condition on `count` nodes a coordinate.

    Raises:
        UnsupportedCondition: equations on the decoder, up to functions of single coordinates, or that
            are not affine in the learned parameters; or no quadrature.
    """
    condition = optimum_condition(claim.world, claim.objective, claim.encoder)
    partners = {_partner(condition, e): 0 for e in condition.equations}
    partners.pop((), None)
    places = {partner: k for k, partner in enumerate(partners, 1)} | {(): 0}
    residuals = tuple(
        _residual(condition, e, places[_partner(condition, e)]) for e in condition.equations
    )
    quadrature = for_world(claim.world, count)
    both = torch.cat([repeated(quadrature.nodes, along=k) for k in (1, 0)], 1)
    names, _ = _names(condition)
    outputs = tuple(range(len(condition.image)))
    return OnNodes(
        quadrature,
        residuals,
        tuple(_place(lower_map(p, names[: 2 * len(condition.z)])(both)) for p in partners),
        condition.in_box,
        len(condition.parameters),
        tuple(permutations(outputs)) if condition.symmetric else (outputs,),
    )


def _place(points: Tensor) -> Place:
    # Coordinates of two nodes of a grid are a node again, so that most partners are met often.
    return Place(*torch.unique(points, dim=0, return_inverse=True))


def _residual(condition: Condition, equation: Equation, place: int) -> Residual:
    if equation.decoder:
        raise UnsupportedCondition("an equation on derivatives of the decoder is not put on nodes")
    if equation.up_to not in (UpTo.NOTHING, UpTo.FUNCTION_OF_Z):
        raise UnsupportedCondition(f"an equation up to {equation.up_to.value} is not put on nodes")
    parameters = tuple(condition.parameters)
    slopes = [sp.diff(equation.residual, p) for p in parameters]
    if any(s.free_symbols & set(parameters) for s in slopes):
        raise UnsupportedCondition(
            "an equation that is not affine in its learned parameters is not put on nodes"
        )
    fixed = equation.residual.xreplace(dict.fromkeys(parameters, sp.Integer(0)))
    # Kept coordinates have one symbol for both points.
    names, twice = _names(condition)
    paired = bool(fixed.free_symbols & twice) or any(s.free_symbols & twice for s in slopes)
    return Residual(
        _at(fixed, names),
        tuple(_at(s, names) for s in slopes),
        paired or place > 0,
        place,
        equation,
    )


def _names(condition: Condition) -> tuple[tuple[sp.Symbol, ...], set[sp.Symbol]]:
    zt = tuple(
        sp.Symbol(f"kept{i}", real=True) if b == a else b
        for i, (a, b) in enumerate(zip(condition.z, condition.zt, strict=True))
    )
    names = (*condition.z, *zt, *condition.image, *condition.image_t)
    return names, {*zt, *condition.image_t}


def _partner(condition: Condition, equation: Equation) -> tuple[sp.Expr, ...]:
    """z̃ in two nodes: the equation's own partner, or one that keeps shared coordinates; () for neither."""
    shared = [a == b for a, b in zip(condition.z, condition.zt, strict=True)]
    if equation.partner or not any(shared):
        return tuple(equation.partner)
    names, d = _names(condition)[0], len(condition.z)
    return tuple(a if s else b for a, b, s in zip(names[:d], names[d : 2 * d], shared, strict=True))


def _at(expression: sp.Expr, names: tuple[sp.Symbol, ...]) -> Callable[[Tensor], Tensor]:
    return lower(expression, names)
