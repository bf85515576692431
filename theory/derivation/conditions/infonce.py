"""The optimum condition of InfoNCE: the critic at (h(z), h(z̃)) is log p(z̃|z)/p(z̃) up to c(z)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Encoder,
    ExponentialNorm,
    PartlyKeptSphere,
    Property,
    World,
    require,
)
from sith.theory.derivation.conditions.frame import frame_of, output_equations, require_square
from sith.theory.derivation.conditions.free_tower import free_tower
from sith.theory.derivation.conditions.pointwise import SOLVED, optimal_scores
from sith.theory.derivation.equation import Condition, Equation, UpTo
from sith.theory.derivation.lemmas.losses import GIBBS
from sith.theory.derivation.lemmas.record import Problem
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.notation import latents
from sith.theory.objectives import (
    AbstractCritic,
    DynamicsModel,
    ExpressionCritic,
    InfoNCE,
    LearnedDiagonal,
    NegativeNorm,
)


def infonce(world: World, objective: InfoNCE, encoder: Encoder) -> Condition:
    """Return s(h(z), h(z̃))/τ = log p(z̃|z) − log p(z̃) + c(z), learned critic parameters solved for."""
    kept = _kept(world, objective)
    require(world, Property.PAIR_DENSITY if kept else Property.FULL_SUPPORT, "InfoNCE")
    frame = frame_of(world, encoder)
    # The condition holds for pairs that share the kept coordinates, so their symbols are the same.
    frame["zt"] = tuple(frame["z"][i] if i in kept else x for i, x in enumerate(frame["zt"]))
    require_square(frame, objective)
    if isinstance(objective.critic, ExpressionCritic) and len(objective.critic.u) != world.dim:
        raise InputError(f"a critic in {len(objective.critic.u)} coordinates for d = {world.dim}")
    scores = optimal_scores(objective, objective.negatives + 1 if objective.negatives else SOLVED)
    z, zt, image, image_t = frame["z"], frame["zt"], frame["image"], frame["image_t"]
    critic, tau = objective.critic, objective.temperature
    if hasattr(critic, "own"):  # a free second tower names the part of its score in v alone
        return free_tower(world, objective, encoder, frame, _steps(objective, scores))
    learned = critic.parameters(len(image))
    score = critic.score(image, image_t) / tau
    target = world.pairs.log_conditional(z, zt)
    if not isinstance(critic, DynamicsModel):
        target -= world.prior.log_density(zt)
    equation = Equation(score - target, UpTo.FUNCTION_OF_Z)
    steps = _steps(objective, scores)
    where = r"\quad\text{for }\tilde z\in K(z)" if kept else ""
    latex = (
        rf"\tfrac1\tau s(h(z),h(\tilde z)) = {_tex(target)} + c(z),\quad "
        rf"s(u,v)={_latex_score(critic, len(image))},\ \tau={sp.latex(tau)}{where}"
    )
    scale = sp.Integer(1)
    for norm in _shared_norm(world, critic):
        # z̃ = z makes both sides vanish, so c(z) = 0, and equal α-th powers are equal p-th powers.
        scale = _scale(objective, norm)
        plain = NegativeNorm(norm.p)
        residual = scale**norm.p * plain.score(z, zt) - plain.score(image, image_t)
        equation = Equation(residual)
        steps.append(r"$\tilde z=z$ gives $c(z)=0$; then $\alpha$-th powers are dropped")
    condition = Condition(
        **frame,
        base=tuple(scale * x for x in z),
        parameters={p: sp.Integer(1) for p in learned},
        equations=(equation, *output_equations(frame)),
        latex=latex,
        steps=tuple(steps),
        lemmas=(GIBBS.cite(Problem(world, objective, encoder)),),
        relabelled=isinstance(critic, LearnedDiagonal),
    )
    return _solve_parameters(condition, learned)


def _kept(world: World, objective: InfoNCE) -> tuple[int, ...]:
    """Return the coordinates that pairs and negatives share, where negatives keep to the support."""
    pairs = world.pairs
    if objective.within_support and isinstance(pairs, PartlyKeptSphere):
        return pairs.kept
    return ()


def _steps(objective: InfoNCE, scores: Sequence[sp.Expr]) -> list[str]:
    """Return how the condition follows from the loss."""
    slots = f"{len(scores)} slots" if objective.negatives else "any number of slots"
    steps = [
        (
            r"the weight of slot $j$ is $a_j\propto p(y_j\mid z)/p(y_j)$; differentiating the loss in "
            rf"the scores gives $s_j={sp.latex(scores[1])}$ up to $c(z)$, for {slots}"
        )
    ]
    if isinstance(objective.critic, DynamicsModel):
        steps.append(r"the correction $\alpha$ of the score absorbs $\log p(\tilde z)$")
    return steps


def _shared_norm(world: World, critic: AbstractCritic) -> tuple[ExponentialNorm, ...]:
    """Return the pairs where critic and pairs have one norm and power, and the marginal is flat."""
    pairs = world.pairs
    if not isinstance(critic, NegativeNorm) or not isinstance(pairs, ExponentialNorm):
        return ()
    flat = world.prior.log_density(latents(world.dim)) == 0
    return (pairs,) if flat and (pairs.p, pairs.alpha) == (critic.p, critic.alpha) else ()


def _scale(objective: InfoNCE, pairs: ExponentialNorm) -> sp.Rational:
    scale = (objective.temperature * pairs.rate) ** (1 / pairs.alpha)
    if not scale.is_rational:
        raise UnsupportedCondition(
            f"the scale (τλ)^(1/α) = {scale} is irrational",
            cure="choose τ and λ with a rational (τλ)^(1/α), for example τ = 1/λ",
        )
    return scale


def _latex_score(critic: Any, dim: int) -> str:
    return _tex(critic.score(latents(dim, "u"), latents(dim, "v")))


def _tex(expression: sp.Expr) -> str:
    """Write an expression in the paper's notation: zt1 as z̃₁, learned weights as Λ̂."""
    names = {}
    for symbol in expression.free_symbols:
        head = str(symbol).rstrip("0123456789")
        index = str(symbol)[len(head) :]
        if head in _TEX_HEADS:
            names[symbol] = f"{_TEX_HEADS[head]}_{{{index}}}"
    return str(sp.latex(expression, symbol_names=names))


_TEX_HEADS = {"zt": r"\tilde z", "L": r"\hat\Lambda", "z": "z", "u": "u", "v": "v"}


def _solve_parameters(condition: Condition, learned: Sequence[sp.Symbol]) -> Condition:
    """Choose learned parameters for which the base map solves the pair equation, if there are any."""
    if not learned:
        return condition
    table = _base_table(condition)
    residual = sp.expand(condition.equations[0].residual.xreplace(table))
    if not residual.is_polynomial(*condition.z, *condition.zt):
        return condition
    tail = sp.Poly(residual, *condition.zt)
    wanted = [c for powers, c in tail.terms() if any(powers)]
    system = [c for w in wanted for c in sp.Poly(w, *condition.z).coeffs()]
    solutions = sp.solve(system, learned, dict=True)
    if len(solutions) == 1 and all(p in solutions[0] for p in learned):
        return replace(condition, parameters=solutions[0])
    return condition


def _base_table(condition: Condition) -> dict[sp.Symbol, sp.Expr]:
    return {
        **dict(zip(condition.image, condition.base, strict=True)),
        **dict(zip(condition.image_t, condition.base_t, strict=True)),
    }
