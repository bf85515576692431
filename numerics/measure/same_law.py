"""Energy distance between two samples, and the permutation test that they have one law."""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

from sith.numerics.measure.samples import Array, Samples, as_array, some_rows
from sith.theory.errors import InputError


def energy_coefficient(
    y: Samples, reference: Samples, *, limit: int = 1000, seed: int = 0
) -> float:
    """Return the energy distance of two samples as a fraction of its largest value.

    (2E‖Y−R‖ − E‖Y−Y'‖ − E‖R−R'‖) / 2E‖Y−R‖ over all pairs, a row with itself included.

    Range: 0 to 1; the population value is 0 only for equal laws.  For equal laws the estimate is
    of the order of 1/n, not 0.
    Invariant under one rotation, shift and scale of both samples.

    Arguments:
        y, reference: ``(n, d)`` and ``(k, d)``.
        limit: rows used of each sample, drawn at random; the cost grows with its square.
        seed: of the rows used.

    Raises:
        InputError: the shapes do not fit or an entry is not finite.

    Source: Székely and Rizzo (2013), the coefficient of inhomogeneity.
    """
    first, second = _checked(y, reference, limit, seed)
    distances, signs = _pooled(first, second)
    across = 2 * float(distances[: len(first), len(first) :].mean())
    # All points coincide: nothing tells the two samples apart.
    return min(max(_energy(distances, signs), 0.0) / across, 1.0) if across > 0 else 0.0


def same_law(
    y: Samples,
    reference: Samples,
    *,
    permutations: int = 499,
    limit: int = 1000,
    seed: int = 0,
) -> float:
    """Return the p-value of the permutation test that y and the reference have one law.

    The statistic is the energy distance; the p-value (1 + #{permuted ≥ observed}) /
    (1 + permutations) has exactly the level of the test under the hypothesis.  The samples must
    be independent: latents and their own representations are not; take disjoint rows.

    Arguments:
        y, reference: ``(n, d)`` and ``(k, d)``, independent of one another.
        permutations: at least 1; the smallest p-value is 1 / (1 + permutations).
        limit: rows used of each sample, drawn at random.
        seed: of the rows used and the permutations.

    Returns:
        A float in (0, 1].

    Raises:
        InputError: the shapes do not fit, an entry is not finite, or there is no permutation.
    """
    if permutations < 1:
        raise InputError(f"permutations = {permutations}", allowed="at least 1", cure="use 499")
    distances, signs = _pooled(*_checked(y, reference, limit, seed))
    rng = np.random.default_rng(seed)
    shuffled = rng.permuted(np.broadcast_to(signs, (permutations, len(signs))), axis=1)
    observed = _energy(distances, signs)
    permuted = -np.einsum("pn,pn->p", shuffled @ distances, shuffled)
    # Relabellings of equal points give equal statistics up to rounding: count them as ties.
    reached = int((permuted >= observed - 1e-12 * float(distances.mean())).sum())
    return (1 + reached) / (1 + permutations)


def _checked(y: Samples, reference: Samples, limit: int, seed: int) -> tuple[Array, Array]:
    first, second = as_array(y), as_array(reference)
    if first.ndim != 2 or second.ndim != 2 or first.shape[1] != second.shape[1]:
        raise InputError(
            f"samples of shape {first.shape} and {second.shape}", allowed="(n, d) and (k, d)"
        )
    if min(len(first), len(second), limit) < 2:
        raise InputError(f"{len(first)} and {len(second)} samples", allowed="at least 2 of each")
    # Two draws: rows that are paired in the file are not paired in the test.
    first = first[some_rows(len(first), limit, seed)]
    second = second[some_rows(len(second), limit, seed + 1)]
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise InputError("a sample has entries that are not finite", cure="leave out the run")
    return first, second


def _pooled(first: Array, second: Array) -> tuple[Array, Array]:
    """Distances of the pooled sample, and weights 1/n on the first part and −1/k on the other."""
    pooled = np.concatenate((first, second))
    signs = np.repeat((1 / len(first), -1 / len(second)), (len(first), len(second)))
    return cdist(pooled, pooled), signs


def _energy(distances: Array, signs: Array) -> float:
    # 2E‖Y−R‖ − E‖Y−Y'‖ − E‖R−R'‖ = −sᵀDs.
    return -float(signs @ distances @ signs)
