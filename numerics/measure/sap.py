"""SAP: the gap between the two codes that best predict a factor linearly, one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from numerics.measure.checked import finite_pair, require_varying_columns
from numerics.measure.mcc import correlation
from numerics.measure.samples import Array, Samples, Score
from theory.errors import InputError


@dataclass(frozen=True, slots=True)
class Separation:
    """The separated attribute predictability of a representation.

    Fields:
        value: mean of `gaps`; a float, or ``(S,)``.  From 0 to 1.  1 exactly if each factor is an
            affine function of one code and every other code is uncorrelated with it.
        gaps: per factor, the largest score minus the second largest, ``(d,)`` or ``(S, d)``.
        scores: squared correlations of factor i and code j, ``(d, m)`` or ``(S, d, m)``.
    """

    value: Score
    gaps: Array
    scores: Array

    def to_dict(self) -> dict[str, Any]:
        """Return the score and its parts as plain data."""
        return {
            "value": np.asarray(self.value).tolist(),
            "gaps": self.gaps.tolist(),
            "scores": self.scores.tolist(),
        }


def sap(z: Samples, y: Samples) -> Separation:
    """Return the separated attribute predictability (SAP) of continuous factors.

    Sᵢⱼ is the squared correlation of factor i and code j, which is the R² of the regression of
    one on the other, on all rows as in the paper.  A code that does not vary scores 0.

    Invariant under permutations, nonzero scales and shifts of the codes or the factors.  Not
    invariant under rotations or monotone maps.  A duplicated code makes its gap 0, though nothing
    was lost.  For independent samples each gap is of order 1/N.  A value of 1 needs
    uncorrelated factors; it does not show that two codes do not encode one factor, uncorrelated.

    Arguments:
        z: factors, ``(N, d)`` or ``(S, N, d)``.
        y: codes, ``(N, m)`` or ``(S, N, m)``, m ≥ 2.

    Raises:
        InputError: the shapes do not fit, an entry is not finite, a factor is constant, or there
            is one code only.

    Source: Kumar et al. (2018), section 3, for continuous factors; categorical ones (an SVM
    there) are not treated.
    """
    factors, codes = finite_pair(z, y)
    require_varying_columns(factors, "z")
    require_codes(codes)
    scores = correlation(factors, codes) ** 2
    top = np.sort(scores, -1)[..., -2:]
    gaps = top[..., 1] - top[..., 0]
    return Separation(np.asarray(gaps.mean(-1))[()], gaps, scores)


def require_codes(codes: Array) -> None:
    """Refuse a representation without a second code.

    Raises:
        InputError: there is one code only.
    """
    if codes.shape[-1] < 2:
        raise InputError(
            "1 code",
            allowed="at least 2",
            cure="a gap needs a second code; use linear_r2 for one",
        )
