"""The top of the spectrum that a claim's objective sees."""

from __future__ import annotations

from functools import singledispatch

import sympy as sp

from sith.theory.assumptions import (
    AugmentationGraph,
    Family,
    JacobiDiffusion,
    Mixing,
    MomentOperator,
    OrnsteinUhlenbeck,
    Property,
    RealSpace,
    require,
)
from sith.theory.claim import Claim
from sith.theory.derivation.spectral.modes import Cut, Level, Mode, cut
from sith.theory.derivation.spectral.pencil import pencil_levels
from sith.theory.derivation.spectral.product import product_levels
from sith.theory.dispatch import register_call
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.objectives import BarlowTwins, SpectralObjective

CONSTANT = Level(sp.Integer(1), sp.Integer(1), 1, (Mode(sp.Integer(1), sp.Integer(1)),))
"""The constant function, an eigenfunction of every pair of views with one law."""


def spectral_objective(claim: Claim) -> SpectralObjective:
    """Return the claim's objective; raises `UnsupportedCondition` where it is not spectral."""
    if not isinstance(claim.objective, SpectralObjective):
        raise UnsupportedCondition(f"{claim.objective} is no spectral objective")
    return claim.objective


def linear_class(claim: Claim) -> bool:
    """Whether only linear maps of the latents are in reach: linear mixing and encoder."""
    if claim.encoder.family is not Family.LINEAR:
        return False
    if claim.world.mixing is not Mixing.LINEAR:
        raise UnsupportedCondition("a linear encoder after a non-linear mixing")
    if not isinstance(claim.world.pairs, OrnsteinUhlenbeck):
        raise UnsupportedCondition(
            f"linear maps of latents with pairs '{claim.world.pairs}'",
            cure="use Ornstein–Uhlenbeck pairs, or MomentOperator with the linear functions",
        )
    return True


def spectrum(claim: Claim) -> Cut:
    """Return the top of the spectrum of S, cut after as many modes as there are outputs.

    Raises `MissingAssumption` without an injective mixing, `InputError` where there are more
    outputs than functions, and `UnsupportedCondition` for pairs whose operator is not known.
    """
    objective = spectral_objective(claim)
    require(claim.world, Property.INJECTIVE, str(objective))
    if not isinstance(claim.encoder.output, RealSpace):
        raise UnsupportedCondition(
            f"features on the {claim.encoder.output}", cure="use Encoder(RealSpace(k))"
        )
    if claim.world.mixing.restricts_jacobian:
        raise UnsupportedCondition(
            f"a {claim.world.mixing} mixing restricts the encoder, which need not reach the "
            "top eigenfunctions",
            cure="use mixing=Mixing.INJECTIVE",
        )
    outputs = claim.encoder.output.dim
    pairs = claim.world.pairs
    linear = linear_class(claim)
    levels = levels_of(pairs, objective, outputs, linear_only=linear)
    if objective.constant_mode and not linear:
        levels = _with_constant(levels)
    modes = sum(level.multiplicity for level in levels)
    if objective.whitens and modes < outputs:
        raise InputError(
            f"{outputs} whitened outputs and only {modes} independent functions",
            cure=f"use at most {modes} outputs",
        )
    return cut(levels, outputs, [_kept(objective, level) for level in levels])


@singledispatch
def levels_of(
    pairs: object,
    objective: SpectralObjective,  # noqa: ARG001
    outputs: int,  # noqa: ARG001
    *,
    linear_only: bool,  # noqa: ARG001
) -> tuple[Level, ...]:
    """Return the largest eigenvalues of the operator of pairs, as many as `outputs` may reach.

    Raises `UnsupportedCondition` where nothing is registered for the pairs.
    """
    raise UnsupportedCondition(
        f"the eigenfunctions of pairs '{pairs}' are not known",
        allowed="OrnsteinUhlenbeck, JacobiDiffusion, AugmentationGraph and MomentOperator",
        cure=register_call("sith.theory.derivation.spectral.operator.levels_of", pairs),
    )


@levels_of.register(OrnsteinUhlenbeck)
@levels_of.register(JacobiDiffusion)
def _(
    pairs: OrnsteinUhlenbeck | JacobiDiffusion,
    objective: SpectralObjective,  # noqa: ARG001
    outputs: int,
    *,
    linear_only: bool,
) -> tuple[Level, ...]:
    return product_levels(pairs, outputs, linear_only=linear_only)


@levels_of.register(AugmentationGraph)
@levels_of.register(MomentOperator)
def _(
    pairs: AugmentationGraph | MomentOperator,
    objective: SpectralObjective,
    outputs: int,  # noqa: ARG001
    *,
    linear_only: bool,  # noqa: ARG001
) -> tuple[Level, ...]:
    _require_reversible(objective, pairs)
    return pencil_levels(pairs, _threshold(objective))


def _require_reversible(
    objective: SpectralObjective, pairs: AugmentationGraph | MomentOperator
) -> None:
    """Refuse Barlow Twins on pairs that are not reversible: it sees the skew part of C as well."""
    _, _, cross = pairs.moments()
    skew = any(cross[i][j] != cross[j][i] for i in range(len(cross)) for j in range(i))
    if skew and isinstance(objective, BarlowTwins):
        raise UnsupportedCondition(
            "the cross-moments are not symmetric, and ‖C − I‖² sees their skew part",
            cure="use VICReg or AlignmentWhitening, which see the symmetric part alone",
        )


def _with_constant(levels: tuple[Level, ...]) -> tuple[Level, ...]:
    first = levels[0]
    if first.rational and first.low == 1:
        modes = (*CONSTANT.modes, *first.modes)
        top = Level(first.low, first.high, first.multiplicity + 1, modes, whole=first.whole)
        return (top, *levels[1:])
    return (CONSTANT, *levels)


def _threshold(objective: SpectralObjective) -> tuple[sp.Rational, ...]:
    """Return the eigenvalue at which μ = 0; μ is affine in the eigenvalue."""
    at_zero = objective.squared_scale(sp.Integer(0))
    slope = objective.squared_scale(sp.Integer(1)) - at_zero
    return (-at_zero / slope,) if slope != 0 else ()


def _kept(objective: SpectralObjective, level: Level) -> bool:
    """Say whether a mode of the level lowers the loss; no interval holds the threshold."""
    return objective.whitens or objective.squared_scale((level.low + level.high) / 2) > 0
