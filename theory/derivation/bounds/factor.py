"""A map that attains a pairwise optimum, by factoring the target kernel: Σ_k h_k(z) h_k(z̃).

The target T(z, z̃) = τ(log p(z̃|z) − log p(z̃)) is given up to a function of z. Written in the
monomials of z and z̃ it is a matrix; where that is symmetric and positive semi-definite of rank r,
its factors are r polynomials whose inner product it is. For the critic −‖u − v‖² the mixed part of
the target is twice such an inner product. Whatever is found is substituted back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import sympy as sp

from sith.theory.assumptions import Sphere
from sith.theory.derivation.bounds.check import check_map
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.normal_form import normal_form
from sith.theory.errors import SithError
from sith.theory.groups import Map
from sith.theory.objectives import AbstractObjective, InfoNCE

MAX_MONOMIALS = 30
"""Targets with more monomials in z than this are not factored."""

MAX_OPERATIONS = 2000
"""Critics with more operations than this are not expanded."""

Powers = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Factored:
    """Functions h₀ of the latents that attain the optimum, as many as outputs, and their rank."""

    functions: tuple[sp.Expr, ...]
    rank: int


def factored(objective: AbstractObjective, condition: Condition) -> tuple[Factored, ...]:
    """Return a map that attains the optimum of an inner product or a squared distance, if one is found."""
    if not isinstance(objective, InfoNCE) or len(condition.image) < 1:
        return ()
    kind = _kind(objective, condition)
    if not kind or set(condition.z) & set(condition.zt):
        return ()
    distance, factor = kind
    plain = condition.equations[0].residual.xreplace(
        dict.fromkeys((*condition.image, *condition.image_t), sp.Integer(0))
    )
    try:
        target = normal_form(condition, sp.expand(-plain * objective.temperature / factor))
    except SithError:
        return ()
    d = len(condition.z)
    table: dict[tuple[Powers, Powers], sp.Rational] = {
        (k[:d], k[d : 2 * d]): sp.Rational(int(c.numerator), int(c.denominator))
        for k, c in target.items()
    }
    found = _functions(condition, table, distance=distance)
    return tuple(f for f in found if _attains(condition, f))


def _kind(objective: InfoNCE, condition: Condition) -> tuple[bool, sp.Rational] | tuple[()]:
    """Return (False, c) for a critic c u·v, (True, c) for −c‖u − v‖², c > 0, and () for another."""
    u, v = condition.image, condition.image_t
    if objective.critic.parameters(len(u)):
        return ()
    score = objective.critic.score(u, v)
    if not score.is_polynomial(*u, *v) or sp.count_ops(score) > MAX_OPERATIONS:
        return ()
    one = {s: sp.Integer(int(s in (u[0], v[0]))) for s in (*u, *v)}
    half = {s: sp.Integer(int(s == u[0])) for s in (*u, *v)}
    inner, square = score.xreplace(one), -score.xreplace(half)
    for distance, factor, model in (
        (False, inner, sp.Add(*(a * b for a, b in zip(u, v, strict=True)))),
        (True, square, -sp.Add(*((a - b) ** 2 for a, b in zip(u, v, strict=True)))),
    ):
        if factor.is_Rational and factor > 0 and sp.expand(score - factor * model) == 0:
            return distance, factor
    return ()


def _functions(
    condition: Condition, table: Mapping[tuple[Powers, Powers], sp.Rational], *, distance: bool
) -> tuple[Factored, ...]:
    d, outputs = len(condition.z), len(condition.image)
    origin = (0,) * d
    keys = sorted({a for a, b in table if any(b)} | {b for _, b in table if any(b)} - {origin})
    keys = [k for k in keys if any(k)]
    if len(keys) > MAX_MONOMIALS:
        return ()
    half = sp.Rational(1, 2) if distance else sp.Integer(1)
    zero = sp.Integer(0)
    matrix = sp.Matrix(
        len(keys), len(keys), lambda i, j: half * table.get((keys[i], keys[j]), zero)
    )
    if not matrix.is_symmetric():
        return ()
    rows = _squares(matrix)
    if (rows == [] and not matrix.is_zero_matrix) or len(rows) > outputs:
        return ()
    monomials = [sp.Mul(*(x**k for x, k in zip(condition.z, p, strict=True))) for p in keys]
    shifts = [zero] * len(rows)
    if not distance:
        pure = sp.Matrix([table.get((origin, k), zero) for k in keys])
        shifts = _shifts(rows, pure)
        if len(shifts) != len(rows):
            return ()
    functions = [
        sp.sqrt(weight) * (sp.Add(*(c * m for c, m in zip(row, monomials, strict=True))) + shift)
        for (weight, row), shift in zip(rows, shifts, strict=True)
    ]
    functions += [zero] * (outputs - len(functions))
    return (Factored(tuple(map(sp.expand, functions)), len(rows)),)


def _squares(matrix: sp.Matrix) -> list[tuple[sp.Rational, list[sp.Rational]]]:
    """Return weights d_k > 0 and rows ℓ_k with M = Σ d_k ℓ_kᵀℓ_k; [] where M is not semi-definite."""
    left = sp.Matrix(matrix)
    found: list[tuple[sp.Rational, list[sp.Rational]]] = []
    for _ in range(matrix.rows):
        if left.is_zero_matrix:
            return found
        pivot = next((i for i in range(left.rows) if left[i, i] != 0), -1)
        if pivot < 0 or left[pivot, pivot] < 0:
            return []
        weight = left[pivot, pivot]
        row = list(left.row(pivot) / weight)
        found.append((weight, row))
        left = left - weight * sp.Matrix([row]).T * sp.Matrix([row])
    return found if left.is_zero_matrix else []


def _shifts(
    rows: list[tuple[sp.Rational, list[sp.Rational]]], pure: sp.Matrix
) -> list[sp.Rational]:
    """Return s_k with Σ d_k s_k ℓ_k = the terms in z̃ alone; [] where there are none."""
    if not rows:
        return []
    columns = sp.Matrix([[w * x for x in row] for w, row in rows]).T
    symbols = sp.symbols(f"s0:{len(rows)}")
    solution = sp.linsolve((columns, pure), *symbols)
    if not solution:
        return []
    return [sp.Add(v).subs(dict.fromkeys(symbols, 0)) for v in next(iter(solution))]


def _attains(condition: Condition, found: Factored) -> bool:
    """Whether the functions, as a map of the latents, solve the condition."""
    whole = replace(condition, base=condition.z) if condition.base != condition.z else condition
    try:
        return check_map(whole, Map(condition.z, found.functions)).holds
    except SithError:
        return False


def standard_condition(condition: Condition, found: Factored) -> tuple[Condition, ...]:
    """Return the condition on maps of h₀: critic(H, H̃) = critic(y, ỹ) with y = h₀(z) for z.

    Only where h₀ has full rank, so that its values fill an open set of the output space: an identity
    in y on an open set is one everywhere. () where this is not shown.
    """
    outputs = len(condition.image)
    jacobian = sp.Matrix([[sp.diff(f, x) for x in condition.z] for f in found.functions])
    point = {x: sp.Rational(3 + 2 * i, 7 + 4 * i) for i, x in enumerate(condition.z)}
    round_output = bool(condition.output.constraints(condition.image))
    full = jacobian.xreplace(point).rank()
    if len(condition.z) != outputs or found.rank != outputs or full < outputs:
        return ()
    if bool(condition.space.constraints(condition.z)) != round_output:
        return ()
    if round_output and not (
        isinstance(condition.output, Sphere) and condition.space == condition.output
    ):
        return ()
    critic = condition.equations[0].residual
    zeros = dict.fromkeys((*condition.z, *condition.zt), sp.Integer(0))
    model = sp.expand(critic.xreplace(zeros))
    at_z = model.xreplace(
        {
            **dict(zip(condition.image, condition.z, strict=True)),
            **dict(zip(condition.image_t, condition.zt, strict=True)),
        }
    )
    first = replace(condition.equations[0], residual=sp.expand(model - at_z))
    return (
        replace(
            condition,
            space=condition.output,
            base=condition.z,
            equations=(first, *condition.equations[1:]),
            over=found.functions,
        ),
    )


def rescaled_outputs(condition: Condition, scale: sp.Expr) -> Condition:
    """Return the condition with outputs in units of `scale`, so that the base map is the identity."""
    table = {s: scale * s for s in (*condition.image, *condition.image_t)}
    equations = tuple(
        replace(e, residual=sp.expand(e.residual.xreplace(table))) for e in condition.equations
    )
    words = f"({', '.join(str(scale * x) for x in condition.z)})"
    return replace(condition, equations=equations, base_words=words)
