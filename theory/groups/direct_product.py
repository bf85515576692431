"""Direct products: a group of its own on each block of coordinates, no block exchanged for another."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import prod

import sympy as sp

from sith.theory.errors import InputError
from sith.theory.groups.base import AbstractGroup, no, yes
from sith.theory.groups.blocks import check_blocks
from sith.theory.groups.maps import Field, Map
from sith.theory.notation import latents
from sith.theory.verdict import Membership


@dataclass(frozen=True, slots=True)
class DirectProduct(AbstractGroup):
    """G_1 × … × G_k, the group `factors[i]` acting on the coordinates `blocks[i]` alone.

    Without `blocks` the factors act on coordinates one after another. Groups of finite dimension
    only. Equal factors are not exchanged: for that take `BlockOrthogonal`.
    """

    factors: tuple[AbstractGroup, ...]
    blocks: tuple[tuple[int, ...], ...] = ()

    def __post_init__(self) -> None:
        """Validate the blocks, and refuse factors of infinite dimension."""
        factors = tuple(self.factors)
        for g in factors:
            if getattr(g, "infinite", True):
                raise InputError(f"factor {g!r} of a product", allowed="groups of finite dimension")
        starts = [sum(g.dim for g in factors[:k]) for k in range(len(factors))]
        placed = self.blocks or tuple(
            tuple(range(a, a + g.dim)) for a, g in zip(starts, factors, strict=True)
        )
        if [len(b) for b in placed] != [g.dim for g in factors]:
            raise InputError(
                f"blocks = {placed}", allowed=f"blocks of {[g.dim for g in factors]} coordinates"
            )
        check_blocks(placed)
        object.__setattr__(self, "factors", factors)
        object.__setattr__(self, "blocks", tuple(tuple(map(int, b)) for b in placed))

    @property
    def dim(self) -> int:
        """Number of coordinates."""
        return sum(g.dim for g in self.factors)

    @property
    def latex(self) -> str:
        """The group in LaTeX."""
        return r"\times ".join(g.latex for g in self.factors)

    def __str__(self) -> str:
        """Short name: each factor with its coordinates."""
        return " × ".join(
            f"{g} on ({', '.join(f'z{i + 1}' for i in block)})"
            for g, block in zip(self.factors, self.blocks, strict=True)
        )

    @property
    def infinite(self) -> bool:
        """The factors have finite dimension."""
        return False

    def component_count(self) -> int:
        """Return the product of the factors' numbers; 0 where one is not counted."""
        return prod(g.component_count() for g in self.factors)

    def algebra_basis(self, degree: int) -> tuple[Field, ...]:
        """Return the factors' fields, each along its own coordinates."""
        z, found = latents(self.dim), []
        for g, block in zip(self.factors, self.blocks, strict=True):
            for field in g.algebra_basis(degree):
                found.append(Field(z, self._placed(field, block, (sp.Integer(0),) * self.dim)))
        return tuple(found)

    def in_algebra(self, field: Field) -> Membership:
        """Say whether each block's components depend on the block alone, by a field of its factor."""
        if field.dim != self.dim or len(field.symbols) != self.dim:
            return no(f"the field does not act on R^{self.dim}")
        for g, block in zip(self.factors, self.blocks, strict=True):
            inner = tuple(field.symbols[i] for i in block)
            parts = tuple(sp.expand(field.expressions[i]) for i in block)
            stray = self._stray(parts, inner)
            if stray:
                return no(f"a component of the block {block} depends on {stray}", field)
            answer = g.in_algebra(Field(inner, parts))
            if not answer.holds:
                return no(f"block {block}: {answer.reason}", field)
        return yes("a field of its factor in each block")

    def finite_generators(self) -> tuple[Map, ...]:
        """Return the factors' generators, the other coordinates kept."""
        return tuple(
            self._lifted(g, block)
            for factor, block in zip(self.factors, self.blocks, strict=True)
            for g in factor.finite_generators()
        )

    def contains(self, member: Map) -> Membership:
        """Say whether each block's outputs depend on the block alone, by a member of its factor."""
        if member.dim != self.dim or len(member.expressions) != self.dim:
            return no(f"the map does not act on R^{self.dim}")
        for g, block in zip(self.factors, self.blocks, strict=True):
            inner = tuple(member.symbols[i] for i in block)
            parts = tuple(sp.expand(member.expressions[i]) for i in block)
            stray = self._stray(parts, inner)
            if stray:
                return no(f"an output of the block {block} depends on {stray}", member)
            answer = g.contains(Map(inner, parts))
            if not answer.holds:
                return no(f"block {block}: {answer.reason}", member)
        return yes("a member of its factor in each block")

    def sample(self, rng: random.Random) -> Map:
        """Draw a member of each factor."""
        result = Map.identity(self.dim)
        for g, block in zip(self.factors, self.blocks, strict=True):
            result = self._lifted(g.sample(rng), block).after(result)
        return result

    def _lifted(self, inner: Map, block: Sequence[int]) -> Map:
        z = latents(self.dim)
        return Map(z, self._placed(inner, block, z))

    def _placed(
        self, inner: Map | Field, block: Sequence[int], rest: Sequence[sp.Expr]
    ) -> tuple[sp.Expr, ...]:
        z = latents(self.dim)
        table = dict(zip(inner.symbols, (z[i] for i in block), strict=True))
        outputs = list(rest)
        for i, e in zip(block, inner.expressions, strict=True):
            outputs[i] = e.xreplace(table)
        return tuple(outputs)

    def _stray(self, parts: Sequence[sp.Expr], inner: Sequence[sp.Symbol]) -> str:
        others = set(chain.from_iterable(e.free_symbols for e in parts)) - set(inner)
        return str(min(others, key=str)) if others else ""
