"""A derived algebra is named by mutual containment and free finite maps, never by its looks."""

from __future__ import annotations

import pytest
import sympy as sp

from sith import (
    AbstractGroup,
    BlockOrthogonal,
    Euclidean,
    Field,
    Linear,
    MeasurePreserving,
    Orthogonal,
    Shifted,
    SignedPermutations,
    latents,
    recognise,
    theorem,
)
from tests.helpers.claims import assert_equal_group, condition_of, derived_group, quadratic_claim


@pytest.mark.parametrize(
    ("slug", "dim", "parameters", "group"),
    [
        ("zimmermann_2021_vmf", 3, {}, Orthogonal(3)),
        ("zimmermann_2021_lp", 2, {"p": 2}, Euclidean(2)),
        ("zimmermann_2021_lp", 3, {"p": 4}, Shifted(SignedPermutations(3))),
        ("rusak_2025_aninfonce", 3, {}, SignedPermutations(3)),
        ("rusak_2025_aninfonce", 3, {"ties": "pair"}, BlockOrthogonal(((0, 1), (2,)))),
        ("reizinger_2025_diet", 2, {"case": "C4"}, Linear(2)),
        (
            "hyvarinen_1999_nonidentifiability",
            2,
            {},
            MeasurePreserving(2, -sp.Add(*(x**2 for x in latents(2))) / 2),
        ),
    ],
)
def test_the_known_groups(
    slug: str, dim: int, parameters: dict[str, object], group: AbstractGroup
) -> None:
    assert_equal_group(derived_group(theorem(slug).at(dim, **parameters), degree=2), group)


@pytest.mark.parametrize("dim", [2, 3])
def test_a_form_is_recovered_from_its_algebra(dim: int) -> None:
    form = sp.Matrix(dim, dim, lambda i, j: 2 + i if i == j else 1)
    assert_equal_group(
        derived_group(quadratic_claim(form)), Euclidean(dim, sp.ImmutableMatrix(form))
    )


def test_an_algebra_outside_the_catalogue_gets_no_name() -> None:
    condition = condition_of(theorem("reizinger_2025_diet").at(2, case="C4"))
    z = latents(2)
    upper = (Field(z, (z[0], sp.Integer(0))), Field(z, (z[1], sp.Integer(0))))
    assert recognise(condition, upper, 1) == ()


def test_a_group_whose_finite_maps_are_not_free_is_not_named() -> None:
    # Fixed unequal weights on the sphere: signs are free, swaps are not.
    condition = condition_of(quadratic_claim(sp.diag(1, 3)))
    shifts = tuple(Field(latents(2), p) for p in ((sp.Integer(1), sp.Integer(0)), (0, 1)))
    names = {str(g) for g in recognise(condition, shifts, 1)}
    assert "translations of R^2" in names
    assert not any("permutations" in n for n in names)
