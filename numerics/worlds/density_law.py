"""Which exact sampler a log-density has, if any."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from sith.numerics.lowering.lower import lower
from sith.numerics.worlds.bounded import BoundedLaw
from sith.numerics.worlds.polynomial_line import PolynomialLaw, polynomial_law, separates
from sith.numerics.worlds.quadratic import QuadraticLaw, is_quadratic, log_mass, quadratic_law
from sith.numerics.worlds.student_pairs import StudentLaw, student_law
from sith.theory.assumptions import AbstractSpace, Box, RealSpace, Sphere
from sith.theory.errors import InputError

AnyLaw = QuadraticLaw | PolynomialLaw | StudentLaw | BoundedLaw
"""A law of draws given conditioning points."""


def density_law(
    expression: sp.Expr,
    variables: Sequence[sp.Symbol],
    given: Sequence[sp.Symbol],
    space: AbstractSpace,
) -> AnyLaw:
    """The exact sampler of a log-density in `variables`, given the symbols `given`.

    Quadratic on the sphere: Fisher-Bingham. Quadratic and concave on R^d: Gaussian; on the box
    too, truncated, unless the Gaussian is so wide that uniform proposals accept more. On R^d also
    sums of polynomials of one coordinate each, and of −p log of quadratics of one coordinate each
    (Student laws). All else on the box, the sphere and products: rejection from the uniform law.

    Raises:
        InputError: on R^d, and of none of these forms.
    """
    quadratic = is_quadratic(expression, variables)
    if quadratic and isinstance(space, Sphere):
        return quadratic_law(expression, variables, given, space)
    largest = float("inf") if isinstance(space, RealSpace) else 0.0
    if not isinstance(space, RealSpace | Box):
        return BoundedLaw(lower(expression, (*given, *variables)), space)
    if quadratic and log_mass(expression, variables) < largest:
        return quadratic_law(expression, variables, given, space)
    if isinstance(space, RealSpace):
        if not quadratic and separates(expression, variables):
            return polynomial_law(expression, variables)
        student = student_law(expression, variables, given)
        if student is not None:
            return student
        raise InputError(
            f"the log-density {expression} on R^d has no exact sampler",
            allowed="on R^d: quadratic and concave, with a constant second-order part; sums of "
            "polynomials, or of logarithms of quadratics, of one coordinate each",
            cure="use the same log-density on Box(d), or a law with its own sampler",
        )
    return BoundedLaw(lower(expression, (*given, *variables)), space)
