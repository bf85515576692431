"""Which named lemma settles the components of the group that the engine does not reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from sith.theory.assumptions import (
    AnisotropicSphere,
    Box,
    Classes,
    ExponentialFamily,
    ExponentialNorm,
    KnownActions,
    OrnsteinUhlenbeck,
    PairLogDensity,
    RealSpace,
    SharedBlock,
    SoftmaxLabels,
    Sphere,
    StyleRedrawn,
    VonMisesFisher,
)
from sith.theory.claim import Claim
from sith.theory.derivation.equation import Condition, UpTo
from sith.theory.derivation.lemmas.catalogue import (
    AFFINE_GENERATORS,
    BILINEAR,
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
from sith.theory.groups import (
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
from sith.theory.notation import latents
from sith.theory.objectives import (
    AlignmentMaxEntropy,
    CrossEntropy,
    DynamicsModel,
    Equivariance,
    GeneralisedContrastive,
    InfoNCE,
    LatentCorrelation,
    LearnedDiagonal,
    NegativeNorm,
    PairLikelihood,
    PartialAlignment,
    standard_objective,
)
from sith.theory.verdict import Extent, Lemma

FULL_SUPPORT = AnisotropicSphere | ExponentialNorm | PairLogDensity | VonMisesFisher
"""Pairs in which any point may follow any other."""


@dataclass(frozen=True, slots=True)
class Settling:
    """A lemma whose hypotheses were checked: every optimal map in `extent` lies in `group`."""

    lemma: Lemma
    group: AbstractGroup
    extent: Extent = Extent.ALL_MAPS


def settling_lemmas(claim: Claim, condition: Condition) -> tuple[Settling, ...]:
    """Return the lemmas whose hypotheses the condition meets, with what each concludes."""
    objective = standard_objective(claim.objective, claim.encoder.output.dim)
    return tuple(_matches(claim.replace(objective=objective), condition))


def _matches(claim: Claim, condition: Condition) -> Iterator[Settling]:
    yield from _isometries(claim, condition)
    yield from _heads(claim, condition)
    yield from _content(claim, condition)


def every_pair(condition: Condition) -> bool:
    """Whether the equations hold at all pairs (z, z̃), none of whose coordinates are shared."""
    full = isinstance(condition.pairs, FULL_SUPPORT | OrnsteinUhlenbeck)
    return full and not set(condition.z) & set(condition.zt)


def _isometries(claim: Claim, condition: Condition) -> Iterator[Settling]:
    """Lemmas on equations that hold at all pairs: distances, inner products, dynamics."""
    if not every_pair(condition) or condition.linear_only:
        return
    d, first = claim.dim, condition.equations[0]
    if first.up_to not in (UpTo.NOTHING, UpTo.FUNCTION_OF_Z):
        return  # separable terms may hide what these lemmas compare
    square = len(condition.image) == len(condition.z)
    round_input = isinstance(condition.space, Sphere)
    round_output = isinstance(condition.output, Sphere)
    if square and round_input and round_output and _proportional(first.residual, _inner(condition)):
        yield Settling(SPHERE_ISOMETRY, Orthogonal(d))
    critic = getattr(claim.objective, "critic", None)
    if square and not round_input and not round_output and not condition.over:
        body = isinstance(condition.space, Box | RealSpace)
        same_norm = isinstance(critic, NegativeNorm) and critic.p != 2 and _same_norm(claim, critic)
        known = same_norm or _same_transition(claim) or _power_sum(condition)
        if body and known and not condition.parameters:
            yield Settling(LP_ISOMETRY, Shifted(SignedPermutations(d)))
    if (
        isinstance(critic, DynamicsModel)
        and critic.learned
        and isinstance(condition.space, RealSpace)
    ):
        model = sp.Matrix(d, d, list(condition.parameters.values())[: d * d])
        if model.det() != 0 and critic.shift:
            yield Settling(DYNAMICS, Euclidean(d))
        elif model.det() != 0 and (model - sp.eye(d)).det() != 0:
            yield Settling(DYNAMICS, Orthogonal(d))
    form = _distance_form(condition)
    if form and not round_input and not round_output:
        yield Settling(EUCLIDEAN_ISOMETRY, Euclidean(d, form[0]))
    bilinear = _bilinear_form(condition)
    if bilinear and not round_output:
        yield Settling(BILINEAR, Orthogonal(d, bilinear[0]))
    pairs = claim.world.pairs
    spheres = round_input and round_output and isinstance(claim.objective, InfoNCE)
    if spheres and isinstance(pairs, AnisotropicSphere) and isinstance(critic, LearnedDiagonal):
        yield Settling(ELLIPSOID, BlockOrthogonal(pairs.blocks()))


def _heads(claim: Claim, condition: Condition) -> Iterator[Settling]:
    """Lemmas on learned linear heads, and on commuting with known actions."""
    d, pairs, objective = claim.dim, claim.world.pairs, claim.objective
    round_output = bool(condition.output.constraints(condition.image))
    equivariant = isinstance(objective, Equivariance) and not objective.matrices
    if isinstance(pairs, KnownActions) and equivariant and condition.linear_only:
        yield Settling(LINEAR_COMMUTANT, Commutant(pairs.matrices))
    if (
        isinstance(objective, CrossEntropy)
        and isinstance(pairs, Classes)
        and pairs.affine_rank == d
    ):
        yield Settling(AFFINE_GENERATORS, Orthogonal(d) if round_output else Linear(d))
        if objective.unit_rows:
            fixed = not objective.learned_beta and not round_output
            if fixed and not pairs.free_quadrics:
                yield Settling(QUADRIC, Orthogonal(d))
    if isinstance(pairs, ExponentialFamily | SoftmaxLabels) and _linear_head(condition):
        constants = len(condition.parameters) > d * len(condition.equations)
        yield Settling(AFFINE_GENERATORS, Affine(d) if constants else Linear(d))
    if isinstance(objective, GeneralisedContrastive) and not condition.incomplete:
        extent = Extent.ALL_MAPS if claim.encoder.invertible else Extent.INVERTIBLE
        yield Settling(SECOND_ORDER_VARIABILITY, ComponentwiseDiffeomorphisms(d), extent)


def _content(claim: Claim, condition: Condition) -> Iterator[Settling]:
    """The lemma on redrawn style, for losses that compare the two views."""
    pairs, objective = claim.world.pairs, claim.objective
    if isinstance(objective, PartialAlignment) and isinstance(pairs, StyleRedrawn):
        count = len(pairs.content)
        if pairs.content == tuple(range(count)) and count < claim.dim:
            # The encoder of this objective is invertible by definition.
            yield Settling(OPEN_SUPPORT, ContentKeeping(claim.dim, count))
    elif isinstance(objective, AlignmentMaxEntropy | LatentCorrelation) and isinstance(
        pairs, StyleRedrawn | SharedBlock
    ):
        everything = BlockwiseDiffeomorphisms((tuple(range(len(condition.image))),))
        extent = Extent.ALL_MAPS if claim.encoder.invertible else Extent.INVERTIBLE
        yield Settling(OPEN_SUPPORT, everything, extent)


def _power_sum(condition: Condition) -> bool:
    """Whether the residual is c·(Σ|z_i − z̃_i|^p − Σ|H_i − H̃_i|^p) up to a function of z, p ≠ 2."""
    if len(condition.equations) != 1 or condition.equations[0].volume:
        return False
    if condition.base != condition.z:
        return False
    residual = condition.equations[0].residual
    size = sp.count_ops(residual)
    for p in NORMS if size < MAX_OPERATIONS else ():
        norm = NegativeNorm(p)
        at_image = norm.score(condition.image, condition.image_t)
        model = at_image - norm.score(condition.z, condition.zt)
        unit = dict.fromkeys((*condition.image, *condition.image_t), sp.Integer(0))
        one = {**unit, condition.image[0]: sp.Integer(1)}
        factor = (residual.xreplace(unit) - residual.xreplace(one)).expand()
        if factor.is_Rational and factor != 0:
            rest = sp.expand(residual - factor * model)
            if rest == 0:
                return True
    return False


NORMS = (1, 3, 4, 6, 8)
"""Exponents of norms that a critic written as an expression is compared with."""

MAX_OPERATIONS = 3000
"""Residuals with more operations than this are not expanded for the comparison."""


def _same_norm(claim: Claim, critic: NegativeNorm) -> bool:
    """Whether the pair law, up to its own function of z̃, is the norm of the critic."""
    pairs = claim.world.pairs
    flat = not claim.world.prior.log_density(latents(claim.dim)).free_symbols
    if isinstance(pairs, ExponentialNorm):
        return flat and (pairs.p, pairs.alpha) == (critic.p, critic.alpha)
    return False


def _bilinear_form(condition: Condition) -> tuple[sp.ImmutableMatrix] | tuple[()]:
    """Return (S,) where the residual is c·(HᵀSH̃ − zᵀSz̃), S positive definite, else ()."""
    residual = condition.equations[0].residual
    if condition.parameters or len(condition.image) != len(condition.z):
        return ()
    if (
        len(condition.equations) != 1
        or condition.equations[0].volume
        or condition.base != condition.z
    ):
        return ()
    if residual.atoms(sp.Abs) or not residual.is_polynomial(*residual.free_symbols):
        return ()
    form = sp.ImmutableMatrix(
        [[sp.diff(residual, a, b) for b in condition.image_t] for a in condition.image]
    )
    if form.free_symbols or not form.is_symmetric() or form[0, 0] == 0:
        return ()
    u, v = sp.Matrix(condition.image), sp.Matrix(condition.image_t)
    x, y = sp.Matrix(condition.z), sp.Matrix(condition.zt)
    rest = sp.expand(residual - (u.T * form * v)[0] + (x.T * form * y)[0])
    # What is left may depend on the anchor alone: c(z) takes it up.
    if rest != 0 and (
        rest.free_symbols - set(condition.z) or condition.equations[0].up_to is UpTo.NOTHING
    ):
        return ()
    form = form if form[0, 0] > 0 else -form
    if not all(e.is_Rational for e in form):
        return ()
    if any(form[: k + 1, : k + 1].det() <= 0 for k in range(form.rows)):
        return ()
    return (sp.ImmutableMatrix(form),)


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
