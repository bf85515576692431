"""Losses of a user's own without a network and with one, and what a search finds against them."""

import pytest
import sympy as sp
import torch

from examples.own_losses import LSIF, Alpha, Decoupled
from sith import (
    Agreement,
    Budget,
    Claim,
    InfoNCE,
    Orthogonal,
    Sphere,
    UnsupportedCondition,
    derive,
    exact_check,
    load_statement,
    measure_run,
    theorem,
    train_claim,
)
from sith.numerics.claims.new_claim import write_claim_file
from sith.numerics.exact import population_problem, tabular_problem
from sith.numerics.experiments import set_up
from sith.theory.assumptions import Uniform, VonMisesFisher, World
from sith.theory.groups import SignFlips

HALF = sp.Rational(1, 2)
CIRCLE: Claim = (
    theorem("zimmermann_2021_vmf")
    .at(2)
    .replace(world=World(Sphere(2), Uniform(), VonMisesFisher(2)), group=Orthogonal(2))
)
DCL = CIRCLE.replace(name="dcl", objective=Decoupled())
LOSSES = (DCL, CIRCLE.replace(objective=LSIF()), CIRCLE.replace(objective=Alpha()))
TINY = Budget("tiny", 2, 60, 64, 16, 2048)


def turned(z: torch.Tensor) -> torch.Tensor:
    """A rotation by a right angle: optimal, and no sign flip."""
    return torch.stack((-z[:, 1], z[:, 0]), 1)


def bent(z: torch.Tensor) -> torch.Tensor:
    """The angle doubled."""
    return torch.stack((z[:, 0] ** 2 - z[:, 1] ** 2, 2 * z[:, 0] * z[:, 1]), 1)


@pytest.mark.parametrize("claim", LOSSES, ids=["dcl", "lsif", "alpha"])
def test_the_gap_is_zero_on_the_group_and_only_there(claim: Claim) -> None:
    problem = population_problem(claim)
    scale = problem.gap(lambda z: torch.ones_like(z) / 2**0.5)
    assert abs(problem.gap(lambda z: z)) < 1e-10 * scale
    assert abs(problem.gap(turned)) < 1e-10 * scale
    assert problem.gap(bent) > 0.01 * scale


@pytest.mark.parametrize("claim", LOSSES, ids=["dcl", "lsif", "alpha"])
def test_the_table_of_the_base_map_attains_the_bound(claim: Claim) -> None:
    problem = tabular_problem(claim)
    learned = torch.zeros(1, problem.loss.learned(2), dtype=torch.float64)
    if learned.numel():
        return  # its factor is fitted by the search
    bound = problem.loss.lower_bound(problem.world, 2)
    assert abs(float(problem.losses(problem.base[None], learned)[0]) - bound) < 1e-10 * -bound
    assert bound < 0
    worse = bent(problem.base)[None]
    assert float(problem.losses(worse, learned)[0]) > bound / 2


def test_the_limit_is_that_of_infonce() -> None:
    """Decoupled contrastive and InfoNCE have one population loss with many negatives."""
    library = population_problem(CIRCLE.replace(objective=InfoNCE(temperature=HALF)))
    own = population_problem(DCL)
    assert abs(own.gap(bent) - library.gap(bent)) < 1e-12


def test_the_exact_check_accepts_the_claim_and_no_less() -> None:
    assert exact_check(DCL, degree=1).passed is Agreement.AGREES
    assert exact_check(DCL.replace(group=SignFlips(2)), degree=1).passed is Agreement.DISAGREES


@pytest.mark.parametrize("claim", LOSSES, ids=["dcl", "lsif", "alpha"])
def test_the_integrand_trains(claim: Claim) -> None:
    report = measure_run(train_claim(claim, TINY, (0, 1)), (0, 1))
    assert report.metrics["procrustes_r2"].mean > 0.9
    # The learned factor of least squares starts at 1, and so few steps do not bring it down.
    assert claim is LOSSES[1] or report.metrics["loss_gap"].mean < 0.2


def test_the_template_of_a_condition_derives(tmp_path) -> None:  # type: ignore[no-untyped-def]
    written = write_claim_file("mine", tmp_path, condition=True)
    claim = load_statement(f"{written.path}:CLAIM")
    verdict = derive(claim, degree=1)
    assert verdict.agreement is Agreement.AGREES
    assert "say here why" in str(verdict)
    with pytest.raises(UnsupportedCondition, match="no torch loss"):
        set_up(claim.at(), TINY, (0, 1), "cpu")
