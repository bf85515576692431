"""Negatives from the support of each pair: the exact check, the table, and training."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from sith import (
    Agreement,
    Claim,
    InputError,
    Linear,
    Relation,
    derive,
    exact_check,
    measure_run,
    pick_budget,
    tabular_optimum,
    theorem,
    train_claim,
)
from sith.numerics.exact import Contrastive, pairwise, tabular_problem
from sith.numerics.experiments import GROUP, contrast_in_groups
from sith.numerics.losses import InnerProduct
from sith.numerics.worlds import WorldSampler, same_support

ENTRY = theorem("zaliaduonis_2026_diversity")
EXACT = 1e-12


def claim_at(**changes: object) -> Claim:
    return ENTRY.at(3).replace(**changes)


def turned_by_the_kept(z: torch.Tensor) -> torch.Tensor:
    """Q(u)z with Q a rotation by the angle 3u in a plane that holds u."""
    angle = 3 * z[:, 0]
    first = angle.cos() * z[:, 0] - angle.sin() * z[:, 1]
    second = angle.sin() * z[:, 0] + angle.cos() * z[:, 1]
    return torch.stack((first, second, z[:, 2]), 1)


def test_every_rotation_that_depends_on_the_kept_coordinate_is_optimal() -> None:
    problem = pairwise(claim_at(), 10)
    assert problem.gap(lambda z: z) < EXACT
    assert problem.gap(turned_by_the_kept) < EXACT
    assert problem.gap(lambda z: turned_by_the_kept(z.roll(1, 1))) > 1e-3
    assert float(problem.joint.sum()) == pytest.approx(1)


def test_the_exact_check_accepts_the_claim_and_no_more() -> None:
    assert exact_check(claim_at()).passed is Agreement.AGREES
    equal = exact_check(claim_at(relation=Relation.EQUALITY))
    # Flows of the fields are no rotations by the kept coordinate; the derivation refutes equality.
    assert equal.passed is Agreement.UNDECIDED
    assert "fields" in equal.reason
    assert derive(claim_at(relation=Relation.EQUALITY)).agreement is Agreement.DISAGREES
    assert exact_check(claim_at(group=Linear(3))).passed is Agreement.DISAGREES


@pytest.mark.parametrize("assumption", ["uniform_within_support", "matched_temperature"])
def test_without_an_assumption_the_exact_check_does_not_agree(assumption: str) -> None:
    broken = {a.name: a for a in ENTRY.at(3).assumptions}[assumption].weaken(ENTRY.at(3))
    report = exact_check(broken)
    assert report.passed is not Agreement.AGREES, str(report)


def test_with_negatives_from_everywhere_there_is_no_density_to_check() -> None:
    whole = claim_at(objective=replace(claim_at().objective, within_support=False))
    assert exact_check(whole).passed is Agreement.UNDECIDED


def test_the_table_has_the_loss_of_the_exact_check_and_rotations_reach_its_bound() -> None:
    claim = claim_at()
    problem = tabular_problem(claim, 6)
    tables = torch.stack([problem.base, turned_by_the_kept(problem.base)])
    losses = problem.losses(tables, tables.new_zeros(2, 0))
    bound = problem.loss.lower_bound(problem.world, 3)
    assert losses.tolist() == pytest.approx([bound, bound], abs=EXACT)
    assert bound == pytest.approx(pairwise(claim, 6).optimum, abs=1e-9)
    squeezed = problem.base * torch.tensor([2.0, 1.0, 1.0])
    squeezed = squeezed / squeezed.norm(dim=1, keepdim=True)
    assert float(problem.losses(squeezed[None], tables.new_zeros(1, 0))) > bound + 1e-3


def test_the_tabular_optimum_rejects_equality_where_it_accepts_containment() -> None:
    search = {"points": 6, "starts": 4, "iterations": 200}
    assert tabular_optimum(claim_at(), **search).passed is Agreement.AGREES
    equal = tabular_optimum(claim_at(relation=Relation.EQUALITY), **search)
    assert equal.passed is not Agreement.AGREES


def test_a_finite_number_of_negatives_from_the_support_is_refused() -> None:
    with pytest.raises(InputError, match="3 negatives from the support"):
        Contrastive(lambda _: InnerProduct(1.0), 3, within_support=True)


def test_draws_within_the_support_keep_u_and_are_uniform_in_v() -> None:
    claim = claim_at()
    generator = torch.Generator().manual_seed(0)
    z = WorldSampler(claim.world, torch.float64).latents(20_000, generator)
    fresh = same_support(claim.world.pairs, z, generator)
    assert torch.equal(fresh[:, 0], z[:, 0])
    assert torch.allclose(fresh.norm(dim=1), torch.ones(20_000, dtype=torch.float64))
    cosine = (fresh[:, 1:] * z[:, 1:]).sum(1) / z[:, 1:].square().sum(1)
    assert float(cosine.mean()) == pytest.approx(0, abs=0.02)
    assert float(cosine.square().mean()) == pytest.approx(1 / 2, abs=0.02)


def test_groups_are_contrasted_apart() -> None:
    generator = torch.Generator().manual_seed(0)
    h, t = (torch.randn(1, 2 * GROUP, 3, generator=generator).double() for _ in range(2))
    total = 0.0
    for start in (0, GROUP):
        scores = h[0, start : start + GROUP] @ t[0, start : start + GROUP].T
        total += float((scores.logsumexp(1) - scores.diagonal()).mean()) - math.log(GROUP)
    assert float(contrast_in_groups(h, t, InnerProduct(1.0))) == pytest.approx(total / 2)


def test_training_leaves_the_rotations() -> None:
    claim = claim_at()
    small = replace(pick_budget("smoke"), steps_per_dim=300, width=48, held_out=2048)
    run = train_claim(claim, small, (0, 1, 2))
    report = measure_run(run, (0, 1, 2))
    assert report.outcome is Agreement.AGREES, str(report)
    experiment = replace(run.experiment, claim=claim.replace(relation=Relation.EQUALITY))  # type: ignore[type-var]
    equal = measure_run(replace(run, experiment=experiment), (0, 1, 2))
    assert equal.outcome is not Agreement.AGREES, str(equal)
