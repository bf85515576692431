"""The number of ancestral lines of a Jacobi diffusion: the law of its dual death process."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import sympy as sp
from scipy.special import gammaln

from sith.theory.assumptions import JacobiDiffusion
from sith.theory.errors import InputError

TAIL = Decimal(10) ** -17
"""Mass of the law that a table may leave out: below the rounding of float64."""

LARGEST = 300
"""Most entries of a table; the mean may be 0.7 of it, where nothing is left out."""

_NEGLIGIBLE = -80.0
"""Natural logarithm of the terms that are left out of a sum."""


def ancestor_law(pairs: JacobiDiffusion, rate: sp.Rational) -> tuple[float, ...]:
    """The probabilities q_0, q_1, … of the number of lines of one coordinate.

    The lines start at infinity and die one at a time, m → m − 1 at rate m(m+s), s = a+b+1. With
    e^{−m(m+s)t} = ρ^{e(m)}, e(m) = `pairs.exponent(m)`,
    q_m = Σ_{k≥m} (−1)^{k−m} ρ^{e(k)} (2k+s)(m+k+s−1)! / ((m+s)! m! (k−m)!), and the term k = m = 0
    is 1. The terms alternate and are large, so they are summed in decimals that hold them all.

    Arguments:
        pairs: the diffusion, for s and the exponents.
        rate: the contraction ρ of the coordinate.

    Raises:
        InputError: ρ so near 1 that the table needs more than `LARGEST` entries.

    Source: Griffiths, Lines of descent in the diffusion approximation of neutral Wright-Fisher
    models (1980); Tavaré, Line-of-descent and genealogical processes (1984), equation 5.2. Both
    measure time so that lines die at half this rate.
    """
    s = int(pairs.a + pairs.b) + 1
    g = 2 if s % 2 else 1
    if -g / math.log(float(rate)) > 0.7 * LARGEST:
        raise InputError(
            f"contraction ρ = {rate} of the Jacobi diffusion",
            allowed=f"ρ ≤ {math.exp(-g / (0.7 * LARGEST)):.4f} for a = {pairs.a}, b = {pairs.b}: "
            "the mean number of lines of descent grows without bound as ρ tends to 1",
            cure="use a smaller ρ",
        )
    sizes = _log_terms(pairs, rate, s)
    found: list[Decimal] = []
    with localcontext() as context:
        context.prec = 40 + max(0, int(sizes.max() / math.log(10)))
        rho = Decimal(int(rate.p)) / Decimal(int(rate.q))
        powers = [rho ** pairs.exponent(k) for k in range(sizes.shape[1])]
        left = Decimal(1)
        while left > TAIL:
            m = len(found)
            last = m + int(np.flatnonzero(sizes[m, m:] > _NEGLIGIBLE).max(initial=0)) + 2
            found.append(_probability(powers[: last + 1], s, m))
            left -= found[-1]
    return tuple(float(max(q, Decimal(0))) for q in found)


def _log_terms(pairs: JacobiDiffusion, rate: sp.Rational, s: int) -> np.ndarray:
    """Natural logarithms of the sizes of the terms (m, k), minus infinity for k < m."""
    log_rho = math.log(float(rate))
    # Terms shrink once e(k) log ρ outweighs the coefficient, which is below 8^k.
    reach = 2
    while pairs.exponent(reach) * log_rho + 4 * reach > _NEGLIGIBLE:
        reach += 1
    m, k = np.arange(LARGEST + 1)[:, None], np.arange(reach + 1)[None, :]
    exponents = np.array([pairs.exponent(i) for i in range(reach + 1)], dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        coefficients = (
            np.log(2 * k + s)
            + gammaln(np.maximum(m + k + s, 1))
            - gammaln(m + s + 1)
            - gammaln(m + 1)
            - gammaln(np.maximum(k - m, 0) + 1)
        )
    sizes: np.ndarray = np.where(k >= m, coefficients + exponents * log_rho, -np.inf)
    sizes[0, 0] = 0.0
    return sizes


def _probability(powers: list[Decimal], s: int, m: int) -> Decimal:
    """q_m from the powers ρ^{e(k)}, summed up to the last of them."""
    total = Decimal(1) if m == 0 else Decimal(0)
    # C(2m+s, m) at k = m; for m = 0 the sum goes on with 2+s at k = 1.
    coefficient = Decimal(math.comb(2 * m + s, m)) if m else Decimal(2 + s)
    for k in range(max(m, 1), len(powers)):
        term = coefficient * powers[k]
        total += term if (k - m) % 2 == 0 else -term
        coefficient = coefficient * (2 * k + 2 + s) * (m + k + s) / ((2 * k + s) * (k + 1 - m))
    return total
