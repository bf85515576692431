"""The entries of a certificate that no verifier refuses when they are changed, each with the reason.

A pattern is a path in which [] stands for any place in a list; where a colon and a word follow, only
that change of the entry is meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_OF_ALL = {"argument": "where the claim is read from; what it says is compared by the digest"}

_OF_FIELDS = {
    "completeness[].anchors": "a further anchor determines the field as well: the bound is recomputed",
    "completeness[].points[][]": "other points serve as well: the bound is recomputed at them",
    "completeness[].points[]: reordered": "other anchors serve as well: the bound is recomputed",
    "completeness[].special": "a further point among the special ones leaves the same bound",
    "degrees[].draws[]": "fewer points serve as well, as long as they leave the same rank",
    "degrees[].draws[][]: reordered": "other partners of the support serve as well",
    "degrees[].draws[][][]": "other points serve as well: the rank is recomputed at them",
    "degrees[].monomials[]: reordered": "the order of a basis: it is checked to be one",
    "degrees[].primes[]": "the moduli that the solver took: the rank is recomputed with another",
    "degrees[].fields[][][].coefficient": "another basis of the same fields: each is substituted",
}

_OF_SPECTRA = {
    "spectral.levels[].functions[][]: reordered": "the order of the terms of a polynomial",
    "spectral.levels[].functions[][].coefficient": "another basis of the same eigenspace: each "
    "function is checked",
    "reason": "its words after the kind of fault: the eigenvalues beside them are checked",
    "scope.fields": "the next eigenvalue and the gap, which are not recomputed",
}

_OF_OBSTRUCTIONS: dict[str, str] = {}

NOT_CHECKED_ENTRIES: Mapping[str, str] = {
    **_OF_ALL,
    **_OF_FIELDS,
    **{f"spectra: {key}": why for key, why in _OF_SPECTRA.items()},
    **{f"obstructions: {key}": why for key, why in _OF_OBSTRUCTIONS.items()},
}
"""Patterns of paths, and why a change there is no fault."""


def entries_not_checked(data: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the patterns for a certificate: of fields, of a spectrum, or of an obstruction."""
    if "spectral" in data:
        return {**_OF_ALL, **_OF_SPECTRA}
    return {**_OF_ALL, **(_OF_OBSTRUCTIONS if "obstruction" in data else _OF_FIELDS)}


def unread(data: Mapping[str, Any]) -> str:
    """Return the list in one line, as a verifier prints it."""
    return f"entries for which other values serve as well: {', '.join(entries_not_checked(data))}"


def listed(path: str, what: str, data: Mapping[str, Any]) -> bool:
    """Say whether a change of an entry is on the list of a certificate."""
    named = entries_not_checked(data)
    return path in named or f"{path}: {what}" in named


def pattern(path: tuple[str | int, ...]) -> str:
    """Return the pattern of a path of keys and places."""
    text = "".join("[]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
