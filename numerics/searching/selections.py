"""A stage for alignment: selections of latents that align and leave the stated content.

For uniform latents on a box a selection of distinct coordinates is uniform, so its loss is known
exactly: no quadrature, and no derivation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sith.numerics.searching.points import Point
from sith.numerics.searching.witness import Counterexample, Kind
from sith.theory import (
    AlignmentMaxEntropy,
    BlockwiseDiffeomorphisms,
    Box,
    Claim,
    InputError,
    Membership,
    Mixing,
    Relation,
    latents,
)
from sith.theory.assumptions import Family, SharedBlock, StyleRedrawn, Uniform
from sith.theory.objectives import LatentCorrelation

Views = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class _Setting:
    """What is kept in all views, what each view sees, and the coordinates of the stated map.

    `outputs` is the number of outputs m; the claim says that h is ψ of the stated coordinates, with
    ψ smooth and injective into R^m.
    """

    content: tuple[int, ...]
    views: Views
    stated: tuple[int, ...]
    outputs: int
    entropy: bool


def keeps_content(claim: Claim) -> bool:
    """Whether the views of a claim share content, of which coordinates may be selected."""
    return isinstance(claim.world.pairs, StyleRedrawn | SharedBlock)


def refute_by_selection(claim: Claim, point: Point) -> tuple[Counterexample, ...]:
    """Return a selection of coordinates that is optimal, or better than all that is stated."""
    for setting in _settings(claim):
        views = _found(setting)
        if not views:
            return ()
        shown = "; ".join(f"h = ({', '.join(f'z{i + 1}' for i in v)})" for v in views)
        if len(views) > 1:
            shown = "; ".join(
                f"h{k + 1} = ({', '.join(f'z{i + 1}' for i in v)})" for k, v in enumerate(views)
            )
        answer = _judged(setting, views)
        return (
            Counterexample.found(
                claim,
                point,
                kind=Kind.SELECTION,
                shown=shown,
                equal=answer.reason,
                differs="it is not a function of "
                + ", ".join(f"z{i + 1}" for i in setting.stated)
                + " alone",
                exact=True,
                data={"views": [list(v) for v in views]},
            ),
        )
    return ()


def check_selection(witness: Counterexample, claim: Claim) -> Membership:
    """Say whether the stored selection refutes the claim, from the claim's world alone."""
    for setting in _settings(claim):
        return _judged(setting, _read(witness.data.get("views")))
    return Membership(False, "the claim is not about alignment of uniform latents on a box")


def _settings(claim: Claim) -> tuple[_Setting, ...]:
    """The setting of a claim, () where it is of another kind."""
    world, pairs, encoder = claim.world, claim.world.pairs, claim.encoder
    group = claim.group
    fits = (
        isinstance(claim.objective, AlignmentMaxEntropy | LatentCorrelation)
        and isinstance(world.space, Box)
        and isinstance(world.prior, Uniform)
        and world.mixing is Mixing.INJECTIVE
        and encoder.family is Family.UNIVERSAL
        and isinstance(group, BlockwiseDiffeomorphisms)
        and len(group.blocks) == 1
        and claim.relation is not Relation.CONTAINS
        and claim.base
    )
    if not fits or not isinstance(pairs, SharedBlock | StyleRedrawn):
        return ()
    entropy = isinstance(claim.objective, AlignmentMaxEntropy)
    if entropy and not isinstance(encoder.output, Box):
        return ()
    z = latents(claim.dim)
    if any(f != 0 and f not in z for f in claim.base):
        return ()
    stated = tuple(i for i in range(claim.dim) if z[i] in claim.base)
    views: Views = (tuple(range(claim.dim)),)
    if isinstance(pairs, SharedBlock):
        views = tuple(tuple(view) for view in pairs.views)
    return (_Setting(tuple(pairs.content), views, stated, encoder.output.dim, entropy),)


def _found(setting: _Setting) -> Views:
    stated, m = setting.stated, setting.outputs
    fresh = [i for i in setting.content if i not in stated]
    if len(stated) == m and fresh:
        return ((*stated[1:], fresh[0]),) * len(setting.views)
    missing = m - len(stated)
    own = [[i for i in view if i not in stated] for view in setting.views]
    if setting.entropy and missing > 0 and all(len(rest) >= missing for rest in own):
        return tuple((*stated, *rest[:missing]) for rest in own)
    return ()


def _judged(setting: _Setting, views: Views) -> Membership:
    m = setting.outputs
    if len(views) != len(setting.views):
        return Membership(False, f"{len(views)} selections for {len(setting.views)} views")
    for selected, seen in zip(views, setting.views, strict=True):
        if len(selected) != m or len(set(selected)) != m:
            return Membership(False, f"{selected} is no choice of {m} coordinates")
        if not set(selected) <= set(seen):
            return Membership(False, f"a view of {seen} does not see {selected}")
    if set(views[0]) <= set(setting.stated):
        return Membership(False, "it is a function of the stated coordinates")
    aligned = len(set(views)) == 1 and set(views[0]) <= set(setting.content)
    if aligned and setting.entropy:
        return Membership(True, "it is aligned and uniform, so it attains the lower bound")
    if aligned:
        return Membership(True, "it is aligned and, standardised, white: all correlations are 1")
    if setting.entropy and len(setting.stated) < m:
        return Membership(
            True,
            f"its loss is finite, and a function of {len(setting.stated)} coordinates has entropy "
            f"−∞ in R^{m}, so its loss is infinite",
        )
    return Membership(False, "it is not aligned, and the stated maps have a finite loss")


def _read(data: Any) -> Views:
    rows = data if isinstance(data, list) else []
    if not rows or any(not isinstance(r, list) or any(type(i) is not int for i in r) for r in rows):
        raise InputError("a selection is stored as one list of coordinates for each view")
    return tuple(tuple(row) for row in rows)
