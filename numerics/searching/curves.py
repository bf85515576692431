"""Space-filling maps: one latent fills two outputs, and their law is exactly Gaussian.

γ = (Φ⁻¹, Φ⁻¹) ∘ Hilbert ∘ Φ takes a standard normal z_i to N(0, I_2) and is continuous. In an
Ornstein–Uhlenbeck world its alignment depends on ρ_i alone, so that one slow latent can be better in
two outputs than itself and a fast latent.
"""

from __future__ import annotations

import math
from functools import cache
from itertools import permutations
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sith.numerics.searching.points import Point
from sith.numerics.searching.witness import Counterexample, Kind
from sith.numerics.worlds import WorldSampler
from sith.theory import (
    Claim,
    InputError,
    Membership,
    OrnsteinUhlenbeck,
    Relation,
    UnsupportedCondition,
)
from sith.theory.assumptions import Family, Gaussian, RealSpace
from sith.theory.objectives import GaussianAlignment

LEVEL = 4
"""The curve is resolved into 4^level intervals in a search, and one level finer in a check."""
FINE = 20
PAIRS = 200_000
MARGIN = 1e-3


def hilbert(u: Tensor, level: int) -> Tensor:
    """Hilbert's curve at u in [0, 1): centres of the cells of side 2^−level, ``(N,) -> (N, 2)``."""
    digits = []
    for _ in range(level):
        scaled = 4 * u
        digits.append(scaled.floor().clamp(0, 3))
        u = scaled - digits[-1]
    x = y = torch.full_like(u, 0.5)
    for digit in reversed(digits):
        first, last = digit == 0, digit == 3
        turned_x = torch.where(first, y, torch.where(last, 2 - y, x + (digit == 2)))
        turned_y = torch.where(first, x, torch.where(last, 1 - x, y + 1))
        x, y = turned_x / 2, turned_y / 2
    return torch.stack((x, y), -1)


@cache
def curve_loss(rho: float, level: int = LEVEL) -> float:
    """E‖γ(z) − γ(z̃)‖² for standard normal z, z̃ of correlation ρ, by quadrature.

    Three Gauss–Legendre nodes of Φ(z) in each of 4^level intervals; those of z̃ have their exact
    conditional probabilities, and γ its mean on their cells. The error is about that of the level.
    """
    cells, side = 4**level, 2**level
    middle = (torch.arange(cells, dtype=torch.float64) + 0.5) / cells
    place = (hilbert(middle, level) * side).floor().long()
    edge = torch.special.ndtri(torch.linspace(0, 1, side + 1, dtype=torch.float64))
    bell = (-edge.square() / 2).exp() / math.sqrt(2 * math.pi)
    value = (side * (bell[:-1] - bell[1:]))[place]
    ends = torch.special.ndtri(torch.linspace(0, 1, cells + 1, dtype=torch.float64))
    together = 0.0
    nodes, weights = np.polynomial.legendre.leggauss(3)
    for node, weight in zip(nodes.tolist(), weights.tolist(), strict=True):
        z = torch.special.ndtri(middle + node / (2 * cells))
        reach = torch.special.ndtr((ends - rho * z[:, None]) / math.sqrt(1 - rho**2))
        partner = reach.diff(dim=1) @ value
        together += weight / 2 * float((value * partner).sum(1).mean())
    return 4 - 2 * together


def linear_loss(rates: tuple[float, ...]) -> float:
    """2 Σ (1 − ρ_i): the loss of every orthogonal map."""
    return 2 * sum(1 - r for r in rates)


def refute_by_curve(claim: Claim, point: Point) -> tuple[Counterexample, ...]:
    """Return a space-filling map of one latent that is better than every orthogonal map.

    Raises `UnsupportedCondition` for claims that are not of alignment with Gaussian outputs of an
    Ornstein–Uhlenbeck world, and for stated groups of infinite dimension.
    """
    rates = _rates(claim)
    if claim.relation is Relation.CONTAINS:
        return ()
    linear = linear_loss(rates)
    found = []
    for i, j in permutations(range(len(rates)), 2):
        loss = _loss(rates, i, j, LEVEL)
        error = abs(loss - _loss(rates, i, j, LEVEL - 1))
        if linear - loss > max(MARGIN, error):
            found.append((loss, i, j, error))
    if not found:
        return ()
    loss, i, j, error = min(found)
    rest = "; the other outputs are their latents" if len(rates) > 2 else ""
    return (
        Counterexample.found(
            claim,
            point,
            kind=Kind.LOWER_LOSS,
            shown=f"(h{i + 1}, h{j + 1}) = (Φ⁻¹, Φ⁻¹)(Hilbert(Φ(z{i + 1}))){rest}",
            equal="the law of h is N(0, I), and the population loss is lower than that of every "
            f"member of {claim.group} with this law by {linear - loss:.3g}",
            differs=f"h does not depend on z{j + 1}; the encoder may be any measurable map",
            exact=False,
            data={"curve": [i, j]},
            numbers={"loss": loss, "best member": linear, "error": error},
        ),
    )


