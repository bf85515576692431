"""Structures of a decoder: additive, compositional, sparse, polynomial, orthogonal columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement
from typing import Any, Protocol

import sympy as sp
from sympy.polys.polyerrors import BasePolynomialError

from sith.theory.errors import InputError
from sith.theory.exactness import integer
from sith.theory.groups import check_blocks
from sith.theory.verdict import Membership

Factor = tuple[int, tuple[int, ...]]
"""(a, k): the derivative of coordinate a of the decoder, k_j times along coordinate j."""

JetSum = tuple[tuple[Factor, ...], ...]
"""A sum of products of derivatives of the decoder."""

Support = frozenset[tuple[int, int]]
"""The entries (a, j) of a Jacobian that are not identically zero."""


class AbstractStructure(Protocol):
    """A class of decoders, given by differential equations."""

    @property
    def statement(self) -> str:
        """What is assumed of the decoder, in words."""
        ...

    @property
    def latex(self) -> str:
        """The equations of the class, in LaTeX."""
        ...

    @property
    def incomplete(self) -> str:
        """Why polynomial fields may miss free maps; empty where they do not by this class."""
        ...

    def validate(self, dim: int) -> None:
        """Raise `InputError` where the structure does not fit `dim` latents."""
        ...

    def relations(self, outputs: int, dim: int, support: Support) -> tuple[JetSum, ...]:
        """Return sums of products of derivatives that vanish for decoders of the class near g.

        `support` is the support of the Jacobian of g.
        """
        ...

    def admits(
        self, decoder: Sequence[sp.Expr], symbols: Sequence[sp.Symbol], support: Support
    ) -> Membership:
        """Say whether a rational decoder lies in the class, as an identity."""
        ...


@dataclass(frozen=True, slots=True)
class Derivatives:
    """Exact partial derivatives of rational functions, in a ring or field over the rationals."""

    domain: Any
    elements: tuple[Any, ...]

    def partial(self, a: int, along: Sequence[int]) -> sp.Expr:
        """Return the derivative of function a along the coordinates listed."""
        return self.domain.to_sympy(self.element(a, along))

    def element(self, a: int, along: Sequence[int]) -> Any:
        """Return the derivative as an element of the domain; it is 0 exactly when it vanishes."""
        value = self.elements[a]
        for j in along:
            value = value.diff(self.domain.gens[j])
        return value


def derivatives(functions: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]) -> Derivatives:
    """Return the functions in an exact domain; raises `InputError` for one that is not rational."""
    polynomial = all(f.is_polynomial(*symbols) for f in functions)
    domain = sp.QQ[tuple(symbols)] if polynomial else sp.QQ.frac_field(*symbols)
    elements = []
    for f in functions:
        try:
            elements.append(domain.from_sympy(f if polynomial else sp.together(f)))
        except (BasePolynomialError, ValueError, TypeError):
            raise InputError(
                f"{f} is not a rational function of {tuple(symbols)}",
                allowed="polynomials and fractions with rational coefficients",
            ) from None
    return Derivatives(domain, tuple(elements))


def support_of(functions: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]) -> Support:
    """Return the entries of the Jacobian that are not identically zero."""
    table = derivatives(functions, symbols)
    return frozenset(
        (a, j)
        for a in range(len(functions))
        for j in range(len(symbols))
        if table.element(a, (j,)) != 0
    )


def _vanish(
    relations: Sequence[JetSum], decoder: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]
) -> Membership:
    table = derivatives(decoder, symbols)
    for relation in relations:
        total = table.domain.zero
        for product in relation:
            value = table.domain.one
            for a, powers in product:
                along = [j for j, k in enumerate(powers) for _ in range(k)]
                value = value * table.element(a, along)
            total = total + value
        if total != 0:
            return Membership(
                False, f"{_written(relation, symbols)} = {table.domain.to_sympy(total)}"
            )
    return Membership(True, "the equations of the class hold identically")


def _written(relation: JetSum, symbols: Sequence[sp.Symbol]) -> str:
    def factor(a: int, powers: Sequence[int]) -> str:
        along = "".join(f" ∂{s}" * k for s, k in zip(symbols, powers, strict=True))
        return f"{along.strip()} ĝ_{a + 1}"

    return " + ".join(" · ".join(factor(a, k) for a, k in product) for product in relation)


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
        return _vanish(self.relations(len(decoder), len(symbols), support), decoder, symbols)


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
        return _vanish(self.relations(len(decoder), len(symbols), support), decoder, symbols)


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
        return _vanish(self.relations(len(decoder), len(symbols), support), decoder, symbols)


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
        return _vanish(self.relations(len(decoder), len(symbols), support), decoder, symbols)
