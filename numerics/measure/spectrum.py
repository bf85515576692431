"""The spectrum of an embedding: eigenvalues of its covariance, and what they say of collapse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import entr

from sith.numerics.measure.affine import RANK
from sith.numerics.measure.checked import centred, finite_sample, require_spread
from sith.numerics.measure.samples import Array, Samples, Score


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Eigenvalues of the covariance of an embedding, falling.

    Fields:
        eigenvalues: of the covariance with 1/N, ``(m,)`` or ``(S, m)``; at least 0.
        participation: (Σλ)² / Σλ², from 1 to m; m exactly for λ all equal.
        effective_rank: exp of the entropy of λ/Σλ, from 1 to m; at least `participation`.
        rank: number of λ above 1e-12 of the largest; an integer, or ``(S,)``.
    """

    eigenvalues: Array
    participation: Score
    effective_rank: Score
    rank: np.ndarray[Any, np.dtype[np.intp]]

    @property
    def shares(self) -> Array:
        """The share of the total variance of each direction; they sum to 1."""
        total: Array = self.eigenvalues.sum(-1, keepdims=True)
        return self.eigenvalues / total

    def to_dict(self) -> dict[str, Any]:
        """Return the spectrum as plain data."""
        return {
            "eigenvalues": self.eigenvalues.tolist(),
            "participation": np.asarray(self.participation).tolist(),
            "effective_rank": np.asarray(self.effective_rank).tolist(),
            "rank": np.asarray(self.rank).tolist(),
        }


def embedding_spectrum(y: Samples) -> Spectrum:
    """Return the spectrum of the covariance of a representation.

    It needs no latents.  Directions without variance are collapsed (dimensional collapse); equal
    eigenvalues show a whitened embedding, not a recovered one.
    The ratios are invariant under orthogonal maps, one nonzero scale, shifts, and permutations of
    the rows.  They are not invariant under other linear maps.

    The eigenvalues are squared singular values of the centred samples, so none is negative.
    With N ≤ m rows at most N − 1 of them are positive.

    Arguments:
        y: embeddings, ``(N, m)`` or ``(S, N, m)``, N ≥ 2.

    Raises:
        InputError: the shape does not fit, an entry is not finite, or all rows coincide.

    Source: Jing et al. (2022), who plot it; effective rank: Roy and Vetterli (2007).
    """
    x = finite_sample(y)
    rows, columns = x.shape[-2:]
    size = np.abs(x).max((-2, -1))
    x = x / np.where(size > 0, size, 1.0)[..., None, None]
    require_spread(x, "y")
    x = centred(x)
    singular = np.linalg.svd(x, compute_uv=False)
    eigenvalues = np.zeros((*x.shape[:-2], columns))
    eigenvalues[..., : singular.shape[-1]] = singular**2 / rows
    shares = eigenvalues / eigenvalues.sum(-1, keepdims=True)
    participation: Array = 1 / (shares**2).sum(-1)
    effective: Array = np.exp(entr(shares).sum(-1))
    rank = (eigenvalues > RANK * eigenvalues[..., :1]).sum(-1)
    with np.errstate(over="ignore"):
        eigenvalues = eigenvalues * size[..., None] * size[..., None]
    return Spectrum(eigenvalues, participation[()], effective[()], np.asarray(rank)[()])
