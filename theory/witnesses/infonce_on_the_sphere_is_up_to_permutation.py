"""False: InfoNCE with von Mises–Fisher pairs identifies the coordinates up to signed permutations.

The rotation of the 3-4-5 triangle keeps every inner product and mixes two coordinates.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import Encoder, Sphere, Uniform, VonMisesFisher, World
from sith.theory.claim import Claim
from sith.theory.groups import Map, SignedPermutations
from sith.theory.objectives import InfoNCE
from sith.theory.witness import Witness

WITNESS = Witness(
    name="infonce_on_the_sphere_is_up_to_permutation",
    false_claim=Claim(
        name="infonce_on_the_sphere_is_up_to_permutation",
        world=World(Sphere(2), Uniform(), VonMisesFisher(sp.Integer(1))),
        objective=InfoNCE(),
        encoder=Encoder(Sphere(2)),
        group=SignedPermutations(2),
    ),
    map=Map.linear(sp.Matrix([[3, -4], [4, 3]]) / 5),
    equal="the critic's value on every pair, and so the loss",
    differs="each output depends on both coordinates",
    source="derived here",
)
