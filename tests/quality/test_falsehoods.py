"""Planted falsehoods fall to the search, and their true neighbours do not."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from sith import (
    Membership,
    RefuteReport,
    Theorem,
    load_statement,
    numerics,
    read_counterexample,
    refute,
)

FOLDER = Path(__file__).parent / "falsehoods"


@dataclass(frozen=True, slots=True)
class Expected:
    """How large a witness is: its dimension and parameters."""

    dim: int
    parameters: dict[str, str]


EXPECTED = {
    "vmf_any_temperature": Expected(2, {"kappa": "1", "beta": "2"}),
    "vmf_up_to_permutation": Expected(2, {"kappa": "1"}),
    "linear_ica_any_sources": Expected(2, {"first": "normal", "others": "normal"}),
    "sigreg_fixed_directions": Expected(2, {"directions": "1"}),
    "close_classifiers": Expected(2, {"kl": "1/1000", "classes": "4", "norm": "10"}),
    "barlow_twins_solutions": Expected(2, {"root": "1/4", "outputs": "1"}),
    "only_gaussian_latents": Expected(2, {"separation": "1", "width": "1", "correlation": "1/4"}),
    "diet_twice_d_classes": Expected(2, {"kappa": "1", "seed": "0"}),
    "gaussian_outputs_any_speeds": Expected(2, {"slow": "79/100", "fast": "1/100"}),
    "whitening_any_speeds": Expected(2, {"slow": "1/10", "fast": "2/5"}),
    "infonce_few_negatives": Expected(2, {"negatives": "1", "kappa": "1"}),
    "sphere_partly_kept": Expected(3, {"kappa": "1", "kept": "1"}),
    "ivae_any_family": Expected(2, {"statistics": "z", "more": "1"}),
}
NAMES = sorted(EXPECTED)


def statement(name: str, which: str) -> Theorem:
    found = load_statement(f"{FOLDER / name}.py:{which}")
    assert isinstance(found, Theorem)
    return found


def test_every_falsehood_has_an_expectation() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} == set(EXPECTED)


@cache
def refuted(name: str) -> RefuteReport:
    return refute(statement(name, "FALSE"))


@pytest.mark.parametrize("name", NAMES)
def test_the_falsehood_falls_to_a_small_witness(name: str) -> None:
    report = refuted(name)
    assert report.refuted, str(report)
    assert report.exit_status == 1
    (witness,) = report.witness
    expected = EXPECTED[name]
    assert (witness.dim, dict(witness.parameters)) == (expected.dim, expected.parameters)
    stored = read_counterexample(json.loads(json.dumps(witness.to_dict())))
    assert stored.check(statement(name, "FALSE")).holds


@pytest.mark.parametrize("name", NAMES)
def test_the_true_neighbour_is_not_refuted(name: str) -> None:
    """In its smallest dimension; `sith.numerics.benchmarks.refutations` searches all of them."""
    true = statement(name, "TRUE")
    report = refute(true, min(true.dims, default=true.default_dim))
    assert not report.refuted, str(report)


@pytest.mark.parametrize("name", NAMES)
def test_the_witness_does_not_refute_the_true_neighbour(name: str) -> None:
    (witness,) = refuted(name).witness
    renamed = replace(witness, claim=statement(name, "TRUE").name)
    answer: Membership = renamed.check(statement(name, "TRUE"))
    assert not answer.holds


STORED = Path(numerics.__file__).parent / "searching" / "found" / "falsehoods"
PAGE = Path(__file__).parents[2] / "book" / "falsehoods.md"


@pytest.mark.parametrize("name", NAMES)
def test_the_stored_witness_still_holds_and_is_on_its_page(name: str) -> None:
    row = json.loads((STORED / f"{name}.json").read_text(encoding="utf-8"))
    witness = read_counterexample(row["witness"])
    assert witness.check(statement(name, "FALSE")).holds
    section = PAGE.read_text(encoding="utf-8").partition(f"(falsehood-{name})=")[2]
    assert f"- witness: `{witness.shown}`" in section.partition("(falsehood-")[0]
