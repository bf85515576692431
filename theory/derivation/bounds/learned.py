"""Are the learned parameters of the base map determined? Else fewer fields are counted than are free.

Free fields are counted around one solution (h₀, θ₀). A family of optimal maps h_t → h₀ comes with
parameters θ_t of its own, and these need not tend to θ₀ where other θ solve the equations at h₀: at
some of these more fields may be free. On the simplex, B h(z) + c = z holds at h = z with singular B
too, and then any function may be added to h along the kernel of B.

Two cases are shown. *Linear*: the equations are linear in θ, and every change of θ that solves them
at h₀ solves them at all maps; θ_t then tends to θ₀ up to changes that no equation sees. *Monomials*:
the equations are linear in some monomials of θ, whose values are determined in that way, and these
give θ₀ up to signs that leave every monomial as it is.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import sympy as sp
from flint import fmpq, fmpq_mat, nmod_mat

from sith.theory.derivation.bounds.check import image_table
from sith.theory.derivation.equation import Condition, Equation, UpTo
from sith.theory.derivation.fields.draws import Draw, Draws
from sith.theory.derivation.fields.variety import Monomial, variety_of
from sith.theory.errors import UnsupportedCondition

OPEN = (
    "at the base map the equations hold for other learned parameters too, and at some of these more "
    "fields may be free"
)
"""Why no list of fields is complete."""

SPARE_DRAWS = 4
"""Draws beyond the number of parameters; more cannot raise the rank but for an accident."""


def undetermined(condition: Condition) -> str:
    """Say why the learned parameters are not shown to be determined at the base map; "" if they are."""
    learned = tuple(condition.parameters)
    if not learned:
        return ""
    equations = [replace(e, residual=_seen(condition, e)) for e in condition.equations]
    if any(not e.residual.is_polynomial(*learned) for e in equations):
        return OPEN
    try:
        linear = [e for e in equations if sp.Poly(e.residual, *learned).total_degree() <= 1]
        if _determined(condition, linear, learned, equations):
            return ""
        relaxed = _monomials(condition, equations, learned)
        return "" if relaxed and _determined(*relaxed) else OPEN
    except UnsupportedCondition as error:
        return f"{OPEN}: {error}"


def _seen(condition: Condition, equation: Equation) -> sp.Expr:
    """Return the residual without the terms that its up-to function takes."""
    residual = sp.expand(equation.residual)
    if equation.up_to is not UpTo.FUNCTION_OF_Z:
        return residual
    partner = {*condition.zt, *condition.image_t}
    return sp.Add(*(t for t in sp.Add.make_args(residual) if t.free_symbols & partner))


def _determined(
    condition: Condition,
    linear: Sequence[Equation],
    learned: Sequence[sp.Symbol],
    equations: Sequence[Equation],
) -> bool:
    """Whether linear equations determine θ at h₀, up to changes that no equation sees at any map."""
    left = len(learned) - _rank_at_base(condition, linear, learned)
    return left == 0 or (
        len(linear) == len(equations) and left == _unseen_changes(condition, equations, learned)
    )


def _rank_at_base(
    condition: Condition, linear: Sequence[Equation], learned: Sequence[sp.Symbol]
) -> int:
    """Return the rank at rational points of the equations on θ at h₀, at most the generic rank."""
    table = image_table(condition, condition.base, condition.base_t)
    slopes = [(e, [sp.diff(e.residual, p).xreplace(table) for p in learned]) for e in linear]
    flat = [s for _, row in slopes for s in row]
    draws = Draws(condition, flat, random.Random(23))
    count = len(learned) + SPARE_DRAWS
    rows = [r for _ in range(count) for r in _rows(condition, slopes, draws.draw())]
    return int(fmpq_mat(rows).rank()) if rows else 0


def _rows(
    condition: Condition, slopes: Sequence[tuple[Equation, list[sp.Expr]]], draw: Draw
) -> list[list[fmpq]]:
    z, zt, other, _ = draw
    rows = []
    for equation, row in slopes:
        if equation.up_to in (UpTo.SEPARABLE, UpTo.PAIR_SEPARABLE):
            continue
        own = dict(zip(condition.z, z, strict=True))
        partner = tuple(e.xreplace(own) for e in equation.partner) or zt
        values = _at(condition, row, z, partner)
        if equation.up_to is UpTo.FUNCTION_OF_Z:
            second = _at(condition, row, z, other)
            values = [a - b for a, b in zip(values, second, strict=True)]
        rows.append(values)
    return rows


def _number(value: sp.Expr) -> fmpq:
    if not value.is_Rational:
        raise UnsupportedCondition(f"{value} in an equation on learned parameters is not rational")
    return fmpq(int(value.p), int(value.q))


def _at(
    condition: Condition, row: Sequence[sp.Expr], z: Sequence[sp.Expr], zt: Sequence[sp.Expr]
) -> list[fmpq]:
    table = dict(zip((*condition.z, *condition.zt), (*z, *zt), strict=True))
    return [_number(x.xreplace(table)) for x in row]


def _unseen_changes(
    condition: Condition, equations: Sequence[Equation], learned: Sequence[sp.Symbol]
) -> int:
    """Return how many independent changes of θ solve the equations at every map into the outputs."""
    symbols = (*condition.z, *condition.zt, *condition.image, *condition.image_t)
    columns: list[dict[tuple[int, Monomial], fmpq]] = []
    for p in learned:
        column: dict[tuple[int, Monomial], fmpq] = {}
        for n, equation in enumerate(equations):
            slope = sp.diff(equation.residual, p)
            if not slope.is_polynomial(*symbols):
                return 0
            for m, c in _on_outputs(condition, sp.Poly(slope, *symbols).as_dict()).items():
                column[n, m] = c
        columns.append(column)
    keys = sorted({k for column in columns for k in column})
    rows = [[column.get(k, fmpq(0)) for k in keys] for column in columns]
    return len(learned) - (int(fmpq_mat(rows).rank()) if keys else 0)


def _on_outputs(condition: Condition, terms: Mapping[Monomial, sp.Expr]) -> Mapping[Monomial, fmpq]:
    d, m = len(condition.z), len(condition.image)
    found = {k: _number(c) for k, c in terms.items()}
    if not condition.output.constraints(condition.image):
        return found
    variety = variety_of(condition.output)
    for start in (2 * d, 2 * d + m):
        found = variety.reduce(found, range(start, start + m))
    return found


def _monomials(
    condition: Condition, equations: Sequence[Equation], learned: Sequence[sp.Symbol]
) -> tuple[Condition, list[Equation], tuple[sp.Symbol, ...], list[Equation]] | None:
    """Return the problem in which every monomial of θ is a parameter; None where θ does not follow.

    θ follows up to signs where each parameter or its square is a monomial, and the signs extend.
    """
    names: dict[Monomial, sp.Symbol] = {}
    changed = []
    for equation in equations:
        terms = sp.Poly(equation.residual, *learned).as_dict()
        for powers in terms:
            if any(powers):
                names.setdefault(powers, sp.Symbol(f"q{len(names)}", real=True))
        residual = sp.Add(*(c * names.get(m, sp.Integer(1)) for m, c in terms.items()))
        changed.append(replace(equation, residual=sp.expand(residual)))
    for i in range(len(learned)):
        powers = ([k * int(i == j) for j in range(len(learned))] for k in (1, 2))
        if not any(tuple(k) in names for k in powers):
            return None
    if not signs_extend(list(names), [condition.parameters[p] != 0 for p in learned]):
        return None
    return condition, changed, tuple(names.values()), changed


def signs_extend(monomials: Sequence[Monomial], nonzero: Sequence[bool]) -> bool:
    """Whether changes of sign that keep θ₀'s monomials keep all of them, with signs of its zeros.

    Where the monomials tend to those of θ₀, a parameter that is 0 in θ₀ tends to 0, and the others
    tend to θ₀ up to signs s that keep every monomial without a zero of θ₀. Signs on the zeros that go
    with s have to exist, else the slopes along the zeros are others at s θ₀. Signs are vectors over F₂.
    """
    some = [i for i, x in enumerate(nonzero) if x]
    zeros = [i for i, x in enumerate(nonzero) if not x]
    without = [m for m in monomials if not any(m[i] for i in zeros)]
    kept_by_some = len(some) - _rank_of_signs(without, some)
    kept = len(nonzero) - _rank_of_signs(monomials, range(len(nonzero)))
    on_zeros_alone = len(zeros) - _rank_of_signs(monomials, zeros)
    return kept - on_zeros_alone == kept_by_some


def _rank_of_signs(monomials: Sequence[Monomial], columns: Sequence[int]) -> int:
    if not monomials or not columns:
        return 0
    return int(nmod_mat([[m[i] % 2 for i in columns] for m in monomials], 2).rank())
