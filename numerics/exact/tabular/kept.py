"""Finite worlds of pairs that keep some coordinates, so that p(z̃|z) has no density."""

from __future__ import annotations

from sith.numerics.exact.for_world import for_world
from sith.numerics.exact.tabular.world import FiniteWorld, frozen_height
from sith.numerics.lowering.lower import lower_map
from sith.theory import UnsupportedCondition, World, latents
from sith.theory.assumptions import Box, PartlyKeptSphere, StyleRedrawn, Uniform


def keeps_coordinates(world: World) -> bool:
    """Whether the pairs keep coordinates, and so are built by `kept_world`."""
    return isinstance(world.pairs, PartlyKeptSphere | StyleRedrawn)


def kept_world(world: World, count: int) -> FiniteWorld:
    """A world on `count` quadrature nodes a coordinate, some of which a pair keeps.

    On S² one coordinate is kept, see `frozen_height`, under any prior with a density; on a box with
    the uniform prior any are, and the others are drawn afresh. A kept coordinate stays on its node.
    Negatives follow the prior.

    Raises:
        UnsupportedCondition: another space, prior, or set of kept coordinates.
    """
    pairs, uniform = world.pairs, isinstance(world.prior, Uniform)
    if isinstance(pairs, PartlyKeptSphere) and world.dim == 3 and len(pairs.kept) == 1:
        known = frozen_height(count, float(pairs.concentration), pairs.kept[0])
        return known if uniform else _tilted(known, world)
    if not uniform:
        raise UnsupportedCondition(
            f"pairs '{pairs}' have no density, and no nodes with a {world.prior} prior"
        )
    if isinstance(pairs, StyleRedrawn) and isinstance(world.space, Box):
        rule = for_world(world, count)
        kept = rule.nodes[:, list(pairs.content)]
        same = (kept[:, None] == kept[None]).all(-1)
        conditional = same * rule.weights
        conditional = conditional / conditional.sum(1, keepdim=True)
        return FiniteWorld(rule.nodes, rule.weights[:, None] * conditional, rule.weights)
    raise UnsupportedCondition(
        f"no nodes for pairs '{pairs}' on the {world.space}",
        allowed="S² with one kept coordinate, or a box",
    )


def _tilted(known: FiniteWorld, world: World) -> FiniteWorld:
    """The same conditional, with anchors and negatives of the world's prior."""
    z = latents(world.dim)
    density = lower_map((world.prior.log_density(z),), z)(known.nodes)[:, 0]
    tilt = (known.weights.log() + density).softmax(0)
    joint = known.joint * (tilt / known.weights)[:, None]
    return FiniteWorld(known.nodes, joint, tilt)
