"""MIG: the gap between the two codes that know most about a factor, one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import entr
from scipy.stats import rankdata

from sith.numerics.measure.checked import finite_pair, require_varying_columns
from sith.numerics.measure.samples import Array, Samples, Score
from sith.numerics.measure.sap import require_codes
from sith.theory.errors import InputError

Binning = Literal["quantile", "width"]

REPEATS = 10
"""Values that occur this often on average are discrete; a continuous law hardly repeats any."""


@dataclass(frozen=True, slots=True)
class InformationGap:
    """The mutual information gap of a representation.

    Fields:
        value: mean of `gaps`; a float, or ``(S,)``.  From 0 to 1.  1 exactly if the bin of one
            code determines the bin of each factor and every other code is independent of it in
            the sample.
        gaps: per factor, the largest minus the second largest information, as a share of the
            factor's entropy; ``(d,)`` or ``(S, d)``.
        information: I(factor i; code j) of the bins, in nats, ``(d, m)`` or ``(S, d, m)``.
        entropies: of the factors' bins, in nats, ``(d,)`` or ``(S, d)``.
        bias: (bins − 1)²/2N with the largest number of bins used, the leading term by which `information` of independent
            coordinates exceeds 0, in nats, for full numbers of bins.
    """

    value: Score
    gaps: Array
    information: Array
    entropies: Array
    bias: float

    def to_dict(self) -> dict[str, Any]:
        """Return the score and its parts as plain data."""
        return {
            "value": np.asarray(self.value).tolist(),
            "gaps": self.gaps.tolist(),
            "information": self.information.tolist(),
            "entropies": self.entropies.tolist(),
            "bias": self.bias,
        }


def mig(z: Samples, y: Samples, *, bins: int = 20, binning: Binning = "quantile") -> InformationGap:
    """Return the mutual information gap (MIG), estimated from bins.

    A coordinate with at most `bins` values keeps them, and so does a factor or a code whose values
    occur `REPEATS` times or more on average: to bin a known discrete factor would hide what a code
    has lost of it.  Another is cut into bins with equal counts ("quantile"; equal values share a
    bin) or of equal width ("width", as disentanglement_lib): codes into as many as the largest
    number of values of a discrete factor, and at least `bins`, so that they can tell those apart.
    The information is the plug-in estimate.  A constant code carries none.

    Invariant under permutations of codes or factors and, with "quantile", under strictly monotone
    maps of each (decreasing ones up to rows on the edge of a bin: none if `bins` divides N and
    there are no ties); with "width" under nonzero scales and shifts, in the same sense.  Not invariant under rotations.
    A duplicated code makes its gap 0, though nothing was lost.  A value of 1 does not show that
    the code holds one factor only: a code may determine two.

    Arguments:
        z: factors, ``(N, d)`` or ``(S, N, d)``.
        y: codes, ``(N, m)`` or ``(S, N, m)``, m ≥ 2.
        bins: at least 2; N ≥ 2·bins.
        binning: "quantile" or "width".

    Raises:
        InputError: the shapes do not fit, an entry is not finite, a factor is constant, there is
            one code only, or an option is out of range.

    Source: Chen et al. (2018), the definition of MIG, there with the information of a stochastic encoder; bins
    as in Locatello et al. (2019).
    """
    if bins < 2:
        raise InputError(f"bins = {bins}", allowed="at least 2", cure="use 20")
    if binning not in {"quantile", "width"}:
        raise InputError(f"binning = {binning!r}", allowed="'quantile' or 'width'")
    factors, codes = finite_pair(z, y, rows=2 * bins, each=True)
    require_varying_columns(factors, "z")
    require_codes(codes)
    runs = factors.reshape(-1, *factors.shape[-2:]), codes.reshape(-1, *codes.shape[-2:])
    parts, counts = [], []
    for a, b in zip(*runs, strict=True):
        own = _binned(a, bins, binning)
        finest = max(bins, *(int(c.max()) + 1 for c in own))
        other = _binned(b, finest, binning)
        parts.append(_information(own, other))
        counts.append(finest)
    lead = factors.shape[:-2]
    information = np.reshape([i for i, _ in parts], (*lead, factors.shape[-1], codes.shape[-1]))
    entropies = np.reshape([h for _, h in parts], (*lead, factors.shape[-1]))
    top = np.sort(information, -1)[..., -2:]
    gaps = (top[..., 1] - top[..., 0]) / entropies
    bias = (max(counts) - 1) ** 2 / (2 * factors.shape[-2])
    return InformationGap(np.asarray(gaps.mean(-1))[()], gaps, information, entropies, bias)


def _binned(x: Array, bins: int, binning: Binning) -> list[NDArray[np.intp]]:
    """The bin of every entry, column by column, numbered from 0 without gaps."""
    columns = []
    for column in x.T:
        values, index = np.unique(column, return_inverse=True)
        if len(values) > max(bins, len(column) // REPEATS):
            if binning == "quantile":
                place = (rankdata(column) - 0.5) / len(column)
            else:
                place = (column - column.min()) / (column.max() - column.min())
            cut = np.minimum((place * bins).astype(np.intp), bins - 1)
            index = np.unique(cut, return_inverse=True)[1]
        columns.append(index)
    return columns


def _information(
    factors: list[NDArray[np.intp]], codes: list[NDArray[np.intp]]
) -> tuple[Array, Array]:
    """Plug-in I(factor; code) ``(d, m)`` and H(factor) ``(d,)``, in nats."""
    own_factors, own_codes = (np.array([_entropy(c) for c in cs]) for cs in (factors, codes))
    joint = np.array([[_entropy(f * (int(c.max()) + 1) + c) for c in codes] for f in factors])
    return own_factors[:, None] + own_codes - joint, own_factors


def _entropy(index: NDArray[np.intp]) -> float:
    return float(entr(np.bincount(index) / len(index)).sum())
