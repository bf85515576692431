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

from sith.numerics.exact.report import SMALL
from sith.numerics.searching.points import Point
from sith.numerics.searching.witness import Counterexample, Kind
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
ROWS = 1024
"""Intervals of z that are held at once, with their chances of every interval of z̃."""
FINE = 20
"""Levels of the second evaluation: intervals of 1e-12."""
SCRAMBLES, SOBOL = 16, 2**13
"""Of the second evaluation: randomised Sobol points, whose spread is that of the scrambles."""
BAR = 3
"""Standard errors in its error bar: of 16 scrambles wider in one of 100 draws."""
LAW = 2.5
"""Kolmogorov's distance times the root of the sample: a true law exceeds it with chance 2e−12.5."""


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
        for some, own in zip(z.split(ROWS), value.split(ROWS), strict=True):
            reach = torch.special.ndtr((ends - rho * some[:, None]) / math.sqrt(1 - rho**2))
            together += weight / 2 * float((own * (reach.diff(dim=1) @ value)).sum()) / cells
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
        if linear > loss and error <= SMALL * (linear - loss):
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
    """Re-check a space-filling map: its law, and its loss by two evaluations with their own errors.

    Each error is at most `SMALL` of the effect, and the two losses differ by no more than both errors;
    a wider error bar leaves the witness undecided, which is no witness.
    """
    rates = _rates(claim)
    i, j = _axes(witness.data.get("curve"), len(rates))
    if claim.relation is Relation.CONTAINS:
        return Membership(False, "the claim does not say that no other map is optimal")
    linear = linear_loss(rates)
    loss = _loss(rates, i, j, LEVEL + 1)
    error = abs(loss - _loss(rates, i, j, LEVEL))
    effect = linear - loss
    if effect <= 0:
        return Membership(False, f"loss {loss:.4g}, of orthogonal maps {linear:.4g}")
    second, spread, law = _scrambled(rates[i])
    if law > LAW / math.sqrt(SCRAMBLES * SOBOL):
        return Membership(False, f"the law of the outputs is {law:.2g} from N(0, I)")
    second += linear_loss(_others(rates, i, j))
    figures = (
        f"effect {effect:.4g} ± {error:.1g}; Sobol points {linear - second:.4g} ± {spread:.1g}"
    )
    if not max(error, spread) <= SMALL * effect:
        return Membership(False, f"undecided, the error is no small share of it: {figures}")
    if not abs(second - loss) <= spread + error:
        return Membership(False, f"the two evaluations differ: {figures}")
    return Membership(True, f"lower than every orthogonal map: {figures}")


def _loss(rates: tuple[float, ...], i: int, j: int, level: int) -> float:
    return curve_loss(rates[i], level) + linear_loss(_others(rates, i, j))


def _others(rates: tuple[float, ...], i: int, j: int) -> tuple[float, ...]:
    return tuple(r for k, r in enumerate(rates) if k not in (i, j))


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


def _scrambled(rho: float) -> tuple[float, float, float]:
    """E‖γ(z) − γ(z̃)‖² at scrambled Sobol points, its error bar, and how far γ's law is from normal.

    The distance is Kolmogorov's, the largest over the two outputs, their sum and difference.
    """
    losses, outputs = [], []
    edge = torch.finfo(torch.float64).eps
    for seed in range(SCRAMBLES):
        engine = torch.quasirandom.SobolEngine(2, scramble=True, seed=seed)
        points = engine.draw(SOBOL, dtype=torch.float64).clamp(edge, 1 - edge)
        z, noise = torch.special.ndtri(points).T
        h, partner = _filled(z), _filled(rho * z + math.sqrt(1 - rho**2) * noise)
        losses.append((h - partner).square().sum(1).mean())
        outputs.append(h)
    found, (x, y) = torch.stack(losses), torch.cat(outputs).T
    law = max(_from_normal(v) for v in (x, y, (x + y) / math.sqrt(2), (x - y) / math.sqrt(2)))
    return float(found.mean()), BAR * float(found.std() / math.sqrt(SCRAMBLES)), law


def _filled(z: Tensor) -> Tensor:
    """γ(z), resolved into 4^`FINE` intervals."""
    below_one = 1 - torch.finfo(z.dtype).eps
    found: Tensor = torch.special.ndtri(hilbert(torch.special.ndtr(z).clamp_max(below_one), FINE))
    return found


def _from_normal(values: Tensor) -> float:
    ranked = torch.special.ndtr(values.sort().values)
    steps = torch.arange(len(values) + 1, dtype=values.dtype) / len(values)
    return float(torch.maximum(steps[1:] - ranked, ranked - steps[:-1]).max())
