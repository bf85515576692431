"""Laws with the projections of N(0, I) on finitely many directions that are not N(0, I).

p = φ + Q ψ with ψ the density of N(0, I/2) and Q ψ = c Π_m (b_m·∇) ψ: the projection on a direction
a that is orthogonal to some b_m loses the term, as a derivative along the fibres integrates to 0.
p is positive, so the Knothe–Rosenblatt map is a homeomorphism h of R^d with law p.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import sympy as sp
import torch

from sith.numerics.exact.quadrature import gaussian
from sith.numerics.lowering.lower import lower_map
from sith.numerics.searching.points import Point
from sith.numerics.searching.witness import Counterexample, Kind
from sith.theory import (
    Claim,
    Family,
    Gaussian,
    Map,
    MeasurePreserving,
    Membership,
    RealSpace,
    Relation,
    SlicedNormality,
    UnsupportedCondition,
    contained,
    latents,
    map_data,
    read_map,
)

BOUND_OF_E = sp.Rational(2718, 1000)
NODES = {1: 200, 2: 60, 3: 24}
"""Nodes a coordinate for the distance of the laws, a figure that proves nothing."""


def sees_projections(claim: Claim) -> bool:
    """Whether the claim's objective sees finitely many projections of a free map's law."""
    return isinstance(claim.objective, SlicedNormality) and bool(claim.objective.directions)


def refute_by_projections(claim: Claim, point: Point) -> tuple[Counterexample, ...]:
    """Return another law with the same projections, as a polynomial factor of a Gaussian density.

    The factor holds one b_m for every d − 1 directions. Raises `UnsupportedCondition` where a law
    of h(z) is not a free choice, or maps that keep N(0, I) are not all that the claim allows.
    """
    directions = _directions(claim)
    dim = len(directions[0])
    x = latents(dim)
    factor: sp.Expr = sp.Integer(1)
    for k in range(0, len(directions), dim - 1):
        factor = _derivative(factor, _normal(directions[k : k + dim - 1]), x)
    factor = sp.expand(factor)
    factor = sp.expand(factor / (sp.floor(_bound(sp.Poly(factor, *x))) + 1))
    here = next(p for p in _small_points(dim) if _value(factor, x, p) != 0)
    return (
        Counterexample.found(
            claim,
            point,
            kind=Kind.LAW,
            shown=f"h(z) has the density N(0, I) + ({factor})·N(0, I/2), as the Knothe–Rosenblatt "
            "map of it",
            equal=f"the projections on {len(directions)} directions are normal, so the loss is 0",
            differs=f"the density is not that of N(0, I), for example at {tuple(map(str, here))}",
            exact=True,
            data={"factor": map_data(Map(x, (factor,)))},
            numbers={"total variation": _total_variation(factor, dim)} if dim in NODES else {},
        ),
    )


def check_law(witness: Counterexample, claim: Claim) -> Membership:
    """Say whether the stored density is positive, has the projections, and is not N(0, I)'s.

    Exact. Q ψ projected on a is a polynomial of degree ≤ deg Q times a Gaussian density, so it is
    zero where the moments E_ψ[(a·x)^k Q(x)], k ≤ deg Q, are. φ + Q ψ is positive where
    2^{d/2} |Q(x)| e^{−‖x‖²/2} < 1, by |x|^k e^{−x²/2} ≤ (k/e)^{k/2} on every term of Q.
    """
    directions = _directions(claim)
    stored = read_map(witness.data.get("factor"))
    if stored.dim != len(directions[0]) or len(stored.expressions) != 1:
        return Membership(False, "the factor is not a function on the representation space")
    if not stored.expressions[0].is_polynomial(*stored.symbols):
        return Membership(False, "the factor is not a polynomial")
    factor = sp.Poly(stored.expressions[0], *stored.symbols)
    if factor.is_zero:
        return Membership(False, "the factor is zero, so the law is N(0, I)")
    if _bound(factor) >= 1:
        return Membership(False, "the density is not shown to be positive")
    for a in directions:
        inner = sp.Poly(sum(c * x for c, x in zip(a, stored.symbols, strict=True)), *stored.symbols)
        for k in range(factor.total_degree() + 1):
            moment = _moment(factor * inner**k)
            if moment != 0:
                names = tuple(map(str, a))
                return Membership(
                    False, f"moment {k} of the projection on {names} is off: {moment}"
                )
    return Membership(True, f"positive, with {len(directions)} normal projections, and not N(0, I)")


def _directions(claim: Claim) -> tuple[tuple[sp.Rational, ...], ...]:
    """The directions of a claim whose h may have any positive density as its law."""
    objective, encoder = claim.objective, claim.encoder
    if not isinstance(objective, SlicedNormality) or not objective.directions:
        raise UnsupportedCondition(f"'{objective}' does not see finitely many projections")
    dim = encoder.output.dim
    free = (
        isinstance(claim.world.prior, Gaussian)
        and isinstance(encoder.output, RealSpace)
        and encoder.family is Family.UNIVERSAL
        and not claim.world.mixing.restricts_jacobian
    )
    if not free or len(objective.directions[0]) != dim or dim != claim.dim or dim < 2:
        raise UnsupportedCondition(
            "the law of h(z) is not a free choice",
            allowed="a Gaussian prior, an unrestricted mixing and a universal encoder into R^d",
        )
    keep = MeasurePreserving(dim, Gaussian().log_density(latents(dim)))
    if claim.relation is Relation.CONTAINS or not contained(claim.group, keep).holds:
        raise UnsupportedCondition(f"{claim.group} does not keep N(0, I), so it may hold the map")
    return objective.directions


def _normal(rows: Sequence[Sequence[sp.Rational]]) -> sp.Matrix:
    """A non-zero integer vector that is orthogonal to fewer than d rows."""
    free = sp.Matrix([list(row) for row in rows]).nullspace()[0]
    return free * sp.ilcm(*(entry.q for entry in free))


def _derivative(factor: sp.Expr, b: sp.Matrix, x: Sequence[sp.Symbol]) -> sp.Expr:
    """Q' with Q' ψ = (b·∇)(Q ψ): ψ ∝ e^{−‖x‖²}, so ∇ψ = −2xψ."""
    return sp.expand(
        sum(c * (sp.diff(factor, s) - 2 * s * factor) for c, s in zip(b, x, strict=True))
    )


def _bound(factor: sp.Poly) -> sp.Rational:
    """A rational number ≥ 2^{d/2} max |Q(x)| e^{−‖x‖²/2}."""
    total = sp.Integer(0)
    for powers, coefficient in factor.terms():
        square = sp.Integer(2) ** len(powers) * coefficient**2
        for k in powers:
            square *= (k / BOUND_OF_E) ** k if k else 1
        total += _root_above(square)
    return total


def _root_above(square: sp.Rational) -> sp.Rational:
    scale = 10**6
    return sp.Rational(math.isqrt(int(sp.floor(square * scale**2))) + 1, scale)


def _moment(polynomial: sp.Poly) -> sp.Rational:
    """E of a polynomial under N(0, I/2): E x^{2n} = (2n − 1)!!/2^n."""
    total = sp.Integer(0)
    for powers, coefficient in polynomial.terms():
        if any(k % 2 for k in powers):
            continue
        value = coefficient
        for k in powers:
            value *= sp.factorial2(k - 1) / sp.Integer(2) ** (k // 2) if k else 1
        total += value
    return total


def _small_points(dim: int) -> list[tuple[sp.Rational, ...]]:
    """Integer points near the origin; a polynomial of small degree is not zero on all of them."""
    grid: list[tuple[sp.Rational, ...]] = [()]
    for _ in range(dim):
        grid = [(*p, sp.Integer(k)) for p in grid for k in range(9)]
    return sorted(grid, key=lambda p: (sum(p), p))


def _value(factor: sp.Expr, x: Sequence[sp.Symbol], point: Sequence[sp.Rational]) -> sp.Rational:
    return sp.expand(factor).xreplace(dict(zip(x, point, strict=True)))


def _total_variation(factor: sp.Expr, dim: int) -> float:
    """½ E_ψ|Q|, by Gauss–Hermite nodes."""
    rule = gaussian(dim, NODES[dim])
    values = lower_map((factor,), latents(dim))(rule.nodes / math.sqrt(2))[:, 0]
    return float(torch.dot(rule.weights, values.abs())) / 2
