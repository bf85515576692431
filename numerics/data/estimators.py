"""The measures in scikit-learn's shapes: scorers of a fitted encoder, and an estimator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from sith.numerics.data.scorers import scorers
from sith.numerics.data.splitting import random_rows
from sith.numerics.measure.affine import AffineMap, least_squares


class AffineReadout(RegressorMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """The affine map from embeddings to latents by which `linear_r2` scores; transform = predict.

    Directions in which the embeddings do not vary get no weight.

    Attributes after `fit`:
        coef_: ``(targets, features)``, or ``(features,)`` for one target.
        intercept_: ``(targets,)``, or a number.
    """

    def fit(self, X: Any, y: Any) -> AffineReadout:
        """Fit on embeddings ``(N, m)`` and latents ``(N,)`` or ``(N, d)``."""
        embeddings, latents = validate_data(
            self, X, y, multi_output=True, y_numeric=True, dtype=np.float64
        )
        target = np.asarray(latents, dtype=np.float64)
        found = least_squares(embeddings, target.reshape(len(target), -1))
        flat = target.ndim == 1
        self.coef_ = found.matrix[:, 0] if flat else found.matrix.T
        self.intercept_ = found.shift[0] if flat else found.shift
        return self

    def predict(self, X: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return the latents ``(N,)`` or ``(N, d)`` read from embeddings."""
        check_is_fitted(self)
        embeddings = validate_data(self, X, reset=False, dtype=np.float64)
        if np.ndim(self.coef_) == 1:
            flat: np.ndarray[Any, np.dtype[np.float64]] = embeddings @ self.coef_ + self.intercept_
            return flat
        return AffineMap(np.asarray(self.coef_).T, np.asarray(self.intercept_))(embeddings)

    def transform(self, X: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return what `predict` returns."""
        return self.predict(X)

    def __sklearn_tags__(self) -> Any:
        """Several targets are allowed; a target is required."""
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.target_tags.multi_output = True
        return tags


def scorer_of(name: str, *, seed: int = 0) -> Callable[[Any, Any, Any], float]:
    """Return a scorer (encoder, X, latents) to the score of encoder.transform(X), for scikit-learn.

    Rows are split at random, so that they must be independent.

    Arguments:
        name: of a score of `sith score`, such as "mcc".
        seed: of the split.

    Raises:
        InputError: the name is unknown.
    """
    (chosen,) = scorers((name,))
    place = chosen.names.index(name)

    def call(encoder: Any, X: Any, y: Any) -> float:
        embeddings = np.asarray(encoder.transform(X), dtype=np.float64)
        latents = np.asarray(y, dtype=np.float64).reshape(len(embeddings), -1)
        own = random_rows(len(latents), seed=seed)
        return float(chosen.call(latents, embeddings, (own.fit, own.test), (), seed)[place])

    return call
