"""Errors of the toolkit: one line that names the fault, what is allowed, and the cure."""

from __future__ import annotations


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
