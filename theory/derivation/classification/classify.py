"""The verb `classify`: the group over the whole parameter space of a claim."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import sympy as sp

from sith.theory.claim import Statement, Theorem, require_statement
from sith.theory.derivation.classification.points import beside, generic_points, locate
from sith.theory.derivation.classification.report import (
    AtPoint,
    Classification,
    Hypersurface,
    Tested,
)
from sith.theory.derivation.classification.search import Search, irrational, search
from sith.theory.derivation.classification.space import (
    EXPONENTS,
    ParameterSpace,
    Point,
    listed_values,
    parameter_space,
    require_few,
)
from sith.theory.derivation.engine import derive, require_degree
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.verdict import Outcome

GENERIC = 2
"""Random points at which the generic answer is derived."""

DEGREES = (1, 2)
"""Degrees of the fields whose ranks are examined where none is asked for."""

NOT_LOOKED_FOR = (
    "sets of codimension two or more in the parameter space: only hypersurfaces are looked for",
    "inequalities: where the answer differs between regions, ranks do not say which region holds",
    "equations under which the finite part alone changes, beyond the candidates that are listed",
)

Announce = Callable[[str], None]


def classify(
    statement: Statement,
    parameters: Sequence[str] = (),
    dim: int | None = None,
    degree: int | None = None,
    *,
    numbers: bool = False,
    announce: Announce = lambda _: None,
    **fixed: Any,
) -> Classification:
    """Compute the group for generic parameters, and the equations under which it changes.

    `parameters` names the unknowns: parameters of the theorem, or rational numbers inside the claim
    such as `temperature` and `weights2`. Without names these are the theorem's own parameters; for
    a claim without any, and with `numbers`, all numbers inside it. `fixed` sets other parameters of
    the theorem. `degree` is the largest degree of the fields, in the search and in every derivation.

    Candidates are the irreducible factors of the gcd of the maximal minors of the linearised
    condition; of the condition at h₀, where it is not solved there generically; and of differences
    of eigenvalues. Each is kept if `derive` gives another answer at a rational point of it than
    beside it. A parameter that takes integers or words only, or that the condition contains as an
    exponent, is tested at a finite list of values.

    Raises `UnknownName` and `InputError` for bad input, and `BudgetExceeded` where the work would
    be too large.
    """
    start = time.perf_counter()
    space = parameter_space(require_statement(statement), dim, parameters, fixed, numbers=numbers)
    require_few(space)
    require_degree(degree)
    values = {n: v for n in space.unknowns if (v := listed_values(space, n))}
    smooth = space.without(tuple(values))
    tested = [_tested(space, n, v, degree, announce) for n, v in values.items()]
    if not smooth.unknowns:
        return _without_numbers(space, tested, start)
    points = generic_points(smooth, GENERIC, seed=1)
    found, exponents = _searched(smooth, points[0], degree, announce)
    tested += [_tested(smooth, n, _stated(smooth, n), degree, announce) for n in exponents]
    smooth = smooth.without(exponents)
    generic = tuple(
        _at(smooth, {n: p[n] for n in smooth.unknowns}, degree, announce)
        for p in (points if smooth.unknowns else ())
    )
    parts = _confirmed(smooth, found, generic, degree, announce)
    return Classification(
        claim=statement.name,
        unknowns=smooth.unknowns,
        generic=generic,
        exceptions=parts["exceptions"],
        tested=tuple(tested),
        unchanged=parts["unchanged"],
        not_stated=parts["not_stated"],
        unconfirmed=parts["unconfirmed"],
        looked_for=found.looked_for,
        not_looked_for=NOT_LOOKED_FOR,
        open=(*found.open, *_unexplained(generic, parts["exceptions"])),
        seconds=time.perf_counter() - start,
    )


def _unexplained(
    generic: tuple[AtPoint, ...], exceptions: tuple[Hypersurface, ...]
) -> tuple[str, ...]:
    """Say where generic answers differ and no hypersurface was found that parts them."""
    met = {a.signature for a in generic}
    parted = {side.signature for found in exceptions for side in found.beside}
    if len(met) < 2 or met <= parted:
        return ()
    return ("the answers at generic points differ, and no equation that parts them was found",)


def _without_numbers(space: ParameterSpace, tested: list[Tested], start: float) -> Classification:
    return Classification(
        claim=space.statement.name,
        unknowns=(),
        generic=(),
        exceptions=(),
        tested=tuple(tested),
        unchanged=(),
        not_stated=(),
        unconfirmed=(),
        looked_for=("the listed values of parameters that are integers or words",),
        not_looked_for=("other values, and several parameters changed at once",),
        seconds=time.perf_counter() - start,
    )


def _searched(
    space: ParameterSpace, point: Point, degree: int | None, announce: Announce
) -> tuple[Search, tuple[str, ...]]:
    """Return the candidates, and the unknowns that have to be tested at a list of values."""
    degrees = DEGREES if degree is None else tuple(range(1, degree + 1))
    strict = degree is not None
    try:
        return search(space, point, degrees, announce, strict=strict), ()
    except UnsupportedCondition as error:
        first = error
    exponents = irrational(space, point, announce)
    left = space.without(exponents)
    if not exponents or not left.unknowns:
        reason = () if exponents else (f"no hypersurface was looked for: {first.fault}",)
        return Search((), (), reason), exponents
    try:
        inner = {n: point[n] for n in left.unknowns}
        return search(left, inner, degrees, announce, strict=strict), exponents
    except UnsupportedCondition as error:
        return Search((), (), (f"no hypersurface was looked for: {error.fault}",)), exponents


def _stated(space: ParameterSpace, name: str) -> tuple[Any, ...]:
    default = sp.Rational(space.defaults[name])
    others = space.defaults
    values = sorted({default, *EXPONENTS})
    return tuple(v for v in values if space.stated({**others, name: v}))


def _at(
    space: ParameterSpace, point: Mapping[str, Any], degree: int | None, announce: Announce
) -> AtPoint:
    claim = space.at(point)
    top = degree
    if top is None and isinstance(space.statement, Theorem):
        top = space.statement.default_degree
    announce("derive at " + ", ".join(f"{k} = {v}" for k, v in point.items()))
    return AtPoint(dict(point), derive(claim, degree=top))


def _at_stated(
    space: ParameterSpace,
    points: Sequence[Mapping[str, Any]],
    degree: int | None,
    announce: Announce,
) -> tuple[AtPoint, ...]:
    """Derive at those points that the loss takes: a loss of one's own may refuse a number late."""
    found = []
    for point in points:
        with suppress(InputError):
            found.append(_at(space, point, degree, announce))
    return tuple(found)


