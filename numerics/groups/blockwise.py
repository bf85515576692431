"""Residual of blockwise diffeomorphisms: each block of outputs a function of one block of latents."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from sith.numerics.groups.unexplained import by_coordinate
from sith.numerics.measure.block_r2 import kernel_ridge
from sith.numerics.measure.ranks import ranks
from sith.numerics.measure.samples import Array, Halves

Blocks = tuple[tuple[int, ...], ...]
LIMIT = 1000
"""Rows used of each half."""


def blockwise_residual(data: Halves, blocks: Blocks) -> float:
    """Mean over coordinates of the variance left between matched blocks, the worse way.

    Coordinates are first replaced by their ranks, which is a member of the group and takes heavy
    tails away.  Kernel ridge regression predicts every block of outputs from every block of
    latents of the same size and back; of the two directions the worse one counts, since a
    diffeomorphism has both.  Blocks are matched on the first quarter of the evaluated rows and
    scored on the others.

    Members leave what the kernel does not resolve with `LIMIT` points: below 0.01 for mild maps of
    two coordinates, up to 0.05 where a block is strongly stretched or folded near itself.
    """
    z_fit, y_fit = data.z_fit[:LIMIT], data.y_fit[:LIMIT]
    z_test, y_test = data.z_test[:LIMIT], data.y_test[:LIMIT]
    z_fit, z_test = ranks(z_fit, z_test)
    y_fit, y_test = ranks(y_fit, y_test)
    forth = [kernel_ridge(z_fit[:, b], y_fit, z_test[:, b]) for b in blocks]
    back = [kernel_ridge(y_fit[:, b], z_fit, y_test[:, b]) for b in blocks]
    quarter = len(z_test) // 4
    choosing, scoring = slice(quarter), slice(quarter, None)

    def left(rows: slice) -> Array:
        from_z = np.stack([by_coordinate(y_test[rows], p[rows]) for p in forth])
        from_y = np.stack([by_coordinate(z_test[rows], p[rows]) for p in back])
        table = np.empty((len(blocks), len(blocks)))
        for i, source in enumerate(blocks):
            for j, image in enumerate(blocks):
                table[i, j] = max(from_z[i, image].mean(), from_y[j, source].mean())
        return table

    sizes = np.array([len(block) for block in blocks])
    # A matching of blocks of unequal size costs more than any other.
    unequal = 2.0 * sizes.sum() * (sizes[:, None] != sizes)
    rows, columns = linear_sum_assignment(sizes[:, None] * left(choosing) + unequal)
    return float(np.average(left(scoring)[rows, columns], weights=sizes))
