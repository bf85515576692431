"""Linear ICA: independent coordinates, at most one Gaussian, are found up to order and sign.

Setting: independent latents with a known law, x = Az with A invertible, one view.
Assumptions: independence; at most one Gaussian coordinate; linear mixing and linear encoder.
Objective: likelihood with the true prior.
Claim: with no Gaussian coordinate the maps at the optimum are in **equality** with the signed
permutations; with one they are **contained in** them; with two or more the Gaussian coordinates
form a block of their own, and the maps are in **equality** with the block-orthogonal ones.
Proof idea: h is linear and takes independent coordinates to independent ones, so by Darmois and
Skitovich only Gaussian coordinates can be mixed; the known law fixes shift and scale; rotations
of a Gaussian block keep its law.
Source: comon_1994.
Scope: priors with density ∝ exp(−z²/2) or ∝ exp(−z⁴/4) per coordinate. The known law fixes the
scale, which independence alone leaves free. With one Gaussian coordinate its order is fixed too, so
the maps are fewer than the signed permutations. Above two dimensions the components rest on the
lemma L-darmois-skitovich.
Example:
    >>> from sith import derive, theorem
    >>> derive(theorem("comon_1994_linear_ica"), degree=2).group
    'signed permutations B(3)'
    >>> derive(theorem("comon_1994_linear_ica"), degree=2, gaussians=2).group
    'block-orthogonal over ((0, 1), (2,))'
"""

from __future__ import annotations

from typing import Any

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    Family,
    Marginal,
    Mixing,
    Product,
    RealSpace,
    Role,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.groups import AbstractGroup, BlockOrthogonal, SignedPermutations
from sith.theory.objectives import Independence, Likelihood
from sith.theory.source import Evidence, Source
from sith.theory.verdict import Relation


def _sources(dim: int, gaussians: int) -> Product:
    return Product((Marginal.NORMAL,) * gaussians + (Marginal.QUARTIC,) * (dim - gaussians))


def _one_more_gaussian(claim: Any) -> Claim:
    known = sum(m is Marginal.NORMAL for m in claim.world.prior.marginals)
    more = max(known + 1, 2)
    if more > claim.dim:
        raise InputError("every coordinate is Gaussian already", cure="use gaussians < d")
    return claim.replace(world=claim.world.replace(prior=_sources(claim.dim, more)))


ASSUMPTIONS = (
    Assumption(
        "gaussian_coordinates",
        "no more coordinates are Gaussian than the stated group mixes",
        Role.NECESSARY,
        "one more Gaussian coordinate, and at least two",
        _one_more_gaussian,
    ),
    Assumption(
        "linear_mixing",
        r"$g$ is linear and so is the encoder",
        Role.NECESSARY,
        "any injective mixing and a universal encoder",
        lambda claim: claim.replace(
            world=claim.world.replace(mixing=Mixing.INJECTIVE),
            encoder=Encoder(claim.encoder.output),
        ),
    ),
    Assumption(
        "known_law",
        "the marginals of the latents are known",
        Role.SUFFICIENT,
        "independence of the outputs alone, which leaves the scales free",
        lambda claim: claim.replace(objective=Independence()),
    ),
)


def _claim(dim: int, gaussians: Any) -> Claim:
    if gaussians > dim:
        raise InputError(f"{gaussians} Gaussian coordinates for d = {dim}", allowed="at most d")
    group: AbstractGroup = SignedPermutations(dim)
    if gaussians > 1:
        single = tuple((i,) for i in range(gaussians, dim))
        group = BlockOrthogonal((tuple(range(gaussians)), *single))
    return Claim(
        name="comon_1994_linear_ica",
        world=World(RealSpace(dim), _sources(dim, gaussians), mixing=Mixing.LINEAR),
        objective=Likelihood(),
        encoder=Encoder(RealSpace(dim), Family.LINEAR),
        group=group,
        relation=Relation.CONTAINED if gaussians == 1 else Relation.EQUALITY,
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="comon_1994_linear_ica",
    title="Linear ICA separates independent coordinates, except Gaussian ones from each other",
    statement=r"For a linear mixing of independent latents with a known symmetric law, of which at "
    r"most one coordinate is Gaussian, every optimum is $h(z)=Pz$ with $P$ a signed permutation; "
    r"several Gaussian coordinates are recovered up to a rotation among themselves.",
    source=Source(
        key="comon_1994",
        authors="Comon",
        year=1994,
        title="Independent component analysis, a new concept?",
        statement="identifiability of linear ICA with at most one Gaussian component",
        evidence=Evidence.SECONDARY,
        version="Signal Processing 36(3), as restated in Hyvärinen's survey of 1999",
        url="http://cis.legacy.ics.tkk.fi/aapo/papers/NCS99web/node14.html",
    ),
    claim_at=_claim,
    default_dim=3,
    parameters=(Parameter("gaussians", 0, "number of Gaussian coordinates", (0, 1, 2)),),
    points=(
        {"dim": 2, "gaussians": 0},
        {"dim": 3, "gaussians": 0},
        {"dim": 2, "gaussians": 1},
        {"dim": 3, "gaussians": 1},
        {"dim": 3, "gaussians": 2},
        {"dim": 4, "gaussians": 2},
    ),
)
