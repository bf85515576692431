"""Several views, each of which sees some of the latents through a mixing of its own."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.assumptions.abstract_pairs import Point
from sith.theory.assumptions.prior import AbstractPrior
from sith.theory.assumptions.property_names import Property
from sith.theory.assumptions.space import AbstractSpace, Sphere
from sith.theory.errors import InputError
from sith.theory.notation import latents


@dataclass(frozen=True, slots=True)
class SharedBlock:
    """Views x_k = g_k(z_{S_k}) with mixings that may differ; `views[k]` lists the coordinates S_k.

    The latents have a positive density, so that any value of the other coordinates may go with the
    ones that a view sees. Coordinates that no other view sees are private to their view.
    """

    views: tuple[tuple[int, ...], ...]

    properties = frozenset({Property.SHARED_CONTENT})

    def __post_init__(self) -> None:
        """Refuse fewer than two views, empty views, repeated coordinates, and no shared one."""
        if len(self.views) < 2:
            raise InputError(f"views = {self.views!r}", allowed="a tuple of at least two views")
        for view in self.views:
            if not view or len(set(view)) != len(view):
                raise InputError(
                    f"view {view!r}", allowed="a non-empty tuple of distinct coordinates"
                )
        if not self.content:
            raise InputError(
                f"no coordinate is in all of the views {self.views}",
                cure="give the views at least one coordinate in common",
            )

    @property
    def content(self) -> tuple[int, ...]:
        """The coordinates that all views see."""
        return tuple(i for i in self.views[0] if all(i in view for view in self.views))

    def require_world(self, space: AbstractSpace, prior: AbstractPrior) -> None:  # noqa: ARG002
        """Refuse the sphere, and views of coordinates that the space does not have."""
        if space.constraints(latents(space.dim)):
            where = "sphere" if isinstance(space, Sphere) else str(space)
            raise InputError(f"{self} on the {where}", cure="use Box(d) or RealSpace(d)")
        seen = {i for view in self.views for i in view}
        if seen - set(range(space.dim)):
            raise InputError(f"a view of coordinate {max(seen)}", allowed=f"0 to {space.dim - 1}")

    def log_conditional(self, z: Sequence[sp.Expr], zt: Sequence[sp.Expr]) -> sp.Expr:  # noqa: ARG002
        """Refuse: views share coordinates, so there is no conditional density."""
        raise InputError(
            "views that share coordinates have no density p(z̃|z)",
            cure="use the objective AlignmentMaxEntropy or LatentCorrelation",
        )

    def rational_partner(self, space: AbstractSpace, z: Point, rng: random.Random) -> Point:
        """Keep the shared coordinates and draw all others afresh."""
        fresh = space.rational_point(rng)
        kept = set(self.content)
        return tuple(z[i] if i in kept else x for i, x in enumerate(fresh))

    def __str__(self) -> str:
        """Short name."""
        return f"views of the coordinates {', '.join(map(str, self.views))}"
