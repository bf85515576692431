"""Mutual nearest neighbours of two representations, with a permutation null."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from sith.numerics.measure.checked import require_spread
from sith.numerics.measure.permutation import one_run, permutation_null
from sith.numerics.measure.samples import Array, Samples, some_rows
from sith.theory.errors import InputError

_BLOCK = 2**18  # distances held at a time, so that they stay in the cache
_CANDIDATES = 2**15  # above which the exact distances are computed
_SPARSITY = 64  # places of the table per neighbour
_GROUPS = 128  # of columns, whose minima bound the distance of the k-th neighbour


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
        limit: at most this many rows are used, drawn at random; the cost grows with the square.
        seed: of the rows used and the permutations.

    Raises:
        InputError: the shapes do not fit, an entry is not finite, all rows of one coincide, or an
            option is out of range.

    Source: Huh et al. (2024), the mutual nearest-neighbour metric; the null is ours.
    """
    first, second = one_run(x, y, permutations)
    used = some_rows(len(first), limit, seed)
    first, second = first[used], second[used]
    rows = len(first)
    if not 1 <= k <= rows - 2:
        raise InputError(f"k = {k} with {rows} rows", allowed="1 <= k <= rows - 2", cure="use 10")
    require_spread(first, "x")
    require_spread(second, "y")
    overlap = Overlap(neighbours(first, k), neighbours(second, k))
    null = permutation_null(lambda order: overlap(order) / (rows * k), rows, permutations, seed)
    return Neighbourhoods(
        value=null.observed,
        chance=k / (rows - 1),
        null_mean=null.mean,
        null_sd=null.sd,
        p_value=null.p_value,
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
    left, right, margin = _products(x)
    groups = min(rows, max(_GROUPS, 8 * k))
    width = -(-rows // groups)
    right = np.pad(right, ((0, 0), (0, groups * width - rows)))
    right[-1, rows:] = np.inf
    step = max(1, _BLOCK // (groups * width))
    candidates: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
    parts = []
    for start in range(0, rows, step):
        rough = left[start : start + step] @ right
        own = np.arange(len(rough))
        rough[own, start + own] = np.inf
        # The k-th smallest minimum of disjoint groups bounds the k-th smallest distance.
        minima = rough.reshape(len(rough), width, groups).min(1)
        bound = np.partition(minima, k - 1, axis=1)[:, k - 1] + margin[start : start + step]
        row, column = np.divmod(np.flatnonzero(rough <= bound[:, None]), rough.shape[1])
        candidates.append((row + start, column))
        if sum(len(r) for r, _ in candidates) > _CANDIDATES or start + step >= rows:
            row, column = (np.concatenate(part) for part in zip(*candidates, strict=True))
            parts.append(_weights(x, row, column, k))
            candidates = []
    row, column, weight = (np.concatenate(part) for part in zip(*parts, strict=True))
    return csr_array((weight, (row, column)), shape=(rows, rows))


def _products(x: Array) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Factors of |x_j|² − 2⟨x_i, x_j⟩ in single precision, and twice a bound of its error by row.

    Subtracting |x_i|² does not change the order within row i.  The samples are centred and scaled
    to a largest length of 1 first.  An entry is an inner product of m + 1 terms, whose sizes sum to
    at most (2|x_i| + 1)|x_j|, and its factors are rounded once: see Higham (2002), section 3.1.
    """
    shifted = x - x.mean(0)
    shifted /= np.abs(shifted).max()
    squares = np.einsum("nd,nd->n", shifted, shifted)
    largest = np.sqrt(squares.max())
    shifted, squares = shifted / largest, squares / largest**2
    left = np.concatenate((-2 * shifted, np.ones((len(x), 1))), axis=1).astype(np.float32)
    right = np.concatenate((shifted.T, squares[None])).astype(np.float32)
    rounding = (x.shape[1] + 8) * np.finfo(np.float32).eps
    return left, right, (2 * rounding * (2 * np.sqrt(squares) + 1)).astype(np.float32)


def _weights(
    x: Array, row: NDArray[np.intp], column: NDArray[np.intp], k: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], Array]:
    """Rows, columns and weights of the neighbours, given candidates sorted by row and column."""
    gap = x[row] - x[column]
    distances = np.einsum("nd,nd->n", gap, gap)
    start = row[0]
    row = row - start
    counts = np.bincount(row)
    first = np.cumsum(counts) - counts
    table = np.full((len(counts), counts.max()), np.inf)
    table[row, np.arange(len(row)) - first[row]] = distances
    reach = np.partition(table, k - 1, axis=1)[:, k - 1]
    kept = distances <= reach[row]
    row, column, distances = row[kept], column[kept], distances[kept]
    tied = distances == reach[row]
    nearer = k - np.bincount(row[~tied], minlength=len(counts))
    share = nearer / np.bincount(row[tied], minlength=len(counts))
    return row + start, column, np.where(tied, share[row], 1.0)


class Overlap:
    """Σᵢⱼ one[i, j] · other[order i, order j] for many orders of the rows.

    The neighbours are not sought again.  A table of the keys of `other`, cut to their last bits,
    rules out almost all pairs that are not among them; only the rest is searched for.
    """

    def __init__(self, one: csr_array, other: csr_array) -> None:
        self._size = one.shape[0]
        self._column, self._weights = one.indices, one.data
        counts = np.diff(one.indptr)
        # Without ties all rows have k neighbours, and the counts are one number.
        self._counts = int(counts[0]) if (counts == counts[0]).all() else counts
        row = np.repeat(np.arange(self._size), np.diff(other.indptr))
        self._keys, self._values = row * self._size + other.indices, other.data
        self._mask = (1 << (_SPARSITY * len(self._keys)).bit_length()) - 1
        self._seen = np.zeros(self._mask + 1, dtype=bool)
        self._seen[self._keys & self._mask] = True

    def __call__(self, order: NDArray[np.intp]) -> float:
        """The sum for one order."""
        wanted = order.take(self._column)
        wanted += np.repeat(order * self._size, self._counts)
        likely = np.flatnonzero(self._seen.take(wanted & self._mask))
        wanted = wanted[likely]
        place = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        found = self._keys[place] == wanted
        return float((self._weights[likely] * self._values[place])[found].sum())
