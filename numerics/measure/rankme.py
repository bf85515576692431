"""RankMe: the effective rank of an embedding matrix, from the entropy of its singular values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import entr

from sith.numerics.measure.checked import finite_sample
from sith.numerics.measure.samples import Array, Samples, Score, column_mean
from sith.theory.errors import InputError


@dataclass(frozen=True, slots=True)
class EffectiveRank:
    """The smooth rank of an embedding matrix.

    Fields:
        value: exp(−Σ p log p) with p the singular values divided by their sum; a float, or
            ``(S,)``.  From 1, for one direction, to `bound`, for equal singular values.
        bound: min(N, m).
    """

    value: Score
    bound: int

    def to_dict(self) -> dict[str, Any]:
        """Return the rank and its bound as plain data."""
        return {"value": np.asarray(self.value).tolist(), "bound": self.bound}


def rankme(y: Samples, *, centre: bool = False) -> EffectiveRank:
    """Return RankMe of a representation.

    It needs no latents.  A large value shows that the embedding has not collapsed, not that it
    recovers anything: an untrained or random map can have full effective rank.
    Invariant under orthogonal maps and one nonzero scale, and permutations of the rows; with
    `centre` under shifts.  Not invariant under other linear maps.

    The paper adds 1e-7 to every p, which lets the value of a collapsed matrix of size m rise above
    1 by about 1e-7·m·16; here 0·log 0 = 0.

    Arguments:
        y: embeddings, ``(N, m)`` or ``(S, N, m)``.
        centre: subtract the column means first; the paper does not.

    Raises:
        InputError: the shape does not fit, an entry is not finite, or all entries (after
            centring) vanish.

    Source: Garrido et al. (2023), the definition of RankMe; Roy and Vetterli (2007).
    """
    x = finite_sample(y)
    size = np.abs(x).max((-2, -1), keepdims=True)
    x = x / np.where(size > 0, size, 1.0)
    if centre:
        x = x - column_mean(x)[..., None, :]
    singular = np.linalg.svd(x, compute_uv=False)
    if (singular[..., 0] <= np.finfo(float).eps * x.shape[-2]).any():
        raise InputError(
            "an embedding matrix vanishes",
            allowed="at least one singular value above rounding",
            cure="the rank of a collapsed run is not defined; leave it out",
        )
    shares = singular / singular.sum(-1, keepdims=True)
    value: Array = np.exp(entr(shares).sum(-1))
    return EffectiveRank(value[()], min(x.shape[-2:]))
