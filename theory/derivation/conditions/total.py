"""The optimum condition of a sum of objectives: all their conditions, where one map solves them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sympy as sp

from sith.theory.assumptions import Classes, Encoder, Property, World, properties
from sith.theory.derivation.equation import Condition, Equation
from sith.theory.errors import UnsupportedCondition
from sith.theory.objectives import GaussianAlignment, SpectralObjective, Sum
from sith.theory.verdict import Lemma

Build = Callable[[World, Any, Encoder], Condition]

COMMON_MINIMUM = Lemma(
    "L-common-minimum",
    "where one map minimises every term, the minimisers of a sum with positive weights are the maps "
    "that minimise every term",
    "elementary",
)


def sum_condition(world: World, objective: Sum, encoder: Encoder, build: Build) -> Condition:
    """Return the equations of all terms together, learned parameters kept apart.

    That the base map solves all of them is checked with the condition, as for every claim. Raises
    `UnsupportedCondition` where a term has no condition, or one that is weaker than its optimum.
    """
    parts = []
    for number, term in enumerate(objective.terms, 1):
        if isinstance(term.objective, SpectralObjective | GaussianAlignment):
            raise UnsupportedCondition(
                f"term {number} of the sum, '{term.objective}': its optimum is that of an operator, "
                "and no equations that could be joined with others are known"
            )
        own = replace(world, pairs=term.pairs[0]) if term.pairs else world
        try:
            part = build(own, term.objective, encoder)
        except UnsupportedCondition as error:
            raise UnsupportedCondition(f"term {number} of the sum: {error}") from error
        _require_plain(number, own, part)
        parts.append(_renamed(part, number))
    first = next((p for p in parts if not isinstance(p.pairs, Classes)), parts[0])
    ordered = [first, *(p for p in parts if p is not first)]
    for part in ordered:
        same = (part.z, part.zt, part.image, part.base) == (
            first.z,
            first.zt,
            first.image,
            first.base,
        )
        if not same:
            raise UnsupportedCondition(
                f"no map is known that minimises every term of '{objective}': their optima are "
                f"around {first.base} and {part.base}"
            )
    return replace(
        first,
        parameters={k: v for p in ordered for k, v in p.parameters.items()},
        equations=tuple(dict.fromkeys(e for p in ordered for e in p.equations)),
        latex=r",\qquad ".join(p.latex for p in ordered),
        steps=tuple(s for p in ordered for s in p.steps),
        lemmas=(COMMON_MINIMUM, *dict.fromkeys(x for p in ordered for x in p.lemmas)),
        incomplete="; ".join(p.incomplete for p in ordered if p.incomplete),
        relabelled=any(p.relabelled for p in ordered),
    )


def _require_plain(number: int, world: World, part: Condition) -> None:
    """Refuse conditions that do not say all, or that hold at some pairs only."""
    fault = ""
    if part.relaxed:
        fault = f"its equations are weaker than its optimum ({part.relaxed})"
    elif part.in_box or part.by_coordinate or part.over or part.base_words:
        fault = "its optimum is stated in coordinates of its own"
    elif any(e.decoder or e.partner for e in part.equations):
        fault = "its equations are about a decoder, or hold at single partners"
    elif not isinstance(part.pairs, Classes) and Property.FULL_SUPPORT not in properties(world):
        fault = "it does not hold at every pair of points"
    if fault:
        raise UnsupportedCondition(f"term {number} of the sum: {fault}")


def _renamed(part: Condition, number: int) -> Condition:
    """Give the learned parameters of a term names of their own."""
    table = {p: sp.Symbol(f"{p}_{number}", **p.assumptions0) for p in part.parameters}
    return replace(
        part,
        parameters={table[p]: v for p, v in part.parameters.items()},
        equations=tuple(_moved(e, table) for e in part.equations),
    )


def _moved(equation: Equation, table: dict[sp.Symbol, sp.Symbol]) -> Equation:
    return replace(equation, residual=equation.residual.xreplace(table))
