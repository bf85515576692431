"""Finite maps of the representation to try against a claim: drawn by construction, exact."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import combinations

import sympy as sp

from sith.theory import latents
from sith.theory.assumptions import AbstractSpace, Box, parts_of
from sith.theory.groups import Linear, Map, Orthogonal, SignedPermutations


class Kind(Enum):
    """What a candidate is by construction."""

    LINEAR = "linear"
    SCALING = "a multiple of the identity"
    SHIFT = "a translation"
    NONLINEAR = "not affine"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A named exact map φ of the representation; the map tried is φ after the base map."""

    name: str
    map: Map
    kind: Kind = Kind.LINEAR


def candidates(
    space: AbstractSpace, rng: random.Random, *, linear_only: bool = False
) -> tuple[Candidate, ...]:
    """Maps of several kinds, whatever the claim: the caller sorts them by membership.

    On spheres, alone or in a product, the caller normalises their values; multiples of the identity and shifts are
    left out there. In the box everything that leaves it is left out, and with `linear_only`
    everything that is not linear.
    """
    allowed = set(Kind)
    parts = parts_of(space)
    if parts.spheres:
        # Normalised, these are the identity on the spheres.
        allowed -= {Kind.SCALING, Kind.SHIFT}
    if linear_only:
        allowed -= {Kind.NONLINEAR, Kind.SHIFT}
    drawn = (_of_the_box if isinstance(space, Box) else _of_the_whole_space)(space.dim, rng)
    found = [candidate for candidate in drawn if candidate.kind in allowed]
    if parts.intervals and not isinstance(space, Box) and not linear_only:
        found += _reflections(space.dim, parts.intervals)
    return tuple(found)


def _reflections(dim: int, intervals: tuple[int, ...]) -> Iterator[Candidate]:
    """Return the reflections of single intervals at 1/2."""
    z = latents(dim)
    for i in intervals:
        image = tuple(1 - x if k == i else x for k, x in enumerate(z))
        yield Candidate(f"reflection of {i + 1} at 1/2", Map(z, image))


def _of_the_whole_space(dim: int, rng: random.Random) -> Iterator[Candidate]:
    z = latents(dim)
    half = sp.Rational(1, 2)
    for _ in range(3):
        yield Candidate("signed permutation", SignedPermutations(dim).sample(rng))
    for i, j in combinations(range(dim), 2):
        yield Candidate(f"rotation of the plane ({i + 1}, {j + 1})", _rotation(dim, i, j))
        shear = [x + z[j] ** 2 / 3 if k == i else x for k, x in enumerate(z)]
        yield Candidate(f"shear of {i + 1} along {j + 1}", Map(z, tuple(shear)), Kind.NONLINEAR)
        mix = sp.eye(dim)
        mix[i, j] = half
        yield Candidate(f"linear mixing of {j + 1} into {i + 1}", Map.linear(mix))
    for _ in range(2):
        if dim > 1:
            yield Candidate("random rotation", Orthogonal(dim).sample(rng))
            yield Candidate("random linear map", Linear(dim).sample(rng))
    for i in range(dim):
        scale = sp.diag(*(half if k == i else 1 for k in range(dim)))
        if dim > 1:
            yield Candidate(f"diagonal scaling of {i + 1}", Map.linear(scale))
        shift = [half if k == i else sp.Integer(0) for k in range(dim)]
        yield Candidate(f"shift of {i + 1}", Map.linear(sp.eye(dim), shift), Kind.SHIFT)
    yield Candidate("scaling of all", Map.linear(sp.eye(dim) * sp.Rational(3, 2)), Kind.SCALING)
    yield Candidate("cubic of each", Map(z, tuple(x + x**3 / 4 for x in z)), Kind.NONLINEAR)
    if dim > 1:
        yield Candidate("twist of two coordinates by their norm", _twist(dim), Kind.NONLINEAR)


def _of_the_box(dim: int, rng: random.Random) -> Iterator[Candidate]:
    z = latents(dim)
    for _ in range(3):
        order = rng.sample(range(dim), dim)
        flips = [rng.random() < sp.Rational(1, 2) for _ in range(dim)]
        image = [1 - z[k] if f else z[k] for k, f in zip(order, flips, strict=True)]
        yield Candidate("permutation with reflections", Map(z, tuple(image)))
    for i in range(dim):
        mirrored = [1 - x if k == i else x for k, x in enumerate(z)]
        yield Candidate(f"reflection of {i + 1}", Map(z, tuple(mirrored)))
        power = [x**2 if k == i else x for k, x in enumerate(z)]
        yield Candidate(f"square of {i + 1}", Map(z, tuple(power)), Kind.NONLINEAR)
        half = [(x + sp.Rational(1, 2)) / 2 if k == i else x for k, x in enumerate(z)]
        yield Candidate(f"contraction of {i + 1}", Map(z, tuple(half)))
    for i, j in combinations(range(dim), 2):
        mix = [(x + z[j]) / 2 if k == i else x for k, x in enumerate(z)]
        yield Candidate(f"linear mixing of {j + 1} into {i + 1}", Map(z, tuple(mix)))


def _twist(dim: int) -> Map:
    """The rotation of the first two coordinates by an angle that grows with their norm.

    The angle is 2 arctan of half the squared norm, which keeps the map rational; it preserves
    every law that is invariant under rotations of the two.
    """
    z = latents(dim)
    t = (z[0] ** 2 + z[1] ** 2) / 2
    cosine, sine = (1 - t**2) / (1 + t**2), 2 * t / (1 + t**2)
    turned = (cosine * z[0] - sine * z[1], sine * z[0] + cosine * z[1])
    return Map(z, (*turned, *z[2:]))


def _rotation(dim: int, i: int, j: int) -> Map:
    """The rotation of a coordinate plane with cosine 3/5 and sine 4/5."""
    matrix = sp.eye(dim)
    matrix[i, i] = matrix[j, j] = sp.Rational(3, 5)
    matrix[i, j], matrix[j, i] = sp.Rational(-4, 5), sp.Rational(4, 5)
    return Map.linear(matrix)
