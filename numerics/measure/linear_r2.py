"""Linear R²: how much of the latents an affine map of the representation predicts."""

from __future__ import annotations

from sith.numerics.measure.affine import least_squares, pooled_r2
from sith.numerics.measure.samples import Samples, Score, Split, halves, require_rows


def linear_r2(z: Samples, y: Samples, *, seed: int = 0, split: Split | None = None) -> Score:
    """Return the held-out R² of the best affine prediction of z *from y*.

    The map is fitted by least squares on one half of the rows and scored on the other, pooled
    over the coordinates of z: 1 − Σ residual² / Σ (z − mean)², with the mean of the scored half.

    Range: at most 1; 1 up to rounding for an invertible affine relation of condition number up to
    1e9 in double precision; about 0 for an independent or collapsed y, and below 0 where the fit
    misleads.  NaN where z does not vary or an entry is not finite.
    Rows must be independent for a random split: two independent random walks reach 0.95 with it,
    since every scored row has a neighbour among the fitted.  Give `split` for such rows.
    Invariant under invertible affine maps of y, and under rotations, shifts and one scale of z.
    A value of 1 shows neither orthogonality nor a permutation; see `procrustes_gap` and `mcc`.

    Arguments:
        z: latents, ``(N, d)`` or ``(S, N, d)``.
        y: representations, ``(N, m)`` or ``(S, N, m)``; m may differ from d.
        seed: of the split.
        split: the rows to fit on and to score; at random where it is not given.

    Returns:
        A float, or ``(S,)``.

    Raises:
        InputError: the shapes do not fit, or the fitted half has fewer than m + 2 rows.

    Source: the affine probe of Hyvärinen and Morioka (2016) and of Zimmermann et al. (2021),
    there evaluated on the fitted samples.
    """
    data = halves(z, y, seed=seed, split=split, extreme="columns")
    require_rows(data.y_fit.shape[-2], data.y_fit.shape[-1])
    probe = least_squares(data.y_fit, data.z_fit)
    return data.score(pooled_r2(data.z_test, probe(data.y_test)))
