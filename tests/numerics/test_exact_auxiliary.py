"""Exact checks of auxiliary variables, binary NCE and dynamics models: true and wrong claims."""

from __future__ import annotations

import math

import pytest
import torch

from sith import (
    Affine,
    Agreement,
    Claim,
    Euclidean,
    GeneralisedPermutations,
    Linear,
    Orthogonal,
    Shifted,
    SignedPermutations,
    exact_check,
    theorem,
)
from sith.numerics.exact import population_problem

TRUE = [
    ("hyvarinen_2016_tcl", {"dim": 2}),
    ("hyvarinen_2016_tcl", {"dim": 2, "head": "squares"}),
    ("khemakhem_2020_ivae", {"dim": 2, "statistics": "both"}),
    ("khemakhem_2020_icebeem", {"dim": 2}),
    ("roeder_2021_linear_identifiability", {"dim": 2}),
    ("roeder_2021_linear_identifiability", {"dim": 2, "biases": "learned"}),
    ("matthes_2023_unified", {"dim": 2, "kappa": 2}),
    ("laiz_2025_dynamics", {"dim": 2}),
    ("laiz_2025_dynamics", {"dim": 2, "model": "linear"}),
]
WRONG = [
    ("hyvarinen_2016_tcl", {"dim": 2}, Linear(2)),
    ("hyvarinen_2016_tcl", {"dim": 2, "head": "squares"}, SignedPermutations(2)),
    ("hyvarinen_2016_tcl", {"dim": 2, "head": "squares"}, Affine(2)),
    ("khemakhem_2020_ivae", {"dim": 2, "statistics": "both"}, GeneralisedPermutations(2)),
    ("khemakhem_2020_icebeem", {"dim": 2}, Shifted(GeneralisedPermutations(2))),
    ("roeder_2021_linear_identifiability", {"dim": 2}, Affine(2)),
    ("matthes_2023_unified", {"dim": 2, "kappa": 2}, SignedPermutations(2)),
    ("matthes_2023_unified", {"dim": 2, "kappa": 2}, Linear(2)),
    ("laiz_2025_dynamics", {"dim": 2}, Orthogonal(2)),
    ("laiz_2025_dynamics", {"dim": 2}, Affine(2)),
    ("laiz_2025_dynamics", {"dim": 2, "model": "linear"}, Euclidean(2)),
]
BROKEN = [
    ("hyvarinen_2016_tcl", {"dim": 2}, "variability"),
    ("khemakhem_2020_ivae", {"dim": 2, "statistics": "both"}, "beyond_the_mean"),
    ("khemakhem_2020_icebeem", {"dim": 2, "features": "augmented"}, "augmented_features"),
    ("roeder_2021_linear_identifiability", {"dim": 2}, "diversity"),
    ("matthes_2023_unified", {"dim": 2, "kappa": 2}, "matched_temperature"),
    ("matthes_2023_unified", {"dim": 2, "kappa": 2}, "learned_offset"),
    ("laiz_2025_dynamics", {"dim": 2}, "dynamics_model"),
    ("laiz_2025_dynamics", {"dim": 2}, "bijective_dynamics"),
]


def at(slug: str, point: dict[str, object]) -> Claim:
    return theorem(slug).at(**point)


@pytest.mark.parametrize(("slug", "point"), TRUE, ids=str)
def test_a_true_claim_agrees(slug: str, point: dict[str, object]) -> None:
    report = exact_check(at(slug, point))
    assert report.passed is Agreement.AGREES, str(report)
    assert all(t.optimal for t in report.inside)
    assert report.outside
    assert min(t.gap for t in report.outside) > 1e4 * report.tolerance


@pytest.mark.parametrize(("slug", "point", "group"), WRONG, ids=str)
def test_another_group_is_rejected(slug: str, point: dict[str, object], group: object) -> None:
    report = exact_check(at(slug, point).replace(group=group))
    assert report.passed is Agreement.DISAGREES, str(report)


@pytest.mark.parametrize(("slug", "point", "name"), BROKEN, ids=str)
def test_a_broken_assumption_is_not_accepted(
    slug: str, point: dict[str, object], name: str
) -> None:
    claim = at(slug, point)
    broken = {a.name: a for a in claim.assumptions}[name].weaken(claim)
    assert exact_check(broken).passed is not Agreement.AGREES


def test_the_optimal_offset_and_loss_of_binary_nce() -> None:
    """At κτ = 1 the offset is −log E e^{κ z·z̃}, and a constant map loses 2 log 2."""
    problem = population_problem(at("matthes_2023_unified", {"dim": 2, "kappa": 2}))
    offset = float(problem._best(problem._scores(lambda z: z)))  # type: ignore[attr-defined]
    assert offset == pytest.approx(-math.log(float(torch.special.i0(torch.tensor(2.0)))), abs=1e-6)
    east = torch.tensor([1.0, 0.0], dtype=torch.float64)
    constant = problem.optimum + problem.gap(lambda z: east.expand(len(z), 2))  # type: ignore[attr-defined]
    assert constant == pytest.approx(2 * math.log(2))


def test_the_posterior_of_environments_is_that_of_their_densities() -> None:
    """log p(u|z) differs between environments by ⟨λ(u) − λ(u_0), T(z)⟩ up to a constant."""
    claim = at("khemakhem_2020_ivae", {"dim": 2, "statistics": "both"})
    problem = population_problem(claim)
    posterior = problem.regression.log_posterior  # type: ignore[attr-defined]
    z, pairs = problem.nodes, claim.world.pairs
    powers = torch.cat((z[:, :1], z[:, :1] ** 2, z[:, 1:], z[:, 1:] ** 2), 1)
    rates = torch.tensor([[float(x) for x in row] for row in pairs.parameters[:2]]).double()
    expected = powers @ (rates[1] - rates[0])
    found = posterior[:, 1] - posterior[:, 0]
    assert float((found - expected).std()) < 1e-6
    assert float(problem.weights.sum()) == pytest.approx(1)


def test_the_bound_of_a_dynamics_model_is_the_information_of_the_pairs() -> None:
    """I(z; z̃) = ½ log det(I + AAᵀ) for z ~ N(0, I) and standard noise."""
    problem = population_problem(at("laiz_2025_dynamics", {"dim": 2}))
    matrix = torch.tensor([[1 / 2, 1 / 4], [0.0, 1 / 3]], dtype=torch.float64)
    information = torch.linalg.slogdet(torch.eye(2) + matrix @ matrix.T).logabsdet / 2
    assert problem.optimum == pytest.approx(-float(information), abs=1e-6)  # type: ignore[attr-defined]
