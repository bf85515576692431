"""DCI: disentanglement, completeness and informativeness from importances of fitted regressors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from scipy.special import entr

from sith.numerics.measure.affine import coordinate_r2
from sith.numerics.measure.checked import finite_pair, require_varying_columns, varying_columns
from sith.numerics.measure.nominal import as_classes, class_importance, class_notes, classifier
from sith.numerics.measure.samples import Array, Samples, Split, divided
from sith.numerics.measure.sap import require_codes
from sith.theory.errors import InputError

Regressor = Literal["lasso", "forest", "boosting"]


@dataclass(frozen=True, slots=True)
class DCI:
    """Disentanglement, completeness and informativeness of one representation.

    Fields:
        disentanglement: Σ ρⱼ Dⱼ, from 0 to 1; 1 exactly if each code that is used is used for one
            factor only.  NaN if no code has any importance.
        completeness: mean of Cᵢ, from 0 to 1; 1 exactly if each factor is read from one code only.
        informativeness: mean over the factors of the held-out R², at most 1; can be below 0.
        importance: of code j for factor i, ``(d, m)``, at least 0.
        code_disentanglement: Dⱼ = 1 − entropy of the factors in column j (base d), ``(m,)``; NaN
            for a code without importance, which has weight ρⱼ = 0.
        factor_completeness: Cᵢ = 1 − entropy of the codes in row i (base m), ``(d,)``; 0 for a
            factor for which no code has importance.
        factor_r2: held-out R² of each factor, ``(d,)``; for classes the share of the errors of
            always naming the most frequent class that is avoided.
        regressor: the regressor used.
        notes: factors that look like classes and were treated as numbers.
    """

    disentanglement: float
    completeness: float
    informativeness: float
    importance: Array
    code_disentanglement: Array
    factor_completeness: Array
    factor_r2: Array
    regressor: Regressor
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the three scores and the importances as plain data."""
        return {
            "disentanglement": self.disentanglement,
            "completeness": self.completeness,
            "informativeness": self.informativeness,
            "importance": self.importance.tolist(),
            "regressor": self.regressor,
            "notes": list(self.notes),
        }


def dci(
    z: Samples,
    y: Samples,
    *,
    regressor: Regressor = "lasso",
    nominal: Sequence[int] = (),
    limit: int = 4000,
    seed: int = 0,
    split: Split | None = None,
) -> DCI:
    """Return DCI: how one-to-one the codes and the factors are, by a regressor's importances.

    One regressor for each factor, on standardised codes and factors, is fitted on one half of the
    rows.  scikit-learn's estimators: "lasso", LassoCV (3 folds), importance |weight|; "forest",
    RandomForestRegressor (50 trees, leaves of at least 5 rows); "boosting",
    GradientBoostingRegressor (100 stages, depth 3), importance the total reduction of variance,
    which sums to 1 for each factor.  For factors that are `nominal` the classifier of the same
    kind is used: "lasso" is then LogisticRegression with an l1 penalty, importance the mean of
    |weight| over the classes.

    Invariant under permutations, nonzero scales and shifts of codes or factors, for the trees up
    to their random choices and ties; the trees also see increasing maps of codes only through
    where a split falls between two rows.  Not invariant under rotations.
    D = C = 1 shows a matching of codes and factors as this regressor sees it; only with
    informativeness 1 does it show recovery.  A pure noise code has importance above 0 in trees, so
    they reach 1 only approximately.

    Arguments:
        z: factors, ``(N, d)``, d ≥ 2.
        y: codes, ``(N, m)``, m ≥ 2.
        regressor: "lasso" (linear), "forest" or "boosting".
        nominal: the factors that are unordered classes, with whole numbers as their names.
        limit: at most this many rows are used, drawn at random.
        seed: of the rows used, the split and the trees.
        split: the rows to fit on and to score, for rows that are not independent.

    Raises:
        InputError: the shapes do not fit, there are fewer than 40 rows, an entry is not finite, a
            factor is constant, no code varies, or the regressor is unknown.

    Source: Eastwood and Williams (2018), section 2.
    """
    if regressor not in {"lasso", "forest", "boosting"}:
        raise InputError(f"regressor = {regressor!r}", allowed="'lasso', 'forest' or 'boosting'")
    factors, codes = finite_pair(z, y, rows=40, each=True)
    if factors.ndim != 2 or factors.shape[1] < 2:
        raise InputError(
            f"factors of shape {factors.shape}",
            allowed="(N, d) with d >= 2",
            cure="pass one run; disentanglement needs a second factor",
        )
    require_codes(codes)
    classes = as_classes(factors, nominal)
    fit, test = _used(len(factors), limit, seed, split)
    require_varying_columns(factors[fit], "z")
    if not varying_columns(codes[fit]).any():
        raise InputError("no code varies", allowed="a code that varies", cure="leave out the run")
    inputs, targets = _standardised(codes, fit), _standardised(factors, fit)
    importance = np.empty((factors.shape[1], codes.shape[1]))
    r2 = np.empty(factors.shape[1])
    for i in range(factors.shape[1]):
        if i in classes:
            model = classifier(regressor, seed)
            importance[i], r2[i] = class_importance(model, inputs, factors[:, i], fit, test)
            continue
        model = _model(regressor, seed)
        model.fit(inputs[fit], targets[fit, i])
        weights = model.coef_ if regressor == "lasso" else model.feature_importances_
        importance[i] = np.abs(weights)
        prediction = model.predict(inputs[test])[:, None]
        r2[i] = coordinate_r2(targets[test, i : i + 1], prediction)[0]
    notes = class_notes(factors, codes, classes)
    return replace(_scores(importance, r2, regressor), notes=notes)


