"""The optimum condition as data: functional equations in the unknown map h."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import sympy as sp

from sith.theory.assumptions import (
    AbstractPairs,
    AbstractSpace,
    Classes,
    JetSum,
    Mixing,
    StructuredMixing,
)
from sith.theory.verdict import Lemma


class UpTo(Enum):
    """What an equation's residual may equal instead of zero."""

    NOTHING = "zero"
    FUNCTION_OF_Z = "a function c(z) of the anchor"
    SEPARABLE = "a sum of functions of single coordinates"
    PAIR_SEPARABLE = "a sum of functions of single coordinate pairs (z_i, z̃_i)"


@dataclass(frozen=True, slots=True)
class Equation:
    """One functional equation: `residual` equals `up_to`, at all pairs (z, z̃).

    The residual is an expression in the coordinates of z and z̃, the values H = h(z) and
    H̃ = h(z̃), and the learned parameters. `volume` lists the (output, latent) coordinate pairs of
    the base map when the residual also holds the term log|det J_h|; its first-order change is
    Σ ∂ξ_output/∂z_latent. `gram` lists (i, j, c) when the residual also holds the terms
    c (J_hᵀJ_h − I)_ij; the first-order change of each is c (∂ξ_i/∂z_j + ∂ξ_j/∂z_i). `decoder` is a
    sum of products of derivatives of the learned decoder ĝ = g∘h^{−1}, in its own coordinates, which
    vanishes; it stands alone, with the residual 0. To first order ĝ changes by −J_g ξ. `partner`
    gives z̃ as expressions in z where the equation holds at that z̃ alone, and in z and the
    coordinates of z̃ that are free where it holds at partners that keep the others; it is empty
    where the equation holds at all pairs.
    """

    residual: sp.Expr
    up_to: UpTo = UpTo.NOTHING
    volume: tuple[tuple[int, int], ...] = ()
    gram: tuple[tuple[int, int, int], ...] = ()
    decoder: JetSum = ()
    partner: tuple[sp.Expr, ...] = ()

    def at_partner(self, value: sp.Expr, zt: Sequence[sp.Symbol]) -> sp.Expr:
        """Put the equation's own partner for z̃, if it has one."""
        return value.xreplace(dict(zip(zt, self.partner, strict=True))) if self.partner else value


@dataclass(frozen=True, slots=True)
class Condition:
    """The optimum condition of a claim, around a base solution h₀.

    `base` gives h₀ in the coordinates z; `parameters` gives the learned parameters at h₀;
    `linear_only` says that h is linear because mixing and encoder are; `steps` is the derivation
    in words and LaTeX, `lemmas` what it trusts. `relaxed` says what was left out, if the equations
    are weaker than the optimum: the free maps are then only contained in the computed ones.
    `relabelled` says that learned parameters name the outputs, so that maps are compared up to the
    order of outputs; `symmetric` that the loss does not depend on their order, and that a map is optimal
    exactly where it solves the equations in some order. `incomplete` says why polynomial fields may miss free maps: an agreement that
    needs all of them is then undecided. That the fields are complete does not lift it: for
    T(z) = z³ the maps T⁻¹(A T(z)) are free and continuous, and belong to no continuous field (at
    z = 0 it has a pole). `mixing` is the class of the decoder; equations with `decoder` terms are
    those of a `StructuredMixing`. `foldable` says that any map of the box that keeps the uniform law
    may follow an optimal map, one that is not injective too.
    """

    space: AbstractSpace
    output: AbstractSpace
    pairs: AbstractPairs | Classes
    z: tuple[sp.Symbol, ...]
    zt: tuple[sp.Symbol, ...]
    image: tuple[sp.Symbol, ...]
    image_t: tuple[sp.Symbol, ...]
    base: tuple[sp.Expr, ...]
    parameters: Mapping[sp.Symbol, sp.Expr]
    equations: tuple[Equation, ...]
    linear_only: bool
    latex: str
    steps: tuple[str, ...] = ()
    lemmas: tuple[Lemma, ...] = ()
    relaxed: str = ""
    relabelled: bool = False
    symmetric: bool = False
    incomplete: str = ""
    mixing: Mixing | StructuredMixing = Mixing.INJECTIVE
    in_box: bool = False
    foldable: bool = False
    over: tuple[sp.Expr, ...] = ()
    by_coordinate: bool = False
    base_words: str = ""
    content_law: sp.Expr = sp.Integer(0)

    @property
    def base_t(self) -> tuple[sp.Expr, ...]:
        """The base map at z̃."""
        table = dict(zip(self.z, self.zt, strict=True))
        return tuple(b.xreplace(table) for b in self.base)

    @property
    def base_coordinates(self) -> tuple[sp.Symbol, ...]:
        """The latent coordinates that the base map keeps, in order."""
        return tuple(next(iter(sorted(b.free_symbols, key=self.z.index))) for b in self.base)
