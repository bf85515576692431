"""Claims whose certificates are changed entry by entry: of each kind that a verdict can rest on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from sith import (
    Box,
    Claim,
    Encoder,
    Euclidean,
    ExpressionCritic,
    InfoNCE,
    InnerProduct,
    Orthogonal,
    PairLogDensity,
    RealSpace,
    SpectralContrastive,
    Sphere,
    Statement,
    Trivial,
    Uniform,
    VonMisesFisher,
    World,
    certificate_data,
    derive,
    latents,
    pair,
    theorem,
)
from tests.helpers.claims import quadratic_claim
from tests.helpers.spectral import R, graph, ou, path

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A claim by its statement, dimension and parameters, and what its verdict rests on.

    `fields` says whether the certificate holds vector fields, which is what the kernel reads.
    """

    rests_on: str
    statement: Callable[[], Statement]
    dim: int | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    fields: bool = True

    def certificate(self) -> tuple[Data, Statement]:
        """Return the certificate, as it is read from a file, and the statement."""
        statement = self.statement()
        verdict = derive(statement, self.dim, 2, **self.parameters)
        data = certificate_data(verdict, "the claim", self.parameters)
        return json.loads(json.dumps(data)), statement


def _registered(rests_on: str, slug: str, dim: int, **parameters: Any) -> Kind:
    return Kind(rests_on, lambda: theorem(slug), dim, parameters)


def _without_fields(rests_on: str, claim: Callable[[], Claim]) -> Kind:
    return Kind(rests_on, claim, fields=False)


def box_pairs() -> Claim:
    """The claim of the README: quadratic pairs on a box, up to the isometries of their form."""
    form = sp.Matrix([[2, 1], [1, 3]])

    def closeness(a: Any, b: Any) -> sp.Expr:
        step = sp.Matrix(a) - sp.Matrix(b)
        return sp.expand(-(step.T * form * step)[0])

    z, zt = pair(2)
    u, v = latents(2, "u"), latents(2, "v")
    return Claim(
        name="quadratic_pairs",
        world=World(Box(2), Uniform(), PairLogDensity(closeness(z, zt), z, zt)),
        objective=InfoNCE(ExpressionCritic(closeness(u, v), u, v)),
        encoder=Encoder(RealSpace(2)),
        group=Euclidean(2, form=sp.ImmutableMatrix(form)),
    )


def too_small() -> Claim:
    """A group that lacks a checked field and a reflection."""
    return quadratic_claim(sp.Matrix([[2, 1], [1, 3]])).replace(group=Trivial(2))


def too_large() -> Claim:
    """A group with members that are not optimal."""
    return theorem("zimmermann_2021_lp").at(2, p=4).replace(group=Euclidean(2))


def turning() -> Claim:
    """Pairs that turn around, which no symmetric critic fits."""
    z, zt = pair(2)
    score = sp.expand(z[0] * zt[1] - z[1] * zt[0])
    return Claim(
        "turning",
        World(Box(2), Uniform(), PairLogDensity(score, z, zt)),
        InfoNCE(),
        Encoder(RealSpace(2)),
        Trivial(2),
    )


def misfit(kappa: int, tau: sp.Rational) -> Claim:
    """A law on the circle whose weight is not that of the critic: κτ ≠ 1."""
    world = World(Sphere(2), Uniform(), VonMisesFisher(kappa))
    objective = InfoNCE(InnerProduct(), tau)
    return Claim("misfit", world, objective, Encoder(Sphere(2)), Orthogonal(2))


def irrational() -> Claim:
    """The path of six nodes, whose eigenvalues are roots of a cubic."""
    return graph(path(6), 3)


def tied() -> Claim:
    """Two functions of one eigenvalue, of which the outputs hold one."""
    return ou((R(9, 10), R(81, 100)))


def nonlinear() -> Claim:
    """Stated functions of which one is no coordinate."""
    z = latents(2)
    return ou((R(19, 20), R(9, 10)), base=(z[0], (z[0] ** 2 - 1) / sp.sqrt(2)))


def dropped() -> Claim:
    """An output that holds no mode, since its weight is not positive."""
    return ou((R(9, 10),) * 2, 3, objective=SpectralContrastive(20))


KINDS: Mapping[str, Kind] = {
    "sphere": _registered("fields and a rigidity lemma", "zimmermann_2021_vmf", 2),
    "norms": _registered("finite maps of a norm", "zimmermann_2021_lp", 2, p=4),
    "absolute values": _registered("signs of |·|", "klindt_2021_slowvae", 2),
    "linear": _registered("a finite linear class", "comon_1994_linear_ica", 2),
    "law": _registered(
        "a law that is kept: a function space", "hyvarinen_1999_nonidentifiability", 2
    ),
    "likelihood": _registered("cross-entropy of labels", "reizinger_2025_supervised", 2),
    "content": _registered("content and style", "vonkugelgen_2021_content_style", 2, content=1),
    "reconstruction": _registered("a class of decoders", "horan_2021_local_isometry", 2),
    "conformal": _registered("prolongation in d = 3", "buchholz_2022_conformal", 3),
    "decoder": _registered("derivatives of a decoder", "brady_2023_compositional", 2, slot=1),
    "auxiliary": _registered("an auxiliary variable", "khemakhem_2020_ivae", 2),
    "environments": _registered("interventions and linear mixing", "squires_2023_linear_crl", 2),
    "commutant": _registered("matrices that commute", "scherr_2022_efference", 2),
    "box": Kind("pairs on a box", box_pairs),
    "too small": Kind("a checked field outside the stated group", too_small),
    "too large": Kind("a member of the stated group that is not optimal", too_large),
    "spectrum": _without_fields("rational eigenvalues", lambda: ou((R(9, 10),) * 2)),
    "irrational spectrum": _without_fields("isolating intervals", irrational),
    "tied spectrum": _without_fields("an optimum that is not unique", tied),
    "stated functions": _without_fields("the value of the loss", nonlinear),
    "dropped modes": _without_fields("weights that are not positive", dropped),
    "cycle": _without_fields("an obstruction at three points", turning),
    "rank": _without_fields("an obstruction by a rank", lambda: misfit(7, R(1, 8))),
    "minor": _without_fields("an obstruction by a principal minor", lambda: misfit(2, R(1, 1))),
}
"""Kinds by name."""
