"""Which properties a world has, and the table of what implies what."""

from __future__ import annotations

from sith.theory.assumptions.mixing import Mixing
from sith.theory.assumptions.pairs import NoPairs
from sith.theory.assumptions.property_names import IMPLICATIONS, Property, close
from sith.theory.assumptions.world import World
from sith.theory.errors import MissingAssumption


def properties(world: World) -> frozenset[Property]:
    """Return the properties of a world, closed under `IMPLICATIONS`."""
    found: set[Property] = {Property.KNOWN_MARGINAL}
    for part in (world.pairs, world.prior):
        found |= getattr(part, "properties", frozenset())
    if getattr(world.prior, "factors", False) and getattr(world.space, "is_product", False):
        found.add(Property.INDEPENDENT)
    if world.mixing is not Mixing.ARBITRARY:
        linear = world.mixing is Mixing.LINEAR
        found.add(Property.LINEAR_MIXING if linear else Property.INJECTIVE)
    return close(frozenset(found))


def require(world: World, needed: Property, by: str) -> None:
    """Raise `MissingAssumption` unless the world has the property, naming what would supply it."""
    if needed in properties(world):
        return
    suppliers = " or ".join(a.value for a, b in IMPLICATIONS if b is needed)
    extra = _SUPPLY.get(needed, suppliers)
    if needed is Property.INJECTIVE:
        raise MissingAssumption(
            f"{by} needs that {needed.value}, and the mixing is {world.mixing}",
            cure="use mixing=Mixing.INJECTIVE or Mixing.LINEAR",
        )
    found = "no pairs" if isinstance(world.pairs, NoPairs) else f"pairs '{world.pairs}'"
    raise MissingAssumption(
        f"{by} needs that {needed.value}, and the world has {found} and a {world.prior} prior",
        cure=extra,
    )


_DENSITY = "use pairs with a density, such as VonMisesFisher, ExponentialNorm or PairLogDensity"
_SUPPLY = {
    Property.PAIR_DENSITY: _DENSITY,
    Property.FULL_SUPPORT: _DENSITY,
    Property.LABELS: "use pairs=Classes(...)",
    Property.SHARED_CONTENT: "use pairs=StyleRedrawn(content=...) or SharedBlock(views=...)",
    Property.INDEPENDENT: "use a Gaussian or Product prior, or Uniform on a Box",
}
"""What supplies a property that a world lacks."""
