"""From which smaller groups the trained maps of several seeds tell the stated one apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, assert_never

import numpy as np
import sympy as sp

from sith.numerics.groups.fitted import Fitted, fitted_map
from sith.numerics.groups.forms import LEVEL, FormFit, fit_form, relative_form
from sith.numerics.groups.residual import residual
from sith.numerics.groups.subgroup import (
    Components,
    Forms,
    Kind,
    Matrices,
    Side,
    Smaller,
    Subgroup,
)
from sith.numerics.groups.subgroups import proper_subgroups
from sith.numerics.measure.samples import Array
from sith.theory.errors import SithError
from sith.theory.groups import (
    AbstractGroup,
    AbstractMatrixGroup,
    ComponentwiseDiffeomorphisms,
    Translations,
    contained,
)

CHANCE = 0.05
"""Chance of an undecided true claim at which `Resolution.seeds_needed` are enough."""


class Answer(Enum):
    """What the maps say of one smaller group."""

    EXCLUDED = "excluded"
    NOT_TOLD_APART = "cannot be told apart"
    CONTRADICTED = "the stated group is contradicted"


@dataclass(frozen=True, slots=True)
class Finding:
    """One smaller group, and whether the maps leave it.

    Fields:
        name: of the smaller group.
        kind: in what it is smaller.
        answer: excluded, not told apart, or the stated group is contradicted.
        evidence: what was seen, in one line.
        chance: that no seed leaves it although the stated group is the true one, if each seed
            draws its component uniformly; 0 for a group of smaller dimension, where the limit on
            the residual decides and `distance` says how far the farthest seed is.
        distance: residual of the farthest seed; NaN where components or forms are compared.
        unvisited: whether some seeds lie clearly in the smaller group, a union of components, and
            none outside: the seeds did not land in the other components.
    """

    name: str
    kind: Kind
    answer: Answer
    evidence: str
    chance: float = 0.0
    distance: float = math.nan
    unvisited: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "name": self.name,
            "kind": self.kind.value,
            "answer": self.answer.value,
            "evidence": self.evidence,
            "chance": self.chance,
        }


@dataclass(frozen=True, slots=True)
class Resolution:
    """The smallest differences that the seeds could have shown.

    Fields:
        seeds: that were asked.
        inside: largest residual that counts as inside the stated group.
        outside: least residual that shows a map to be outside a smaller group.
        form: smallest relative difference in the squared axes of the quadratic form that is seen
            with chance 0.95 at level `level`; NaN where the group has no form to be told, infinite
            where these seeds show none.
        level: chance of rejecting a form that the maps keep.
        chance: at most, that a true claim is left undecided because the seeds happen to miss a
            component of the group.
        seeds_needed: seeds at which that chance is at most 0.05.
    """

    seeds: int
    inside: float
    outside: float
    form: float
    level: float
    chance: float
    seeds_needed: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; numbers that are not finite become None."""
        return {
            "seeds": self.seeds,
            "inside": self.inside,
            "outside": self.outside,
            "form": self.form if math.isfinite(self.form) else None,
            "level": self.level,
            "chance": self.chance,
            "seeds_needed": self.seeds_needed,
        }

    def __str__(self) -> str:
        """One line."""
        form = "" if math.isnan(self.form) else f", form {_percent(self.form)}"
        luck = f"; chance of a missed component {self.chance:.2g}" if self.chance else ""
        more = f", 0.05 with {self.seeds_needed} seeds" if self.chance > CHANCE else ""
        return f"residual {self.outside:g} to a smaller group{form}{luck}{more}"


@dataclass(frozen=True)
class Maps:
    """Latents and representations of the seeds that are asked, with their linear fits."""

    group: AbstractGroup
    z: Array
    y: Array

    @cached_property
    def fits(self) -> tuple[Fitted, ...]:
        """The linear fit of every seed, with a shift where the group has shifts."""
        ranked = isinstance(self.group, ComponentwiseDiffeomorphisms)
        linear = isinstance(self.group, AbstractMatrixGroup)
        shifted = not linear and (
            contained(Translations(self.group.dim), self.group).holds or _moves_origin(self.group)
        )
        return tuple(
            fitted_map(z, y, shifted=shifted, ranked=ranked)
            for z, y in zip(self.z, self.y, strict=True)
        )

    def form(self, stated: sp.ImmutableMatrix) -> FormFit:
        """The fit of the quadratic form."""
        return fit_form([fit.matrix for fit in self.fits], _floats(stated))


def _moves_origin(group: AbstractGroup) -> bool:
    """Whether a generator is affine and not linear, such as a reflection at 1/2."""
    try:
        parts = [g.affine_parts() for g in group.finite_generators()]
    except SithError:
        return False
    return any(b != 0 for _, shift in parts for b in shift)


