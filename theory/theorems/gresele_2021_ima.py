"""Orthogonal columns of the Jacobian leave the rotations of a Gaussian law, and more than these.

Setting: latents with a known law, x = g(z) with J_gᵀJ_g diagonal (independent mechanism analysis),
one view.
Assumptions: two or more coordinates are standard Gaussian; g is a local isometry; the columns of the
learned Jacobian are orthogonal.
Objective: likelihood with the true law.
Claim: a negative result: the group **contains** the orthogonal maps of the Gaussian coordinates, and
the free fields are more than rotations, and more with every second degree.
Proof idea: h = id + εξ must keep ∂_jξ_i + ∂_iξ_j = 0 for i ≠ j and the law; rotations of equal
Gaussian coordinates do, and so does (He_n'(z_1)He_n(z_2), −He_n(z_1)He_n'(z_2)) for every Hermite
polynomial He_n.
Source: gresele_2021.
Scope: g a local isometry. The fields for n ≥ 2 are free to first order; that maps of a bounded domain
follow them rests on the lemma L-hyperbolic, and maps of the whole space are not shown. For other laws of independent, equally distributed coordinates the same fields, with
eigenfunctions f of f'' + (log p)'f' = −μf in place of He_n, are free and are not polynomial, so
that polynomial fields cannot decide.
Example:
    >>> from sith import derive, theorem
    >>> dict(derive(theorem("gresele_2021_ima"), 2).dimension_by_degree)
    {1: 1, 2: 1, 3: 2}
"""

from __future__ import annotations

from typing import Any

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    Gaussian,
    Marginal,
    OrthogonalColumns,
    Product,
    RealSpace,
    Role,
    StructuredMixing,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.groups import BlockOrthogonal, Orthogonal
from sith.theory.notation import latents
from sith.theory.objectives import Likelihood
from sith.theory.source import Evidence, Source
from sith.theory.verdict import Relation

LEAST_MIXED = 3


def _stretched(claim: Any) -> Claim:
    z = latents(claim.dim)
    mixing = StructuredMixing(tuple(x + x**3 for x in z), z, OrthogonalColumns())
    return claim.replace(world=claim.world.replace(mixing=mixing))


ASSUMPTIONS = (
    Assumption(
        "gaussian",
        "two or more coordinates are standard Gaussian",
        Role.NECESSARY,
        "density ∝ exp(−z⁴/4) in every coordinate",
        lambda claim: claim.replace(
            world=claim.world.replace(prior=Product((Marginal.QUARTIC,) * claim.dim))
        ),
    ),
    Assumption(
        "isometry",
        r"$J_g^\top J_g=I$",
        Role.NECESSARY,
        "orthogonal columns of unequal lengths, g_i = z_i + z_i³",
        _stretched,
    ),
)


def _claim(dim: int, law: Any) -> Claim:
    z = latents(dim)
    mixed = law == "mixed"
    if mixed and dim < LEAST_MIXED:
        raise InputError(f"d = {dim} with two Gaussian coordinates", allowed=f"d ≥ {LEAST_MIXED}")
    others = dim - 2
    marginals = (Marginal.NORMAL, Marginal.NORMAL, *(Marginal.QUARTIC,) * others)
    blocks = ((0, 1), *((i,) for i in range(2, dim)))
    return Claim(
        name="gresele_2021_ima",
        world=World(
            RealSpace(dim),
            Product(marginals) if mixed else Gaussian(),
            mixing=StructuredMixing(z, z, OrthogonalColumns()),
        ),
        objective=Likelihood(),
        encoder=Encoder(RealSpace(dim)),
        group=BlockOrthogonal(blocks) if mixed else Orthogonal(dim),
        relation=Relation.CONTAINS,
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="gresele_2021_ima",
    title="Orthogonal columns of the Jacobian leave the rotations of a Gaussian law, and more",
    statement=r"If $J_g^\top J_g=I$, orthogonal columns of $J_{\hat g}$ and a known law leave every "
    r"orthogonal map of standard Gaussian coordinates, and to first order the fields "
    r"$(He_n'(z_1)He_n(z_2),-He_n(z_1)He_n'(z_2))$ for all $n$.",
    source=Source(
        key="gresele_2021",
        authors="Gresele, von Kügelgen, Stimper, Schölkopf, Besserve",
        year=2021,
        title="Independent Mechanism Analysis, a New Concept?",
        statement="orthogonal columns of the Jacobian as a principle; its limit is derived here",
        evidence=Evidence.SECONDARY,
        version="NeurIPS 2021, as restated in the abstract of arXiv 2312.13438",
        url="https://arxiv.org/abs/2312.13438",
    ),
    special="the true mixing is a local isometry",
    claim_at=_claim,
    default_dim=2,
    parameters=(
        Parameter(
            "law",
            "gaussian",
            "all coordinates Gaussian, or two of them and the others ∝ exp(−z⁴/4)",
            ("gaussian", "mixed"),
        ),
    ),
    points=(
        {"dim": 2, "law": "gaussian"},
        {"dim": 3, "law": "gaussian"},
        {"dim": 3, "law": "mixed"},
    ),
)
