"""How the settings of a task are turned into a result: one function for each kind of task."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from sith.numerics.sweeping.task import Settings
from sith.theory import InputError, UnknownName

Run = Callable[[Sequence[Settings]], Sequence[Mapping[str, Any]]]
"""Runs tasks of one batch at once, and returns a result for each, in order."""

STUDY = "study:"

KINDS: Mapping[str, tuple[str, str]] = {
    "train": ("sith.numerics.sweeping.training", "run_training"),
    "wait": ("sith.numerics.sweeping.waiting", "run_waiting"),
}
"""kind → module and function; a study's measurements have the kind `study:NAME`."""


def runner(kind: str) -> Run:
    """Return the function that runs tasks of a kind; raises `InputError` for an unknown kind."""
    if kind.startswith(STUDY):
        from sith.numerics.studies import study

        measure = study(kind.removeprefix(STUDY)).measure
        return lambda settings: [measure(one) for one in settings]
    if kind not in KINDS:
        raise UnknownName(f"kind of task '{kind}'", allowed=f"{', '.join(KINDS)}, {STUDY}NAME")
    module, name = KINDS[kind]
    found: Run = getattr(import_module(module), name)
    return found


@cache
def provenance() -> dict[str, str]:
    """Return what a result may depend on beside its settings."""
    try:
        own = version("sith-ident")
    except PackageNotFoundError:
        own = "not installed"
    libraries = {name: version(name) for name in ("torch", "numpy", "sympy")}
    return {
        "sith": own,
        **libraries,
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def checked(kind: str, results: Sequence[Mapping[str, Any]], count: int) -> None:
    """Refuse a runner that returns another number of results than it was given settings."""
    if len(results) != count:
        raise InputError(f"the runner of '{kind}' returned {len(results)} results for {count}")
