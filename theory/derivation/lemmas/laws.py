"""Lemmas on losses that see the law of the outputs: where a likelihood is maximal, and the like."""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    ExponentialFamily,
    Family,
    Gaussian,
    LinearInterventions,
    Mixing,
    Property,
    cross_covariance,
    is_whole,
    properties,
)
from sith.theory.derivation.lemmas.losses import DENSITY, FLAT, SQUARE, objective_is
from sith.theory.derivation.lemmas.record import Entry, Hypothesis, Problem
from sith.theory.derivation.lemmas.stationarity import reversible, stationary
from sith.theory.errors import SithError
from sith.theory.notation import latents
from sith.theory.objectives import (
    ConditionalEnergy,
    ConditionalLikelihood,
    CrossCovarianceIdentity,
    Independence,
    InterventionalLikelihood,
    Likelihood,
    PairLikelihood,
    PermutationContrast,
    ScoreMatching,
    SlicedNormality,
)

INDEPENDENT: Hypothesis[Problem] = Hypothesis(
    "independent",
    "the latents have independent coordinates",
    "the prior is a product, or uniform on the box",
    lambda case: Property.INDEPENDENT in properties(case.world),
)


def _linear(case: Problem) -> bool:
    return case.world.mixing is Mixing.LINEAR and case.encoder.family is Family.LINEAR


LINEAR: Hypothesis[Problem] = Hypothesis(
    "linear", "h is linear", "mixing and encoder are linear", _linear
)


def _observational(case: Problem) -> bool:
    pairs = case.world.pairs
    if not isinstance(pairs, LinearInterventions):
        return True
    z = latents(case.world.dim)
    square = sp.Add(*(x**2 for x in pairs.matrices[0] * sp.Matrix(z)))
    return not sp.expand(case.world.prior.log_density(z) + square / 2).free_symbols


PRECISION: Entry[Problem] = Entry(
    "L-precision",
    "Gaussian laws of mean 0 are equal exactly where their precisions are; the likelihood over all "
    "environments is maximal where every model law is the true one",
    "Gibbs' inequality",
    (
        objective_is(InterventionalLikelihood, "the likelihood over all environments"),
        Hypothesis(
            "environments",
            "the latents are Gaussian of mean 0 in every environment",
            "the world's pairs are LinearInterventions",
            lambda case: isinstance(case.world.pairs, LinearInterventions),
        ),
        Hypothesis(
            "observational",
            "the prior is the law of the observational environment",
            "the log-densities are subtracted",
            _observational,
        ),
        LINEAR,
        SQUARE,
    ),
)
INTERVENTION_LAWS: Entry[Problem] = Entry(
    "L-intervention-laws",
    "the likelihood over all environments of invertible h is maximal exactly where h(z) has a law of the "
    "model in every environment; the true one is among them",
    "Gibbs' inequality and the change of variables, environment by environment",
    (*PRECISION.hypotheses[:3], SQUARE),
)
LAW: Entry[Problem] = Entry(
    "L-law",
    "the likelihood of invertible h is maximal exactly where h(z) has the prior's law",
    "Gibbs' inequality and the change of variables",
    (objective_is(Likelihood, "the likelihood under the prior"), DENSITY, FLAT, SQUARE),
)
SCORES: Entry[Problem] = Entry(
    "L-scores",
    "two positive densities on a connected open set have equal scores exactly where they are equal, and "
    "the score of the law of h(z), h invertible, is the prior's exactly where h(z) has the prior's law",
    "a function whose gradient is 0 is constant, and both densities integrate to 1; Hyvärinen (2005)",
    (
        objective_is(ScoreMatching, "the mean squared difference of scores"),
        DENSITY,
        FLAT,
        SQUARE,
    ),
)
CRAMER_WOLD: Entry[Problem] = Entry(
    "L-cramer-wold",
    "a law on R^d is N(0, I) exactly where its projection on every unit vector is N(0, 1)",
    "Cramér and Wold (1936): the characteristic function at ta is that of the projection on a at t",
    (
        objective_is(SlicedNormality, "the distance of projections from N(0, 1)"),
        Hypothesis(
            "every_direction",
            "the projections on all unit vectors are compared",
            "the objective lists no finite set of directions",
            lambda case: not getattr(case.objective, "directions", ()),
        ),
        Hypothesis(
            "attained",
            "some map of the latents has the law N(0, I)",
            "the prior is the standard Gaussian on R^d, and the identity is such a map",
            lambda case: isinstance(case.world.prior, Gaussian) and is_whole(case.world.space),
        ),
        SQUARE,
    ),
)


