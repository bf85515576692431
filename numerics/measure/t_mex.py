"""T-MEX: how far the codes that measure each factor are from the ones that are meant to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from sith.numerics.measure.block_r2 import kernel_ridge
from sith.numerics.measure.checked import finite_pair, require_varying_columns
from sith.numerics.measure.samples import Array, Samples, some_rows
from sith.theory.errors import InputError


@dataclass(frozen=True, slots=True)
class MeasurementExclusivity:
    """The codes that depend on each factor given the others, against those that are meant to.

    Fields:
        value: number of entries in which `found` and `meant` differ; 0 exactly if they agree.
        share: the same of all d·m entries, from 0 to 1.
        found: whether code j depends on factor i given the other factors, ``(d, m)``.
        meant: the same as it is claimed.
        p_values: of the tests of conditional independence, ``(d, m)``.
        level: of the tests; independent entries are found dependent about so often.
    """

    value: int
    share: float
    found: NDArray[np.bool_]
    meant: NDArray[np.bool_]
    p_values: Array
    level: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "value": self.value,
            "share": self.share,
            "found": self.found.tolist(),
            "meant": self.meant.tolist(),
            "p_values": self.p_values.tolist(),
            "level": self.level,
        }


def t_mex(
    z: Samples,
    y: Samples,
    meant: ArrayLike,
    *,
    level: float = 0.05,
    limit: int = 1000,
    seed: int = 0,
) -> MeasurementExclusivity:
    """Return the test-based measurement exclusivity (T-MEX) of a representation.

    Code j measures factor i if they depend on each other given the other factors. The test is the
    generalised covariance measure: residuals of kernel ridge regressions on the other factors, of
    zᵢ and of its square, are correlated with those of yⱼ; Bonferroni's bound over the two. It does
    not see a dependence that leaves both of these correlations 0.

    Invariant under permutations of the factors with the rows of `meant`, of the codes with its
    columns, and nonzero scales and shifts of either. Other than the mean correlation it does not
    mistake a correlation of the factors for a measurement.

    Arguments:
        z: factors, ``(N, d)``, d ≥ 2.
        y: codes, ``(N, m)``.
        meant: ``(d, m)``, whether code j is claimed to measure factor i.
        level: of every test, between 0 and 1.
        limit: at most this many rows are used, drawn at random; the cost grows with its cube.
        seed: of the rows.

    Raises:
        InputError: the shapes do not fit, an entry is not finite, or a factor is constant.

    Source: Yao et al. (2025), arXiv:2505.17708; the test of conditional independence is that of
    Shah and Peters (2020).
    """
    factors, codes = finite_pair(z, y, rows=40, each=True)
    claimed = np.asarray(meant, dtype=bool)
    if factors.ndim != 2 or factors.shape[1] < 2:
        raise InputError(f"factors of shape {factors.shape}", allowed="(N, d) with d >= 2")
    if claimed.shape != (factors.shape[1], codes.shape[1]):
        raise InputError(
            f"a claimed structure of shape {claimed.shape}",
            allowed=f"({factors.shape[1]}, {codes.shape[1]}): factors and codes",
        )
    if not 0 < level < 1:
        raise InputError(f"level = {level}", allowed="between 0 and 1", cure="use 0.05")
    used = np.random.default_rng(seed).permutation(some_rows(len(factors), limit, seed))
    factors, codes = factors[used], codes[used]
    require_varying_columns(factors, "z")
    factors = (factors - factors.mean(0)) / factors.std(0)
    p_values = np.array([_row(factors, codes, i) for i in range(factors.shape[1])])
    found = p_values <= level
    wrong = int((found != claimed).sum())
    return MeasurementExclusivity(wrong, wrong / found.size, found, claimed, p_values, level)


def _row(factors: Array, codes: Array, i: int) -> Array:
    """p-values of the independence of factor i and every code given the other factors, ``(m,)``."""
    rest = np.delete(factors, i, 1)
    own = factors[:, i]
    targets = np.concatenate((np.stack((own, own**2), 1), codes), axis=1)
    residual = targets - kernel_ridge(rest, targets, rest)
    products = residual[:, :2, None] * residual[:, None, 2:]
    spread = products.std(0)
    mean = products.mean(0)
    scores = np.divide(
        np.sqrt(len(own)) * np.abs(mean), spread, out=np.zeros_like(mean), where=spread > 0
    )
    p: Array = np.minimum(1.0, 2 * 2 * norm.sf(scores.max(0)))
    return p
