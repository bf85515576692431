"""Training of views, of decoders of a class, and of permutation contrast; wrong claims on the run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import sympy as sp
import torch

from sith import (
    Agreement,
    BlockwiseDiffeomorphisms,
    Claim,
    ComponentwiseDiffeomorphisms,
    Euclidean,
    InfoNCE,
    InnerProduct,
    Linear,
    Mixing,
    Orthogonal,
    SignFlips,
    TrainedRun,
    UnsupportedCondition,
    measure_run,
    pick_budget,
    theorem,
    train_claim,
)
from sith.numerics.experiments import Misfit, log_ratio, misfit_of, set_up
from sith.numerics.groups import Answer, residual
from sith.numerics.losses import value_and_jacobian
from sith.numerics.mixings import mixing_of_class
from sith.numerics.runs.measured import GAP, INSIDE
from sith.numerics.worlds import WorldSampler

SMOKE = pick_budget("smoke")
SEEDS = (0, 1, 2)
SMALL = replace(SMOKE, held_out=2048)


def held_against(run: TrainedRun, claim: Claim) -> Agreement:
    experiment = replace(run.experiment, claim=claim)  # type: ignore[type-var]
    return measure_run(replace(run, experiment=experiment), SEEDS).outcome


def test_a_polynomial_decoder_is_inverted_up_to_an_affine_map_and_no_less() -> None:
    claim = theorem("ahuja_2023_polynomial").at(2)
    run = train_claim(claim, SMALL, SEEDS)
    report = measure_run(run, SEEDS)
    # Two seeds reach the optimum, at maps that are close to multiples of rotations.
    assert report.outcome is not Agreement.DISAGREES, str(report)
    assert report.metrics["residual"].high < INSIDE
    told = {f.name for f in report.findings if f.answer is Answer.EXCLUDED}
    assert {str(Euclidean(2)), str(Linear(2)), "determinant +1"} <= told, str(report)
    for group in (Euclidean(2), Orthogonal(2), ComponentwiseDiffeomorphisms(2)):
        assert held_against(run, claim.replace(group=group)) is not Agreement.AGREES, group


def test_two_views_keep_what_they_share() -> None:
    claim = theorem("lyu_2022_latent_correlation").at(3, shared=1)
    run = train_claim(claim, replace(SMALL, steps_per_dim=250, width=32), SEEDS)
    report = measure_run(run, SEEDS)
    assert report.outcome is Agreement.AGREES, str(report)
    assert report.metrics["block_r2"].mean > 0.95
    private = residual(
        BlockwiseDiffeomorphisms(((0,),)), run.experiment.style(), run.representations
    )
    assert np.min(private.value) > 0.9


@pytest.mark.parametrize(
    ("slug", "point"),
    [
        ("daunhawer_2023_multimodal", {}),
        ("vonkugelgen_2021_invertible", {}),
        ("lachapelle_2023_additive", {}),
        ("horan_2021_local_isometry", {}),
        ("buchholz_2022_volume_preserving", {"law": "gaussian"}),
        ("hyvarinen_2017_pcl", {}),
    ],
)
def test_an_untrained_encoder_is_far_from_the_optimum(slug: str, point: dict[str, Any]) -> None:
    experiment = set_up(theorem(slug).at(**point), SMALL, (0, 1), "cpu")
    gap, scale = experiment.loss_gap(experiment.encoder, experiment.extras)
    assert bool((gap > 2 * GAP * scale).all()), gap / scale


@pytest.mark.parametrize(
    ("kind", "holds"),
    [
        (
            Mixing.LOCAL_ISOMETRY,
            {Mixing.LOCAL_ISOMETRY, Mixing.CONFORMAL, Mixing.VOLUME_PRESERVING},
        ),
        (Mixing.CONFORMAL, {Mixing.CONFORMAL}),
        (Mixing.VOLUME_PRESERVING, {Mixing.VOLUME_PRESERVING}),
        (Mixing.INJECTIVE, set[Mixing]()),
    ],
)
def test_the_misfit_is_zero_on_the_class_alone(kind: Mixing, holds: set[Mixing]) -> None:
    generator = torch.Generator().manual_seed(0)
    mixing = mixing_of_class(kind, (generator,), 3)
    z = torch.randn(1, 64, 3, generator=generator, dtype=torch.float64)
    jacobian = value_and_jacobian(mixing, z)[1].detach()
    inverse = torch.linalg.inv(jacobian.mT @ jacobian)
    for of in (Mixing.LOCAL_ISOMETRY, Mixing.CONFORMAL, Mixing.VOLUME_PRESERVING):
        value = float(_misfit(of)(inverse).mean())
        assert (value < 1e-20) if of in holds else (value > 1e-3), (of, value)


def _misfit(kind: Mixing) -> Misfit:
    claim = theorem("horan_2021_local_isometry").at(3)
    return misfit_of(claim.replace(world=claim.world.replace(mixing=kind)))[0]


def test_orthogonal_columns_of_any_length_have_no_misfit() -> None:
    (misfit,) = misfit_of(theorem("gresele_2021_ima").at(2))
    assert float(misfit(torch.diag(torch.tensor([4.0, 0.1])))) < 1e-10
    assert float(misfit(torch.tensor([[2.0, 1.0], [1.0, 2.0]]))) == pytest.approx(0.25)


def test_an_objective_that_does_not_hold_the_encoder_to_the_class_is_refused() -> None:
    claim = theorem("horan_2021_local_isometry").at(2)
    pairs = theorem("laiz_2025_dynamics").at(2).world.pairs
    world = claim.world.replace(pairs=pairs)
    with pytest.raises(UnsupportedCondition):
        set_up(
            claim.replace(world=world, objective=InfoNCE(InnerProduct(), 1)), SMALL, SEEDS, "cpu"
        )
    with pytest.raises(UnsupportedCondition, match="no decoder that is sparse"):
        set_up(theorem("zheng_2022_sparsity").at(3), SMALL, SEEDS, "cpu")


@pytest.mark.parametrize("sources", ["student", "gaussian", "gaussian-distinct"])
def test_the_ratio_of_real_and_shuffled_pairs_is_normalised(sources: str) -> None:
    """E p(z̃|z)/p(z̃) is 1 over shuffled pairs, and E of its inverse is 1 over real ones."""
    claim = theorem("hyvarinen_2017_pcl").at(2, sources=sources)
    ratio = log_ratio(claim)
    generator = torch.Generator().manual_seed(0)
    z, zt = WorldSampler(claim.world, torch.float64).pairs(200_000, generator)
    shuffled = ratio(torch.cat((z, zt.roll(1, 0)), -1)).exp().mean()
    real = ratio(torch.cat((z, zt), -1)).neg().exp().mean()
    assert float(shuffled) == pytest.approx(1, abs=0.03)
    assert float(real) == pytest.approx(1, abs=0.03)


SLOW = [
    ("yao_2024_multiview", {}, None),
    ("lachapelle_2023_additive", {}, Orthogonal(3)),
    ("brady_2023_compositional", {}, Linear(3)),
    ("horan_2021_local_isometry", {}, SignFlips(3)),
    ("vonkugelgen_2021_invertible", {}, ComponentwiseDiffeomorphisms(3)),
    ("hyvarinen_2017_pcl", {"rho": sp.Rational(3, 4)}, Orthogonal(2)),
]


@pytest.mark.slow
@pytest.mark.parametrize(("slug", "point", "wrong"), SLOW)
def test_a_trained_encoder_is_in_the_group_and_in_no_wrong_one(
    slug: str, point: dict[str, Any], wrong: Any
) -> None:
    claim = theorem(slug).at(**point)
    run = train_claim(claim, SMOKE, SEEDS)
    report = measure_run(run, SEEDS)
    assert report.outcome is Agreement.AGREES, str(report)
    if wrong is not None:
        assert held_against(run, claim.replace(group=wrong)) is Agreement.DISAGREES
