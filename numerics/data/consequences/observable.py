"""What an assumption makes observable: read off the part of the world that its weakening changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial, singledispatch
from typing import Any

import sympy as sp

from sith.numerics.data.consequences import correlations, environments, marginals, pairs
from sith.numerics.data.consequences.evidence import (
    LINEAR,
    ORTHOGONAL,
    SCALED,
    SMOOTH,
    Consequence,
    Evidence,
    Observed,
)
from sith.theory import Assumption, Claim
from sith.theory.assumptions import (
    AnisotropicSphere,
    Box,
    Classes,
    ExponentialFamily,
    ExponentialNorm,
    Gaussian,
    LogDensity,
    OrnsteinUhlenbeck,
    PairLogDensity,
    PartlyKeptSphere,
    Product,
    SoftmaxLabels,
    Sphere,
    StyleRedrawn,
    Uniform,
    VonMisesFisher,
    World,
)
from sith.theory.errors import SithError


@dataclass(frozen=True, slots=True)
class NotTestable:
    """Why an assumption has no consequence that these kinds of data show."""

    reason: str


EXCHANGEABLE = Consequence(
    "exchangeable pairs", "(z, z̃) and (z̃, z) have one law", "pairs", SMOOTH, pairs.exchangeable
)
REDRAWN = Consequence(
    "full support",
    "no direction is the same in both of a pair",
    "pairs",
    LINEAR,
    pairs.redrawn_everywhere,
)
UNIFORM_SPHERE = Consequence(
    "uniform on the sphere",
    "mean 0 and second moments I/d of unit vectors",
    "samples",
    ORTHOGONAL,
    marginals.uniform_on_sphere,
)
UNIFORM_BOX = Consequence(
    "uniform on a box",
    "every coordinate is uniform between its extremes",
    "samples",
    SCALED,
    marginals.uniform_on_box,
)
NORMAL = Consequence(
    "normal", "no skewness, and the kurtosis of a normal law", "samples", LINEAR, marginals.normal
)
NOT_NORMAL = Consequence(
    "not normal",
    "at most one coordinate has an excess kurtosis within ±0.5",
    "samples",
    SCALED,
    marginals.not_normal,
)
INDEPENDENT = Consequence(
    "independent coordinates",
    "no correlation of coordinates or of their squares",
    "samples",
    SCALED | {"smooth"},
    marginals.independent,
)
MISES = Consequence(
    "von Mises–Fisher",
    "z·z̃ has the law ∝ exp(κt)(1−t²)^((d−3)/2) at the fitted κ",
    "pairs",
    ORTHOGONAL,
    pairs.von_mises_fisher,
)
ISOTROPIC = Consequence(
    "isotropic pairs", "z̃ − z has a covariance ∝ I", "pairs", ORTHOGONAL, pairs.isotropic
)
ANISOTROPIC = Consequence(
    "distinct weights",
    "the variances of z̃ − z differ, by a tenth at least",
    "pairs",
    ORTHOGONAL,
    pairs.anisotropic,
)
EQUAL_RATES = Consequence(
    "equal correlations",
    "all canonical correlations of a pair are equal",
    "pairs",
    LINEAR,
    correlations.equal_correlations,
)
DISTINCT_RATES = Consequence(
    "distinct correlations",
    "neighbouring canonical correlations of a pair differ by 0.02 at least",
    "pairs",
    LINEAR,
    correlations.distinct_correlations,
)
POSITIVE = Consequence(
    "positive correlations",
    "no direction is anticorrelated within pairs",
    "pairs",
    LINEAR,
    correlations.positive_correlations,
)
DEPENDENT = Consequence(
    "dependence within pairs",
    "every coordinate depends on its partner",
    "pairs",
    SCALED,
    correlations.dependent_pairs,
)


def consequences(claim: Claim, assumption: Assumption) -> tuple[Consequence, ...] | NotTestable:
    """Return what an assumption of a claim makes observable.

    The assumption says itself what its absence is: the claim is weakened, and the parts of the world
    that differ are those it is about. A marginal or a conditional leads to the tests of its kind;
    the mixing, the loss and the encoder leave no trace in latents or embeddings.
    """
    weaker = weakened(claim, assumption)
    if isinstance(weaker, NotTestable):
        return weaker
    old, new = claim.world, weaker.world
    found: list[Consequence] = []
    if old.prior != new.prior and type(old.space) is type(new.space):
        found += of_prior(old.prior, new.prior, old.space)
    if old.pairs != new.pairs:
        found += of_pairs(old.pairs, new.pairs, claim.dim)
    if found:
        return tuple(dict.fromkeys(found))
    changed = [
        word
        for word, here, there in (
            ("the mixing", old.mixing, new.mixing),
            ("the loss", claim.objective, weaker.objective),
            ("the encoder", claim.encoder, weaker.encoder),
            ("the pairs", old.pairs, new.pairs),
            ("the law of the latents", old.prior, new.prior),
        )
        if here != there
    ]
    about = " and ".join(changed) or "what the optimum is compared with"
    if "pairs" in about or "law" in about:
        return NotTestable(f"it is about {about}, and no test of that kind is known here")
    return NotTestable(f"it is about {about}, which such data do not show")


def weakened(claim: Claim, assumption: Assumption) -> Claim | NotTestable:
    """Return the claim without an assumption, or why it has no such form at these parameters."""
    try:
        found: Claim = assumption.weaken(claim)
    except SithError as error:
        return NotTestable(f"it cannot be weakened at this point: {error.fault}")
    except Exception as error:  # noqa: BLE001 - a weakening is a small function of a theorem's or a user's file
        return NotTestable(f"its weakening fails at this point: {type(error).__name__}")
    return found


def of_world(world: World) -> tuple[Consequence, ...]:
    """Return what the world of a claim makes observable beyond its named assumptions."""
    symmetric = isinstance(
        world.pairs, VonMisesFisher | ExponentialNorm | AnisotropicSphere | OrnsteinUhlenbeck
    )
    # On the sphere and with a uniform marginal a symmetric density of the partner is enough.
    level = isinstance(world.prior, Uniform | Gaussian)
    found = of_law(world.prior, world.space)
    if symmetric and level:
        found.append(EXCHANGEABLE)
    if isinstance(world.pairs, OrnsteinUhlenbeck):
        found.append(POSITIVE)
    return tuple(found)


@singledispatch
def of_law(prior: Any, space: Any) -> list[Consequence]:  # noqa: ARG001
    """Return the tests of a marginal as it stands; none for one that has none here."""
    return []


@of_law.register
def _(prior: Uniform, space: Any) -> list[Consequence]:
    return of_prior(prior, prior, space)


@of_law.register
def _(prior: Gaussian, space: Any) -> list[Consequence]:  # noqa: ARG001
    return [NORMAL]


@of_law.register
def _(prior: Product, space: Any) -> list[Consequence]:  # noqa: ARG001
    return [INDEPENDENT]


@singledispatch
def of_prior(own: Any, weaker: Any, space: Any) -> list[Consequence]:  # noqa: ARG001
    """Return the tests of a marginal whose weakening is known; none for one that is not known."""
    return []


@of_prior.register
def _(own: Uniform, weaker: Any, space: Any) -> list[Consequence]:  # noqa: ARG001
    if isinstance(space, Sphere):
        return [UNIFORM_SPHERE]
    return [UNIFORM_BOX, INDEPENDENT] if isinstance(space, Box) else []


@of_prior.register
def _(own: Gaussian, weaker: Any, space: Any) -> list[Consequence]:  # noqa: ARG001
    return [NORMAL]


@of_prior.register
def _(own: Product, weaker: Any, space: Any) -> list[Consequence]:  # noqa: ARG001
    # Without the assumption more coordinates are normal; independent they are either way.
    return [NOT_NORMAL] if isinstance(weaker, Gaussian | Product) else [INDEPENDENT]


@of_prior.register
def _(own: LogDensity, weaker: Any, space: Any) -> list[Consequence]:  # noqa: ARG001
    return [NOT_NORMAL] if isinstance(weaker, Gaussian) else []


@singledispatch
def of_pairs(own: Any, weaker: Any, dim: int) -> list[Consequence]:  # noqa: ARG001
    """Return the tests of pairs whose weakening is known; none for others."""
    return []


@of_pairs.register
def _(own: VonMisesFisher, weaker: Any, dim: int) -> list[Consequence]:  # noqa: ARG001
    if isinstance(weaker, PartlyKeptSphere | StyleRedrawn):
        return [REDRAWN]
    return [MISES, ISOTROPIC]


@of_pairs.register
def _(own: ExponentialNorm, weaker: Any, dim: int) -> list[Consequence]:  # noqa: ARG001
    return [REDRAWN] if isinstance(weaker, PartlyKeptSphere | StyleRedrawn) else []


@of_pairs.register
def _(own: AnisotropicSphere, weaker: Any, dim: int) -> list[Consequence]:  # noqa: ARG001
    if isinstance(weaker, PartlyKeptSphere | StyleRedrawn):
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
    return [REDRAWN] if isinstance(weaker, PartlyKeptSphere | StyleRedrawn) else []


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
