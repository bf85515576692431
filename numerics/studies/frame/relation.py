"""How two representations of the same rows relate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

KEPT = 0.02
"""A direction of a representation counts if its variance is at least this part of the largest."""


@dataclass(frozen=True, slots=True)
class Relation:
    """How two representations of the same rows relate, fitted and read on these rows.

    Fields:
        forward, backward: the part of the variance of whitened y that an affine map of x explains,
            and of x from y; 0 to 1, unchanged by invertible affine maps of either.
        rotation: the same for one orthogonal map with a scale and a shift: the squared congruence
            (Σ singular values of XᵀY)²/(‖X‖²‖Y‖²), symmetric.
        cka: linear CKA, ‖XᵀY‖²/(‖XᵀX‖ ‖YᵀY‖).
    """

    forward: float
    backward: float
    rotation: float
    cka: float


def relate(x: np.ndarray, y: np.ndarray) -> Relation:
    """Compare two representations ``(N, m)``, ``(N, k)`` of the same rows, without small directions.

    Directions with less than `KEPT` of the largest variance are left out, so that an output that is
    constant at the optimum does not count through its noise.
    """
    x, y = kept_directions(x), kept_directions(y)
    shared = shared_variance(x, y)
    cross = x.T @ y
    sizes = float((x**2).sum() * (y**2).sum())
    return Relation(
        forward=shared / y.shape[1],
        backward=shared / x.shape[1],
        rotation=float(np.linalg.svd(cross, compute_uv=False).sum()) ** 2 / sizes,
        cka=float((cross**2).sum() / (np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y))),
    )


def shared_variance(x: np.ndarray, y: np.ndarray) -> float:
    """Return Σ squared canonical correlations, 0 to min(m, k): the variance of whitened y that x explains.

    All directions count, however small they are.
    """
    one, two = (np.linalg.qr(v - v.mean(0))[0] for v in (x, y))
    return float(np.square(one.T @ two).sum())


def kept_directions(x: np.ndarray) -> np.ndarray:
    """Return the centred rows along principal directions, those of small variance left out.

    Arguments:
        x: ``(N, m)``; a direction stays if its variance is at least `KEPT` of the largest.
    """
    x = x - x.mean(0)
    left, singular, _ = np.linalg.svd(x, full_matrices=False)
    kept = singular**2 >= KEPT * singular[0] ** 2
    found: np.ndarray = left[:, kept] * singular[kept]
    return found
