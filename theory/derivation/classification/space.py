"""The parameter space of a statement: which parameters are unknowns, and where it is stated."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sympy as sp

from sith.theory.claim import Claim, Statement, Theorem
from sith.theory.derivation.classification.numbers import Path, numbers_of, with_number
from sith.theory.errors import BudgetExceeded, InputError, SithError, UnknownName, did_you_mean

TRIES = 60
"""Draws of a point before giving up: a draw may lie where the claim is not stated."""

WIDTH = sp.Rational(1, 2)
"""Points are drawn within this share of the defaults, and closer where that is refused."""

COARSE, FINE = 97, 99991
"""Steps of a width: few where points are shown, many where polynomials are put through them."""

MAX_PARAMETERS = 8
"""Largest number of unknown parameters."""

PROBES = 8
"""So many fractions are tried before a parameter is taken to be an integer."""

INTEGERS = 5
"""So many integers are tested of a parameter that takes no fractions."""

EXPONENTS = tuple(sp.Rational(n, 2) for n in (2, 3, 4, 6, 8))
"""The values that are tested of a number on which the condition does not depend rationally."""

Point = dict[str, sp.Rational]


@dataclass(frozen=True, slots=True)
class ParameterSpace:
    """A statement at a dimension, with some parameters fixed and some unknown.

    `unknowns` are the names of the unknown numbers; `paths` gives the place in the claim of those
    that are not parameters of the theorem. `defaults` is a point where the claim is stated.
    """

    statement: Statement
    dim: int | None
    fixed: Mapping[str, Any]
    unknowns: tuple[str, ...]
    paths: Mapping[str, Path]
    defaults: Mapping[str, Any]

    def at(self, values: Mapping[str, Any]) -> Claim:
        """Return the claim at a point; raises `InputError` where it is not stated."""
        own = {k: v for k, v in values.items() if k not in self.paths}
        try:
            claim = self.statement.at(self.dim, **{**self.fixed, **own})
            for name, path in self.paths.items():
                if name in values:
                    claim = with_number(claim, path, values[name])
        except (ArithmeticError, ValueError) as error:
            raise InputError(f"the claim is not stated at {said(values)}: {error}") from error
        return claim

    def stated(self, values: Mapping[str, Any]) -> bool:
        """Whether the claim can be built at a point."""
        try:
            self.at(values)
        except SithError:
            return False
        return True

    def without(self, names: Sequence[str]) -> ParameterSpace:
        """Return the space with some unknowns left at their defaults."""
        left = tuple(n for n in self.unknowns if n not in names)
        paths = {k: v for k, v in self.paths.items() if k in left}
        kept = {n: self.defaults[n] for n in names if n not in self.paths}
        return ParameterSpace(
            self.statement,
            self.dim,
            {**self.fixed, **kept},
            left,
            paths,
            {k: v for k, v in self.defaults.items() if k in left},
        )

    def draw(
        self,
        rng: random.Random,
        width: sp.Rational = WIDTH,
        centre: Mapping[str, Any] = MappingProxyType({}),
        grain: int = COARSE,
    ) -> Point:
        """Return a random rational point where the claim is stated, near a point or the defaults.

        Values are whole multiples of 1/`grain` of the width. Raises `InputError` where none was
        found.
        """
        start = {**self.defaults, **centre}
        for attempt in range(TRIES):
            near = width / 2 ** (attempt // 12)
            point = {n: _near(start[n], near, rng, grain) for n in self.unknowns}
            if self.stated(point):
                return point
        raise InputError(
            f"no rational point near {said(self.defaults)} was found at which "
            f"'{self.statement.name}' is stated",
            cure="choose other parameters",
        )


def said(point: Mapping[str, Any]) -> str:
    """Write a point in words."""
    return ", ".join(f"{k} = {v}" for k, v in point.items()) or "no parameters"


def _near(value: Any, width: sp.Rational, rng: random.Random, grain: int = COARSE) -> sp.Rational:
    step = sp.Rational(rng.randrange(1 - grain, grain), grain) * width
    return step if value == 0 else sp.Rational(value) * (1 + step)


def parameter_space(
    statement: Statement,
    dim: int | None,
    names: Sequence[str],
    fixed: Mapping[str, Any],
    *,
    numbers: bool = False,
) -> ParameterSpace:
    """Return the space of the named parameters, or of all of them where none is named.

    The parameters are those of the theorem; for a claim without any, and with `numbers`, the
    rational numbers inside the claim. Raises `UnknownName` for a name that is neither.
    """
    if isinstance(names, str):
        raise InputError(
            f"parameters = {names!r}", allowed="a tuple of names", cure=f"({names!r},)"
        )
    claim = statement.at(dim, **fixed)
    own = (
        {p.name: p.default for p in statement.parameters} if isinstance(statement, Theorem) else {}
    )
    inside = numbers_of(claim)
    known = [*own, *(n for n in inside if n not in own)]
    for name in names:
        if name not in known:
            raise UnknownName(
                f"'{statement.name}' has no parameter '{name}'",
                allowed=", ".join(known) or "none",
                cure=did_you_mean(name, known),
            )
        if name in fixed:
            raise InputError(f"{name} is fixed and unknown", cure="leave one of the two out")
    if len(set(names)) != len(names):
        raise InputError("a parameter is named twice", cure="name each parameter once")
    chosen = tuple(names) or tuple(
        n for n in (inside if numbers or not own else own) if n not in fixed
    )
    paths = {n: inside[n][0] for n in chosen if n not in own}
    if paths and set(chosen) & set(own):
        raise InputError(
            "parameters of the theorem and numbers inside its claim cannot both be unknowns",
            allowed=f"some of {', '.join(own)}, or some of {', '.join(n for n in known if n not in own)}",
        )
    defaults = {n: inside[n][1] if n in paths else own[n] for n in chosen}
    return ParameterSpace(statement, dim, dict(fixed), chosen, paths, defaults)


def listed_values(space: ParameterSpace, name: str) -> tuple[Any, ...]:
    """Return the values to test of a parameter that is a word or an integer, () for a number."""
    default = space.defaults[name]
    others = space.defaults
    if isinstance(space.statement, Theorem):
        for parameter in space.statement.parameters:
            if parameter.name == name and parameter.choices:
                return tuple(v for v in parameter.choices if space.stated({**others, name: v}))
    if not isinstance(default, int | sp.Rational):
        return (default,)
    rng = random.Random(7)
    for _ in range(PROBES):
        value = _near(default, sp.Rational(1, 8), rng)
        if sp.Rational(value).q != 1 and space.stated({**others, name: value}):
            return ()
    low = int(default)
    tried = sorted({low, *range(max(0, low - 2), low + INTEGERS)})
    return tuple(v for v in map(sp.Integer, tried) if space.stated({**others, name: v}))[:INTEGERS]


def require_few(space: ParameterSpace) -> None:
    """Raise `InputError` without any parameter, and `BudgetExceeded` for too many."""
    count = len(space.unknowns)
    if not count:
        raise InputError(
            f"'{space.statement.name}' has no parameter and no rational number",
            cure="make the claim a Theorem with parameters",
        )
    if count > MAX_PARAMETERS:
        shown = ", ".join(space.unknowns[:4])
        raise BudgetExceeded(
            f"{count} unknown parameters ({shown}, …)",
            allowed=f"at most {MAX_PARAMETERS}",
            cure="name some of them with --over, in Python `parameters=`",
        )
