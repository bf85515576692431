"""Whether the densities that a world states are laws: its prior, pairs and environments."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import lru_cache, singledispatch
from typing import Any

import sympy as sp

from sith.theory.assumptions.actions import KnownActions
from sith.theory.assumptions.augmentation_graph import AugmentationGraph
from sith.theory.assumptions.auxiliary import ExponentialFamily, SoftmaxLabels
from sith.theory.assumptions.classes import Classes
from sith.theory.assumptions.finite_space import FiniteSpace
from sith.theory.assumptions.interventions import LinearInterventions
from sith.theory.assumptions.jacobi import JacobiDiffusion
from sith.theory.assumptions.law import (
    MOST_MONOMIALS,
    Law,
    Standing,
    box_law,
    continuous,
    jointly,
    leading_for_all,
    monomial_bound,
    not_shown,
    positive_on_box,
    positive_on_reals,
    real_law,
    shown,
    sphere_law,
)
from sith.theory.assumptions.marginals import Marginal
from sith.theory.assumptions.moment_operator import MomentOperator
from sith.theory.assumptions.ornstein_uhlenbeck import OrnsteinUhlenbeck
from sith.theory.assumptions.pairs import (
    ExponentialNorm,
    LinearlyCorrelated,
    NoPairs,
    PairLogDensity,
    ReversibleDiffusion,
    StyleRedrawn,
)
from sith.theory.assumptions.parts import parts_of
from sith.theory.assumptions.prior import Atoms, Gaussian, LogDensity, Product, Uniform
from sith.theory.assumptions.space import AbstractSpace, Box, RealSpace, Sphere
from sith.theory.assumptions.sphere_pairs import AnisotropicSphere, PartlyKeptSphere, VonMisesFisher
from sith.theory.assumptions.stationary import Stationary
from sith.theory.assumptions.subsets_redrawn import SubsetsRedrawn
from sith.theory.assumptions.views import SharedBlock
from sith.theory.errors import InputError
from sith.theory.notation import latents

POINTS = 3
"""A conditional is examined at this many generic anchors z."""


def law_of(prior: Any, pairs: Any, space: AbstractSpace) -> Law:
    """Return whether every density that the world states has a finite integral."""
    laws = [law for _, law in _densities(prior, pairs, space)]
    joint = jointly(laws)
    if joint.standing is not Standing.SHOWN or not isinstance(pairs, PairLogDensity):
        return joint
    if _at_every_anchor(pairs, space):
        return joint
    return not_shown(f"log p(z̃|z) was examined at {POINTS} generic anchors z, not at every one")


def require_laws(prior: Any, pairs: Any, space: AbstractSpace) -> None:
    """Raise `InputError` for a density whose integral was shown to diverge, with the direction."""
    for what, law in _densities(prior, pairs, space):
        if law.fails:
            raise InputError(
                f"{what} is not normalisable on {space}: {law.reason}, in {law.way}",
                allowed="densities with a finite integral",
                cure="change the log-density there (is its sign right?)",
            )


def _densities(prior: Any, pairs: Any, space: AbstractSpace) -> list[tuple[str, Law]]:
    if isinstance(pairs, ExponentialFamily):
        # The prior is the base measure: it need not be a law, and p(z|u) has to be one.
        return _environments(prior, pairs, space)
    return [prior_law(prior, space), pair_law(pairs, space)]


@singledispatch
def prior_law(prior: Any, space: AbstractSpace) -> tuple[str, Law]:  # noqa: ARG001
    """Return the prior in words, and whether it is a law on the space."""
    return f"the prior {prior}", not_shown(f"nothing is known of the prior {prior}")


def _named_prior(prior: Any, space: AbstractSpace) -> tuple[str, Law]:  # noqa: ARG001
    return f"the prior {prior}", shown("a named law")


for _kind in (Gaussian, Product, Atoms, Stationary):
    prior_law.register(_kind, _named_prior)


@prior_law.register
def _(prior: Uniform, space: AbstractSpace) -> tuple[str, Law]:
    bounded, unknown = shown("a bounded space"), not_shown(f"{space} is not known to be bounded")
    law = bounded if _compact(space) else unknown
    return f"the prior {prior}", law


@prior_law.register
def _(prior: LogDensity, space: AbstractSpace) -> tuple[str, Law]:
    return f"log p(z) = {_short(prior.expression)}", _law_on(
        space, prior.expression, prior.coordinates
    )


@singledispatch
def pair_law(pairs: Any, space: AbstractSpace) -> tuple[str, Law]:  # noqa: ARG001
    """Return the pairs in words, and whether they are a law of z̃ for every anchor z."""
    return f"the pairs {pairs}", not_shown(f"nothing is known of the pairs {pairs}")


def _named_pairs(pairs: Any, space: AbstractSpace) -> tuple[str, Law]:  # noqa: ARG001
    return f"the pairs {pairs}", shown("a named law")


for _pairs in (
    AnisotropicSphere,
    AugmentationGraph,
    Classes,
    ExponentialNorm,
    JacobiDiffusion,
    KnownActions,
    LinearInterventions,
    LinearlyCorrelated,
    MomentOperator,
    NoPairs,
    OrnsteinUhlenbeck,
    PartlyKeptSphere,
    ReversibleDiffusion,
    SharedBlock,
    SoftmaxLabels,
    StyleRedrawn,
    SubsetsRedrawn,
    VonMisesFisher,
):
    pair_law.register(_pairs, _named_pairs)


@pair_law.register
def _(pairs: PairLogDensity, space: AbstractSpace) -> tuple[str, Law]:
    what = f"log p(z̃|z) = {_short(pairs.expression)}"
    found = []
    for seed in range(POINTS):
        anchor = space.rational_point(random.Random(seed))
        table = dict(zip(pairs.z, anchor, strict=True))
        law = _law_on(space, pairs.expression.xreplace(table), pairs.zt)
        if not law.fails:
            found.append(law)
    if not found:
        # It diverges at every one of the anchors.
        return what, law
    if len(found) < POINTS:
        return what, not_shown("the conditional has a finite integral at some anchors z only")
    return what, jointly(found)


def _at_every_anchor(pairs: PairLogDensity, space: AbstractSpace) -> bool:
    """Whether what was shown at a few anchors is the same at all: shifted, or of one leading form."""
    expression = pairs.expression
    if not expression.has(*pairs.z):
        return True
    if not isinstance(space, RealSpace):
        positive = positive_on_box if isinstance(space, Box) else positive_on_reals
        return continuous(expression, positive)
    if monomial_bound(expression) > MOST_MONOMIALS:
        return False
    shifted = expression.subs(
        {b: a + b for a, b in zip(pairs.z, pairs.zt, strict=True)}, simultaneous=True
    )
    if not sp.expand(shifted, log=False).has(*pairs.z):
        return True
    return bool(
        expression.is_polynomial(*pairs.z, *pairs.zt) and leading_for_all(expression, pairs.zt)
    )


def _environments(
    prior: Any, family: ExponentialFamily, space: AbstractSpace
) -> list[tuple[str, Law]]:
    z = latents(family.dim)
    if not isinstance(prior, Gaussian | Product | LogDensity):
        return [(f"the base measure {prior}", not_shown(f"the base measure is {prior}"))]
    bounded = {
        x for x, m in zip(z, getattr(prior, "marginals", ()), strict=False) if m is Marginal.UNIFORM
    }
    free = tuple(x for x in z if x not in bounded)
    base = prior.log_density(z)
    table = []
    for u in range(len(family.parameters)):
        # The statistics are of one coordinate each: on a bounded one they are integrable.
        total = (base + family.exponent(u)).subs(dict.fromkeys(bounded, sp.Rational(1, 2)))
        law = _law_on(space, total, free) if free else shown("bounded coordinates")
        table.append((f"p(z|u) of environment {u}, exponent {_short(total)},", law))
    return table


def _law_on(space: AbstractSpace, expression: sp.Expr, coordinates: Sequence[sp.Symbol]) -> Law:
    kind = next((k for k in _ON if isinstance(space, k)), None)
    if kind is None and _compact(space):
        kind = Sphere  # continuous log-densities are bounded there too
    if kind is None:
        return not_shown(f"no rule covers the {space}")
    return _cached(kind, expression, tuple(coordinates))


def _compact(space: AbstractSpace) -> bool:
    """Whether the closure of a space is known to be compact: a product of spheres and intervals."""
    parts = parts_of(space)
    return (parts.known and not parts.lines) or bool(getattr(space, "compact", False))


_ON: dict[type, Any] = {
    RealSpace: real_law,
    Box: box_law,
    Sphere: lambda expression, coordinates: sphere_law(expression),  # noqa: ARG005
    FiniteSpace: lambda expression, coordinates: shown("finitely many points"),  # noqa: ARG005
}


@lru_cache(maxsize=1024)
def _cached(kind: type, expression: sp.Expr, coordinates: tuple[sp.Symbol, ...]) -> Law:
    law: Law = _ON[kind](expression, coordinates)
    return law


def _short(expression: sp.Expr) -> str:
    text = str(expression)
    return text if len(text) <= 160 else f"{text[:150]}…"
