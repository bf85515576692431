"""The answer of `classify`: the group for generic parameters, and where it changes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from sith.theory.notebook import text_card
from sith.theory.verdict import Outcome, Verdict

_POWER = re.compile(r"\bz(?:\d+)((?:\*\*\d+)?)")
_NUMBER = re.compile(r"-?\d+(/\d+)?")


@dataclass(frozen=True, slots=True)
class AtPoint:
    """What `derive` concluded at one point of the parameter space."""

    point: Mapping[str, Any]
    verdict: Verdict

    @property
    def signature(self) -> tuple[Any, ...]:
        """What is compared between points: outcome, dimensions, components, and the group's form.

        Numbers in the names of group and base map are left out: where they alone differ the groups
        are of one form, such as the isometries of two matrices.
        """
        v = self.verdict
        dims = tuple(sorted(v.dimension_by_degree.items()))
        form = _NUMBER.sub("#", v.group)
        return (v.outcome, dims, v.scope.component_count, form, _shape(v.base))

    @property
    def name(self) -> str:
        """The group, or the outcome where no group was derived."""
        v = self.verdict
        on = "" if v.base == "z" else f" on h₀ = {v.base}"
        shown = f"{v.group}{on}" if v.group else ""
        if v.outcome is Outcome.IDENTIFIED:
            return shown
        return f"{v.outcome.value}, {shown}" if shown else v.outcome.value

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        v = self.verdict
        return {
            "at": {k: str(x) for k, x in self.point.items()},
            "verdict": v.outcome.value,
            "group": v.group,
            "base": v.base,
            "dimension_by_degree": {str(k): n for k, n in v.dimension_by_degree.items()},
            "components": v.scope.component_count,
            "reason": v.reason,
        }

    def __str__(self) -> str:
        """The group with the dimensions of the free fields, and the point."""
        dims = ", ".join(f"degree ≤ {k}: {n}" for k, n in self.verdict.dimension_by_degree.items())
        fields = f"; free fields {dims}" if dims else ""
        point = ", ".join(f"{k} = {x}" for k, x in self.point.items())
        return f"{self.name}{fields} (at {point})"


@dataclass(frozen=True, slots=True)
class Hypersurface:
    """An irreducible polynomial in the parameters, and the answers where it vanishes and beside.

    `found_by` says where the candidate comes from. `beside` has up to one answer for each side.
    """

    polynomial: sp.Expr
    found_by: str
    on: AtPoint
    beside: tuple[AtPoint, ...]

    @property
    def parts_regions(self) -> bool:
        """Whether the answer differs between the two sides, so that an inequality decides."""
        return len({side.signature for side in self.beside}) > 1

    @property
    def condition(self) -> str:
        """The equation."""
        return f"{self.polynomial} = 0"

    def to_dict(self) -> dict[str, Any]:
        """Return the exception as plain data."""
        return {
            "condition": self.condition,
            "group": self.on.verdict.group,
            "verdict": self.on.verdict.outcome.value,
            "found_by": self.found_by,
            "on": self.on.to_dict(),
            "beside": [side.to_dict() for side in self.beside],
            "sides_differ": self.parts_regions,
        }


@dataclass(frozen=True, slots=True)
class Tested:
    """A parameter of which a finite list of values was tested, with the answer at each."""

    parameter: str
    answers: tuple[AtPoint, ...]

    @property
    def values(self) -> tuple[Any, ...]:
        """The values, in the order of the test."""
        return tuple(a.point[self.parameter] for a in self.answers)

    @property
    def exceptional(self) -> tuple[AtPoint, ...]:
        """The answers that differ from the one of most numbers; () for words, none of them usual."""
        if any(isinstance(value, str) for value in self.values):
            return ()
        counts = {a.signature: 0 for a in self.answers}
        for answer in self.answers:
            counts[answer.signature] += 1
        most = max(counts.values())
        if 2 * most <= len(self.answers):
            return ()
        usual = next(s for s, n in counts.items() if n == most)
        return tuple(a for a in self.answers if a.signature != usual)


@dataclass(frozen=True, slots=True)
class Classification:
    """The group over the parameter space of a claim.

    `generic` are answers at random points, of one signature unless an inequality parts the space.
    `exceptions` are the hypersurfaces where the answer changes, `unchanged` the candidates where it
    does not, `not_stated` those on which no point was found where the claim is stated, and
    `unconfirmed` those without a known rational point. `tested` are parameters that are no unknowns
    of a polynomial. `open` says what could not be examined; nothing is concluded from it.
    """

    claim: str
    unknowns: tuple[str, ...]
    generic: tuple[AtPoint, ...]
    exceptions: tuple[Hypersurface, ...]
    tested: tuple[Tested, ...]
    unchanged: tuple[str, ...]
    not_stated: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    looked_for: tuple[str, ...]
    not_looked_for: tuple[str, ...]
    open: tuple[str, ...] = ()
    seconds: float = 0
    _repr_html_ = text_card

    @property
    def regions(self) -> tuple[AtPoint, ...]:
        """One answer of each signature that was met off the hypersurfaces."""
        sides = (side for found in self.exceptions for side in found.beside)
        met = {a.signature: a for a in reversed((*self.generic, *sides))}
        return tuple(reversed(met.values()))

    @property
    def exit_status(self) -> int:
        """0 where the search was made and every answer is decided, 3 otherwise."""
        answers = [*self.generic, *(a for t in self.tested for a in t.answers)]
        answers += [a for e in self.exceptions for a in (e.on, *e.beside)]
        undecided = any(a.verdict.outcome is Outcome.UNDECIDED for a in answers)
        return 3 if undecided or self.open or self.unconfirmed else 0

    def to_dict(self) -> dict[str, Any]:
        """Return the classification as plain data, ready for JSON."""
        listed: list[dict[str, Any]] = [
            {
                "condition": f"{t.parameter} = {a.point[t.parameter]}",
                "group": a.verdict.group,
                "verdict": a.verdict.outcome.value,
                "found_by": "a finite list of values",
                "on": a.to_dict(),
                "beside": [],
                "sides_differ": False,
            }
            for t in self.tested
            for a in t.exceptional
        ]
        return {
            "claim": self.claim,
            "parameters": list(self.unknowns),
            "generic": self.generic[0].to_dict() if self.generic else None,
            "regions": [a.to_dict() for a in self.regions],
            "exceptions": [*(e.to_dict() for e in self.exceptions), *listed],
            "tested": [
                {"parameter": t.parameter, "answers": [a.to_dict() for a in t.answers]}
                for t in self.tested
            ],
            "unchanged": list(self.unchanged),
            "not_stated": list(self.not_stated),
            "unconfirmed": list(self.unconfirmed),
            "looked_for": list(self.looked_for),
            "not_looked_for": list(self.not_looked_for),
            "open": list(self.open),
            "seconds": round(self.seconds, 3),
        }

    def __str__(self) -> str:
        """A report for a terminal."""
        over = ", ".join([*self.unknowns, *(t.parameter for t in self.tested)])
        lines = [f"{self.claim} over {over}"]
        regions = self.regions
        if len(regions) == 1:
            lines.append(f"  generic         {regions[0]}")
        elif regions:
            lines.append("  generic         not one answer: an inequality, not decided by ranks")
            lines += [f"  region          {answer}" for answer in regions]
        for found in self.exceptions:
            lines.append(f"  exception       {found.condition}: {found.on.name}")
            lines.append(f"    found by      {found.found_by}")
            lines.append(f"    on it         {found.on}")
            lines += [f"    beside        {side}" for side in found.beside]
            if found.parts_regions:
                lines.append("    sides         differ: which side holds is an inequality")
        if self.unknowns and not self.exceptions:
            lines.append("  exceptions      none was found")
        for tested in self.tested:
            lines.append(f"  values tested   {tested.parameter}: {_listed(tested.values)}")
            for answer in tested.answers:
                mark = "  exception     " if answer in tested.exceptional else "                "
                lines.append(
                    f"{mark}  {tested.parameter} = {answer.point[tested.parameter]}: {answer.name}"
                )
        for title, items in (
            ("no change", self.unchanged),
            ("not stated", self.not_stated),
            ("not confirmed", self.unconfirmed),
            ("looked for", self.looked_for),
            ("not looked for", self.not_looked_for),
            ("open", self.open),
        ):
            lines += [f"  {title:<15} {item}" for item in items]
        return "\n".join(lines)


def _shape(base: str) -> tuple[tuple[str, ...], ...]:
    """Return the powers of latents in each function of a base map, without coefficients and order."""
    parts = (_POWER.findall(part) for part in base.strip("()").split(", "))
    return tuple(sorted(tuple(sorted(part)) for part in parts))


def _listed(values: tuple[Any, ...]) -> str:
    return ", ".join(map(str, values))
