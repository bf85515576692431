"""What every indeterminacy group offers."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.groups.maps import Field, Map
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class JacobianShape:
    """Which entries ∂h_i/∂z_j vanish for the members of a group near the identity.

    Fields:
        zero: the pairs (i, j).
        data: the shape in words of its own, `{"blocks": …}` or `{"content": …}`.
    """

    zero: tuple[tuple[int, int], ...]
    data: dict[str, Any]


class AbstractGroup(ABC):
    """A group of maps of R^d: Lie algebra, finite part, sampling, membership, LaTeX."""

    __slots__ = ()

    if TYPE_CHECKING:  # at run time a dataclass would take an inherited property for a default

        @property
        def dim(self) -> int:
            """Number of coordinates d that the group acts on."""
            ...

    @property
    @abstractmethod
    def latex(self) -> str:
        """The group in LaTeX."""

    @property
    @abstractmethod
    def infinite(self) -> bool:
        """Whether the Lie algebra is infinite-dimensional."""

    @abstractmethod
    def algebra_basis(self, degree: int) -> tuple[Field, ...]:
        """Return a basis of the polynomial fields of degree ≤ `degree` in the Lie algebra."""

    @abstractmethod
    def in_algebra(self, field: Field) -> Membership:
        """Say whether a polynomial field lies in the Lie algebra, and why."""

    @abstractmethod
    def finite_generators(self) -> tuple[Map, ...]:
        """Return maps that, with the identity component, generate the group."""

    @abstractmethod
    def contains(self, member: Map) -> Membership:
        """Say whether an exact map is a member, and why."""

    @abstractmethod
    def sample(self, rng: random.Random) -> Map:
        """Draw an exact member, by construction."""

    def families(self, *, inside_box: bool = False) -> tuple[tuple[Field, sp.Expr, str], ...]:
        """Return fields that hold an arbitrary function, the function, and the family in words.

        Together with the generators they span an infinite-dimensional group; empty for the others.
        With `inside_box` the fields do not cross the faces of the unit box.
        """
        del inside_box
        return ()

    def elements(self) -> str:
        """Return the number of elements in words; empty for a group that is not finite."""
        return ""

    def component_count(self) -> int:
        """Return the number of connected components; 0 where it is not counted."""
        return 0

    def parts(self) -> dict[str, Any]:
        """Return what the group is built from, by name: a group of this class with equal parts is equal.

        By default the fields of the group's dataclass. A law that the group keeps is left out, for
        it is the claim's.
        """
        fields = getattr(type(self), "__dataclass_fields__", None)
        if fields is None:
            raise UnsupportedCondition(
                f"the parts of {self} are not known", cure="make it a dataclass, or write `parts`"
            )
        return {name: getattr(self, name) for name, field in fields.items() if field.init}

    def linear_part(self) -> tuple[AbstractMatrixGroup, ...]:
        """Return the group of the matrices of a group of affine maps; () for any other group."""
        return ()

    @property
    def shifts(self) -> bool:
        """Whether the group holds all translations because it is a matrix group with shifts."""
        return False

    def jacobian_shape(self) -> JacobianShape | None:
        """Return the shape of the Jacobian that alone makes a diffeomorphism a member, if one does."""
        return None

    def kept_density(self) -> tuple[sp.Expr, ...]:
        """Return log p where the members are all maps that keep the law p; () for any other group."""
        return ()

    def algebra_dimension(self, degree: int) -> int:
        """Return the dimension of the polynomial fields of degree ≤ `degree` in the algebra."""
        return len(self.algebra_basis(degree))


class AbstractMatrixGroup(AbstractGroup):
    """A group of linear maps, given by its matrices."""

    __slots__ = ()

    @property
    def infinite(self) -> bool:
        """A matrix group has finite dimension."""
        return False

    def linear_part(self) -> tuple[AbstractMatrixGroup, ...]:
        """Return the group itself."""
        return (self,)

    @abstractmethod
    def algebra_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return a basis of the matrix Lie algebra."""

    @abstractmethod
    def generator_matrices(self) -> tuple[sp.ImmutableMatrix, ...]:
        """Return matrices that, with the identity component, generate the group."""

    @abstractmethod
    def algebra_matrix(self, matrix: sp.Matrix) -> Membership:
        """Say whether a matrix lies in the Lie algebra."""

    @abstractmethod
    def contains_matrix(self, matrix: sp.Matrix) -> Membership:
        """Say whether a matrix is a member."""

    @abstractmethod
    def matrix_equations(self, matrix: sp.Matrix) -> tuple[sp.Expr, ...]:
        """Return polynomials in the entries whose real zeros among invertible matrices are G."""

    @abstractmethod
    def sample_matrix(self, rng: random.Random) -> sp.ImmutableMatrix:
        """Draw an exact member."""

    def algebra_basis(self, degree: int) -> tuple[Field, ...]:
        """Return the linear fields of the algebra (none below degree 1)."""
        return tuple(Field.linear(a) for a in self.algebra_matrices()) if degree >= 1 else ()

    def in_algebra(self, field: Field) -> Membership:
        """Say whether the field is linear with a matrix of the algebra."""
        if field.dim != self.dim or len(field.symbols) != self.dim:
            return Membership(False, f"the field does not act on R^{self.dim}")
        try:
            matrix, shift = field.linear_parts()
        except InputError:
            return Membership(False, "the field is not linear", str(field))
        if any(b != 0 for b in shift):
            return Membership(False, "the field moves the origin", str(field))
        return self.algebra_matrix(matrix)

    def finite_generators(self) -> tuple[Map, ...]:
        """Return the generator matrices as maps."""
        return tuple(Map.linear(m) for m in self.generator_matrices())

    def contains(self, member: Map) -> Membership:
        """Say whether the map is linear with a member matrix."""
        if member.dim != self.dim or len(member.expressions) != self.dim:
            return Membership(False, f"the map does not act on R^{self.dim}")
        try:
            matrix, shift = member.affine_parts()
        except InputError:
            return Membership(False, "the map is not affine", str(member))
        if any(sp.simplify(b) != 0 for b in shift):
            return Membership(False, "the map moves the origin", str(member))
        return self.contains_matrix(matrix)

    def sample(self, rng: random.Random) -> Map:
        """Draw an exact member."""
        return Map.linear(self.sample_matrix(rng))


def yes(reason: str) -> Membership:
    """Return a positive answer with its reason."""
    return Membership(True, reason)


def no(reason: str, witness: object = "") -> Membership:
    """Return a negative answer with its reason and, if known, the witness."""
    return Membership(False, reason, str(witness))
