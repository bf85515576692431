"""The claims of this repository: what our loss identifies, and what it does not."""

from __future__ import annotations

from sympy import Rational

from sith import (
    Claim,
    Encoder,
    InfoNCE,
    InnerProduct,
    Orthogonal,
    SignedPermutations,
    Sphere,
    Uniform,
    VonMisesFisher,
    World,
)

KAPPA = 5

ROTATIONS = Claim(
    name="rotations",
    title="InfoNCE at the temperature 1/κ recovers the sphere up to a rotation or reflection",
    world=World(Sphere(3), Uniform(), VonMisesFisher(KAPPA)),
    objective=InfoNCE(InnerProduct(), temperature=Rational(1, KAPPA)),
    encoder=Encoder(Sphere(3)),
    group=Orthogonal(3),
)

# What we hoped for first: the coordinates themselves, up to their order and signs.
PERMUTATIONS = ROTATIONS.replace(name="permutations", group=SignedPermutations(3))
