"""The optimum condition of binary NCE: the critic with its offset is log p(z̃|z)/p(z̃)."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import (
    Encoder,
    Property,
    Sphere,
    Uniform,
    VonMisesFisher,
    World,
    require,
)
from sith.theory.derivation.conditions.frame import frame_of, output_equations, require_square
from sith.theory.derivation.conditions.pointwise import optimal_score
from sith.theory.derivation.equation import Condition, Equation
from sith.theory.derivation.lemmas.losses import GIBBS
from sith.theory.derivation.lemmas.record import Problem
from sith.theory.errors import MissingAssumption, UnsupportedCondition
from sith.theory.notation import latents
from sith.theory.objectives import BinaryNCE


def binary_nce(world: World, objective: BinaryNCE, encoder: Encoder) -> Condition:
    """Return s(h(z), h(z̃))/τ + b = log p(z̃|z) − log p(z̃) + const, without a free function of z.

    The conditional's normaliser must not depend on z, which is known of von Mises–Fisher pairs. The
    offset b takes up the constant; where s(u, u) is constant, z̃ = z fixes it.
    """
    require(world, Property.FULL_SUPPORT, "binary NCE")
    frame = frame_of(world, encoder)
    require_square(frame, objective)
    if not isinstance(world.pairs, VonMisesFisher):
        raise UnsupportedCondition(
            f"the normaliser of '{world.pairs}' as a function of z is not known, and binary NCE "
            "sees it",
            allowed="von Mises–Fisher pairs",
            cure="use InfoNCE, in which it drops out",
        )
    if not objective.offset:
        raise MissingAssumption(
            "binary NCE fixes the score with its constant, and the critic cannot hold the "
            "normaliser of p(z̃|z)",
            cure="use BinaryNCE(offset=True)",
        )
    if objective.critic.parameters(len(frame["image"])):
        raise UnsupportedCondition(f"binary NCE with the learned critic {objective.critic}")
    best = optimal_score(objective)
    z, zt, image, image_t = frame["z"], frame["zt"], frame["image"], frame["image_t"]
    tau = objective.temperature
    score = objective.critic.score(image, image_t) / tau
    target = world.pairs.log_conditional(z, zt) - world.prior.log_density(zt)
    steps = [
        (
            rf"with densities $a$ of true and $b$ of independent pairs the score is "
            rf"${sp.latex(best)}$, so that it is $\log p(\tilde z\mid z)/p(\tilde z)$ with its "
            r"constant"
        )
    ]
    parameters: dict[sp.Symbol, sp.Expr] = {}
    equal = _at_equal(objective, encoder)
    if isinstance(world.prior, Uniform) and equal.is_number:
        residual = score - equal / tau - target + world.pairs.concentration
        steps.append(r"$\tilde z=z$ gives the offset $b$")
    else:
        offset = sp.Symbol("b", real=True)
        residual = score + offset - target
        parameters = {offset: sp.Integer(0)}
    return Condition(
        **frame,
        base=tuple(z),
        parameters=parameters,
        equations=(Equation(residual), *output_equations(frame)),
        latex=rf"\tfrac1\tau s(h(z),h(\tilde z))+b=\log p(\tilde z\mid z)-\log p(\tilde z),"
        rf"\ \tau={sp.latex(tau)}",
        steps=tuple(steps),
        lemmas=(GIBBS.cite(Problem(world, objective, encoder)),),
    )


def _at_equal(objective: BinaryNCE, encoder: Encoder) -> sp.Expr:
    """Return s(u, u) on the output space, the last square on the sphere replaced."""
    u = latents(encoder.output.dim, "u")
    value = sp.expand(objective.critic.score(u, u))
    if isinstance(encoder.output, Sphere):
        value = sp.expand(value.subs(u[-1] ** 2, 1 - sp.Add(*(x**2 for x in u[:-1]))))
    return value
