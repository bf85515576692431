"""The measures of `score`, each with its bounds, what it is invariant under, and what 1 does not show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sith.numerics.data.table import Array
from sith.numerics.measure import (
    block_r2,
    dci,
    info_mec,
    linear_cka,
    linear_r2,
    mcc,
    mean_cca,
    mig,
    mutual_knn,
    procrustes_r2,
    sap,
    svcca,
)
from sith.numerics.measure.samples import Split
from sith.theory.errors import InputError

MAPS = ("permutation", "signs", "scales", "one_scale", "shift", "orthogonal", "linear", "monotone")
"""Kinds of maps that a contract test applies; "scales" are of single coordinates."""

COORDINATES = frozenset({"permutation", "signs", "scales", "one_scale", "shift"})
SIMILARITY = frozenset({"permutation", "signs", "one_scale", "shift", "orthogonal"})
AFFINE = COORDINATES | {"orthogonal", "linear"}

Call = Callable[[Array, Array, Split, Sequence[int], int], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Scorer:
    """A measure of latents z and embeddings y, of one score or of several that are found together.

    Fields:
        names: of the scores.
        questions: what each asks.
        call: (z, y, split, nominal factors, seed) to the scores.
        low: the least value, −inf for a held-out R²; the largest is 1.
        of_y, of_z: kinds of maps of the embeddings and of the latents, out of `MAPS`, that leave
            the scores as they are; what is not named may change them.
        caution: what a value of 1 does not show.
        slow: whether fewer repetitions are affordable.
        square: whether it needs as many embeddings as latents.
        pairs: whether it needs two latents and two embeddings.
    """

    names: tuple[str, ...]
    questions: tuple[str, ...]
    call: Call
    low: float
    of_y: frozenset[str]
    of_z: frozenset[str]
    caution: str
    slow: bool = False
    square: bool = False
    pairs: bool = False

    def applies(self, latents: int, embeddings: int) -> str:
        """Return why the measure does not apply to these numbers of coordinates, or ""."""
        if self.square and latents != embeddings:
            return f"needs as many embeddings as latents, here {embeddings} and {latents}"
        if self.pairs and min(latents, embeddings) < 2:
            return "needs at least two latents and two embeddings"
        return ""


def _used(z: Array, y: Array, split: Split) -> tuple[Array, Array]:
    """The rows of either side, for measures that fit nothing."""
    rows = np.sort(np.concatenate(split))
    return z[rows], y[rows]


def _sap(z: Array, y: Array, split: Split, nominal: Sequence[int], seed: int) -> Sequence[float]:
    rows = np.sort(np.concatenate(split))
    inner = (np.searchsorted(rows, split[0]), np.searchsorted(rows, split[1]))
    return (float(sap(z[rows], y[rows], nominal=nominal, seed=seed, split=inner).value),)


def _dci(z: Array, y: Array, split: Split, nominal: Sequence[int], seed: int) -> Sequence[float]:
    found = dci(z, y, nominal=nominal, seed=seed, split=split, limit=2000)
    # No importance at all: nothing is disentangled.
    return np.nan_to_num(found.disentanglement), found.completeness, found.informativeness


def _info(z: Array, y: Array, split: Split, nominal: Sequence[int], seed: int) -> Sequence[float]:
    found = info_mec(z, y, nominal=nominal, seed=seed, split=split)
    return found.modularity, found.compactness, found.explicitness


SCORERS: tuple[Scorer, ...] = (
    Scorer(
        ("linear_r2",),
        ("what share of the latents' variance an affine map of the embeddings predicts",),
        lambda z, y, split, _nominal, seed: (float(linear_r2(z, y, seed=seed, split=split)),),
        -np.inf,
        AFFINE,
        SIMILARITY,
        "neither orthogonality nor a matching of coordinates",
    ),
    Scorer(
        ("procrustes_r2",),
        ("the same with a rotation or reflection, one scale and a shift",),
        lambda z, y, split, _nominal, seed: (float(procrustes_r2(z, y, seed=seed, split=split)),),
        -np.inf,
        SIMILARITY,
        SIMILARITY,
        "no matching of coordinates",
        square=True,
    ),
    Scorer(
        ("mcc",),
        ("how well single embeddings match single latents, linearly",),
        lambda z, y, split, _nominal, seed: (float(mcc(z, y, seed=seed, split=split).mcc),),
        0.0,
        COORDINATES,
        COORDINATES,
        "that an embedding depends on its latent only: correlated latents raise it",
    ),
    Scorer(
        ("mcc_spearman",),
        ("the same with ranks",),
        lambda z, y, split, _nominal, seed: (
            float(mcc(z, y, "spearman", seed=seed, split=split).mcc),
        ),
        0.0,
        COORDINATES | {"monotone"},
        COORDINATES | {"monotone"},
        "as mcc; a relation that is not monotone counts 0",
    ),
    Scorer(
        ("block_r2",),
        ("what share of the latents' variance a smooth function of the embeddings predicts",),
        lambda z, y, split, _nominal, seed: (
            float(block_r2(z, y, seed=seed, split=split, limit=1000)),
        ),
        -np.inf,
        COORDINATES - {"permutation"},
        frozenset({"one_scale", "shift", "signs"}),
        "a bijection: the other direction has to be asked too",
        slow=True,
    ),
    Scorer(
        ("mean_cca",),
        ("mean canonical correlation",),
        lambda z, y, split, _nominal, seed: (float(mean_cca(z, y, seed=seed, split=split).value),),
        -1.0,
        AFFINE,
        AFFINE,
        "anything beyond an affine relation of the smaller of the two",
    ),
    Scorer(
        ("svcca",),
        ("the same for the directions with 99 % of the variance",),
        lambda z, y, split, _nominal, seed: (float(svcca(z, y, seed=seed, split=split).value),),
        -1.0,
        SIMILARITY,
        SIMILARITY,
        "anything of the directions of small variance",
    ),
    Scorer(
        ("linear_cka",),
        ("alignment of the two Gram matrices",),
        lambda z, y, split, _nominal, _seed: (float(linear_cka(*_used(z, y, split)).value),),
        0.0,
        SIMILARITY,
        SIMILARITY,
        "which map relates them; large directions dominate",
    ),
    Scorer(
        ("mutual_knn",),
        ("the share of 10 nearest neighbours in common",),
        lambda z, y, split, _nominal, seed: (
            mutual_knn(*_used(z, y, split), permutations=2, seed=seed, limit=1000).value,
        ),
        0.0,
        SIMILARITY,
        SIMILARITY,
        "anything of the global shape",
        slow=True,
    ),
    Scorer(
        ("mig",),
        ("the gap between the two embeddings that know most of each latent",),
        lambda z, y, split, _nominal, _seed: (float(mig(*_used(z, y, split)).value),),
        0.0,
        frozenset({"permutation", "one_scale", "scales", "shift", "monotone"}),
        frozenset({"permutation", "one_scale", "scales", "shift", "monotone"}),
        "that an embedding knows of one latent only; a duplicated embedding makes it 0",
        slow=True,
        pairs=True,
    ),
    Scorer(
        ("sap",),
        ("the gap between the two embeddings that predict each latent best, linearly",),
        _sap,
        0.0,
        COORDINATES,
        COORDINATES,
        "as mig",
        pairs=True,
    ),
    Scorer(
        ("dci_disentanglement", "dci_completeness", "dci_informativeness"),
        (
            "whether each embedding is used for one latent (lasso)",
            "whether each latent is read from one embedding (lasso)",
            "held-out R² of the lasso",
        ),
        _dci,
        -np.inf,
        COORDINATES,
        COORDINATES,
        "recovery, unless informativeness is 1 too",
        slow=True,
        pairs=True,
    ),
    Scorer(
        ("info_modularity", "info_compactness", "info_explicitness"),
        (
            "whether each embedding carries information of one latent",
            "whether each latent's information is in one embedding",
            "what share of the latents a linear map of all embeddings predicts",
        ),
        _info,
        0.0,
        frozenset({"permutation", "one_scale", "scales", "shift"}),
        frozenset({"permutation", "one_scale", "scales", "shift"}),
        "recovery, unless explicitness is 1 too",
        slow=True,
        pairs=True,
    ),
)
"""Every measure of `score`."""


def scorers(names: Sequence[str] = ()) -> tuple[Scorer, ...]:
    """Return the measures that give the scores of these names, or all.

    Raises:
        InputError: a name is unknown.
    """
    known = {name: scorer for scorer in SCORERS for name in scorer.names}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(f"no measure {', '.join(unknown)}", allowed=", ".join(known))
    return tuple(s for s in SCORERS if not names or set(s.names) & set(names))
