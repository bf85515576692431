"""Whether exp of a log-density has a finite integral over the unit box or the sphere."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from sith.theory.assumptions.law.answer import Law, fails, not_shown, shown
from sith.theory.assumptions.law.regular import continuous, positive_on_box, positive_on_reals
from sith.theory.assumptions.law.size import MOST_MONOMIALS, monomial_bound


def box_law(expression: sp.Expr, coordinates: Sequence[sp.Symbol]) -> Law:
    """Return whether ∫ exp(p) over (0, 1)^d is finite: it is for continuous p on the closed box.

    Terms a·log z_i and a·log(1 − z_i) beside a continuous rest are integrable exactly for a > −1.
    """
    faces = {
        g: (f"{x} = {side}", sp.Integer(0)) for x in coordinates for g, side in ((x, 0), (1 - x, 1))
    }
    rest = []
    for term in sp.Add.make_args(_opened(expression)):
        factor, power = term.as_independent(*coordinates)
        if isinstance(power, sp.log) and power.args[0] in faces:
            name, total = faces[power.args[0]]
            faces[power.args[0]] = (name, total + factor)
        else:
            rest.append(term)
    if not continuous(sp.Add(*rest), positive_on_box):
        return not_shown(f"{sp.Add(*rest)} is not seen to be continuous on the closed box")
    for name, total in faces.values():
        gap = total + 1
        if gap.is_zero or gap.is_negative:
            return fails(f"the term {total}·log has a power ≤ −1 there", f"the face {name}")
        if not gap.is_positive:
            return not_shown(f"the sign of {gap}, at the face {name}, is not known")
    return shown("continuous on the closed box, up to integrable powers at the faces")


def _opened(expression: sp.Expr) -> sp.Expr:
    """Multiply out the terms with a logarithm; the others are continuous as they are."""
    terms = [
        sp.expand(a, log=False) if a.has(sp.log) and monomial_bound(a) <= MOST_MONOMIALS else a
        for a in sp.Add.make_args(expression)
    ]
    return sp.Add(*terms)


def sphere_law(expression: sp.Expr) -> Law:
    """Return whether ∫ exp(p) over the sphere is finite: it is for continuous p."""
    if continuous(expression, positive_on_reals):
        return shown("continuous on the sphere")
    return not_shown(f"{expression} is not seen to be continuous on the sphere")
