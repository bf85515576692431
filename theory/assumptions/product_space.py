"""Products of latent spaces: the torus S¹ × S¹, a sphere beside a box, in any order of coordinates."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.assumptions.space import AbstractSpace, Sphere, unstated_coordinates
from sith.theory.errors import InputError, require_instance


@dataclass(frozen=True, slots=True, init=False)
class ProductSpace:
    """X_1 × … × X_k in R^d: `ProductSpace(Sphere(2), Box(1))` is the cylinder S¹ × (0, 1).

    `coordinates` lists, for each factor, which of the d coordinates it takes; by default the
    factors stand one after another. The factors may be products themselves, or spaces of one's own.
    """

    factors: tuple[AbstractSpace, ...]
    coordinates: tuple[tuple[int, ...], ...]

    def __init__(
        self, *factors: AbstractSpace, coordinates: Sequence[Sequence[int]] | None = None
    ) -> None:
        """Refuse what is not a space, and coordinates that are not shared out among the factors."""
        if len(factors) < 2:
            raise InputError(
                f"a product of {len(factors)} spaces",
                allowed="two or more",
                cure="write ProductSpace(Sphere(2), Box(1))",
            )
        for factor in factors:
            require_instance(factor, "a factor of the product")
            if not hasattr(factor, "rational_point") or not hasattr(factor, "constraints"):
                raise InputError(
                    f"factor {factor!r} of the product is not a space",
                    allowed="Sphere(d), Box(d), RealSpace(d), or a space of your own",
                )
        total, start, placed = sum(f.dim for f in factors), 0, []
        for factor in factors:
            placed.append(tuple(range(start, start + factor.dim)))
            start += factor.dim
        if coordinates is not None:
            placed = [tuple(int(i) for i in block) for block in coordinates]
        fits = [len(block) for block in placed] == [f.dim for f in factors]
        if not fits or sorted(i for block in placed for i in block) != list(range(total)):
            raise InputError(
                f"coordinates = {tuple(placed)} of a product in R^{total}",
                allowed=f"each of 0 to {total - 1} once, {[f.dim for f in factors]} for the factors",
            )
        object.__setattr__(self, "factors", tuple(factors))
        object.__setattr__(self, "coordinates", tuple(placed))

    @property
    def dim(self) -> int:
        """Number of coordinates d of all factors together."""
        return sum(f.dim for f in self.factors)

    @property
    def latex(self) -> str:
        """The space in LaTeX."""
        return r"\times ".join(f.latex for f in self.factors)

    @property
    def intervals(self) -> tuple[int, ...]:
        """The coordinates that are confined to (0, 1)."""
        return tuple(
            sorted(
                block[i]
                for factor, block in zip(self.factors, self.coordinates, strict=True)
                for i in getattr(factor, "intervals", ())
            )
        )

    @property
    def unstated(self) -> tuple[int, ...]:
        """The coordinates of which a factor does not say whether they are confined."""
        return tuple(
            sorted(
                block[i]
                for factor, block in zip(self.factors, self.coordinates, strict=True)
                for i in unstated_coordinates(factor)
            )
        )

    @property
    def is_product(self) -> bool:
        """Whether all coordinates are free of each other."""
        return all(getattr(f, "is_product", False) for f in self.factors)

    @property
    def irreducible(self) -> bool:
        """Whether every factor is known to be irreducible: then so is the product."""
        return all(getattr(f, "irreducible", False) for f in self.factors)

    def __str__(self) -> str:
        """Short name; the coordinates of each factor where they are not in order."""
        plain = [i for block in self.coordinates for i in block] == list(range(self.dim))
        named = zip(self.factors, self.coordinates, strict=True)
        return " × ".join(
            f"{f}" if plain else f"{f} in ({', '.join(f'z{i + 1}' for i in block)})"
            for f, block in named
        )

    def constraints(self, point: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
        """Return the polynomials that vanish on the factors, each at its own coordinates."""
        return tuple(
            c
            for factor, block in zip(self.factors, self.coordinates, strict=True)
            for c in factor.constraints([point[i] for i in block])
        )

    def rational_point(self, rng: random.Random) -> tuple[sp.Rational, ...]:
        """Draw a rational point of every factor."""
        values: dict[int, sp.Rational] = {}
        for factor, block in zip(self.factors, self.coordinates, strict=True):
            values |= dict(zip(block, factor.rational_point(rng), strict=True))
        return tuple(values[i] for i in range(self.dim))


def torus(circles: int) -> ProductSpace:
    """Return the torus (S¹)^k in R^{2k}, a circle in every two coordinates; k ≥ 2."""
    if type(circles) is not int or circles < 2:
        raise InputError(f"torus({circles!r})", allowed="an integer ≥ 2", cure="use Sphere(2)")
    return ProductSpace(*(Sphere(2) for _ in range(circles)))
