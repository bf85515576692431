"""The determining system as a matrix: its null space is what `derive` finds."""

from __future__ import annotations

import pytest

from sith import BudgetExceeded, derive, determining_system, theorem


@pytest.mark.parametrize(
    ("slug", "dim", "degree"),
    [
        ("zimmermann_2021_vmf", 3, 1),
        ("zimmermann_2021_vmf", 2, 2),
        ("horan_2021_local_isometry", 2, 2),
        ("buchholz_2022_conformal", 3, 2),
    ],
)
def test_the_null_space_is_the_derived_algebra(slug: str, dim: int, degree: int) -> None:
    system = determining_system(theorem(slug), dim, degree)
    verdict = derive(theorem(slug), dim, degree)
    assert system.unknowns == verdict.scope.unknowns
    assert system.unknowns - system.matrix.rank() == verdict.dimension_by_degree[degree]
    assert system.modular.rank() == system.matrix.rank()
    assert system.equations == system.modular.nrows() > system.unknowns


def test_the_matrix_is_the_same_modulo_the_prime() -> None:
    system = determining_system(theorem("zimmermann_2021_vmf"), 2, 1)
    for row, residues in zip(system.matrix.tolist(), system.modular.tolist(), strict=True):
        for value, residue in zip(row, residues, strict=True):
            assert (int(value.p) - int(residue) * int(value.q)) % system.prime == 0


def test_a_large_system_is_refused() -> None:
    with pytest.raises(BudgetExceeded, match="unknowns"):
        determining_system(theorem("zimmermann_2021_vmf"), 10, 3)
