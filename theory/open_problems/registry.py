"""The registry of open problems: an explicit list. An entry is built on demand."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sith.theory.errors import UnknownName
from sith.theory.open_entry import OpenProblem

if TYPE_CHECKING:
    OPEN_PROBLEMS: tuple[OpenProblem, ...]
    """Every registered open problem, by slug."""

SLUGS: tuple[str, ...] = (
    "additive_far_maps",
    "alignment_more_outputs",
    "auxiliary_far_maps",
    "compositional_far_maps",
    "sparsity_far_maps",
    "support_tilted_negatives",
    "transition_of_another_exponent",
)
"""Alphabetical; each is the name of its file."""


def open_problem(slug: str) -> OpenProblem:
    """Return a registered open problem; raises `UnknownName` that lists the slugs."""
    if slug not in SLUGS:
        raise UnknownName(f"no open problem has the slug '{slug}'", allowed=", ".join(SLUGS))
    found: OpenProblem = import_module(f"sith.theory.open_problems.{slug}").PROBLEM
    return found


def __getattr__(name: str) -> Any:
    """Build `OPEN_PROBLEMS` on demand, not when this module is loaded."""
    if name != "OPEN_PROBLEMS":
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    value = tuple(open_problem(slug) for slug in SLUGS)
    globals()[name] = value
    return value
