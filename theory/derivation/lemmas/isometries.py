"""Lemmas on maps that keep distances or inner products between all pairs of points."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import (
    AnisotropicSphere,
    Box,
    ExponentialNorm,
    OrnsteinUhlenbeck,
    PairLogDensity,
    RealSpace,
    Sphere,
    VonMisesFisher,
)
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.lemmas.forms import (
    at_base,
    base_scale,
    bilinear_form,
    distance_form,
    keeps_inner_products,
    keeps_norm,
    pairwise,
)
from sith.theory.derivation.lemmas.record import Entry, Hypothesis, Setting
from sith.theory.objectives import DynamicsModel, LearnedDiagonal

FULL_SUPPORT = (
    AnisotropicSphere | ExponentialNorm | OrnsteinUhlenbeck | PairLogDensity | VonMisesFisher
)
"""Pairs in which any point may follow any other."""


def every_pair(condition: Condition) -> bool:
    """Whether the equations hold at all pairs (z, z̃), none of whose coordinates are shared."""
    full = isinstance(condition.pairs, FULL_SUPPORT)
    return full and not set(condition.z) & set(condition.zt)


def _square(case: Setting) -> bool:
    return len(case.condition.image) == len(case.condition.z)


def critic_of(case: Setting) -> object:
    """Return the critic of the objective, or the objective where it has none."""
    return getattr(case.problem.objective, "critic", case.problem.objective)


EVERY_PAIR: Hypothesis[Setting] = Hypothesis(
    "every_pair",
    "the equation holds at almost all pairs of points",
    "the pairs have full support, and the two points share no coordinate",
    lambda case: every_pair(case.condition),
)
SQUARE: Hypothesis[Setting] = Hypothesis(
    "square",
    "there are as many outputs as latents",
    "the numbers of outputs and of latents are compared",
    _square,
)
ROUND_INPUT: Hypothesis[Setting] = Hypothesis(
    "round_input",
    "the latents lie on the unit sphere",
    "the latent space",
    lambda case: isinstance(case.condition.space, Sphere),
)
ROUND_OUTPUT: Hypothesis[Setting] = Hypothesis(
    "round_output",
    "the outputs lie on the unit sphere",
    "the output space",
    lambda case: isinstance(case.condition.output, Sphere),
)
BODY: Hypothesis[Setting] = Hypothesis(
    "body",
    "the latents fill a convex body of R^d",
    "the latent space is a box or R^d, and the base map does not bend it",
    lambda case: isinstance(case.condition.space, Box | RealSpace) and not case.condition.over,
)
FREE_OUTPUT: Hypothesis[Setting] = Hypothesis(
    "free_output",
    "the outputs lie in an open part of R^d",
    "the output space is not the sphere",
    lambda case: not isinstance(case.condition.output, Sphere),
)

SPHERE_ISOMETRY: Entry[Setting] = Entry(
    "L-sphere-iso",
    "a map of the sphere with h(z)·h(z̃) = z·z̃ for almost all pairs is orthogonal, z ↦ Qz",
    "Mazur–Ulam type; Zimmermann et al. (2021); measurable h: arXiv 2606.04280",
    (
        EVERY_PAIR,
        SQUARE,
        ROUND_INPUT,
        ROUND_OUTPUT,
        Hypothesis(
            "inner_products",
            "the equation is h(z)·h(z̃) = z·z̃, up to a function of z, which z̃ = z shows to be 0",
            "the residual is a rational multiple of H·H̃ − z·z̃",
            lambda case: not _square(case) or keeps_inner_products(case.condition),
        ),
    ),
)
LP_ISOMETRY: Entry[Setting] = Entry(
    "L-Lp-iso",
    "an isometry of ‖·‖_p, p ≠ 2, between convex bodies of R^d is a signed permutation with a shift",
    "Mazur–Ulam, Mankiewicz and Banach–Lamperti theorems",
    (
        EVERY_PAIR,
        SQUARE,
        BODY,
        FREE_OUTPUT,
        Hypothesis(
            "norm",
            "the equation is ‖h(z) − h(z̃)‖_p = ‖h₀(z) − h₀(z̃)‖_p with p ≠ 2 and h₀ = sz",
            "the residual is compared with a multiple of the difference of the two norms",
            lambda case: not _square(case) or keeps_norm(case.condition),
        ),
    ),
)
EUCLIDEAN_ISOMETRY: Entry[Setting] = Entry(
    "L-euclidean-iso",
    "a map of a convex body that preserves (z−z̃)ᵀS(z−z̃), S positive definite, is affine with "
    "MᵀSM = S",
    "Mazur–Ulam theorem, after the change of coordinates S^{1/2}",
    (
        EVERY_PAIR,
        SQUARE,
        Hypothesis(
            "body",
            "the latents fill a convex body of R^d, or h₀ maps them onto an open set",
            "the space on which the equation is written is a box or R^d",
            lambda case: isinstance(case.condition.space, Box | RealSpace),
        ),
        FREE_OUTPUT,
        Hypothesis(
            "distance",
            "the equation keeps (z−z̃)ᵀS(z−z̃) with S positive definite, up to the scale of h₀ = sz",
            "S is read off the residual, the rest is shown to vanish, its leading minors are positive",
            lambda case: not _square(case) or bool(distance_form(case.condition)),
        ),
    ),
)
BILINEAR: Entry[Setting] = Entry(
    "L-bilinear",
    "if h(z)ᵀS h(z̃) = zᵀS z̃ up to a function of z for all z, z̃ of an open set or a sphere, S positive "
    "definite, h is linear with MᵀSM = S",
    "differences in z̃ at d + 1 points in general position make h linear in z; comparing coefficients gives MᵀSM = S, and "
    "then no shift is left",
    (
        EVERY_PAIR,
        SQUARE,
        Hypothesis(
            "spanning",
            "the latents fill an open set of R^d or a sphere",
            "the latent space",
            lambda case: isinstance(case.condition.space, Box | RealSpace | Sphere),
        ),
        FREE_OUTPUT,
        Hypothesis(
            "bilinear",
            "the only equation is h(z)ᵀS h(z̃) = zᵀS z̃ up to a function of z, S positive definite, "
            "h₀ = z",
            "S is read off the residual, what is left depends on z alone, leading minors are positive",
            lambda case: not _square(case) or bool(bilinear_form(case.condition)),
        ),
    ),
)


def _learned_metric(case: Setting) -> bool:
    return isinstance(critic_of(case), LearnedDiagonal)


def _anisotropic(case: Setting) -> bool:
    return isinstance(case.condition.pairs, AnisotropicSphere)


def _solved(case: Setting) -> bool:
    """Whether the base map and its parameters solve the first equation, up to a function of z."""
    if not (_square(case) and pairwise(case.condition.equations[0])):
        return not _square(case)
    return not at_base(case.condition).free_symbols & set(case.condition.zt)


def _plain_metric(case: Setting) -> bool:
    if not (_learned_metric(case) and _anisotropic(case) and _square(case)):
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
