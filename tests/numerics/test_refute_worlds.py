"""Worlds of the planted falsehoods: kept coordinates, enumerated negatives, and planted errors."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp
import torch

from sith import (
    Agreement,
    Claim,
    Encoder,
    Gaussian,
    InfoNCE,
    InnerProduct,
    InputError,
    OrnsteinUhlenbeck,
    Orthogonal,
    PartlyKeptSphere,
    RealSpace,
    Relation,
    Sphere,
    Uniform,
    VonMisesFisher,
    World,
    exact_check,
    theorem,
)
from sith.numerics.exact import frozen_height, tabular_problem
from sith.numerics.searching import DEVIATION, enumerated_deviation, loss_of
from sith.numerics.worlds import WorldSampler
from sith.testing import falls

THREE = sp.Integer(3)


def kept(axis: int, kappa: sp.Rational = THREE, **changes: object) -> Claim:
    claim = Claim(
        name="kept",
        world=World(Sphere(3), Uniform(), PartlyKeptSphere(kappa, (axis,))),
        objective=InfoNCE(InnerProduct(), 1 / kappa),
        encoder=Encoder(Sphere(3)),
        group=Orthogonal(3),
        relation=Relation.CONTAINED,
    )
    return claim.replace(**changes)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_the_kept_axis_does_not_change_the_loss(axis: int) -> None:
    problem = tabular_problem(kept(axis))
    world = frozen_height(8, 3.0)
    assert loss_of(problem, problem.base) == pytest.approx(
        loss_of(tabular_problem(kept(0)), world.nodes), abs=1e-9
    )
    partners = problem.world.joint > 0
    heights = problem.world.nodes[:, axis]
    apart = (heights[:, None] - heights).abs()
    assert float(apart[partners].max()) < 1e-12


@pytest.mark.parametrize(("dim", "fixed"), [(3, (1,)), (4, (0, 2)), (5, (4,))])
def test_partners_keep_the_coordinates_and_follow_von_mises_fisher(
    dim: int, fixed: tuple[int, ...]
) -> None:
    """E[v·ṽ/‖v‖²] is the mean resultant length of concentration κ‖v‖² on the sphere of v."""
    world = World(Sphere(dim), Uniform(), PartlyKeptSphere(THREE, fixed))
    generator = torch.Generator().manual_seed(0)
    z, partner = WorldSampler(world, torch.float64).pairs(200_000, generator)
    columns = list(fixed)
    assert torch.equal(z[:, columns], partner[:, columns])
    assert torch.allclose(partner.norm(dim=1), torch.ones(len(z)).double())
    free = [i for i in range(dim) if i not in fixed]
    square = z[:, free].square().sum(1)
    cosine = (z[:, free] * partner[:, free]).sum(1) / square
    angle = torch.linspace(0, torch.pi, 2001, dtype=torch.float64)
    density = (3 * square[:2000, None] * angle.cos()).exp() * angle.sin() ** (len(free) - 2)
    mean = torch.trapezoid(density * angle.cos(), angle) / torch.trapezoid(density, angle)
    drawn = torch.stack(
        [WorldSampler(world, torch.float64).partners(z[:2000], generator) for _ in range(100)]
    )
    own = (z[:2000, free] * drawn[..., free]).sum(-1) / square[:2000]
    assert float((own.mean(0) - mean).mean()) == pytest.approx(0, abs=5e-3)
    spread = (own.mean(0) - mean) / (own.std(0) / 10)
    assert float(spread.square().mean()) == pytest.approx(1, abs=0.15)
    assert float((cosine > 0).double().mean()) > 0.5


def test_a_sampler_that_ignores_the_radius_is_seen() -> None:
    """The concentration is κ‖v‖², not κ: at small ‖v‖ partners are nearly uniform."""
    world = World(Sphere(3), Uniform(), PartlyKeptSphere(THREE, (0,)))
    generator = torch.Generator().manual_seed(0)
    z = torch.tensor([[0.99, (1 - 0.99**2) ** 0.5, 0.0]], dtype=torch.float64).repeat(50_000, 1)
    partner = WorldSampler(world, torch.float64).partners(z, generator)
    cosine = float((z[:, 1:] * partner[:, 1:]).sum(1).mean()) / (1 - 0.99**2)
    assert cosine == pytest.approx(3 * (1 - 0.99**2) / 2, abs=0.02)


def test_kept_pairs_are_not_taken_for_pairs_of_full_support() -> None:
    assert exact_check(kept(0)).passed is Agreement.UNDECIDED
    four = kept(0).world.replace(space=Sphere(4))
    with pytest.raises(InputError, match="dimension d = 4"):
        tabular_problem(kept(0, world=four, encoder=Encoder(Sphere(4)), group=Orthogonal(4)))
    with pytest.raises(InputError, match="kept axis 3"):
        frozen_height(4, 1.0, 3)


def test_a_witness_of_kept_pairs_does_not_hold_for_full_support() -> None:
    witness = falls(kept(1))
    full = kept(1).world.replace(pairs=VonMisesFisher(THREE))
    assert witness.check(kept(1)).holds
    assert not witness.check(kept(1, world=full)).holds
    assert not replace(witness, data={**witness.data, "speed": "0"}).check(kept(1)).holds
    assert not replace(witness, data={**witness.data, "plane": [0, 1]}).check(kept(1)).holds


def test_ornstein_uhlenbeck_partners_have_their_correlations() -> None:
    pairs = OrnsteinUhlenbeck((sp.Rational(9, 10), sp.Rational(1, 5)))
    world = World(RealSpace(2), Gaussian(), pairs)
    generator = torch.Generator().manual_seed(0)
    z, partner = WorldSampler(world, torch.float64).pairs(200_000, generator)
    moments = torch.cov(torch.cat((z, partner), 1).T)
    expected = torch.eye(4, dtype=torch.float64)
    expected[0, 2] = expected[2, 0] = 0.9
    expected[1, 3] = expected[3, 1] = 0.2
    assert torch.allclose(moments, expected, atol=0.01)


@pytest.mark.parametrize("negatives", [1, 2, 4])
def test_enumerated_negatives_confirm_and_reject(negatives: int) -> None:
    claim = theorem("ma_2018_any_negatives").at(2, negatives=negatives, kappa=3)
    (right,) = enumerated_deviation(claim)
    assert right < DEVIATION
    cold = claim.replace(objective=replace(claim.objective, temperature=sp.Rational(1, 6)))
    (wrong,) = enumerated_deviation(cold)
    assert wrong > 1
    many = claim.replace(objective=replace(claim.objective, negatives=0))
    assert enumerated_deviation(many) == ()
