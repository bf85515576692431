"""A mixing that merges two nodes of a finite space hides a difference of the stated features."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from sith.numerics.exact import operator_nodes, top_modes
from sith.numerics.searching.points import Point
from sith.numerics.searching.witness import Counterexample, Kind
from sith.theory import (
    Affine,
    Claim,
    FiniteSpace,
    InputError,
    Membership,
    Mixing,
    SithError,
    SpectralObjective,
    UnsupportedCondition,
    contained,
)

APART = 1e-6
"""Features of two nodes are apart, and eigenvalues have a gap, above this."""
SHARE = 1e-3
"""The error of the features may be at most this share of the distance."""


def merges_nodes(claim: Claim) -> bool:
    """Whether any mixing is allowed on a finite space."""
    world = claim.world
    return world.mixing is Mixing.ARBITRARY and isinstance(world.space, FiniteSpace)


def refute_by_merging(claim: Claim, point: Point) -> tuple[Counterexample, ...]:
    """Return the mixing that merges the two nodes whose stated features are farthest apart.

    Nodes of equal features are no witness: a map that takes both to one value may be optimal. Raises
    `UnsupportedCondition` where the features or the group are not known.
    """
    features, error = stated_features(claim)
    apart = torch.cdist(features, features)
    flat = int(apart.argmax())
    i, j = sorted((flat // len(apart), flat % len(apart)))
    if not _clear(float(apart[i, j]), error):
        return ()
    return (
        Counterexample.found(
            claim,
            point,
            kind=Kind.FOLD,
            shown=f"the mixing g takes nodes {i + 1} and {j + 1} to one observation",
            equal=f"every h = f∘g has h({i + 1}) = h({j + 1})",
            differs=f"the features h₀ of the two nodes are {float(apart[i, j]):.3g} apart, and so "
            f"are those of Q h₀ for every Q in {claim.group}",
            exact=False,
            data={"nodes": [i, j]},
            numbers={"distance of the features": float(apart[i, j]), "error": error},
        ),
    )


def check_merged(witness: Counterexample, claim: Claim) -> Membership:
    """Say whether the stated features of the two stored nodes differ, beyond their error bound."""
    if not merges_nodes(claim):
        return Membership(False, f"the claim's mixing is {claim.world.mixing}")
    i, j = _nodes(witness.data, claim.dim)
    features, error = stated_features(claim)
    apart = float(torch.linalg.vector_norm(features[i] - features[j]))
    if not _clear(apart, error):
        return Membership(
            False, f"the features of the two nodes are {apart:.2g} apart, error {error:.1g}"
        )
    return Membership(True, f"the features of the two nodes are {apart:.4g} apart")


def stated_features(claim: Claim) -> tuple[Tensor, float]:
    """Return h₀ at the nodes, ``(n, k)``, and a bound on its error.

    h₀ holds the top eigenvectors in the world with an injective mixing. The bound is Davis and
    Kahan's: the residual of the eigenvectors over the gap after the last.
    """
    objective = claim.objective
    if not isinstance(objective, SpectralObjective) or claim.base:
        raise UnsupportedCondition(f"the features of '{objective}' on the nodes are not known")
    k = claim.encoder.output.dim
    try:
        injective = contained(claim.group, Affine(k)).holds
    except SithError:
        injective = False
    if not injective:
        raise UnsupportedCondition(f"maps of {claim.group} may take two values to one")
    world = claim.world.replace(mixing=Mixing.INJECTIVE)
    modes = top_modes(world, objective, k)
    nodes, weights, smoothed = operator_nodes(world.pairs)
    values = modes.optimum(nodes)
    kept = values[:, [i for i, mu in enumerate(modes.scales) if mu > 0]]
    reversed_ = (smoothed.T * weights) / weights[:, None]
    image = (smoothed + reversed_) / 2 @ kept
    # Within the kept eigenspace the operator acts as a matrix; what is left is the residual.
    inside = kept @ torch.linalg.lstsq(kept, image).solution
    last = [v for v, mu in zip(modes.values, modes.scales, strict=True) if mu > 0][-1:]
    gap = (last[0] if last else 0.0) - modes.below
    if not modes.unique or not gap > APART:
        raise UnsupportedCondition("the stated features are not unique: there is no gap")
    residual = float(torch.linalg.matrix_norm(weights.sqrt()[:, None] * (image - inside)))
    return values, residual / gap / math.sqrt(float(weights.min()))


def _clear(apart: float, error: float) -> bool:
    return apart > APART and error <= SHARE * apart


def _nodes(data: Mapping[str, Any], count: int) -> tuple[int, int]:
    nodes = data.get("nodes")
    whole = isinstance(nodes, list) and len(nodes) == 2 and all(type(k) is int for k in nodes)
    if not whole or nodes is None or not all(0 <= k < count for k in nodes):
        raise InputError(f"a merging mixing is stored with two of {count} nodes")
    return nodes[0], nodes[1]
