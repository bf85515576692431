"""The rational numbers inside a claim, each with a name: concentration, temperature, weights2, …"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import sympy as sp

from sith.theory.claim import Claim

PARTS = ("world", "objective")
"""Numbers of these parts of a claim may be unknowns; those of the stated group may not."""

Path = tuple[str | int, ...]


def numbers_of(claim: Claim) -> dict[str, tuple[Path, sp.Rational]]:
    """Return the path and the value of every rational number in the world and the objective.

    A number is named by its field, with indices that count from 1 (`weights2`, `parameters1_3`);
    where two have the same name, by the field above as well (`pairs_p`, `critic_p`). Numbers inside
    an expression are coefficients of it, and are not listed.
    """
    found = [(p, x) for part in PARTS for p, x in _walk(getattr(claim, part), (part,))]
    for depth in (1, 2, 3, 4):
        names = [_name(path, depth) for path, _ in found]
        if len(set(names)) == len(names):
            break
    short = [_name(path, 1) for path, _ in found]
    kept = [s if short.count(s) == 1 else n for s, n in zip(short, names, strict=True)]
    return dict(zip(kept, found, strict=True))


def with_number(value: Any, path: Path, number: sp.Rational) -> Any:
    """Return a claim, or a part of one, with the number at a path replaced.

    Raises `InputError` where a part is not defined for it.
    """
    if not path:
        return number
    first, rest = path[0], path[1:]
    if isinstance(first, int):
        entry = with_number(value[first], rest, number)
        return (*value[:first], entry, *value[first + 1 :])
    return replace(value, **{first: with_number(getattr(value, first), rest, number)})


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, sp.Rational]]:
    if isinstance(value, sp.Rational):
        yield path, value
    elif isinstance(value, tuple):
        for i, entry in enumerate(value):
            yield from _walk(entry, (*path, i))
    elif is_dataclass(value) and not isinstance(value, type):
        for entry in fields(value):
            if entry.init:
                yield from _walk(getattr(value, entry.name), (*path, entry.name))


def _name(path: Path, depth: int) -> str:
    words = [step for step in path if isinstance(step, str)][-depth:]
    places: list[str] = []
    for step in reversed(path):
        if isinstance(step, str):
            break
        places.insert(0, str(step + 1))
    return "_".join(words) + "_".join(places)
