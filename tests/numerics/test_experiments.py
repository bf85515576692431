"""Trained and exact checks of spectral objectives, environments, binary NCE and few negatives.

Each true claim stands beside wrong ones on the same run, which training must not accept.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sympy as sp
import torch

import sith.numerics.runs.run as trained_module
from sith import (
    Agreement,
    AlignmentWhitening,
    BarlowTwins,
    Budget,
    Claim,
    Euclidean,
    ExponentialFamily,
    InputError,
    Linear,
    Orthogonal,
    Shifted,
    SignedPermutations,
    SpectralContrastive,
    TrainedRun,
    exact_check,
    latents,
    measure_run,
    pick_budget,
    theorem,
    train_claim,
)
from sith.numerics.exact import operator_nodes, top_modes
from sith.numerics.experiments import (
    SpectralExperiment,
    environment_law,
    few_negatives,
    informative,
    optimal_offset,
    spectral_loss,
)
from sith.numerics.losses import InnerProduct, spectral_contrastive

SMALL = replace(pick_budget("smoke"), steps_per_dim=250, width=32, held_out=2048, seeds=3)
SEEDS = (0, 1, 2)
GRAPH = theorem("haochen_2021_spectral")
LEJEPA = theorem("klindt_2026_lejepa")
Z = latents(2)
SQUARE = (Z[0], (Z[0] ** 2 - 1) / sp.sqrt(2))


def as_claimed(run: TrainedRun, claim: Claim) -> TrainedRun:
    """The same run, held against another claim."""
    experiment = replace(run.experiment, claim=claim)  # type: ignore[type-var]
    return replace(run, experiment=experiment, latents=experiment.base_latents())


@pytest.fixture(scope="module")
def graph() -> tuple[Claim, TrainedRun]:
    claim = GRAPH.at()
    return claim, train_claim(claim, SMALL, SEEDS)


@pytest.fixture(scope="module")
def gaussian() -> tuple[Claim, TrainedRun]:
    claim = LEJEPA.at(2, rho=sp.Rational(1, 2))
    return claim, train_claim(claim, SMALL, SEEDS)


def test_a_table_on_a_graph_finds_the_top_eigenvectors(graph: tuple[Claim, TrainedRun]) -> None:
    report = measure_run(graph[1], SEEDS)
    assert report.outcome is Agreement.AGREES, str(report)
    assert report.metrics["loss_gap"].mean < 1e-3


@pytest.mark.parametrize(
    "wrong", [{"group": SignedPermutations(2)}, {"group": Linear(2)}, {"base": latents(4)[:2]}]
)
def test_wrong_claims_on_a_graph_are_not_accepted(
    graph: tuple[Claim, TrainedRun], wrong: dict[str, object]
) -> None:
    claim, run = graph
    report = measure_run(as_claimed(run, claim.replace(**wrong)), SEEDS)
    assert report.outcome is not Agreement.AGREES, str(report)


def test_whitened_alignment_finds_gaussian_latents(gaussian: tuple[Claim, TrainedRun]) -> None:
    report = measure_run(gaussian[1], SEEDS)
    assert report.outcome is Agreement.AGREES, str(report)


@pytest.mark.parametrize(
    ("wrong", "outcome"),
    [
        ({"group": SignedPermutations(2)}, Agreement.DISAGREES),
        ({"base": SQUARE}, Agreement.DISAGREES),
        ({"group": Linear(2)}, Agreement.UNDECIDED),
        ({"group": Euclidean(2)}, Agreement.UNDECIDED),
    ],
)
def test_wrong_claims_on_gaussian_latents_are_not_accepted(
    gaussian: tuple[Claim, TrainedRun], wrong: dict[str, object], outcome: Agreement
) -> None:
    claim, run = gaussian
    report = measure_run(as_claimed(run, claim.replace(**wrong)), SEEDS)
    assert report.outcome is outcome, str(report)


def test_a_short_run_is_undecided_not_refuted() -> None:
    claim = LEJEPA.at(2, rho=sp.Rational(1, 2)).replace(group=SignedPermutations(2))
    run = train_claim(claim, replace(SMALL, steps_per_dim=30), SEEDS)
    report = measure_run(run, SEEDS)
    assert report.outcome is Agreement.UNDECIDED
    assert "the optimum was not reached" in report.reason


def test_eigenvalues_are_those_of_mehler_and_functions_are_orthonormal() -> None:
    claim = theorem("klindt_2026_anisotropic").at(2)
    modes = top_modes(claim.world, AlignmentWhitening(), 3)
    assert modes.values == pytest.approx((0.95, 0.9025, 0.9))
    assert modes.following == pytest.approx(0.95**3)
    draws = torch.randn(200_000, 2, generator=torch.Generator().manual_seed(0)).double()
    features = modes.optimum(draws)
    moments = features.T @ features / len(draws)
    assert torch.allclose(moments, torch.eye(3, dtype=torch.float64), atol=0.03)


def test_the_weights_of_a_graph_are_exact_up_to_the_rounding_of_doubles() -> None:
    _, weights, _ = operator_nodes(theorem("balestriero_2022_closed_form").at().world.pairs)
    assert float(weights.sum()) == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize(
    ("slug", "point", "wrong"),
    [
        ("klindt_2026_lejepa", {"dim": 2}, {"group": SignedPermutations(2)}),
        ("klindt_2026_lejepa", {"dim": 2}, {"group": Linear(2)}),
        ("klindt_2026_anisotropic", {"dim": 2}, {"base": Z}),
        ("cabannes_2023_interplay", {"dim": 2}, {"base": (sp.Integer(1), *Z)}),
        ("cabannes_2023_interplay", {"dim": 2, "beta": 20}, {"group": SignedPermutations(3)}),
        ("haochen_2021_spectral", {}, {"group": Shifted(Orthogonal(2))}),
        ("balestriero_2022_closed_form", {}, {"group": Orthogonal(2)}),
    ],
)
def test_the_exact_check_tells_a_spectral_claim_from_a_wrong_one(
    slug: str, point: dict[str, object], wrong: dict[str, object]
) -> None:
    claim = theorem(slug).at(**point)
    assert exact_check(claim).passed is Agreement.AGREES
    assert exact_check(claim.replace(**wrong)).passed is Agreement.DISAGREES


def test_spectral_losses_against_their_definitions() -> None:
    generator = torch.Generator().manual_seed(1)
    a, b = (torch.randn(2, 64, 3, generator=generator).double() for _ in range(2))
    b = a + 0.3 * b
    plain = spectral_loss(SpectralContrastive(), a, b)
    assert torch.allclose(plain, spectral_contrastive(a, b) + 3)
    skew = torch.randn(3, 3, generator=generator).double() + 3 * torch.eye(3)
    for objective in (AlignmentWhitening(), BarlowTwins()):
        before = spectral_loss(objective, a, b)
        assert torch.allclose(before, spectral_loss(objective, a @ skew + 1, b @ skew + 1))
        assert bool((before > 0).all())
    collapsed = torch.stack([a[0], torch.zeros_like(a[1])])
    lost = spectral_loss(AlignmentWhitening(), collapsed, collapsed)
    assert lost.isnan().tolist() == [False, True]


def test_environments_are_recovered_up_to_affine_maps_and_no_less() -> None:
    claim = theorem("hyvarinen_2016_tcl").at(2)
    run = train_claim(claim, SMALL, SEEDS)
    report = measure_run(run, SEEDS)
    assert report.outcome is Agreement.AGREES, str(report)
    assert "stated span" in report.notes[0]
    for group in (Euclidean(2), Linear(2), SignedPermutations(2)):
        wrong = measure_run(as_claimed(run, claim.replace(group=group)), SEEDS)
        assert wrong.outcome is Agreement.DISAGREES, str(wrong)


def test_two_environments_do_not_identify_two_latents() -> None:
    """The rank is 1: training reaches the optimum away from every affine map."""
    claim = theorem("hyvarinen_2016_tcl").at(2)
    family = claim.world.pairs
    few = ExponentialFamily(family.statistics, family.parameters[:2])
    run = train_claim(claim.replace(world=claim.world.replace(pairs=few)), SMALL, SEEDS)
    report = measure_run(run, SEEDS)
    assert report.outcome is not Agreement.AGREES, str(report)


def test_a_design_keeps_the_span_and_leaves_good_environments_alone() -> None:
    stated = theorem("khemakhem_2020_ivae").at(2).world.pairs
    chosen, notes = informative(stated)
    assert notes
    assert isinstance(chosen, ExponentialFamily)
    assert chosen.variability.rref()[0] == stated.variability.rref()[0]
    assert informative(chosen) == (chosen, [])
    low = ExponentialFamily(stated.statistics, stated.parameters[:3])
    fewer, _ = informative(low)
    assert isinstance(fewer, ExponentialFamily)
    assert fewer.variability.rref()[0] == low.variability.rref()[0]


def test_environment_draws_follow_their_natural_parameters() -> None:
    """λ(z, z²) = (2, −3) on N(0, 1): variance 1/7 and mean 2/7."""
    stated = theorem("khemakhem_2020_ivae").at(2)
    x = latents(2)
    rows = ((0, 0, 0, 0), (2, -3, 0, 0))
    family = ExponentialFamily(tuple((s, s**2) for s in x), rows)
    law = environment_law(stated.replace(world=stated.world.replace(pairs=family)))
    assert law.means[1].tolist() == pytest.approx([2 / 7, 0])
    assert law.variances[1].tolist() == pytest.approx([1 / 7, 1])
    z, labels = law.sample(40_000, (torch.Generator().manual_seed(0),))
    inside = z[0][labels[0] == 1]
    assert inside.mean(0).tolist() == pytest.approx([2 / 7, 0], abs=0.03)
    assert inside.var(0).tolist() == pytest.approx([1 / 7, 1], abs=0.05)


@pytest.mark.parametrize("kappa", [1, 4, 10])
def test_the_offset_of_binary_nce_on_the_sphere(kappa: int) -> None:
    claim = theorem("matthes_2023_unified").at(3, kappa=kappa)
    assert optimal_offset(claim) == pytest.approx(-math.log(math.sinh(kappa) / kappa), abs=1e-6)


def test_few_negatives_against_a_loop() -> None:
    generator = torch.Generator().manual_seed(0)
    h, t, n = (torch.randn(1, 5, 2, generator=generator).double() for _ in range(3))
    value = few_negatives(h, t, n, InnerProduct(0.5), 2)
    total = 0.0
    for i in range(5):
        scores = [float(h[0, i] @ v) / 0.5 for v in (t[0, i], n[0, (i + 1) % 5], n[0, (i + 2) % 5])]
        total += math.log(sum(math.exp(s) for s in scores)) - scores[0] - math.log(3)
    assert float(value) == pytest.approx(total / 5)


def test_a_seed_that_diverges_leaves_the_verdict_to_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = SpectralExperiment.loss

    def broken(*arguments: object) -> torch.Tensor:
        values: torch.Tensor = plain(*arguments)  # type: ignore[arg-type]
        return values * torch.tensor([1.0, math.nan, 1.0])

    monkeypatch.setattr(SpectralExperiment, "loss", broken)
    claim = GRAPH.at()
    run = train_claim(claim, SMALL, SEEDS)
    assert run.diverged == (1,)
    report = measure_run(run, SEEDS)
    assert report.outcome is Agreement.AGREES, str(report)
    assert "2 of 3 seeds" in report.notes[-1]


def _short_of_memory(limit: int) -> Callable[..., TrainedRun]:
    plain = trained_module._train

    def train(claim: Claim, budget: Budget, *rest: object) -> TrainedRun:
        if budget.batch > limit:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")
        return plain(claim, budget, *rest)  # type: ignore[arg-type]

    return train


def test_memory_that_runs_out_halves_the_batch_or_says_what_to_lower(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tiny = replace(SMALL, steps_per_dim=30)
    with monkeypatch.context() as patch:
        patch.setattr(trained_module, "_train", _short_of_memory(128))
        run = train_claim(GRAPH.at(), tiny, (0, 1))
        assert "128 pairs a step in place of 512" in run.notes[-1]
    with monkeypatch.context() as patch:
        patch.setattr(trained_module, "_train", _short_of_memory(8))
        with pytest.raises(InputError, match="lower --seeds"):
            train_claim(GRAPH.at(), tiny, (0, 1))


def test_a_killed_run_goes_on_to_the_same_end(tmp_path: Path) -> None:
    claim = LEJEPA.at(2, rho=sp.Rational(1, 2))
    tiny = replace(SMALL, steps_per_dim=120, batch=128)
    whole = train_claim(claim, tiny, (0, 1))

    def kill(done: float) -> None:
        if done > 0.8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_claim(claim, tiny, (0, 1), progress=kill, folder=tmp_path)
    seen: list[float] = []
    resumed = train_claim(claim, tiny, (0, 1), progress=seen.append, folder=tmp_path)
    assert min(seen) > 0.6
    assert torch.equal(whole.representations, resumed.representations)
    assert torch.equal(whole.losses, resumed.losses)
    other = train_claim(
        claim, replace(tiny, width=16), (0, 1), progress=seen.append, folder=tmp_path
    )
    assert len(other.losses) == 240
