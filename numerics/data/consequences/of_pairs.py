"""The tests that pairs lead to: one registered function for each kind."""

from __future__ import annotations

from functools import partial, singledispatch
from typing import Any

import sympy as sp

from sith.numerics.data.consequences import environments, pairs
from sith.numerics.data.consequences.evidence import LINEAR, SMOOTH, Consequence, Evidence, Observed
from sith.numerics.data.consequences.kinds import (
    ANISOTROPIC,
    DEPENDENT,
    DISTINCT_RATES,
    EQUAL_RATES,
    EXCHANGEABLE,
    ISOTROPIC,
    MISES,
    NORMAL,
    POSITIVE,
    REDRAWN,
)
from sith.theory.assumptions import (
    AnisotropicSphere,
    AugmentationGraph,
    Classes,
    ExponentialFamily,
    ExponentialNorm,
    JacobiDiffusion,
    KnownActions,
    LinearInterventions,
    LinearlyCorrelated,
    MomentOperator,
    NoPairs,
    OrnsteinUhlenbeck,
    PairLogDensity,
    PartlyKeptSphere,
    ReversibleDiffusion,
    SharedBlock,
    SoftmaxLabels,
    StyleRedrawn,
    SubsetsRedrawn,
    VonMisesFisher,
)
from sith.theory.dispatch import register_call
from sith.theory.errors import UnsupportedCondition


@singledispatch
def of_pairs_alone(own: object, level: bool) -> list[Consequence]:  # noqa: ARG001
    """Return the tests of pairs as they stand.

    Arguments:
        own: the pairs.
        level: whether the marginal is uniform, or normal where the pairs keep it; a symmetric
            density of the partner is then enough for pairs that are exchangeable.

    Raises:
        UnsupportedCondition: nothing is registered for the pairs.
    """
    raise UnsupportedCondition(
        f"no test is known of the pairs '{own}'",
        cure=register_call("sith.numerics.data.consequences.of_pairs_alone", own),
    )


@of_pairs_alone.register(VonMisesFisher)
@of_pairs_alone.register(ExponentialNorm)
@of_pairs_alone.register(AnisotropicSphere)
def _(own: object, level: bool) -> list[Consequence]:  # noqa: ARG001
    return [EXCHANGEABLE] if level else []


@of_pairs_alone.register
def _(own: OrnsteinUhlenbeck, level: bool) -> list[Consequence]:  # noqa: ARG001
    return [EXCHANGEABLE, POSITIVE] if level else [POSITIVE]


@singledispatch
def of_pairs(own: Any, weaker: Any, dim: int) -> list[Consequence]:  # noqa: ARG001
    """Return the tests of pairs that a weakening changes to others; none for some.

    Raises:
        UnsupportedCondition: nothing is registered for the pairs.
    """
    raise UnsupportedCondition(
        f"no test is known of the pairs '{own}'",
        cure=register_call("sith.numerics.data.consequences.of_pairs", own),
    )


UNTESTED: tuple[type, ...] = (
    AugmentationGraph,
    JacobiDiffusion,
    KnownActions,
    LinearInterventions,
    LinearlyCorrelated,
    MomentOperator,
    NoPairs,
    PartlyKeptSphere,
    ReversibleDiffusion,
    SharedBlock,
    SubsetsRedrawn,
)
"""Pairs whose weakenings have no test here."""


def _untested(own: Any, weaker: Any, dim: int) -> list[Consequence]:  # noqa: ARG001
    return []


for _kind in UNTESTED:
    of_pairs.register(_kind, _untested)
for _kind in (*UNTESTED, Classes, ExponentialFamily, PairLogDensity, SoftmaxLabels, StyleRedrawn):
    of_pairs_alone.register(_kind, lambda _own, _level: [])


@of_pairs.register
def _(own: VonMisesFisher, weaker: Any, dim: int) -> list[Consequence]:  # noqa: ARG001
    if _keeps(weaker):
        return [REDRAWN]
    return [MISES, ISOTROPIC]


@of_pairs.register
def _(own: ExponentialNorm, weaker: Any, dim: int) -> list[Consequence]:  # noqa: ARG001
    return [REDRAWN] if _keeps(weaker) else []


@of_pairs.register
def _(own: AnisotropicSphere, weaker: Any, dim: int) -> list[Consequence]:  # noqa: ARG001
    if _keeps(weaker):
        return [REDRAWN]
    distinct = len(set(own.weights)) > 1
    return [ANISOTROPIC if distinct else ISOTROPIC]


@of_pairs.register
def _(own: OrnsteinUhlenbeck, weaker: Any, dim: int) -> list[Consequence]:  # noqa: ARG001
    if not isinstance(weaker, OrnsteinUhlenbeck):
        return [NORMAL, POSITIVE]
    return [EQUAL_RATES] if len(set(own.rates)) == 1 else [DISTINCT_RATES]


@of_pairs.register
def _(own: PairLogDensity, weaker: Any, dim: int) -> list[Consequence]:  # noqa: ARG001
    if isinstance(weaker, PairLogDensity):
        gone = {sp.diff(weaker.expression, a, b) for a in weaker.z for b in weaker.zt} == {0}
        return [DEPENDENT] if gone else []
    return [REDRAWN] if _keeps(weaker) else []


@of_pairs.register
def _(own: StyleRedrawn, weaker: Any, dim: int) -> list[Consequence]:
    if not isinstance(weaker, StyleRedrawn):
        return []
    more = len(weaker.content) > len(own.content)
    words = "no more" if more else "no fewer"
    return [
        Consequence(
            "content and style",
            f"{words} than {len(own.content)} of {dim} directions are the same in both of a pair",
            "pairs",
            LINEAR,
            partial(_content, len(own.content), more),
        )
    ]


def _keeps(pairs: Any) -> bool:
    """Whether some directions are the same in both of a pair."""
    return isinstance(pairs, PartlyKeptSphere | StyleRedrawn)


def _content(content: int, at_most: bool, data: Observed, seed: int) -> Evidence:  # noqa: ARG001
    count, _ = pairs.kept_directions(data)
    holds = count <= content if at_most else count >= content
    return Evidence(1.0 if holds else 0.0, float(count), "directions that are kept")


@of_pairs.register
def _(own: ExponentialFamily, weaker: Any, dim: int) -> list[Consequence]:
    if not isinstance(weaker, ExponentialFamily) or weaker.rank >= len(weaker.flat):
        return []
    degrees = sorted({int(sp.degree(t)) for t in own.flat})
    if not set(degrees) <= {1, 2}:
        return []
    return [
        Consequence(
            "variability",
            f"the natural parameters of the environments have rank {dim * len(degrees)}",
            "environments",
            SMOOTH,
            partial(environments.varied, tuple(degrees)),
        )
    ]


@of_pairs.register
def _(own: Classes, weaker: Any, dim: int) -> list[Consequence]:  # noqa: ARG001
    if not isinstance(weaker, Classes):
        return []
    spans = weaker.affine_rank == dim
    needed = dim * (dim + 3) // 2 if spans else dim + 1
    return [_enough(needed)]


@of_pairs.register
def _(own: SoftmaxLabels, weaker: Any, dim: int) -> list[Consequence]:  # noqa: ARG001
    return [_enough(dim + 1)] if isinstance(weaker, SoftmaxLabels) else []


def _enough(needed: int) -> Consequence:
    return Consequence(
        "enough classes",
        f"there are at least {needed} classes",
        "labels",
        SMOOTH,
        partial(environments.counted, needed),
    )
