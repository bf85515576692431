"""The map that a claim takes as optimal, up to its group: the identity, cut or padded, scaled."""

from __future__ import annotations

import math

import torch
from scipy.optimize import minimize_scalar
from torch import Tensor

from sith.numerics.exact.problem import LatentMap, PopulationProblem
from sith.numerics.exact.report import TOLERANCE
from sith.numerics.worlds.space_parts import onto
from sith.theory import Claim
from sith.theory.assumptions import RealSpace, Sphere, parts_of

_LARGEST, _STEP = 8, 0.5
"""The base map's scale is sought between 10^−8 and 10^8: on a grid, as the loss is flat far from it."""


def projection(claim: Claim) -> LatentMap:
    """The way back to the output space: spheres, alone or in a product, are normalised."""
    output = claim.encoder.output
    if isinstance(output, Sphere):
        return _normalised
    return (lambda h: onto(output, h)) if parts_of(output).spheres else _same


def embedding(claim: Claim) -> LatentMap:
    """The identity, cut or padded to the output, and projected to the output space."""
    outputs, project = claim.encoder.output.dim, projection(claim)

    def embed(z: Tensor) -> Tensor:
        padding = z.new_zeros(*z.shape[:-1], max(0, outputs - z.shape[-1]))
        return project(torch.cat((z[..., :outputs], padding), -1))

    return embed


def base_map(
    problem: PopulationProblem, claim: Claim, tolerance: float = TOLERANCE
) -> tuple[LatentMap, float]:
    """The identity, cut or padded to the output; where the output is R^m, at the best scale."""
    embed = embedding(claim)
    if problem.gap(embed) <= tolerance or not isinstance(claim.encoder.output, RealSpace):
        return embed, 1.0

    def gap(t: float) -> float:
        found = problem.gap(lambda z: 10.0**t * embed(z))
        return found if math.isfinite(found) else math.inf

    count = round(_LARGEST / _STEP)
    near = min((_STEP * k for k in range(-count, count + 1)), key=gap)
    bounds = (near - _STEP, near + _STEP)
    best = minimize_scalar(gap, bounds=bounds, method="bounded", options={"xatol": 1e-12}).x
    scale = float(10.0**best)
    return lambda z: scale * embed(z), scale


def _normalised(h: Tensor) -> Tensor:
    length: Tensor = torch.linalg.vector_norm(h, dim=-1, keepdim=True)
    return h / length


def _same(h: Tensor) -> Tensor:
    return h
