"""Quadratic log-densities, and the exact samplers they have: Gaussian, and Fisher-Bingham."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp
import torch
from torch import Tensor

from sith.numerics.lowering.lower import LoweredMap, lower_map
from sith.numerics.worlds.fisher_bingham import sample_fisher_bingham
from sith.numerics.worlds.rejection import reject
from sith.theory.assumptions import AbstractSpace, Box, Sphere


@dataclass(frozen=True, slots=True)
class QuadraticLaw:
    """Density proportional to exp(-x'Px/2 + g(y).x) on R^d, the unit box or the unit sphere.

    Fields: `precision` P ``(d, d)`` float64 on the CPU, `linear` the map g of the conditioning
    point y (of a constant for a prior), `space` where x lives.
    """

    precision: Tensor
    linear: LoweredMap
    space: AbstractSpace

    def __call__(self, given: Tensor, generator: torch.Generator) -> Tensor:
        """One draw ``(n, d)`` for each row of the conditioning points ``(n, k)``."""
        g = self.linear(given)
        values, basis = torch.linalg.eigh(self.precision)
        values, basis = values.to(given), basis.to(given)
        if isinstance(self.space, Sphere):
            rotated: Tensor = sample_fisher_bingham(values / 2, g @ basis, generator) @ basis.T
            return rotated
        mean = (g @ basis) / values
        scale = values.rsqrt()

        def propose(index: Tensor) -> tuple[Tensor, Tensor]:
            at = mean[index]
            noise = torch.randn(at.shape, generator=generator, device=at.device, dtype=at.dtype)
            x = (at + noise * scale) @ basis.T
            if isinstance(self.space, Box):
                return x, ((x >= 0) & (x <= 1)).all(-1)
            return x, torch.ones_like(index, dtype=torch.bool)

        return reject(mean.shape[0], propose, mean.device, "Gaussian law truncated to the box")


def is_quadratic(expression: sp.Expr, variables: Sequence[sp.Symbol]) -> bool:
    """Whether it is a polynomial of degree <= 2 whose second-order part is constant."""
    if not expression.is_polynomial(*variables):
        return False
    polynomial = sp.Poly(expression, *variables)
    constant = all(c.is_number for m, c in polynomial.terms() if sum(m) == 2)
    return bool(polynomial.total_degree() <= 2 and constant)


def log_mass(expression: sp.Expr, variables: Sequence[sp.Symbol]) -> float:
    """log ∫ exp(-x'Px/2) dx over R^d, infinite where P is not positive definite."""
    values = torch.linalg.eigvalsh(_precision(expression, variables))
    if float(values[0]) <= 0:
        return math.inf
    return float((math.log(2 * math.pi) - values.log()).sum() / 2)


def quadratic_law(
    expression: sp.Expr,
    variables: Sequence[sp.Symbol],
    given: Sequence[sp.Symbol],
    space: AbstractSpace,
) -> QuadraticLaw:
    """The law of a log-density in `variables`.

    Arguments:
        expression: `is_quadratic`, and, unless `space` is the sphere, of finite `log_mass`.
        variables: the d coordinates of the draw.
        given: the symbols of the conditioning point, in the order of its columns.
        space: R^d, box or sphere.
    """
    zero = dict.fromkeys(variables, sp.Integer(0))
    gradient = [sp.diff(expression, v).subs(zero, simultaneous=True) for v in variables]
    return QuadraticLaw(_precision(expression, variables), lower_map(gradient, given), space)


def _precision(expression: sp.Expr, variables: Sequence[sp.Symbol]) -> Tensor:
    rows = sp.hessian(expression, variables).tolist()
    return -torch.tensor([[float(h.evalf(30)) for h in row] for row in rows], dtype=torch.float64)
