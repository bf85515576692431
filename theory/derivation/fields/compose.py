"""Polynomial residuals with affine maps put in: coefficients in z and z̃ as equations on the unknowns."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from flint import Ordering

from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.fields.polynomials import Polynomials
from sith.theory.errors import BudgetExceeded, UnsupportedCondition

MAX_TERMS = 200_000
"""Expansions with more terms than this, by a bound, are not made."""

Coefficients = dict[tuple[int, ...], sp.Expr]


def coefficients_of(
    condition: Condition, equation: Equation, images: Sequence[Sequence[sp.Expr]], extra: sp.Expr
) -> Coefficients | tuple[()]:
    """Return the coefficient of every monomial in (z, z̃) of residual(h(z), h(z̃)) + `extra`.

    `images` are h(z) and h(z̃) as polynomials in the coordinates and further unknowns. Empty where the
    residual is not a polynomial with rational coefficients. Raises `BudgetExceeded` where the
    expansion would be too large.
    """
    points = tuple(dict.fromkeys((*condition.z, *condition.zt)))
    own = tuple(dict.fromkeys((*points, *condition.image, *condition.image_t)))
    residual = sp.expand(equation.at_partner(equation.residual, condition.zt))
    parameters = sorted(residual.free_symbols - set(own), key=str)
    inner = (*own, *parameters)
    if not residual.is_polynomial(*inner):
        return ()
    try:
        start = Polynomials(inner, Ordering.degrevlex).read(residual)
    except UnsupportedCondition:
        return ()
    unknown = sorted(
        {s for image in images for e in image for s in e.free_symbols} - set(points), key=str
    )
    outer = (*points, *unknown, *(p for p in parameters if p not in unknown))
    top = max((int(sum(k)) for k in start.monoms()), default=0)
    width = len(unknown) + len(points)
    if len(start) * sp.binomial(min(width, 12) + top, top) > MAX_TERMS:
        raise BudgetExceeded(f"putting an affine map into {residual} needs too many terms")
    ring = Polynomials(outer, Ordering.degrevlex)
    put: dict[sp.Symbol, sp.Expr] = dict(zip(condition.image, images[0], strict=True))
    put |= dict(zip(condition.image_t, images[1], strict=True))
    total = ring.read(sp.expand(extra))
    if len(start):
        parts = [ring.read(put.get(s, s)) for s in inner]
        total = total + start.compose(*parts, ctx=ring.context)
    found: dict[tuple[int, ...], list[sp.Expr]] = {}
    n = len(points)
    for powers, c in total.to_dict().items():
        head, tail = tuple(map(int, powers[:n])), powers[n:]
        term = sp.Rational(int(c.p), int(c.q)) * sp.Mul(
            *(s ** int(k) for s, k in zip(outer[n:], tail, strict=True))
        )
        found.setdefault(head, []).append(term)
    return {head: sp.Add(*terms) for head, terms in found.items()}
