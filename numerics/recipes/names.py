"""Public names of a checkout: their lines in the package files that hand them out."""

from __future__ import annotations

import ast
import re

from sith.numerics.recipes.checkout import Checkout, with_line
from sith.theory import InputError

LONGEST = 100
"""Longest line of the repository's code."""


def add_theory_name(checkout: Checkout, folder: str, module: str, name: str) -> None:
    """Hand out a name of `theory/FOLDER/MODULE.py`: in its folder, in `sith.theory`, in `sith`.

    Raises `InputError` for a name that another module hands out.
    """
    package = f"sith.theory.{folder}"
    home = re.search(rf'^    "{name}": "(.+)",$', checkout.read("theory/__init__.py"), re.MULTILINE)
    if home and home[1] != package:
        raise InputError(f"the name {name} is taken by {home[1]}", cure="choose another")
    checkout.edit(
        f"theory/{folder}/__init__.py",
        lambda text: with_import(text, f"{package}.{module}", name),
    )
    checkout.edit(
        "theory/__init__.py",
        lambda text: with_line(
            with_import(text, package, name),
            f'    "{name}": "{package}",',
            after="_HOME = {",
            key=r'    "(\w+)": ',
            sort=rank,
        ),
    )
    checkout.edit(
        "sith/__init__.py",
        lambda text: with_line(
            with_import(text, "sith.theory", name),
            f'    "{name}",',
            after="__all__ = [",
            key=r'    "(\w+)",$',
            sort=rank,
        ),
    )


def add_measure(checkout: Checkout, module: str, name: str) -> None:
    """Hand out a function of `numerics/measure/MODULE.py` in its folder."""
    checkout.edit(
        "numerics/measure/__init__.py",
        lambda text: with_import(text, f"sith.numerics.measure.{module}", name),
    )


def rank(name: str) -> tuple[int, str]:
    """Return the place of a name in a list: constants, classes, functions, each by alphabet."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


def import_rank(name: str) -> tuple[int, str]:
    """Return the place in the order of imports, which ignores case within a kind."""
    kind, _ = rank(name)
    return kind, name.lower()


def with_import(text: str, module: str, name: str) -> str:
    """Return a package file with one re-export more, in its place among the others.

    Raises `InputError` for a file without re-exports.
    """
    found = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("sith.")
        and node.names[0].asname
    ]
    if not found:
        raise InputError("the package file has no re-exports", cure="enter the name by hand")
    found.sort(key=lambda node: node.lineno)
    places = [(node.module or "", import_rank(node.names[0].name)) for node in found]
    own = (module, import_rank(name))
    if own in places:
        return text
    later = next((k for k, place in enumerate(places) if place > own), None)
    before = found[-1].end_lineno or 0 if later is None else found[later].lineno - 1
    indent = " " * found[0].col_offset
    line = f"{indent}from {module} import {name} as {name}\n"
    if len(line) > LONGEST + 1:
        line = f"{indent}from {module} import (\n{indent}    {name} as {name},\n{indent})\n"
    lines = text.splitlines(keepends=True)
    return "".join([*lines[:before], line, *lines[before:]])
