"""The points of a theorem that a search draws: dimensions and parameter values, simple ones first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy as sp
from hypothesis import strategies as st

from sith.theory import (
    Claim,
    InputError,
    Parameter,
    Range,
    SithError,
    Statement,
    Theorem,
    as_rational,
)

MAX_DENOMINATOR = 12
"""Rational parameters are drawn with denominators up to this."""


@dataclass(frozen=True, slots=True)
class Point:
    """A dimension (0: the statement's own) and parameter values."""

    dim: int = 0
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def claim(self, statement: Statement) -> Claim:
        """Return the statement's claim at this point; raises `SithError` where there is none."""
        return statement.at(self.dim or None, **self.parameters)

    def texts(self) -> dict[str, str]:
        """Return the parameter values as text from which they can be read again.

        Raises `InputError` for a value that is no integer, no fraction and no word.
        """
        for name, value in self.parameters.items():
            if as_rational(str(value)) != value:
                raise InputError(
                    f"parameter {name} = {value!r}", allowed="an integer, a fraction or a word"
                )
        return {name: str(value) for name, value in self.parameters.items()}

    def to_dict(self) -> dict[str, Any]:
        """Return the point as plain data."""
        return {"dim": self.dim, "parameters": self.texts()}

    def __str__(self) -> str:
        """The point in one line."""
        parts = [f"d = {self.dim}"] if self.dim else []
        parts += [f"{name} = {value}" for name, value in self.parameters.items()]
        return ", ".join(parts) or "as stated"


def points(
    statement: Statement, dim: int | None = None, fixed: Mapping[str, Any] | None = None
) -> st.SearchStrategy[Point]:
    """Return a hypothesis strategy over the points that a statement speaks of.

    Dimensions come from `Theorem.dims`, values from the parameters' choices and ranges; `dim` and
    `fixed` hold some of them. Draws shrink to small dimensions, first choices and simple
    fractions. Points at which the theorem has no claim are left out.
    """
    held = dict(fixed or {})
    if not isinstance(statement, Theorem):
        return st.just(Point(dim or 0, held))
    dims = (dim,) if dim else statement.dims or (statement.default_dim,)
    drawn = {
        p.name: _values(p)
        for p in statement.parameters
        if p.name not in held and (p.choices or p.ranges)
    }
    whole = st.builds(
        lambda d, values: Point(d, {**held, **values}),
        st.sampled_from(sorted(dims)),
        st.fixed_dictionaries(drawn),
    )
    return whole.filter(lambda point: _exists(statement, point))


def _values(parameter: Parameter) -> st.SearchStrategy[Any]:
    if parameter.choices:
        return st.sampled_from(parameter.choices)
    return st.one_of(*(_in_range(r) for r in parameter.ranges))


def _in_range(values: Range) -> st.SearchStrategy[sp.Rational]:
    if values.integers:
        whole = st.integers(int(sp.ceiling(values.low)), int(sp.floor(values.high)))
        return whole.map(sp.Integer)
    low, high = (Fraction(int(v.p), int(v.q)) for v in (values.low, values.high))
    most = max(MAX_DENOMINATOR, low.denominator, high.denominator)
    fractions = st.fractions(low, high, max_denominator=most)
    drawn = fractions.map(lambda x: sp.Rational(x.numerator, x.denominator))
    if sp.ceiling(values.low) > sp.floor(values.high):
        return drawn
    # Integers first: draws shrink towards them.
    return st.one_of(_in_range(Range(values.low, values.high, integers=True)), drawn)


def _exists(statement: Statement, point: Point) -> bool:
    try:
        point.claim(statement)
    except SithError:
        return False
    return True
