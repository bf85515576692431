"""Lemmas on learned linear heads, separable scores, and known actions."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import (
    Atoms,
    Classes,
    ExponentialFamily,
    KnownActions,
    SoftmaxLabels,
)
from sith.theory.derivation.fields.regular_points import spans
from sith.theory.derivation.lemmas.forms import linear_head
from sith.theory.derivation.lemmas.isometries import SQUARE
from sith.theory.derivation.lemmas.record import Entry, Hypothesis, Setting
from sith.theory.derivation.lemmas.variability import second_order_rank
from sith.theory.objectives import (
    CrossEntropy,
    Equivariance,
    GeneralisedContrastive,
)


def _learned_rows(case: Setting) -> bool:
    objective, pairs = case.problem.objective, case.condition.pairs
    if isinstance(pairs, Classes):
        return isinstance(objective, CrossEntropy)
    if not isinstance(pairs, ExponentialFamily | SoftmaxLabels):
        return False
    return len(case.condition.image) != len(case.condition.z) or _head(case)


def _head(case: Setting) -> bool:
    """Whether the equations are those of a head, its rank left to the hypothesis on the rank."""
    condition = case.condition
    wanted = [e for e in condition.equations if not e.volume and not e.gram]
    learned = all(
        all(sp.diff(e.residual, x) in condition.parameters for x in condition.image) for e in wanted
    )
    return learned and len(wanted) == len(condition.equations)


def _spanning_rows(case: Setting) -> bool:
    pairs = case.condition.pairs
    if isinstance(pairs, Classes):
        return pairs.affine_rank == len(case.condition.z)
    if not isinstance(pairs, ExponentialFamily | SoftmaxLabels):
        return True
    if len(case.condition.image) != len(case.condition.z) or not _head(case):
        return True
    return linear_head(case.condition)


def _spanning_latents(case: Setting) -> bool:
    prior, d = case.problem.world.prior, len(case.condition.z)
    if not isinstance(prior, Atoms):
        return spans(case.problem.world.space)
    first = prior.points[0]
    moved = [[a - b for a, b in zip(p, first, strict=True)] for p in prior.points[1:]]
    return int(sp.Matrix(moved).rank()) == d


LATENTS_SPAN: Hypothesis[Setting] = Hypothesis(
    "latents_span",
    "the latents span R^d with their differences",
    "the differences of the prior's atoms have rank d, or those of regular rational points of the "
    "space, on which the prior has a density",
    _spanning_latents,
)
AFFINE_GENERATORS: Entry[Setting] = Entry(
    "L-affine-generators",
    "if {v_a − v_b} spans R^d, ⟨u_a − u_b, h(z)⟩ = κ⟨v_a − v_b, z⟩ for all a, b makes h linear "
    "(affine where constants are learned)",
    "Reizinger et al. (2025), arXiv 2410.21869, Thm 1C: Aᵀh(z) = z",
    (
        SQUARE,
        Hypothesis(
            "learned",
            "every equation is ⟨u, h(z)⟩ = ⟨r, z⟩ + c with a learned row u",
            "cross-entropy over classes, or each coefficient of h in the residuals is a parameter",
            _learned_rows,
        ),
        Hypothesis(
            "spanning",
            "the differences of the true rows span R^d",
            "the rank of the class vectors' differences, or of the slopes of the residuals in z",
            _spanning_rows,
        ),
        LATENTS_SPAN,
    ),
)


def _unit_rows(case: Setting) -> bool:
    objective = case.problem.objective
    return isinstance(objective, CrossEntropy) and bool(objective.unit_rows)


def _fixed(case: Setting) -> bool:
    return not getattr(case.problem.objective, "learned_beta", False)


def _classes(case: Setting) -> bool:
    return isinstance(case.condition.pairs, Classes)


def _no_quadric(case: Setting) -> bool:
    pairs = case.condition.pairs
    return not isinstance(pairs, Classes) or not pairs.free_quadrics


QUADRIC: Entry[Setting] = Entry(
    "L-quadric",
    "if {v_a − v_b} spans R^d and no quadric other than the unit sphere contains all v_a, unit rows "
    "w_a = M v_a + ψ with h = cM^{−T}z make M orthogonal and ψ = 0",
    "derived here: ‖Mv + ψ‖² − 1 is a multiple of ‖v‖² − 1, so MᵀM = λI, Mᵀψ = 0 and λ = 1; h is "
    "linear by Reizinger et al. (2025)",
    (
        SQUARE,
        Hypothesis(
            "classes", "labels have class vectors v_a on the unit sphere", "the pairs", _classes
        ),
        Hypothesis(
            "unit_rows", "the learned rows have unit norm", "the objective demands it", _unit_rows
        ),
        Hypothesis(
            "fixed_scale", "the factor β is fixed", "the objective does not learn it", _fixed
        ),
        Hypothesis(
            "quadric",
            "no quadric other than the unit sphere contains all class vectors, a pair of planes "
            "included, so that their differences span R^d",
            "the exact rank of the monomials of degree ≤ 2 at the class vectors",
            _no_quadric,
        ),
        Hypothesis(
            "free_output",
            "the outputs lie in an open part of R^d",
            "the output space has no equation",
            lambda case: not case.condition.output.constraints(case.condition.image),
        ),
        LATENTS_SPAN,
    ),
)
LINEAR_COMMUTANT: Entry[Setting] = Entry(
    "L-linear-commutant",
    "a linear h(z) = Mz with h(M_a z) = M_a h(z) has M M_a = M_a M; these equations are linear in M, so "
    "every invertible solution lies in the span of the free fields",
    "linear algebra",
    (
        Hypothesis(
            "actions",
            "the partner of z is M_a z for an observed action",
            "the world's pairs are KnownActions",
            lambda case: isinstance(case.condition.pairs, KnownActions),
        ),
        Hypothesis(
            "same_matrices",
            "the loss demands the matrices M_a of the world",
            "the objective is Equivariance without matrices of its own",
            lambda case: (
                isinstance(case.problem.objective, Equivariance)
                and not case.problem.objective.matrices
            ),
        ),
        Hypothesis(
            "linear",
            "h is linear",
            "mixing and encoder are linear",
            lambda case: case.condition.linear_only,
        ),
        LATENTS_SPAN,
    ),
)


def _variability(case: Setting) -> bool:
    family = case.condition.pairs
    if not isinstance(family, ExponentialFamily):
        return True
    return second_order_rank(family) == 2 * family.dim and not case.condition.incomplete


SECOND_ORDER_VARIABILITY: Entry[Setting] = Entry(
    "L-second-order-variability",
    "if the differences over u of (∂_i q_i, ∂_i² q_i) span R^{2d} at almost every point, a smooth "
    "diffeomorphism that keeps Σ_i q_i(z_i, u) − Σ_i q_i(z_i, u₀) separable for every u acts on each "
    "coordinate by itself, up to their order",
    "mixed derivatives; Hyvärinen, Sasaki and Turner (2019)",
    (
        SQUARE,
        Hypothesis(
            "separable",
            "the equations say that the differences of log-densities stay sums over coordinates",
            "the objective is GeneralisedContrastive, with environments of an exponential family",
            lambda case: (
                isinstance(case.problem.objective, GeneralisedContrastive)
                and isinstance(case.condition.pairs, ExponentialFamily)
            ),
        ),
        Hypothesis(
            "variability",
            "the differences of first and second derivatives span R^{2d} at generic points",
            "their exact rank at random rational points, at most the generic one, is 2d",
            _variability,
        ),
    ),
)
