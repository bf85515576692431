"""Eigenproblems of operators of a world: diffusions on the line, and pairs of a finite world.

Whitening losses are minimised by the top eigenfunctions of the pair operator
S = (T + T*)/2, (Tφ)(z) = E[φ(z̃)|z]; for pairs from a reversible diffusion these are the
eigenfunctions of its generator. So the optimum is linear exactly if the linear functions are the
top eigenfunctions after the constant.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.exact.quadrature import Quadrature
from sith.numerics.exact.tabular import FiniteWorld, normalised_pairs
from sith.theory import InputError

_SQUARINGS = 40
"""Chains that mix within 2^40 steps are solved; others have no unique stationary law here."""


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """Eigenvalues and eigenfunctions on points with weights.

    Fields:
        values: ``(K,)``; of a generator increasing rates from 0, of a pair operator decreasing
            correlations from 1.
        functions: ``(N, K)``, orthonormal under the weights; column 0 is constant.
        nodes: ``(N, d)``.
        weights: ``(N,)``, of sum 1.
    """

    values: Tensor
    functions: Tensor
    nodes: Tensor
    weights: Tensor

    def linearity(self, index: int = 1) -> float:
        """R² of an eigenfunction from the best affine function of the points; 1 if it is affine.

        On the line this is the squared correlation with z.
        """
        if not 1 <= index < len(self.values):
            raise InputError(f"index = {index}", allowed=f"1 to {len(self.values) - 1}")
        root = self.weights.sqrt()[:, None]
        basis = torch.cat((torch.ones_like(self.nodes[:, :1]), self.nodes), 1)
        frame = torch.linalg.qr(root * basis).Q[:, 1:]
        return float((frame.T @ (root[:, 0] * self.functions[:, index])).square().sum())


def sturm_liouville(
    rule: Quadrature, degree: int = 40, *, diffusion: Callable[[Tensor], Tensor] | None = None
) -> Spectrum:
    """Eigenfunctions of −(K p φ')'/p with no flux through the ends, by polynomials.

    The forms are E[K φ'ψ'] and E[φψ] under the law p of the rule; the polynomials up to `degree`
    are orthonormal under it (Lanczos), so that only the first is a matrix. No flux is the natural
    condition of the form, and needs no term. A law with exponential tails has a continuous
    spectrum, and then the values do not settle as the degree grows.

    Arguments:
        rule: nodes and weights on the line, ``(N, 1)``, that integrate polynomials of twice the
            degree against the law; `interval` with five times as many nodes does.
        degree: largest polynomial degree, at least 1.
        diffusion: K(z) > 0 at nodes ``(N,)``; 1 by default.

    Raises:
        InputError: the rule is not on the line, or has too few nodes.
    """
    if rule.nodes.shape[1] != 1 or not 1 <= degree < rule.size:
        raise InputError(
            f"degree {degree} on {rule.size} nodes in {rule.nodes.shape[1]} coordinates",
            allowed="one coordinate, 1 ≤ degree < number of nodes",
            cure="take more nodes",
        )
    x, weights = rule.nodes[:, 0], rule.weights / rule.weights.sum()
    values, slopes = orthonormal_polynomials(x, weights, degree)
    speed = torch.ones_like(x) if diffusion is None else diffusion(x)
    form = slopes.T @ ((weights * speed)[:, None] * slopes)
    rates, vectors = torch.linalg.eigh(form)
    return Spectrum(rates, values @ vectors, rule.nodes, weights)


def pair_spectrum(world: FiniteWorld) -> Spectrum:
    """Eigenvalues of S = (T + T*)/2 of a finite world, decreasing from 1.

    The law of anchors must be that of their partners, up to 1e-6: a stationary world.

    Raises:
        InputError: it is not.
    """
    drift = float((world.joint.sum(0) - world.weights).abs().sum())
    if drift > 1e-6:
        raise InputError(
            f"the two points of a pair have laws {drift:.2g} apart",
            cure="take the stationary law, as `autoregression` does",
        )
    values, vectors = torch.linalg.eigh(normalised_pairs(world))
    functions = vectors.flip(1) / world.weights.sqrt()[:, None]
    return Spectrum(values.flip(0), functions, world.nodes, world.weights)


def autoregression(
    mean: Callable[[Tensor], Tensor],
    noise: Callable[[Tensor], Tensor],
    low: float,
    high: float,
    count: int = 200,
) -> FiniteWorld:
    """The stationary pairs (z_t, z_{t+1}) of z_{t+1} = m(z_t) + η on equal cells of an interval.

    The stationary law is the transition matrix's left eigenvector of eigenvalue 1. For smooth noise
    densities that vanish at both ends the rule converges faster than any power of the cell.

    Arguments:
        mean: m at points ``(N,)``.
        noise: the log-density of η, up to a constant.
        low, high: the interval; it should hold all but 1e-10 of the stationary law.
        count: cells.

    Raises:
        InputError: low ≥ high or fewer than 8 cells.
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high and count >= 8):
        raise InputError(
            f"{count} cells of ({low}, {high})", allowed="low < high, both finite; at least 8 cells"
        )
    step = (high - low) / count
    x = low + step * (torch.arange(count, dtype=torch.float64) + 0.5)
    matrix = noise(x - mean(x)[:, None]).softmax(1)
    law = _stationary(matrix)
    joint = law[:, None] * matrix
    return FiniteWorld(x[:, None], joint / joint.sum(), joint.sum(0) / joint.sum())


def _stationary(matrix: Tensor) -> Tensor:
    """The stationary law by repeated squaring: sums of positive terms keep small tails exact."""
    power = matrix
    for _ in range(_SQUARINGS):
        power = power @ power
        power = power / power.sum(1, keepdim=True)
        if float((power[0] - power[-1]).abs().max()) < 1e-16:
            break
    return power.mean(0).clamp_min(torch.finfo(matrix.dtype).tiny)


def orthonormal_polynomials(x: Tensor, weights: Tensor, degree: int) -> tuple[Tensor, Tensor]:
    """Values and slopes at the nodes of the polynomials orthonormal under the weights.

    The Lanczos process on diag(x), with a second orthogonalisation against rounding.

    Returns:
        Two ``(N, degree + 1)``.
    """
    root = weights.sqrt()
    columns, slopes = [torch.ones_like(x)], [torch.zeros_like(x)]
    columns[0] = columns[0] / torch.linalg.vector_norm(root)
    for _ in range(degree):
        value, slope = x * columns[-1], columns[-1] + x * slopes[-1]
        frame, tangents = torch.stack(columns, 1), torch.stack(slopes, 1)
        for _again in range(2):
            along = frame.T @ (weights * value)
            value, slope = value - frame @ along, slope - tangents @ along
        size = torch.linalg.vector_norm(root * value)
        columns.append(value / size)
        slopes.append(slope / size)
    return torch.stack(columns, 1), torch.stack(slopes, 1)
