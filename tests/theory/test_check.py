"""The checker refuses what the solver did not find: tampered fields, ranks and maps."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp

from sith import AbstractGroup as Group
from sith import (
    Condition,
    Field,
    InfoNCE,
    InnerProduct,
    Map,
    Orthogonal,
    Sphere,
    Uniform,
    UpTo,
    World,
    check_base,
    check_count,
    check_field,
    check_independent,
    check_map,
    theorem,
)
from tests.helpers.claims import condition_of, quadratic_claim, solve_checked

POINTS = [
    ("zimmermann_2021_vmf", 3, {}),
    ("zimmermann_2021_lp", 2, {"p": 2}),
    ("zimmermann_2021_lp", 2, {"p": 1}),
    ("rusak_2025_aninfonce", 3, {"ties": "pair"}),
    ("reizinger_2025_diet", 2, {"case": "C1", "classes": 3}),
    ("reizinger_2025_diet", 2, {"case": "C4", "classes": 4}),
    ("hyvarinen_1999_nonidentifiability", 2, {}),
    ("vonkugelgen_2021_content_style", 3, {}),
]
CONDITIONS = [
    pytest.param(
        slug, dim, parameters, id=f"{slug}-{dim}-{'-'.join(map(str, parameters.values()))}"
    )
    for slug, dim, parameters in POINTS
]


def condition_at(slug: str, dim: int, parameters: dict[str, object]) -> Condition:
    return condition_of(theorem(slug).at(dim, **parameters))


@pytest.mark.parametrize(("slug", "dim", "parameters"), CONDITIONS)
def test_a_tampered_field_is_refused(slug: str, dim: int, parameters: dict[str, object]) -> None:
    condition = condition_at(slug, dim, parameters)
    solution = solve_checked(condition, 2)
    assert solution.fields
    for field, change in zip(solution.fields[:2], solution.changes[:2], strict=True):
        assert check_field(condition, field, change).holds
        # No condition here is kept by a field that squares the last coordinate.
        bent = field.expressions[0] + condition.z[-1] ** 2 * condition.z[0] / 7
        tampered = Field(field.symbols, (bent, *field.expressions[1:]))
        answer = check_field(condition, tampered, change)
        assert not answer.holds
        assert answer.witness == str(tampered)


def test_every_coefficient_of_a_rotation_matters() -> None:
    condition = condition_at("zimmermann_2021_vmf", 3, {})
    z = condition.z
    for i in range(3):
        for j in range(3):
            parts = [-z[1], z[0], sp.Integer(0)]
            parts[i] += z[j] / 1000
            assert not check_field(condition, Field(z, tuple(parts)), {}).holds


def test_the_change_of_the_parameters_matters() -> None:
    condition = condition_at("reizinger_2025_diet", 2, {"case": "C4"})
    solution = solve_checked(condition, 1)
    field, change = solution.fields[0], solution.changes[0]
    moved = next(p for p, v in change.items() if v != 0)
    assert check_field(condition, field, change).holds
    assert not check_field(condition, field, {**change, moved: change[moved] + 1}).holds
    assert not check_field(condition, field, {}).holds


@pytest.mark.parametrize(("slug", "dim", "parameters"), CONDITIONS)
def test_a_rank_too_high_is_refused(slug: str, dim: int, parameters: dict[str, object]) -> None:
    condition = condition_at(slug, dim, parameters)
    solution = solve_checked(condition, 2)
    arguments = (condition, solution.monomials, solution.draws)
    assert check_count(*arguments, solution.rank).holds
    answer = check_count(*arguments, solution.rank + 1)
    assert not answer.holds
    assert str(solution.rank) in answer.reason
    assert not check_count(condition, solution.monomials, solution.draws[:1], solution.rank).holds


@pytest.mark.parametrize(("slug", "dim", "parameters"), CONDITIONS)
def test_dependent_fields_are_refused(slug: str, dim: int, parameters: dict[str, object]) -> None:
    condition = condition_at(slug, dim, parameters)
    fields = solve_checked(condition, 1).fields
    assert check_independent(condition, fields).holds
    total = tuple(sp.Add(*parts) for parts in zip(*(f.expressions for f in fields), strict=True))
    assert not check_independent(condition, (*fields, Field(condition.z, total))).holds


def test_fields_that_differ_off_the_sphere_only_are_dependent() -> None:
    condition = condition_at("zimmermann_2021_vmf", 2, {})
    z = condition.z
    norm = z[0] ** 2 + z[1] ** 2
    turn = Field(z, (-z[1], z[0]))
    same = Field(z, (sp.expand(-z[1] * norm), sp.expand(z[0] * norm)))
    assert not check_independent(condition, (turn, same)).holds
    assert check_field(condition, same, {}).holds


SHEAR = Map.linear(sp.Matrix([[1, 1], [0, 1]]))
SCALE = Map.linear(sp.diag(2, 1))
FLIP = Map.linear(sp.diag(-1, 1))
SHIFT = Map.linear(sp.eye(2), (1, 2))
THIRD = sp.Rational(1, 3)
TURN = Map.linear(sp.Matrix([[3, -4], [4, 3]]) / 5)


@pytest.mark.parametrize(
    ("slug", "parameters", "kept", "broken"),
    [
        ("zimmermann_2021_vmf", {}, [FLIP, TURN], [SHEAR, SCALE, SHIFT]),
        ("zimmermann_2021_lp", {"p": 2}, [FLIP, TURN, SHIFT], [SHEAR, SCALE]),
        ("zimmermann_2021_lp", {"p": 1}, [FLIP, SHIFT], [SHEAR, SCALE, TURN]),
        ("rusak_2025_aninfonce", {}, [FLIP], [SHEAR, SCALE, SHIFT, TURN]),
        ("reizinger_2025_diet", {"case": "C2"}, [FLIP, TURN], [SHEAR, SCALE, SHIFT]),
        ("reizinger_2025_diet", {"case": "C4"}, [FLIP, TURN, SHEAR, SCALE], [SHIFT]),
        ("hyvarinen_1999_nonidentifiability", {}, [FLIP, TURN], [SHEAR, SCALE, SHIFT]),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_maps_are_kept_or_broken(
    slug: str, parameters: dict[str, object], kept: list[Map], broken: list[Map]
) -> None:
    condition = condition_at(slug, 2, parameters)
    assert [str(m) for m in kept if not check_map(condition, m).holds] == []
    assert [str(m) for m in broken if check_map(condition, m).holds] == []
    for member in broken:
        assert check_map(condition, member).reason


def test_a_learned_metric_may_be_permuted() -> None:
    condition = condition_at("rusak_2025_aninfonce", 2, {})
    assert check_map(condition, Map.linear(sp.Matrix([[0, 1], [1, 0]]))).holds


@pytest.mark.parametrize("group", [Orthogonal(2)], ids=str)
def test_a_fixed_metric_may_not(group: Group) -> None:
    claim = quadratic_claim(sp.diag(1, 3))
    condition = condition_of(claim)
    assert not check_map(condition, Map.linear(sp.Matrix([[0, 1], [1, 0]]))).holds
    assert check_map(condition, FLIP).holds


def test_the_base_of_a_mis_specified_claim_is_refused() -> None:
    claim = theorem("zimmermann_2021_vmf").at(3, kappa=2)
    assert check_base(condition_of(claim)).holds
    hot = claim.replace(objective=InfoNCE(InnerProduct(), 2))
    answer = check_base(condition_of(hot))
    assert not answer.holds
    assert "terms remain" in answer.reason


def test_what_an_equation_may_equal_matters() -> None:
    claim = theorem("zimmermann_2021_lp").at(2, p=2)
    condition = condition_of(claim)
    anchor = condition.z[0] ** 3
    off = replace(
        condition.equations[0],
        residual=condition.equations[0].residual + anchor,
        up_to=UpTo.NOTHING,
    )
    assert not check_base(replace(condition, equations=(off,))).holds
    free = replace(off, up_to=UpTo.FUNCTION_OF_Z)
    assert check_base(replace(condition, equations=(free,))).holds


def test_the_sphere_is_taken_into_account() -> None:
    world = World(Sphere(2), Uniform(), theorem("zimmermann_2021_vmf").at(2, kappa=1).world.pairs)
    claim = theorem("zimmermann_2021_vmf").at(2, kappa=1).replace(world=world)
    condition = condition_of(claim)
    residual = condition.equations[0].residual
    norm = condition.zt[0] ** 2 + condition.zt[1] ** 2 - 1
    shifted = replace(condition.equations[0], residual=residual + THIRD * norm)
    equations = (shifted, *condition.equations[1:])
    assert check_base(replace(condition, equations=equations)).holds
