"""Maps that whiten the noise of a transition, tried where the identity does not solve the condition."""

from __future__ import annotations

import sympy as sp

from sith.numerics.searching.points import Point
from sith.numerics.searching.witness import Counterexample, Kind
from sith.theory import (
    Claim,
    Map,
    PairLogDensity,
    RealSpace,
    Relation,
    Separation,
    check_separation,
    map_data,
)


def has_noise(claim: Claim) -> bool:
    """Whether the pairs have a log-density on R^d that the encoder's outputs may whiten."""
    same = isinstance(claim.encoder.output, RealSpace) and claim.encoder.output.dim == claim.dim
    return same and isinstance(claim.world.pairs, PairLogDensity)


def refute_by_whitening(claim: Claim, point: Point) -> tuple[Counterexample, ...]:
    """Return h = P^{1/2} z, P the precision of z̃ given z, where it is optimal and outside the group.

    () where the precision is not constant and diagonal with rational square roots, or the exact
    checker does not confirm the map.
    """
    if claim.relation is Relation.CONTAINS:
        return ()
    for roots in _roots(claim):
        member = Map.linear(sp.diag(*roots))
        answer = check_separation(claim, Separation(True, (member,), (), ""))
        if answer.holds:
            return (
                Counterexample.found(
                    claim,
                    point,
                    kind=Kind.FREE_MAP,
                    shown=str(member),
                    equal="the optimum condition, and so the loss: the map whitens the noise",
                    differs=answer.reason,
                    exact=True,
                    data={"map": map_data(member)},
                ),
            )
    return ()


def _roots(claim: Claim) -> tuple[tuple[sp.Rational, ...], ...]:
    pairs = claim.world.pairs
    if not isinstance(pairs, PairLogDensity):
        return ()
    precision = -sp.hessian(pairs.expression, pairs.zt)
    if precision.free_symbols or not precision.is_diagonal():
        return ()
    roots = tuple(sp.sqrt(x) for x in precision.diagonal())
    return (roots,) if all(r.is_Rational and r > 0 for r in roots) else ()
