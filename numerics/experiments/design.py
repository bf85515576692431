"""Environments from which a finite sample can learn, of the same span as the stated ones."""

from __future__ import annotations

import random

import sympy as sp

from sith.theory import ExponentialFamily, SoftmaxLabels, latents

LEAST = 1.0
"""Least singular value of λ(u) − λ(u_0) with which the environments are taken as stated."""

SHIFT = sp.Integer(2)
CURVE = sp.Integer(-3)
"""Natural parameters of odd and of even statistics; an even one must not be positive."""


def informative(pairs: object) -> tuple[object, list[str]]:
    """Return pairs whose environments differ by enough, and a note if they are not the stated ones.

    The optimum depends on the span of the differences λ(u) − λ(u_0) alone (their reduced row
    echelon form), so that rows may be replaced by others of the same span. Rows that are nearly
    dependent, such as those of a Cauchy matrix, carry too little information for any training run.
    """
    if not isinstance(pairs, ExponentialFamily | SoftmaxLabels) or _least(pairs) >= LEAST:
        return pairs, []
    reduced, _ = pairs.variability.rref()
    rows = [list(reduced.row(i)) for i in range(pairs.rank)]
    even = _even(pairs)
    full = len(rows) == len(even)
    scales = [CURVE if e else SHIFT for e in even] if full else [sp.Rational(1, 3)] * len(even)
    count = pairs.variability.rows
    rng = random.Random(0)
    mixed = list(rows)
    while len(mixed) < count:
        parts = [sp.Rational(rng.randint(1, 8), 8) for _ in rows]
        mixed.append(
            [sum(p * r[i] for p, r in zip(parts, rows, strict=True)) for i in range(len(even))]
        )
    table = [tuple(s * x for s, x in zip(scales, row, strict=True)) for row in mixed[:count]]
    table.insert(0, (sp.Integer(0),) * len(even))
    name = "environments" if isinstance(pairs, ExponentialFamily) else "labels"
    note = f"{len(table)} {name} of the stated span, far apart: the stated ones hardly differ"
    if isinstance(pairs, ExponentialFamily):
        return ExponentialFamily(pairs.statistics, tuple(table)), [note]
    return SoftmaxLabels(tuple(table)), [note]


def _least(pairs: ExponentialFamily | SoftmaxLabels) -> float:
    """Least singular value of the differences among those that are not zero."""
    import numpy as np

    matrix = np.array(pairs.variability.tolist(), dtype=float)
    values = np.linalg.svd(matrix, compute_uv=False)
    return float(values[pairs.rank - 1]) if pairs.rank else 0.0


def _even(pairs: ExponentialFamily | SoftmaxLabels) -> list[bool]:
    if isinstance(pairs, SoftmaxLabels):
        return [False] * pairs.dim
    z = latents(pairs.dim)
    return [sp.Poly(t, *z).total_degree() % 2 == 0 for t in pairs.flat]
