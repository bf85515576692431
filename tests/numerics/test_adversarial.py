"""Encoders that are trained to leave the group: what counts, what is a candidate, and what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp
import torch

from sith import (
    Affine,
    Budget,
    Claim,
    ComponentwiseDiffeomorphisms,
    Counterexample,
    InfoNCE,
    InnerProduct,
    Membership,
    Orthogonal,
    Relation,
    SignedPermutations,
    SithError,
    UnsupportedCondition,
    refute,
    theorem,
)
from sith.numerics.searching import (
    FAR,
    CandidateOnly,
    Kind,
    Point,
    Stage,
    adversarial_runs,
    departure,
    refute_by_training,
    search,
    stages,
)

SMALL = Budget("small", seeds=6, steps_per_dim=100, batch=128, width=24, held_out=2048)
VMF = theorem("zimmermann_2021_vmf")
TRUE = VMF.at(2, kappa=3)
WRONG = TRUE.replace(group=SignedPermutations(2))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sith.numerics.searching.adversarial.BUDGET", SMALL)


def test_departures_are_zero_on_the_group_and_grow_outside() -> None:
    generator = torch.Generator().manual_seed(0)
    z = torch.randn(2, 500, 3, generator=generator, dtype=torch.float64)
    rotation = torch.linalg.qr(torch.randn(2, 3, 3, generator=generator, dtype=torch.float64)).Q
    mixed = z @ torch.randn(2, 3, 3, generator=generator, dtype=torch.float64) + 1
    for group, inside, outside in (
        (Orthogonal(3), z @ rotation, mixed),
        (SignedPermutations(3), z, z**3),
        (Affine(3), mixed, z**2),
    ):
        away = departure(group)
        assert float(away(z, inside).max()) < 1e-6
        leaf = outside.clone().requires_grad_()
        value = away(z, leaf)
        size = value.detach()
        assert float(size.min()) > 0.02
        assert float(size.max()) <= 1
        (slope,) = torch.autograd.grad(value.sum(), leaf)
        assert bool(slope.isfinite().all())
    with pytest.raises(UnsupportedCondition, match="no differentiable distance"):
        departure(ComponentwiseDiffeomorphisms(3))


def test_a_wrong_group_falls_to_training_and_the_table_is_rechecked() -> None:
    (found,) = refute_by_training(WRONG, Point(2))
    witness: Counterexample = replace(found, dim=2)
    assert witness.kind is Kind.EQUAL_LOSS
    assert witness.check(WRONG).holds
    assert not replace(witness, claim="x").check(WRONG).holds
    assert not witness.check(TRUE).holds
    rows = [row[:] for row in witness.data["table"]]
    rows[0] = [-x for x in rows[0]]
    assert not replace(witness, data={"table": rows}).check(WRONG).holds
    rows[0] = [2.0, 0.0]
    assert not replace(witness, data={"table": rows}).check(WRONG).holds


def test_a_true_claim_pulls_the_encoders_back() -> None:
    runs = adversarial_runs(TRUE, SMALL)
    assert len(runs.gaps) == SMALL.seeds
    assert max(runs.residuals) < FAR
    assert runs.candidates() == ()
    assert refute_by_training(TRUE.replace(relation=Relation.CONTAINS), Point(2)) == ()


def test_what_no_loss_on_nodes_confirms_is_a_candidate(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_claim: Claim) -> None:
        raise UnsupportedCondition("no nodes")

    monkeypatch.setattr("sith.numerics.searching.adversarial.setting_of", refuse)
    with pytest.raises(CandidateOnly, match="no nodes"):
        refute_by_training(WRONG, Point(2))
    stage = Stage("adversarial training", refute_by_training)
    found, attempt = search(WRONG, stage, dim=2, fixed={}, cases=1, work=10**6, seed=0)
    assert found == ()
    assert attempt.result.startswith("no witness; candidate, not a witness: a trained encoder")


def test_a_loss_that_is_not_confirmed_is_no_witness(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse = Membership(False, "more nodes differ")
    monkeypatch.setattr(
        "sith.numerics.searching.adversarial.table_on_more_nodes", lambda *_: refuse
    )
    with pytest.raises(CandidateOnly, match="does not confirm"):
        refute_by_training(WRONG, Point(2))


def test_only_larger_budgets_train() -> None:
    assert "adversarial training" not in [s.method for s in stages(TRUE, 3)]
    assert stages(TRUE, 3, trained=True)[-1].method == "adversarial training"
    report = refute(WRONG, budget="ci")
    assert report.refuted


def test_other_claims_are_refused() -> None:
    kept = theorem("zaliaduonis_2026_diversity").at(3)
    single = theorem("comon_1994_linear_ica").at(2)
    with pytest.raises(UnsupportedCondition, match="positive pairs and labels"):
        adversarial_runs(single, SMALL)
    with pytest.raises(SithError):
        adversarial_runs(kept.replace(objective=InfoNCE(InnerProduct(), sp.Rational(1, 3))), SMALL)
