"""A dynamics model in the contrastive score: what it identifies, and what it cannot express."""

from __future__ import annotations

import pytest
import sympy as sp

from sith import (
    Claim,
    DynamicsModel,
    Encoder,
    Euclidean,
    Gaussian,
    InfoNCE,
    Map,
    Orthogonal,
    Outcome,
    PairLogDensity,
    RealSpace,
    World,
    certificate_data,
    check_map,
    derive,
    pair,
    theorem,
    verify_certificate,
)
from tests.helpers.claims import condition_of

TURN = sp.Matrix([[3, -4], [4, 3]]) / 5


def claim(matrix: sp.Matrix, model: DynamicsModel) -> Claim:
    dim = matrix.rows
    z, zt = pair(dim)
    images = matrix * sp.Matrix(z)
    pairs = PairLogDensity(-sum((images[i] - zt[i]) ** 2 for i in range(dim)) / 2, z, zt)
    return Claim(
        "dynamics",
        World(RealSpace(dim), Gaussian(), pairs),
        InfoNCE(model),
        Encoder(RealSpace(dim)),
        Euclidean(dim) if model.shift else Orthogonal(dim),
    )


def test_the_learned_model_at_the_base_is_the_true_one() -> None:
    condition = condition_of(theorem("laiz_2025_dynamics").at(2))
    values = {str(p): v for p, v in condition.parameters.items()}
    assert values["A1_1"] == sp.Rational(1, 2)
    assert values["A1_2"] == sp.Rational(1, 4)
    assert values["A2_1"] == values["c1"] == values["c2"] == 0
    assert not condition.relabelled


def test_motions_are_solutions_and_other_maps_are_not() -> None:
    condition = condition_of(theorem("laiz_2025_dynamics").at(2))
    assert check_map(condition, Map.linear(TURN, (1, 2))).holds
    assert not check_map(condition, Map.linear(2 * TURN)).holds
    linear = condition_of(theorem("laiz_2025_dynamics").at(2, model="linear"))
    assert check_map(linear, Map.linear(TURN)).holds
    assert not check_map(linear, Map.linear(TURN, (1, 2))).holds


def test_without_a_model_only_trivial_dynamics_are_expressed() -> None:
    bare = DynamicsModel(learned=False)
    assert bare.parameters(2) == ()
    still = derive(claim(sp.eye(2), bare), degree=2)
    assert still.agrees
    moving = derive(claim(sp.diag(sp.Rational(1, 2), sp.Rational(1, 3)), bare), degree=2)
    assert moving.outcome is Outcome.MIS_SPECIFIED
    assert "model of the dynamics" in moving.reason
    higher = derive(claim(sp.diag(2, 3, 4) / 5, bare), degree=1)
    assert higher.outcome is Outcome.MIS_SPECIFIED
    assert verify_certificate(
        certificate_data(higher, "higher", {}), claim(sp.diag(2, 3, 4) / 5, bare)
    ).valid


def test_dynamics_with_a_fixed_point_line_leave_a_shift() -> None:
    fixed = derive(claim(sp.diag(1, sp.Rational(1, 2)), DynamicsModel(shift=False)), degree=2)
    assert not fixed.agrees
    assert fixed.dimension_by_degree[2] == 2


def test_the_lemma_is_used_where_the_dynamics_are_invertible_only() -> None:
    kept = derive(claim(sp.diag(2, 3, 4) / 5, DynamicsModel()), degree=1)
    assert "L-dynamics" in kept.scope.components
    lost = derive(claim(sp.diag(2, 3, 0) / 5, DynamicsModel()), degree=1)
    assert "L-dynamics" not in lost.scope.components


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (DynamicsModel(), "Âu + ĉ"),
        (DynamicsModel(shift=False), "‖Âu −"),
        (DynamicsModel(learned=False), "‖u −"),
    ],
)
def test_models_have_names_of_their_own(model: DynamicsModel, name: str) -> None:
    assert name in str(model)
