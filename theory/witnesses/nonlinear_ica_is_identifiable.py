"""False: independence of single observations identifies the coordinates up to their own maps.

The twist rotates the plane by an angle that depends on the norm; it is rational, keeps the
Gaussian, and mixes the coordinates.
"""

from __future__ import annotations

from sith.theory.assumptions import Encoder, Gaussian, RealSpace, World
from sith.theory.claim import Claim
from sith.theory.groups import ComponentwiseDiffeomorphisms, Map
from sith.theory.notation import latents
from sith.theory.objectives import Likelihood
from sith.theory.witness import Witness

_X, _Y = latents(2)
_Q = _X**2 + _Y**2
_COS, _SIN = (1 - _Q**2) / (1 + _Q**2), 2 * _Q / (1 + _Q**2)

WITNESS = Witness(
    name="nonlinear_ica_is_identifiable",
    false_claim=Claim(
        name="nonlinear_ica_is_identifiable",
        world=World(RealSpace(2), Gaussian()),
        objective=Likelihood(),
        encoder=Encoder(RealSpace(2)),
        group=ComponentwiseDiffeomorphisms(2),
    ),
    map=Map((_X, _Y), (_COS * _X - _SIN * _Y, _SIN * _X + _COS * _Y)),
    equal="the law of the outputs: the norm is kept and the Jacobian determinant is 1",
    differs="each output depends on both coordinates",
    source="Hyvärinen and Pajunen (1999); the rational form is derived here",
)
