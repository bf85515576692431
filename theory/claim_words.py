"""What is asked of the words of a claim."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from sith.theory.verdict import Relation


def relation_meant(value: Any) -> str:
    """Suggest the relation that a text stands for."""
    if not isinstance(value, str):
        return ""
    words = {r.value: r.name for r in Relation} | {r.name.lower(): r.name for r in Relation}
    near = get_close_matches(value.strip().lower(), words, n=1)
    return f"did you mean Relation.{words[near[0]]}?" if near else ""
