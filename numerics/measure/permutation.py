"""A statistic of paired rows beside its values for permuted rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sith.numerics.measure.checked import finite_pair
from sith.numerics.measure.samples import Array, Samples
from sith.theory.errors import InputError

TIE = 1e-12
"""Sums of the same terms in another order differ by rounding, and count as ties."""


@dataclass(frozen=True, slots=True)
class Null:
    """A statistic and its permutation null.

    Fields:
        observed: for the rows as they are paired.
        mean, sd: over the permutations drawn.
        p_value: (1 + #{permuted ≥ observed})/(1 + permutations).
    """

    observed: float
    mean: float
    sd: float
    p_value: float


def one_run(x: Samples, y: Samples, permutations: int) -> tuple[Array, Array]:
    """Check two samples ``(N, d)``, ``(N, m)`` of one run and the number of permutations.

    Raises:
        InputError: the shapes do not fit, an entry is not finite, or fewer than 2 permutations.
    """
    first, second = finite_pair(x, y)
    if first.ndim != 2:
        raise InputError(
            f"samples of shape {first.shape}", allowed="(N, d) and (N, m)", cure="pass one run"
        )
    if permutations < 2:
        raise InputError(f"permutations = {permutations}", allowed="at least 2", cure="use 99")
    return first, second


def permutation_null(
    statistic: Callable[[NDArray[np.intp]], float], rows: int, permutations: int, seed: int
) -> Null:
    """Return the statistic of the order as it is, and its null.

    Arguments:
        statistic: of an order of the rows of the second sample, ``(N,)``; large if rows belong
            together.
        rows: N.
        permutations: at least 2.
        seed: of the permutations.
    """
    rng = np.random.default_rng(seed)
    observed = statistic(np.arange(rows))
    null = np.array([statistic(rng.permutation(rows)) for _ in range(permutations)])
    reached = int((null >= observed - TIE).sum())
    return Null(
        observed, float(null.mean()), float(null.std(ddof=1)), (1 + reached) / (1 + permutations)
    )
