"""Mutual nearest neighbours of two representations, with a permutation null."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial.distance import cdist

from numerics.measure.checked import finite_pair, require_spread
from numerics.measure.samples import Array, Samples
from theory.errors import InputError

_BLOCK = 2**17  # distances held at a time, so that they stay in the cache


@dataclass(frozen=True, slots=True)
class Neighbourhoods:
    """The share of nearest neighbours that two representations have in common.

    Fields:
        value: mean over the rows of |N_x(i) ∩ N_y(i)|/k, from 0 to 1.  Without ties 1 exactly if
            every row has the same k neighbours in both.
        chance: k/(N − 1), the exact mean of the value over all pairings of the rows.
        null_mean, null_sd: over the permutations drawn.
        p_value: (1 + #{permuted ≥ observed})/(1 + permutations), of the hypothesis that the
            pairing of the rows carries nothing; exactly of its level, for independent rows.
        k: neighbours of each row.
        rows: rows used.
        permutations: number drawn.
    """

    value: float
    chance: float
    null_mean: float
    null_sd: float
    p_value: float
    k: int
    rows: int
    permutations: int

    @property
    def above_chance(self) -> float:
        """(value − chance)/(1 − chance): 0 at chance, 1 for equal neighbourhoods."""
        return (self.value - self.chance) / (1 - self.chance)

    def to_dict(self) -> dict[str, Any]:
        """Return the value and its null as plain data."""
        return asdict(self)


def mutual_knn(
    x: Samples, y: Samples, *, k: int = 10, permutations: int = 99, limit: int = 2000, seed: int = 0
) -> Neighbourhoods:
    """Return the mutual k-nearest-neighbour alignment of two representations of the same inputs.

    Neighbours are by Euclidean distance, the row itself left out.  For rows of unit length this is
    the order by inner product that the paper uses; for other rows the inner product is no
    neighbourhood, so normalise first if angles are meant.

    Ties: rows at the distance of the k-th neighbour share the places left equally, and the overlap
    is the product of the shares: the mean over independent random choices in x and in y.  The
    value of x with itself is then below 1, as the neighbours are not determined.

    Invariant under isometries, one nonzero scale and shifts of x or y, a common permutation of the
    rows, and swapping x and y; also under any map that keeps the order of the distances from each
    row.  Not invariant under other linear maps.  A value of 1 shows equal neighbourhoods at the
    scale of k rows and nothing about global shape or coordinates.

    Arguments:
        x: representations, ``(N, d)``.
        y: representations, ``(N, m)``.
        k: from 1 to N − 2.
        permutations: of the rows of y, at least 2; the smallest p-value is 1/(1 + permutations).
        limit: the first `limit` rows are used; the cost grows with the square.
        seed: of the permutations.

    Raises:
        InputError: the shapes do not fit, an entry is not finite, all rows of one coincide, or an
            option is out of range.

    Source: Huh et al. (2024), the mutual nearest-neighbour metric; the null is ours.
    """
    first, second = finite_pair(x, y)
    if first.ndim != 2:
        raise InputError(
            f"samples of shape {first.shape}", allowed="(N, d) and (N, m)", cure="pass one run"
        )
    if permutations < 2:
        raise InputError(f"permutations = {permutations}", allowed="at least 2", cure="use 99")
    first, second = first[:limit], second[:limit]
    rows = len(first)
    if not 1 <= k <= rows - 2:
        raise InputError(f"k = {k} with {rows} rows", allowed="1 <= k <= rows - 2", cure="use 10")
    require_spread(first, "x")
    require_spread(second, "y")
    one, other = neighbours(first, k), neighbours(second, k)
    observed = _overlap(one, other, np.arange(rows)) / (rows * k)
    rng = np.random.default_rng(seed)
    null = np.array([_overlap(one, other, rng.permutation(rows)) for _ in range(permutations)])
    null /= rows * k
    # Sums of the same shares in another order: count them as ties.
    reached = int((null >= observed - 1e-12).sum())
    return Neighbourhoods(
        value=observed,
        chance=k / (rows - 1),
        null_mean=float(null.mean()),
        null_sd=float(null.std(ddof=1)),
        p_value=(1 + reached) / (1 + permutations),
        k=k,
        rows=rows,
        permutations=permutations,
    )


def neighbours(x: Array, k: int) -> csr_array:
    """Return the k nearest neighbours of every row as weights.

    Arguments:
        x: ``(N, d)``.
        k: from 1 to N − 2.

    Returns:
        ``(N, N)``, sparse; each row sums to k.  A neighbour nearer than the k-th distance has
        weight 1; those at it share what is left.
    """
    rows = len(x)
    parts = []
    for start in range(0, rows, max(1, _BLOCK // rows)):
        block = cdist(x[start : start + max(1, _BLOCK // rows)], x, "sqeuclidean")
        block[np.arange(len(block)), start + np.arange(len(block))] = np.inf
        parts.append(_weights(block, k, start))
    row, column, weight = (np.concatenate(part) for part in zip(*parts, strict=True))
    found = csr_array((weight, (row, column)), shape=(rows, rows))
    found.sort_indices()
    return found


def _weights(distances: Array, k: int, start: int) -> tuple[NDArray[Any], NDArray[Any], Array]:
    """Rows, columns and weights of the neighbours, given the distances of a block of rows."""
    reach = np.partition(distances, k - 1, axis=1)[:, k - 1, None]
    row, column = np.nonzero(distances <= reach)
    tied = distances[row, column] == reach[row, 0]
    nearer = k - np.bincount(row[~tied], minlength=len(distances))
    share = nearer / np.bincount(row[tied], minlength=len(distances))
    return row + start, column, np.where(tied, share[row], 1.0)


def _overlap(one: csr_array, other: csr_array, order: NDArray[np.intp]) -> float:
    """Σᵢⱼ one[i, j] · other[order i, order j], by looking the first's entries up in the second."""
    size = one.shape[0]
    row = np.repeat(np.arange(size), np.diff(one.indptr))
    wanted = order[row] * size + order[one.indices]
    keys = np.repeat(np.arange(size), np.diff(other.indptr)) * size + other.indices
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return float((one.data * other.data[place])[keys[place] == wanted].sum())
