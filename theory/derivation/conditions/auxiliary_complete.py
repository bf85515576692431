"""Whether the polynomial fields are all smooth ones, where an auxiliary variable is known."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from sith.theory.assumptions import ExponentialFamily
from sith.theory.derivation.conditions.auxiliary_rows import Fewer
from sith.theory.notation import latents


def incomplete(family: ExponentialFamily, fewer: Fewer) -> str:
    """Say why smooth free fields may not be polynomial; "" where all of them are.

    At full rank T_ij'(z_i) ξ_i lies in the span of 1 and the statistics. If some combination of the
    statistics of coordinate i is affine, ξ_i is in that span itself. If T_i is a constant plus a
    multiple of (z_i − a)^m with m even, the span's element vanishes at z_i = a whatever the other
    coordinates are, so ξ_i is a multiple of z_i − a. For an odd power m > 1 the homeomorphisms
    T⁻¹(A T(z) + c) are free and not polynomial. With fewer outputs than latents the same is true of the
    coordinates that the environments change, and of their statistics.
    """
    z = latents(family.dim)
    degrees = [sp.Poly(t, *z).total_degree() for t in family.flat]
    if max(degrees) == 1:
        return ""
    width = len(fewer.columns or family.flat)
    if family.rank < width:
        return (
            f"the differences of the natural parameters have rank {family.rank} of {width}; maps "
            "that are not polynomial may be free besides"
        )
    for i in fewer.coordinates or range(family.dim):
        own, x = family.statistics[i], z[i]
        if not (_affine_in_span(own, x) or (len(own) == 1 and _even_power(own[0], x))):
            return (
                f"free maps of the statistics {', '.join(map(str, own))} need not be polynomial, "
                "such as T⁻¹(A T(z) + c) for a monotone T"
            )
    return ""


def _affine_in_span(statistics: Sequence[sp.Expr], x: sp.Symbol) -> bool:
    polys = [sp.Poly(t, x) for t in statistics]
    top = max(p.degree() for p in polys)
    higher = sp.Matrix([[p.coeff_monomial(x**k) for k in range(2, top + 1)] for p in polys])
    return bool(top == 1 or higher.rank() < len(polys))


def _even_power(statistic: sp.Expr, x: sp.Symbol) -> bool:
    """Whether T = γ (x − a)^m + constant with m even: T' is a multiple of (x − a)^{m−1}."""
    poly = sp.Poly(statistic, x)
    m = poly.degree()
    centre = -poly.coeff_monomial(x ** (m - 1)) / (m * poly.LC())
    slope = poly.LC() * m * (x - centre) ** (m - 1)
    return bool(m % 2 == 0 and sp.expand(sp.diff(statistic, x) - slope) == 0)
