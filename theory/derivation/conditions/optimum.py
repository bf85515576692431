"""The optimum condition of a claim, derived from its loss: one builder for each objective."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import sympy as sp

from sith.theory.assumptions import Atoms, Encoder, Property, World, require
from sith.theory.derivation.conditions.alignment import alignment
from sith.theory.derivation.conditions.auxiliary import auxiliary, close_classifier
from sith.theory.derivation.conditions.binary_nce import binary_nce
from sith.theory.derivation.conditions.collapse import without_equations
from sith.theory.derivation.conditions.cross_covariance import cross_covariance_identity
from sith.theory.derivation.conditions.equivariance import equivariance
from sith.theory.derivation.conditions.gaussian import gaussian_alignment
from sith.theory.derivation.conditions.infonce import infonce
from sith.theory.derivation.conditions.interventions import interventions
from sith.theory.derivation.conditions.labels import cross_entropy
from sith.theory.derivation.conditions.law import law, sliced_law
from sith.theory.derivation.conditions.own import own_condition
from sith.theory.derivation.conditions.pairs import pair_likelihood, permutation_contrast
from sith.theory.derivation.conditions.partial import partial_alignment, sparse_change
from sith.theory.derivation.conditions.projected import projected_condition
from sith.theory.derivation.conditions.reconstruction import reconstruction
from sith.theory.derivation.conditions.separable import separable
from sith.theory.derivation.conditions.stated import stated
from sith.theory.derivation.conditions.total import sum_condition
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.lemmas.atoms import INDEPENDENT_ATOMS, transcendental_slopes
from sith.theory.derivation.lemmas.mixing_class import impose_class
from sith.theory.derivation.lemmas.record import Problem
from sith.theory.errors import UnsupportedCondition
from sith.theory.objectives import (
    AbstractObjective,
    Alignment,
    AlignmentMaxEntropy,
    BinaryNCE,
    CloseClassifier,
    ConditionalEnergy,
    ConditionalLikelihood,
    CrossCovarianceIdentity,
    CrossEntropy,
    EnvironmentClassification,
    Equivariance,
    GaussianAlignment,
    GeneralisedContrastive,
    Independence,
    InfoNCE,
    InterventionalLikelihood,
    LatentCorrelation,
    Likelihood,
    PairLikelihood,
    PartialAlignment,
    PermutationContrast,
    Projected,
    Reconstruction,
    ScoreMatching,
    SelfDistillation,
    SlicedNormality,
    SparseChange,
    StatedOptimum,
    Sum,
    kind_of,
)

BUILDERS: Mapping[type, Callable[..., Condition]] = {
    InfoNCE: infonce,
    BinaryNCE: binary_nce,
    CrossEntropy: cross_entropy,
    AlignmentMaxEntropy: alignment,
    LatentCorrelation: alignment,
    ConditionalEnergy: auxiliary,
    ConditionalLikelihood: auxiliary,
    EnvironmentClassification: auxiliary,
    Equivariance: equivariance,
    GaussianAlignment: gaussian_alignment,
    GeneralisedContrastive: separable,
    InterventionalLikelihood: interventions,
    Likelihood: law,
    PairLikelihood: pair_likelihood,
    PermutationContrast: permutation_contrast,
    Independence: law,
    ScoreMatching: law,
    PartialAlignment: partial_alignment,
    SparseChange: sparse_change,
    Reconstruction: reconstruction,
    SlicedNormality: sliced_law,
    CloseClassifier: close_classifier,
    CrossCovarianceIdentity: cross_covariance_identity,
    StatedOptimum: stated,
    Alignment: without_equations,
    SelfDistillation: without_equations,
    Projected: lambda w, o, e: projected_condition(w, o, e, optimum_condition),
}


def optimum_condition(world: World, objective: AbstractObjective, encoder: Encoder) -> Condition:
    """Return the condition on h at the population optimum of `objective` in `world`.

    Raises `MissingAssumption` where the world lacks what the objective needs, `InputError` where
    the parts do not fit, and `UnsupportedCondition` where no rule covers the objective.
    """
    require(world, Property.INJECTIVE, str(objective))
    if isinstance(world.prior, Atoms) and not isinstance(objective, CloseClassifier):
        raise UnsupportedCondition(
            f"latents at {world.prior} have no density, and '{objective}' is treated for densities"
        )
    for kind, build in BUILDERS.items():
        if isinstance(objective, kind):
            problem = Problem(world, objective, encoder)
            return _with_atoms(impose_class(problem, build(world, objective, encoder)))
    if isinstance(objective, Sum):
        return sum_condition(world, objective, encoder, optimum_condition)
    if kind_of(objective):
        return own_condition(world, objective, encoder, optimum_condition)
    raise UnsupportedCondition(
        f"no rule derives the optimum of {type(objective).__name__}",
        cure="give its class a method pointwise(weights, scores), pointwise_binary(true, independent, "
        "score) or pointwise_partition(score, partition), or state its optimum: StatedOptimum(...)",
    )


def _with_atoms(condition: Condition) -> Condition:
    """Add what first-order changes with exp or log need: the lemma, and what polynomials may miss.

    Where the changes depend on z̃ − z only, ξ keeps the flat metric −∇²K(0) of the kernel K and is
    affine. Other free fields may hold exponentials themselves.
    """
    found = transcendental_slopes(condition)
    if not found:
        return condition
    condition = replace(condition, lemmas=(*condition.lemmas, *INDEPENDENT_ATOMS.cited(condition)))
    by_law = all(equation.volume for equation in condition.equations)
    if condition.linear_only or by_law or condition.incomplete:
        return condition
    step = {y: x + sp.Dummy(real=True) for x, y in zip(condition.z, condition.zt, strict=True)}
    if any(slope.xreplace(step).free_symbols & set(condition.z) for slope in found):
        missed = "free fields of a condition with exponentials or logarithms need not be polynomial"
        return replace(condition, incomplete=missed)
    return condition
