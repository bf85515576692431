"""Factors that are unordered classes: how well codes tell them apart, and a note where they look so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sith.numerics.measure.affine import coordinate_r2, least_squares
from sith.numerics.measure.samples import Array
from sith.theory.errors import InputError

FEW = 50
"""A factor of at most so many whole numbers may be one of classes."""
HIDDEN = 0.1
"""The share of a code's variance between classes that no line finds, above which a note is due."""


def as_classes(factors: Array, nominal: Sequence[int]) -> tuple[int, ...]:
    """Return the indices of the nominal factors, checked.

    Raises:
        InputError: an index is out of range, or its factor is not of whole numbers.
    """
    count = factors.shape[-1]
    for i in nominal:
        if not 0 <= i < count:
            raise InputError(f"nominal factor {i}", allowed=f"from 0 to {count - 1}")
        column = factors[..., i]
        if not np.equal(column, np.round(column)).all():
            raise InputError(
                f"nominal factor {i} has entries that are no whole numbers",
                allowed="classes named by whole numbers",
            )
    return tuple(dict.fromkeys(nominal))


def class_notes(factors: Array, codes: Array, classes: tuple[int, ...]) -> tuple[str, ...]:
    """Name the factors of few whole numbers that a code tells apart, though not along a line."""
    if factors.ndim == 3:
        factors, codes = factors[0], codes[0]
    notes = []
    for i, column in enumerate(factors.T):
        values, index = np.unique(column, return_inverse=True)
        whole = bool(np.equal(values, np.round(values)).all())
        if i in classes or not whole or not 3 <= len(values) <= FEW:
            continue
        counts = np.bincount(index)
        means = np.stack([np.bincount(index, weights=c) for c in codes.T], 1) / counts[:, None]
        line = least_squares(column[:, None], codes)(column[:, None])
        between, along = coordinate_r2(codes, means[index]), coordinate_r2(codes, line)
        if (between - along).max() > HIDDEN:
            notes.append(
                f"factor {i} has {len(values)} whole numbers whose order the codes do not follow; "
                f"it is treated as a number: if it names classes, pass nominal=({i},)"
            )
    return tuple(notes)


def accuracies(labels: Array, codes: Array, fit: NDArray[np.intp], test: NDArray[np.intp]) -> Array:
    """Return the held-out balanced accuracy of a linear classifier on each code alone, ``(m,)``.

    Arguments:
        labels: ``(N,)`` or ``(S, N)``, whole numbers.
        codes: ``(N, m)`` or ``(S, N, m)``; the result is ``(S, m)`` for S runs.
        fit, test: the rows.
    """
    # Imported here: scikit-learn is slow to import and few measures need it.
    from sklearn.metrics import balanced_accuracy_score
    from sklearn.svm import LinearSVC

    if labels.ndim == 2:
        runs = zip(labels, codes, strict=True)
        return np.array([accuracies(run, own, fit, test) for run, own in runs])
    scores = np.empty(codes.shape[1])
    mean, spread = codes[fit].mean(0), codes[fit].std(0)
    codes = (codes - mean) / np.where(spread > 0, spread, 1.0)
    for j in range(codes.shape[1]):
        model = LinearSVC(C=0.01, class_weight="balanced", dual=False)
        model.fit(codes[fit, j : j + 1], labels[fit])
        known = np.isin(labels[test], labels[fit])
        predicted = model.predict(codes[test, j : j + 1][known])
        scores[j] = balanced_accuracy_score(labels[test][known], predicted)
    return scores


def classifier(kind: str, seed: int) -> Any:
    """Return scikit-learn's classifier that belongs to a regressor of DCI."""
    if kind == "lasso":
        from sklearn.linear_model import LogisticRegression

        # The l1 penalty; newer versions name it by its ratio alone.
        return LogisticRegression(
            l1_ratio=1.0, solver="saga", C=1.0, max_iter=500, random_state=seed
        )
    from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier

    if kind == "forest":
        return RandomForestClassifier(n_estimators=50, min_samples_leaf=5, random_state=seed)
    return GradientBoostingClassifier(random_state=seed)


def class_importance(
    model: Any, inputs: Array, labels: Array, fit: NDArray[np.intp], test: NDArray[np.intp]
) -> tuple[Array, float]:
    """Fit a classifier; return the importance of each code, and the share of errors avoided.

    The share is of the errors of always naming the most frequent class; at most 1.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.utils._testing import ignore_warnings

    ignore_warnings(category=ConvergenceWarning)(model.fit)(inputs[fit], labels[fit])
    if hasattr(model, "coef_"):
        importance = np.abs(model.coef_).mean(0)
    else:
        importance = model.feature_importances_
    names, counts = np.unique(labels[fit], return_counts=True)
    wrong = float((model.predict(inputs[test]) != labels[test]).mean())
    chance = float((labels[test] != names[counts.argmax()]).mean())
    return importance, 1 - wrong / chance if chance > 0 else 0.0
