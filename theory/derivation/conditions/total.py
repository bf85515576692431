"""The optimum condition of a sum of objectives: all their conditions, where one map solves them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sympy as sp

from sith.theory.assumptions import Classes, Encoder, World
from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.lemmas.minima import COMMON_MINIMUM, Terms
from sith.theory.errors import UnsupportedCondition
from sith.theory.objectives import GaussianAlignment, SpectralObjective, Sum

Build = Callable[[World, Any, Encoder], Condition]


def sum_condition(world: World, objective: Sum, encoder: Encoder, build: Build) -> Condition:
    """Return the equations of all terms together, learned parameters kept apart.

    That the base map solves all of them is checked with the condition, as for every claim. Raises
    `UnsupportedCondition` where a term has no condition, or one that is weaker than its optimum.
    """
    worlds, parts = [], []
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
        _require_plain(number, Terms((own,), (part,)))
        worlds.append(own)
        parts.append(_renamed(part, number))
    first = next((p for p in parts if not isinstance(p.pairs, Classes)), parts[0])
    ordered = [first, *(p for p in parts if p is not first)]
    terms = Terms(tuple(worlds), tuple(parts))
    other = next((p for p in ordered if p.base != first.base), first)
    if COMMON_MINIMUM.failing(terms):
        raise UnsupportedCondition(
            f"no map is known that minimises every term of '{objective}': their optima are "
            f"around {first.base} and {other.base}"
        )
    return replace(
        first,
        parameters={k: v for p in ordered for k, v in p.parameters.items()},
        equations=tuple(dict.fromkeys(e for p in ordered for e in p.equations)),
        latex=r",\qquad ".join(p.latex for p in ordered),
        steps=tuple(s for p in ordered for s in p.steps),
        lemmas=(COMMON_MINIMUM.cite(terms), *dict.fromkeys(x for p in ordered for x in p.lemmas)),
        incomplete="; ".join(p.incomplete for p in ordered if p.incomplete),
        relabelled=any(p.relabelled for p in ordered),
    )


def _require_plain(number: int, term: Terms) -> None:
    """Refuse a condition that does not say all, or that holds at some pairs only."""
    fault = term.weaker[0] or ("it does not hold at every pair of points" * term.elsewhere[0])
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
