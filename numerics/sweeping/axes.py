"""The axes of a grid: every value is looked at by itself before any is combined."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from sith.numerics.runs.design import Design
from sith.theory import InputError, UnknownName
from sith.theory.errors import did_you_mean

DESIGN = tuple(f.name for f in fields(Design))
DEFAULTS: Mapping[str, Any] = asdict(Design())
NO_WEAKENING = "none"
AXES = ("claim", "weakening", "dim", "seed", *DESIGN)

MOST_DIM = 10_000
"""Largest `dim`: a claim is built symbol by symbol."""

MOST = 2**63 - 1
"""Largest integer: stored results are columns of 64 bits."""


@dataclass(frozen=True, slots=True)
class Axes:
    """The axes of one grid, every value of its type and in its range.

    Fields:
        claims: CLAIM texts.
        weakenings: "none", or names.
        dims: numbers of latents; () for each claim's own.
        seeds: of the runs.
        parameters: name → values as text, as `--set` takes them.
        design: name of a field of `Design` → values.
    """

    claims: tuple[str, ...]
    weakenings: tuple[str, ...]
    dims: tuple[int, ...]
    seeds: tuple[int, ...]
    parameters: Mapping[str, tuple[str, ...]]
    design: Mapping[str, tuple[Any, ...]]

    @property
    def points(self) -> int:
        """The number of runs in the product."""
        sizes = [len(self.claims), len(self.weakenings), max(1, len(self.dims)), len(self.seeds)]
        sizes += [len(v) for v in (*self.parameters.values(), *self.design.values())]
        return math.prod(sizes)


def read_axes(grid: Mapping[str, Any], path: Path) -> Axes:
    """Read the axes of a grid; raises `InputError` for an unknown axis or a value out of range."""
    if "claim" not in grid:
        raise InputError(f"{path}: a grid without 'claim'", cure='write claim = "SLUG"')
    known = (*AXES, "parameters")
    for name in grid:
        if name not in known:
            raise UnknownName(
                f"{path}: axis '{name}'", allowed=", ".join(known), cure=did_you_mean(name, known)
            )
    parameters = grid.get("parameters", {})
    if not isinstance(parameters, Mapping):
        raise InputError(
            f"{path}: parameters = {parameters!r}",
            allowed="a table",
            cure="write [grid.parameters] and NAME = VALUE",
        )
    for value in _values("seed", grid.get("seed", 0)):
        _whole("seed", value, 0)
    for value in _values("dim", grid["dim"]) if "dim" in grid else ():
        _whole("dim", value, 1, MOST_DIM)
    return Axes(
        claims=tuple(_text("claim", v) for v in _values("claim", grid["claim"])),
        weakenings=tuple(
            _text("weakening", v) for v in _values("weakening", grid.get("weakening", NO_WEAKENING))
        ),
        dims=_values("dim", grid["dim"]) if "dim" in grid else (),
        seeds=_values("seed", grid.get("seed", 0)),
        parameters={
            name: tuple(_parameter(name, v) for v in _values(name, value))
            for name, value in parameters.items()
        },
        design={
            name: tuple(_designed(name, v) for v in _values(name, grid[name]))
            for name in DESIGN
            if name in grid
        },
    )


def _values(name: str, value: Any) -> tuple[Any, ...]:
    """Return the values of an axis, each once."""
    values = value if isinstance(value, list) else [value]
    if not values:
        raise InputError(f"axis '{name}' is empty", cure="leave it out")
    return tuple({(type(v).__name__, repr(v)): v for v in values}.values())


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InputError(f"{name} = {_shown(value)}", allowed="text")
    return value


def _whole(name: str, value: Any, least: int, most: int = MOST) -> None:
    if type(value) is not int or not least <= value <= most:
        top = f" and ≤ {most:,}" if type(value) is int and value > most else ""
        raise InputError(f"{name} = {_shown(value)}", allowed=f"integers ≥ {least}{top}")


def _parameter(name: str, value: Any) -> str:
    if type(value) is int:
        return _shown(value)
    if isinstance(value, str):
        return value
    raise InputError(
        f"parameter {name} = {_shown(value)}",
        allowed='an integer, or text: "a/b" or a word',
        cure="decimals are not exact" if isinstance(value, float) else "",
    )


def _designed(name: str, value: Any) -> Any:
    """Return a value of a field of `Design`, of the field's type and in its range."""
    expected = type(DEFAULTS[name])
    if expected is float and type(value) is int and abs(value) <= MOST:
        value = float(value)
    if type(value) is not expected:
        kind = {float: "a real number", int: "an integer", str: "text"}[expected]
        raise InputError(f"{name} = {_shown(value)}", allowed=kind)
    if isinstance(value, float) and not math.isfinite(value):
        raise InputError(f"{name} = {value}", allowed="finite numbers")
    if isinstance(value, int) and value > MOST:
        raise InputError(f"{name} = {_shown(value)}", allowed=f"integers ≤ {MOST:,}")
    # What one field asks of another (samples ≥ batch) is a matter of the combination.
    others = {"batch": 2} if name == "samples" else {}
    Design(**{**others, name: value})
    return value


def _shown(value: Any) -> str:
    """Return a value in a few characters; Python refuses to print integers of many digits."""
    if isinstance(value, int) and abs(value) > 10**40:
        return f"an integer of {value.bit_length()} bits"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
