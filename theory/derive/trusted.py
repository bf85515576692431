"""Which named lemma settles the components of the group that the engine does not reach."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from theory.assumptions import (
    AnisotropicSphere,
    Classes,
    ExponentialFamily,
    ExponentialNorm,
    KnownActions,
    SharedBlock,
    SoftmaxLabels,
    StyleRedrawn,
)
from theory.claim import Claim
from theory.derive.equation import Condition, UpTo
from theory.derive.lemmas import (
    AFFINE_GENERATORS,
    DYNAMICS,
    ELLIPSOID,
    EUCLIDEAN_ISOMETRY,
    LINEAR_COMMUTANT,
    LP_ISOMETRY,
    OPEN_SUPPORT,
    QUADRIC,
    SECOND_ORDER_VARIABILITY,
    SPHERE_ISOMETRY,
)
from theory.groups import (
    AbstractGroup,
    Affine,
    BlockOrthogonal,
    BlockwiseDiffeomorphisms,
    Commutant,
    ComponentwiseDiffeomorphisms,
    ContentKeeping,
    Euclidean,
    Linear,
    Orthogonal,
    Shifted,
    SignedPermutations,
)
from theory.notation import latents
from theory.objectives import (
    CrossEntropy,
    DynamicsModel,
    Equivariance,
    GeneralisedContrastive,
    LearnedDiagonal,
    NegativeNorm,
    PairLikelihood,
    PartialAlignment,
)
from theory.verdict import Lemma


def settling_lemmas(claim: Claim, condition: Condition) -> tuple[tuple[Lemma, AbstractGroup], ...]:
    """Return the lemmas whose hypothesis the condition meets, with the group each concludes."""
    return tuple(_matches(claim, condition))


def _matches(claim: Claim, condition: Condition) -> Iterator[tuple[Lemma, AbstractGroup]]:
    d = claim.dim
    pairs = claim.world.pairs
    first = condition.equations[0].residual
    square = len(condition.image) == len(condition.z)
    round_output = bool(condition.output.constraints(condition.image))
    if square and round_output and _proportional(first, _inner(condition)):
        yield SPHERE_ISOMETRY, Orthogonal(d)
    critic = getattr(claim.objective, "critic", None)
    by_critic = isinstance(critic, NegativeNorm) and critic.p != 2
    if (by_critic or _same_transition(claim)) and not condition.parameters:
        yield LP_ISOMETRY, Shifted(SignedPermutations(d))
    if isinstance(critic, DynamicsModel) and critic.learned:
        model = sp.Matrix(d, d, list(condition.parameters.values())[: d * d])
        if model.det() != 0 and critic.shift:
            yield DYNAMICS, Euclidean(d)
        elif model.det() != 0 and (model - sp.eye(d)).det() != 0:
            yield DYNAMICS, Orthogonal(d)
    form = _distance_form(condition)
    if form and not condition.space.constraints(condition.z):
        yield EUCLIDEAN_ISOMETRY, Euclidean(d, form[0])
    if isinstance(pairs, AnisotropicSphere) and isinstance(critic, LearnedDiagonal):
        yield ELLIPSOID, BlockOrthogonal(pairs.blocks())
    equivariant = isinstance(claim.objective, Equivariance) and not claim.objective.matrices
    if isinstance(pairs, KnownActions) and equivariant and condition.linear_only:
        yield LINEAR_COMMUTANT, Commutant(pairs.matrices)
    if isinstance(pairs, Classes) and pairs.affine_rank == d:
        yield AFFINE_GENERATORS, Orthogonal(d) if round_output else Linear(d)
        objective = claim.objective
        if isinstance(objective, CrossEntropy) and objective.unit_rows:
            fixed = not objective.learned_beta and not round_output
            if fixed and not pairs.free_quadrics:
                yield QUADRIC, Orthogonal(d)
    if isinstance(pairs, ExponentialFamily | SoftmaxLabels) and _linear_head(condition):
        constants = len(condition.parameters) > d * len(condition.equations)
        yield AFFINE_GENERATORS, Affine(d) if constants else Linear(d)
    if isinstance(claim.objective, GeneralisedContrastive) and not condition.incomplete:
        yield SECOND_ORDER_VARIABILITY, ComponentwiseDiffeomorphisms(d)
    if isinstance(claim.objective, PartialAlignment) and isinstance(pairs, StyleRedrawn):
        if pairs.content == tuple(range(len(pairs.content))) and len(pairs.content) < d:
            yield OPEN_SUPPORT, ContentKeeping(d, len(pairs.content))
    elif isinstance(pairs, StyleRedrawn | SharedBlock):
        outputs = len(condition.image)
        yield OPEN_SUPPORT, BlockwiseDiffeomorphisms((tuple(range(outputs)),))


def _same_transition(claim: Claim) -> bool:
    """Whether the model's transition and the true one are exp(−λ‖z̃−z‖_p^α) with equal p ≠ 2, α."""
    pairs = claim.world.pairs
    if not isinstance(claim.objective, PairLikelihood) or not isinstance(pairs, ExponentialNorm):
        return False
    flat = not claim.world.prior.log_density(latents(claim.dim)).free_symbols
    return flat and pairs.p != 2 and claim.objective.transition in (None, pairs)


