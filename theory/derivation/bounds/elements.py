"""How many elements a finite named group has, and how many components any named one."""

from __future__ import annotations

from collections import Counter
from math import factorial, prod

from sith.theory.groups import (
    AbstractGroup,
    Affine,
    BlockOrthogonal,
    BoxSymmetries,
    Euclidean,
    GeneralisedPermutations,
    Linear,
    Orthogonal,
    Permutations,
    Shifted,
    SignedPermutations,
    SignFlips,
    Translations,
    Trivial,
)


def elements(group: AbstractGroup) -> str:
    """Return the number of elements in words, empty for groups that are not finite."""
    d = group.dim
    if isinstance(group, Trivial):
        return "1 element"
    if isinstance(group, SignFlips):
        return f"2^d = {2**d} elements"
    if isinstance(group, Permutations):
        return f"d! = {factorial(d)} elements"
    if isinstance(group, SignedPermutations | BoxSymmetries):
        return f"2^d d! = {2**d * factorial(d)} elements"
    return ""


def component_count(group: AbstractGroup) -> int:
    """Return the number of connected components of a named group, 0 where it is not counted.

    O(d), GL(d) and their affine groups have two (the sign of the determinant), a product of
    orthogonal groups two for each block and the swaps of equal blocks, scaled permutations one for each signed permutation.
    """
    d = group.dim
    if isinstance(group, Shifted):
        return component_count(group.group)
    if isinstance(group, Trivial | Translations):
        return 1
    if isinstance(group, Orthogonal | Euclidean | Linear | Affine):
        return 2
    if isinstance(group, BlockOrthogonal):
        sizes = Counter(len(block) for block in group.blocks)
        return int(2 ** len(group.blocks) * prod(factorial(n) for n in sizes.values()))
    if isinstance(group, BoxSymmetries):
        return int(2**d) * factorial(d)
    if isinstance(group, SignFlips):
        return int(2**d)
    if isinstance(group, Permutations):
        return factorial(d)
    if isinstance(group, SignedPermutations | GeneralisedPermutations):
        return int(2**d) * factorial(d)
    return 0
