"""Residuals of commutants and of groups of determinant ±1: members, and maps they reject."""

from __future__ import annotations

import random

import numpy as np
import pytest
import sympy as sp

from sith import Commutant, GeneralisedPermutations, Linear, Unimodular
from sith.numerics.groups import residual

ACTION = sp.Matrix([[0, -1, 0], [1, 0, 0], [0, 0, 1]])
GROUPS = (
    Commutant((ACTION,)),
    Unimodular(Linear(3)),
    Unimodular(GeneralisedPermutations(3)),
)
Z = np.random.default_rng(0).standard_normal((400, 3))
SHEAR = np.array([[1.0, 1, 0], [0, 1, 0], [0, 0, 1]])


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_members_leave_nothing(group: Commutant | Unimodular) -> None:
    for seed in range(3):
        member = group.sample(random.Random(seed))
        matrix = np.array(sp.Matrix(member.expressions).jacobian(member.symbols).tolist(), float)
        assert residual(group, Z, Z @ matrix.T).value < 1e-9


@pytest.mark.parametrize(
    ("group", "matrix"),
    [
        (GROUPS[0], SHEAR),
        (GROUPS[0], np.diag([3.0, 1, 1])),
        (GROUPS[1], 2 * np.eye(3)),
        (GROUPS[1], SHEAR / 2),
        (GROUPS[2], 2 * np.eye(3)),
        (GROUPS[2], SHEAR),
    ],
)
def test_maps_outside_are_rejected(group: Commutant | Unimodular, matrix: np.ndarray) -> None:
    assert residual(group, Z, Z @ matrix.T).value > 0.1


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_nonlinear_and_collapsed_maps_are_rejected(group: Commutant | Unimodular) -> None:
    assert residual(group, Z, np.sign(Z) * Z**2).value > 0.1
    collapsed = Z.copy()
    collapsed[:, 2] = 0
    assert residual(group, Z, collapsed).value > 0.1
