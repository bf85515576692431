"""The kinds of witnesses that the audit found last: each is checked, and a changed one is rejected."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from sith import FiniteSpace, theorem
from sith.numerics.audit_registry import stored_witness, verify_witness
from sith.numerics.searching import read_counterexample
from sith.numerics.verbs import weakened
from sith.theory import Claim

HAOCHEN, VMF = "haochen_2021_spectral", "zimmermann_2021_vmf"
SLOW, BALESTRIERO = "klindt_2021_slowvae", "balestriero_2022_closed_form"


def _rejected(slug: str, name: str, changes: dict[str, object]) -> str:
    claim: Claim = weakened(theorem(slug).at(), name)
    witness = read_counterexample(stored_witness(slug, name))
    assert witness.check(claim).holds
    answer = replace(witness, data={**witness.data, **changes}).check(claim)
    assert not answer.holds
    return answer.reason


def test_merging_nodes_of_equal_features_is_no_witness() -> None:
    assert isinstance(theorem(HAOCHEN).at().world.space, FiniteSpace)
    assert "apart" in _rejected(HAOCHEN, "injective_mixing", {"nodes": [0, 1]})


@pytest.mark.parametrize(("slug", "kept"), [(VMF, [0, 1]), (SLOW, [0, 2])])
def test_a_turn_of_a_kept_coordinate_is_no_witness(slug: str, kept: list[int]) -> None:
    assert "keeps one" in _rejected(slug, "full_support", {"plane": kept})
    assert "identity" in _rejected(slug, "full_support", {"speed": "0"})


def test_a_turn_says_nothing_of_pairs_of_full_support() -> None:
    witness = read_counterexample(stored_witness(VMF, "full_support"))
    answer = replace(witness, claim=VMF).check(theorem(VMF).at())
    assert not answer.holds


def test_other_ranks_of_the_features_are_no_witness() -> None:
    assert "ranks" in _rejected(BALESTRIERO, "centred_constraints", {"ranks": [2, 2]})
    claim = theorem(BALESTRIERO).at()
    assert weakened(claim, "centred_constraints").base_of == (claim.objective,)
    assert weakened(claim, "connected").base_of == ()


def test_a_one_sided_graph_has_the_loss_of_its_symmetric_part() -> None:
    one_way = torch.tensor([[2.0, 3.0, 0.0], [1.0, 2.0, 1.0], [0.0, 1.0, 2.0]]).double()
    one_way = one_way / one_way.sum()
    h = torch.randn(3, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)

    def loss(joint: torch.Tensor, *, both: bool) -> float:
        negatives = (joint.sum(0) + joint.sum(1)) / 2 if both else joint.sum(1)
        products = h @ h.T
        spread = negatives @ products.square() @ negatives
        return float(spread - 2 * (joint * products).sum())

    symmetric = (one_way + one_way.T) / 2
    assert loss(one_way, both=True) == pytest.approx(loss(symmetric, both=True), abs=1e-12)
    assert abs(loss(one_way, both=False) - loss(symmetric, both=False)) > 1e-3


def test_the_whitening_map_is_checked_exactly() -> None:
    assert verify_witness("laiz_2025_dynamics", "standard_noise").holds
