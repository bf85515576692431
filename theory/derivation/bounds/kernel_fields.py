"""Vector fields v(z) that no equation sees: F(z)·v(z) is then free for every function F."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp
from sympy.polys.matrices import DomainMatrix

from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.fields.linearise import linearise
from sith.theory.derivation.fields.sign_patterns import support_points

PARTNERS = 4
"""So many rational points stand for the other side of a pair."""

MAX_OPERATIONS = 3000
"""Coefficients with more operations than this are not brought to one domain."""

_BY_COORDINATES = (UpTo.SEPARABLE, UpTo.PAIR_SEPARABLE)


def kernel_fields(condition: Condition) -> Iterator[tuple[sp.Expr, ...]]:
    """Return candidates for v, rational in z, with cleared denominators; each is to be checked.

    None where a coefficient is not rational in z, or an equation holds derivatives of the field.
    """
    equations = linearise(condition)
    if any(e.jet or e.partner or e.up_to in _BY_COORDINATES for e in equations):
        return
    rows = list(_rows(condition))
    if not rows or sum(sp.count_ops(c) for row in rows for c in row) > MAX_OPERATIONS:
        return
    domain = sp.QQ.frac_field(*condition.z)
    try:
        table = DomainMatrix(
            [[domain.from_sympy(sp.together(c)) for c in row] for row in rows],
            (len(rows), len(rows[0])),
            domain,
        )
        space = table.nullspace()
    except (sp.polys.polyerrors.BasePolynomialError, ValueError, TypeError, NotImplementedError):
        return
    for k in range(space.shape[0]):
        vector = [domain.to_sympy(space.rep.getitem(k, i)) for i in range(space.shape[1])]
        denominator = sp.lcm_list([sp.denom(sp.together(v)) for v in vector])
        cleared = [sp.expand(sp.cancel(v * denominator)) for v in vector]
        content = sp.gcd_list(cleared)
        yield tuple(sp.expand(sp.cancel(v / content)) for v in cleared)


def _rows(condition: Condition) -> Iterator[list[sp.Expr]]:
    z, zt = condition.z, condition.zt
    back = {**dict(zip(z, zt, strict=True)), **dict(zip(zt, z, strict=True))}
    others = [
        {y: point[x] for x, y in zip(z, zt, strict=True) if y not in z}
        for point in support_points(condition, PARTNERS + 1, seed=9)
    ]
    for equation in linearise(condition):
        sides = [(list(equation.at_z), equation.up_to is UpTo.FUNCTION_OF_Z)]
        if any(c != 0 for c in equation.at_zt):
            sides.append(([c.xreplace(back) for c in equation.at_zt], False))
        for row, differences in sides:
            at = [[c.xreplace(other) for c in row] for other in others]
            if differences:
                at = [[a - b for a, b in zip(r, at[0], strict=True)] for r in at[1:]]
            yield from at
