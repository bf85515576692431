"""How far a fitted map is from subgroups of matrices that have no class of their own."""

from __future__ import annotations

import numpy as np

from sith.numerics.groups.fitted import Blocks, Fitted, block_order
from sith.numerics.measure.mcc import match
from sith.numerics.measure.samples import Array


def equal_scales(fitted: Fitted) -> float:
    """Return 1 − (mean of |aᵢ|)² / (mean of aᵢ²) over the largest entry aᵢ of each row of M."""
    return _unequal(np.abs(fitted.matrix).max(axis=1))


def unlike_a_similarity(fitted: Fitted) -> float:
    """Return the same for the singular values of M: 0 for multiples of orthogonal matrices.

    It is the fraction of squares that the best such multiple leaves.
    """
    return _unequal(np.asarray(np.linalg.svd(fitted.matrix, compute_uv=False), dtype=np.float64))


def leak(chosen: tuple[int, ...], fitted: Fitted) -> float:
    """Return the share of the squares of the other outputs that comes from the chosen latents."""
    others = [i for i in range(len(fitted.scaled)) if i not in chosen]
    rows = fitted.scaled[others] ** 2
    total = float(rows.sum())
    return float(rows[:, list(chosen)].sum()) / total if total else 0.0


def split_distance(blocks: Blocks, index: int, one: tuple[int, ...], fitted: Fitted) -> float:
    """Return the share of squares across a split of one block, 0 where the map keeps the split.

    Outputs are given to the parts as the shares are largest, so that relabelled outputs count as
    a map that keeps the split.

    Arguments:
        blocks: of the group.
        index: of the block that is split.
        one: positions in that block of the first part; the second part is the rest.
        fitted: the map.
    """
    target = blocks[block_order(fitted, blocks).outputs[index]]
    squares: Array = fitted.scaled[np.ix_(target, blocks[index])] ** 2
    first = squares[:, list(one)].sum(1)
    shares = np.stack((first, squares.sum(1) - first), 1)
    slots = np.repeat((0, 1), (len(one), len(target) - len(one)))
    chosen = match(shares[:, slots].T)
    total = float(squares.sum())
    return float(np.clip(1 - shares[chosen, slots].sum() / total, 0, 1)) if total else 1.0


def _unequal(sizes: Array) -> float:
    square = float((sizes**2).mean())
    return 1.0 if square == 0 else float(np.clip(1 - sizes.mean() ** 2 / square, 0, 1))
