"""Hypothesis strategies over worlds, parameters and maps: valid values by construction.

They draw exact values (sympy rationals) and shrink to small ones. Use them in tests of your own:

    from hypothesis import given
    from sith import strategies

    @given(strategies.rotations(3))
    def test_my_loss_is_invariant(rotation): ...
"""

from __future__ import annotations

from fractions import Fraction

import sympy as sp
from hypothesis import strategies as st

from sith.theory import (
    AnisotropicSphere,
    Box,
    Classes,
    ExponentialNorm,
    Gaussian,
    Marginal,
    Product,
    RealSpace,
    Sphere,
    StyleRedrawn,
    Uniform,
    VonMisesFisher,
    World,
    rational_unit_vectors,
)
from sith.theory.groups import Map


def rationals(low: int, high: int, denominator: int = 6) -> st.SearchStrategy[sp.Rational]:
    """Rational numbers from `low` to `high`; integers come first when shrinking."""
    whole = st.integers(low, high).map(sp.Integer)
    parts = st.fractions(Fraction(low), Fraction(high), max_denominator=denominator)
    return st.one_of(whole, parts.map(_rational))


def positives(high: int = 10, denominator: int = 6) -> st.SearchStrategy[sp.Rational]:
    """Positive rational numbers up to `high`: concentrations κ, rates λ, inverse temperatures."""
    least = Fraction(1, denominator)
    parts = st.fractions(least, Fraction(high), max_denominator=denominator)
    return st.one_of(st.integers(1, high).map(sp.Integer), parts.map(_rational))


def contractions(denominator: int = 12) -> st.SearchStrategy[sp.Rational]:
    """Rational numbers strictly between 0 and 1: correlations ρ of positive pairs."""
    least = Fraction(1, denominator)
    return st.fractions(least, 1 - least, max_denominator=denominator).map(_rational)


def exponents() -> st.SearchStrategy[sp.Rational]:
    """Exponents p ≥ 1 of norms: 1, 2, 3 and 4."""
    return st.sampled_from([sp.Integer(k) for k in (1, 2, 3, 4)])


def dimensions(low: int = 2, high: int = 4) -> st.SearchStrategy[int]:
    """Numbers of latent coordinates."""
    return st.integers(low, high)


def weights(dim: int, high: int = 10) -> st.SearchStrategy[tuple[sp.Rational, ...]]:
    """Positive diagonals Λ; ties occur."""
    return st.tuples(*[positives(high)] * dim)


def frozen_coordinates(dim: int) -> st.SearchStrategy[tuple[int, ...]]:
    """Which coordinates both views keep: at least one, and not all."""
    kept = st.sets(st.integers(0, dim - 1), min_size=1, max_size=dim - 1)
    return kept.map(lambda chosen: tuple(sorted(chosen)))


def marginals(dim: int) -> st.SearchStrategy[tuple[Marginal, ...]]:
    """Marginals of independent coordinates that are positive on the line; several may be normal."""
    line = [Marginal.NORMAL, *(m for m in Marginal if m not in (Marginal.NORMAL, Marginal.UNIFORM))]
    return st.tuples(*[st.sampled_from(line)] * dim)


def class_vectors(
    dim: int, most: int = 0
) -> st.SearchStrategy[tuple[tuple[sp.Rational, ...], ...]]:
    """Rational unit vectors v_c, from 2 of them up to `most` (default 3 d)."""
    counts = st.integers(2, most or 3 * dim)
    return st.builds(
        lambda count, seed: rational_unit_vectors(count, dim, seed), counts, st.integers(0, 99)
    )


@st.composite
def rotations(draw: st.DrawFn, dim: int, size: int = 3) -> Map:
    """Draw a rational rotation of R^dim: the Cayley transform of a rational skew matrix."""
    skew = sp.zeros(dim, dim)
    for i in range(dim):
        for j in range(i + 1, dim):
            entry = draw(rationals(-size, size, 3))
            skew[i, j], skew[j, i] = entry, -entry
    one = sp.eye(dim)
    return Map.linear((one - skew).inv() * (one + skew))


@st.composite
def signed_permutations(draw: st.DrawFn, dim: int) -> Map:
    """Draw a signed permutation of the coordinates."""
    order = draw(st.permutations(range(dim)))
    signs = draw(st.tuples(*[st.sampled_from([1, -1])] * dim))
    return Map.linear(sp.Matrix(dim, dim, lambda i, j: signs[i] * int(order[i] == j)))


@st.composite
def generalised_permutations(draw: st.DrawFn, dim: int) -> Map:
    """Draw a permutation with non-zero rational scales."""
    order = draw(st.permutations(range(dim)))
    nonzero = st.one_of(positives(4, 3), positives(4, 3).map(lambda x: -x))
    scales = draw(st.tuples(*[nonzero] * dim))
    return Map.linear(
        sp.Matrix(dim, dim, lambda i, j: scales[i] if order[i] == j else sp.Integer(0))
    )


@st.composite
def sphere_worlds(draw: st.DrawFn, dim: int = 0) -> World:
    """Draw a world on the sphere: von Mises–Fisher or anisotropic pairs, or labelled classes."""
    d = dim or draw(dimensions())
    pairs = draw(
        st.one_of(
            positives().map(VonMisesFisher),
            weights(d).map(AnisotropicSphere),
            st.builds(Classes, class_vectors(d), positives()),
        )
    )
    return World(Sphere(d), Uniform(), pairs)


@st.composite
def box_worlds(draw: st.DrawFn, dim: int = 0) -> World:
    """Draw a world on the box: norm-exponential pairs, or kept content with redrawn style."""
    d = dim or draw(dimensions())
    pairs = draw(
        st.one_of(
            st.builds(ExponentialNorm, positives(), exponents()),
            frozen_coordinates(d).map(StyleRedrawn),
        )
    )
    return World(Box(d), Uniform(), pairs)


@st.composite
def source_worlds(draw: st.DrawFn, dim: int = 0) -> World:
    """Draw a world of single observations on R^d: Gaussian, or independent sources."""
    d = dim or draw(dimensions())
    prior = draw(st.one_of(st.just(Gaussian()), marginals(d).map(Product)))
    return World(RealSpace(d), prior)


def worlds(dim: int = 0) -> st.SearchStrategy[World]:
    """Draw any world of the three kinds."""
    return st.one_of(sphere_worlds(dim), box_worlds(dim), source_worlds(dim))


def _rational(value: Fraction) -> sp.Rational:
    return sp.Rational(value.numerator, value.denominator)
