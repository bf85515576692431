"""Groups that are another group under a name of their own."""

from __future__ import annotations

import random
from abc import abstractmethod

from sith.theory.groups.base import AbstractGroup, AbstractMatrixGroup
from sith.theory.groups.maps import Field, Map
from sith.theory.groups.shifted import Shifted
from sith.theory.verdict import Membership


class AbstractAffineGroup(AbstractGroup):
    """A group of affine maps that is a matrix group with shifts."""

    __slots__ = ()

    @abstractmethod
    def shifted(self) -> Shifted:
        """Return the group as a matrix group with shifts."""

    @property
    def infinite(self) -> bool:
        """An affine group has finite dimension."""
        return False

    def linear_part(self) -> tuple[AbstractMatrixGroup, ...]:
        """Return the matrix group."""
        return self.shifted().linear_part()

    def component_count(self) -> int:
        """Return the matrix group's number: the shifts are connected."""
        return self.shifted().component_count()

    @property
    def shifts(self) -> bool:
        """Every translation is a member."""
        return True

    def algebra_basis(self, degree: int) -> tuple[Field, ...]:
        """Return constant fields and, from degree 1, the linear ones."""
        return self.shifted().algebra_basis(degree)

    def in_algebra(self, field: Field) -> Membership:
        """Say whether the field is affine with a matrix of the algebra."""
        return self.shifted().in_algebra(field)

    def finite_generators(self) -> tuple[Map, ...]:
        """Return the matrix group's generators."""
        return self.shifted().finite_generators()

    def contains(self, member: Map) -> Membership:
        """Say whether the map is affine with a member matrix."""
        return self.shifted().contains(member)

    def sample(self, rng: random.Random) -> Map:
        """Draw an exact member."""
        return self.shifted().sample(rng)
