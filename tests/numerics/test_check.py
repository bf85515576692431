"""The verb check: three layers, two-sided, undecided when the optimum is not reached."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
import sympy as sp
import torch

from sith import (
    Agreement,
    Box,
    Claim,
    Encoder,
    Euclidean,
    InfoNCE,
    InputError,
    Linear,
    NegativeNorm,
    Outcome,
    PairLogDensity,
    RealSpace,
    SignedPermutations,
    Uniform,
    World,
    check,
    derive,
    measure_run,
    pair,
    pick_budget,
    theorem,
    train_claim,
)

SMALL = replace(pick_budget("smoke"), steps_per_dim=300, width=32, held_out=2048, seeds=2)
VMF = theorem("zimmermann_2021_vmf")
GRAPH = theorem("haochen_2021_spectral")


@pytest.fixture(scope="module")
def circle() -> tuple[Claim, object]:
    """A trained run on the circle, shared by the tests that only measure."""
    claim = VMF.at(2, kappa=4)
    return claim, train_claim(claim, SMALL, (0, 1))


def test_a_true_claim_agrees_and_reports_all_three_layers(tmp_path: Path) -> None:
    stages: list[str] = []
    report = check(
        VMF, 2, seeds=2, kappa=4, progress=lambda s, _: stages.append(s), save=tmp_path / "run"
    )
    assert report.outcome is Agreement.AGREES, str(report)
    assert report.exit_status == 0
    data = json.loads((tmp_path / "run" / "report.json").read_text())
    assert {"verdict", "derived", "exact", "trained", "agrees", "seconds"} <= set(data)
    for name in ("linear_r2", "gap", "mcc", "loss_gap"):
        assert {"mean", "low", "high"} <= set(data["trained"][name])
    assert data["trained"]["linear_r2"]["mean"] > 0.98
    assert set(stages) == {"derive", "exact check", "train"}
    assert (tmp_path / "run" / "run.safetensors").exists()
    with pytest.raises(InputError, match="exists already"):
        check(VMF, 2, seeds=2, kappa=4, save=tmp_path / "run")


def test_the_same_run_disagrees_with_a_group_that_is_too_small(
    circle: tuple[Claim, object],
) -> None:
    """Signed permutations: the encoders reach the optimum at other rotations."""
    claim, run = circle
    wrong = claim.replace(group=SignedPermutations(2))
    report = measure_run(replace(run, experiment=replace(run.experiment, claim=wrong)), (0, 1))
    assert report.outcome is not Agreement.AGREES, str(report)
    assert report.metrics["residual"].mean > 0.05


def test_the_same_run_does_not_show_a_group_that_is_too_large(circle: tuple[Claim, object]) -> None:
    claim, run = circle
    wrong = claim.replace(group=Linear(2))
    report = measure_run(replace(run, experiment=replace(run.experiment, claim=wrong)), (0, 1))
    assert report.outcome is Agreement.UNDECIDED, str(report)
    assert "O(2)" in report.reason


def test_a_run_that_stops_early_is_undecided_not_refuted() -> None:
    claim = VMF.at(4, kappa=10)
    short = replace(SMALL, steps_per_dim=14)
    report = measure_run(train_claim(claim, short, (0, 1)), (0, 1))
    assert report.outcome is Agreement.UNDECIDED
    assert "the optimum was not reached" in report.reason


def test_training_is_reproducible_from_seed_and_settings() -> None:
    """A seed alone and among others: the same draws, products equal up to rounding."""
    claim = VMF.at(2, kappa=4)
    tiny = replace(SMALL, steps_per_dim=30)
    pair_run = train_claim(claim, tiny, (3, 5))
    again = train_claim(claim, tiny, (3, 5))
    alone = train_claim(claim, tiny, (5,))
    assert torch.equal(pair_run.representations, again.representations)
    assert torch.allclose(pair_run.representations[1], alone.representations[0], atol=1e-3)
    assert not torch.allclose(pair_run.representations[0], alone.representations[0], atol=1e-1)


def test_mis_specified_claims_are_not_trained() -> None:
    claim = VMF.at(2, kappa=4)
    broken = claim.replace(objective=InfoNCE(claim.objective.critic, sp.Integer(1)))
    report = check(broken)
    assert report.exit_status == 2
    assert not report.trained
    assert "κτ = 4" in report.skipped[0]


def test_an_undecided_derivation_is_named_by_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = replace(
        derive(GRAPH), outcome=Outcome.UNDECIDED, reason="", missing=("an upper bound", "a base")
    )
    verb = import_module("sith.numerics.verbs.check")
    monkeypatch.setattr(verb, "derive", lambda *_, **__: lacking)
    report = check(GRAPH)
    assert "exact and trained checks: undecided, missing: an upper bound" in report.skipped


def test_a_claim_of_ones_own_with_a_critic_that_does_not_match_is_refused() -> None:
    z, zt = pair(2)
    law = PairLogDensity(-sum((a - b) ** 4 for a, b in zip(z, zt, strict=True)), z, zt)
    claim = Claim(
        "own",
        World(Box(2), Uniform(), law),
        InfoNCE(NegativeNorm(2)),
        Encoder(RealSpace(2)),
        Euclidean(2),
    )
    assert check(claim).exit_status == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"seeds": 1}, "seeds = 1"),
        ({"budget": "huge"}, "smoke, ci, full"),
        ({"device": "cuda:99"}, "absent"),
        ({"device": "tpu"}, "auto, cpu, cuda"),
        ({"kappa": sp.Rational(1, 100)}, "information"),
        ({"kappa": 0}, "> 0"),
        ({"dim": 1}, "≥ 2"),
    ],
)
def test_bad_input_is_one_line_that_names_fault_and_cure(
    arguments: dict[str, object], words: str
) -> None:
    with pytest.raises(InputError) as caught:
        check(VMF, **arguments)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_interrupted_check_goes_on_from_what_was_trained(tmp_path: Path) -> None:
    """The state lies beside the result, which appears at once at the end."""

    def interrupt(stage: str, done: float) -> None:
        if stage == "train" and done > 0.2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(GRAPH, seeds=2, progress=interrupt, save=tmp_path / "run")
    assert [p.name for p in tmp_path.iterdir()] == ["run.part"]
    fractions: list[float] = []
    check(GRAPH, seeds=2, progress=lambda _, done: fractions.append(done), save=tmp_path / "run")
    assert [p.name for p in tmp_path.iterdir()] == ["run"]
    assert min(f for f in fractions if f > 0) > 0.1
    data = json.loads((tmp_path / "run" / "report.json").read_text())
    known = {"claim", "world", "objective", "group", "budget", "seeds", "device", "torch", "python"}
    assert known <= set(data["provenance"])
