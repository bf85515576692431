"""The registry of errata: an explicit list."""

from __future__ import annotations

from theory.errata import (
    klindt_2026_unequal_rates,
    reizinger_2025_diet_unit_rows,
    zaliaduonis_2026_temperature,
)
from theory.erratum import Erratum
from theory.errors import UnknownName

ERRATA: tuple[Erratum, ...] = (
    klindt_2026_unequal_rates.ERRATUM,
    reizinger_2025_diet_unit_rows.ERRATUM,
    zaliaduonis_2026_temperature.ERRATUM,
)
"""Every registered erratum, by slug."""


def erratum(slug: str) -> Erratum:
    """Return a registered erratum; raises `UnknownName` that lists the slugs."""
    for entry in ERRATA:
        if entry.slug == slug:
            return entry
    raise UnknownName(
        f"no erratum has the slug '{slug}'", allowed=", ".join(e.slug for e in ERRATA)
    )
