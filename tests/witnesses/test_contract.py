"""Every registered witness is re-checked exactly, and a map that is no witness is rejected."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sith import WITNESSES, Map, Witness, check_witness, derive, latents

FOLDER = Path(__file__).resolve().parents[2] / "theory" / "witnesses"
CASES = [pytest.param(w, id=w.name) for w in WITNESSES]


@pytest.mark.parametrize("witness", CASES)
def test_the_witness_kills_its_claim(witness: Witness) -> None:
    answer = check_witness(witness)
    assert answer.holds, answer.reason
    assert (FOLDER / f"{witness.name}.py").is_file()
    assert witness.false_claim.name == witness.name
    assert witness.equal
    assert witness.differs


@pytest.mark.parametrize("witness", CASES)
def test_the_derivation_does_not_confirm_the_false_claim(witness: Witness) -> None:
    assert not derive(witness.false_claim, degree=2).agrees


@pytest.mark.parametrize("witness", CASES)
def test_a_member_of_the_stated_group_is_no_witness(witness: Witness) -> None:
    answer = check_witness(replace(witness, map=Map.identity(witness.map.dim)))
    assert not answer.holds
    assert "in the stated group" in answer.reason


@pytest.mark.parametrize("witness", CASES)
def test_a_map_that_breaks_the_optimum_is_no_witness(witness: Witness) -> None:
    x, y = latents(2)
    bent = Map((x, y), (x + x**3, y))
    answer = check_witness(replace(witness, map=bent))
    assert not answer.holds
    assert "not optimal" in answer.reason
