"""Dispatch by type: whether a type is registered, and the words of a default that refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Dispatch(Protocol):
    """A function of `functools.singledispatch`."""

    def dispatch(self, cls: Any) -> Callable[..., Any]:
        """Return the function that is called for a type."""
        ...


def registered(question: Dispatch, value: object) -> bool:
    """Say whether a function other than the default answers the question for a value."""
    return question.dispatch(type(value)) is not question.dispatch(object)


def register_call(place: str, value: object) -> str:
    """Return the cure of a default: the call that registers a function for the value's type.

    Arguments:
        place: of the dispatch, such as sith.numerics.groups.residual_of.
    """
    return f"register a function: {place}.register({type(value).__name__})"
