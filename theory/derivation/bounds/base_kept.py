"""Whether the base map takes the latents into the outputs' intervals, of which no equation speaks."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import confined_coordinates, parts_of, unstated_coordinates
from sith.theory.derivation.equation import Condition
from sith.theory.verdict import Membership


def base_kept(condition: Condition) -> Membership:
    """Say whether h₀ keeps the outputs in (0, 1) where their space confines them.

    The range of an affine function is read off the parts of the latent space: on a unit sphere a form
    with coefficients v runs from −‖v‖ to ‖v‖, on a line it is not bounded.
    """
    functions = condition.over or condition.base
    identity = tuple(functions) == tuple(condition.z) and not condition.base_words
    if identity and condition.space == condition.output:
        return Membership(True, "the identity of the latent space")
    confined = {*confined_coordinates(condition.output), *unstated_coordinates(condition.output)}
    if not confined:
        return Membership(True, "the outputs are not confined")
    if condition.in_box and not condition.over and all(b in condition.z for b in functions):
        return Membership(True, "h₀ makes the outputs uniform on the box")
    if condition.base_words:
        return Membership(False, f"outputs in units of {condition.base_words} are not compared")
    for i in sorted(confined):
        if i in unstated_coordinates(condition.output):
            return Membership(False, f"its space does not say whether output {i + 1} is confined")
        answer = _between(condition, functions[i])
        if not answer.holds:
            return Membership(False, f"output {i + 1}, {functions[i]}, {answer.reason}")
    return Membership(True, "h₀ keeps the outputs in their intervals")


def _between(condition: Condition, value: sp.Expr) -> Membership:
    """Say whether a function of the latents is shown to stay in (0, 1)."""
    undecided = Membership(False, "is not shown to stay in (0, 1)")
    z = condition.z
    inner = [z[j] for j in confined_coordinates(condition.space)]
    if value in (*inner, *(1 - x for x in inner)):
        return Membership(True, "a confined latent, or 1 minus it")
    parts = parts_of(condition.space)
    row = [sp.diff(value, x) for x in z]
    if not parts.known or not all(x.is_Rational for x in row):
        return undecided
    shift = sp.expand(value - sp.Add(*(c * x for c, x in zip(row, z, strict=True))))
    if not shift.is_Rational:
        return undecided
    wide = sp.Add(*(sp.sqrt(sp.Add(*(row[j] ** 2 for j in b))) for b in parts.spheres))
    low = shift + sp.Add(*(row[j] for j in parts.intervals if row[j] < 0)) - wide
    high = shift + sp.Add(*(row[j] for j in parts.intervals if row[j] > 0)) + wide
    if any(row[j] != 0 for j in parts.lines) or low.is_negative or (high - 1).is_positive:
        return Membership(False, "leaves (0, 1)")
    open_ends = any(row[j] != 0 for j in parts.intervals) and wide == 0
    inside = low.is_nonnegative and (1 - high).is_nonnegative
    strict = low.is_positive and (1 - high).is_positive
    return Membership(True, "a range in (0, 1)") if strict or (inside and open_ends) else undecided
