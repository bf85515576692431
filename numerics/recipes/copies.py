"""Recipes that start from a copy: group, objective, witness, measure, study."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from sith.numerics.recipes.checkout import TO_WRITE, Checkout, Written, with_line
from sith.numerics.recipes.names import add_measure, add_theory_name, import_rank
from sith.theory import InputError

MODULE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def add(kind: str, name: str, root: Path = Path()) -> Written:
    """Enter a new group, objective, witness, measure or study into a checkout.

    The new files are copies of a small one of their kind, with the mark TO WRITE; `name` is the name
    of the file, in lower case with underscores, and files that are there are kept.
    Raises `InputError` for another kind, a name of another form, or a folder without a checkout.
    """
    if kind not in KINDS:
        raise InputError(f"the kind '{kind}'", allowed=", ".join(KINDS))
    if not MODULE.fullmatch(name):
        raise InputError(f"the name '{name}'", allowed="lower case with underscores: my_group")
    checkout = Checkout(root)
    by_hand, following = KINDS[kind](checkout, name)
    return checkout.report((*by_hand, "CHANGELOG.md: a line"), following)


Said = tuple[tuple[str, ...], tuple[str, ...]]


def camel(name: str) -> str:
    """Return the name of the class in a file of this name."""
    return "".join(part.capitalize() for part in name.split("_"))


def copied(checkout: Checkout, old: str, new: str, words: Mapping[str, str]) -> None:
    """Write a copy of a file with other words, its first sentence marked as to be written."""
    text = checkout.read(old)
    for word, value in words.items():
        text = re.sub(rf"\b{re.escape(word)}\b", value, text)
    mark = '"""' if new.endswith(".py") else "\n# "
    checkout.create(new, text.replace(mark, f"{mark}{TO_WRITE}: ", 1))


def _group(checkout: Checkout, name: str) -> Said:
    cls = camel(name)
    add_theory_name(checkout, "groups", name, cls)
    copied(checkout, "theory/groups/trivial.py", f"theory/groups/{name}.py", {"Trivial": cls})
    checkout.edit("tests/theory/test_groups.py", lambda text: _tested(text, cls))
    places = (
        f"theory/groups/{name}.py: the algebra, the members and the reasons",
        "theory/derivation/certificates/groups.py: how it is read; its parts are its fields",
        "theory/groups/order.py: `named_groups`, if verdicts may name it",
        "numerics/groups/residual_of.py: its residual, if it can be estimated from samples",
    )
    return places, ("pytest tests/theory/test_groups.py tests/repo",)


def _tested(text: str, cls: str) -> str:
    """Return the tests of the group axioms with one group more in their table."""
    first = "        *named_groups(dim),\n"
    entry = f"        {cls}(dim),\n"
    text = text if entry in text else text.replace(first, first + entry, 1)
    return with_line(
        text, f"    {cls},", after="from sith import (", key=r"    (\w+),$", sort=import_rank
    )


def _objective(checkout: Checkout, name: str) -> Said:
    cls = camel(name)
    add_theory_name(checkout, "objectives", name, cls)
    old, new = "theory/objectives/spectral_contrastive.py", f"theory/objectives/{name}.py"
    copied(checkout, old, new, {"SpectralContrastive": cls})
    places = (
        f"theory/objectives/{name}.py: `pointwise`, or the operator or lemma that gives the optimum",
        f"numerics/losses/{name}.py: one value for each seed; its line in numerics/losses/__init__.py",
        "tests/numerics/test_losses_contract.py: the loss in `LOSSES`, with what it is invariant under",
        "numerics/experiments/score_of.py: its loss in training, or set_up.py: its experiment",
        "numerics/exact/population.py: its population problem, if it has a quadrature",
        "numerics/verbs/supported.py: a claim in `examples`, unless a theorem has one",
    )
    return places, ("pytest tests/theory/test_objectives.py tests/numerics -k loss",)


def _witness(checkout: Checkout, name: str) -> Said:
    old = "infonce_on_the_sphere_is_up_to_permutation"
    copied(checkout, f"theory/witnesses/{old}.py", f"theory/witnesses/{name}.py", {old: name})
    checkout.edit(
        "theory/witnesses/registry.py",
        lambda text: with_line(
            with_line(text, f"    {name},", after="witnesses import (", key=r"    (\w+),$"),
            f"    {name}.WITNESS,",
            after="WITNESSES: tuple",
            key=r"    (\w+)\.WITNESS,$",
        ),
    )
    places = (
        f"theory/witnesses/{name}.py: the false claim, the map, what is equal and what differs",
        "the theorem whose assumption it shows to be needed: the role Role.NECESSARY",
    )
    return places, ("pytest tests/witnesses",)


def _measure(checkout: Checkout, name: str) -> Said:
    words = {"linear_r2": name}
    copied(checkout, "numerics/measure/linear_r2.py", f"numerics/measure/{name}.py", words)
    add_measure(checkout, name, name)
    row = f"| `{name}` | {TO_WRITE}: maps of $y$ | {TO_WRITE} | {TO_WRITE} |"
    checkout.edit(
        "book/measures.md",
        lambda text: (
            text
            if f"`{name}`" in text
            else text.replace("| `procrustes_r2`", f"{row}\n| `procrustes_r2`", 1)
        ),
    )
    places = (
        f"numerics/measure/{name}.py: the estimator, its bounds and its source",
        "numerics/data/scorers.py: its bounds and invariances, if `sith score` is to report it",
        "book/measures.md: its row",
    )
    return places, ("pytest tests/data/test_measures.py tests/numerics/test_measure.py",)


def _study(checkout: Checkout, name: str) -> Said:
    words = {"stepwise": name}
    for old in (
        "theory/predictions/stepwise.py",
        "numerics/studies/dynamics/stepwise.py",
        "book/studies/stepwise.md",
    ):
        copied(checkout, old, old.replace("stepwise", name), words)
    checkout.edit(
        "theory/predictions/registry.py",
        lambda text: with_line(text, f'    "{name}",', after="NAMES: tuple", key=r'    "(\w+)",$'),
    )
    checkout.edit(
        "numerics/studies/registry.py",
        lambda text: with_line(
            text, f'    "{name}": "dynamics",', after="_FOLDER = {", key=r'    "(\w+)": '
        ),
    )
    checkout.edit(
        "book/_toc.yml",
        lambda text: (
            text
            if f"studies/{name}\n" in text
            else re.sub(
                r"^( +- file: studies/)training_time\n",
                rf"\1{name}\n\g<0>",
                text,
                flags=re.MULTILINE,
            )
        ),
    )
    stored = f"book/_static/studies/{name}.json"
    places = (
        f"theory/predictions/{name}.py: the formulas, and identities that a test reduces to zero",
        f"numerics/studies/dynamics/{name}.py: measurements, the table of findings, and what contradicts each",
        "numerics/studies/registry.py: the folder of another direction, if the file is moved there",
        f"book/studies/{name}.md: the page; the source's entry in book/references.bib",
        "book/links.py: the theorems behind it, and then `python book/make_theorem_pages.py`",
        "README.md: its name in the table of directions",
    )
    return places, (
        f"sith study {name} --budget ci --export {stored}",
        f"pytest tests/studies -k {name}",
    )


KINDS: Mapping[str, Callable[[Checkout, str], Said]] = {
    "group": _group,
    "objective": _objective,
    "witness": _witness,
    "measure": _measure,
    "study": _study,
}
"""Every kind that starts from a copy."""
