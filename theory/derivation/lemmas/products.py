"""Lemmas on maps of a space that keep a quadratic form of the differences: congruent figures.

*Congruence.* Let D(z, z̃) = (z − z̃)ᵀS(z − z̃), S positive definite, and D(h(z), h(z̃)) = D(z, z̃) for all
points of a set X whose affine hull is R^d. With z₀, …, z_d ∈ X in general position the products
⟨h(z) − h(z₀), h(z_i) − h(z₀)⟩_S = ⟨z − z₀, z_i − z₀⟩_S follow by polarisation; the vectors h(z_i) − h(z₀)
have the Gram matrix of the z_i − z₀, so they are a basis, and h is affine, with MᵀSM = S.

*Products.* Let X be a product of unit spheres, intervals (0, 1) and lines, S diagonal and constant on
each sphere, and let h take X into itself. A sphere's outputs are bounded by an equation that is
polynomial in the other coordinates, so they depend on spheres alone; an interval's outputs are bounded,
so they do not depend on lines. M is block-triangular, and MᵀSM = S then makes it block-diagonal. Between
spheres, ‖b + Σ_a M_a z_a‖ = 1 for all unit z_a; changing signs of the z_a shows that the ranges of the
M_a and b are orthogonal and each M_a is a multiple of an isometry. M is invertible, so the sizes of the
spheres that enter one output sphere add up to its own, there is one of them, of the same size, and b = 0.
Between intervals, a map of determinant ±1 of the unit box into itself is a symmetry of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sympy as sp
from flint import fmpq

from sith.theory.assumptions import Parts, parts_of
from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.fields.regular_points import spans
from sith.theory.derivation.fields.variety import variety_of
from sith.theory.derivation.lemmas.forms import MAX_OPERATIONS, Form, pairwise, positive
from sith.theory.derivation.lemmas.isometries import EVERY_PAIR, SQUARE, square
from sith.theory.derivation.lemmas.record import Entry, Hypothesis, Setting
from sith.theory.errors import SithError
from sith.theory.groups import (
    AbstractGroup,
    BlockOrthogonal,
    BoxSymmetries,
    DirectProduct,
    Euclidean,
    Orthogonal,
)


def metric_on(condition: Condition) -> Form:
    """Return (S,) where the first equation says that h keeps (z − z̃)ᵀS(z − z̃) on the spaces, else ().

    The residual is compared modulo the equations of both spaces, on which u·v is a squared distance,
    and up to functions of the anchor where the equation is: at z̃ = z these are seen to vanish.
    """
    first = condition.equations[0]
    residual = first.residual
    symbols = (*condition.z, *condition.zt, *condition.image, *condition.image_t)
    plain = not condition.parameters and condition.base == condition.z and not condition.over
    if not plain or not pairwise(first) or len(condition.image) != len(condition.z):
        return ()
    if sp.count_ops(residual) >= MAX_OPERATIONS or not residual.is_polynomial(*symbols):
        return ()
    form = sp.ImmutableMatrix(
        [[sp.diff(residual, a, b) / 2 for b in condition.image_t] for a in condition.image]
    )
    if not all(e.is_Rational for e in form) or not form.is_symmetric() or form.det() == 0:
        return ()
    u = sp.Matrix([a - b for a, b in zip(condition.image, condition.image_t, strict=True)])
    v = sp.Matrix([a - b for a, b in zip(condition.z, condition.zt, strict=True)])
    rest = sp.expand(residual - (v.T * form * v)[0] + (u.T * form * u)[0])
    left = _on_spaces(condition, rest)
    anchor = {*condition.z, *condition.image}
    if first.up_to is UpTo.FUNCTION_OF_Z:
        left = sp.Add(*(t for t in sp.Add.make_args(left) if t.free_symbols - anchor))
    return positive(form) if left == 0 else ()


def _on_spaces(condition: Condition, value: sp.Expr) -> sp.Expr:
    """Return the normal form of a polynomial modulo the equations of latents and outputs."""
    points = (condition.z, condition.zt, condition.image, condition.image_t)
    spaces = (condition.space, condition.space, condition.output, condition.output)
    symbols = tuple(dict.fromkeys(s for point in points for s in point))
    terms = {
        m: fmpq(int(c.p), int(c.q)) for m, c in sp.Poly(value, *symbols).as_dict().items() if c != 0
    }
    for point, space in zip(points, spaces, strict=True):
        if space.constraints(point):
            terms = variety_of(space).reduce(terms, [symbols.index(s) for s in point])
    return sp.Add(
        *(
            sp.Rational(int(c.p), int(c.q))
            * sp.Mul(*(s**k for s, k in zip(symbols, m, strict=True)))
            for m, c in terms.items()
        )
    )


def _metric(case: Setting) -> bool:
    try:
        return not square(case) or bool(metric_on(case.condition))
    except SithError:
        return False


_SPANNING: Hypothesis[Setting] = Hypothesis(
    "spanning",
    "the latents span R^d affinely",
    "the rank of differences of regular rational points of the space",
    lambda case: spans(case.condition.space),
)
_METRIC: Hypothesis[Setting] = Hypothesis(
    "metric",
    "on the spaces the equation says (h(z)−h(z̃))ᵀS(h(z)−h(z̃)) = (z−z̃)ᵀS(z−z̃), S positive definite",
    "S is read off the residual, the rest vanishes modulo the equations of the spaces, up to a function "
    "of z that z̃ = z shows to be 0",
    _metric,
)

CONGRUENCE: Entry[Setting] = Entry(
    "L-congruence",
    "a continuous h with (h(z)−h(z̃))ᵀS(h(z)−h(z̃)) = (z−z̃)ᵀS(z−z̃) for almost all pairs of a space that "
    "spans R^d affinely, S positive definite, is z ↦ Mz + b with MᵀSM = S",
    "congruent sets of points have equal Gram matrices; Blumenthal (1953), §43",
    (EVERY_PAIR, SQUARE, _SPANNING, _METRIC),
)


def same_product(case: Setting) -> bool:
    """Whether latents and outputs fill the same product of unit spheres, intervals and lines."""
    condition = case.condition
    if not square(case):
        return True
    parts = parts_of(condition.space)
    return parts.known and parts == parts_of(condition.output)


def _scalar(case: Setting) -> bool:
    try:
        forms = metric_on(case.condition) if square(case) else ()
    except SithError:
        return False
    parts = parts_of(case.condition.space)
    return all(
        f.is_diagonal() and all(f[i, i] == f[b[0], b[0]] for b in parts.spheres for i in b)
        for f in forms
    )


PRODUCT_ISOMETRIES: Entry[Setting] = Entry(
    "L-product-isometries",
    "a continuous map h of a product of unit spheres, intervals (0, 1) and lines into itself with "
    "(h(z)−h(z̃))ᵀS(h(z)−h(z̃)) = (z−z̃)ᵀS(z−z̃) for almost all pairs, S diagonal, positive and constant on "
    "each sphere, is orthogonal on each sphere up to an exchange of spheres of equal size and weight, a "
    "symmetry of the intervals, exchanging those of equal weight, and an isometry of the lines",
    "congruent sets of points, and block-triangular matrices with MᵀSM = S; elementary",
    (
        EVERY_PAIR,
        SQUARE,
        _SPANNING,
        _METRIC,
        Hypothesis(
            "product",
            "latents and outputs fill one product of unit spheres, intervals and lines",
            "the factors are read off the equations of both spaces",
            same_product,
        ),
        Hypothesis(
            "weights",
            "S is diagonal, and constant on each sphere",
            "the entries of S",
            _scalar,
        ),
    ),
)


def product_isometries(condition: Condition, form: sp.ImmutableMatrix) -> AbstractGroup:
    """Return the group of the lemma, with S as it was read."""
    parts = parts_of(condition.space)
    factors = [*_spheres(parts, form), *_intervals(parts, form)]
    if parts.lines:
        scale = form[parts.lines[0], parts.lines[0]]
        inner = sp.ImmutableMatrix(sp.diag(*(form[i, i] / scale for i in parts.lines)))
        factors.append((Euclidean(len(parts.lines), inner), parts.lines))
    if len(factors) == 1:
        return factors[0][0]
    return DirectProduct(tuple(g for g, _ in factors), tuple(b for _, b in factors))


Factor = tuple[AbstractGroup, tuple[int, ...]]


def _spheres(parts: Parts, form: sp.ImmutableMatrix) -> list[Factor]:
    found: list[Factor] = []
    for same in _classes(parts.spheres, lambda b: (len(b), form[b[0], b[0]])).values():
        where = tuple(sorted(i for b in same for i in b))
        inner = tuple(tuple(where.index(i) for i in b) for b in same)
        single = len(same) == 1
        found.append((Orthogonal(len(where)) if single else BlockOrthogonal(inner), where))
    return found


def _intervals(parts: Parts, form: sp.ImmutableMatrix) -> list[Factor]:
    alike = _classes([(i,) for i in parts.intervals], lambda b: form[b[0], b[0]])
    return [
        (BoxSymmetries(len(same)), tuple(sorted(i for b in same for i in b)))
        for same in alike.values()
    ]


def _classes(
    blocks: Sequence[tuple[int, ...]], key: object
) -> Mapping[object, list[tuple[int, ...]]]:
    found: dict[object, list[tuple[int, ...]]] = {}
    for block in blocks:
        found.setdefault(key(block), []).append(block)  # type: ignore[operator]
    return found
