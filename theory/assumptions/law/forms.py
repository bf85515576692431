"""Whether a quasi-homogeneous polynomial is negative away from 0, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

import sympy as sp

from sith.theory.assumptions.law.positivity import Sign, sign_on_box

Vector = tuple[sp.Rational, ...]


class Definite(Enum):
    """What was found of a form away from 0."""

    NEGATIVE = "negative definite"
    POSITIVE_SOMEWHERE = "positive somewhere"
    ZERO_SOMEWHERE = "zero somewhere"
    UNKNOWN = "not decided within the budget"


@dataclass(frozen=True, slots=True)
class FormSign:
    """The sign of a form; `at` is the point that shows it, `by` the proof of definiteness."""

    sign: Definite
    at: Vector = ()
    by: str = ""


def form_sign(form: sp.Poly, degrees: Sequence[int]) -> FormSign:
    """Return the sign of a form with all monomials of Σ α_i / degrees_i = 1, away from 0.

    Every point is carried to the boundary of the cube [−1, 1]^d by x_i → t^(1/degrees_i) x_i, under
    which the form is multiplied by t. Quadratic forms by elimination, diagonal dominance by the
    inequality of the means, two coordinates by Sturm sequences, and others on the cube's faces.
    """
    if all(k == 2 for k in degrees):
        return _quadratic(form)
    if _dominated(form, degrees):
        return FormSign(Definite.NEGATIVE, by="the pure powers dominate, by weighted means")
    return _binary(form) if len(degrees) == 2 else _on_faces(form)


def _quadratic(form: sp.Poly) -> FormSign:
    """Eliminate one square after another; where a pivot is not negative, its vector is shown."""
    n = len(form.gens)
    matrix = sp.Matrix(n, n, lambda i, j: _entry(form, i, j))
    basis = [sp.Matrix([int(i == j) for i in range(n)]) for j in range(n)]
    zero: Vector = ()
    for k in range(n):
        v = basis[k]
        image = matrix * v
        square = (v.T * image)[0]
        if square > 0:
            return FormSign(Definite.POSITIVE_SOMEWHERE, tuple(v))
        if square == 0:
            for w in basis[k + 1 :]:
                # v isotropic, ⟨v, w⟩ ≠ 0: the form takes both signs on the plane of v and w.
                cross, own = (w.T * image)[0], (w.T * matrix * w)[0]
                if cross != 0:
                    t = (1 - own) / (2 * cross)
                    return FormSign(Definite.POSITIVE_SOMEWHERE, tuple(w + t * v))
            zero = zero or tuple(v)
            continue
        for j in range(k + 1, n):
            basis[j] = basis[j] - v * (basis[j].T * image)[0] / square
    if zero:
        return FormSign(Definite.ZERO_SOMEWHERE, zero)
    return FormSign(Definite.NEGATIVE, by="all pivots of the quadratic form are negative")


def _entry(form: sp.Poly, i: int, j: int) -> sp.Expr:
    powers = [0] * len(form.gens)
    powers[i] += 1
    powers[j] += 1
    c = form.coeff_monomial(tuple(powers))
    return c if i == j else c / 2


def _dominated(form: sp.Poly, degrees: Sequence[int]) -> bool:
    """Whether Σ |c_α| α_i / k_i over the terms that may be positive is below each pure power's."""
    room = [sp.Integer(0)] * len(degrees)
    for powers, c in form.terms():
        pure = [i for i, a in enumerate(powers) if a == degrees[i]]
        if pure:
            room[pure[0]] -= c
        elif c > 0 or any(a % 2 for a in powers):
            for i, a in enumerate(powers):
                room[i] -= abs(c) * sp.Rational(a, degrees[i])
    return all(r > 0 for r in room)


def _binary(form: sp.Poly) -> FormSign:
    """Two coordinates: the form on the lines x = ±1 and at (0, ±1), by Sturm sequences."""
    x, y = form.gens
    zero: Vector = ()
    for sign in (1, -1):
        line = sp.Poly(form.as_expr().subs(x, sign), y)
        for value in _samples(line):
            if line.eval(value) > 0:
                return FormSign(Definite.POSITIVE_SOMEWHERE, (sp.Integer(sign), sp.Rational(value)))
        roots = line.ground_roots() if line.count_roots() else {}
        if roots:
            zero = (sp.Integer(sign), sp.Rational(min(roots, key=abs)))
        elif line.count_roots():
            return FormSign(Definite.UNKNOWN)
    if zero:
        return FormSign(Definite.ZERO_SOMEWHERE, zero)
    return FormSign(Definite.NEGATIVE, by="Sturm sequences find no zero of the leading form")


def _samples(line: sp.Poly) -> list[sp.Rational]:
    """Return rational points, at least one in each gap between real roots of the polynomial."""
    if line.is_ground:
        return [sp.Integer(0)]
    ends = [sp.Rational(e) for (a, b), _ in line.intervals() for e in (a, b)]
    if not ends:
        return [sp.Integer(0)]
    middles = [(a + b) / 2 for a, b in pairwise(ends)]
    return [ends[0] - 1, *ends, *middles, ends[-1] + 1]


def _on_faces(form: sp.Poly) -> FormSign:
    """More coordinates: the sign on the faces x_i = ±1 of the cube, by Bernstein coefficients."""
    unsettled, zero = False, FormSign(Definite.UNKNOWN)
    for i, x in enumerate(form.gens):
        others = tuple(g for g in form.gens if g != x)
        for side in (1, -1):
            face = sp.Poly(-form.as_expr().subs(x, side), *others, domain="QQ")
            found = sign_on_box(face, -1, 1)
            at = (*found.point[:i], sp.Integer(side), *found.point[i:])
            if found.sign is Sign.NEGATIVE:
                return FormSign(Definite.POSITIVE_SOMEWHERE, at)
            if found.sign is Sign.ZERO:
                zero = FormSign(Definite.ZERO_SOMEWHERE, at)
            unsettled = unsettled or found.sign is Sign.GAVE_UP
    if unsettled or zero.sign is Definite.ZERO_SOMEWHERE:
        return zero
    return FormSign(
        Definite.NEGATIVE, by="Bernstein coefficients on the faces of the cube have one sign"
    )
