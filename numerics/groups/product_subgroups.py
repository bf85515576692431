"""Proper subgroups of direct products: a smaller factor, or orientations of factors tied together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sith.numerics.groups.characters import kernel, sets
from sith.numerics.groups.fitted import Fitted, orientation
from sith.numerics.groups.subgroup import Kind, Smaller, Subgroup
from sith.numerics.groups.subgroups import largest_named, maximal_subgroups
from sith.theory.errors import InputError
from sith.theory.groups import AbstractGroup, BoxSymmetries, DirectProduct, Orthogonal

TWO_COMPONENTS = (Orthogonal(2), Orthogonal(3), Orthogonal(4), BoxSymmetries(1))
"""Factors whose components are told by the orientation alone."""


@maximal_subgroups.register
def _(group: DirectProduct) -> tuple[Subgroup, ...]:
    """Subgroups where one factor is smaller, and where a product of orientations is +1.

    Raises `InputError` for factors whose components are not told by the orientation.
    """
    for factor in group.factors:
        if factor not in TWO_COMPONENTS:
            raise InputError(
                f"no proper subgroups are known for the factor {factor} of {group}",
                allowed="O(2), O(3), O(4) and the symmetries of one interval as factors",
                cure="register a function: sith.numerics.groups.maximal_subgroups.register(YourGroup)",
            )
    found: list[Subgroup] = []
    for chosen in sets(len(group.factors), len(group.factors)):
        said = " times ".join(str(group.factors[k]) for k in chosen)
        blocks = [group.blocks[k] for k in chosen]
        signs = [partial(_orientation, block) for block in blocks]
        found.append(kernel(f"orientation +1 of {said} ({chosen})", Kind.DETERMINANT, *signs))
    for k, factor in enumerate(group.factors):
        found += [Smaller(_with(group, k, g), Kind.NAMED) for g in largest_named(factor)]
    return tuple(found)


def _orientation(block: Sequence[int], fitted: Fitted) -> int:
    at = list(block)
    return orientation(fitted.whitened[at][:, at])


def _with(group: DirectProduct, k: int, smaller: AbstractGroup) -> DirectProduct:
    factors = tuple(smaller if i == k else g for i, g in enumerate(group.factors))
    return DirectProduct(factors, group.blocks)
