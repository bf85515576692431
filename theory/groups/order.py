"""The order of groups: containment is computed, equality is mutual containment."""

from __future__ import annotations

import random

import sympy as sp

from sith.theory.errors import UnsupportedCondition
from sith.theory.groups.affine import Affine
from sith.theory.groups.base import AbstractGroup
from sith.theory.groups.componentwise import ComponentwiseDiffeomorphisms
from sith.theory.groups.euclidean import Euclidean
from sith.theory.groups.generalised_permutations import GeneralisedPermutations
from sith.theory.groups.linear import Linear
from sith.theory.groups.maps import Map
from sith.theory.groups.measure_preserving import MeasurePreserving
from sith.theory.groups.orthogonal import Orthogonal
from sith.theory.groups.permutations import Permutations
from sith.theory.groups.shifted import Shifted
from sith.theory.groups.sign_flips import SignFlips
from sith.theory.groups.signed_permutations import SignedPermutations
from sith.theory.groups.translations import Translations
from sith.theory.groups.trivial import Trivial
from sith.theory.verdict import Membership


def contained(small: AbstractGroup, large: AbstractGroup, degree: int = 2) -> Membership:
    """Say whether every member of `small` is a member of `large`.

    The Lie algebra of `small` up to `degree` must lie in that of `large`, and the generators of
    its finite part must be members. For finite-dimensional groups this decides containment; for
    infinite-dimensional ones it decides it for fields of degree ≤ `degree`, and two exact samples
    are tested besides.
    """
    if small.dim != large.dim:
        return Membership(False, f"one acts on R^{small.dim}, the other on R^{large.dim}")
    if isinstance(small, MeasurePreserving) and isinstance(large, MeasurePreserving):
        same = not sp.simplify(small.log_density - large.log_density).free_symbols
        return Membership(
            same, "the same law" if same else "measure-preserving maps of another law"
        )
    for field in small.algebra_basis(degree):
        inside = large.in_algebra(field)
        if not inside.holds:
            return Membership(False, f"a field of {small}: {inside.reason}", str(field))
    rng = random.Random(0)
    members = [*small.finite_generators()]
    if small.infinite:
        members += _samples(small, rng)
    for member in members:
        inside = large.contains(member)
        if not inside.holds:
            return Membership(False, f"a map of {small}: {inside.reason}", str(member))
    if small.infinite and not large.infinite:
        # Fields of low degree may all lie in `large`, or there may be none.
        return Membership(False, f"{small} has infinite dimension, {large} has not")
    return Membership(
        True, f"algebra (degree ≤ {degree}) and finite part of {small} lie in {large}"
    )


def _samples(group: AbstractGroup, rng: random.Random) -> list[Map]:
    """Draw two members; none where the group has no exact sampler."""
    try:
        return [group.sample(rng) for _ in range(2)]
    except UnsupportedCondition:
        return []


def equal(one: AbstractGroup, other: AbstractGroup, degree: int = 2) -> Membership:
    """Say whether two groups are contained in each other."""
    forth = contained(one, other, degree)
    return contained(other, one, degree) if forth.holds else forth


def named_groups(dim: int) -> tuple[AbstractGroup, ...]:
    """Return the parameter-free groups of the catalogue in dimension `dim`, small ones first."""
    return (
        Trivial(dim),
        SignFlips(dim),
        Permutations(dim),
        SignedPermutations(dim),
        Translations(dim),
        Shifted(SignedPermutations(dim)),
        GeneralisedPermutations(dim),
        Shifted(GeneralisedPermutations(dim)),
        Orthogonal(dim),
        Euclidean(dim),
        Linear(dim),
        Affine(dim),
        ComponentwiseDiffeomorphisms(dim),
    )


def strictly_smaller(group: AbstractGroup) -> tuple[AbstractGroup, ...]:
    """Return the named groups that are contained in `group` and not equal to it."""
    return tuple(
        other
        for other in named_groups(group.dim)
        if contained(other, group).holds and not contained(group, other).holds
    )
