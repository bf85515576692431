"""The number of connected components of a group, as a public function."""

from __future__ import annotations

from sith.theory.groups import AbstractGroup


def component_count(group: AbstractGroup) -> int:
    """Return the number of connected components of a named group, 0 where it is not counted.

    O(d), GL(d) and their affine groups have two (the sign of the determinant), a product of
    orthogonal groups two for each block and the swaps of equal blocks, scaled permutations one for
    each signed permutation.
    """
    return group.component_count()
