"""Independent coordinates on the line whose log-densities are polynomials."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp
import torch
from numpy.polynomial import Polynomial
from torch import Tensor

from sith.numerics.worlds.rejection import negative_log_uniform, reject
from sith.theory.errors import InputError

LEAST_ACCEPTANCE = 1e-3
"""Below it a law is refused: its modes are too far apart for one Gaussian."""

_SCALES = 21


@dataclass(frozen=True, slots=True)
class GaussianProposal:
    """Rejection for one density exp(p(x)): N(mean, scale²) and the polynomial of the log-ratio.

    `excess` is p(x) + (x − mean)²/(2 scale²) in powers of (x − mean)/scale, lowest first, less its
    largest value: that a polynomial has its maximum at a root of its derivative makes the bound
    exact.
    """

    mean: float
    scale: float
    excess: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PolynomialLaw:
    """Density proportional to exp(Σ_i p_i(x_i)) on R^d, one proposal for each coordinate."""

    proposals: tuple[GaussianProposal, ...]

    def __call__(self, given: Tensor, generator: torch.Generator) -> Tensor:
        """One draw ``(n, d)`` for each row of `given` ``(n, k)``, whose values do not matter."""
        columns = [_draw(p, given, generator) for p in self.proposals]
        return torch.stack(columns, dim=-1)


def separates(expression: sp.Expr, variables: Sequence[sp.Symbol]) -> bool:
    """Whether it is a sum of rational polynomials of one variable each, all of them present."""
    if not expression.is_polynomial(*variables) or expression.free_symbols != set(variables):
        return False
    terms = sp.Poly(expression, *variables).monoms()
    return all(sum(power > 0 for power in term) <= 1 for term in terms)


def polynomial_law(expression: sp.Expr, variables: Sequence[sp.Symbol]) -> PolynomialLaw:
    """The law of a log-density that `separates`.

    Raises:
        InputError: a coordinate whose polynomial is not of even degree with a negative leading
            coefficient, or has modes too far apart.
    """
    zero = dict.fromkeys(variables, sp.Integer(0))
    found = []
    for x in variables:
        own = expression.subs({v: s for v, s in zero.items() if v != x})
        poly = sp.Poly(own, x)
        if poly.degree() % 2 or poly.LC() > 0:
            raise InputError(
                f"the log-density {own} has no exact sampler: it does not decay on both sides",
                allowed="polynomials of even degree with a negative leading coefficient",
            )
        found.append(_proposal(Polynomial([float(c) for c in reversed(poly.all_coeffs())]), own))
    return PolynomialLaw(tuple(found))


def _proposal(p: Polynomial, name: sp.Expr) -> GaussianProposal:
    peak, top = _maximum(p)
    # Where the density is above e^-40 of its largest value.
    ends = (p - (top - 40)).roots()
    real = ends[np.abs(ends.imag) < 1e-6 * (1 + np.abs(ends))].real
    grid = np.linspace(real.min(), real.max(), 20_001)
    mass = np.exp(p(grid) - top)
    step = grid[1] - grid[0]
    mean = float((grid * mass).sum() / mass.sum())
    spread = float(np.sqrt(((grid - mean) ** 2 * mass).sum() / mass.sum()))
    normaliser = float(mass.sum() * step)
    best: tuple[float, GaussianProposal] | None = None
    for centre in (mean, peak):
        for scale in spread * np.geomspace(0.25, 4, _SCALES):
            shifted = p(Polynomial([centre, scale])) + Polynomial([0, 0, 0.5])
            if p.degree() == 2 and shifted.coef[2] > 0:
                continue
            _, bound = _maximum(shifted)
            least = math.log(normaliser / scale / math.sqrt(2 * math.pi)) + top - bound
            if best is None or least > best[0]:
                excess = tuple(float(c) for c in (shifted - bound).coef)
                best = (least, GaussianProposal(float(centre), float(scale), excess))
    if best is None or best[0] < math.log(LEAST_ACCEPTANCE):
        raise InputError(
            f"the log-density {name} has no exact sampler: its modes are too far apart",
            allowed=f"an acceptance of {LEAST_ACCEPTANCE:g} under a Gaussian",
        )
    return best[1]


def _maximum(p: Polynomial) -> tuple[float, float]:
    """Where a polynomial that is bounded above is largest, and its value there."""
    roots = p.deriv().roots()
    candidates = np.append(roots[np.abs(roots.imag) < 1e-6 * (1 + np.abs(roots))].real, 0.0)
    values = p(candidates)
    best = int(values.argmax())
    return float(candidates[best]), float(values[best])


def _draw(proposal: GaussianProposal, like: Tensor, generator: torch.Generator) -> Tensor:
    def propose(index: Tensor) -> tuple[Tensor, Tensor]:
        shape = (index.shape[0],)
        t = torch.randn(shape, generator=generator, device=like.device, dtype=like.dtype)
        level = torch.zeros_like(t)
        for c in reversed(proposal.excess):
            level = level * t + c
        x = proposal.mean + proposal.scale * t
        return x.unsqueeze(-1), level >= -negative_log_uniform(level, generator)

    return reject(like.shape[0], propose, like.device, "polynomial log-density").squeeze(-1)
