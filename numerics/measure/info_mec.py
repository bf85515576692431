"""InfoMEC: modularity, explicitness and compactness from information, as one estimate each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sith.numerics.measure.affine import coordinate_r2, least_squares
from sith.numerics.measure.checked import finite_pair, require_varying_columns, varying_columns
from sith.numerics.measure.mig import mig
from sith.numerics.measure.nominal import as_classes, class_importance, classifier
from sith.numerics.measure.samples import Array, Samples, Split, divided
from sith.numerics.measure.sap import require_codes
from sith.theory.errors import InputError


@dataclass(frozen=True, slots=True)
class InfoMEC:
    """Modularity, explicitness and compactness of one representation.

    Fields:
        modularity: from 0 to 1; 1 exactly if each code that carries information carries it of one
            factor only.
        compactness: from 0 to 1; 1 exactly if the information of each factor is in one code.
        explicitness: from 0 to 1; the mean over the factors of the held-out share that a linear
            predictor on all codes explains, R² cut at 0, or the share of errors avoided.
        information: I(factor i; code j)/H(factor i), less its mean over permuted rows and cut at
            0, ``(d, m)``.
    """

    modularity: float
    compactness: float
    explicitness: float
    information: Array

    def to_dict(self) -> dict[str, Any]:
        """Return the scores and the table of information as plain data."""
        return {
            "modularity": self.modularity,
            "compactness": self.compactness,
            "explicitness": self.explicitness,
            "information": self.information.tolist(),
        }


def info_mec(
    z: Samples,
    y: Samples,
    *,
    bins: int = 20,
    nominal: Sequence[int] = (),
    permutations: int = 2,
    seed: int = 0,
    split: Split | None = None,
) -> InfoMEC:
    """Return InfoMEC of one representation.

    InfoM is the mean over the codes that carry information of maxᵢ Nᵢⱼ/Σᵢ Nᵢⱼ, and InfoC the mean
    over the factors of maxⱼ Nᵢⱼ/Σⱼ Nᵢⱼ, each scaled from its least value to [0, 1]; N is the
    information divided by the factor's entropy. The paper estimates N by neighbours for continuous
    codes; here it is the plug-in estimate of `mig`'s bins, and what permuted rows show is taken off,
    without which many empty codes lower both scores.

    Invariant under permutations, and increasing maps up to the edges of bins, of codes or factors
    (explicitness: affine maps of the codes). Not under rotations. A duplicated code lowers
    compactness. A value of 1 does not show recovery unless explicitness is 1 too.

    Arguments:
        z: factors, ``(N, d)``, d ≥ 2.
        y: codes, ``(N, m)``, m ≥ 2.
        bins: of continuous coordinates.
        nominal: the factors that are unordered classes, with whole numbers as their names.
        permutations: of the rows, for the bias of the information.
        seed: of the permutations and the split.
        split: the rows to fit on and to score, for explicitness; information uses both.

    Raises:
        InputError: the shapes do not fit, an entry is not finite, or a factor is constant.

    Source: Hsu et al. (2023), the definitions of InfoM, InfoE and InfoC.
    """
    factors, codes = finite_pair(z, y, rows=2 * bins, each=True)
    if factors.ndim != 2 or factors.shape[1] < 2:
        raise InputError(f"factors of shape {factors.shape}", allowed="(N, d) with d >= 2")
    require_codes(codes)
    classes = as_classes(factors, nominal)
    fit, test = divided(len(factors), seed=seed, split=split)
    used = np.concatenate((fit, test))
    require_varying_columns(factors[fit], "z")
    shares = _shares(factors[used], codes[used], bins, permutations, seed)
    active = shares.sum(0) > 0
    d, m = shares.shape
    held = shares[:, active]
    columns, rows = held.sum(0), shares.sum(1)
    modularity = float((held.max(0) / columns).mean()) if active.any() else 1 / d
    compact = np.divide(shares.max(1), rows, out=np.full(d, 1 / m), where=rows > 0)
    explicit = [
        _explained(factors, codes, i, fit, test, nominal=i in classes, seed=seed) for i in range(d)
    ]
    return InfoMEC(
        modularity=(modularity - 1 / d) / (1 - 1 / d),
        compactness=(float(compact.mean()) - 1 / m) / (1 - 1 / m),
        explicitness=float(np.clip(explicit, 0.0, 1.0).mean()),
        information=shares,
    )


def _shares(factors: Array, codes: Array, bins: int, permutations: int, seed: int) -> Array:
    """Information as a share of the factors' entropy, less three spreads and the mean of its null."""
    found = mig(factors, codes, bins=bins)
    rng = np.random.default_rng(seed)
    null = np.array(
        [
            mig(factors, codes[rng.permutation(len(codes))], bins=bins).information
            for _ in range(permutations)
        ]
    )
    entropies = found.entropies[:, None]
    # Under independence 2N·I is about chi-squared, with spread √(2·degrees): three of them.
    mean = null.mean(0)
    noise = 3 * np.sqrt(mean / len(codes))
    kept = found.information - mean
    shares: Array = np.where(kept > noise, kept, 0.0) / entropies
    return shares


def _explained(
    factors: Array, codes: Array, i: int, fit: Any, test: Any, *, nominal: bool, seed: int
) -> float:
    alive = varying_columns(codes[fit])
    if not alive.any():
        return 0.0
    inputs = codes[:, alive]
    if nominal:
        spread = (inputs - inputs[fit].mean(0)) / inputs[fit].std(0)
        return class_importance(classifier("lasso", seed), spread, factors[:, i], fit, test)[1]
    column = factors[:, i : i + 1]
    prediction = least_squares(inputs[fit], column[fit])(inputs[test])
    return float(coordinate_r2(column[test], prediction)[0])
