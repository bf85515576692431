"""A checkout of the repository, and edits of its lists that keep them sorted."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sith.theory import InputError

MARKS = ("pyproject.toml", "theory/theorems/registry.py", "book/_toc.yml")
"""Files by which a checkout is recognised."""

TO_WRITE = "TO WRITE"
"""Marks each text of a template that a person has to write; a test finds any that is left."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a recipe did.

    Fields:
        created: new files, from the checkout's folder.
        edited: files with a new entry.
        by_hand: what remains to be written, one sentence each.
        next: the commands to run next.
    """

    created: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()
    next: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {
            "created": list(self.created),
            "edited": list(self.edited),
            "by_hand": list(self.by_hand),
            "next": list(self.next),
        }

    def __str__(self) -> str:
        """A report for a terminal."""
        parts = (
            ("created", self.created),
            ("edited", self.edited),
            ("to write by hand", self.by_hand),
            ("next", self.next),
        )
        return "\n".join(
            line for head, rows in parts if rows for line in (f"{head}:", *(f"  {r}" for r in rows))
        )


@dataclass(slots=True)
class Checkout:
    """A folder that holds the repository, and a record of the files that were changed in it."""

    root: Path
    created: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        missing = [mark for mark in MARKS if not (self.root / mark).is_file()]
        if missing:
            raise InputError(
                f"{self.root} is not a checkout of sith: it has no {missing[0]}",
                cure="run the command in the root of a checkout, or name it with --out",
            )

    def read(self, name: str) -> str:
        """Return the text of a file."""
        return (self.root / name).read_text(encoding="utf-8")

    def create(self, name: str, text: str) -> None:
        """Write a new file; one that is there is left as it is."""
        path = self.root / name
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.created.append(name)

    def edit(self, name: str, change: Callable[[str], str]) -> None:
        """Replace the text of a file by `change` of it, and record the file if it differs."""
        old = self.read(name)
        new = change(old)
        if new != old:
            (self.root / name).write_text(new, encoding="utf-8")
            self.edited.append(name)

    def report(self, by_hand: tuple[str, ...], following: tuple[str, ...]) -> Written:
        """Return what was done to the checkout."""
        once = tuple(dict.fromkeys(name for name in self.edited if name not in self.created))
        return Written(tuple(self.created), once, by_hand, following)


def with_line(
    text: str,
    line: str,
    *,
    after: str,
    key: str,
    sort: Callable[[str], Any] = lambda entry: entry,
) -> str:
    """Return a text with one line more in a sorted list; unchanged where the line is there.

    The list is the run of lines that match `key`, whose first group is the entry, from the first
    such line after one that contains `after`. Raises `InputError` where there is no such list.
    """
    lines = text.splitlines(keepends=True)
    start = next((i for i, old in enumerate(lines) if after in old), None)
    entry = re.match(key, line)
    if start is None or entry is None:
        raise InputError(f"no list after '{after}' was found", cure="enter the line by hand")
    first = next((i for i in range(start, len(lines)) if re.match(key, lines[i])), len(lines))
    place = last = first
    while last < len(lines) and (there := re.match(key, lines[last])):
        if there[1] == entry[1]:
            return text
        if sort(there[1]) < sort(entry[1]):
            place = last + 1
        last += 1
    if first == len(lines):
        raise InputError(f"no list after '{after}' was found", cure="enter the line by hand")
    return "".join([*lines[:place], line + "\n", *lines[place:]])