def _tested(
    space: ParameterSpace,
    name: str,
    values: Sequence[Any],
    degree: int | None,
    announce: Announce,
) -> Tested:
    """Derive at every listed value of one parameter, the others at their defaults."""
    answers = [_at(space, {**space.defaults, name: v}, degree, announce) for v in values]
    return Tested(name, tuple(answers))


def _confirmed(
    space: ParameterSpace,
    found: Search,
    generic: tuple[AtPoint, ...],
    degree: int | None,
    announce: Announce,
) -> dict[str, tuple[Any, ...]]:
    """Compare the answer on every candidate with the answers beside it."""
    exceptions: list[Hypersurface] = []
    dropped: dict[str, list[str]] = {"unchanged": [], "not_stated": [], "unconfirmed": []}
    usual = {a.signature for a in generic}
    for polynomial, source in found.candidates:
        others = [p for p, _ in found.candidates if p != polynomial]
        located = locate(polynomial, others, space)
        text = f"{polynomial} = 0"
        if not located.points:
            dropped["not_stated" if located.rational else "unconfirmed"].append(text)
            continue
        here = _at_stated(space, located.points, degree, announce)
        if not here:
            dropped["not_stated"].append(text)
            continue
        on = here[0]
        if {on.signature} == usual and on.verdict.outcome is not Outcome.UNDECIDED:
            dropped["unchanged"].append(text)
            continue
        near = beside(polynomial, others, space, located.points[0], located.moved)
        sides = _at_stated(space, near, degree, announce)
        if all(side.signature == on.signature for side in sides):
            dropped["unchanged" if sides else "unconfirmed"].append(text)
            continue
        exceptions.append(Hypersurface(polynomial, source, on, sides))
    return {"exceptions": tuple(exceptions), **{k: tuple(v) for k, v in dropped.items()}}
