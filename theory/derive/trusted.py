"""Which named lemma settles the components of the group that the engine does not reach."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from theory.assumptions import AnisotropicSphere, Classes, KnownActions, SharedBlock, StyleRedrawn
from theory.claim import Claim
from theory.derive.equation import Condition
from theory.derive.lemmas import (
    AFFINE_GENERATORS,
    DYNAMICS,
    ELLIPSOID,
    EUCLIDEAN_ISOMETRY,
    LINEAR_COMMUTANT,
    LP_ISOMETRY,
    OPEN_SUPPORT,
    SECOND_ORDER_VARIABILITY,
    SPHERE_ISOMETRY,
)
from theory.groups import (
    AbstractGroup,
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
from theory.objectives import (
    DynamicsModel,
    Equivariance,
    GeneralisedContrastive,
    LearnedDiagonal,
    NegativeNorm,
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
    if isinstance(critic, NegativeNorm) and critic.p != 2 and not condition.parameters:
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
    if isinstance(claim.objective, GeneralisedContrastive) and not condition.incomplete:
        yield SECOND_ORDER_VARIABILITY, ComponentwiseDiffeomorphisms(d)
    if isinstance(claim.objective, PartialAlignment) and isinstance(pairs, StyleRedrawn):
        if pairs.content == tuple(range(len(pairs.content))) and len(pairs.content) < d:
            yield OPEN_SUPPORT, ContentKeeping(d, len(pairs.content))
    elif isinstance(pairs, StyleRedrawn | SharedBlock):
        outputs = len(condition.image)
        yield OPEN_SUPPORT, BlockwiseDiffeomorphisms((tuple(range(outputs)),))


def _inner(condition: Condition) -> sp.Expr:
    products = zip(condition.image, condition.image_t, condition.z, condition.zt, strict=True)
    return sp.Add(*(a * b - x * y for a, b, x, y in products))


def _proportional(one: sp.Expr, other: sp.Expr) -> bool:
    ratio = sp.simplify(one / other)
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
