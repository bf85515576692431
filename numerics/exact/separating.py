"""The exact check of a likelihood with a wrong source density: descents of the population loss."""

from __future__ import annotations

import random

import numpy as np
import torch
from scipy.optimize import minimize
from torch import Tensor

from sith.numerics.exact.for_world import for_world
from sith.numerics.exact.report import ExactReport, Tried
from sith.theory import Agreement, Claim, ModelLikelihood, Relation, UnsupportedCondition

NODES = {2: 40, 3: 16}
AWAY = 0.05
"""Size of the change of a separating matrix from which a descent starts."""
DESCENTS = 4
RANDOM = 6
IMPROVED = 1e-6
"""A descent that ends lower by more than this left the matrix: convergence is good to 1e-10, and the
curvature at a matrix that is no optimum carries it down by a share of one nat."""


def population_loss(
    objective: ModelLikelihood, nodes: Tensor, weights: Tensor, b: Tensor
) -> Tensor:
    """Σ_i c E|(Bz)_i|^p − log|det B| on nodes, for B ``(d, d)``."""
    powers = (nodes @ b.T).abs().pow(objective.power)
    mean = float(objective.rate) * (weights[:, None] * powers).sum()
    found: Tensor = mean - torch.linalg.slogdet(b).logabsdet
    return found


def check_separating(claim: Claim, rng: random.Random) -> ExactReport:
    """Descend from near the separating matrix, and from random ones.

    The claim is one of local optima: it is contradicted where a descent from near the separating
    matrix ends lower. What descents from afar find is a detail.

    Raises:
        UnsupportedCondition: an odd power, whose kinks lie between the nodes; a dimension or a prior
            without nodes.
    """
    objective: ModelLikelihood = claim.objective  # type: ignore[assignment]
    if objective.power % 2 or claim.dim not in NODES:
        raise UnsupportedCondition(
            f"the loss of '{objective}' on nodes for d = {claim.dim}",
            allowed=f"even powers, d = {min(NODES)} or {max(NODES)}",
        )
    quadrature = for_world(claim.world, NODES[claim.dim])
    dim = claim.dim

    def descend(start: np.ndarray, *, diagonal: bool = False) -> tuple[float, np.ndarray]:
        def value(flat: np.ndarray) -> tuple[float, np.ndarray]:
            x = torch.tensor(flat, dtype=torch.float64, requires_grad=True)
            b = torch.diag(x) if diagonal else x.reshape(dim, dim)
            loss = population_loss(objective, quadrature.nodes, quadrature.weights, b)
            (slope,) = torch.autograd.grad(loss, x)
            return float(loss.detach()), slope.numpy()

        found = minimize(value, start.flatten(), jac=True, method="BFGS", options={"gtol": 1e-9})
        return float(found.fun), found.x

    lowest, scales = descend(np.ones(dim), diagonal=True)
    best = np.diag(scales)
    draw = np.random.default_rng(rng.randrange(2**32))
    near = [
        descend(best @ (np.eye(dim) + AWAY * draw.standard_normal((dim, dim))))[0]
        for _ in range(DESCENTS)
    ]
    far = [descend(draw.standard_normal((dim, dim)))[0] for _ in range(RANDOM)]
    gain = lowest - min(near)
    stays = gain <= IMPROVED
    wrong = not stays and claim.relation is not Relation.CONTAINED
    passed = Agreement.AGREES if stays else Agreement.UNDECIDED
    return ExactReport(
        claim.name,
        Agreement.DISAGREES if wrong else passed,
        (Tried("separating matrix", gain, stays),),
        tuple(
            Tried("descent from a random matrix", x - lowest, x < lowest - IMPROVED) for x in far
        ),
        IMPROVED,
        "" if stays else f"a descent from near the separating matrix ends {gain:.3g} lower",
        {"lowest loss from afar, less that of separation": min(far) - lowest},
    )
