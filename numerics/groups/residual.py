"""How much of a representation the best member of an indeterminacy group leaves unexplained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sith.numerics.groups.residual_of import no_residual, residual_of
from sith.numerics.measure.samples import (
    Samples,
    Score,
    as_array,
    halves,
    require_rows,
)
from sith.theory.dispatch import registered
from sith.theory.errors import InputError
from sith.theory.groups import AbstractGroup


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
    if not registered(residual_of, group):
        raise no_residual(group)
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
    results = [residual_of(group, run, known, seed) for run in data.runs() if run.finite]
    values = np.full(data.finite.shape, np.nan)
    values[data.finite] = [value for value, _ in results]
    descriptions = dict.fromkeys(description for _, description in results)
    return GroupResidual(data.score(values), "; ".join(descriptions) or "no run is finite")
