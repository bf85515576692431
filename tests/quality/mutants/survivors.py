"""Mutants of the kernel that no certificate can show: they are equivalent, or change wording alone."""

from __future__ import annotations

from collections.abc import Mapping

from tests.quality.mutants.operators import Mutant

EQUIVALENT: Mapping[str, tuple[str, ...]] = {}
"""Why mutants are equivalent, and the mutants."""

COSMETIC: Mapping[str, tuple[str, ...]] = {}
"""What mutants change that no answer depends on, and the mutants."""


def reason(mutant: Mutant) -> str:
    """Return why a mutant survives, "" where it is on no list."""
    for what, lists in (("equivalent", EQUIVALENT), ("cosmetic", COSMETIC)):
        for why, names in lists.items():
            if str(mutant) in names:
                return f"{what}: {why}"
    return ""
