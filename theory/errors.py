"""Errors of the toolkit: one line that names the fault, what is allowed, and the cure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any


class SithError(Exception):
    """Base of every error a user can cause; the message is one line."""

    def __init__(self, fault: str, *, allowed: str = "", cure: str = "") -> None:
        """Join what is wrong, what is allowed, and what to do, into one line."""
        parts = [fault.rstrip(".")]
        if allowed:
            parts.append(f"allowed: {allowed.rstrip('.')}")
        if cure:
            parts.append(cure.rstrip("."))
        super().__init__("; ".join(" ".join(part.split()) for part in parts))
        self.fault = fault
        self.allowed = allowed
        self.cure = cure


class InputError(SithError):
    """A value outside its allowed range, or a claim that is not well formed."""


class FloatInSymbolicField(InputError):
    """A floating-point number where the formal layer needs an exact one."""


class MissingAssumption(InputError):
    """The derivation needs an assumption that the claim's world does not supply."""


class UnknownName(InputError):
    """A slug, a parameter or a name that is not registered."""


class UnsupportedCondition(SithError):
    """An exact condition that the engine cannot treat; the verdict is then *undecided*."""


class BudgetExceeded(SithError):
    """The linear system is larger than the stated budget; nothing was computed."""


NEAR = 7 / 10
"""Names are suggested from this similarity of their letters on."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "did you mean 'X'?" for the nearest known name, "" where none is near."""
    near = get_close_matches(name, list(known), n=1, cutoff=NEAR)
    return f"did you mean '{near[0]}'?" if near else ""


def require_fields(owner: Any, changes: Mapping[str, Any]) -> None:
    """Raise `UnknownName`, with the nearest name, for a change to something that is no field."""
    known = [f.name for f in fields(owner)]
    for name in changes:
        if name not in known:
            raise UnknownName(
                f"a {type(owner).__name__} has no part '{name}'",
                allowed=", ".join(known),
                cure=did_you_mean(name, known),
            )


def require_instance(value: Any, what: str) -> None:
    """Raise `InputError` for a class where an instance of it belongs."""
    if isinstance(value, type):
        raise InputError(
            f"{what} = {value.__name__} is a class",
            allowed="an instance",
            cure=f"write {value.__name__}(…), with its arguments",
        )
