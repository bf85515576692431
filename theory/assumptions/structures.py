"""Structures of a decoder: additive, compositional, sparse, polynomial, orthogonal columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement

import sympy as sp

from sith.theory.assumptions.jets import JetSum, Support, relations_vanish, support_of
from sith.theory.errors import InputError
from sith.theory.exactness import integer
from sith.theory.groups import check_blocks
from sith.theory.verdict import Membership


def _unit(dim: int, *along: int) -> tuple[int, ...]:
    return tuple(along.count(j) for j in range(dim))


def _across(blocks: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    for one, other in combinations(blocks, 2):
        for i in one:
            for j in other:
                yield i, j


def _fits(blocks: Sequence[Sequence[int]], dim: int) -> None:
    size = sum(len(block) for block in blocks)
    if size != dim:
        raise InputError(f"blocks of {size} coordinates for d = {dim}")


@dataclass(frozen=True, slots=True)
class Additive:
    """ĝ(z) = Σ_B ĝ^(B)(z_B): each coordinate is a sum of functions of the blocks."""

    blocks: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        """Validate that the blocks partition 0 … d − 1."""
        object.__setattr__(self, "blocks", check_blocks(self.blocks))

    statement = "a sum of functions of the blocks of latents"
    latex = r"\partial_i\partial_j\hat g_a=0\ (i,j\text{ in different blocks})"
    incomplete = ""

    def __str__(self) -> str:
        """Name with the blocks."""
        return f"additive over {self.blocks}"

    def validate(self, dim: int) -> None:
        """Refuse blocks of another number of coordinates."""
        _fits(self.blocks, dim)

    def relations(self, outputs: int, dim: int, support: Support) -> tuple[JetSum, ...]:  # noqa: ARG002
        """Return ∂_i ∂_j ĝ_a = 0 for i and j in different blocks."""
        return tuple(
            (((a, _unit(dim, i, j)),),) for a in range(outputs) for i, j in _across(self.blocks)
        )

    def admits(
        self, decoder: Sequence[sp.Expr], symbols: Sequence[sp.Symbol], support: Support
    ) -> Membership:
        """Say whether all mixed derivatives across blocks vanish."""
        return relations_vanish(
            self.relations(len(decoder), len(symbols), support), decoder, symbols
        )


@dataclass(frozen=True, slots=True)
class Compositional:
    """Each coordinate of ĝ depends on the latents of at most one block, a slot."""

    blocks: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        """Validate that the blocks partition 0 … d − 1."""
        object.__setattr__(self, "blocks", check_blocks(self.blocks))

    statement = "each observation coordinate depends on at most one slot"
    latex = r"\partial_i\hat g_a\,\partial_j\hat g_a=0\ (i,j\text{ in different slots})"
    incomplete = ""

    def __str__(self) -> str:
        """Name with the slots."""
        return f"compositional over {self.blocks}"

    def validate(self, dim: int) -> None:
        """Refuse slots of another number of coordinates."""
        _fits(self.blocks, dim)

    def relations(self, outputs: int, dim: int, support: Support) -> tuple[JetSum, ...]:  # noqa: ARG002
        """Return ∂_i ĝ_a · ∂_j ĝ_a = 0 for i and j in different slots."""
        return tuple(
            (((a, _unit(dim, i)), (a, _unit(dim, j))),)
            for a in range(outputs)
            for i, j in _across(self.blocks)
        )

    def admits(
        self, decoder: Sequence[sp.Expr], symbols: Sequence[sp.Symbol], support: Support
    ) -> Membership:
        """Say whether no coordinate depends on two slots."""
        return relations_vanish(
            self.relations(len(decoder), len(symbols), support), decoder, symbols
        )


@dataclass(frozen=True, slots=True)
class SparseSupport:
    """The Jacobian of ĝ has at most as many entries that are not identically 0 as that of g."""

    statement = "with a Jacobian of no larger support than the true one"
    latex = r"\lVert J_{\hat g}\rVert_0\le\lVert J_g\rVert_0"
    incomplete = ""

    def __str__(self) -> str:
        """Name."""
        return "sparse"

    def validate(self, dim: int) -> None:
        """Accept any number of latents."""

    def relations(self, outputs: int, dim: int, support: Support) -> tuple[JetSum, ...]:
        """Return ∂_j ĝ_a = 0 outside the support of J_g: near g no entry of J_g vanishes."""
        return tuple(
            (((a, _unit(dim, j)),),)
            for a in range(outputs)
            for j in range(dim)
            if (a, j) not in support
        )

    def admits(
        self, decoder: Sequence[sp.Expr], symbols: Sequence[sp.Symbol], support: Support
    ) -> Membership:
        """Say whether the support is no larger than that of g, wherever it lies."""
        found = len(support_of(decoder, symbols))
        reason = f"the Jacobian has {found} entries, and that of g has {len(support)}"
        return Membership(found <= len(support), reason)


@dataclass(frozen=True, slots=True)
class PolynomialDegree:
    """ĝ is a polynomial of degree ≤ `degree`."""

    degree: int

    def __post_init__(self) -> None:
        """Validate the degree."""
        object.__setattr__(self, "degree", integer(self.degree, "degree", least=1))

    latex = r"\partial^{p+1}\hat g_a=0"
    incomplete = ""

    @property
    def statement(self) -> str:
        """What is assumed of the decoder, in words."""
        return f"polynomial of degree at most {self.degree}"

    def __str__(self) -> str:
        """Name with the degree."""
        return f"polynomial (degree ≤ {self.degree})"

    def validate(self, dim: int) -> None:
        """Accept any number of latents."""

    def relations(self, outputs: int, dim: int, support: Support) -> tuple[JetSum, ...]:  # noqa: ARG002
        """Return that all derivatives of order degree + 1 vanish."""
        orders = tuple(combinations_with_replacement(range(dim), self.degree + 1))
        return tuple((((a, _unit(dim, *along)),),) for a in range(outputs) for along in orders)

    def admits(
        self, decoder: Sequence[sp.Expr], symbols: Sequence[sp.Symbol], support: Support
    ) -> Membership:
        """Say whether all derivatives of order degree + 1 vanish."""
        return relations_vanish(
            self.relations(len(decoder), len(symbols), support), decoder, symbols
        )


@dataclass(frozen=True, slots=True)
class OrthogonalColumns:
    """The columns of J_ĝ are orthogonal to each other: independent mechanism analysis."""

    statement = "with orthogonal columns of the Jacobian"
    latex = r"\partial_i\hat g\cdot\partial_j\hat g=0\ (i\ne j)"
    incomplete = (
        "orthogonal columns leave fields that are not polynomial, with a law too: for a law of "
        "independent, equally distributed coordinates (f'(z1) f(z2), −f(z1) f'(z2), 0, …) with "
        "f'' + (log p)' f' = −μ f"
    )

    def __str__(self) -> str:
        """Name."""
        return "orthogonal-column"

    def validate(self, dim: int) -> None:
        """Accept any number of latents."""

    def relations(self, outputs: int, dim: int, support: Support) -> tuple[JetSum, ...]:  # noqa: ARG002
        """Return Σ_a ∂_i ĝ_a · ∂_j ĝ_a = 0 for i < j."""
        return tuple(
            tuple(((a, _unit(dim, i)), (a, _unit(dim, j))) for a in range(outputs))
            for i, j in combinations(range(dim), 2)
        )

    def admits(
        self, decoder: Sequence[sp.Expr], symbols: Sequence[sp.Symbol], support: Support
    ) -> Membership:
        """Say whether the columns of the Jacobian are orthogonal identically."""
        return relations_vanish(
            self.relations(len(decoder), len(symbols), support), decoder, symbols
        )
