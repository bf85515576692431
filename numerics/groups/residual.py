"""How much of a representation the best member of an indeterminacy group leaves unexplained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
from sith.numerics.measure.samples import (
    Array,
    Halves,
    Samples,
    Score,
    as_array,
    halves,
    require_rows,
)
from sith.theory.errors import InputError
from sith.theory.groups import (
    AbstractGroup,
    Affine,
    BlockOrthogonal,
    BlockwiseDiffeomorphisms,
    Commutant,
    ComponentwiseDiffeomorphisms,
    ContentKeeping,
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


@dataclass(frozen=True, slots=True)
class GroupResidual:
    """The distance of a representation from a group, and how it was measured.

    Fields:
        value: in [0, 1], 0 for a member; a float for one run, ``(S,)`` for S; NaN for a run with
            an entry that is not finite.
        description: what was fitted, and of what variance the value is a fraction.
    """

    value: Score
    description: str

    def to_dict(self) -> dict[str, Any]:
        """Return the residual as plain data."""
        return {"value": np.asarray(self.value).tolist(), "description": self.description}

    def __str__(self) -> str:
        """Value and description."""
        return f"{np.array2string(np.asarray(self.value), precision=4)}: {self.description}"


def residual(
    group: AbstractGroup,
    z: Samples,
    y: Samples,
    *,
    reference: Samples | None = None,
    seed: int = 0,
) -> GroupResidual:
    """Return the held-out fraction of variance of y that the best member leaves unexplained.

    y = h(z) is fitted by a member h of the group on one half of the rows; the value is 1 − R² on
    the other half, cut to [0, 1].  The variance is pooled over coordinates where the group fixes
    the scale (permutations, orthogonal maps), and averaged over standardised, whitened or ranked
    coordinates where it does not, so that the value does not depend on the member.  A collapsed
    coordinate is explained by no member.  A small value shows closeness to the group, not that
    it is the smallest such group.

    For `MeasurePreserving` nothing is fitted: the value is the energy coefficient between the law
    of y and that of the reference, and the description has the p-value of `same_law`.  It sees
    the law only, not that y is a function of z.

    Arguments:
        group: a group of `sith.theory.groups`, of dimension d.
        z: latents, ``(N, d)`` or ``(S, N, d)``.
        y: representations of the same shape.
        reference: for `MeasurePreserving`, samples of the prior, ``(K, d)``, independent of y;
            by default the latents of the half that y is not taken from.
        seed: of the split.

    Raises:
        InputError: the group is unknown, or the shapes do not fit it.
    """
    if not isinstance(group, AbstractGroup):
        raise _unknown(group)
    data = halves(z, y, seed=seed)
    shapes = data.z_fit.shape[-1], data.y_fit.shape[-1]
    if shapes != (group.dim, group.dim):
        raise InputError(
            f"latents of dimension {shapes[0]} and representations of dimension {shapes[1]}",
            allowed=f"both {group.dim}, as the group acts on R^{group.dim}",
            cure="choose the group's dimension, or select that many coordinates",
        )
    require_rows(data.z_fit.shape[-2], group.dim)
    known = None if reference is None else as_array(reference)
    results = [_one(group, run, known, seed) for run in data.runs() if run.finite]
    values = np.full(data.finite.shape, np.nan)
    values[data.finite] = [value for value, _ in results]
    descriptions = dict.fromkeys(description for _, description in results)
    return GroupResidual(data.score(values), "; ".join(descriptions) or "no run is finite")


def _one(
    group: AbstractGroup, data: Halves, reference: Array | None, seed: int
) -> tuple[float, str]:
    """Residual of one finite run, and its description."""
    match group:
        case Shifted():
            value, description = _one(group.group, _centred(data), reference, seed)
            return value, f"{description}, after centring"
        case Affine() | Euclidean() | Translations():
            return _one(group.shifted(), data, reference, seed)
        case Trivial():
            return pooled(data.y_test, data.z_test), "variance of y, nothing fitted"
        case Permutations():
            return permutation_residual(data), "variance of y, matched by inner products"
        case SignFlips():
            return sign_flip_residual(data), "variance of y, coordinates in order"
        case SignedPermutations():
            value = signed_permutation_residual(data)
            return value, "variance of y, matched by absolute inner products"
        case GeneralisedPermutations():
            value = generalised_permutation_residual(data)
            return value, "variance of each output, matched by its fit from one scaled latent"
        case Orthogonal():
            form = None if group.form is None else np.array(group.form.tolist(), dtype=np.float64)
            in_form = "" if form is None else " in the norm of the form"
            return orthogonal_residual(data, form), f"variance of y{in_form}, Procrustes rotation"
        case BlockOrthogonal():
            value = block_orthogonal_residual(data, group.blocks)
            return value, "variance of y, outputs matched to blocks, Procrustes rotation in each"
        case Linear():
            return linear_residual(data), "variance of whitened y, least squares"
        case Commutant():
            basis = [np.array(b.tolist(), dtype=np.float64) for b in group.algebra_matrices()]
            return span_residual(data, basis), "variance of whitened y, least squares in the span"
        case Unimodular():
            value, description = _one(group.group, data, reference, seed)
            volume = volume_residual(data)
            return max(value, volume), f"{description}; or the volume, where that is farther"
        case ComponentwiseDiffeomorphisms():
            value = componentwise_residual(data)
            return value, "variance of each output's ranks, isotonic regression on one latent"
        case BlockwiseDiffeomorphisms():
            value = blockwise_residual(data, group.blocks)
            return value, "variance of ranks, kernel ridge between blocks both ways"
        case ContentKeeping():
            value = content_residual(data, group.content)
            return value, "variance of ranks, kernel ridge of content and of all, the worst way"
        case MeasurePreserving():
            prior = data.z_fit if reference is None else reference
            value = energy_coefficient(data.y_test, prior)
            p = same_law(data.y_test, prior, seed=seed)
            return value, f"energy coefficient of y and the prior (p = {p:.3g})"
    raise _unknown(group)


def _unknown(group: object) -> InputError:
    return InputError(
        f"no residual is known for the group {group!r}",
        allowed="the groups of sith.theory.groups, and Shifted of a matrix group there",
        cure="add a case to sith.numerics.groups.residual",
    )


def _centred(data: Halves) -> Halves:
    """Both halves less the means of the fitted half: the best shift of a linear fit."""
    z_mean, y_mean = data.z_fit.mean(0), data.y_fit.mean(0)
    parts = (data.z_fit - z_mean, data.y_fit - y_mean, data.z_test - z_mean, data.y_test - y_mean)
    return Halves(*parts, data.finite)
