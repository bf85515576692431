"""Linear maps that solve a condition, by Gröbner bases, in d = 2."""

from __future__ import annotations

import pytest
import sympy as sp

from sith import (
    AbstractMatrixGroup,
    BlockOrthogonal,
    GeneralisedPermutations,
    Linear,
    Orthogonal,
    SignedPermutations,
    Trivial,
    linear_solutions,
    theorem,
)
from tests.helpers.claims import condition_of, quadratic_claim

FORM = sp.ImmutableMatrix([[1, 1], [1, 3]])


@pytest.mark.parametrize(
    ("slug", "parameters", "inside", "outside"),
    [
        (
            "zimmermann_2021_vmf",
            {"kappa": 3},
            [Orthogonal(2), Linear(2), BlockOrthogonal(((0, 1),))],
            [SignedPermutations(2), GeneralisedPermutations(2), Trivial(2), Orthogonal(2, FORM)],
        ),
        (
            "zimmermann_2021_lp",
            {"p": 4},
            # Over the complex numbers i⁴ = 1, so the signs themselves are not forced.
            [GeneralisedPermutations(2), Linear(2)],
            [Trivial(2), SignedPermutations(2)],
        ),
        ("zimmermann_2021_lp", {"p": 2}, [Orthogonal(2)], [SignedPermutations(2), Trivial(2)]),
        ("rusak_2025_aninfonce", {}, [SignedPermutations(2), Orthogonal(2)], [Trivial(2)]),
        (
            "reizinger_2025_diet",
            {"case": "C1", "classes": 3},
            [Orthogonal(2)],
            [SignedPermutations(2)],
        ),
        ("reizinger_2025_diet", {"case": "C4", "classes": 3}, [Linear(2)], [Orthogonal(2)]),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_linear_solutions_lie_in_a_group_or_not(
    slug: str,
    parameters: dict[str, object],
    inside: list[AbstractMatrixGroup],
    outside: list[AbstractMatrixGroup],
) -> None:
    solutions = linear_solutions(condition_of(theorem(slug).at(2, **parameters)))
    assert [str(g) for g in inside if not solutions.lie_in(g).holds] == []
    assert [str(g) for g in outside if solutions.lie_in(g).holds] == []
    for group in outside:
        assert "not forced" in solutions.lie_in(group).reason


def test_a_quadratic_form_is_kept() -> None:
    solutions = linear_solutions(condition_of(quadratic_claim(FORM)))
    assert solutions.lie_in(Orthogonal(2, FORM)).holds
    assert not solutions.lie_in(Orthogonal(2)).holds


def test_true_members_solve_the_equations() -> None:
    solutions = linear_solutions(condition_of(theorem("zimmermann_2021_vmf").at(2)))
    turn = sp.Matrix([[3, -4], [4, 3]]) / 5
    values = {solutions.matrix[i, j]: turn[i, j] for i in range(2) for j in range(2)}
    shift = {s: 0 for e in solutions.equations for s in e.free_symbols if str(s).startswith("b")}
    assert solutions.equations
    assert all(sp.expand(e.subs({**values, **shift})) == 0 for e in solutions.equations)
