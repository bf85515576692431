"""Rules on what tells groups of latents apart: subsets that change, mechanisms, speeds."""

from __future__ import annotations

import sympy as sp

from sith.theory.claim import Claim
from sith.theory.derivation.nonvacuity.rule import AnyRule, Rule
from sith.theory.derivation.spectral.operator import spectrum
from sith.theory.groups import Orthogonal
from sith.theory.notation import pair


def _every_coordinate_redrawn(claim: Claim) -> bool:
    redrawn = {i for s in getattr(claim.world.pairs, "subsets", ()) for i in s}
    return redrawn == set(range(claim.dim))


def _some_kept(claim: Claim) -> bool:
    subsets = getattr(claim.world.pairs, "subsets", ())
    return bool(subsets) and all(len(s) < claim.dim for s in subsets)


def _every_subset(claim: Claim) -> bool:
    pairs = claim.world.pairs
    return bool(getattr(pairs, "subsets", ())) and pairs.exchangeable(claim.dim)  # type: ignore[union-attr]


def _groups_apart(claim: Claim) -> bool:
    subsets = getattr(claim.world.pairs, "subsets", ())
    return bool(subsets) and all(s in getattr(claim.group, "blocks", ()) for s in subsets)


def _slowest_apart(claim: Claim) -> bool:
    return spectrum(claim).unique


def _mechanism_apart(claim: Claim) -> bool:
    """Whether entries of K are equal exactly where the stated group mixes latents."""
    pairs, group = claim.world.pairs, claim.group
    z, zt = pair(claim.dim)
    entries = [sp.diff(pairs.log_conditional(z, zt), a, b) for a, b in zip(z, zt, strict=True)]
    alone = tuple((i,) for i in range(claim.dim))
    whole = (tuple(range(claim.dim)),) if group == Orthogonal(claim.dim) else alone
    blocks = getattr(group, "blocks", whole)
    heads = [{entries[i] for i in block} for block in blocks]
    return all(len(h) == 1 for h in heads) and len(set().union(*heads)) == len(blocks)


SEPARATIONS: dict[str, AnyRule] = {
    "both_redrawn": Rule("the union of the subsets", _every_coordinate_redrawn),
    "every_subset": Rule("the subsets, against all of their size", _every_subset),
    "some_kept": Rule("the sizes of the subsets", _some_kept),
    "other_group_kept": Rule("the subsets, against the stated groups", _groups_apart),
    "slowest_apart": Rule("eigenvalues of the operator of the pairs", _slowest_apart),
    "told_apart": Rule(
        "∂²log p/∂z_i∂z̃_i, against the blocks that the group mixes", _mechanism_apart
    ),
}
"""Assumption ↦ rule, for assumptions that tell groups of latents apart."""
