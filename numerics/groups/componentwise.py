"""Residual of componentwise diffeomorphisms: one monotone function of one latent each."""

from __future__ import annotations

import numpy as np
from scipy.optimize import isotonic_regression

from sith.numerics.groups.unexplained import averaged
from sith.numerics.measure.mcc import correlation, match
from sith.numerics.measure.ranks import ranks
from sith.numerics.measure.samples import Halves


def componentwise_residual(data: Halves) -> float:
    """Mean over outputs of the fraction of rank variance left by a monotone function of a latent.

    Every coordinate is replaced by its rank in the sample, so that the value is invariant under
    the group itself.  Latents and outputs are matched by |Spearman correlation|, and each pair is
    fitted by isotonic regression, increasing or decreasing as the correlation says.  A function
    that is not monotone, such as z², is not a diffeomorphism and leaves a residual.
    """
    z_fit, z_test = ranks(data.z_fit, data.z_test)
    y_fit, y_test = ranks(data.y_fit, data.y_test)
    correlations = correlation(z_fit, y_fit)
    outputs = match(np.abs(correlations))
    prediction = np.empty_like(y_test)
    for latent, output in enumerate(outputs):
        order = np.argsort(z_fit[:, latent], kind="stable")
        increasing = bool(correlations[latent, output] >= 0)
        fitted = isotonic_regression(y_fit[order, output], increasing=increasing).x
        prediction[:, output] = np.interp(z_test[:, latent], z_fit[order, latent], fitted)
    return averaged(y_test, prediction)
