"""Rules on actions that move some latents, and on dynamics that need not be linear."""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import PairLogDensity
from sith.theory.claim import Claim
from sith.theory.derivation.nonvacuity.rule import AnyRule, Rule
from sith.theory.notation import pair


def _supports(claim: Claim) -> tuple[tuple[int, ...], ...]:
    return tuple(getattr(claim.objective, "supports", ()))


def _told_apart(claim: Claim) -> bool:
    """Whether the same actions move two latents exactly where the stated group mixes them."""
    supports, group = _supports(claim), claim.group
    matrices = getattr(getattr(group, "group", None), "matrices", ())
    if not supports or not matrices:
        return False
    labels = matrices[0]
    d = claim.dim
    around = [frozenset(u for u, s in enumerate(supports) if i in s) for i in range(d)]
    same = [[around[i] == around[j] for j in range(d)] for i in range(d)]
    nested = any(a < b for a in around for b in around)
    return not nested and same == [
        [labels[i, i] == labels[j, j] for j in range(d)] for i in range(d)
    ]


def _moved_enough(claim: Claim) -> bool:
    pairs: Any = claim.world.pairs
    supports = _supports(claim)
    if not hasattr(pairs, "variability") or not supports:
        return False
    rows = pairs.variability
    covered = {i for s in supports for i in s} == set(range(claim.dim))
    return covered and all(
        rows.extract([u for u, s in enumerate(supports) if s == own], list(own)).rank() == len(own)
        for own in set(supports)
    )


def _drift_rank(claim: Claim) -> int:
    """Return the rank of 1 and the coordinates of f of log p = −‖f(z) − z̃‖²_P/2, less 1."""
    z, zt = pair(claim.dim)
    value = claim.world.pairs.log_conditional(z, zt)
    mixed = [sp.Poly(sp.diff(value, t, x), *z) for t in zt for x in z]
    monomials = sorted({m for p in mixed for m in p.monoms()})
    d = claim.dim
    table = [
        [p.as_dict().get(m, 0) for p in mixed[i * d : (i + 1) * d] for m in monomials]
        for i in range(d)
    ]
    return int(sp.Matrix(table).rank())


def _told(claim: Claim) -> bool:
    """Whether the labels depend on as many coordinates as outputs, at full rank on their statistics."""
    pairs: Any = claim.world.pairs
    if not hasattr(pairs, "variability"):
        return False
    table = pairs.variability
    sizes = [len(own) for own in getattr(pairs, "statistics", ())] or [1] * claim.dim
    owners = [i for i, size in enumerate(sizes) for _ in range(size)]
    told = {owners[c] for c in range(table.cols) if not table.col(c).is_zero_matrix}
    width = sum(sizes[i] for i in told)
    return len(told) == claim.encoder.output.dim and table.rank() == width


def _bilinear(claim: Claim) -> bool:
    """Whether log p(z̃|z) − log p(z̃) is bilinear up to a function of z."""
    z, zt = pair(claim.dim)
    ratio = sp.expand(claim.world.pairs.log_conditional(z, zt) - claim.world.prior.log_density(zt))
    return all(
        not (sp.diff(ratio, t).free_symbols & set(zt)) and sp.Poly(sp.diff(ratio, t), *z).is_linear
        for t in zt
    )


ACTIONS: dict[str, AnyRule] = {
    "bilinear_ratio": Rule(
        "log p(z̃|z) − log p(z̃) less its terms z_i z̃_j depends on z alone, expanded", _bilinear
    ),
    "spanning_unembeddings": Rule(
        "the exact rank of the differences, and the coordinates they have", _told
    ),
    "concepts_varied": Rule(
        "the exact rank of the differences, and the statistics that they change", _told
    ),
    "graph_criterion": Rule(
        "latents that the same actions move, against the labels of the stated group", _told_apart
    ),
    "sufficient_moves": Rule(
        "the exact rank of the moves of the actions with the same targets", _moved_enough
    ),
    "spanning_dynamics": Rule(
        "the exact rank of the coefficients of f, read off log p(z̃|z)",
        lambda c: isinstance(c.world.pairs, PairLogDensity) and _drift_rank(c) == c.dim,
    ),
}
"""Assumption ↦ rule, for assumptions on actions and dynamics."""
