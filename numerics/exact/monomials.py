"""Polynomial fields of a dimension and a range of degrees, monomial by monomial."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement

import torch
from torch import Tensor

from sith.numerics.exact.problem import LatentMap

Factors = tuple[int, ...]
"""The coordinates whose product a monomial is."""


def monomial_fields(dim: int, degree: int, lowest: int = 0) -> list[LatentMap]:
    """All fields with one monomial, of degree from `lowest` to `degree`, in one component."""
    return [_monomial_field(i, p) for i in range(dim) for p in monomials(dim, degree, lowest)]


def monomials(dim: int, degree: int, lowest: int = 0) -> list[Factors]:
    """All monomials of degree from `lowest` to `degree`."""
    return [
        chosen
        for k in range(lowest, degree + 1)
        for chosen in combinations_with_replacement(range(dim), k)
    ]


def _monomial_field(component: int, factors: tuple[int, ...]) -> LatentMap:
    def field(h: Tensor) -> Tensor:
        value = torch.ones_like(h[:, 0])
        for factor in factors:
            value = value * h[:, factor]
        zero = torch.zeros_like(value)
        return torch.stack([value if i == component else zero for i in range(h.shape[1])], 1)

    return field


def combined_field(dim: int, powers: Sequence[Factors], weights: Tensor) -> LatentMap:
    """The combination of `monomial_fields` with the given weights, each monomial computed once."""
    table = weights.reshape(dim, len(powers))

    def field(h: Tensor) -> Tensor:
        monomials = torch.stack([h[:, list(factors)].prod(1) for factors in powers], 1)
        combined: Tensor = monomials @ table.T
        return combined

    return field
