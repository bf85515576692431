"""Under a mixing that keeps lengths, what is left is linear ICA with an orthogonal matrix.

Setting: independent latents with a known law, x = g(z) with g a local isometry, one view.
Assumptions: J_gᵀJ_g = I; at most one Gaussian coordinate (here none); the encoder is the inverse of a
local isometry.
Objective: likelihood with the true prior.
Claim: the maps at the optimum are in **equality** with the signed permutations; for a Gaussian prior
in **equality** with O(d).
Proof idea: h = ĝ^{−1}∘g is a local isometry of a connected domain of R^d, so h(z) = Qz + b; the law
fixes b = 0, and an orthogonal matrix that keeps coordinates independent is a signed permutation
unless two of them are Gaussian.
Source: horan_2021.
Scope: priors with density ∝ exp(−z⁴/4) per coordinate, or Gaussian; latents of the whole R^d. That
local isometries are motions rests on the lemma L-isometry.
Example:
    >>> from sith import derive, theorem
    >>> derive(theorem("horan_2021_local_isometry"), degree=2).group
    'signed permutations B(3)'
    >>> derive(theorem("horan_2021_local_isometry"), degree=2, prior="gaussian").group
    'O(3)'
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
from sith.theory.objectives import Likelihood, Reconstruction
from sith.theory.source import Evidence, Source


def _gaussian(claim: Any) -> Claim:
    if isinstance(claim.world.prior, Gaussian):
        raise InputError("the prior is Gaussian already", cure='use prior="quartic"')
    return claim.replace(world=claim.world.replace(prior=Gaussian()))


ASSUMPTIONS = (
    Assumption(
        "local_isometry",
        r"$J_g^\top J_g=I$",
        Role.NECESSARY,
        "any injective mixing",
        lambda claim: claim.replace(world=claim.world.replace(mixing=Mixing.INJECTIVE)),
    ),
    Assumption(
        "non_gaussian",
        "the law of the latents has no rotation that the stated group lacks",
        Role.NECESSARY,
        "a standard Gaussian",
        _gaussian,
    ),
    Assumption(
        "known_law",
        "the optimum fixes the law of $h(z)$",
        Role.NECESSARY,
        "reconstruction alone, which leaves every motion of the space",
        lambda claim: claim.replace(objective=Reconstruction()),
    ),
)


def _claim(dim: int, prior: Any) -> Claim:
    normal = prior == "gaussian"
    law = Gaussian() if normal else Product((Marginal.QUARTIC,) * dim)
    return Claim(
        name="horan_2021_local_isometry",
        world=World(RealSpace(dim), law, mixing=Mixing.LOCAL_ISOMETRY),
        objective=Likelihood(),
        encoder=Encoder(RealSpace(dim)),
        group=Orthogonal(dim) if normal else SignedPermutations(dim),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="horan_2021_local_isometry",
    title="Local isometries of independent non-Gaussian latents are inverted up to order and sign",
    statement=r"For a locally isometric mixing of independent latents with a known symmetric law, none "
    r"Gaussian, every optimum is a signed permutation; for a standard Gaussian it is any $Q\in O(d)$.",
    source=Source(
        key="horan_2021",
        authors="Horan, Richardson, Weiss",
        year=2021,
        title="When Is Unsupervised Disentanglement Possible?",
        statement="local isometry and non-Gaussian factors suffice",
        evidence=Evidence.SECONDARY,
        version="NeurIPS 2021, abstract",
        url="https://papers.neurips.cc/paper_files/paper/2021/hash/29586cb449c90e249f1f09a0a4ee245a-Abstract.html",
    ),
    claim_at=_claim,
    default_dim=3,
    parameters=(Parameter("prior", "quartic", "law of the coordinates", ("quartic", "gaussian")),),
    points=(
        {"dim": 2, "prior": "quartic"},
        {"dim": 3, "prior": "quartic"},
        {"dim": 2, "prior": "gaussian"},
        {"dim": 3, "prior": "gaussian"},
    ),
)
