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
    tensor_product,
    whole_space,
)
from sith.numerics.lowering.lower import lower
from sith.numerics.worlds.space_parts import grid_dim
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
    confined_coordinates,
    parts_of,
)
from sith.theory.dispatch import register_call


def for_world(world: World, count: int) -> Quadrature:
    """The quadrature of a world's latent space and prior, `count` nodes a coordinate.

    Raises:
        UnsupportedCondition: the dimension is above `LARGEST_DIM`, or the prior has no rule.
    """
    checked_dim(grid_dim(world.space))
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
    """Whether a space is R^d, with no equation and no interval, so that a law stands as it is."""
    return not (space.constraints(latents(space.dim)) or confined_coordinates(space))


def _weighted(world: World, count: int) -> Quadrature:
    """The nodes of the space, weighted by the density of the prior."""
    base, symbols = space_rule_of(world.space, count), latents(world.dim)
    log_density = lower(world.prior.log_density(symbols), symbols)(base.nodes)
    weights = (log_density + base.reference.log()).softmax(0)
    return Quadrature(base.nodes, weights, base.reference)


@singledispatch
def space_rule_of(space: AbstractSpace, count: int) -> Quadrature:
    """Return the nodes of a space with its own measure, `count` a coordinate.

    Products of circles, spheres S², intervals and lines have the product of their rules.

    Raises:
        UnsupportedCondition: nothing is registered for the space, and it is no such product.
    """
    parts = parts_of(space) if hasattr(space, "constraints") else None
    if parts is None or not parts.known or any(len(block) > 3 for block in parts.spheres):
        raise UnsupportedCondition(
            f"no quadrature for the space {space}",
            allowed="Sphere, Box, RealSpace, and products of them with spheres up to S²",
            cure=register_call("sith.numerics.exact.space_rule_of", space),
        )
    factors = [circle(count) if len(b) == 2 else sphere(count) for b in parts.spheres]
    factors += [box(1, count) for _ in parts.intervals]
    factors += [whole_space(1, count) for _ in parts.lines]
    rule = tensor_product(factors)
    placed = [i for b in parts.spheres for i in b] + [*parts.intervals, *parts.lines]
    order = sorted(range(space.dim), key=placed.__getitem__)
    return Quadrature(rule.nodes[:, order], rule.weights, rule.reference)


@space_rule_of.register
def _(space: Sphere, count: int) -> Quadrature:
    return circle(count) if space.dim == 2 else sphere(count)


@space_rule_of.register
def _(space: Box, count: int) -> Quadrature:
    return box(space.dim, count)


@space_rule_of.register
def _(space: RealSpace, count: int) -> Quadrature:
    return whole_space(space.dim, count)