def _used(rows: int, limit: int, seed: int, split: Split | None) -> Split:
    """At most `limit` rows, drawn at random, half of them to fit on."""
    if split is None:
        order = np.random.default_rng(seed).permutation(rows)[:limit]
        fit, test = np.split(order, [len(order) // 2])
        return fit, test
    fit, test = divided(rows, seed=seed, split=split)
    return fit[: limit // 2], test[: limit // 2]


def _scores(importance: Array, r2: Array, regressor: Regressor) -> DCI:
    factors, codes = importance.shape
    used, read = importance.sum(0), importance.sum(1)
    by_code = np.divide(importance, used, out=np.full_like(importance, np.nan), where=used > 0)
    by_factor = np.divide(
        importance, read[:, None], out=np.full_like(importance, 1 / codes), where=read[:, None] > 0
    )
    disentanglement = 1 - entr(by_code).sum(0) / np.log(factors)
    completeness = 1 - entr(by_factor).sum(1) / np.log(codes)
    total = used.sum()
    weighted = float((used * np.where(used > 0, disentanglement, 0)).sum())
    return DCI(
        disentanglement=weighted / float(total) if total > 0 else np.nan,
        completeness=float(completeness.mean()),
        informativeness=float(r2.mean()),
        importance=importance,
        code_disentanglement=disentanglement,
        factor_completeness=completeness,
        factor_r2=r2,
        regressor=regressor,
    )


def _standardised(x: Array, fit: np.ndarray[Any, np.dtype[np.intp]]) -> Array:
    """Columns with mean 0 and variance 1 on the fitted rows; columns constant there become 0."""
    alive = varying_columns(x[fit])
    spread = np.where(alive, x[fit].std(0), 1.0)
    return np.where(alive, (x - x[fit].mean(0)) / spread, 0.0)


def _model(regressor: Regressor, seed: int) -> Any:
    # Imported here: scikit-learn is slow to import and no other measure needs it.
    if regressor == "lasso":
        from sklearn.linear_model import LassoCV

        return LassoCV(cv=3, max_iter=10_000)
    from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor

    if regressor == "forest":
        return RandomForestRegressor(n_estimators=50, min_samples_leaf=5, random_state=seed)
    return GradientBoostingRegressor(random_state=seed)
