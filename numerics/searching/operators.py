"""Worlds in which alignment under whitening is linear, from the eigenfunctions of their operators.

In a product of like coordinates functions split by the coordinates that they depend on, and on those
of two or more the operator T has at most the norm σ², σ the largest singular value of one
coordinate's T off the constants. So the linear functions are the top ones exactly where z is the top
eigenfunction of one coordinate's S, above its second eigenvalue and above σ².
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from scipy.interpolate import CubicSpline
from torch import Tensor

from sith.numerics.exact import (
    autoregression,
    box,
    interval,
    orthonormal_polynomials,
    pair_spectrum,
    sturm_liouville,
)
from sith.numerics.lowering.lower import lower_map
from sith.numerics.searching.points import Point
from sith.numerics.searching.witness import Counterexample, Kind
from sith.theory import (
    Claim,
    Family,
    InputError,
    Linear,
    LinearlyCorrelated,
    LinearOptimum,
    Marginal,
    Membership,
    Product,
    RealSpace,
    Relation,
    ReversibleDiffusion,
    UnsupportedCondition,
    contained,
    latents,
)

LINEAR = 1e-6
"""An eigenfunction is linear if 1 − R² from z is below this; computed worlds leave 1e-9."""
GAP = 0.03
"""The other eigenvalues must be lower by this: below it, `ERROR` is no small part of the gap."""
SMALL = 0.2
"""The error bar of the Monte Carlo eigenvalue is at most this share of the gap."""
ERROR, BAR = 0.002, 3
"""Standard error of the Monte Carlo eigenvalue, and how many of them make its error bar."""
CELLS, FINER = 160, 240
REACH = 6.5
"""The line is cut at so many of the least deviations that the stationary law may have."""
CUT_OFF = 1e-9
"""The largest weight of the two end cells."""
ROUNDS = 300
DEGREE, HIGHER = 40, 56
END = 5.0
CHAINS, BURN_IN, STEPS = 20_000, 40, 20
FEATURES = 7
TOLERANCE = 0.01
"""Of R² of the Monte Carlo eigenfunction, whose error is the square of `ERROR` over the gap."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """What decides whether the top eigenfunctions are linear, for one coordinate.

    Fields:
        value: eigenvalue of the top eigenfunction; 0 for a diffusion, whose time is not fixed.
        linearity: R² of the top eigenfunction from z.
        rest: the largest eigenvalue or bound beside it.
        kurtosis: of the law.
        nodes, mean: the drift m on cells; empty for a diffusion.
    """

    value: float
    linearity: float
    rest: float
    kurtosis: float
    nodes: Tensor
    mean: Tensor

    @property
    def linear(self) -> bool:
        """Whether the top eigenfunctions are the linear ones, by a margin."""
        above = self.nodes.numel() == 0 or self.value - self.rest > GAP
        return above and 1 - self.linearity < LINEAR


def asks_for_linearity(claim: Claim) -> bool:
    """Whether the claim says that the optimum under whitening is linear."""
    return isinstance(claim.objective, LinearOptimum)


def stands_by_operators(claim: Claim, point: Point) -> tuple[Counterexample, ...]:
    """Return the witness that the optimum is linear, () where the top eigenfunction is not.

    Raises `UnsupportedCondition` for worlds whose operator is not computed.
    """
    optimum = _optimum(claim, finer=False)
    if not optimum.linear:
        return ()
    return (
        Counterexample.found(
            claim,
            point,
            kind=Kind.LINEAR_OPTIMUM,
            shown=f"{claim.world.pairs}",
            equal="the top eigenfunctions of S and the linear functions",
            differs="the statement says that this never is so",
            exact=False,
            data={"nodes": optimum.nodes.tolist(), "mean": optimum.mean.tolist()},
            numbers={
                "eigenvalue": optimum.value,
                "next": optimum.rest,
                "1 − R²": 1 - optimum.linearity,
                "kurtosis": optimum.kurtosis,
            },
        ),
    )


def check_operators(witness: Counterexample, claim: Claim) -> Membership:
    """Say whether the optimum is linear, on a finer grid and by Monte Carlo with polynomials.

    Pairs are simulated from the stored drift, which must be that of the finer grid; a diffusion is
    solved in two degrees of polynomials.
    """
    optimum = _optimum(claim, finer=True)
    reason = f"1 − R² = {1 - optimum.linearity:.2g} on the finer grid"
    if not optimum.linear:
        return Membership(False, reason)
    pairs = claim.world.pairs
    if not isinstance(pairs, LinearlyCorrelated):
        other = _optimum(claim, finer=False)
        return Membership(other.linear, f"{reason}, {1 - other.linearity:.2g} on the coarser")
    nodes, mean = (_column(witness.data.get(name)) for name in ("nodes", "mean"))
    if len(nodes) != len(mean) or len(nodes) < 8 or not bool((nodes.diff() > 0).all()):
        return Membership(False, "the stored drift is no table on increasing nodes")
    drift = CubicSpline(nodes.numpy(), mean.numpy())
    inner = optimum.nodes.abs() < REACH / 2 * _deviation(pairs)
    gap = torch.from_numpy(drift(optimum.nodes[inner].numpy())) - optimum.mean[inner]
    if not float(gap.abs().max()) < 1e-4:
        return Membership(False, "the stored drift is not that of the finer grid")
    value, linearity = _monte_carlo(pairs, lambda z: torch.from_numpy(drift(z.numpy())))
    figures = f"Monte Carlo eigenvalue {value:.4f}, 1 − R² = {1 - linearity:.2g}"
    if not SMALL * (optimum.value - optimum.rest) >= BAR * ERROR:
        return Membership(False, f"undecided: {figures} ± {ERROR}, next {optimum.rest:.4g}")
    near = abs(value - float(pairs.correlation)) <= BAR * ERROR
    return Membership(
        near and 1 - linearity < TOLERANCE, f"{reason}; {figures}; kurtosis {optimum.kurtosis:.4g}"
    )


def _optimum(claim: Claim, *, finer: bool) -> Optimum:
    """The top eigenfunction of one coordinate of the claim's world."""
    encoder, world = claim.encoder, claim.world
    free = isinstance(encoder.output, RealSpace) and encoder.family is Family.UNIVERSAL
    if not asks_for_linearity(claim) or not free or encoder.output.dim != claim.dim:
        raise UnsupportedCondition("the optimum is not that of free maps with d outputs")
    whole = contained(Linear(claim.dim), claim.group).holds
    if world.mixing.restricts_jacobian or claim.relation is not Relation.CONTAINED or not whole:
        raise UnsupportedCondition(
            "the claim does not say that the optimum is linear", allowed="contained in GL(d)"
        )
    if isinstance(world.pairs, LinearlyCorrelated):
        return _additive(world.pairs, FINER if finer else CELLS)
    if isinstance(world.pairs, ReversibleDiffusion) and isinstance(world.prior, Product):
        law = world.prior.marginals[0]
        if len(set(world.prior.marginals)) > 1 or not isinstance(law, Marginal):
            raise UnsupportedCondition("coordinates of different laws, or of a law with parameters")
        return _diffusion(law, HIGHER if finer else DEGREE)
    raise UnsupportedCondition(
        f"no operator for pairs '{world.pairs}'",
        allowed="LinearlyCorrelated, or ReversibleDiffusion with a product prior",
    )


