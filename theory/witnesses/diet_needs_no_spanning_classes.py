"""False: cross-entropy recovers the latents up to GL(d) whatever the classes.

With two classes e1 and e2 in the plane only z1 − z2 is seen; the shear along (1, 1) by (z1 + z2)²
leaves every logit difference unchanged and is not linear.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import Classes, Encoder, RealSpace, Sphere, Uniform, World
from sith.theory.claim import Claim
from sith.theory.groups import Linear, Map
from sith.theory.notation import latents
from sith.theory.objectives import CrossEntropy
from sith.theory.witness import Witness

_X, _Y = latents(2)
_ONE, _ZERO = sp.Integer(1), sp.Integer(0)

WITNESS = Witness(
    name="diet_needs_no_spanning_classes",
    false_claim=Claim(
        name="diet_needs_no_spanning_classes",
        world=World(Sphere(2), Uniform(), Classes(((_ONE, _ZERO), (_ZERO, _ONE)), sp.Integer(1))),
        objective=CrossEntropy(),
        encoder=Encoder(RealSpace(2)),
        group=Linear(2),
    ),
    map=Map((_X, _Y), (_X + (_X + _Y) ** 2, _Y + (_X + _Y) ** 2)),
    equal="every difference of logits, and so the posterior over labels",
    differs="the map is not linear on the circle",
    source="Reizinger et al. (2025), the case without an affine generator system; derived here",
)
