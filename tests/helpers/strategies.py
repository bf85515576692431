"""Exact values built by construction: rational numbers, rotations, invertible and positive matrices."""

from __future__ import annotations

from itertools import combinations

import sympy as sp
from hypothesis import strategies as st


def small_rationals(top: int = 3, bottom: int = 2) -> st.SearchStrategy[sp.Rational]:
    """Rational numbers of small height, zero included; shrinks to 0."""
    return st.builds(sp.Rational, st.integers(-top, top), st.integers(1, bottom))


def positive_rationals(top: int = 4, bottom: int = 3) -> st.SearchStrategy[sp.Rational]:
    """Positive rational numbers of small height; shrinks to 1."""
    return st.builds(sp.Rational, st.integers(1, top), st.integers(1, bottom))


@st.composite
def rotations(draw: st.DrawFn, dim: int) -> sp.ImmutableMatrix:
    """Rational rotations: the Cayley transform (I + K)⁻¹(I − K) of a rational skew matrix K."""
    skew = sp.zeros(dim, dim)
    for i, j in combinations(range(dim), 2):
        skew[i, j] = draw(small_rationals())
        skew[j, i] = -skew[i, j]
    eye = sp.eye(dim)
    return sp.ImmutableMatrix((eye + skew).inv() * (eye - skew))


@st.composite
def permutation_matrices(draw: st.DrawFn, dim: int) -> sp.ImmutableMatrix:
    """Permutation matrices; shrinks to the identity."""
    order = draw(st.permutations(range(dim)))
    return sp.ImmutableMatrix(dim, dim, lambda i, j: int(order[i] == j))


@st.composite
def unimodular(draw: st.DrawFn, dim: int, top: int = 2) -> sp.ImmutableMatrix:
    """Integer matrices of determinant 1: a unit lower times a unit upper triangular matrix."""
    entries = st.integers(-top, top)
    lower = sp.Matrix(dim, dim, lambda i, j: draw(entries) if i > j else int(i == j))
    upper = sp.Matrix(dim, dim, lambda i, j: draw(entries) if i < j else int(i == j))
    return sp.ImmutableMatrix(lower * upper)


@st.composite
def invertible_matrices(draw: st.DrawFn, dim: int) -> sp.ImmutableMatrix:
    """Rational invertible matrices: a unimodular one times a positive diagonal one."""
    scale = sp.diag(*(draw(positive_rationals(3, 2)) for _ in range(dim)))
    return sp.ImmutableMatrix(draw(unimodular(dim, 1)) * scale)


@st.composite
def positive_definite(draw: st.DrawFn, dim: int) -> sp.ImmutableMatrix:
    """Rational positive definite matrices S = LᵀL with L invertible; shrinks to the identity."""
    root = draw(invertible_matrices(dim))
    return sp.ImmutableMatrix(root.T * root)
