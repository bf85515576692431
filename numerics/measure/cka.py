"""Linear CKA: alignment of the Gram matrices of two representations, in feature space."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sith.numerics.measure.checked import centred_with_spread, finite_pair
from sith.numerics.measure.permutation import one_run, permutation_null
from sith.numerics.measure.samples import Array, Samples, Score


@dataclass(frozen=True, slots=True)
class Alignment:
    """Linear CKA of two representations.

    Fields:
        value: ‖YᵀX‖²_F / (‖XᵀX‖_F ‖YᵀY‖_F) of the centred samples; a float, or ``(S,)``.  From 0
            to 1; 1 exactly if one is an orthogonal image of the other up to one scale and a shift.
            For independent samples it is positive, of order √(rank x · rank y)/N.
        debiased: the same ratio of unbiased estimates of HSIC, about 0 for independent samples.
            It can be below 0, and NaN where the estimate of a self-similarity is not positive,
            which needs few or very uneven samples.
    """

    value: Score
    debiased: Score

    def to_dict(self) -> dict[str, Any]:
        """Return the two values as plain data."""
        return {
            "value": np.asarray(self.value).tolist(),
            "debiased": np.asarray(self.debiased).tolist(),
        }


@dataclass(frozen=True, slots=True)
class PermutedAlignment:
    """Linear CKA of two representations beside its values for permuted rows.

    Fields:
        value: linear CKA, not debiased, from 0 to 1.
        chance: tr K · tr L/((N − 1)‖K‖‖L‖) of the centred Gram matrices K and L, the exact mean of
            the value over all pairings of the rows.
        null_mean, null_sd: over the permutations drawn.
        p_value: (1 + #{permuted ≥ observed})/(1 + permutations), of the hypothesis that the
            pairing of the rows carries nothing; exactly of its level, for independent rows.
        rows: rows used.
        permutations: number drawn.
    """

    value: float
    chance: float
    null_mean: float
    null_sd: float
    p_value: float
    rows: int
    permutations: int

    def to_dict(self) -> dict[str, Any]:
        """Return the value and its null as plain data."""
        return asdict(self)


def permuted_cka(
    x: Samples, y: Samples, *, permutations: int = 99, seed: int = 0
) -> PermutedAlignment:
    """Return linear CKA of one run with its permutation null, as `mutual_knn` has one.

    Invariant as `linear_cka` is. A small p-value says that the rows are paired in some linear way,
    and not how much of the two representations is shared.

    Arguments:
        x: representations, ``(N, d)``, N ≥ 4.
        y: representations, ``(N, m)``.
        permutations: of the rows of y, at least 2; the smallest p-value is 1/(1 + permutations).
        seed: of the permutations.

    Raises:
        InputError: the shapes do not fit, an entry is not finite, all rows of one coincide, or an
            option is out of range.

    Source: Kornblith et al. (2019), linear kernel. The mean of the null is elementary: two entries of a
    random permutation of centred rows have covariance −1/(N − 1) of the variance of one.
    """
    first, second = one_run(x, y, permutations)
    first = _unit(centred_with_spread(first, "x"))
    second = _unit(centred_with_spread(second, "y"))
    rows = len(first)
    size = np.sqrt(_square(first.T @ first) * _square(second.T @ second))
    null = permutation_null(
        lambda order: float(_square(first.T @ second[order]) / size), rows, permutations, seed
    )
    return PermutedAlignment(
        value=null.observed,
        chance=float((first**2).sum() * (second**2).sum() / ((rows - 1) * size)),
        null_mean=null.mean,
        null_sd=null.sd,
        p_value=null.p_value,
        rows=rows,
        permutations=permutations,
    )


def linear_cka(x: Samples, y: Samples) -> Alignment:
    """Return the linear centred kernel alignment of two representations of the same inputs.

    No N×N matrix is formed: the cost is that of the products XᵀY, XᵀX and YᵀY.

    Invariant under orthogonal maps, one nonzero scale and shifts of x or y, a common permutation
    of the rows, and swapping x and y.  Not invariant under other linear maps: large directions
    dominate.  A value of 1 shows one orthogonal map up to scale, not which one; a value below 1
    says nothing about nonlinear relations.

    Arguments:
        x: representations, ``(N, d)`` or ``(S, N, d)``, N ≥ 4.
        y: representations, ``(N, m)`` or ``(S, N, m)``.

    Raises:
        InputError: the shapes do not fit, an entry is not finite, or all rows of one coincide.

    Source: Kornblith et al. (2019), section 3, linear kernel; debiased: the unbiased estimator of
    HSIC of Song et al. (2012).
    """
    first, second = finite_pair(x, y)
    first = _unit(centred_with_spread(first, "x"))
    second = _unit(centred_with_spread(second, "y"))
    cross, own_x, own_y = (
        _square(a.mT @ b) for a, b in ((first, second), (first, first), (second, second))
    )
    value = cross / np.sqrt(own_x * own_y)
    lengths_x, lengths_y = (np.einsum("...nd,...nd->...n", s, s) for s in (first, second))
    across = _unbiased(cross, lengths_x, lengths_y)
    within_x = _unbiased(own_x, lengths_x, lengths_x)
    within = within_x * _unbiased(own_y, lengths_y, lengths_y)
    usable = (within_x > 0) & (within > 0)
    root = np.sqrt(np.where(usable, within, np.nan))
    return Alignment(np.asarray(value)[()], np.asarray(across / root)[()])


def _unit(x: Array) -> Array:
    """One scale, so that squares neither overflow nor vanish."""
    scaled: Array = x / np.abs(x).max((-2, -1), keepdims=True)
    return scaled


def _square(matrix: Array) -> Array:
    square: Array = np.einsum("...ij,...ij->...", matrix, matrix)
    return square


def _unbiased(trace: Array, lengths_x: Array, lengths_y: Array) -> Array:
    """Unbiased HSIC times n(n − 3), given tr(KL) of centred samples and the diagonals of K and L.

    Song et al. (2012), with K̃ = K − diag K.  As K1 = L1 = 0, tr K̃L̃ = tr KL − Σ kᵢᵢlᵢᵢ,
    1ᵀK̃L̃1 = Σ kᵢᵢlᵢᵢ and 1ᵀK̃1 = −tr K.
    """
    n = lengths_x.shape[-1]
    diagonal = np.einsum("...n,...n->...", lengths_x, lengths_y)
    totals = lengths_x.sum(-1) * lengths_y.sum(-1)
    result: Array = trace - diagonal + totals / ((n - 1) * (n - 2)) - 2 / (n - 2) * diagonal
    return result
