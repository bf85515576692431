"""The recipe *add a theorem*: every file and every line of a list, but for the mathematics."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from sith.numerics.recipes import theorem_template as template
from sith.numerics.recipes.checkout import TO_WRITE, Checkout, Written, with_line
from sith.theory import InputError

SLUG = re.compile(r"[a-z]+_\d{4}_[a-z0-9_]+")
REGISTRY = "theory/theorems/registry.py"


def add_theorem(slug: str, root: Path = Path()) -> Written:
    """Enter a theorem into a checkout, and bring everything up to date that follows from it.

    New files are templates with the mark TO WRITE; files that are there are kept. What the derived
    verdict and the audit determine is generated anew: run it again after each change of the theorem.
    Raises `InputError` for a slug of another form, a folder that is not a checkout, or a theorem
    that cannot be derived.
    """
    if not SLUG.fullmatch(slug):
        raise InputError(
            f"the slug '{slug}'", allowed="author_year_topic, for example zimmermann_2021_vmf"
        )
    checkout = Checkout(root)
    _write(checkout, slug)
    checkout.edited += generated(slug, root)
    module, page = f"theory/theorems/{slug}.py", f"book/theorems/{slug}.md"
    by_hand = (
        f"{module}: every text marked {TO_WRITE}, and the claim in place of the example",
        f"{page}: the same; move its line in book/_toc.yml to the chapter that it belongs to",
        "book/figures/pictures/specs.py: its picture; book/links.py: studies that belong to it",
        f"book/references.bib: the entry {template.filled('KEY', slug)}",
        "CHANGELOG.md: a line",
    )
    following = (
        f"sith derive {slug}",
        f"sith new --theorem {slug}  # again, after each change of the theorem",
        f"pytest tests/theorems tests/repo tests/quality tests/book -k '{slug} or repo or every'",
    )
    return checkout.report(by_hand, following)


def _write(checkout: Checkout, slug: str) -> None:
    """Write the templates that are missing, and the entries of the lists."""
    known = slug in checkout.read(REGISTRY)
    checkout.create(f"theory/theorems/{slug}.py", template.filled(template.THEOREM, slug))
    checkout.create(f"book/theorems/{slug}.md", template.filled(template.PAGE, slug))
    if not known:
        checkout.edit(REGISTRY, lambda text: _registered(text, slug))
    checkout.edit("book/_toc.yml", lambda text: _in_the_contents(text, slug))
    key = _key(checkout, slug)
    if key == template.filled("KEY", slug):
        entry = template.filled(template.REFERENCE, slug)
        checkout.edit(
            "book/references.bib", lambda text: text if f"{{{key}," in text else text + entry
        )


def _key(checkout: Checkout, slug: str) -> str:
    """Return the bibliography key that the theorem's file names."""
    found = re.search(r'\bkey="([^"]+)"', checkout.read(f"theory/theorems/{slug}.py"))
    return found[1] if found else ""


def _registered(text: str, slug: str) -> str:
    text = with_line(text, f"    {slug},", after="theorems import (", key=r"    (\w+),$")
    return with_line(
        text, f"    {slug}.THEOREM,", after="THEOREMS: tuple", key=r"    (\w+)\.THEOREM,$"
    )


def _in_the_contents(text: str, slug: str) -> str:
    """Return the contents with the theorem's page, after the last page of a theorem."""
    if f"theorems/{slug}\n" in text:
        return text
    lines = text.splitlines(keepends=True)
    last = max(i for i, line in enumerate(lines) if "- file: theorems/" in line)
    indent = lines[last].partition("- ")[0]
    new = f"{indent}- file: theorems/{slug}\n"
    return "".join([*lines[: last + 1], new, *lines[last + 1 :]])


def generated(slug: str, root: Path) -> list[str]:
    """Generate what follows from a theorem, in a process that imports it; return the files."""
    done = subprocess.run(
        [sys.executable, "-m", "sith.numerics.recipes.generated", slug],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root.resolve())},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no reason was given"]
        raise InputError(
            f"theory/theorems/{slug}.py was entered, and nothing could be derived: {last[0]}",
            cure="correct the file and run the command again",
        )
    return done.stdout.split()