def _additive(pairs: LinearlyCorrelated, cells: int) -> Optimum:
    """Solve for the drift by damped iteration, and the spectrum of the pairs."""
    end, slope = REACH * _deviation(pairs), 2 * float(pairs.correlation)
    x = 2 * end / cells * (torch.arange(cells, dtype=torch.float64) + 0.5) - end
    mean = slope / 2 * x
    for _ in range(ROUNDS):
        world = autoregression(_constant(mean), _noise(pairs), -end, end, cells)
        before = (world.joint * x[:, None]).sum(0) / world.joint.sum(0)
        step = slope * x - before - mean
        if not bool(step.isfinite().all()):
            break
        mean = mean + step / 2
        if float((world.weights * step.square()).sum()) < 1e-22:
            spectrum = pair_spectrum(world)
            root = world.weights.sqrt()
            singular = torch.linalg.svdvals(world.joint / (root[:, None] * root))
            weights = world.weights
            if float(weights[0] + weights[-1]) > CUT_OFF:
                raise UnsupportedCondition(f"the law of '{pairs}' does not end at {end:.3g}")
            moments = [float((weights * x**k).sum()) for k in (2, 4)]
            return Optimum(
                value=float(spectrum.values[1]),
                linearity=spectrum.linearity(),
                rest=max(float(spectrum.values[2]), float(singular[1]) ** 2),
                kurtosis=moments[1] / moments[0] ** 2,
                nodes=x,
                mean=mean,
            )
    raise UnsupportedCondition(f"the drift of '{pairs}' is not found in {ROUNDS} rounds")


