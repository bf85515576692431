"""Strategies for square matrices of the kinds that scores are, or are not, invariant under."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

SCALES = st.sampled_from([0.25, 0.5, 1.0, 2.0, 4.0])
SMALL = st.integers(-6, 6).map(lambda k: k / 2)


@st.composite
def rotations(draw: st.DrawFn, dim: int) -> np.ndarray:
    """Cayley transform of a skew matrix, times a signed permutation."""
    skew = np.zeros((dim, dim))
    for i in range(dim):
        for j in range(i):
            skew[i, j] = draw(SMALL)
            skew[j, i] = -skew[i, j]
    return np.linalg.solve(np.eye(dim) + skew, np.eye(dim) - skew) @ draw(signed(dim))


@st.composite
def signed(draw: st.DrawFn, dim: int) -> np.ndarray:
    order = draw(st.permutations(range(dim)))
    signs = [draw(st.sampled_from([-1.0, 1.0])) for _ in range(dim)]
    return np.diag(signs)[:, order]


@st.composite
def invertible(draw: st.DrawFn, dim: int) -> np.ndarray:
    """Rotation · singular values in [1/4, 4] · rotation."""
    values = [draw(SCALES) for _ in range(dim)]
    return draw(rotations(dim)) @ np.diag(values) @ draw(rotations(dim))
