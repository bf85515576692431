"""The quadrature of a world: one registered rule for each prior, and one for each space."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch

from sith.numerics.exact.quadrature import (
    Quadrature,
    box,
    checked_dim,
    circle,
    gaussian,
    product,
    sphere,
    whole_space,
)
from sith.numerics.lowering.lower import lower
from sith.theory import UnsupportedCondition, latents
from sith.theory.assumptions import (
    AbstractSpace,
    Box,
    Gaussian,
    LogDensity,
    Product,
    RealSpace,
    Sphere,
    Uniform,
    World,
)
from sith.theory.dispatch import register_call


def for_world(world: World, count: int) -> Quadrature:
    """The quadrature of a world's latent space and prior, `count` nodes a coordinate.

    Raises:
        UnsupportedCondition: the dimension is above `LARGEST_DIM`, or the prior has no rule.
    """
    checked_dim(world.dim)
    rule = prior_rule_of(world.prior)
    return rule(world, count)


Rule = Callable[[World, int], Quadrature]


@singledispatch
def prior_rule_of(prior: object) -> Rule:
    """Return how the law of a prior is put on nodes of a world's space.

    Raises:
        UnsupportedCondition: nothing is registered for the prior.
    """
    raise UnsupportedCondition(
        f"no quadrature for the prior {prior}",
        allowed="Uniform, Gaussian, Product and LogDensity",
        cure=register_call("sith.numerics.exact.prior_rule_of", prior),
    )


@prior_rule_of.register
def _(prior: Uniform) -> Rule:  # noqa: ARG001
    return lambda world, count: space_rule_of(world.space, count)


@prior_rule_of.register
def _(prior: LogDensity) -> Rule:  # noqa: ARG001
    return _weighted


@prior_rule_of.register
def _(prior: Gaussian) -> Rule:  # noqa: ARG001
    own: Rule = lambda world, count: gaussian(world.dim, count)
    return lambda world, count: (own if is_whole(world.space) else _weighted)(world, count)


@prior_rule_of.register
def _(prior: Product) -> Rule:
    own: Rule = lambda _, count: product(prior.marginals, count)
    return lambda world, count: (own if is_whole(world.space) else _weighted)(world, count)


def is_whole(space: AbstractSpace) -> bool:
    """Whether a space is neither the sphere nor the box, so that a law on R^d stands as it is."""
    return not isinstance(space, Sphere | Box)


def _weighted(world: World, count: int) -> Quadrature:
    """The nodes of the space, weighted by the density of the prior."""
    base, symbols = space_rule_of(world.space, count), latents(world.dim)
    log_density = lower(world.prior.log_density(symbols), symbols)(base.nodes)
    weights = (log_density + base.reference.log()).softmax(0)
    return Quadrature(base.nodes, weights, base.reference)


@singledispatch
def space_rule_of(space: object, count: int) -> Quadrature:  # noqa: ARG001
    """Return the nodes of a space with its own measure, `count` a coordinate.

    Raises:
        UnsupportedCondition: nothing is registered for the space.
    """
    raise UnsupportedCondition(
        f"no quadrature for the space {space}",
        allowed="Sphere, Box and RealSpace",
        cure=register_call("sith.numerics.exact.space_rule_of", space),
    )


@space_rule_of.register
def _(space: Sphere, count: int) -> Quadrature:
    return circle(count) if space.dim == 2 else sphere(count)


@space_rule_of.register
def _(space: Box, count: int) -> Quadrature:
    return box(space.dim, count)


@space_rule_of.register
def _(space: RealSpace, count: int) -> Quadrature:
    return whole_space(space.dim, count)
