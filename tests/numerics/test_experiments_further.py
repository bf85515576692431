"""Training of dynamics models, pair likelihoods and generalised contrast; wrong claims on the run."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp
import torch

from sith import (
    Agreement,
    Claim,
    ExponentialNorm,
    GeneralisedPermutations,
    Orthogonal,
    Shifted,
    TrainedRun,
    UnsupportedCondition,
    measure_run,
    pick_budget,
    theorem,
    train_claim,
)
from sith.numerics.experiments import Experiment, bent, box_transition, partner_density, set_up
from sith.numerics.groups import Answer
from sith.numerics.worlds import WorldSampler

SEEDS = (0, 1)
SMALL = replace(pick_budget("smoke"), steps_per_dim=350, width=48, held_out=2048, seeds=2)
DYNAMICS = theorem("laiz_2025_dynamics")
SLOW = theorem("klindt_2021_slowvae")


def held_against(run: TrainedRun, claim: Claim) -> Agreement:
    experiment = replace(run.experiment, claim=claim)  # type: ignore[type-var]
    return measure_run(replace(run, experiment=experiment), SEEDS).outcome


def test_a_dynamics_model_finds_the_system_up_to_a_motion() -> None:
    claim = DYNAMICS.at(2)
    run = train_claim(claim, SMALL, SEEDS)
    report = measure_run(run, SEEDS)
    assert report.metrics["residual"].mean < 0.05, str(report)
    assert held_against(run, claim.replace(group=Orthogonal(2))) is not Agreement.AGREES
    assert (
        held_against(run, claim.replace(group=GeneralisedPermutations(2))) is not Agreement.AGREES
    )


def test_the_law_of_the_partner_is_that_of_the_draws() -> None:
    claim = DYNAMICS.at(2)
    _, zt = WorldSampler(claim.world, torch.float64).pairs(
        100_000, torch.Generator().manual_seed(0)
    )
    density = partner_density(claim)
    hessian = torch.autograd.functional.hessian(density, torch.zeros(2, dtype=torch.float64))
    assert torch.allclose(torch.linalg.inv(-hessian), zt.T.cov(), atol=0.02)


def test_without_the_model_the_true_map_is_not_the_optimum() -> None:
    """f̂ the identity: nothing is learned beside the encoder, and the optimum is not reached."""
    claim = DYNAMICS.at(2)
    bare = {a.name: a for a in claim.assumptions}["dynamics_model"].weaken(claim)
    experiment = set_up(bare, SMALL, SEEDS, "cpu")
    assert not experiment.extras
    run = train_claim(bare, replace(SMALL, steps_per_dim=100), SEEDS)
    assert measure_run(run, SEEDS).outcome is not Agreement.AGREES


@pytest.mark.parametrize(("p", "rate"), [(1, 2), (1, 20), (2, 5), (sp.Rational(3, 2), 1)])
def test_the_transition_on_the_box_is_normalised(p: object, rate: int) -> None:
    log_transition = box_transition(ExponentialNorm(rate, p))
    z = torch.tensor([[0.0], [0.3], [1.0]], dtype=torch.float64)
    grid = (torch.arange(20_000, dtype=torch.float64) + 0.5) / 20_000
    values = log_transition(z[:, None], grid[None, :, None]).exp()
    assert values.mean(1).tolist() == pytest.approx([1, 1, 1], abs=1e-4)


def test_a_power_of_the_norm_has_no_known_normaliser() -> None:
    with pytest.raises(UnsupportedCondition, match="normaliser"):
        box_transition(ExponentialNorm(1, 2, 1))


def test_the_true_inverse_has_the_lowest_pair_likelihood() -> None:
    """An untrained encoder loses; a model with another transition loses at the true inverse."""
    claim = SLOW.at(2, p=1, rate=5)
    experiment: Experiment = set_up(claim, SMALL, SEEDS, "cpu")
    gap, scale = experiment.loss_gap(experiment.encoder, {})
    assert bool((gap > 0.05 * scale).all())
    z, zt = (v.double() for v in (experiment.latents, experiment.partners))  # type: ignore[attr-defined]
    truth = box_transition(claim.world.pairs)(z, zt).mean()
    other = box_transition(ExponentialNorm(5, 2))(z, zt).mean()
    assert float(truth - other) > 0.05


def test_a_bent_output_stays_in_the_group_and_leaves_the_smaller_one() -> None:
    claim = theorem("hyvarinen_2019_gcl").at(2)
    run = train_claim(claim, SMALL, SEEDS)
    report = measure_run(run, SEEDS)
    # Both seeds flip jointly, which two draws of the group do one time in four.
    assert report.outcome is not Agreement.DISAGREES, str(report)
    assert {f.name for f in report.findings if f.answer is not Answer.EXCLUDED} <= {
        f.name for f in report.findings if f.chance
    }
    for group in (GeneralisedPermutations(2), Shifted(GeneralisedPermutations(2))):
        assert held_against(run, claim.replace(group=group)) is Agreement.DISAGREES
    h = torch.randn(1, 500, 1, generator=torch.Generator().manual_seed(0)).double()
    order = h.argsort(1)
    assert bool((bent(h).gather(1, order).diff(dim=1) > 0).all())
