"""Why a condition has no solution among the rescaled identities, in one line."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import AnisotropicSphere, VonMisesFisher, World
from sith.theory.derivation.equation import Condition
from sith.theory.notation import latents
from sith.theory.objectives import (
    AbstractObjective,
    BinaryNCE,
    CrossEntropy,
    DynamicsModel,
    InfoNCE,
    InnerProduct,
    standard_objective,
)


def misfit(world: World, objective: AbstractObjective, condition: Condition) -> str:
    """Say in one line why the base map does not solve the condition, and what would mend it."""
    if isinstance(objective, InfoNCE | BinaryNCE):
        tau = objective.temperature
        pairs = world.pairs
        z = latents(world.dim)
        if isinstance(objective.critic, DynamicsModel):
            return (
                f"the score {objective.critic} does not express log p(z̃|z) at h = identity; use a "
                "learned model of the dynamics, and latents in which the noise is N(0, I)"
            )
        if world.prior.log_density(z).free_symbols:
            return (
                f"the critic {objective.critic} at τ = {tau} does not express "
                f"log p(z̃|z) − log p(z̃) with the marginal '{world.prior}'; use a uniform marginal, "
                "or a critic that holds the marginal"
            )
        if isinstance(pairs, VonMisesFisher) and isinstance(objective.critic, InnerProduct):
            product = pairs.concentration * tau
            return (
                f"κτ = {product} and the sphere result needs κτ = 1 at fixed radius; "
                f"set the temperature to τ = 1/κ = {1 / pairs.concentration}"
            )
        if isinstance(pairs, AnisotropicSphere):
            return (
                f"the critic {objective.critic} cannot express {pairs}; "
                "use critic=LearnedDiagonal() (or equal entries of Λ)"
            )
        return (
            f"the critic {objective.critic} at τ = {tau} does not express log p(z̃|z) − log p(z̃) "
            f"at h = identity ({condition.base}); match the critic and the temperature to the pair law"
        )
    if isinstance(objective, CrossEntropy):
        return (
            f"unit rows with fixed β = {objective.inverse_temperature} cannot express the posterior "
            f"of '{world.pairs}' on the unit sphere; learn β, or set β = κ"
        )
    return "the identity does not solve the condition"


def said_misfit(world: World, stated: AbstractObjective, condition: Condition) -> str:
    """Say why the base map does not fit, the temperature of a loss of the user's own included."""
    objective = standard_objective(stated, len(condition.image))
    reason = misfit(world, objective, condition)
    own, tau = (getattr(x, "temperature", sp.Integer(1)) for x in (stated, objective))
    if objective is stated or own == tau:
        return reason
    return f"{reason} (this τ is {tau / own} times that of '{stated}')"
