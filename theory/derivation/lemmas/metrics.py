"""Lemmas on learned metrics and learned dynamics."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import AnisotropicSphere, RealSpace
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.lemmas.forms import at_base, base_scale, pairwise
from sith.theory.derivation.lemmas.isometries import (
    EVERY_PAIR,
    FREE_OUTPUT,
    ROUND_INPUT,
    ROUND_OUTPUT,
    SQUARE,
    critic_of,
    every_pair,
    square,
)
from sith.theory.derivation.lemmas.record import Entry, Hypothesis, Setting
from sith.theory.objectives import DynamicsModel, LearnedDiagonal


def _learned_metric(case: Setting) -> bool:
    return isinstance(critic_of(case), LearnedDiagonal)


def _anisotropic(case: Setting) -> bool:
    return isinstance(case.condition.pairs, AnisotropicSphere)


def _solved(case: Setting) -> bool:
    """Whether the base map and its parameters solve the first equation, up to a function of z."""
    if not (square(case) and pairwise(case.condition.equations[0])):
        return not square(case)
    return not at_base(case.condition).free_symbols & set(case.condition.zt)


def _plain_metric(case: Setting) -> bool:
    if not (_learned_metric(case) and _anisotropic(case) and square(case)):
        return True
    condition = case.condition
    pairs, critic = condition.pairs, LearnedDiagonal()
    assert isinstance(pairs, AnisotropicSphere)
    residual = condition.equations[0].residual
    score = critic.score(condition.image, condition.image_t)
    rest = residual.xreplace(dict.fromkeys((*condition.image, *condition.image_t), sp.Integer(0)))
    inner = sp.cancel(sp.expand(residual - rest) / sp.expand(score))
    truth = pairs.log_conditional(condition.z, condition.zt)
    return bool(
        pairwise(condition.equations[0])
        and inner.is_Rational
        and inner > 0
        and sp.expand(rest + truth) == 0
    )


ELLIPSOID: Entry[Setting] = Entry(
    "L-ellipsoid",
    "if (h−h̃)ᵀΛ̂(h−h̃) = (z−z̃)ᵀΛ(z−z̃) on the sphere, h is orthogonal and maps the coordinates of "
    "each value of Λ onto those of the same value of Λ̂",
    "Rusak et al. (2025); principal axes of MᵀΛ̂M = Λ",
    (
        Hypothesis(
            "metric",
            "the pairs are p(z̃|z) ∝ exp(−(z−z̃)ᵀΛ(z−z̃)), at all pairs of points of the sphere",
            "the world's pairs are AnisotropicSphere, and the points share no coordinate",
            lambda case: _anisotropic(case) and every_pair(case.condition),
        ),
        Hypothesis(
            "learned",
            "the critic is −(u−v)ᵀΛ̂(u−v) with a learned diagonal Λ̂",
            "the kind of the critic",
            _learned_metric,
        ),
        Hypothesis(
            "equation",
            "the equation compares the two metrics and nothing else, such as a law of z̃",
            "the residual at h = 0 is minus log p(z̃|z), and the rest is a multiple of the critic",
            _plain_metric,
        ),
        SQUARE,
        ROUND_INPUT,
        ROUND_OUTPUT,
    ),
)


def dynamics_matrix(condition: Condition) -> sp.Matrix:
    """Return A at the base map: the first d² learned parameters."""
    d = len(condition.z)
    return sp.Matrix(d, d, list(condition.parameters.values())[: d * d])


def _learned_dynamics(case: Setting) -> bool:
    critic = critic_of(case)
    return isinstance(critic, DynamicsModel) and critic.learned


def _invertible_dynamics(case: Setting) -> bool:
    if not _learned_dynamics(case):
        return True
    return bool(dynamics_matrix(case.condition).det() != 0)


def _shift_settled(case: Setting) -> bool:
    critic = critic_of(case)
    if not isinstance(critic, DynamicsModel) or not critic.learned or critic.shift:
        return True
    matrix = dynamics_matrix(case.condition)
    return bool((matrix - sp.eye(matrix.rows)).det() != 0)


DYNAMICS: Entry[Setting] = Entry(
    "L-dynamics",
    "if ‖f̂(h(z)) − h(z̃)‖² = ‖Az + c − z̃‖² up to a function of z for all z, z̃, with A invertible, h is "
    "affine with an orthogonal linear part, and linear if f̂ is linear and 1 is no eigenvalue of A",
    "differences in z make z̃ an affine function of h(z̃), then the squares of z̃ compare; Laiz et al. "
    "(2025), Thm 1",
    (
        EVERY_PAIR,
        SQUARE,
        Hypothesis(
            "whole",
            "the latents fill R^d",
            "the latent space",
            lambda case: isinstance(case.condition.space, RealSpace) and not case.condition.over,
        ),
        FREE_OUTPUT,
        Hypothesis(
            "learned",
            "the critic is −‖f̂(u) − v‖²/2 with a learned affine or linear f̂",
            "the kind of the critic",
            _learned_dynamics,
        ),
        Hypothesis(
            "gaussian",
            "log p(z̃|z) is a multiple of −‖Az + c − z̃‖² up to a function of z",
            "h₀ = z with A and c in the critic solves the equation, an identity in z̃",
            lambda case: _solved(case) and bool(base_scale(case.condition)),
        ),
        Hypothesis(
            "bijective",
            "A is invertible",
            "its determinant",
            _invertible_dynamics,
        ),
        Hypothesis(
            "shift",
            "f̂ has a learned constant, or 1 is no eigenvalue of A",
            "the determinant of A − I, for a critic without a constant",
            _shift_settled,
        ),
    ),
)