def _positive_moments(case: Problem) -> bool:
    try:
        cross_covariance(case.world)
    except SithError:
        return False
    return True


WHITENING: Entry[Problem] = Entry(
    "L-whitening",
    "a square matrix has MΓMᵀ = I, Γ positive definite, exactly where MᵀM = Γ⁻¹",
    "M is invertible; multiply by its inverses",
    (
        objective_is(CrossCovarianceIdentity, "‖E[h(z̃)h(z)ᵀ] − I‖²"),
        LINEAR,
        SQUARE,
        Hypothesis(
            "positive",
            "the cross-covariance Γ = E[z̃zᵀ] of the latents is positive definite",
            "Γ is computed exactly, and its leading minors are positive",
            _positive_moments,
        ),
    ),
)
INDEPENDENCE: Entry[Problem] = Entry(
    "L-independence",
    "the total correlation of h(z) is zero exactly where its density is a product",
    "Gibbs' inequality",
    (objective_is(Independence, "the total correlation of the outputs"), INDEPENDENT, FLAT, SQUARE),
)
PAIR_LAW: Entry[Problem] = Entry(
    "L-pair-law",
    "the likelihood of pairs is maximal exactly where (h(z), h(z̃)) has the model's joint law, if the "
    "family contains it",
    "Gibbs' inequality and the change of variables",
    (
        objective_is(PairLikelihood, "the likelihood of pairs"),
        Hypothesis(
            "conditional",
            "pairs have a conditional density that is positive everywhere",
            "the world's pairs have full support",
            lambda case: Property.FULL_SUPPORT in properties(case.world),
        ),
        FLAT,
        SQUARE,
    ),
)
REVERSIBLE: Entry[Problem] = Entry(
    "L-reversible",
    "if z̃ has the law of z and L(z, z̃) + log p(z) is symmetric, L being log p(z̃|z) up to a function "
    "of z, that function is constant",
    "the kernel K = p(z) e^L and u = e^{−c} satisfy Ku = u·K1, so Σ K (u(z) − u(z̃))² = 0",
    (
        objective_is(PermutationContrast, "the contrast of pairs with shuffled ones"),
        Hypothesis(
            "symmetric",
            "L(z, z̃) + log p(z) is symmetric in z and z̃",
            "the expression with z and z̃ exchanged is subtracted and expanded",
            lambda case: reversible(case.world),
        ),
        Hypothesis(
            "stationary",
            "z̃ has the law of z",
            "∫ e^L dz̃ is computed, for a symmetric kernel e^L p, and does not depend on z: for "
            "sums over coordinates of Gaussian or Student form, and for Ornstein–Uhlenbeck pairs",
            lambda case: stationary(case.world),
        ),
    ),
)


def _family(case: Problem) -> bool:
    return isinstance(case.world.pairs, ExponentialFamily)


def _varied(case: Problem) -> bool:
    return not _family(case) or case.world.pairs.rank > 0  # type: ignore[union-attr]


def _environments(kind: Any, words: str) -> tuple[Hypothesis[Problem], ...]:
    return (
        objective_is(kind, words),
        Hypothesis(
            "environments",
            "the latents have an exponential family's law in each environment",
            "the world's pairs are ExponentialFamily; a law that was shown to diverge is refused",
            _family,
        ),
        Hypothesis(
            "varied",
            "the natural parameters differ between environments",
            "the rank of their differences is positive",
            _varied,
        ),
        SQUARE,
    )


CONDITIONAL_LIKELIHOOD: Entry[Problem] = Entry(
    "L-conditional-likelihood",
    "with a free base measure, the conditional likelihood of invertible h is maximal exactly where "
    "⟨λ̂(u) − λ̂(v), T(h(z))⟩ = ⟨λ(u) − λ(v), T(z)⟩ up to constants for all environments u, v: base "
    "measure and Jacobian cancel in the differences",
    "Gibbs' inequality and the change of variables; Khemakhem et al. (2020)",
    _environments(ConditionalLikelihood, "the conditional likelihood with a free base measure"),
)
CONDITIONAL_ENERGY: Entry[Problem] = Entry(
    "L-conditional-energy",
    "the fitted conditional density of x equals the true one exactly where "
    "⟨ĝ(u) − ĝ(v), φ(h(z))⟩ = ⟨λ(u) − λ(v), T(z)⟩ up to constants for all environments u, v: the base "
    "measure cancels in the differences",
    "Gibbs' inequality, or zero Fisher divergence; Khemakhem et al. (2020), ICE-BeeM",
    _environments(ConditionalEnergy, "the fit of a conditional energy with a free base measure"),
)