def told_apart(
    group: AbstractGroup,
    z: Array,
    y: Array,
    *,
    inside: float,
    outside: float,
    subgroups: tuple[Subgroup, ...] = (),
) -> tuple[tuple[Finding, ...], Resolution]:
    """Compare maps of several seeds with every relevant proper subgroup of the stated group.

    Arguments:
        group: the stated one; the maps are taken to lie in it.
        z, y: latents and representations, ``(S, N, d)``, finite, S ≥ 1.
        inside, outside: limits on residuals, reported in the resolution; `outside` decides.
        subgroups: those of `proper_subgroups`, where they are known already.

    Raises:
        InputError: no proper subgroups are registered for the group.
    """
    maps = Maps(group, z, y)
    subgroups = subgroups or proper_subgroups(group)
    findings = tuple(f for s in subgroups for f in _judge(s, maps, outside))
    shares = [float(s.share) for s in subgroups if isinstance(s, Components)]
    forms = [maps.form(s.stated).resolution for s in subgroups if isinstance(s, Forms)]
    return findings, Resolution(
        seeds=len(z),
        inside=inside,
        outside=outside,
        form=max(forms, default=math.nan),
        level=LEVEL,
        chance=_missed(shares, len(z)),
        seeds_needed=next(n for n in range(1, 10_000) if _missed(shares, n) <= CHANCE),
    )


def _judge(subgroup: Subgroup, maps: Maps, outside: float) -> tuple[Finding, ...]:
    match subgroup:
        case Components():
            return (_components(subgroup, maps),)
        case Smaller():
            values = np.atleast_1d(np.asarray(residual(subgroup.group, maps.z, maps.y).value))
            return (_far(subgroup, values.tolist(), outside),)
        case Matrices():
            return (_far(subgroup, [subgroup.distance(f) for f in maps.fits], outside),)
        case Forms():
            return _forms(subgroup, maps.form(subgroup.stated))
    assert_never(subgroup)


def _components(subgroup: Components, maps: Maps) -> Finding:
    sides = [subgroup.side(fit) for fit in maps.fits]
    out, clear = sides.count(Side.OUTSIDE), len(sides) - sides.count(Side.UNCLEAR)
    chance = float(subgroup.share) ** len(sides)
    if out:
        seen, answer = f"{out} of {len(sides)} seeds lie outside", Answer.EXCLUDED
    elif clear:
        seen = f"{clear} of {len(sides)} seeds lie in it and none outside"
        answer = Answer.NOT_TOLD_APART
    else:
        seen, answer = f"none of {len(sides)} seeds is clear enough", Answer.NOT_TOLD_APART
    missed = bool(clear) and not out
    return Finding(subgroup.name, subgroup.kind, answer, seen, chance, unvisited=missed)


def _far(subgroup: Smaller | Matrices, values: Sequence[float], outside: float) -> Finding:
    largest = max(values)
    answer = Answer.EXCLUDED if largest >= outside else Answer.NOT_TOLD_APART
    seen = f"largest residual {largest:.3f}, limit {outside:g}"
    return Finding(subgroup.name, subgroup.kind, answer, seen, distance=largest)


def _forms(subgroup: Forms, fit: FormFit) -> tuple[Finding, ...]:
    """Any other form: contradicted or not; and each form that is named: excluded or not."""
    reach = f"the smallest difference seen is {_percent(fit.resolution)}"
    nothing = np.zeros(len(fit.source))
    other = fit.rejects(nothing) and fit.is_a_form
    found = []
    if other:
        seen = f"the maps keep a form whose squared axes differ by {_percent(fit.ratio)}; {reach}"
        found.append(Finding(subgroup.name, Kind.FORM, Answer.CONTRADICTED, seen, LEVEL))
    for form in subgroup.others:
        moved = relative_form(_floats(form), _floats(subgroup.stated))
        excluded = fit.rejects(moved)
        name = "the form I" if form.is_Identity else f"the form {form.tolist()}"
        answer = Answer.EXCLUDED if excluded else Answer.NOT_TOLD_APART
        apart = FormFit(moved, moved, fit.covariance, fit.freedom, fit.dim).ratio
        seen = f"squared axes differ by {_percent(apart)}; {reach}"
        found.append(Finding(name, Kind.FORM, answer, seen, LEVEL))
    return tuple(found)


def _missed(shares: Sequence[float], seeds: int) -> float:
    """Sum of the chances that no seed leaves a subgroup: a bound on the chance that one is missed."""
    return min(1.0, sum(share**seeds for share in shares))


def _percent(value: float) -> str:
    return f"{100 * value:.2g} %" if math.isfinite(value) else "not determined by these seeds"


def _floats(matrix: sp.ImmutableMatrix) -> Array:
    return np.array(matrix.tolist(), dtype=np.float64)
