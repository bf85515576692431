"""The public names with their signatures and first sentences, as Markdown."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections import defaultdict
from enum import EnumType
from typing import Any

import sith

WIDTH = 74
"""Characters of a line of code that fit the page."""


def everything() -> str:
    """Return a section for each package, with its names in alphabetical order."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in sorted(sith.__all__):
        groups[_home(getattr(sith, name))].append(name)
    sections = []
    for home, names in sorted(groups.items()):
        entries = "\n".join(_entry(name, getattr(sith, name)) for name in names)
        sections.append(f"**{home}**\n\n{entries}")
    return "\n\n".join(sections)


def _home(value: Any) -> str:
    """Return the package that a name lives in: the first three parts of its module."""
    module = getattr(value, "__module__", "") or type(value).__module__
    parts = module.split(".")
    return ".".join(parts[:3]) if parts[0] == "sith" else "values"


def _entry(name: str, value: Any) -> str:
    head = f"{name}{_signature(value)}"
    if len(head) > WIDTH:
        head = f"{name}(…)"
    return f"- `{head}`: {_first_sentence(value)}"


def _signature(value: Any) -> str:
    """Return the names of the parameters; nothing for values and enumerations."""
    if not callable(value) or isinstance(value, EnumType):
        return ""
    try:
        parameters = inspect.signature(value).parameters
    except (TypeError, ValueError):
        return "(…)"
    return f"({', '.join(parameters)})"


def _first_sentence(value: Any) -> str:
    """Return the first paragraph of the docstring in one line, as plain text."""
    text = inspect.getdoc(value) if callable(value) or inspect.ismodule(value) else ""
    if not text:
        return f"a value of {type(value).__name__}"
    line = " ".join(text.split("\n\n")[0].split())
    parts = textwrap.shorten(line.replace("``", "`"), 220, placeholder=" …").split("`")
    if len(parts) % 2 == 0:  # a code span was cut
        parts = [*parts[:-2], parts[-2] + parts[-1]]
    marked = [p if k % 2 else re.sub(r"([\\*_|<>\[\]$])", r"\\\1", p) for k, p in enumerate(parts)]
    return "`".join(marked)
