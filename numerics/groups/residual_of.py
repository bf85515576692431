"""The residual of one run from each kind of group: one registered function a group."""

from __future__ import annotations

from functools import singledispatch

import numpy as np

from sith.numerics.groups.blockwise import blockwise_residual
from sith.numerics.groups.componentwise import componentwise_residual
from sith.numerics.groups.content import content_residual
from sith.numerics.groups.linear import linear_residual, span_residual, volume_residual
from sith.numerics.groups.orthogonal import block_orthogonal_residual, orthogonal_residual
from sith.numerics.groups.permutations import (
    generalised_permutation_residual,
    permutation_residual,
    sign_flip_residual,
    signed_permutation_residual,
)
from sith.numerics.groups.unexplained import pooled
from sith.numerics.measure.same_law import energy_coefficient, same_law
from sith.numerics.measure.samples import Array, Halves
from sith.theory.dispatch import register_call
from sith.theory.errors import InputError
from sith.theory.groups import (
    Affine,
    BlockOrthogonal,
    BlockwiseDiffeomorphisms,
    BoxSymmetries,
    Commutant,
    ComponentwiseDiffeomorphisms,
    ContentKeeping,
    DirectProduct,
    Euclidean,
    GeneralisedPermutations,
    Linear,
    MeasurePreserving,
    Orthogonal,
    Permutations,
    Shifted,
    SignedPermutations,
    SignFlips,
    Translations,
    Trivial,
    Unimodular,
)

Found = tuple[float, str]
"""The residual in [0, 1], and what was fitted."""


@singledispatch
def residual_of(
    group: object,
    data: Halves,  # noqa: ARG001
    reference: Array | None,  # noqa: ARG001
    seed: int,  # noqa: ARG001
) -> Found:
    """Return the residual of one finite run from a group, and what was fitted.

    Arguments:
        group: of the dimension of the data.
        data: the rows that are fitted and those that are scored.
        reference: samples of the prior, for groups that keep a law.
        seed: of a test of laws.

    Raises:
        InputError: nothing is registered for the group.
    """
    raise no_residual(group)


def no_residual(group: object) -> InputError:
    """Return the error of a group that nothing is registered for."""
    return InputError(
        f"no residual is known for the group {group!r}",
        allowed="the groups of sith.theory.groups, and Shifted of a matrix group there",
        cure=register_call("sith.numerics.groups.residual_of", group),
    )


@residual_of.register
def _(group: Shifted, data: Halves, reference: Array | None, seed: int) -> Found:
    value, description = residual_of(group.group, _centred(data), reference, seed)
    return value, f"{description}, after centring"


@residual_of.register
def _(group: BoxSymmetries, data: Halves, reference: Array | None, seed: int) -> Found:
    z_fit, y_fit, z_test, y_test = data.z_fit, data.y_fit, data.z_test, data.y_test
    about = Halves(z_fit - 0.5, y_fit - 0.5, z_test - 0.5, y_test - 0.5, data.finite)
    value, description = residual_of(SignedPermutations(group.dim), about, reference, seed)
    return value, f"{description}, about the centre of the box"


@residual_of.register
def _(group: DirectProduct, data: Halves, reference: Array | None, seed: int) -> Found:
    """The worst factor: each is fitted to the outputs of its own block, from the same latents."""
    found = []
    for factor, block in zip(group.factors, group.blocks, strict=True):
        at = list(block)
        z_fit, y_fit, z_test, y_test = data.z_fit, data.y_fit, data.z_test, data.y_test
        own = Halves(z_fit[:, at], y_fit[:, at], z_test[:, at], y_test[:, at], data.finite)
        value, _ = residual_of(factor, own, reference, seed)
        found.append(value)
    return max(found), "the worst factor of the product, each fitted on its own coordinates"


