r"""Bound all continuous free fields by elimination: a field is determined by its values at points.

Let Σ a_i(z,z̃) ξ_i(z) + Σ b_i(z,z̃) ξ_i(z̃) + Σ t_θ(z,z̃) δθ = c(z) or 0 be the linearised equations
without derivatives of ξ, for pairs of full support. Fix points p_1, …, p_K. At z̃ = p_k, with c(z)
removed by differences, they read M(z) ξ(z) = L(z) v with v = (ξ(p_1), …, ξ(p_K), δθ).

*Determination.* The entries of M are rational functions, so if M(z) has full column rank at one
point, it has so on the complement of a nowhere dense set: the spaces (`connected`) are connected
and analytic. There v determines ξ(z), and by continuity everywhere. With |·|, M is
rational on each cell between the hyperplanes where an argument vanishes; full rank is then asked
for at a point of every cell.

*Bound.* A free field, restricted to any finite set of points that contains the anchors, solves the
linear system S of the equations at all pairs of these points, and by determination the restriction
is injective. So (fields, δθ) span at most nullity(S) dimensions, and the fields alone at most
nullity(S) less the parameter changes that move no field. The rank of S modulo a prime is at most
the rank over the rationals, so the bound holds when it is computed modulo a prime. ξ is assumed to
be continuous, nothing else.

*Poles.* Where M loses rank a solution may have a pole, which is seen at points p of that kind only,
and so they are put in on purpose. There ξ(p) may hold values that no equation sees. They are no
fields: the anchors determine the field, so S may be projected onto the other unknowns, and the
bound falls by the nullity of S restricted to ξ at such points (`loose`, computed over the
rationals).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from math import prod

import sympy as sp

from sith.theory.assumptions import (
    AnisotropicSphere,
    Box,
    ExponentialNorm,
    OrnsteinUhlenbeck,
    PairLogDensity,
    RealSpace,
    Sphere,
    VonMisesFisher,
    connected,
    inside,
)
from sith.theory.derivation.bounds.point_system import Point, PointSystem, rank_of
from sith.theory.derivation.certificates.completeness import Bound, NotShown
from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.fields.linearise import LinearEquation
from sith.theory.verdict import Method

FULL_SUPPORT = (
    AnisotropicSphere,
    ExponentialNorm,
    OrnsteinUhlenbeck,
    PairLogDensity,
    VonMisesFisher,
)
"""Kinds of pairs for which one partner point is admissible for every anchor."""


MAX_CELLS = 400
"""More cells between the zeros of absolute values than this are not tried."""

MAX_UNKNOWNS = 400
"""Largest number of unknowns of the system at points."""

PATIENCE = 3
"""Points are added until the nullity stays the same this many times."""

_SEED = 7


def eliminate(
    condition: Condition, equations: tuple[LinearEquation, ...], dimension: int, gauge: int
) -> Bound:
    """Return a bound on the dimension of all continuous free fields; stops at `dimension`.

    Raises `NotShown` where the field's values are not determined by those at finitely many points.
    """
    plain = (UpTo.NOTHING, UpTo.FUNCTION_OF_Z)
    used = [e for e in equations if not e.jet and e.up_to in plain and not e.partner]
    used = [e for e in used if any(c != 0 for c in (*e.at_z, *e.at_zt, *e.at_parameter.values()))]
    if not isinstance(condition.pairs, FULL_SUPPORT):
        used = [e for e in used if not e.uses_partner]
    _require_treated(condition, used)
    rng = random.Random(_SEED)
    system = PointSystem(condition, used)
    size = len(condition.image)
    probe = condition.space.rational_point(rng)
    limit = size + 2 if any(e.uses_partner for e in used) else 0
    while rank_of(system.slopes(probe, len(system.points))) < size:
        if len(system.points) == limit:
            raise NotShown("elimination: the equations at fixed points do not determine the field")
        system.add(_fresh(condition, system.points, rng))
    anchors = len(system.points)
    _every_cell(system, anchors, rng)
    for point in _degenerate(condition, used, rng):
        if point not in system.points and rank_of(system.slopes(point, anchors)) < size:
            system.add(point)
    special = len(system.points)
    still, last = 0, -1
    while True:
        # Ranks are the costly part, so points are added by a sixth of their number at a time.
        for _ in range(max(1, len(system.points) // 6)):
            system.add(_fresh(condition, system.points, rng))
        if system.unknowns > MAX_UNKNOWNS:
            raise NotShown(f"elimination needs more than {MAX_UNKNOWNS} unknowns")
        rank = rank_of(list(system.rows()))
        loose = system.loose(anchors, special) if special > anchors else 0
        left = system.unknowns - rank - loose - gauge
        still = still + 1 if left == last else 0
        last = left
        if left <= dimension or still == PATIENCE:
            return Bound(
                Method.ELIMINATION,
                left,
                system.unknowns,
                rank,
                gauge,
                tuple(system.points),
                anchors=anchors,
                special=special,
                loose=loose,
            )


def _require_treated(condition: Condition, used: Sequence[LinearEquation]) -> None:
    """Raise `NotShown` for spaces that may fall into parts, and without a usable equation."""
    if not connected(condition.space):
        raise NotShown(f"elimination: the {condition.space} is not shown to be irreducible")
    if not used:
        raise NotShown("elimination needs equations without derivatives of the field")


def _fresh(condition: Condition, points: Sequence[Point], rng: random.Random) -> Point:
    """Draw a point; off the sphere, with coordinates that no earlier point has."""
    for _ in range(1000):
        point = condition.space.rational_point(rng)
        apart = all(x != y for p in points for x, y in zip(point, p, strict=True))
        if point not in points and (apart or condition.space.constraints(point)):
            return point
    raise NotShown("elimination: no further rational point was found")


def _degenerate(
    condition: Condition, equations: Sequence[LinearEquation], rng: random.Random
) -> Iterator[Point]:
    """Return points at which a factor of ξ_i(z) vanishes that depends on one coordinate alone."""
    seen = set()
    for equation in equations:
        for value in () if equation.uses_partner else equation.at_z:
            own = value.free_symbols
            if len(own) > 1 and value.is_polynomial(*own) and sp.Poly(value).total_degree() == 1:
                yield from _on_a_plane(condition, sp.Poly(value, *condition.z), rng)
            if len(own) != 1 or not value.is_polynomial(*own):
                continue
            symbol = next(iter(own))
            i = condition.z.index(symbol)
            for root in sp.Poly(value, symbol).ground_roots():
                if (i, root) in seen:
                    continue
                seen.add((i, root))
                for _ in range(condition.space.dim + 1):
                    yield from _with_coordinate(condition, i, root, rng)


def _on_a_plane(condition: Condition, form: sp.Poly, rng: random.Random) -> Iterator[Point]:
    """Return points of a flat space at which a polynomial of degree 1 vanishes."""
    if condition.space.constraints(condition.z):
        return
    i = max(k for k, x in enumerate(condition.z) if form.coeff_monomial(x) != 0)
    slope = form.coeff_monomial(condition.z[i])
    for _ in range(condition.space.dim + 1):
        point = condition.space.rational_point(rng)
        moved = sp.Rational(point[i] - form(*point) / slope)
        found = (*point[:i], moved, *point[i + 1 :])
        if inside(condition.space, found):
            yield found


def _with_coordinate(
    condition: Condition, i: int, value: sp.Rational, rng: random.Random
) -> Iterator[Point]:
    space = condition.space
    if isinstance(space, Sphere):
        if value == 0 and space.dim > 2:
            rest = Sphere(space.dim - 1).rational_point(rng)
            yield (*rest[:i], sp.Integer(0), *rest[i:])
        return
    if isinstance(space, RealSpace) or (isinstance(space, Box) and 0 < value < 1):
        point = space.rational_point(rng)
        yield (*point[:i], value, *point[i + 1 :])


def _every_cell(system: PointSystem, anchors: int, rng: random.Random) -> None:
    """Check that M(z) has full column rank in every cell between the zeros of absolute values."""
    condition = system.condition
    inner = {
        a.args[0]
        for e in system.equations
        for c in (*e.at_z, *e.at_zt, *e.at_parameter.values())
        for a in c.atoms(sp.Abs, sp.sign)
    }
    if not inner:
        return
    space, z = condition.space, condition.z
    if not isinstance(space, Box | RealSpace):
        raise NotShown("elimination with absolute values is done on boxes and R^d only")
    edges: list[set[sp.Rational]] = [
        {sp.Integer(0), sp.Integer(1)} if isinstance(space, Box) else set() for _ in z
    ]
    for argument in inner:
        # Without anchors no equation looks at z̃, and any point may stand for it.
        for p in system.points[:anchors] or [space.rational_point(rng)]:
            at = argument.xreplace(dict(zip(condition.zt, p, strict=True)))
            own = at.free_symbols & set(z)
            if len(own) != 1 or not at.is_polynomial(*own) or sp.Poly(at, *own).degree() != 1:
                raise NotShown(f"elimination: the zeros of {argument} are not coordinate planes")
            symbol = next(iter(own))
            root = -at.subs(symbol, 0) / sp.diff(at, symbol)
            if not isinstance(space, Box) or 0 < root < 1:
                edges[z.index(symbol)].add(root)
    lines = [_intervals(sorted(e), bounded=isinstance(space, Box)) for e in edges]
    if prod(len(line) for line in lines) > MAX_CELLS:
        raise NotShown(f"elimination: more than {MAX_CELLS} cells between absolute values")
    for cell in product(*lines):
        tries = (
            tuple(a + (b - a) * sp.Rational(rng.randrange(1, 100), 100) for a, b in cell)
            for _ in range(2)
        )
        if all(rank_of(system.slopes(z, anchors)) < len(condition.image) for z in tries):
            raise NotShown(
                "elimination: between some zeros of absolute values, the equations at fixed points "
                "do not determine the field"
            )


def _intervals(
    edges: Sequence[sp.Rational], *, bounded: bool
) -> list[tuple[sp.Rational, sp.Rational]]:
    if not bounded:
        ends = edges or [sp.Integer(0)]
        edges = [ends[0] - 1, *edges, ends[-1] + 1]
    return list(pairwise(edges))
