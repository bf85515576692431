"""SAP: the gap between the two codes that best predict a factor linearly, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sith.numerics.measure.checked import finite_pair, require_varying_columns
from sith.numerics.measure.mcc import correlation
from sith.numerics.measure.nominal import accuracies, as_classes, class_notes
from sith.numerics.measure.samples import Array, Samples, Score, Split, divided
from sith.theory.errors import InputError


@dataclass(frozen=True, slots=True)
class Separation:
    """The separated attribute predictability of a representation.

    Fields:
        value: mean of `gaps`; a float, or ``(S,)``.  From 0 to 1.  1 exactly if each factor is an
            affine function of one code and every other code is uncorrelated with it.
        gaps: per factor, the largest score minus the second largest, ``(d,)`` or ``(S, d)``.
        scores: of factor i and code j, ``(d, m)`` or ``(S, d, m)``: squared correlations, and for
            classes the held-out balanced accuracy.
        notes: factors that look like classes and were treated as numbers.
    """

    value: Score
    gaps: Array
    scores: Array
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the score and its parts as plain data."""
        return {
            "value": np.asarray(self.value).tolist(),
            "gaps": self.gaps.tolist(),
            "scores": self.scores.tolist(),
            "notes": list(self.notes),
        }


def sap(
    z: Samples,
    y: Samples,
    *,
    nominal: Sequence[int] = (),
    seed: int = 0,
    split: Split | None = None,
) -> Separation:
    """Return the separated attribute predictability (SAP).

    Sᵢⱼ is the squared correlation of factor i and code j, which is the R² of the regression of
    one on the other, on all rows as in the paper.  For a factor that is `nominal` it is the
    balanced accuracy of a linear support vector machine on code j alone, fitted on one half of the
    rows and scored on the other.  A code that does not vary scores 0, or chance.

    Invariant under permutations, nonzero scales and shifts of the codes or the factors (classes:
    of the codes; under relabelling).  Not invariant under rotations or monotone maps.  A
    duplicated code makes its gap 0, though nothing was lost.  For independent samples each gap is
    of order 1/N.  A value of 1 needs uncorrelated factors; it does not show that two codes do not
    encode one factor, uncorrelated.

    Arguments:
        z: factors, ``(N, d)`` or ``(S, N, d)``.
        y: codes, ``(N, m)`` or ``(S, N, m)``, m ≥ 2.
        nominal: the factors that are unordered classes, with whole numbers as their names.
        seed: of the split for classes.
        split: the rows to fit and to score classes on.

    Raises:
        InputError: the shapes do not fit, an entry is not finite, a factor is constant, there
            is one code only, or a nominal factor is not of whole numbers.

    Source: Kumar et al. (2018), section 3.
    """
    factors, codes = finite_pair(z, y, each=True)
    classes = as_classes(factors, nominal)
    require_varying_columns(factors, "z")
    require_codes(codes)
    scores = correlation(factors, codes) ** 2
    if classes:
        fit, test = divided(factors.shape[-2], seed=seed, split=split)
        for i in classes:
            scores[..., i, :] = accuracies(factors[..., i], codes, fit, test)
    top = np.sort(scores, -1)[..., -2:]
    gaps = top[..., 1] - top[..., 0]
    notes = class_notes(factors, codes, classes)
    return Separation(np.asarray(gaps.mean(-1))[()], gaps, scores, notes)


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
