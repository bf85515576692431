"""What a claim says beside the group that runs agree up to, and what may be broken if it is larger."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from sith.numerics.data.agreement import NOTHING, ORDER
from sith.theory import Claim
from sith.theory.groups import (
    AbstractGroup,
    Affine,
    ComponentwiseDiffeomorphisms,
    Euclidean,
    GeneralisedPermutations,
    Linear,
    Orthogonal,
    Permutations,
    Shifted,
    SignedPermutations,
    SignFlips,
    Translations,
    Trivial,
)


class Fit(Enum):
    """How the group that runs agree up to relates to the stated one."""

    INSIDE = "the runs agree up to a group that is contained in the stated one"
    BEYOND = "the runs need a group that is not contained in the stated one"
    UNDECIDED = "undecided"


SMALLEST: tuple[tuple[type[Any], str], ...] = (
    (Trivial, "permutations"),
    (Permutations, "permutations"),
    (SignFlips, "signed permutations"),
    (SignedPermutations, "signed permutations"),
    (GeneralisedPermutations, "generalised permutations"),
    (Orthogonal, "orthogonal"),
    (Linear, "linear"),
    (Translations, "permutations with shifts"),
    (Euclidean, "Euclidean"),
    (Affine, "affine"),
    (ComponentwiseDiffeomorphisms, "smooth"),
)
"""The smallest answer that contains each named group; groups beyond them are not compared."""

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


def base_name(group: AbstractGroup) -> str:
    """Return the answer of `compare` that stands for a group, shifts left out; "" if there is none."""
    inner = group.group if isinstance(group, Shifted) else group
    if isinstance(inner, Orthogonal | Euclidean) and inner.form is not None:
        return "linear"
    return _base(inner)


def _base(inner: AbstractGroup) -> str:
    found = next((name for kind, name in SMALLEST if isinstance(inner, kind)), "")
    return {"Euclidean": "orthogonal"}.get(found, found.removesuffix(" with shifts"))


def _inside(group: AbstractGroup, found: str) -> bool | str:
    """Whether the answer's maps are in the group; text where that cannot be said."""
    shifted = isinstance(group, Shifted | Affine | Euclidean | Translations)
    inner = group.group if isinstance(group, Shifted) else group
    if isinstance(inner, Orthogonal | Euclidean) and inner.form is not None:
        return f"{group} keeps another form than the unit matrix"
    plain = _base(inner)
    if not plain:
        return f"the maps of {group} are not compared with runs"
    if found == NOTHING:
        return False
    if isinstance(inner, ComponentwiseDiffeomorphisms):
        allowed = CONTAINED["generalised permutations"]
        if found == "smooth":
            return f"a smooth map between runs may or may not be one of {group}"
        return found in allowed or found.removesuffix(" with shifts") in allowed
    allowed = CONTAINED[plain]
    if shifted:
        allowed = (
            *allowed,
            *(
                ORDER[ORDER.index(n) + 1]
                for n in allowed
                if ORDER.index(n) < 12 and ORDER.index(n) % 2 == 0
            ),
        )
    return found in allowed
