"""Whether a map keeps outputs, or pairs of outputs, independent."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product

import sympy as sp

from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.fields.identities import vanishes_at
from sith.theory.derivation.fields.sign_patterns import sign_patterns
from sith.theory.groups import Map
from sith.theory.verdict import Membership


def outputs_independent(
    condition: Condition, equation: Equation, jacobian: sp.Matrix, member: Map
) -> Membership:
    """Say whether log p(z) − log|det J_h| is a sum of functions of single outputs h_i(z).

    Derivatives along the outputs are taken through the chain rule, ∂/∂h = J^{−T} ∂/∂z.
    """
    prior = -equation.residual.xreplace(dict.fromkeys(condition.image, sp.Integer(0)))
    density = prior - sp.log(sp.expand(jacobian.det()) ** 2) / 2
    inverse = jacobian.inv()
    for signs, points in sign_patterns(condition, density):
        if not points:
            continue
        resolved = density.xreplace(signs)
        for i, j in combinations(range(len(condition.z)), 2):
            first = _along(inverse, i, resolved, condition.z)
            second = _along(inverse, j, first, condition.z)
            if not vanishes_at(condition, second, points).holds:
                reason = f"outputs {i + 1} and {j + 1} are dependent"
                return Membership(False, reason, str(member))
    return Membership(True, "the outputs are independent")


def pairs_independent(condition: Condition, equation: Equation, member: Map) -> Membership:
    """Say whether the residual at H = 0 is a sum of functions of single output pairs (h_i, h̃_i).

    The residual is f(H, H̃) − f(z, z̃) with f up to functions of pairs, so f(z, z̃) must be such a
    sum in the outputs at z and z̃.
    """
    anywhere = {s: sp.Integer(0) for s in (*condition.image, *condition.image_t)}
    target = equation.residual.xreplace(anywhere)
    sides = []
    for base, own in ((condition.base, condition.z), (condition.base_t, condition.zt)):
        jacobian = sp.Matrix([[sp.diff(e, x) for x in own] for e in member(base)])
        sides.append((jacobian.inv(), own))
    for signs, points in sign_patterns(condition, target):
        if not points:
            continue
        resolved = target.xreplace(signs)
        for i, j in combinations(range(len(condition.z)), 2):
            for (one, at), (two, at_t) in product(sides, repeat=2):
                value = _along(two, j, _along(one, i, resolved, at), at_t)
                if not vanishes_at(condition, value, points).holds:
                    reason = f"output pairs {i + 1} and {j + 1} are dependent"
                    return Membership(False, reason, str(member))
    return Membership(True, "the output pairs are independent")


def _along(inverse: sp.Matrix, i: int, value: sp.Expr, coordinates: Sequence[sp.Symbol]) -> sp.Expr:
    """Return ∂value/∂h_i."""
    return sp.Add(*(inverse[k, i] * sp.diff(value, x) for k, x in enumerate(coordinates)))
