"""How much environments vary the first and second derivatives of the log-densities."""

from __future__ import annotations

import random

import sympy as sp

from sith.theory.assumptions import ExponentialFamily, RealSpace
from sith.theory.notation import latents


def second_order_rank(family: ExponentialFamily) -> int:
    """Return the generic rank of the differences of (∂_i q_i(z_i, u), ∂_i² q_i(z_i, u)) over u.

    Variability (Hyvärinen, Sasaki and Turner, 2019) asks for 2d. The rank at any point is at most
    the generic one, so the largest over a few random rational points is returned.
    """
    rng = random.Random(4)
    space = RealSpace(family.dim)
    best = 0
    for _ in range(3):
        table = dict(zip(latents(family.dim), space.rational_point(rng), strict=True))
        columns = sp.zeros(len(family.flat), 2 * family.dim)
        start = 0
        for i, (own, x) in enumerate(zip(family.statistics, latents(family.dim), strict=True)):
            for k, t in enumerate(own):
                columns[start + k, 2 * i] = sp.diff(t, x).xreplace(table)
                columns[start + k, 2 * i + 1] = sp.diff(t, x, 2).xreplace(table)
            start += len(own)
        best = max(best, int((family.variability * columns).rank()))
    return best
