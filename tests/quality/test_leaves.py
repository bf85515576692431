"""Every entry of a certificate matters: a sample of the walk, and what the walk notices."""

from __future__ import annotations

import json
import random
from functools import cache
from typing import Any

import pytest

from sith import InputError, Statement
from sith.theory.derivation.verification import proof_kernel
from sith.theory.derivation.verification.not_checked import entries_not_checked
from tests.quality.leaves.kinds import KINDS
from tests.quality.leaves.walk import Change, changes, count, refused_by

SAMPLE = 5
"""Changes of each certificate in the default test; the whole walk is a command."""


@cache
def _text(name: str) -> tuple[str, Statement]:
    data, statement = KINDS[name].certificate()
    return json.dumps(data), statement


def case(name: str) -> tuple[dict[str, Any], Statement]:
    """A fresh copy of the certificate of a kind, and its claim."""
    text, statement = _text(name)
    return json.loads(text), statement


@pytest.mark.parametrize("name", KINDS)
def test_changed_entries_are_refused_or_listed(name: str) -> None:
    data, statement = case(name)
    chosen = random.Random(name).sample(list(changes(data)), SAMPLE)
    counts = count(data, statement, chosen)
    assert counts.changed == SAMPLE
    assert not counts.survived


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_every_changed_entry_is_refused_or_listed(name: str) -> None:
    data, statement = case(name)
    counts = count(data, statement, list(changes(data)))
    assert not counts.survived


def test_the_walk_changes_leaves_out_adds_and_reorders() -> None:
    data = {"a": [{"b": "1/2"}, 3, True], "c": {}}
    made = [(c.pattern, c.what) for c in changes(data)]
    for expected in (
        ("a[].b", "another text"),
        ("a[].b", "another number"),
        ("a[].b", "another sign"),
        ("a[].b", "removed"),
        ("a[].other", "added"),
        ("a[]", "raised"),
        ("a[]", "flipped"),
        ("a[]", "removed"),
        ("a[]", "added"),
        ("a[]", "reordered"),
        ("c.other", "added"),
    ):
        assert expected in made
    assert all(c.data["checksum"] for c in changes(data))


def test_the_walk_notices_an_entry_that_no_verifier_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    data, statement = case("linear")
    argument = [c for c in changes(data) if c.path == ("argument",) and c.what != "removed"]
    assert {refused_by(c.data, statement) for c in argument} == {""}
    assert count(data, statement, argument).listed.total() == len(argument)
    unlisted = [Change(("elsewhere",), c.what, c.data) for c in argument]
    assert count(data, statement, unlisted).survived.total() == len(argument)
    with pytest.raises(InputError, match="before it is changed"):
        count({**data, "claim": "another"}, statement, argument)
    # A kernel that cannot tell has rejected nothing.
    monkeypatch.setattr(proof_kernel, "check", _silent)
    assert refused_by(argument[0].data, statement) == ""


def _silent(_: object) -> None:
    raise proof_kernel.Unknown("it cannot tell")


def test_what_is_not_checked_is_said_for_the_kind_of_certificate() -> None:
    fields, spectrum, points = (
        entries_not_checked(case(n)[0]) for n in ("box", "spectrum", "rank")
    )
    assert "degrees[].draws[]" in fields
    assert "scope.fields" in spectrum
    assert "scope.fields" not in fields
    assert set(points) == {"argument"}