def _linear_head(condition: Condition) -> bool:
    """Whether the equations are Bh(z) = Rz + c with a learned B, c learned or absent, rank R = d."""
    slopes = []
    for equation in condition.equations:
        residual, plain = equation.residual, equation.up_to is UpTo.NOTHING
        heads = [sp.diff(residual, x) for x in condition.image]
        rest = residual.xreplace(dict.fromkeys(condition.image, sp.Integer(0)))
        row = [sp.diff(rest, x) for x in condition.z]
        learned = all(x in condition.parameters for x in heads)
        if not plain or not learned or equation.volume or equation.gram:
            return False
        if residual.free_symbols & set(condition.zt) or not all(x.is_Rational for x in row):
            return False
        slopes.append(row)
    return bool(sp.Matrix(slopes).rank() == len(condition.z))


def _inner(condition: Condition) -> sp.Expr:
    products = zip(condition.image, condition.image_t, condition.z, condition.zt, strict=True)
    return sp.Add(*(a * b - x * y for a, b, x, y in products))


def _proportional(one: sp.Expr, other: sp.Expr) -> bool:
    symbols = one.free_symbols | other.free_symbols
    if not one.is_polynomial(*symbols) or not other.is_polynomial(*symbols):
        return False
    ratio = sp.cancel(one / other)
    return bool(ratio.is_Rational and ratio != 0)


def _distance_form(condition: Condition) -> tuple[sp.ImmutableMatrix] | tuple[()]:
    """Return (S,) where the residual is c·[(z−z̃)ᵀS(z−z̃) − (H−H̃)ᵀS(H−H̃)], else ()."""
    residual = condition.equations[0].residual
    if condition.parameters or len(condition.image) != len(condition.z):
        return ()
    if residual.atoms(sp.Abs) or not residual.is_polynomial(*residual.free_symbols):
        return ()
    form = sp.ImmutableMatrix(-sp.hessian(residual, condition.image)) / 2
    if form.free_symbols or form[0, 0] == 0:
        return ()
    scale = condition.base[0].subs(condition.z[0], 1)
    u = sp.Matrix([a - b for a, b in zip(condition.image, condition.image_t, strict=True)])
    v = sp.Matrix([a - b for a, b in zip(condition.z, condition.zt, strict=True)])
    model = scale**2 * (v.T * form * v)[0] - (u.T * form * u)[0]
    if sp.expand(residual - model) != 0:
        return ()
    form = form if form[0, 0] > 0 else -form
    if any(form[: k + 1, : k + 1].det() <= 0 for k in range(form.rows)):
        return ()
    return (sp.ImmutableMatrix(form),)
