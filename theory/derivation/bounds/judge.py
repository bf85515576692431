"""Outcome and missing inclusions, from the bounds alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations

import sympy as sp

from sith.theory.assumptions import unstated_coordinates
from sith.theory.derivation.bounds.families import links
from sith.theory.derivation.bounds.findings import Findings, holds_near
from sith.theory.derivation.bounds.recognise import mixing
from sith.theory.derivation.bounds.table import outcome
from sith.theory.derivation.equation import Condition
from sith.theory.groups import keeps_a_block
from sith.theory.verdict import Outcome


def judged(result: Findings, *, infinite: bool, all_linear: bool, confined: bool) -> Findings:
    """Add outcome and missing inclusions, which follow from the bounds alone."""
    condition = result.condition
    dim = len(condition.image)
    affine = condition.linear_only or bool(result.kernels)
    linear = affine and all_linear and result.complete.complete
    whole = bool(result.whole) and not result.further
    whole = whole or linear or (bool(result.mirror) and not result.fields)
    complete = result.complete.complete and not condition.incomplete
    attained = confined or len(result.fields) == len(result.span)
    if infinite:
        group = result.groups[-1]
        local = any(holds_near(b, group) for b in result.upper)
    else:
        local = complete and attained
        local = local or any(
            result.groups and holds_near(b, result.groups[-1]) for b in result.upper
        )
    free = [*links(result.families), *mixing(result.fields)]
    keeps_all = len(condition.base_coordinates) == len(condition.z)
    # Coordinates in one equation of the space are functions of each other.
    tied = [[i for i, x in enumerate(condition.z) if c.has(x)] for c in _equations(condition)]
    free += [pair for block in tied for pair in permutations(block, 2)]
    space = bool(result.families) and keeps_all and dim > 1 and not keeps_a_block(dim, free)
    found = outcome(whole=whole, local=local, space_of_functions=space)
    missing = [] if found is not Outcome.UNDECIDED else list(_missing(result, complete=complete))
    return replace(result, outcome=found, missing=tuple(missing), exact=linear)


def _equations(condition: Condition) -> tuple[sp.Expr, ...]:
    return (
        condition.space.constraints(condition.z) if len(condition.z) == len(condition.image) else ()
    )


def _missing(result: Findings, *, complete: bool) -> Iterator[str]:
    if result.condition.incomplete:
        yield f"an upper bound: {result.condition.incomplete}"
    elif not complete:
        yield f"an upper bound: {result.complete.reason}"
    if len(result.fields) < len(result.span):
        why = result.condition.relaxed or "outputs are confined"
        unsaid = unstated_coordinates(result.condition.output)
        if unsaid:
            why = (
                f"the output space '{result.condition.output}' does not say whether coordinate "
                f"{unsaid[0] + 1} is confined; give it `intervals`, the coordinates confined to "
                "(0, 1), or () if there is none"
            )
        yield f"whether all fields that solve the equations are free: {why}"
