"""What is asked of the words of a claim."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from sith.theory.assumptions import Assumption
from sith.theory.errors import InputError
from sith.theory.source import Source
from sith.theory.verdict import Relation


def relation_meant(value: Any) -> str:
    """Suggest the relation that a text stands for."""
    if not isinstance(value, str):
        return ""
    words = {r.value: r.name for r in Relation} | {r.name.lower(): r.name for r in Relation}
    near = get_close_matches(value.strip().lower(), words, n=1)
    return f"did you mean Relation.{words[near[0]]}?" if near else ""


def require_words(claim: Any) -> None:
    """Refuse a claim with a name, title, source, relation or assumptions of the wrong kind."""
    name: Any = claim.name
    if not isinstance(name, str) or not name.strip():
        raise InputError(
            f"a claim with name = {claim.name!r}",
            allowed="a text that is not empty",
            cure='write name="my_claim"',
        )
    if not isinstance(claim.title, str):
        raise InputError(f"claim '{claim.name}': title = {claim.title!r}", allowed="a text")
    if not isinstance(claim.source, Source):
        raise InputError(f"claim '{claim.name}': source = {claim.source!r}", allowed="a Source")
    if not isinstance(claim.relation, Relation):
        raise InputError(
            f"claim '{claim.name}': relation = {claim.relation!r}",
            allowed=", ".join(f"Relation.{r.name}" for r in Relation),
            cure=relation_meant(claim.relation),
        )
    if not isinstance(claim.assumptions, tuple):
        raise InputError(
            f"claim '{claim.name}': assumptions = {claim.assumptions!r}",
            allowed="a tuple of Assumption values",
        )
    for entry in claim.assumptions:
        if not isinstance(entry, Assumption):
            raise InputError(
                f"claim '{claim.name}': the assumption {entry!r}",
                allowed="Assumption(name, statement, role, weakening, weaken)",
            )
    if not isinstance(claim.base, tuple):
        raise InputError(
            f"claim '{claim.name}': base = {claim.base!r}", allowed="a tuple of expressions"
        )
