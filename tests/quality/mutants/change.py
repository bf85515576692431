"""How a changed certificate is written down: its world, the entries, and what must be said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.quality.mutants.written import M11, Data, affine, rows

VALID, REJECTED, UNKNOWN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Change:
    """Entries of a world's certificate that are replaced, the exit status, and what is said.

    For a valid certificate `said` are the doubts that are listed, all of them and in order, and
    `maps` is the number of finite maps that are shown to be free; -1 stands for all that are given.
    """

    world: str
    entries: dict[str, Any]
    status: int
    said: tuple[str, ...] = ()
    maps: int = -1


def valid(world: str, entries: dict[str, Any], *doubts: str, maps: int = -1) -> Change:
    """Return a certificate that holds, with what is left open."""
    return Change(world, entries, VALID, doubts, maps)


def false(world: str, entries: dict[str, Any], said: str) -> Change:
    """Return a certificate that says something false."""
    return Change(world, entries, REJECTED, (said,))


def unknown(world: str, entries: dict[str, Any], said: str) -> Change:
    """Return a certificate that the kernel cannot read or decide."""
    return Change(world, entries, UNKNOWN, (said,))


EQUATION = "system.equations.0"
FIRST, SECOND = "degrees.0", "degrees.1"
STATED, DERIVED = "groups.stated", "groups.derived"
DISAGREES = {"agreement": "disagrees", "agrees": False}


def stated(**parts: Any) -> Data:
    """Return entries of the stated group."""
    return {f"{STATED}.{name}": value for name, value in parts.items()}


def both(**parts: Any) -> Data:
    """Return entries of the stated and of the derived group."""
    return {f"{g}.{name}": value for name, value in parts.items() for g in (STATED, DERIVED)}


def trivial() -> Data:
    """Return the entries that make the stated group the identity alone."""
    return stated(generators=[], fields=[], algebra={"span": []}, maps=affine(M11 - 1))


def element(kind: str, value: Any, dim: int = 1) -> Data:
    """Return an element of the lower bound."""
    data = rows([value], dim)[0]
    return {"element": "this element", "checked": "substituted", "kind": kind, kind: data}
