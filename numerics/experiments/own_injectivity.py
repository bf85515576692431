"""Whether a given mixing is injective on a space: the check at points, on tangent vectors."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
import torch
from torch import Tensor

from sith.numerics.losses import value_and_jacobian
from sith.numerics.lowering.lower import lower_map
from sith.numerics.mixings import InjectivityReport, check_injectivity
from sith.theory import InputError, latents
from sith.theory.assumptions import AbstractSpace

SEARCH_STEPS = 50
NEWTON_STEPS = 3
"""Steps of the search move a point by a tenth of a typical distance: each step squares the error."""


def injectivity(
    mixing: Callable[[Tensor], Tensor], space: AbstractSpace, z: Tensor
) -> InjectivityReport:
    """Look for two latents that a mixing merges and for directions that it flattens.

    The search between latents stays on the space where that has constraints, and else within the
    range of the given latents. Slopes are relative to the mixing's typical slope.

    Arguments:
        mixing: ``(S, N, d) -> (S, N, D)``, float64.
        space: of the latents; the Jacobian is that of vectors tangent to its constraints.
        z: latents ``(S, N, d)``, float64.

    Raises:
        InputError: the mixing is constant.
    """
    with torch.no_grad():
        _, jacobian = value_and_jacobian(mixing, z)
    scale = float(torch.linalg.matrix_norm(jacobian, 2).median())
    if not scale > 0:
        raise InputError("a constant mixing", allowed="an injective mixing")

    def scaled(v: Tensor) -> Tensor:
        return mixing(v) / scale

    symbols = latents(z.shape[-1])
    constraints = sp.Matrix(space.constraints(symbols))
    if not constraints:
        low, high = z.amin((0, 1)), z.amax((0, 1))
        return check_injectivity(
            scaled, z, search_steps=SEARCH_STEPS, project=lambda v: v.clamp(low, high)
        )
    value = lower_map(tuple(constraints), symbols)
    slope = lower_map(tuple(constraints.jacobian(symbols)), symbols)

    def gradients(v: Tensor) -> Tensor:
        rows: Tensor = slope(v).unflatten(-1, (len(constraints), len(symbols)))
        return rows

    def onto(v: Tensor) -> Tensor:
        for _ in range(NEWTON_STEPS):
            v = v - (torch.linalg.pinv(gradients(v)) @ value(v).unsqueeze(-1)).squeeze(-1)
        return v

    return check_injectivity(
        scaled,
        z,
        search_steps=SEARCH_STEPS,
        project=onto,
        normals=lambda v: torch.linalg.qr(gradients(v).mT).Q,
    )
