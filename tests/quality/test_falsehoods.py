"""Planted falsehoods fall to the search, and their true neighbours do not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from numerics import load_statement, read_counterexample, refute
from theory import Membership, Theorem

FOLDER = Path(__file__).parent / "falsehoods"


@dataclass(frozen=True, slots=True)
class Expected:
    """How large a witness may be: its dimension, the parameters, and seconds of search."""

    dim: int
    parameters: dict[str, str]
    seconds: float


EXPECTED = {
    "vmf_any_temperature": Expected(2, {"kappa": "1", "beta": "2"}, 60),
    "vmf_up_to_permutation": Expected(2, {"kappa": "1"}, 30),
    "linear_ica_any_sources": Expected(2, {"first": "normal", "others": "normal"}, 30),
    "sigreg_fixed_directions": Expected(2, {"directions": "1"}, 30),
    "close_classifiers": Expected(2, {"kl": "1/1000", "classes": "4", "norm": "10"}, 30),
    "barlow_twins_solutions": Expected(2, {"root": "1/4", "outputs": "1"}, 30),
    "only_gaussian_latents": Expected(
        2, {"separation": "1", "width": "1", "correlation": "1/4"}, 60
    ),
    "diet_twice_d_classes": Expected(2, {"kappa": "1", "seed": "0"}, 60),
    "gaussian_outputs_any_speeds": Expected(2, {"slow": "31/40", "fast": "1/100"}, 60),
    "whitening_any_speeds": Expected(2, {"slow": "1/10", "fast": "2/5"}, 30),
    "infonce_few_negatives": Expected(2, {"negatives": "1", "kappa": "1"}, 30),
    "sphere_partly_kept": Expected(3, {"kappa": "1", "kept": "1"}, 60),
    "ivae_any_family": Expected(2, {"statistics": "z", "more": "1"}, 30),
}
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))


def statement(name: str, which: str) -> Theorem:
    found = load_statement(f"{FOLDER / name}.py:{which}")
    assert isinstance(found, Theorem)
    return found


def test_every_falsehood_has_an_expectation() -> None:
    assert set(EXPECTED) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_falsehood_falls_to_a_small_witness(name: str) -> None:
    false = statement(name, "FALSE")
    report = refute(false)
    assert report.refuted, str(report)
    assert report.exit_status == 1
    (witness,) = report.witness
    expected = EXPECTED[name]
    assert (witness.dim, dict(witness.parameters)) == (expected.dim, expected.parameters)
    stored = read_counterexample(json.loads(json.dumps(witness.to_dict())))
    assert stored.check(false).holds


@pytest.mark.parametrize("name", NAMES)
def test_the_witness_does_not_refute_the_true_neighbour(name: str) -> None:
    true, false = statement(name, "TRUE"), statement(name, "FALSE")
    report = refute(true)
    assert not report.refuted, str(report)
    (witness,) = refute(false).witness
    answer: Membership = witness.check(true)
    assert not answer.holds
