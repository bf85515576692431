"""Finite maps that the optimum leaves free: conjugated permutations, reflections, inversions, others.

The search only proposes. Every map is substituted back by the checker, and is in the lower bound for
that reason alone; a search that finds nothing shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import sympy as sp

from sith.theory.derivation.bounds.candidates import further_maps, isolated_maps, simple_maps
from sith.theory.derivation.bounds.check import check_map
from sith.theory.derivation.bounds.kept import keeps_walls, leaves_walls
from sith.theory.derivation.bounds.screen import refuted
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.lemmas.affine_maps import AffineMaps
from sith.theory.errors import SithError
from sith.theory.groups import AbstractGroup, Field, Map


@dataclass(frozen=True, slots=True)
class Found:
    """Checked maps, and whether they are (with the identity component) all linear solutions."""

    maps: tuple[Map, ...]
    all_linear: bool


def free_maps(
    condition: Condition,
    fields: Sequence[Field],
    groups: Sequence[AbstractGroup] = (),
    kernels: Sequence[AffineMaps] = (),
    *,
    simple: bool = False,
) -> Found:
    """Return maps that solve the condition, the simplest first; each was substituted back.

    With a kernel of differences in `kernels` the affine maps that keep its orders are tried as well.
    Of a free group in `groups` the generators stand for all members, which are not tried. With
    `simple`, only reflections and swaps of coordinates are.
    """
    kept = [m for g in groups if not g.infinite for m in g.finite_generators()]
    tried = {str(Map.identity(len(condition.image))), *map(str, kept)}
    whole = False
    isolated: tuple[Map, ...] = ()
    with suppress(SithError):
        isolated, whole = ((), False) if simple else isolated_maps(condition, fields, kernels)
    further = () if simple else (*further_maps(condition, fields), *isolated)
    for candidate in (*simple_maps(condition), *further):
        if str(candidate) in tried or any(g.contains(candidate).holds for g in groups):
            continue
        tried.add(str(candidate))
        if solves(condition, candidate):
            kept.append(candidate)
    open_ = [m for m in isolated if not _decided(condition, m, kept, groups)] if whole else []
    return Found(tuple(kept), whole and not open_)


def _decided(
    condition: Condition, candidate: Map, kept: Sequence[Map], groups: Sequence[AbstractGroup]
) -> bool:
    """Whether a candidate is known to be optimal, or shown not to be."""
    identity = str(Map.identity(candidate.dim))
    if str(candidate) in (identity, *map(str, kept)):
        return True
    if any(g.contains(candidate).holds for g in groups):
        return True
    try:
        if refuted(condition, candidate) or leaves_walls(condition, candidate):
            return True
        return not check_map(condition, candidate).holds
    except (SithError, sp.PolynomialError, NotImplementedError, ZeroDivisionError, ValueError):
        return False


def solves(condition: Condition, candidate: Map) -> bool:
    """Whether a map is shown to be optimal: the equations hold, and what they leave out."""
    try:
        if condition.linear_only and any(x != 0 for x in candidate.affine_parts()[1]):
            return False
        if refuted(condition, candidate) or not _is_defined(condition, candidate):
            return False
        return check_map(condition, candidate).holds and keeps_walls(condition, candidate).holds
    except (SithError, sp.PolynomialError, NotImplementedError, ZeroDivisionError, ValueError):
        return False


def _is_defined(condition: Condition, candidate: Map) -> bool:
    """Whether the map has no pole but where the condition itself, or a logarithm in it, has one."""
    poles = {
        factor
        for e in candidate.expressions
        for part in _poles(e)
        for factor in _factors(part, candidate.symbols)
    }
    if not poles:
        return True
    names = dict(zip(condition.image, candidate.symbols, strict=True))
    names |= dict(zip(condition.image_t, candidate.symbols, strict=True))
    allowed = {
        factor
        for equation in condition.equations
        for part in _poles(equation.residual)
        for factor in _factors(part.xreplace(names), candidate.symbols)
    }
    return poles <= allowed


def _poles(value: sp.Expr) -> Iterator[sp.Expr]:
    yield from (p.base for p in value.atoms(sp.Pow) if p.exp.could_extract_minus_sign())
    yield from (p.args[0] for p in value.atoms(sp.log))


def _factors(value: sp.Expr, symbols: Sequence[sp.Symbol]) -> Iterator[sp.Expr]:
    if value.is_number:
        return
    if not value.is_polynomial(*symbols):
        yield value
        return
    _, factors = sp.factor_list(value, *symbols)
    yield from (sp.Poly(factor, *symbols).monic().as_expr() for factor, _ in factors)
