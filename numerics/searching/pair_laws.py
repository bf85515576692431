"""Maps of the latents that keep the law of the pairs: no loss whatever tells them from the identity.

With T such a map, the mixings g and g∘T give observations of one law, so an encoder f that is
optimal for one is optimal for the other. A theorem that puts f∘g and f∘g∘T into a group puts T into it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from sith.numerics.searching.points import Point
from sith.numerics.searching.witness import Counterexample, Kind
from sith.theory import (
    Affine,
    Box,
    Claim,
    Family,
    InputError,
    Mixing,
    Relation,
    SithError,
    Sphere,
    UnsupportedCondition,
    as_rational,
    contained,
    rational,
)
from sith.theory.assumptions import PartlyKeptSphere, StyleRedrawn, Uniform
from sith.theory.verdict import Membership

SPEED = sp.Integer(1)
"""tan(θ/2) over the quantity that the angle depends on."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """A turn of the coordinates `plane`, both redrawn, by an angle of tangent `half` at the half.

    On the sphere `half` is a function of a kept coordinate. On the box the turn is about the centre
    of the square, within the disc of radius 1/2; outside of it the map is the identity.
    """

    plane: tuple[int, int]
    half: sp.Expr
    disc: bool


def keeps_some(claim: Claim) -> bool:
    """Whether the pairs keep some coordinates and redraw at least two."""
    pairs = claim.world.pairs
    return isinstance(pairs, PartlyKeptSphere | StyleRedrawn) and len(_redrawn(claim)) > 1


def refute_by_pair_law(claim: Claim, point: Point) -> tuple[Counterexample, ...]:
    """Return a map that keeps the law of the pairs and is outside the stated group.

    Raises `UnsupportedCondition` where maps are restricted, or the group may hold the map.
    """
    _require(claim)
    plane = _redrawn(claim)[:2]
    turn = _turn(claim, plane, SPEED)
    where = "at distance r < 1/2 of the centre" if turn.disc else "and u a kept coordinate"
    named = ", ".join(f"z{k + 1}" for k in plane)
    angle = "1/4 − r²" if turn.disc else "u"
    return (
        Counterexample.found(
            claim,
            point,
            kind=Kind.PAIR_LAW,
            shown=f"T turns ({named}) by θ, tan(θ/2) = {angle} {where}, and keeps the rest",
            equal="(T(z), T(z̃)) has the law of (z, z̃), so z and T(z) give observations of one law",
            differs=f"T is not affine, so it is outside {claim.group}: an encoder that recovers z "
            "up to the group does not recover T(z) up to it",
            exact=True,
            data={"plane": list(plane), "speed": str(SPEED)},
        ),
    )


def check_pair_law(witness: Counterexample, claim: Claim) -> Membership:
    """Say whether the stored turn keeps the law of the pairs and is outside the group; exact.

    On the sphere the prior and the conditional ∝ exp(κ v·ṽ) of the redrawn block are kept by
    orthogonal maps of it that depend on the kept coordinates alone. On the box the redrawn
    coordinates are uniform, and the turn has determinant 1 and is the identity on the circle.
    """
    _require(claim)
    plane = _plane(witness.data)
    if any(k not in _redrawn(claim) for k in plane):
        return Membership(False, f"the pair keeps one of the coordinates {plane}")
    speed = rational(as_rational(str(witness.data.get("speed"))), "speed")
    if speed == 0:
        return Membership(False, "a turn of speed 0 is the identity, which every group holds")
    turn = _turn(claim, plane, speed)
    a, b = sp.symbols("a b", real=True)
    rows = _rotation(turn.half)
    if sp.simplify(rows.T * rows - sp.eye(2)) != sp.zeros(2, 2):
        return Membership(False, "it is no turn")
    if not turn.disc:
        return Membership(True, "a turn of the redrawn block whose angle changes with the kept one")
    half = turn.half
    image = _rotation(half) * sp.Matrix([a, b])
    volume = sp.simplify(image.jacobian([a, b]).det())
    on_circle = sp.simplify(half.subs(a, sp.sqrt(sp.Rational(1, 4) - b**2)))
    if volume != 1 or on_circle != 0:
        return Membership(False, "it does not keep areas, or is not continuous at the circle")
    return Membership(True, "it keeps areas, turns the disc, and is the identity outside of it")


def _turn(claim: Claim, plane: tuple[int, ...], speed: sp.Rational) -> _Turn:
    a, b, u = sp.symbols("a b u", real=True)
    first, second = plane
    if _on_box(claim):
        return _Turn((first, second), speed * (sp.Rational(1, 4) - a**2 - b**2), disc=True)
    return _Turn((first, second), speed * u, disc=False)


def _rotation(half: sp.Expr) -> sp.Matrix:
    cosine, sine = (1 - half**2) / (1 + half**2), 2 * half / (1 + half**2)
    return sp.Matrix([[cosine, -sine], [sine, cosine]])


def _on_box(claim: Claim) -> bool:
    """Whether the style is redrawn, as on a box; otherwise the pairs keep a part of a sphere."""
    return isinstance(claim.world.pairs, StyleRedrawn)


def _redrawn(claim: Claim) -> tuple[int, ...]:
    pairs: Any = claim.world.pairs
    kept: Sequence[int] = pairs.content if _on_box(claim) else pairs.kept
    return tuple(k for k in range(claim.dim) if k not in kept)


def _require(claim: Claim) -> None:
    world, encoder = claim.world, claim.encoder
    fits = (
        keeps_some(claim)
        and isinstance(world.space, Box if _on_box(claim) else Sphere)
        and isinstance(world.prior, Uniform)
        and world.mixing is Mixing.INJECTIVE
        and encoder.family is Family.UNIVERSAL
    )
    if not fits or encoder.output.dim != claim.dim or claim.base:
        raise UnsupportedCondition(
            "the law of the pairs is kept by no map that is known here",
            allowed="uniform latents of which a pair keeps some and redraws two, and free maps",
        )
    try:
        affine = contained(claim.group, Affine(claim.dim)).holds
    except SithError:
        affine = False
    if claim.relation is Relation.CONTAINS or not affine:
        raise UnsupportedCondition(f"{claim.group} may hold maps that are not affine")


def _plane(data: Mapping[str, Any]) -> tuple[int, int]:
    plane = data.get("plane")
    whole = isinstance(plane, list) and len(plane) == 2 and all(type(k) is int for k in plane)
    if not whole or plane is None or plane[0] == plane[1]:
        raise InputError("a turn is stored with two coordinates")
    return plane[0], plane[1]
