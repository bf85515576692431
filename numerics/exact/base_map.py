"""The map that a claim takes as optimal, up to its group: the identity, cut or padded, scaled."""

from __future__ import annotations

import torch
from scipy.optimize import minimize_scalar
from torch import Tensor

from sith.numerics.exact.problem import LatentMap, PopulationProblem
from sith.numerics.exact.report import TOLERANCE
from sith.theory import Claim
from sith.theory.assumptions import RealSpace, Sphere

_LARGEST_SCALE = 2.0
"""The base map's scale is sought between 10^−2 and 10^2."""


def projection(claim: Claim) -> LatentMap:
    """The way back to the output space: normalisation on the sphere."""
    return _normalised if isinstance(claim.encoder.output, Sphere) else _same


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
    best = minimize_scalar(
        lambda t: problem.gap(lambda z: 10.0**t * embed(z)),
        bounds=(-_LARGEST_SCALE, _LARGEST_SCALE),
        method="bounded",
        options={"xatol": 1e-12},
    )
    scale = float(10.0**best.x)
    return lambda z: scale * embed(z), scale


def _normalised(h: Tensor) -> Tensor:
    length: Tensor = torch.linalg.vector_norm(h, dim=-1, keepdim=True)
    return h / length


def _same(h: Tensor) -> Tensor:
    return h
