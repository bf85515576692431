"""Subgroups of finite index: kernels of signs, joint flips, and permutations that keep a set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import combinations
from math import comb, prod

from sith.numerics.groups.fitted import (
    Blocks,
    Fitted,
    SignedOrder,
    block_order,
    orientation,
    parity,
)
from sith.numerics.groups.subgroup import Components, Kind, Side

Read = Callable[[Fitted], SignedOrder]
Character = Callable[[Fitted], int]
"""A homomorphism to ±1; 0 where the map is too noisy to say."""

MOST = 6
"""Coordinates up to which every set of them is a subgroup of its own; beyond, one and two."""


def sets(count: int, largest: int) -> Iterator[tuple[int, ...]]:
    """Non-empty sets of at most `largest` of `count` indices; at most two where there are many."""
    for size in range(1, (largest if count <= MOST else min(largest, 2)) + 1):
        yield from combinations(range(count), size)


def names(indices: Sequence[int]) -> str:
    """Coordinates as a reader counts them."""
    return ", ".join(str(i + 1) for i in indices)


def kernel(name: str, kind: Kind, *characters: Character) -> Components:
    """Return the subgroup on which a product of signs is +1."""

    def side(fitted: Fitted) -> Side:
        sign = prod(character(fitted) for character in characters)
        return (Side.UNCLEAR, Side.INSIDE, Side.OUTSIDE)[sign]

    return Components(name, kind, Fraction(1, 2), side)


def determinant() -> Components:
    """Return the maps that keep the orientation."""
    return kernel("determinant +1", Kind.DETERMINANT, lambda f: orientation(f.whitened))


def sign_of(read: Read, chosen: Sequence[int], fitted: Fitted) -> int:
    """Return the product of the signs of the chosen coordinates, 0 where the order is unclear."""
    order = read(fitted)
    return prod(order.signs[i] for i in chosen) if order.clear else 0


def parity_of(read: Read, chosen: Sequence[int], fitted: Fitted) -> int:
    """Return the parity of the permutation among the chosen ones, 0 where it is unclear."""
    order = read(fitted)
    return parity(tuple(order.outputs[i] for i in chosen)) if order.clear else 0


def joint_flips(read: Read, count: int, of: str) -> tuple[Components, ...]:
    """Return the maps all of whose signs agree, where no sign has that kernel (count ≥ 3)."""
    if count < 3:
        return ()

    def side(fitted: Fitted) -> Side:
        order = read(fitted)
        if not order.clear:
            return Side.UNCLEAR
        return Side.INSIDE if len(set(order.signs)) == 1 else Side.OUTSIDE

    share = Fraction(2, 2**count)
    return (Components(f"joint flips of all {of}", Kind.SIGNS, share, side),)


def partial_swaps(read: Read, chosen: Sequence[int], of: str) -> tuple[Components, ...]:
    """Return the permutations of at least three of `chosen` that keep a set of them.

    A set of half of them may also go to the other half.
    """
    count = len(chosen)
    if count < 3:
        return ()
    found = []
    for size in range(1, (count // 2 if count <= MOST else 1) + 1):
        half = 2 * size == count
        for picked in combinations(chosen, size):
            if half and picked[0] != chosen[0]:
                continue
            targets = [set(picked), set(chosen) - set(picked)] if half else [set(picked)]
            share = Fraction(len(targets), comb(count, size))
            side = partial(_keeps, read, picked, targets)
            name = f"{of} {names(picked)} kept in place"
            found.append(Components(name, Kind.SWAPS, share, side))
    return tuple(found)


def _keeps(read: Read, picked: tuple[int, ...], targets: list[set[int]], fitted: Fitted) -> Side:
    order = read(fitted)
    if not order.clear:
        return Side.UNCLEAR
    return Side.INSIDE if {order.outputs[i] for i in picked} in targets else Side.OUTSIDE


def signed_permutation_components(read: Read, dim: int) -> tuple[Components, ...]:
    """Return those of signed permutations of `dim` coordinates, with or without scales."""
    every = tuple(range(dim))
    signs, order = partial(sign_of, read, every), partial(parity_of, read, every)
    if dim == 1:
        return (kernel("no flip", Kind.SIGNS, signs),)
    first = "joint flips of all coordinates" if dim == 2 else "an even number of flips"
    return (
        kernel(first, Kind.SIGNS, signs),
        kernel("no swap" if dim == 2 else "even permutations", Kind.SWAPS, order),
        kernel("determinant +1", Kind.DETERMINANT, signs, order),
        *joint_flips(read, dim, "coordinates"),
        *partial_swaps(read, every, "coordinates"),
    )


def sign_components(read: Read, dim: int) -> tuple[Components, ...]:
    """Return those of independent flips: each product of signs may be fixed to +1."""
    found = []
    for chosen in sets(dim, dim):
        label = "coordinate" if len(chosen) == 1 else "coordinates"
        flips = "no flip" if len(chosen) == 1 else "an even number of flips"
        name = f"{flips} of {label} {names(chosen)}"
        found.append(kernel(name, Kind.SIGNS, partial(sign_of, read, chosen)))
    return tuple(found)


def block_components(blocks: Blocks) -> tuple[Components, ...]:
    """Return those of block-orthogonal maps.

    Every size of block has two signs: the product of the orientations in its blocks, and, with two
    blocks or more, the parity of their permutation. Any product of these may be fixed to +1.
    """
    read = partial(block_order, blocks=blocks)
    signs: list[tuple[str, Kind, Character]] = []
    more: list[Components] = []
    for size in sorted({len(b) for b in blocks}):
        same = [i for i, b in enumerate(blocks) if len(b) == size]
        which = " and ".join(f"({names(blocks[i])})" for i in same)
        signs.append((f"orientation of {which}", Kind.DETERMINANT, partial(sign_of, read, same)))
        if len(same) > 1:
            parities = partial(parity_of, read, same)
            signs.append((f"parity of the swaps of {which}", Kind.SWAPS, parities))
        more += partial_swaps(read, same, "blocks")
    products = [
        kernel(
            f"{' times '.join(name for name, _, _ in chosen)} fixed",
            chosen[0][1],
            *(character for _, _, character in chosen),
        )
        for count in range(1, len(signs) + 1)
        for chosen in combinations(signs, count)
    ]
    return (*products, *more, *_flips_of_like_blocks(read, blocks))


def _flips_of_like_blocks(read: Read, blocks: Blocks) -> Iterator[Components]:
    for size in sorted({len(b) for b in blocks}):
        same = tuple(i for i, b in enumerate(blocks) if len(b) == size)
        yield from joint_flips(partial(_only, read, same), len(same), f"blocks of size {size}")


def _only(read: Read, chosen: tuple[int, ...], fitted: Fitted) -> SignedOrder:
    order = read(fitted)
    return SignedOrder(chosen, tuple(order.signs[i] for i in chosen), order.clear)
