"""First-order change of a condition when h₀ is replaced by h₀ + εξ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy as sp

from theory.derive.equation import Condition, Equation, UpTo


@dataclass(frozen=True, slots=True)
class LinearEquation:
    """Σ_i at_z[i] ξ_i(z) + Σ_i at_zt[i] ξ_i(z̃) + Σ c ∂ξ_a/∂z_b + Σ_θ at_parameter[θ] δθ ≡ up_to.

    `jacobian` lists (a, b, c); `partner` is the equation's own z̃, if it has one.
    """

    at_z: tuple[sp.Expr, ...]
    at_zt: tuple[sp.Expr, ...]
    at_parameter: Mapping[sp.Symbol, sp.Expr]
    jacobian: tuple[tuple[int, int, int], ...]
    up_to: UpTo
    partner: tuple[sp.Expr, ...] = ()

    @property
    def uses_partner(self) -> bool:
        """Whether the equation looks at z̃."""
        return any(c != 0 for c in self.at_zt) or self.up_to is UpTo.FUNCTION_OF_Z


def linearise(condition: Condition) -> tuple[LinearEquation, ...]:
    """Differentiate every equation of the condition at its base solution."""
    table = {
        **dict(zip(condition.image, condition.base, strict=True)),
        **dict(zip(condition.image_t, condition.base_t, strict=True)),
        **condition.parameters,
    }

    def slope(equation: Equation, variable: sp.Symbol) -> sp.Expr:
        return sp.diff(equation.residual, variable).xreplace(table)

    return tuple(
        LinearEquation(
            at_z=tuple(slope(e, x) for x in condition.image),
            at_zt=tuple(slope(e, x) for x in condition.image_t),
            at_parameter={t: slope(e, t) for t in condition.parameters},
            jacobian=_slopes(e),
            up_to=e.up_to,
            partner=e.partner,
        )
        for e in condition.equations
    )


def _slopes(equation: Equation) -> tuple[tuple[int, int, int], ...]:
    """Return the terms in ∂ξ_a/∂z_b: of log|det J|, and of the entries of JᵀJ at J = I."""
    terms = [(a, b, 1) for a, b in equation.volume]
    for i, j, c in equation.gram:
        terms += [(i, j, c), (j, i, c)]
    return tuple(terms)
