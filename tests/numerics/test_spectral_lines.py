"""Coordinates with polynomial eigenfunctions, and the checks of claims on Jacobi diffusions."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp
import torch

from sith import (
    Agreement,
    AlignmentWhitening,
    JacobiDiffusion,
    Linear,
    OrnsteinUhlenbeck,
    SignedPermutations,
    exact_check,
    latents,
    measure_run,
    pick_budget,
    theorem,
    train_claim,
)
from sith.numerics.exact import spectral_lines, top_modes
from sith.numerics.worlds import WorldSampler

ENTRY = theorem("klindt_2026_converse")
HALF = sp.Rational(1, 2)
LINES = [
    OrnsteinUhlenbeck((HALF,)),
    JacobiDiffusion((HALF,)),
    JacobiDiffusion((HALF,), sp.Integer(1), sp.Integer(2)),
    JacobiDiffusion((HALF,), -HALF, -HALF),
    JacobiDiffusion((HALF,), HALF, -HALF),
]


@pytest.mark.parametrize("pairs", LINES, ids=str)
def test_polynomials_are_orthonormal_and_eigenfunctions(pairs: object) -> None:
    (line,) = spectral_lines(pairs)  # type: ignore[arg-type]
    z, mass = line.nodes(12)
    rows = line.polynomials(z, 8)
    assert torch.allclose((rows * mass) @ rows.T, torch.eye(8, dtype=torch.float64), atol=1e-10)
    values = torch.tensor([line.eigenvalue(n) for n in range(8)], dtype=torch.float64)
    assert torch.allclose(line.operator(12) @ rows.T, rows.T * values, atol=1e-10)
    assert values.tolist() == sorted(values.tolist(), reverse=True)


def test_sampled_pairs_have_the_eigenvalues_of_the_recurrence() -> None:
    """E p_n(z) p_n(z̃) = σ_n: the sampler is the dual process and knows no polynomial."""
    claim = ENTRY.at(2, rho=HALF, a=1)
    sampler = WorldSampler(claim.world, torch.float64)
    one, two = sampler.pairs(100_000, torch.Generator().manual_seed(0))
    line = spectral_lines(claim.world.pairs)[0]
    for n in (1, 2):
        found = line.polynomials(one[:, 0], n + 1)[n] * line.polynomials(two[:, 0], n + 1)[n]
        assert float(found.mean()) == pytest.approx(line.eigenvalue(n), abs=0.02)


def test_products_come_by_decreasing_eigenvalue() -> None:
    """Degree 2 in one coordinate has ρ³, the product of two coordinates ρ²."""
    modes = top_modes(ENTRY.at(2).world, AlignmentWhitening(), 4)
    assert modes.values == pytest.approx((0.9, 0.9, 0.81, 0.729))
    assert modes.following == pytest.approx(0.729)


@pytest.mark.parametrize("wrong", [{"group": SignedPermutations(2)}, {"group": Linear(2)}])
def test_the_exact_check_rejects_other_groups(wrong: dict[str, object]) -> None:
    assert exact_check(ENTRY.at(2)).passed is Agreement.AGREES
    assert exact_check(ENTRY.at(2).replace(**wrong)).passed is Agreement.DISAGREES


@pytest.mark.parametrize("name", ["isotropic", "zero_mean"])
def test_the_exact_check_rejects_a_broken_assumption(name: str) -> None:
    claim = ENTRY.at(2)
    broken = {a.name: a for a in claim.assumptions}[name].weaken(claim)
    assert exact_check(broken).passed is Agreement.DISAGREES


def test_training_finds_bounded_latents_up_to_rotations_and_no_less() -> None:
    claim = ENTRY.at(2, rho=HALF)
    small = replace(pick_budget("smoke"), steps_per_dim=250, width=32, held_out=2048)
    run = train_claim(claim, small, (0, 1, 2))
    assert measure_run(run, (0, 1, 2)).outcome is Agreement.AGREES
    z = latents(2)
    wrong = ({"group": SignedPermutations(2)}, {"base": (z[0], z[0] * z[1])})
    for change in wrong:
        experiment = replace(run.experiment, claim=claim.replace(**change))  # type: ignore[type-var]
        other = replace(run, experiment=experiment, latents=experiment.base_latents())
        assert measure_run(other, (0, 1, 2)).outcome is Agreement.DISAGREES
