"""The entries of a certificate that no verifier refuses when they are changed, each with the reason.

A pattern is a path in which [] stands for any place in a list.
"""

from __future__ import annotations

from collections.abc import Mapping

NOT_CHECKED_ENTRIES: Mapping[str, str] = {
    "argument": "where the claim is read from; what it says is compared by the digest",
    "completeness[].anchors": "a further anchor determines the field as well: the bound is recomputed",
    "completeness[].points[][]": "other points serve as well: the bound is recomputed at them",
    "completeness[].special": "a further point among the special ones leaves the same bound",
    "degrees[].draws[]": "fewer points serve as well, as long as they leave the same rank",
    "degrees[].draws[][][]": "other points serve as well: the rank is recomputed at them",
    "degrees[].fields[][][].coefficient": "another basis of the same fields: each is substituted",
}
"""Patterns of paths, and why a change there is no fault."""

NOT_CHECKED_IN_SPECTRA: Mapping[str, str] = {
    "argument": NOT_CHECKED_ENTRIES["argument"],
    "reason": "words: the eigenvalues beside them are checked",
    "scope.fields": "words, with the next eigenvalue and the gap, which are not recomputed",
    "scope.components": "words: group and lemma are compared",
    "scope.not_shown[]": "words on finite samples and on the loss in practice",
}
"""The same for the certificates of spectral claims."""


def pattern(path: tuple[str | int, ...]) -> str:
    """Return the pattern of a path of keys and places."""
    text = "".join("[]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
