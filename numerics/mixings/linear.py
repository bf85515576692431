"""Linear mixings and the random matrices with prescribed singular values that all mixings use."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

SINGULAR_RANGE = (0.5, 2.0)


@dataclass(frozen=True, slots=True)
class LinearMixing:
    """x = z A, one matrix per seed.

    Fields:
        matrix: shape ``(S, dim, observed_dim)``.
    """

    matrix: Tensor

    @property
    def dim(self) -> int:
        """The number of latents."""
        return int(self.matrix.shape[1])

    @property
    def observed_dim(self) -> int:
        """The number of observed coordinates."""
        return int(self.matrix.shape[2])

    def __call__(self, z: Tensor) -> Tensor:
        """Observations ``(S, B, observed_dim)`` of latents ``(S, B, dim)``, in the dtype of z."""
        return torch.bmm(z, self.matrix.to(z.dtype))


def linear_mixing(
    generators: Sequence[torch.Generator],
    dim: int,
    observed_dim: int | None = None,
    singular_range: tuple[float, float] = SINGULAR_RANGE,
) -> LinearMixing:
    """A random linear mixing; the arguments are those of `prescribed_matrices`."""
    return LinearMixing(prescribed_matrices(generators, dim, observed_dim, singular_range))


def prescribed_matrices(
    generators: Sequence[torch.Generator],
    rows: int,
    columns: int | None = None,
    singular_range: tuple[float, float] = SINGULAR_RANGE,
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """Random matrices U diag(s) V with Haar U, V and log-uniform singular values s.

    The condition number is bounded by construction; no matrix is ever rejected.

    Arguments:
        generators: one per seed; their device is the device of the result.
        rows: the number of rows, at least 1.
        columns: the number of columns, at least `rows`; `rows` by default.
        singular_range: bounds of the singular values, 0 < low <= high < infinity.
        dtype: of the result; float64 keeps the rows of orthogonal matrices orthonormal to 1e-15.

    Returns:
        Shape ``(S, rows, columns)``, of full row rank.

    Raises:
        ValueError: a size or the range is out of bounds, or there is no generator.
    """
    columns = rows if columns is None else columns
    low, high = singular_range
    if not generators:
        raise ValueError("generators is empty; allowed: one generator per seed; give at least one")
    if rows < 1 or columns < rows:
        raise ValueError(
            f"matrix of {rows} x {columns}; allowed: 1 <= rows <= columns; "
            "a map to fewer observations than latents cannot be injective"
        )
    if not (0 < low <= high < math.inf):
        raise ValueError(
            f"singular_range = {singular_range}; allowed: 0 < low <= high; "
            "a zero singular value makes the mixing not invertible"
        )
    drawn = [_one_matrix(g, rows, columns, low, high) for g in generators]
    return torch.stack(drawn).to(dtype)


def _one_matrix(
    generator: torch.Generator, rows: int, columns: int, low: float, high: float
) -> Tensor:
    uniform = torch.rand(rows, generator=generator, device=generator.device, dtype=torch.float64)
    singular = torch.exp(math.log(low) + uniform * math.log(high / low))
    left = _haar_orthogonal(generator, rows)
    right = _haar_orthogonal(generator, columns)[:rows]
    matrix: Tensor = (left * singular) @ right
    return matrix


def _haar_orthogonal(generator: torch.Generator, size: int) -> Tensor:
    """A Haar-distributed orthogonal matrix: QR of a normal matrix, with diag(R) made positive."""
    normal = torch.randn(
        (size, size), generator=generator, device=generator.device, dtype=torch.float64
    )
    q, r = torch.linalg.qr(normal)
    sign: Tensor = torch.where(r.diagonal() < 0, -1.0, 1.0).to(q.dtype)
    haar: Tensor = q * sign
    return haar
