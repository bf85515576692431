"""A mixing that is not injective hides a difference of latents from every encoder."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import sympy as sp

from sith.numerics.searching.points import Point
from sith.numerics.searching.witness import Counterexample, Kind
from sith.theory import (
    Box,
    Claim,
    InputError,
    Map,
    Membership,
    Mixing,
    latents,
    map_data,
    read_map,
)


def refute_by_fold(claim: Claim, point: Point) -> tuple[Counterexample, ...]:
    """Return a fold of the latents, where the claim allows any mixing; () where it does not.

    g is even about the middle of the first coordinate, so that two latents have one observation;
    every h = f∘g takes them to one representation, and every map of the stated group tells them
    apart.
    """
    if claim.world.mixing is not Mixing.ARBITRARY:
        return ()
    z = latents(claim.dim)
    middle = _middle(claim)
    fold = Map(z, (sp.expand((z[0] - middle) ** 2), *z[1:]))
    rng = random.Random(0)
    here = claim.world.space.rational_point(rng)
    while here[0] == middle:
        here = claim.world.space.rational_point(rng)
    there = (2 * middle - here[0], *here[1:])
    return (
        Counterexample.found(
            claim,
            point,
            kind=Kind.FOLD,
            shown=f"the mixing g: {fold}",
            equal=f"g at {tuple(map(str, here))} and at {tuple(map(str, there))}",
            differs=f"every map of {claim.group} tells the two latents apart",
            exact=True,
            data={
                "mixing": map_data(fold),
                "latents": [[str(x) for x in p] for p in (here, there)],
            },
        ),
    )


def check_fold(witness: Counterexample, claim: Claim) -> Membership:
    """Say whether the stored mixing is allowed and takes two latents to one observation."""
    if claim.world.mixing is not Mixing.ARBITRARY:
        return Membership(False, f"the claim's mixing is {claim.world.mixing}")
    fold = read_map(witness.data.get("mixing"))
    here, there = _stored_points(witness.data, claim.dim)
    for latent in (here, there):
        if not _on_the_space(claim, latent):
            return Membership(False, f"{latent} is not on the {claim.world.space}")
    if here[0] == there[0]:
        return Membership(False, "the first coordinates are the same")
    if fold(here) != fold(there):
        return Membership(False, "the two latents have different observations")
    return Membership(True, "two latents that differ in the first coordinate have one observation")


def _middle(claim: Claim) -> sp.Rational:
    return sp.Rational(1, 2) if isinstance(claim.world.space, Box) else sp.Integer(0)


def _on_the_space(claim: Claim, point: tuple[sp.Rational, ...]) -> bool:
    if isinstance(claim.world.space, Box) and not all(0 < x < 1 for x in point):
        return False
    return all(c == 0 for c in claim.world.space.constraints(point))


def _stored_points(data: Mapping[str, Any], dim: int) -> list[tuple[sp.Rational, ...]]:
    rows = data.get("latents")
    if not isinstance(rows, list) or len(rows) != 2 or any(len(row) != dim for row in rows):
        raise InputError(f"a fold is stored with two latents of {dim} coordinates")
    coordinates = [x for row in rows for x in row]
    constants = read_map(
        {"inputs": 1, "outputs": [[[[x, [0]]], [["1", [0]]]] for x in coordinates]}
    )
    values = constants((sp.Integer(0),))
    return [tuple(values[:dim]), tuple(values[dim:])]
