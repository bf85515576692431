"""Partitions of the coordinates into blocks."""

from __future__ import annotations

from collections.abc import Sequence

from sith.theory.errors import InputError

Blocks = tuple[tuple[int, ...], ...]


def check_blocks(blocks: Sequence[Sequence[int]]) -> Blocks:
    """Return the blocks sorted; raise `InputError` unless they partition 0 … d − 1."""
    ordered = tuple(sorted(tuple(sorted(block)) for block in blocks))
    flat = sorted(i for block in ordered for i in block)
    if not flat or flat != list(range(len(flat))) or any(not block for block in ordered):
        raise InputError(
            f"blocks = {tuple(map(tuple, blocks))}",
            allowed="non-empty blocks that together hold each of 0 … d − 1 once",
        )
    return ordered


def blocks_from_links(dim: int, links: Sequence[tuple[int, int]]) -> Blocks:
    """Return the finest partition in which linked coordinates share a block."""
    label = list(range(dim))
    for i, j in links:
        old, new = label[i], label[j]
        label = [new if x == old else x for x in label]
    return check_blocks([[i for i in range(dim) if label[i] == x] for x in sorted(set(label))])


def keeps_a_block(dim: int, links: Sequence[tuple[int, int]]) -> bool:
    """Say whether some proper subset of the outputs depends on its own coordinates alone.

    `links` lists (i, j) where output i depends on coordinate j.
    """
    for start in range(dim):
        reached = {start}
        while True:
            more = {j for i, j in links if i in reached} - reached
            if not more:
                break
            reached |= more
        if len(reached) < dim:
            return True
    return False
