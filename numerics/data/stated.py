"""What a claim says beside the group that runs agree up to, and what may be broken if it is larger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import singledispatch
from typing import Any

from sith.numerics.data.collapse import CollapseReport
from sith.numerics.data.lattice import NOTHING, ORDER, SMOOTH, UNKNOWN
from sith.theory import Claim, InputError
from sith.theory.dispatch import register_call
from sith.theory.groups import (
    AbstractGroup,
    Affine,
    BlockOrthogonal,
    BlockwiseDiffeomorphisms,
    BoxSymmetries,
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


class Fit(Enum):
    """How the group that runs agree up to relates to the stated one."""

    INSIDE = "the runs agree up to a group that is contained in the stated one"
    BEYOND = "the runs need a group that is not contained in the stated one"
    UNDECIDED = "undecided"


CONTAINED: dict[str, tuple[str, ...]] = {
    "permutations": ("permutations",),
    "signed permutations": ("permutations", "signed permutations"),
    "generalised permutations": (
        "permutations",
        "signed permutations",
        "generalised permutations",
    ),
    "orthogonal": ("permutations", "signed permutations", "orthogonal"),
    "linear": tuple(ORDER[k] for k in range(0, 12, 2)),
    "affine": ORDER[:12],
    "smooth": ORDER[:13],
}
"""The answers that each group without shifts contains; with shifts also their shifted ones."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim beside the runs.

    Fields:
        claim, stated, found: names of the claim and of both groups.
        fit: how they relate.
        suspects: the claim's assumptions, of which one is broken or the optimum was not reached,
            where the runs need a larger group.
    """

    claim: str
    stated: str
    found: str
    fit: Fit
    reason: str
    suspects: tuple[str, ...]

    @property
    def exit_status(self) -> int:
        """0 inside, 1 beyond, 3 undecided."""
        return {Fit.INSIDE: 0, Fit.BEYOND: 1, Fit.UNDECIDED: 3}[self.fit]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "claim": self.claim,
            "stated": self.stated,
            "found": self.found,
            "fit": self.fit.name.lower(),
            "reason": self.reason,
            "suspects": list(self.suspects),
        }

    def __str__(self) -> str:
        """Both groups, how they relate, and the suspects."""
        lines = [f"{self.claim} says {self.stated}; these runs agree up to: {self.found}"]
        lines.append(f"  {self.fit.value}{': ' + self.reason if self.reason else ''}")
        if self.suspects:
            lines.append("  not optimal, or one of these does not hold:")
            lines += [f"    {text}" for text in self.suspects]
        return "\n".join(lines)


def beside(claim: Claim, found: str, decided: bool, width: int) -> Stated:
    """Hold the group that runs agree up to against a claim's stated group.

    If both runs are at the optimum and the stated group G is a group, then the map between them is
    in G too.
    """
    stated = str(claim.group)
    suspects = tuple(f"{a.name}: {a.weakening} would break it" for a in claim.assumptions)
    inside = _inside(claim.group, found)
    if isinstance(inside, str):
        return Stated(claim.name, stated, found, Fit.UNDECIDED, inside, ())
    if inside:
        return Stated(claim.name, stated, found, Fit.INSIDE, "", ())
    if not decided:
        why = "a smaller group is undecided; more rows would settle it"
        return Stated(claim.name, stated, found, Fit.UNDECIDED, why, ())
    why = f"the runs have {width} coordinates" if width != claim.dim else ""
    return Stated(claim.name, stated, found, Fit.BEYOND, why, suspects)


def collapsed_beside(found: Stated, runs: Sequence[CollapseReport]) -> Stated:
    """Take collapsed runs into account: no invertible map leads from one that varies to a constant.

    A run that is constant but for rounding, or nearly, may still be an image of the others that
    its precision hides, and leaves the answer undecided where it was favourable.
    """
    still = [run for run in runs if not run.varies]
    if not still or found.fit is Fit.BEYOND:
        return found
    names = ", ".join(run.run for run in still)
    if len(still) < len(runs) and any(run.spread == 0 for run in still):
        why = f"{names} is constant, and others are not"
        return replace(found, fit=Fit.BEYOND, reason=why)
    return replace(found, fit=Fit.UNDECIDED, reason=f"{names}: complete collapse")


@dataclass(frozen=True, slots=True)
class Compared:
    """The answer of `compare` that stands for a group.

    Fields:
        name: the smallest answer without shifts that contains the group without its shifts; "" for
            a group that is not compared with runs.
        shifts: whether the group holds all translations.
        standard: whether it keeps no form, or that of the unit matrix.
        functions: whether it holds a free function of each coordinate.
    """

    name: str
    shifts: bool = False
    standard: bool = True
    functions: bool = False


@singledispatch
def compared_as(group: object) -> Compared:
    """Return the answer of `compare` that stands for a group.

    Raises:
        InputError: nothing is registered for the group.
    """
    raise InputError(
        f"the group {group!r} is not compared with runs",
        cure=register_call("sith.numerics.data.stated.compared_as", group),
    )


def _register(answer: Compared, *kinds: type) -> None:
    for kind in kinds:
        compared_as.register(kind, lambda _: answer)


_register(Compared("permutations"), Trivial, Permutations)
_register(Compared("signed permutations"), SignFlips, SignedPermutations)
_register(Compared("generalised permutations"), GeneralisedPermutations)
_register(Compared("linear"), Linear)
_register(Compared("permutations", shifts=True), Translations)
_register(Compared("affine", shifts=True), Affine)
_register(Compared("smooth", functions=True), ComponentwiseDiffeomorphisms)
_register(
    Compared(""),
    BlockOrthogonal,
    BlockwiseDiffeomorphisms,
    BoxSymmetries,
    Commutant,
    ContentKeeping,
    MeasurePreserving,
    Unimodular,
)


@compared_as.register
def _(group: Orthogonal) -> Compared:
    return Compared("orthogonal", standard=group.form is None)


@compared_as.register
def _(group: Euclidean) -> Compared:
    return Compared("orthogonal", shifts=True, standard=group.form is None)


@compared_as.register
def _(group: Shifted) -> Compared:
    return replace(compared_as(group.group), shifts=True)


def base_name(group: AbstractGroup) -> str:
    """Return the answer of `compare` that stands for a group, shifts left out; "" if there is none."""
    found = compared_as(group)
    return found.name if found.standard else "linear"


def _inside(group: AbstractGroup, found: str) -> bool | str:
    """Whether the answer's maps are in the group; text where that cannot be said."""
    own = compared_as(group)
    if not own.standard:
        return f"{group} keeps another form than the unit matrix"
    if found == UNKNOWN:
        return "there are too few rows to fit maps of so many coordinates"
    if not found:
        return "there are fewer than two runs that vary"
    if not own.name:
        return f"the maps of {group} are not compared with runs"
    if found == NOTHING:
        if own.name == SMOOTH:
            return "no fit of these rows rules out every smooth map"
        return False
    if own.functions:
        allowed = CONTAINED["generalised permutations"]
        if found == "smooth":
            return f"a smooth map between runs may or may not be one of {group}"
        return found in allowed or found.removesuffix(" with shifts") in allowed
    allowed = CONTAINED[own.name]
    if own.shifts:
        allowed = (
            *allowed,
            *(
                ORDER[ORDER.index(n) + 1]
                for n in allowed
                if ORDER.index(n) < 12 and ORDER.index(n) % 2 == 0
            ),
        )
    return found in allowed
