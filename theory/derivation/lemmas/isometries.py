"""Lemmas on maps that keep distances or inner products between all pairs of points."""

from __future__ import annotations

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
from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.lemmas.forms import (
    bilinear_form,
    distance_form,
    keeps_inner_products,
    keeps_norm,
)
from sith.theory.derivation.lemmas.record import Entry, Hypothesis, Setting

FULL_SUPPORT = (
    AnisotropicSphere | ExponentialNorm | OrnsteinUhlenbeck | PairLogDensity | VonMisesFisher
)
"""Pairs in which any point may follow any other."""


def every_pair(condition: Condition) -> bool:
    """Whether the equations hold at all pairs (z, z̃), none of whose coordinates are shared.

    Up to a function of z at most: an equation up to functions of single coordinates leaves more.
    """
    full = isinstance(condition.pairs, FULL_SUPPORT)
    exact = all(e.up_to in (UpTo.NOTHING, UpTo.FUNCTION_OF_Z) for e in condition.equations)
    return full and exact and not set(condition.z) & set(condition.zt)


def square(case: Setting) -> bool:
    """Whether there are as many outputs as latents."""
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
    square,
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
    "no equation holds on the output space",
    lambda case: not case.condition.output.constraints(case.condition.image),
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
            lambda case: not square(case) or keeps_inner_products(case.condition),
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
            lambda case: not square(case) or keeps_norm(case.condition),
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
            lambda case: not square(case) or bool(distance_form(case.condition)),
        ),
    ),
)
BILINEAR: Entry[Setting] = Entry(
    "L-bilinear",
    "if h(z)ᵀS h(z̃) = h₀(z)ᵀS h₀(z̃) up to a function of z for all z, z̃ of an open set or a sphere, S "
    "symmetric, S and h₀ linear and invertible, h = M h₀ with MᵀSM = S",
    "differences in z and in z̃ between d + 1 points in general position: h₀ᵀS h₀ has rank d on them, so "
    "the differences of h span R^d and h = M h₀; comparing coefficients gives MᵀSM = S",
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
            "the only equation is h(z)ᵀS h(z̃) = h₀(z)ᵀS h₀(z̃) up to a function of z, S symmetric, S and "
            "h₀ linear and invertible",
            "S is read off the residual, what is left depends on z alone, no determinant is 0",
            lambda case: not square(case) or bool(bilinear_form(case.condition)),
        ),
    ),
)
