"""Cases of the lemmas on losses of a user's own, by name and hypothesis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from sith.theory import Condition
from sith.theory.assumptions import (
    Encoder,
    Family,
    Marginal,
    Mixing,
    NoPairs,
    NormalMixture,
    PartlyKeptSphere,
    Product,
    RealSpace,
    Sphere,
    Uniform,
    VonMisesFisher,
    World,
)
from sith.theory.derivation.lemmas import Problem, Projection, Terms
from sith.theory.groups import AbstractGroup, Euclidean, Orthogonal
from sith.theory.objectives import (
    InfoNCE,
    InnerProduct,
    LinearProjector,
    ModelLikelihood,
    Projected,
)
from sith.theory.verdict import Extent, Membership
from tests.theory.lemmas.parts import Cases, setting

BALL = Sphere(3)
INNER, ONE = InnerProduct(), sp.Integer(1)
ROTATIONS = Orthogonal(3)
WORLD = World(BALL, Uniform(), VonMisesFisher(1))


@dataclass(frozen=True)
class Ranking:
    """Pairwise logistic ranking of the positive above every other slot, with a margin."""

    margin: int = 0
    critic: Any = INNER
    temperature: Any = ONE
    negatives: int = 0
    latex = "L"

    def pointwise(self, weights: Any, scores: Any) -> Any:
        rest = [[x for x in scores if x != s] for s in scores]
        return sp.Add(
            *(
                a * sp.log(1 + sp.exp(self.margin + t - s))
                for a, s, others in zip(weights, scores, rest, strict=True)
                for t in others
            )
        )


@dataclass(frozen=True)
class Curve:
    """A space of the user's own, which need not span R^3."""

    dim: int = 3
    latex = "C"

    def constraints(self, point: Any) -> Any:
        return (point[2],)

    def rational_point(self, rng: Any) -> Any:
        return BALL.rational_point(rng)


@dataclass(frozen=True)
class Like:
    """A stranger with the same power."""

    power: int = 4
    rate: Any = ONE
    latex = "L"


def ranked(margin: int = 0, world: World = WORLD) -> Problem:
    """A ranking loss on the sphere."""
    return Problem(world, Ranking(margin), Encoder(BALL))  # type: ignore[arg-type]


def kept() -> World:
    """Pairs that share a coordinate, which have no density."""
    return replace(WORLD, pairs=PartlyKeptSphere(1, (0,)))


def condition() -> Condition:
    """InfoNCE on the sphere."""
    return setting(WORLD, InfoNCE(InnerProduct()), Encoder(BALL)).condition


def terms(*parts: Condition, world: World = WORLD) -> Terms:
    """Two terms of a sum, the first on pairs of full support."""
    return Terms((WORLD, world), (condition(), *parts))


def projected(
    bound: AbstractGroup = ROTATIONS, outputs: int = 3, world: World = WORLD
) -> Projection:
    """InfoNCE on the sphere after a linear projector, with a bound of the projected maps."""
    loss = Projected(InfoNCE(InnerProduct()), LinearProjector(RealSpace(3)))
    problem = Problem(world, loss, Encoder(RealSpace(outputs)))
    unshown = Membership(False, "a shift of an inner product is not optimal")
    return Projection(problem, condition(), bound, Extent.ALL_MAPS, unshown)


def infomax(
    marginals: tuple[Any, ...] = (Marginal.QUARTIC,) * 2,
    loss: Any = ModelLikelihood(4),  # noqa: B008
    outputs: int = 2,
    family: Family = Family.LINEAR,
) -> Problem:
    """A likelihood under a density of the model's, on independent sources."""
    world = World(RealSpace(2), Product(marginals), NoPairs(), Mixing.LINEAR)
    return Problem(world, loss, Encoder(RealSpace(outputs), family))


MINIMA: Mapping[str, Cases] = {
    "L-separating-stability": Cases(
        infomax,
        {
            "loss": lambda: infomax(loss=Like()),
            "linear": lambda: infomax(family=Family.UNIVERSAL),
            "symmetric": lambda: infomax((NormalMixture((-1, 2)), Marginal.QUARTIC)),
            # Two normal sources are rotated without a change.
            "computed": lambda: infomax((Marginal.NORMAL,) * 2),
            "square": lambda: infomax(outputs=3),
        },
    ),
    "L-projector": Cases(
        projected,
        {
            "square": lambda: projected(outputs=4),
            "affine": lambda: replace(projected(), extent=Extent.SMOOTH),
            # A shift of an inner product is not optimal, and the bound does not exclude it.
            "closed": lambda: projected(Euclidean(3)),
            "spans": lambda: projected(world=replace(WORLD, space=Curve(), pairs=NoPairs())),
        },
    ),
    "L-pointwise-minimum": Cases(
        ranked,
        {
            # The margin moves the minimum away from every power of the ratio.
            "one_minimum": lambda: ranked(1),
            "ratio": lambda: ranked(world=kept()),
        },
    ),
    "L-common-minimum": Cases(
        lambda: terms(condition()),
        {
            "exact": lambda: terms(replace(condition(), relaxed="a support is left out")),
            "everywhere": lambda: terms(condition(), world=kept()),
            "one_base": lambda: terms(replace(condition(), base=tuple(reversed(condition().base)))),
        },
    ),
}
"""Name ↦ cases, for the lemmas on losses of a user's own."""
