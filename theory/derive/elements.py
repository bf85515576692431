"""How many elements a finite named group has."""

from __future__ import annotations

from math import factorial

from theory.groups import AbstractGroup, Permutations, SignedPermutations, SignFlips, Trivial


def elements(group: AbstractGroup) -> str:
    """Return the number of elements in words, empty for groups that are not finite."""
    d = group.dim
    if isinstance(group, Trivial):
        return "1 element"
    if isinstance(group, SignFlips):
        return f"2^d = {2**d} elements"
    if isinstance(group, Permutations):
        return f"d! = {factorial(d)} elements"
    if isinstance(group, SignedPermutations):
        return f"2^d d! = {2**d * factorial(d)} elements"
    return ""
