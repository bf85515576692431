"""Shell completion: the scripts of the shells, and what they complete, without a library."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sith import THEOREMS
from sith.numerics.cli.options import slugs

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from sith.numerics.cli import main
status = main([])
assert not {"torch", "sympy"} & set(sys.modules)
sys.exit(status)
"""


def asked(**variables: str) -> str:
    """What the command answers to a shell."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("sith ver", ["verify"]),
        ("sith derive --deg", ["--degree"]),
        ("sith derive zimmermann_2021_v", ["zimmermann_2021_vmf"]),
        ("sith derive no_such", []),
    ],
)
def test_words_are_completed(words: str, completed: list[str]) -> None:
    place = str(len(words.split()) - 1)
    found = asked(_SITH_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=place)
    assert found.split() == completed


def test_a_shell_gets_its_script() -> None:
    assert "complete -o default -F _sith_completion sith" in asked(_SITH_COMPLETE="source_bash")


def test_the_slugs_are_those_of_the_registry() -> None:
    assert slugs("") == sorted(entry.slug for entry in THEOREMS)
    assert slugs("zimm") == ["zimmermann_2021_lp", "zimmermann_2021_vmf"]
