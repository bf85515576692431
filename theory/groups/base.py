"""Maps, polynomial vector fields, and what every indeterminacy group offers."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.exactness import exact
from sith.theory.notation import latents
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class Map:
    """An exact map of the latents: one sympy expression per output coordinate."""

    symbols: tuple[sp.Symbol, ...]
    expressions: tuple[sp.Expr, ...]

    def __post_init__(self) -> None:
        """Refuse floats."""
        for expression in self.expressions:
            exact(expression, "a map's coordinate")

    @classmethod
    def linear(cls, matrix: sp.Matrix, shift: Sequence[sp.Expr] = ()) -> Map:
        """Return z ↦ Mz + b."""
        z = latents(matrix.cols)
        b = tuple(shift) or (sp.Integer(0),) * matrix.rows
        rows = tuple(
            sp.Add(*(matrix[i, j] * z[j] for j in range(matrix.cols))) + b[i]
            for i in range(matrix.rows)
        )
        return cls(z, rows)

    @classmethod
    def identity(cls, dim: int) -> Map:
        """Return z ↦ z."""
        return cls(latents(dim), latents(dim))

    @property
    def dim(self) -> int:
        """Number of input coordinates."""
        return len(self.symbols)

    def __call__(self, point: Sequence[sp.Expr]) -> tuple[sp.Expr, ...]:
        """Return the image of a point."""
        table = dict(zip(self.symbols, point, strict=True))
        return tuple(e.xreplace(table) for e in self.expressions)

    def after(self, other: Map) -> Map:
        """Return the composition self ∘ other."""
        return Map(other.symbols, self(other.expressions))

    def jacobian(self) -> sp.ImmutableMatrix:
        """Return the Jacobian matrix ∂h_i/∂z_j."""
        return sp.ImmutableMatrix([[sp.diff(e, s) for s in self.symbols] for e in self.expressions])

    def affine_parts(self) -> tuple[sp.ImmutableMatrix, tuple[sp.Expr, ...]]:
        """Return (M, b) with h(z) = Mz + b; raises `InputError` where h is not affine."""
        matrix = self.jacobian().applyfunc(sp.simplify)
        if matrix.free_symbols:
            raise InputError(f"the map {self} is not affine")
        return matrix, self((sp.Integer(0),) * self.dim)

    def __str__(self) -> str:
        """The map as z ↦ (…)."""
        z = ", ".join(map(str, self.symbols))
        return f"({z}) ↦ ({', '.join(map(str, self.expressions))})"


@dataclass(frozen=True, slots=True)
class Field:
    """A vector field ξ along the map h: one expression per output coordinate.

    Computed fields are polynomial; fields that keep a law may hold roots, logarithms and exponentials.
    """

    symbols: tuple[sp.Symbol, ...]
    expressions: tuple[sp.Expr, ...]

    @property
    def dim(self) -> int:
        """Number of output coordinates."""
        return len(self.expressions)

    def linear_parts(self) -> tuple[sp.ImmutableMatrix, tuple[sp.Expr, ...]]:
        """Return (A, b) with ξ(z) = Az + b; raises `InputError` where ξ is not affine."""
        dim = len(self.symbols)
        rows, shift = [], []
        for e in self.expressions:
            if isinstance(e, sp.Expr) and not e.is_polynomial(*self.symbols):
                raise InputError(f"the field {self} is not affine")
            terms = sp.Poly(e, *self.symbols).as_dict()
            if any(sum(powers) > 1 for powers in terms):
                raise InputError(f"the field {self} is not affine")
            units = [tuple(int(i == j) for j in range(dim)) for i in range(dim)]
            rows.append([terms.get(unit, sp.Integer(0)) for unit in units])
            shift.append(terms.get((0,) * dim, sp.Integer(0)))
        return sp.ImmutableMatrix(rows), tuple(shift)

    @classmethod
    def linear(cls, matrix: sp.Matrix) -> Field:
        """Return ξ(z) = Az."""
        image = Map.linear(matrix)
        return cls(image.symbols, image.expressions)

    def __str__(self) -> str:
        """The field as ξ = (…)."""
        return f"ξ = ({', '.join(str(sp.expand(e)) for e in self.expressions)})"


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


def unit(i: int, j: int, dim: int) -> sp.Matrix:
    """Return the matrix unit E_ij."""
    matrix = sp.zeros(dim, dim)
    matrix[i, j] = 1
    return matrix


def small_rational(rng: random.Random, top: int = 4, bottom: int = 3) -> sp.Rational:
    """Draw a small rational number, zero included."""
    return sp.Rational(rng.randint(-top, top), rng.randint(1, bottom))


def small_nonzero(rng: random.Random) -> sp.Rational:
    """Draw a small rational number that is not zero."""
    return rng.choice((1, -1)) * sp.Rational(rng.randint(1, 4), rng.randint(1, 3))


def permutation_matrix(order: Sequence[int]) -> sp.ImmutableMatrix:
    """Return P with (Pz)_i = z_{order[i]}."""
    dim = len(order)
    return sp.ImmutableMatrix(dim, dim, lambda i, j: int(order[i] == j))


def transpositions(dim: int) -> Iterator[sp.ImmutableMatrix]:
    """Return the permutation matrices that swap neighbours."""
    for i in range(dim - 1):
        order = list(range(dim))
        order[i], order[i + 1] = order[i + 1], order[i]
        yield permutation_matrix(order)


def monomials(symbols: Sequence[sp.Symbol], degree: int) -> tuple[sp.Expr, ...]:
    """Return the monomials of degree ≤ `degree`, by degree."""
    return tuple(
        sp.Mul(*chosen)
        for k in range(degree + 1)
        for chosen in combinations_with_replacement(symbols, k)
    )


def along(symbols: tuple[sp.Symbol, ...], component: int, value: sp.Expr, dim: int) -> Field:
    """Return the field with `value` in one component and zero elsewhere."""
    return Field(symbols, tuple(value if i == component else sp.Integer(0) for i in range(dim)))
