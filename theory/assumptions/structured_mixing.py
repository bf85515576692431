"""A given mixing g of a class that is not closed under composition, such as additive decoders."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import sympy as sp

from sith.theory.assumptions.abstract_structure import AbstractStructure
from sith.theory.assumptions.jets import derivatives, support_of
from sith.theory.assumptions.structures import SparseSupport
from sith.theory.errors import InputError
from sith.theory.exactness import exact
from sith.theory.verdict import Membership

RANK_DRAWS = 4
"""The Jacobian is evaluated at this many rational points before it is called degenerate."""

RANGE = 9
"""Numerators of those points."""


@dataclass(frozen=True, slots=True)
class StructuredMixing:
    """A true mixing x = g(z), injective, and the class that the learned decoder ĝ is taken from.

    `g` holds one expression per observation coordinate, rational in `symbols` with rational
    coefficients; `structure` is the class. Injectivity is part of the statement: what is checked is
    that g is in the class and that its Jacobian has full column rank at some point. A universal
    encoder inverts ĝ, so ĝ = g∘h^{−1}, and the condition on h depends on g.
    """

    g: tuple[sp.Expr, ...]
    symbols: tuple[sp.Symbol, ...]
    structure: AbstractStructure

    def __post_init__(self) -> None:
        """Refuse a g that is not rational, has a degenerate Jacobian, or is not in the class."""
        symbols = tuple(self.symbols)
        if not symbols or not all(isinstance(s, sp.Symbol) for s in symbols):
            raise InputError(f"symbols = {symbols!r}", allowed="the d latent coordinates")
        if len(set(symbols)) != len(symbols):
            raise InputError(f"symbols = {symbols} repeat a coordinate")
        if not hasattr(self.structure, "relations"):
            raise InputError(
                f"structure = {self.structure!r}",
                allowed="Additive, Compositional, SparseSupport, PolynomialDegree or "
                "OrthogonalColumns",
            )
        g = tuple(exact(e, f"coordinate {a + 1} of g") for a, e in enumerate(self.g))
        for a, e in enumerate(g):
            stray = e.free_symbols - set(symbols)
            if stray:
                raise InputError(f"coordinate {a + 1} of g holds {min(stray, key=str)}")
        object.__setattr__(self, "symbols", symbols)
        object.__setattr__(self, "g", g)
        self.structure.validate(len(symbols))
        self._require_rank()
        if isinstance(self.structure, SparseSupport):
            return
        inside = self.admits(g)
        if not inside.holds:
            raise InputError(
                f"g is not in the class of {self.structure} mixings: {inside.reason}",
                cure="change g or the structure",
            )

    def _require_rank(self) -> None:
        table = derivatives(self.g, self.symbols)
        jacobian = sp.Matrix([[table.partial(a, (j,)) for j in range(self.dim)] for a in self.rows])
        rng = random.Random(0)
        best = 0
        for _ in range(RANK_DRAWS):
            point = {
                s: sp.Rational(rng.randint(-RANGE, RANGE), rng.randint(1, RANGE))
                for s in self.symbols
            }
            value = jacobian.xreplace(point)
            if not value.has(sp.zoo, sp.nan):
                best = max(best, value.rank())
        if best < self.dim:
            raise InputError(
                f"the Jacobian of g has rank {best} at the points tried",
                allowed=f"full column rank {self.dim} at a generic point",
            )

    @property
    def dim(self) -> int:
        """Number of latent coordinates."""
        return len(self.symbols)

    @property
    def rows(self) -> range:
        """Indices of the observation coordinates."""
        return range(len(self.g))

    @property
    def value(self) -> str:
        """What is assumed, in words."""
        return f"injective, {self.structure.statement}; x = {self.g}"

    @property
    def restricts_jacobian(self) -> bool:
        """Whether the class is a differential condition: always."""
        return True

    @property
    def rigid(self) -> bool:
        """Whether the class is known to leave no more than Euclidean motions: never."""
        return False

    def at(self, symbols: tuple[sp.Symbol, ...]) -> tuple[sp.Expr, ...]:
        """Return g written in other coordinates."""
        table: dict[Any, Any] = dict(zip(self.symbols, symbols, strict=True))
        return tuple(e.xreplace(table) for e in self.g)

    def relations(self) -> tuple[tuple[tuple[tuple[int, tuple[int, ...]], ...], ...], ...]:
        """Return the equations of the class near g, see `AbstractStructure.relations`."""
        return self.structure.relations(len(self.g), self.dim, support_of(self.g, self.symbols))

    def admits(self, decoder: tuple[sp.Expr, ...]) -> Membership:
        """Say whether a map of the coordinates `symbols`, rational, is a decoder of the class."""
        return self.structure.admits(decoder, self.symbols, support_of(self.g, self.symbols))

    def __str__(self) -> str:
        """Name of the class, and g."""
        return f"{self.structure} g = ({', '.join(map(str, self.g))})"
