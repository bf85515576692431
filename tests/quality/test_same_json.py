"""The same command gives the same JSON, whatever the order in which a process iterates over sets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

COMMANDS: dict[str, tuple[str, ...]] = {
    "content": ("vonkugelgen_2021_content_style", "--dim", "2", "--set", "content=1"),
    "decoder": ("brady_2023_compositional", "--dim", "2", "--set", "slot=1", "--degree", "2"),
    "finite class": ("comon_1994_linear_ica", "--dim", "2", "--degree", "2"),
    "law": ("hyvarinen_1999_nonidentifiability", "--dim", "2", "--degree", "2"),
    "norms": ("zimmermann_2021_lp", "--dim", "2", "--set", "p=4", "--degree", "2"),
    "spectrum": ("klindt_2026_anisotropic",),
    "graph": ("haochen_2021_spectral",),
}
"""Claims of different kinds, each after `sith derive`."""

PROGRAM = """
import json, sys
from sith.numerics.cli import main
for arguments in json.load(sys.stdin):
    main(["derive", *arguments, "--json"])
"""


@cache
def printed(hash_seed: int) -> tuple[dict[str, Any], ...]:
    """What one process prints for all commands, one JSON object after the other."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(list(COMMANDS.values())),
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    decoder, text, found = json.JSONDecoder(), ran.stdout.strip(), []
    while text:
        data, end = decoder.raw_decode(text)
        found.append(data)
        text = text[end:].lstrip()
    return tuple(found)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_verdict_is_the_same_for_another_hash_seed(name: str) -> None:
    place = list(COMMANDS).index(name)
    one, other = (dict(printed(seed)[place]) for seed in (1, 2024))
    for data in (one, other):
        assert data.pop("seconds") >= 0
    assert json.dumps(one) == json.dumps(other)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_verdict_holds_both_bounds_as_data(name: str) -> None:
    data = printed(1)[list(COMMANDS).index(name)]
    assert isinstance(data["base"], str)
    assert data["base"]
    assert isinstance(data["missing"], list)
    assert all(isinstance(item, str) for item in data["missing"])
    assert data["lower"]
    assert all(element["element"] and element["checked"] for element in data["lower"])
    assert all(bound.keys() == {"group", "scope", "by"} for bound in data["upper"])
    undecided = "undecided" in (data["verdict"], data["agreement"])
    assert not undecided or data["missing"]
