"""The linear fit of one trained map, and what is read off it: order, signs, orientation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sith.numerics.measure.affine import least_squares
from sith.numerics.measure.mcc import match
from sith.numerics.measure.ranks import ranks
from sith.numerics.measure.samples import Array

CLEAR = 0.5
"""Least size of an entry or singular value, 1 in a member, from which its sign is read.

A sign is wrong only where noise moves it by more than 1, ten times what a residual of 0.01 leaves."""

Blocks = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The least-squares map y ≈ Mz (+ b) of one run.

    Fields:
        matrix: M, ``(d, d)``; outputs are rows.
        scaled: M between coordinates of unit second moment.
        whitened: M between whitened coordinates; orthogonal where y is a linear image of z.
    """

    matrix: Array
    scaled: Array
    whitened: Array


@dataclass(frozen=True, slots=True)
class SignedOrder:
    """Output ``outputs[i]`` is ``signs[i]`` times latent i, up to scale.

    Fields:
        clear: whether every matched entry is at least `CLEAR`.
    """

    outputs: tuple[int, ...]
    signs: tuple[int, ...]
    clear: bool


def fitted_map(z: Array, y: Array, *, shifted: bool, ranked: bool = False) -> Fitted:
    """Fit a linear map on all rows.

    Arguments:
        z, y: ``(N, d)`` each, of one run, finite.
        shifted: whether a shift is fitted too.
        ranked: replace coordinates by their ranks first, for maps that act on each coordinate.
    """
    if ranked:
        z, y = ranks(z, z)[0], ranks(y, y)[0]
    if shifted or ranked:
        z, y = z - z.mean(0), y - y.mean(0)
    matrix = least_squares(z, y, centre=False).matrix.T
    z_scale, y_scale = (np.sqrt((x**2).mean(0)) for x in (z, y))
    scaled = matrix * z_scale / np.maximum(y_scale, np.finfo(float).tiny)[:, None]
    whitened = _root(y.T @ y / len(y), -0.5) @ matrix @ _root(z.T @ z / len(z), 0.5)
    return Fitted(matrix, scaled, whitened)


def orientation(matrix: Array) -> int:
    """Return the sign of the determinant, or 0 where a singular value is below `CLEAR`."""
    if float(np.linalg.svd(matrix, compute_uv=False)[-1]) < CLEAR:
        return 0
    return int(np.sign(np.linalg.slogdet(matrix).sign))


def signed_order(scaled: Array) -> SignedOrder:
    """Match latents and outputs by the largest total of absolute entries, and read the signs."""
    outputs = match(np.abs(scaled.T))
    taken = scaled[outputs, np.arange(len(outputs))]
    return SignedOrder(
        tuple(int(i) for i in outputs),
        tuple(-1 if x < 0 else 1 for x in taken),
        bool((np.abs(taken) >= CLEAR).all()),
    )


def in_order(fitted: Fitted) -> SignedOrder:
    """Read the signs of the coordinates in their stated order."""
    taken = fitted.scaled.diagonal()
    return SignedOrder(
        tuple(range(len(taken))),
        tuple(-1 if x < 0 else 1 for x in taken),
        bool((np.abs(taken) >= CLEAR).all()),
    )


def block_order(fitted: Fitted, blocks: Blocks) -> SignedOrder:
    """Match blocks of latents to blocks of outputs, and read the orientation of each map."""
    energy = np.array([[np.sum(fitted.scaled[np.ix_(b, a)] ** 2) for b in blocks] for a in blocks])
    sizes = np.array([len(b) for b in blocks])
    outputs = match(np.where(sizes[:, None] == sizes, energy, -(float(sizes.sum()) ** 2)))
    pairs = [(blocks[j], blocks[i]) for i, j in enumerate(outputs)]
    signs = tuple(orientation(fitted.scaled[np.ix_(b, a)]) for b, a in pairs)
    return SignedOrder(tuple(int(j) for j in outputs), signs, all(signs))


def parity(outputs: tuple[int, ...]) -> int:
    """Return +1 for an even permutation and −1 for an odd one."""
    odd = sum(
        outputs[i] > outputs[j] for i in range(len(outputs)) for j in range(i + 1, len(outputs))
    )
    return -1 if odd % 2 else 1


def _root(moment: Array, power: float) -> Array:
    """A power of a positive semidefinite matrix; directions without variance go to zero."""
    values, vectors = np.linalg.eigh(moment)
    kept = values > 1e-12 * values[-1]
    powers = np.where(kept, np.where(kept, values, 1.0) ** power, 0.0)
    root: Array = (vectors * powers) @ vectors.T
    return root
