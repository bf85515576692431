"""Candidates for free maps: reflections, swaps, inversions, scaled blocks, and isolated linear solutions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

import sympy as sp

from sith.theory.derivation.bounds.adapted import adapted_bases
from sith.theory.derivation.bounds.solving import isolated_solutions, real_solutions
from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.fields.compose import coefficients_of
from sith.theory.derivation.fields.finite import linear_solutions, vanishing_coefficients
from sith.theory.derivation.lemmas.affine_maps import AffineMaps
from sith.theory.errors import BudgetExceeded, UnsupportedCondition
from sith.theory.groups import Field, Map, permutation_matrix
from sith.theory.notation import latents

MAX_BLOCKS = 4
"""Permutations of more blocks than this are not tried."""


def simple_maps(condition: Condition) -> Iterator[Map]:
    """Return reflections and swaps of coordinates."""
    dim = len(condition.image)
    yield from (Map.linear(m) for m in (*(_sign(dim, j) for j in range(dim)), -sp.eye(dim)))
    if not condition.relabelled:
        for i, j in combinations(range(dim), 2):
            order = list(range(dim))
            order[i], order[j] = j, i
            yield Map.linear(sp.Matrix(permutation_matrix(order)))


def further_maps(condition: Condition, fields: Sequence[Field]) -> Iterator[Map]:
    """Return reflections about 1/2, scaled permutations of blocks, and inversions."""
    dim = len(condition.image)
    if condition.linear_only or condition.space.constraints(condition.z):
        yield from _conjugated(condition, fields)
        return
    if condition.output.constraints(condition.image):
        return
    centre = [sp.Rational(1, 2)] * dim
    for j in range(dim):
        yield Map.linear(
            _sign(dim, j), [2 * centre[i] if i == j else sp.Integer(0) for i in range(dim)]
        )
    yield from _conjugated(condition, fields)
    yield from _inversions(dim)


def _sign(dim: int, j: int) -> sp.Matrix:
    return sp.diag(*(-1 if i == j else 1 for i in range(dim)))


def _inversions(dim: int) -> Iterator[Map]:
    z = latents(dim)
    square = sp.Add(*(x**2 for x in z))
    yield Map(z, tuple(1 / x for x in z))
    for j in range(dim):
        yield Map(z, tuple(1 / x if i == j else x for i, x in enumerate(z)))
    if dim > 1:
        yield Map(z, tuple(x / square for x in z))


def _translated(fields: Sequence[Field]) -> set[int]:
    """Return outputs whose shifts the free fields hold, so that a shift there need not be solved for."""
    constant = [
        [sp.Rational(e) for e in f.expressions]
        for f in fields
        if all(sp.expand(e).is_Rational for e in f.expressions)
    ]
    if not constant:
        return set()
    return set(sp.Matrix(constant).rref()[1])


def _conjugated(condition: Condition, fields: Sequence[Field]) -> Iterator[Map]:
    """Return candidates that permute and scale the blocks of adapted coordinates, with shifts."""
    dim = len(condition.image)
    if len(condition.z) != dim:
        return
    own = (sp.ImmutableMatrix(sp.eye(dim)), (1,) * dim)
    bases = [own, *(b for b in adapted_bases(condition) if b[0] != own[0])]
    for basis, sizes in bases:
        if len(sizes) > MAX_BLOCKS or len(sizes) == 1:
            continue
        for order in permutations(range(len(sizes))):
            if condition.relabelled and order != tuple(range(len(sizes))):
                continue
            if all(sizes[a] == sizes[b] for a, b in enumerate(order)):
                yield from _scaled(condition, fields, basis, sizes, order)


def _scaled(
    condition: Condition,
    fields: Sequence[Field],
    basis: sp.ImmutableMatrix,
    sizes: Sequence[int],
    order: Sequence[int],
) -> Iterator[Map]:
    dim = basis.rows
    starts = [sum(sizes[:k]) for k in range(len(sizes))]
    scales = [sp.Symbol(f"c{k}", real=True, nonzero=True) for k in range(len(sizes))]
    middle = sp.zeros(dim, dim)
    for k, source in enumerate(order):
        for i in range(sizes[k]):
            middle[starts[k] + i, starts[source] + i] = scales[k]
    matrix = (basis * middle * basis.inv()).applyfunc(sp.expand)
    fixed = condition.linear_only or bool(condition.space.constraints(condition.z))
    moved = _translated(fields)
    shift = [
        sp.Integer(0) if fixed or i in moved else sp.Symbol(f"b{i}", real=True) for i in range(dim)
    ]
    try:
        equations = _equations_of(condition, matrix, shift)
    except (UnsupportedCondition, BudgetExceeded):
        for c in (sp.Integer(1), sp.Integer(-1)):
            table = dict.fromkeys(scales, c)
            yield Map.linear(matrix.xreplace(table), [sp.Integer(0)] * dim)
        return
    defaults: dict[sp.Symbol, sp.Expr] = dict.fromkeys(scales, sp.Integer(1))
    defaults |= {b: sp.Integer(0) for b in shift if b.free_symbols}
    for values in real_solutions(equations, defaults):
        if all(values[c] != 0 for c in scales):
            yield Map.linear(
                matrix.xreplace(values).applyfunc(sp.expand),
                [sp.Add(b).xreplace(values) for b in shift],
            )


def _equations_of(
    condition: Condition, matrix: sp.Matrix, shift: Sequence[sp.Expr]
) -> list[sp.Expr]:
    """Return polynomial equations on the unknowns of h = Mh₀ + b.

    Raises `UnsupportedCondition` where some equation is not polynomial.
    """
    images = [
        [sp.expand(e + s) for e, s in zip(matrix * sp.Matrix(base), shift, strict=True)]
        for base in (condition.base, condition.base_t)
    ]
    gram = (matrix.T * matrix - sp.eye(matrix.rows)).applyfunc(sp.expand)
    found: list[sp.Expr] = []
    for equation in condition.equations:
        extra = sp.Add(*(c * gram[i, j] for i, j, c in equation.gram))
        terms = coefficients_of(condition, equation, images, extra)
        plain = equation.up_to in (UpTo.NOTHING, UpTo.FUNCTION_OF_Z)
        if equation.decoder or not plain or (not terms and equation.residual != 0):
            raise UnsupportedCondition(f"{equation.residual} is not polynomial")
        kept = {k: c for k, c in dict(terms).items() if any(k) or not equation.volume}
        found += vanishing_coefficients(condition, kept, equation.up_to)
        if equation.volume:
            found.append(sp.expand(matrix.det() ** 2 - 1))
    values = {p: v for p, v in condition.parameters.items()}
    return [sp.expand(e.xreplace(values)) for e in found]


def isolated_maps(
    condition: Condition, fields: Sequence[Field], kernels: Sequence[AffineMaps]
) -> tuple[tuple[Map, ...], bool]:
    """Return all candidates for linear solutions where they are finitely many up to free shifts.

    The second part says that there are no others; each of them is still to be substituted.
    """
    try:
        linear = [f for f in fields if any(sp.expand(e).free_symbols for e in f.expressions)]
        shifts = len(fields) - len(linear)
    except (TypeError, sp.PolynomialError):
        return (), False
    if linear or condition.parameters or len(condition.image) != len(condition.z):
        return (), False
    found = kernels[0].linear_solutions(condition) if kernels else linear_solutions(condition)
    moved = _translated(fields)
    if len(moved) != shifts:
        return (), False
    m = found.matrix.rows
    zeros = {sp.Symbol(f"b{i + 1}", real=True): sp.Integer(0) for i in moved}
    equations = [sp.expand(e.xreplace(zeros)) for e in found.equations]
    equations = [e for e in equations if e != 0]
    symbols = sorted({s for e in equations for s in e.free_symbols}, key=str)
    wanted = {s for s in found.matrix.free_symbols}
    if not wanted <= set(symbols):
        return (), False
    if not all(
        isinstance(c, sp.Rational) for e in equations for c in sp.Poly(e, *symbols).coeffs()
    ):
        return (), False
    values, whole = isolated_solutions(equations, symbols)
    maps = []
    for v in values:
        matrix = found.matrix.xreplace(v)
        if matrix.det() == 0:
            continue
        shift = [v.get(sp.Symbol(f"b{i + 1}", real=True), sp.Integer(0)) for i in range(m)]
        maps.append(Map.linear(sp.Matrix(matrix), shift))
    return tuple(maps), whole
