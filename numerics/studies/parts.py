"""What several studies use: gradient flow of arrays, and random orthogonal bases."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.integrate import solve_ivp


def gradient_flow(
    velocity: Callable[[np.ndarray], np.ndarray],
    start: np.ndarray,
    times: Sequence[float],
    *,
    tolerance: float = 1e-9,
) -> np.ndarray:
    """Return the solution of ẋ = velocity(x), x(0) = start, at the times: ``(T, *start.shape)``.

    LSODA, as flows between saddles are stiff.

    Arguments:
        velocity: of an array of the shape of `start`; same shape.
        times: rising, at least 0.
        tolerance: relative; the absolute one is a thousandth of it.
    """
    solved = solve_ivp(
        lambda _t, flat: velocity(flat.reshape(start.shape)).ravel(),
        (0.0, times[-1]),
        start.ravel(),
        method="LSODA",
        rtol=tolerance,
        atol=tolerance / 1000,
        t_eval=list(times),
    )
    states: np.ndarray = solved.y.T.reshape(-1, *start.shape)
    return states


def orthogonal(rng: np.random.Generator, size: int) -> np.ndarray:
    """Return an orthogonal matrix of the rotation-invariant law, up to signs of its columns."""
    basis: np.ndarray = np.linalg.qr(rng.normal(size=(size, size)))[0]
    return basis
