"""The registry of errata: an explicit list. An erratum is built on demand."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sith.theory.erratum_entry import Erratum
from sith.theory.errors import UnknownName

if TYPE_CHECKING:
    ERRATA: tuple[Erratum, ...]
    """Every registered erratum, by slug."""

SLUGS: tuple[str, ...] = (
    "reizinger_2025_diet_unit_rows",
    "vonkugelgen_2021_two_to_one",
    "zaliaduonis_2026_temperature",
)
"""Alphabetical; each is the name of its file."""


def erratum(slug: str) -> Erratum:
    """Return a registered erratum; raises `UnknownName` that lists the slugs."""
    if slug not in SLUGS:
        raise UnknownName(f"no erratum has the slug '{slug}'", allowed=", ".join(SLUGS))
    found: Erratum = import_module(f"sith.theory.errata.{slug}").ERRATUM
    return found


def __getattr__(name: str) -> Any:
    """Build `ERRATA` on demand, not when this module is loaded."""
    if name != "ERRATA":
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    value = tuple(erratum(slug) for slug in SLUGS)
    globals()[name] = value
    return value
