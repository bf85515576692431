"""Reversible pairs on a line with polynomial eigenfunctions: their recurrence and eigenvalues."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, singledispatch

import numpy as np
import torch
from scipy.special import roots_jacobi
from torch import Tensor

from sith.theory import JacobiDiffusion, OrnsteinUhlenbeck, UnsupportedCondition
from sith.theory.dispatch import register_call


@dataclass(frozen=True, slots=True)
class Line:
    """One coordinate: p_{n+1} √b_{n+1} = (t − a_n) p_n − √b_n p_{n−1}, t = scale·z − shift.

    The p_n are orthonormal in the stationary law, and p_n has the eigenvalue `eigenvalue(n)`.

    Fields:
        recurrence: n → (a_n, b_n) of the monic polynomials; b_0 is not used.
        eigenvalue: n → σ_n, decreasing from σ_0 = 1.
        rule: count → nodes t and masses of the Gauss quadrature of the law, arrays ``(count,)``.
        scale, shift: from the latent z to t.
    """

    recurrence: Callable[[int], tuple[float, float]]
    eigenvalue: Callable[[int], float]
    rule: Callable[[int], tuple[np.ndarray, np.ndarray]]
    scale: float = 1.0
    shift: float = 0.0

    def polynomials(self, z: Tensor, count: int) -> Tensor:
        """p_0, …, p_{count−1} at latents z, ``(count, ...)``."""
        t = self.scale * z - self.shift
        rows, before, root = [torch.ones_like(t)], torch.zeros_like(t), 0.0
        for n in range(count - 1):
            a, _ = self.recurrence(n)
            following = math.sqrt(self.recurrence(n + 1)[1])
            rows.append(((t - a) * rows[-1] - root * before) / following)
            before, root = rows[-2], following
        return torch.stack(rows)

    def nodes(self, count: int) -> tuple[Tensor, Tensor]:
        """Gauss nodes, as latents, and their probabilities, each ``(count,)``, float64."""
        t, mass = self.rule(count)
        z = (torch.from_numpy(np.asarray(t)).double() + self.shift) / self.scale
        weights = torch.from_numpy(np.asarray(mass)).double()
        return z, weights / weights.sum()

    def operator(self, count: int) -> Tensor:
        """Sf at the Gauss nodes from f at the nodes, ``(count, count)``; exact for degree < count."""
        z, mass = self.nodes(count)
        basis = self.polynomials(z, count)
        values = torch.tensor([self.eigenvalue(n) for n in range(count)], dtype=torch.float64)
        smoothed: Tensor = basis.T @ (values[:, None] * basis) * mass
        return smoothed


@singledispatch
def spectral_lines(pairs: object) -> tuple[Line, ...]:
    """The coordinates of pairs whose coordinates are independent.

    Raises:
        UnsupportedCondition: nothing is registered for the pairs.
    """
    raise UnsupportedCondition(
        f"the eigenfunctions of one coordinate of pairs '{pairs}' are not known",
        cure=register_call("sith.numerics.exact.spectral_lines", pairs),
    )


@spectral_lines.register
def _(pairs: OrnsteinUhlenbeck) -> tuple[Line, ...]:
    return tuple(_hermite(float(rate)) for rate in pairs.rates)


@spectral_lines.register
def _(pairs: JacobiDiffusion) -> tuple[Line, ...]:
    return tuple(_jacobi(pairs, float(rate)) for rate in pairs.rates)


def _hermite(rate: float) -> Line:
    """N(0, 1) and He_n/√n! with the eigenvalue ρⁿ (Mehler)."""
    return Line(lambda n: (0.0, float(n)), lambda n: rate**n, np.polynomial.hermite_e.hermegauss)


def _jacobi(pairs: JacobiDiffusion, rate: float) -> Line:
    """The law ∝ z^a (1−z)^b and the Jacobi polynomials of t = 2z − 1, for (1−t)^b (1+t)^a."""
    first, second = float(pairs.b), float(pairs.a)
    return Line(
        partial(_jacobi_recurrence, first, second),
        lambda n: rate ** pairs.exponent(n),
        lambda count: roots_jacobi(count, first, second),
        scale=2.0,
        shift=1.0,
    )


def _jacobi_recurrence(alpha: float, beta: float, n: int) -> tuple[float, float]:
    """The recurrence of the monic Jacobi polynomials; see Gautschi (2004), table 1.1."""
    total = 2 * n + alpha + beta
    if n == 0:
        return (beta - alpha) / (alpha + beta + 2), 0.0
    a = (beta**2 - alpha**2) / (total * (total + 2))
    if n == 1:
        # The general form is 0/0 for α + β = −1.
        return a, 4 * (1 + alpha) * (1 + beta) / (total**2 * (total + 1))
    b = 4 * n * (n + alpha) * (n + beta) * (n + alpha + beta)
    return a, b / (total**2 * (total + 1) * (total - 1))
