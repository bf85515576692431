"""First-order change of a condition when h₀ is replaced by h₀ + εξ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import comb, prod

import sympy as sp

from sith.theory.assumptions import StructuredMixing
from sith.theory.derivation.equation import Condition, Equation, UpTo
from sith.theory.errors import UnsupportedCondition

Powers = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class JetTerm:
    """The term `coefficient`(z) · ∂^powers ξ_output, where powers_j counts derivatives along z_j."""

    output: int
    powers: Powers
    coefficient: sp.Expr


@dataclass(frozen=True, slots=True)
class LinearEquation:
    """Σ_i at_z[i] ξ_i(z) + Σ_i at_zt[i] ξ_i(z̃) + Σ jet + Σ_θ at_parameter[θ] δθ ≡ up_to.

    `partner` is the equation's own z̃, if it has one.
    """

    at_z: tuple[sp.Expr, ...]
    at_zt: tuple[sp.Expr, ...]
    at_parameter: Mapping[sp.Symbol, sp.Expr]
    jet: tuple[JetTerm, ...]
    up_to: UpTo
    partner: tuple[sp.Expr, ...] = ()

    @property
    def coefficients(self) -> tuple[sp.Expr, ...]:
        """All coefficient functions."""
        jet = (term.coefficient for term in self.jet)
        return (*self.at_z, *self.at_zt, *jet, *self.at_parameter.values())

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
    known: dict[tuple[int, Powers], sp.Expr] = {}

    def slope(equation: Equation, variable: sp.Symbol) -> sp.Expr:
        return sp.diff(equation.residual, variable).xreplace(table)

    return tuple(
        LinearEquation(
            at_z=tuple(slope(e, x) for x in condition.image),
            at_zt=tuple(slope(e, x) for x in condition.image_t),
            at_parameter={t: slope(e, t) for t in condition.parameters},
            jet=_decoder_jet(condition, e, known) if e.decoder else _slopes(e, len(condition.z)),
            up_to=e.up_to,
            partner=e.partner,
        )
        for e in condition.equations
    )


def _slopes(equation: Equation, dim: int) -> tuple[JetTerm, ...]:
    """Return the terms in ∂ξ_a/∂z_b: of log|det J|, and of the entries of JᵀJ at J = I."""
    terms = [(a, b, 1) for a, b in equation.volume]
    for i, j, c in equation.gram:
        terms += [(i, j, c), (j, i, c)]
    return tuple(
        JetTerm(a, tuple(int(k == b) for k in range(dim)), sp.Integer(c)) for a, b, c in terms
    )


def _decoder_jet(
    condition: Condition, equation: Equation, known: dict[tuple[int, Powers], sp.Expr]
) -> tuple[JetTerm, ...]:
    """Return the terms of −J_g ξ in a sum of products of derivatives of ĝ, by Leibniz' rule.

    ∂^k Σ_i (∂_i g_a) ξ_i = Σ_i Σ_{s ≤ k} C(k, s) (∂^s ∂_i g_a) ∂^{k−s} ξ_i. `known` keeps
    derivatives of g between calls.
    """
    mixing, z = condition.mixing, condition.z
    if not isinstance(mixing, StructuredMixing) or condition.base != z:
        raise UnsupportedCondition("equations on the decoder around another map than the identity")
    g = mixing.at(z)

    def partial(a: int, powers: Powers) -> sp.Expr:
        if (a, powers) not in known:
            along = [(x, k) for x, k in zip(z, powers, strict=True) if k]
            known[a, powers] = sp.diff(g[a], *along) if along else g[a]
        return known[a, powers]

    found: dict[tuple[int, Powers], sp.Expr] = {}
    for factors in equation.decoder:
        for position, (a, powers) in enumerate(factors):
            rest = sp.Mul(*(partial(*f) for i, f in enumerate(factors) if i != position))
            if rest == 0:
                continue
            for i in range(len(z)):
                for lower in _below(powers):
                    one_more = tuple(s + (j == i) for j, s in enumerate(lower))
                    left = tuple(k - s for k, s in zip(powers, lower, strict=True))
                    count = prod(comb(k, s) for k, s in zip(powers, lower, strict=True))
                    term = -count * rest * partial(a, one_more)
                    found[i, left] = found.get((i, left), sp.Integer(0)) + term
    terms = ((i, left, sp.cancel(c)) for (i, left), c in found.items() if c != 0)
    return tuple(JetTerm(i, left, c) for i, left, c in terms if c != 0)


def _below(powers: Sequence[int]) -> Iterator[Powers]:
    yield from product(*(range(k + 1) for k in powers))
