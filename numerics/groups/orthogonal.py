"""Residuals of orthogonal and block-orthogonal maps."""

from __future__ import annotations

import numpy as np

from sith.numerics.groups.unexplained import pooled
from sith.numerics.measure.affine import coordinate_r2, least_squares
from sith.numerics.measure.mcc import match
from sith.numerics.measure.procrustes import orthogonal_fit
from sith.numerics.measure.samples import Array, Halves

Blocks = tuple[tuple[int, ...], ...]


def orthogonal_residual(data: Halves, form: Array | None) -> float:
    """Fraction of variance left by the best M with MᵀSM = S, without scale or shift.

    With L = S^{1/2}, Ly = Q Lz for an orthogonal Q: fit and variance are those of Ly and Lz.
    """
    root = np.eye(data.z_fit.shape[-1]) if form is None else _square_root(form)
    fitted = orthogonal_fit(data.z_fit @ root, data.y_fit @ root, scale=False, centre=False)
    return pooled(data.y_test @ root, fitted(data.z_test @ root))


def block_orthogonal_residual(data: Halves, blocks: Blocks) -> float:
    """Fraction of variance left by one orthogonal map for each block of latents.

    Each output is first given to a block: the linear R² of every output from every block is
    matched by the Hungarian algorithm, a block taking as many outputs as it has latents.  The
    labels of the outputs are thus free, which contains the swaps of equal blocks.  For a
    representation outside the group the matching may miss the best one.
    """
    scores = np.stack(
        [
            coordinate_r2(data.y_fit, least_squares(z, data.y_fit)(z))
            for z in (data.z_fit[:, block] for block in blocks)
        ]
    )
    slots = np.repeat(np.arange(len(blocks)), [len(block) for block in blocks])
    outputs = match(scores[slots])
    prediction = np.empty_like(data.y_test)
    for index, block in enumerate(blocks):
        columns = np.sort(outputs[slots == index])
        fitted = orthogonal_fit(
            data.z_fit[:, block], data.y_fit[:, columns], scale=False, centre=False
        )
        prediction[:, columns] = fitted(data.z_test[:, block])
    return pooled(data.y_test, prediction)


def _square_root(form: Array) -> Array:
    values, vectors = np.linalg.eigh(form)
    root: Array = (vectors * np.sqrt(values)) @ vectors.T
    return root