@residual_of.register(Affine)
@residual_of.register(Euclidean)
@residual_of.register(Translations)
def _(
    group: Affine | Euclidean | Translations, data: Halves, reference: Array | None, seed: int
) -> Found:
    return residual_of(group.shifted(), data, reference, seed)


@residual_of.register
def _(group: Trivial, data: Halves, *_: object) -> Found:  # noqa: ARG001
    return pooled(data.y_test, data.z_test), "variance of y, nothing fitted"


@residual_of.register
def _(group: Permutations, data: Halves, *_: object) -> Found:  # noqa: ARG001
    return permutation_residual(data), "variance of y, matched by inner products"


@residual_of.register
def _(group: SignFlips, data: Halves, *_: object) -> Found:  # noqa: ARG001
    return sign_flip_residual(data), "variance of y, coordinates in order"


@residual_of.register
def _(group: SignedPermutations, data: Halves, *_: object) -> Found:  # noqa: ARG001
    value = signed_permutation_residual(data)
    return value, "variance of y, matched by absolute inner products"


@residual_of.register
def _(group: GeneralisedPermutations, data: Halves, *_: object) -> Found:  # noqa: ARG001
    value = generalised_permutation_residual(data)
    return value, "variance of each output, matched by its fit from one scaled latent"


@residual_of.register
def _(group: Orthogonal, data: Halves, *_: object) -> Found:
    form = None if group.form is None else np.array(group.form.tolist(), dtype=np.float64)
    in_form = "" if form is None else " in the norm of the form"
    return orthogonal_residual(data, form), f"variance of y{in_form}, Procrustes rotation"


@residual_of.register
def _(group: BlockOrthogonal, data: Halves, *_: object) -> Found:
    value = block_orthogonal_residual(data, group.blocks)
    return value, "variance of y, outputs matched to blocks, Procrustes rotation in each"


@residual_of.register
def _(group: Linear, data: Halves, *_: object) -> Found:  # noqa: ARG001
    return linear_residual(data), "variance of whitened y, least squares"


@residual_of.register
def _(group: Commutant, data: Halves, *_: object) -> Found:
    basis = [np.array(b.tolist(), dtype=np.float64) for b in group.algebra_matrices()]
    return span_residual(data, basis), "variance of whitened y, least squares in the span"


@residual_of.register
def _(group: Unimodular, data: Halves, reference: Array | None, seed: int) -> Found:
    value, description = residual_of(group.group, data, reference, seed)
    volume = volume_residual(data)
    return max(value, volume), f"{description}; or the volume, where that is farther"


@residual_of.register
def _(group: ComponentwiseDiffeomorphisms, data: Halves, *_: object) -> Found:  # noqa: ARG001
    value = componentwise_residual(data)
    return value, "variance of each output's ranks, isotonic regression on one latent"


@residual_of.register
def _(group: BlockwiseDiffeomorphisms, data: Halves, *_: object) -> Found:
    value = blockwise_residual(data, group.blocks)
    return value, "variance of ranks, kernel ridge between blocks both ways"


@residual_of.register
def _(group: ContentKeeping, data: Halves, *_: object) -> Found:
    value = content_residual(data, group.content)
    return value, "variance of ranks, kernel ridge of content and of all, the worst way"


@residual_of.register
def _(group: MeasurePreserving, data: Halves, reference: Array | None, seed: int) -> Found:  # noqa: ARG001
    prior = data.z_fit if reference is None else reference
    value = energy_coefficient(data.y_test, prior)
    p = same_law(data.y_test, prior, seed=seed)
    return value, f"energy coefficient of y and the prior (p = {p:.3g})"


def _centred(data: Halves) -> Halves:
    """Both halves less the means of the fitted half: the best shift of a linear fit."""
    z_mean, y_mean = data.z_fit.mean(0), data.y_fit.mean(0)
    parts = (data.z_fit - z_mean, data.y_fit - y_mean, data.z_test - z_mean, data.y_test - y_mean)
    return Halves(*parts, data.finite)