def _diffusion(marginal: Marginal, degree: int) -> Optimum:
    if marginal in (Marginal.LOGISTIC, Marginal.LAPLACE):
        raise UnsupportedCondition(
            f"the diffusion of the {marginal.value} law has a continuous spectrum"
        )
    if marginal is Marginal.UNIFORM:
        rule = box(1, 5 * degree)
    else:
        (z,) = latents(1)
        density = lower_map((marginal.log_density(z),), (z,))
        end = END if marginal is Marginal.QUARTIC else 2 * END
        rule = interval(lambda x: density(x[:, None])[:, 0], -end, end, 8 * degree)
    spectrum = sturm_liouville(rule, degree)
    x, weights = rule.nodes[:, 0], rule.weights / rule.weights.sum()
    centred = x - (weights * x).sum()
    moments = [float((weights * centred**k).sum()) for k in (2, 4)]
    empty = torch.empty(0, dtype=torch.float64)
    kurtosis = moments[1] / moments[0] ** 2
    return Optimum(0.0, spectrum.linearity(), 0.0, kurtosis, empty, empty)


def _deviation(pairs: LinearlyCorrelated) -> float:
    """The least standard deviation of z: Var z = E m² + Var η, and E m² ≥ μ² Var z."""
    noise = float(pairs.separation**2 + pairs.width**2)
    return math.sqrt(noise / (1 - float(pairs.correlation) ** 2))


def _constant(table: Tensor) -> Callable[[Tensor], Tensor]:
    return lambda _: table


def _noise(pairs: LinearlyCorrelated) -> Callable[[Tensor], Tensor]:
    centre, width = float(pairs.separation), float(pairs.width)

    def log_density(x: Tensor) -> Tensor:
        parts = [-((x - c) ** 2) / (2 * width**2) for c in (-centre, centre)]
        return torch.logaddexp(*parts)

    return log_density


def _monte_carlo(
    pairs: LinearlyCorrelated, drift: Callable[[Tensor], Tensor]
) -> tuple[float, float]:
    """The top eigenvalue of S on polynomials, from simulated pairs, and its linearity."""
    generator = torch.Generator().manual_seed(0)
    end = REACH * _deviation(pairs)
    z = torch.zeros(CHAINS, dtype=torch.float64)
    points = []
    for _ in range(BURN_IN + STEPS + 1):
        points.append(z)
        sign = torch.randint(0, 2, z.shape, generator=generator) * 2 - 1
        noise = torch.randn(z.shape, generator=generator, dtype=torch.float64)
        moved = drift(z) + float(pairs.separation) * sign + float(pairs.width) * noise
        z = moved.clamp(-end, end)
    chain = torch.stack(points[BURN_IN:])
    every = chain.flatten()
    weights = torch.full_like(every, 1 / len(every))
    values, _ = orthonormal_polynomials(every, weights, FEATURES)
    steps = values.reshape(len(chain), CHAINS, -1)
    before, after = (s.reshape(-1, FEATURES + 1) for s in (steps[:-1], steps[1:]))
    cross = before.T @ after / len(before)
    centred = ((cross + cross.T) / 2)[1:, 1:]
    eigenvalues, vectors = torch.linalg.eigh(centred)
    # The first orthonormal polynomial after the constant is linear.
    return float(eigenvalues[-1]), float(vectors[0, -1] ** 2)


def _column(data: object) -> Tensor:
    if not isinstance(data, list) or any(not isinstance(x, float) for x in data):
        raise InputError("a drift is stored with lists of numbers 'nodes' and 'mean'")
    return torch.tensor(data, dtype=torch.float64)
