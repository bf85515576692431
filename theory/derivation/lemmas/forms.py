"""What form the equations of a condition have: distances, inner products, linear heads."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from sith.theory.assumptions import ExponentialNorm
from sith.theory.derivation.equation import Condition, Equation, UpTo
from sith.theory.objectives import NegativeNorm

NORMS = (1, 3, 4, 6, 8)
"""Exponents of norms that a critic written as an expression is compared with."""

MAX_OPERATIONS = 3000
"""Residuals with more operations than this are not expanded for the comparison."""

Form = tuple[sp.ImmutableMatrix] | tuple[()]
"""A positive definite matrix, or () where the equation does not have the form."""


def pairwise(equation: Equation) -> bool:
    """Whether an equation holds at all pairs as it stands, up to a function of the anchor."""
    plain = not (equation.volume or equation.gram or equation.decoder or equation.partner)
    return plain and equation.up_to in (UpTo.NOTHING, UpTo.FUNCTION_OF_Z)


def base_scale(condition: Condition) -> tuple[sp.Rational] | tuple[()]:
    """Return (s,) where the base map is z ↦ sz with a rational s > 0, else ()."""
    scale = sp.cancel(condition.base[0] / condition.z[0])
    if len(condition.base) != len(condition.z) or not (scale.is_Rational and scale > 0):
        return ()
    pairs = zip(condition.base, condition.z, strict=True)
    return (scale,) if all(sp.expand(b - scale * x) == 0 for b, x in pairs) else ()


def keeps_inner_products(condition: Condition) -> bool:
    """Whether the first residual is a multiple of H·H̃ − z·z̃."""
    products = zip(condition.image, condition.image_t, condition.z, condition.zt, strict=True)
    model = sp.Add(*(a * b - x * y for a, b, x, y in products))
    residual = condition.equations[0].residual
    symbols = residual.free_symbols | model.free_symbols
    if not pairwise(condition.equations[0]) or not residual.is_polynomial(*symbols):
        return False
    ratio = sp.cancel(residual / model)
    return bool(ratio.is_Rational and ratio != 0)


def keeps_norm(condition: Condition) -> bool:
    """Whether the first residual is c·(‖s(z − z̃)‖_p^α − ‖H − H̃‖_p^α) with p ≠ 2, h₀ = sz.

    The exponents tried are those of the pairs, and those of `NORMS`.
    """
    first, scale = condition.equations[0], base_scale(condition)
    if not scale or condition.parameters or not pairwise(first):
        return False
    residual = first.residual
    if sp.count_ops(residual) >= MAX_OPERATIONS:
        return False
    pairs = condition.pairs
    own = (
        [(pairs.p, a) for a in (pairs.p, pairs.alpha)] if isinstance(pairs, ExponentialNorm) else []
    )
    tried = [*own, *((sp.Integer(p), sp.Integer(p)) for p in NORMS)]
    unit = dict.fromkeys((*condition.image, *condition.image_t), sp.Integer(0))
    one = {**unit, condition.image[0]: sp.Integer(1)}
    factor = (residual.xreplace(unit) - residual.xreplace(one)).expand()
    if not factor.is_Rational or factor == 0:
        return False
    for p, alpha in tried:
        norm = NegativeNorm(p, alpha)
        at_image = norm.score(condition.image, condition.image_t)
        model = at_image - scale[0] ** alpha * norm.score(condition.z, condition.zt)
        if p != 2 and sp.expand(residual - factor * model) == 0:
            return True
    return False


def distance_form(condition: Condition) -> Form:
    """Return (S,) where the residual is c·[s²(z−z̃)ᵀS(z−z̃) − (H−H̃)ᵀS(H−H̃)], h₀ = sz, else ()."""
    first, scale = condition.equations[0], base_scale(condition)
    residual = first.residual
    if condition.parameters or not scale or not pairwise(first):
        return ()
    if residual.atoms(sp.Abs) or not residual.is_polynomial(*residual.free_symbols):
        return ()
    form = sp.ImmutableMatrix(-sp.hessian(residual, condition.image)) / 2
    if form.free_symbols or form[0, 0] == 0:
        return ()
    u = sp.Matrix([a - b for a, b in zip(condition.image, condition.image_t, strict=True)])
    v = sp.Matrix([a - b for a, b in zip(condition.z, condition.zt, strict=True)])
    model = scale[0] ** 2 * (v.T * form * v)[0] - (u.T * form * u)[0]
    return _definite(form) if sp.expand(residual - model) == 0 else ()


def bilinear_form(condition: Condition) -> Form:
    """Return (S,) where the only residual is HᵀSH̃ − h₀(z)ᵀS h₀(z̃), S and h₀ linear and invertible.

    The residual may differ from it by a function of z alone, where the equation does. S is
    symmetric and rational, definite or not; () where the equation does not have the form.
    """
    first, residual = condition.equations[0], condition.equations[0].residual
    if condition.parameters or len(condition.equations) != 1 or not pairwise(first):
        return ()
    if residual.atoms(sp.Abs) or not residual.is_polynomial(*residual.free_symbols):
        return ()
    form = sp.ImmutableMatrix(
        [[sp.diff(residual, a, b) for b in condition.image_t] for a in condition.image]
    )
    if not all(e.is_Rational for e in form) or not form.is_symmetric() or form.det() == 0:
        return ()
    if not linear_base(condition):
        return ()
    u, v = sp.Matrix(condition.image), sp.Matrix(condition.image_t)
    x, y = sp.Matrix(condition.base), sp.Matrix(condition.base_t)
    rest = sp.expand(residual - (u.T * form * v)[0] + (x.T * form * y)[0])
    # What is left may depend on the anchor alone: c(z) takes it up.
    if rest != 0 and (rest.free_symbols - set(condition.z) or first.up_to is UpTo.NOTHING):
        return ()
    return (form,)


def linear_base(condition: Condition) -> bool:
    """Whether the base map is z ↦ Bz with an invertible B of constant entries."""
    rows = [[sp.diff(b, x) for x in condition.z] for b in condition.base]
    matrix = sp.Matrix(rows)
    if matrix.rows != matrix.cols or matrix.free_symbols:
        return False
    image = matrix * sp.Matrix(condition.z)
    same = all(sp.expand(b - a) == 0 for a, b in zip(image, condition.base, strict=True))
    return same and sp.expand(matrix.det()).is_zero is False


def positive(form: sp.ImmutableMatrix) -> Form:
    """Return a symmetric invertible form, or minus it, where that is positive definite, else ()."""
    return () if form[0, 0] == 0 else _definite(form)


def _definite(form: sp.ImmutableMatrix) -> Form:
    """Return the form, or minus it, where that is positive definite."""
    form = form if form[0, 0] > 0 else -form
    if any(form[: k + 1, : k + 1].det() <= 0 for k in range(form.rows)):
        return ()
    return (sp.ImmutableMatrix(form),)


def linear_head(condition: Condition) -> bool:
    """Whether the equations are Bh(z) = Rz + c with a learned B, c learned or absent, rank R = d."""
    slopes = []
    for equation in condition.equations:
        residual, plain = equation.residual, equation.up_to is UpTo.NOTHING
        heads = [sp.diff(residual, x) for x in condition.image]
        rest = residual.xreplace(dict.fromkeys(condition.image, sp.Integer(0)))
        row = [sp.diff(rest, x) for x in condition.z]
        learned = all(x in condition.parameters for x in heads)
        if not plain or not learned or equation.volume or equation.gram or equation.decoder:
            return False
        if residual.free_symbols & set(condition.zt) or not all(x.is_Rational for x in row):
            return False
        slopes.append(row)
    return bool(sp.Matrix(slopes).rank() == len(condition.z))


def at_base(condition: Condition) -> sp.Expr:
    """Return the first residual at the base map and its parameters, expanded."""
    table: Mapping[sp.Symbol, sp.Expr] = {
        **dict(zip(condition.image, condition.base, strict=True)),
        **dict(zip(condition.image_t, condition.base_t, strict=True)),
        **condition.parameters,
    }
    return sp.expand(condition.equations[0].residual.xreplace(table))
