"""The condition of a loss after a linear projector: that of the loss, with W h + b in place of h."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sympy as sp

from sith.theory.assumptions import Encoder, Mixing, World
from sith.theory.derivation.conditions.frame import frame_of, output_equations
from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.lemmas.forms import pairwise
from sith.theory.errors import UnsupportedCondition
from sith.theory.objectives import Projected

Build = Callable[[World, Any, Encoder], Condition]


def after_projector(encoder: Encoder, objective: Projected) -> Encoder:
    """Return the encoder class of p∘f, whose values are in the projector's output space."""
    return replace(encoder, output=objective.projector.output)


def projected_condition(
    world: World, objective: Projected, encoder: Encoder, build: Build
) -> Condition:
    """Return the equations of the loss at W h + b, with learned W and b, around W = I and b = 0.

    Raises `UnsupportedCondition` where p is no square matrix, and where the loss has no equations
    that hold at all pairs as they stand.
    """
    if world.mixing not in (Mixing.INJECTIVE, Mixing.LINEAR):
        raise UnsupportedCondition(
            f"a projector with a {world.mixing} mixing, whose class would bind f or p∘f"
        )
    outputs = encoder.output.dim
    rows = objective.projector.coefficients(outputs)
    if len(rows) != outputs:
        raise UnsupportedCondition(
            f"{objective.projector} on representations of {outputs} coordinates has no equations in h"
        )
    inner = build(world, objective.objective, after_projector(encoder, objective))
    _require_plain(objective, inner)
    frame = frame_of(world, encoder)
    offsets = objective.projector.offsets() or (sp.Integer(0),) * outputs
    table = {}
    for symbols in (inner.image, inner.image_t):
        for symbol, row, offset in zip(symbols, rows, offsets, strict=True):
            terms = (w * x for w, x in zip(row, symbols, strict=True))
            table[symbol] = sp.Add(*terms, offset)
    learned = {
        w: sp.Integer(i == j) for i, row in enumerate(rows) for j, w in enumerate(row)
    } | dict.fromkeys(objective.projector.offsets(), sp.Integer(0))
    equations = tuple(replace(e, residual=_put(e, table)) for e in inner.equations)
    return replace(
        inner,
        output=encoder.output,
        parameters={**inner.parameters, **learned},
        equations=(*equations, *output_equations(frame)),
        latex=rf"{inner.latex}\quad\text{{with }}Wh{'+b' * bool(objective.projector.offsets())}"
        r"\text{ for }h,\text{ }W\text{ learned}",
        steps=(
            *inner.steps,
            "the projector is learned: h is optimal if some W solves the equations",
        ),
    )


def _put(equation: Equation, table: dict[sp.Symbol, sp.Expr]) -> sp.Expr:
    value = equation.residual.xreplace(table)
    return sp.expand(value) if value.is_polynomial(*value.free_symbols) else value


def _require_plain(objective: Projected, inner: Condition) -> None:
    """Refuse conditions that say more, or less, than equations in the values h(z) and h(z̃)."""
    own = inner.over or inner.base_words or inner.in_box or inner.by_coordinate or inner.foldable
    plain = all(pairwise(e) for e in inner.equations)
    names = {str(x) for x in inner.parameters}
    learned = {str(w) for row in objective.projector.coefficients(len(inner.image)) for w in row}
    # The signs of |W h| would depend on the learned W.
    rough = any(e.residual.atoms(sp.Abs) for e in inner.equations)
    if rough or inner.relaxed or own or not plain or inner.base != inner.z or names & learned:
        raise UnsupportedCondition(
            f"'{objective.objective}' after a projector",
            allowed="losses whose optimum is smooth equations in h(z) and h(z̃), solved by h = z",
        )
