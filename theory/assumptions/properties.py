"""Which properties a world has, and the table of what implies what."""

from __future__ import annotations

from enum import Enum

from sith.theory.assumptions.classes import Classes
from sith.theory.assumptions.mixing import Mixing
from sith.theory.assumptions.ornstein_uhlenbeck import OrnsteinUhlenbeck
from sith.theory.assumptions.pairs import ExponentialNorm, NoPairs, PairLogDensity, StyleRedrawn
from sith.theory.assumptions.prior import Gaussian, Product, Uniform
from sith.theory.assumptions.space import Box, RealSpace
from sith.theory.assumptions.sphere_pairs import AnisotropicSphere, PartlyKeptSphere, VonMisesFisher
from sith.theory.assumptions.views import SharedBlock
from sith.theory.assumptions.world import World
from sith.theory.errors import MissingAssumption


class Property(Enum):
    """A property that a derivation may need; the value is its statement."""

    PAIR_DENSITY = "positive pairs have a conditional density p(z̃|z)"
    FULL_SUPPORT = "the conditional p(z̃|z) is positive on the whole latent space"
    KNOWN_MARGINAL = "the marginal density of the latents is stated"
    UNIFORM_MARGINAL = "the marginal of the latents is uniform"
    INDEPENDENT = "the coordinates of the latents are independent"
    INJECTIVE = "the mixing is injective"
    LINEAR_MIXING = "the mixing is linear"
    LABELS = "each latent comes with a label"
    SHARED_CONTENT = "content is kept and every style coordinate is redrawn on an open set"


IMPLICATIONS: tuple[tuple[Property, Property], ...] = (
    (Property.FULL_SUPPORT, Property.PAIR_DENSITY),
    (Property.UNIFORM_MARGINAL, Property.KNOWN_MARGINAL),
    (Property.INDEPENDENT, Property.KNOWN_MARGINAL),
    (Property.LINEAR_MIXING, Property.INJECTIVE),
)
"""If the first holds, so does the second."""


def properties(world: World) -> frozenset[Property]:
    """Return the properties of a world, closed under `IMPLICATIONS`."""
    found: set[Property] = {Property.KNOWN_MARGINAL}
    pairs = world.pairs
    full = VonMisesFisher | ExponentialNorm | AnisotropicSphere | PairLogDensity | OrnsteinUhlenbeck
    if isinstance(pairs, full):
        found.add(Property.FULL_SUPPORT)
    if isinstance(pairs, PartlyKeptSphere):
        found.add(Property.PAIR_DENSITY)
    if isinstance(pairs, Classes):
        found.add(Property.LABELS)
    if isinstance(pairs, StyleRedrawn | SharedBlock):
        found.add(Property.SHARED_CONTENT)
    if isinstance(world.prior, Uniform):
        found.add(Property.UNIFORM_MARGINAL)
    independent_prior = isinstance(world.prior, Gaussian | Product)
    uniform_box = isinstance(world.prior, Uniform) and isinstance(world.space, Box)
    if (independent_prior and isinstance(world.space, RealSpace | Box)) or uniform_box:
        found.add(Property.INDEPENDENT)
    if world.mixing is not Mixing.ARBITRARY:
        linear = world.mixing is Mixing.LINEAR
        found.add(Property.LINEAR_MIXING if linear else Property.INJECTIVE)
    return close(frozenset(found))


def close(found: frozenset[Property]) -> frozenset[Property]:
    """Close a set of properties under `IMPLICATIONS`."""
    closed = set(found)
    while True:
        new = {b for a, b in IMPLICATIONS if a in closed} - closed
        if not new:
            return frozenset(closed)
        closed |= new


def require(world: World, needed: Property, by: str) -> None:
    """Raise `MissingAssumption` unless the world has the property, naming what would supply it."""
    if needed in properties(world):
        return
    suppliers = [a.value for a, b in IMPLICATIONS if b is needed]
    extra = " or ".join(suppliers)
    if needed in (Property.PAIR_DENSITY, Property.FULL_SUPPORT):
        extra = (
            "use pairs with a density, such as VonMisesFisher, ExponentialNorm or PairLogDensity"
        )
    if needed is Property.INJECTIVE:
        raise MissingAssumption(
            f"{by} needs that {needed.value}, and the mixing is {world.mixing}",
            cure="use mixing=Mixing.INJECTIVE or Mixing.LINEAR",
        )
    if needed is Property.LABELS:
        extra = "use pairs=Classes(...)"
    if needed is Property.SHARED_CONTENT:
        extra = "use pairs=StyleRedrawn(content=...) or SharedBlock(views=...)"
    if needed is Property.INDEPENDENT:
        extra = "use a Gaussian or Product prior, or Uniform on a Box"
    found = "no pairs" if isinstance(world.pairs, NoPairs) else f"pairs '{world.pairs}'"
    raise MissingAssumption(
        f"{by} needs that {needed.value}, and the world has {found} and a {world.prior} prior",
        cure=extra,
    )
