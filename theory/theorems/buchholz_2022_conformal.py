"""Under a mixing that keeps angles, d ≥ 3, non-Gaussian coordinates are separated.

Setting: independent latents with a known law on R^d, d ≥ 3, x = g(z) with g conformal, one view.
Assumptions: J_gᵀJ_g = λ(z)I; independent non-Gaussian coordinates; d ≥ 3; the encoder is the inverse
of a conformal map.
Objective: likelihood with the true prior.
Claim: the maps at the optimum are in **equality** with the signed permutations; for a Gaussian prior
in **equality** with O(d).
Proof idea: h = ĝ^{−1}∘g is conformal, hence by Liouville a Möbius transformation, and without a pole
h(z) = cQz + b; the law fixes b = 0 and c = 1, and an orthogonal matrix that keeps non-Gaussian
coordinates independent is a signed permutation.
Source: buchholz_2022.
Scope: priors with density ∝ exp(−z⁴/4) per coordinate, or Gaussian, positive on the whole R^d. That
conformal maps are similarities rests on the lemma L-liouville, which starts at d = 3; the theorem
is not stated for d = 2.
Example:
    >>> from sith import derive, theorem
    >>> verdict = derive(theorem("buchholz_2022_conformal"), degree=2)
    >>> verdict.group, dict(verdict.dimension_by_degree)
    ('signed permutations B(3)', {1: 0, 2: 0})
"""

from __future__ import annotations

from typing import Any

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    Gaussian,
    Marginal,
    Mixing,
    Product,
    RealSpace,
    Role,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.groups import Orthogonal, SignedPermutations
from sith.theory.objectives import Likelihood
from sith.theory.source import Evidence, Source

LEAST_DIM = 3


def _gaussian(claim: Any) -> Claim:
    if isinstance(claim.world.prior, Gaussian):
        raise InputError("the prior is Gaussian already", cure='use prior="quartic"')
    return claim.replace(world=claim.world.replace(prior=Gaussian()))


ASSUMPTIONS = (
    Assumption(
        "conformal_mixing",
        r"$J_g^\top J_g=\lambda(z)I$",
        Role.NECESSARY,
        "a volume-preserving mixing",
        lambda claim: claim.replace(world=claim.world.replace(mixing=Mixing.VOLUME_PRESERVING)),
    ),
    Assumption(
        "non_gaussian",
        "the law of the latents has no rotation that the stated group lacks",
        Role.NECESSARY,
        "a standard Gaussian",
        _gaussian,
    ),
)


def _claim(dim: int, prior: Any) -> Claim:
    if dim < LEAST_DIM:
        raise InputError(
            f"d = {dim}: conformal maps of the plane are many more",
            allowed=f"d ≥ {LEAST_DIM}",
        )
    normal = prior == "gaussian"
    law = Gaussian() if normal else Product((Marginal.QUARTIC,) * dim)
    return Claim(
        name="buchholz_2022_conformal",
        world=World(RealSpace(dim), law, mixing=Mixing.CONFORMAL),
        objective=Likelihood(),
        encoder=Encoder(RealSpace(dim)),
        group=Orthogonal(dim) if normal else SignedPermutations(dim),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="buchholz_2022_conformal",
    title="Conformal mixings of independent non-Gaussian latents are inverted up to order and sign",
    statement=r"For a conformal mixing of $d\ge3$ independent latents with a known symmetric law, none "
    r"Gaussian, every optimum is a signed permutation; for a standard Gaussian it is any $Q\in O(d)$.",
    source=Source(
        key="buchholz_2022",
        authors="Buchholz, Besserve, Schölkopf",
        year=2022,
        title="Function Classes for Identifiable Nonlinear Independent Component Analysis",
        statement="conformal maps are identifiable",
        evidence=Evidence.SECONDARY,
        version="NeurIPS 2022, abstract",
        url="https://arxiv.org/abs/2208.06406",
    ),
    claim_at=_claim,
    default_dim=3,
    parameters=(Parameter("prior", "quartic", "law of the coordinates", ("quartic", "gaussian")),),
    points=(
        {"dim": 3, "prior": "quartic"},
        {"dim": 4, "prior": "quartic"},
        {"dim": 3, "prior": "gaussian"},
    ),
)
