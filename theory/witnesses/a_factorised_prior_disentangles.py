"""False: the likelihood of a factorised prior identifies each latent up to a map of its own.

Every point turns by the angle 2 arctan(1 + ‖z‖²). The turn is rational and keeps the norm, so it
keeps the Gaussian, and no entry of its Jacobian is zero on an open set.
"""

from __future__ import annotations

from sith.theory.assumptions import Encoder, Marginal, Product, RealSpace, World
from sith.theory.claim import Claim
from sith.theory.groups import ComponentwiseDiffeomorphisms, Map
from sith.theory.notation import latents
from sith.theory.objectives import Likelihood
from sith.theory.witness import Witness

_X, _Y = latents(2)
_T = 1 + _X**2 + _Y**2
_COS, _SIN = (1 - _T**2) / (1 + _T**2), 2 * _T / (1 + _T**2)

WITNESS = Witness(
    name="a_factorised_prior_disentangles",
    false_claim=Claim(
        name="a_factorised_prior_disentangles",
        world=World(RealSpace(2), Product((Marginal.NORMAL, Marginal.NORMAL))),
        objective=Likelihood(),
        encoder=Encoder(RealSpace(2)),
        group=ComponentwiseDiffeomorphisms(2),
    ),
    map=Map((_X, _Y), (_COS * _X - _SIN * _Y, _SIN * _X + _COS * _Y)),
    equal="the law of the outputs: the norm is kept and the Jacobian determinant is 1",
    differs="all four partial derivatives are non-zero almost everywhere",
    source="Locatello et al. (2019), for a rotation by an angle of the norm; derived here",
)
