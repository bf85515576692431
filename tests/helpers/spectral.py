"""Spectral claims and exact references that the tests of the spectral engine share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from sith import (
    AlignmentWhitening,
    AugmentationGraph,
    Box,
    Claim,
    Encoder,
    FiniteSpace,
    Gaussian,
    JacobiDiffusion,
    LogDensity,
    OrnsteinUhlenbeck,
    Orthogonal,
    RealSpace,
    SpectralContrastive,
    Stationary,
    World,
    latents,
)

R = sp.Rational


def ou(rates: Sequence[Any], outputs: int | None = None, **changes: Any) -> Claim:
    """Alignment with whitening on Ornstein–Uhlenbeck pairs, stated up to O(k)."""
    d = len(rates)
    k = outputs or d
    claim = Claim(
        "gaussian",
        World(RealSpace(d), Gaussian(), OrnsteinUhlenbeck(tuple(rates))),
        AlignmentWhitening(),
        Encoder(RealSpace(k)),
        Orthogonal(k),
    )
    return claim.replace(**changes)


def jacobi(rates: Sequence[Any], a: Any = 0, b: Any = 0, **changes: Any) -> Claim:
    """Alignment with whitening on Jacobi pairs, stated up to O(d)."""
    d = len(rates)
    pairs = JacobiDiffusion(tuple(rates), a, b)
    z = latents(d)
    claim = Claim(
        "bounded",
        World(Box(d), LogDensity(pairs.stationary(z), z), pairs),
        AlignmentWhitening(),
        Encoder(RealSpace(d)),
        Orthogonal(d),
    )
    return claim.replace(**changes)


def graph(joint: Sequence[Sequence[Any]], outputs: int, **changes: Any) -> Claim:
    """The spectral contrastive loss on a graph, stated up to O(k)."""
    n = len(joint)
    claim = Claim(
        "graph",
        World(FiniteSpace(n), Stationary(), AugmentationGraph(tuple(map(tuple, joint)))),
        SpectralContrastive(),
        Encoder(RealSpace(outputs)),
        Orthogonal(outputs),
    )
    return claim.replace(**changes)


def direct_sum(*joints: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The graph of several graphs without edges between them."""
    size = sum(map(len, joints))
    rows, start = [[0] * size for _ in range(size)], 0
    for joint in joints:
        for i, row in enumerate(joint):
            rows[start + i][start : start + len(row)] = list(row)
        start += len(joint)
    return rows


def path(n: int) -> list[list[int]]:
    """A path with loops of weight 2."""
    return [[max(0, 2 - abs(i - j)) for j in range(n)] for i in range(n)]


def lazy_cycle(n: int) -> list[list[int]]:
    """A cycle with loops of weight 2."""
    return [[{0: 2, 1: 1, n - 1: 1}.get((i - j) % n, 0) for j in range(n)] for i in range(n)]