def check_curve(witness: Counterexample, claim: Claim) -> Membership:
    """Re-check a space-filling map: on finer intervals, and by Monte Carlo with its law."""
    rates = _rates(claim)
    i, j = _axes(witness.data.get("curve"), len(rates))
    if claim.relation is Relation.CONTAINS:
        return Membership(False, "the claim does not say that no other map is optimal")
    linear = linear_loss(rates)
    loss = _loss(rates, i, j, LEVEL + 1)
    error = abs(loss - _loss(rates, i, j, LEVEL))
    if linear - loss <= max(MARGIN, error):
        return Membership(False, f"loss {loss:.4g}, of orthogonal maps {linear:.4g}")
    drawn, spread, law = _monte_carlo(claim, i, j)
    if law > 5 / math.sqrt(PAIRS):
        return Membership(False, f"the law of the outputs is {law:.2g} from N(0, I)")
    if abs(drawn - loss) > 5 * spread + 2 * error:
        return Membership(
            False, f"quadrature gives {loss:.4g}, Monte Carlo {drawn:.4g} ± {spread:.2g}"
        )
    return Membership(
        True,
        f"lower than every orthogonal map by {linear - loss:.4g}; Monte Carlo "
        f"{linear - drawn:.4g} ± {spread:.2g}",
    )


def _loss(rates: tuple[float, ...], i: int, j: int, level: int) -> float:
    others = tuple(r for k, r in enumerate(rates) if k not in (i, j))
    return curve_loss(rates[i], level) + linear_loss(others)


def _rates(claim: Claim) -> tuple[float, ...]:
    pairs, prior = claim.world.pairs, claim.world.prior
    known = isinstance(claim.objective, GaussianAlignment) and isinstance(pairs, OrnsteinUhlenbeck)
    whole = claim.encoder.output == RealSpace(claim.dim) and isinstance(prior, Gaussian)
    universal = claim.encoder.family is Family.UNIVERSAL
    if not known or not whole or not universal or claim.world.mixing.restricts_jacobian:
        raise UnsupportedCondition(
            "space-filling maps are for alignment with Gaussian outputs in an Ornstein–Uhlenbeck world"
        )
    if claim.group.infinite:
        raise UnsupportedCondition(f"{claim.group} has infinite dimension: no best member is known")
    assert isinstance(pairs, OrnsteinUhlenbeck)
    return tuple(float(r) for r in pairs.rates)


def _axes(data: Any, dim: int) -> tuple[int, int]:
    whole = isinstance(data, list) and len(data) == 2 and all(type(k) is int for k in data)
    if not whole or data[0] == data[1] or not all(0 <= k < dim for k in data):
        raise InputError(f"a curve is stored with two of {dim} coordinates, and has {data!r}")
    return data[0], data[1]


def _monte_carlo(claim: Claim, i: int, j: int) -> tuple[float, float, float]:
    """The loss of drawn pairs, its standard error, and how far the outputs' law is from normal.

    The distance is Kolmogorov's, the largest over the two outputs, their sum and difference.
    """
    generator = torch.Generator().manual_seed(1)
    h, partner = (
        _mapped(view, i, j)
        for view in WorldSampler(claim.world, torch.float64).pairs(PAIRS, generator)
    )
    gaps = (h - partner).square().sum(1)
    x, y = h[:, i], h[:, j]
    law = max(_from_normal(v) for v in (x, y, (x + y) / math.sqrt(2), (x - y) / math.sqrt(2)))
    return float(gaps.mean()), float(gaps.std() / math.sqrt(PAIRS)), law


def _mapped(z: Tensor, i: int, j: int) -> Tensor:
    below_one = 1 - torch.finfo(z.dtype).eps
    filled = torch.special.ndtri(hilbert(torch.special.ndtr(z[:, i]).clamp_max(below_one), FINE))
    h = z.clone()
    h[:, i], h[:, j] = filled[:, 0], filled[:, 1]
    return h


def _from_normal(values: Tensor) -> float:
    ranked = torch.special.ndtr(values.sort().values)
    steps = torch.arange(len(values) + 1, dtype=values.dtype) / len(values)
    return float(torch.maximum(steps[1:] - ranked, ranked - steps[:-1]).max())
