"""Structural sparsity of the Jacobian separates the coordinates.

Setting: x = g(z); coordinate a of x depends on the latents F_a; one view; only the support of the
Jacobian restricts the learned decoder.
Assumptions: for every latent k some of the F_a intersect in {k} (structural sparsity); several
coordinates of x have the same F_a, with rows of J_g that span R^{F_a}; the learned Jacobian has no
more entries than J_g.
Objective: reconstruction.
Claim: the maps at the optimum are in **equality** with the componentwise diffeomorphisms; where the
support is dense the set of optimal maps **contains** all diffeomorphisms.
Proof idea: near g no entry of the support vanishes, so h = id + εξ must keep ∂_j of the change of
x_a zero for j outside F_a; as the rows span, ∂_jξ_k = 0 for k in F_a, and the F_a that hold k
leave only j = k.
Source: zheng_2022.
Scope: the given g on a cycle of d ≥ 3 latents, six coordinates z_i³ + z_i + r z_{i+1} for each pair of
neighbours. The engine derives the identity component and the orders; the book's page shows by
counting that a decoder far from g with no more entries has the same form. With fewer coordinates for each
pair that can fail: structural sparsity alone does not exclude z_2 ↦ z_1³ + z_1 + z_2 there.
Theorem 1 was read as submitted: x and z of one dimension, independent latents, a smooth f with a smooth
inverse, points at which the row J_f(z)_a spans R^{F_a}, structural sparsity, and a learned Jacobian of at
most as many entries. Open: these conditions alone do not exclude a map of five standard normal
latents that mixes two of them (the book's page gives it); whether the proceedings or the newest version
ask for more of the learned Jacobian was not read.
Example:
    >>> from sith import derive, theorem
    >>> entry = theorem("zheng_2022_sparsity")
    >>> derive(entry, degree=2).group
    'componentwise diffeomorphisms (3)'
    >>> derive(entry, 3, degree=2, support="dense").group
    'diffeomorphisms of R^3'
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Encoder,
    Gaussian,
    Mixing,
    RealSpace,
    Role,
    SparseSupport,
    StructuredMixing,
    World,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.errors import InputError
from sith.theory.groups import BlockwiseDiffeomorphisms, ComponentwiseDiffeomorphisms
from sith.theory.notation import latents
from sith.theory.objectives import Reconstruction
from sith.theory.source import Evidence, Source
from sith.theory.verdict import Relation

LEAST_CYCLE = 3
ROWS = 6
"""Coordinates of x for each pair of neighbours; the counting argument needs six."""


def _cycle(dim: int) -> StructuredMixing:
    z = latents(dim)
    pairs = [(z[i], z[(i + 1) % dim]) for i in range(dim)]
    return StructuredMixing(
        tuple(a**3 + a + r * b for a, b in pairs for r in range(1, ROWS + 1)), z, SparseSupport()
    )


def _single_rows(dim: int) -> StructuredMixing:
    """Structurally sparse, with one row for each pair of neighbours, so that rows do not span."""
    z = latents(dim)
    return StructuredMixing(
        tuple(z[i] + 2 * z[(i + 1) % dim] for i in range(dim)), z, SparseSupport()
    )


def _full(dim: int) -> StructuredMixing:
    """J_g is a positive diagonal matrix plus a matrix of ones, so g is injective."""
    z = latents(dim)
    return StructuredMixing(tuple(x**3 + x + sp.Add(*z) for x in z), z, SparseSupport())


def _with(claim: Any, mixing: Any) -> Claim:
    if isinstance(claim.group, BlockwiseDiffeomorphisms):
        raise InputError(
            "with a dense support nothing is identified", cure='use support="structural"'
        )
    return claim.replace(world=claim.world.replace(mixing=mixing))


ASSUMPTIONS = (
    Assumption(
        "structural_sparsity",
        r"$\forall k\ \exists C:\ \bigcap_{a\in C}F_a=\{k\}$",
        Role.NECESSARY,
        "every coordinate depends on all latents",
        lambda claim: _with(claim, _full(claim.dim)),
    ),
    Assumption(
        "spanning_rows",
        r"the rows of $J_g$ with support $F_a$ span $\mathbb R^{F_a}$",
        Role.NECESSARY,
        "a linear g with a single coordinate for each pair of neighbours",
        lambda claim: _with(claim, _single_rows(claim.dim)),
    ),
    Assumption(
        "sparse_decoder",
        r"$\lVert J_{\hat g}\rVert_0\le\lVert J_g\rVert_0$",
        Role.NECESSARY,
        "any injective decoder",
        lambda claim: _with(claim, Mixing.INJECTIVE),
    ),
)


def _claim(dim: int, support: Any) -> Claim:
    dense = support == "dense"
    if dim < LEAST_CYCLE and not dense:
        raise InputError(f"d = {dim} with support on a cycle", allowed=f"d ≥ {LEAST_CYCLE}")
    whole = BlockwiseDiffeomorphisms((tuple(range(dim)),))
    return Claim(
        name="zheng_2022_sparsity",
        world=World(RealSpace(dim), Gaussian(), mixing=_full(dim) if dense else _cycle(dim)),
        objective=Reconstruction(),
        encoder=Encoder(RealSpace(dim)),
        group=whole if dense else ComponentwiseDiffeomorphisms(dim),
        assumptions=ASSUMPTIONS[1:] if dense else ASSUMPTIONS,
        # A decoder with a dense support may have a larger image, so that h need not be onto.
        relation=Relation.CONTAINS if dense else Relation.EQUALITY,
    )


THEOREM = Theorem(
    slug="zheng_2022_sparsity",
    title="Structural sparsity of the Jacobian separates the coordinates",
    statement=r"If for every $k$ some supports $F_a$ of the rows of $J_g$ intersect in $\{k\}$ and the "
    r"rows of each support $F_a$ are many and of distinct slopes, every decoder whose Jacobian has no "
    r"more entries gives the latents up to order and a function of each; with a dense support any "
    r"diffeomorphism is left.",
    source=Source(
        key="zheng_2022",
        authors="Zheng, Ng, Zhang",
        year=2022,
        title="On the Identifiability of Nonlinear ICA: Sparsity and Beyond",
        statement="Theorem 1",
        evidence=Evidence.READ,
        version="submitted to NeurIPS 2022; neither the proceedings nor arXiv v5 was read",
        url="https://arxiv.org/abs/2206.07751",
    ),
    claim_at=_claim,
    default_dim=3,
    parameters=(
        Parameter("support", "structural", "support of the Jacobian", ("structural", "dense")),
    ),
    points=(
        {"dim": 3, "support": "structural"},
        {"dim": 4, "support": "structural"},
        {"dim": 2, "support": "dense"},
        {"dim": 3, "support": "dense"},
    ),
)
