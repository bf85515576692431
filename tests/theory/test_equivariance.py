"""Equivariance under known actions: each equation at its own partner, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp

from sith import (
    Agreement,
    Box,
    Claim,
    Commutant,
    Encoder,
    Equivariance,
    Family,
    Field,
    Gaussian,
    InputError,
    KnownActions,
    Linear,
    Map,
    Mixing,
    NoPairs,
    Outcome,
    RealSpace,
    Uniform,
    World,
    check_base,
    check_count,
    check_field,
    check_map,
    derive,
    latents,
    theorem,
)
from tests.helpers.claims import condition_of, solve_checked

TURN = sp.Matrix([[3, -4], [4, 3]]) / 5
FLIP = sp.diag(1, -1)
X, Y = latents(2)


def claim(
    *matrices: sp.Matrix, family: Family = Family.LINEAR, demanded: tuple[sp.Matrix, ...] = ()
) -> Claim:
    dim = matrices[0].rows
    return Claim(
        "equivariance",
        World(RealSpace(dim), Gaussian(), KnownActions(matrices), Mixing.LINEAR),
        Equivariance(demanded),
        Encoder(RealSpace(dim), family),
        Commutant(matrices),
    )


def test_every_action_has_its_own_partner() -> None:
    condition = condition_of(claim(TURN, FLIP))
    assert {e.partner for e in condition.equations} == {
        tuple(TURN * sp.Matrix([X, Y])),
        (X, -Y),
    }
    assert check_base(condition).holds
    assert not check_map(condition, Map.linear(TURN)).holds
    assert check_map(condition, Map.linear(3 * sp.eye(2))).holds
    assert check_map(condition_of(claim(TURN)), Map.linear(2 * TURN)).holds


def test_fields_are_checked_at_the_partner_and_not_at_any_point() -> None:
    condition = condition_of(claim(TURN, family=Family.UNIVERSAL))
    square = X**2 + Y**2
    assert check_field(condition, Field((X, Y), (square * X, square * Y)), {}).holds
    assert not check_field(condition, Field((X, Y), (X**3, Y**3)), {}).holds
    anywhere = replace(
        condition, equations=tuple(replace(e, partner=()) for e in condition.equations)
    )
    assert not check_base(anywhere).holds


def test_the_count_uses_the_partner_too() -> None:
    condition = condition_of(claim(TURN))
    solution = solve_checked(condition, 1)
    assert solution.dimension == 2
    arguments = (solution.monomials, solution.draws)
    assert check_count(condition, *arguments, solution.rank).holds
    assert not check_count(condition, *arguments, solution.rank + 1).holds
    still = condition_of(claim(sp.eye(2)))
    assert not check_count(still, *arguments, solution.rank).holds


def test_the_group_is_the_commutant_and_no_other() -> None:
    assert derive(claim(TURN, FLIP), degree=1).agrees
    assert not derive(claim(TURN).replace(group=Linear(2)), degree=1).agrees
    assert not derive(claim(TURN).replace(group=Commutant((FLIP,))), degree=1).agrees
    irrational = derive(claim(sp.Matrix([[0, 2], [1, 0]])), degree=1)
    assert irrational.agrees


def test_resonant_scales_leave_a_map_that_is_not_linear() -> None:
    resonant = derive(claim(sp.diag(2, 4), family=Family.UNIVERSAL), degree=2)
    assert resonant.agreement is Agreement.DISAGREES
    assert resonant.reason.startswith("too small a group is stated")
    assert resonant.outcome is Outcome.UNDECIDED
    assert resonant.dimension_by_degree == {1: 2, 2: 3}
    assert not derive(claim(sp.diag(2, 3), family=Family.UNIVERSAL), degree=2).agrees


def test_a_demand_that_no_encoder_meets_is_mis_specified() -> None:
    wrong = derive(claim(sp.diag(2, 3), demanded=(sp.diag(5, 7),)), degree=1)
    assert wrong.outcome is not Outcome.IDENTIFIED
    assert not wrong.agrees


@pytest.mark.parametrize(
    "make",
    [
        lambda: KnownActions(()),
        lambda: KnownActions((sp.zeros(2, 2),)),
        lambda: KnownActions((sp.Matrix([[1, 2]]),)),
        lambda: KnownActions((sp.eye(2), sp.eye(3))),
        lambda: KnownActions(([[1, 0], [0, 1]],)),
        lambda: Equivariance([sp.eye(2)]),
        lambda: Equivariance(("I",)),
        lambda: World(Box(2), Uniform(), KnownActions((sp.eye(2),))),
        lambda: World(RealSpace(3), Gaussian(), KnownActions((sp.eye(2),))),
        lambda: KnownActions((sp.eye(2),)).log_conditional((), ()),
        lambda: condition_of(claim(TURN, demanded=(TURN, FLIP))),
    ],
)
def test_bad_actions_are_refused_in_one_line(make: object) -> None:
    with pytest.raises(InputError) as caught:
        make()  # type: ignore[operator]
    assert "\n" not in str(caught.value)


def test_worlds_without_actions_are_refused() -> None:
    entry = theorem("scherr_2022_efference").at(2)
    with pytest.raises(InputError, match="no actions"):
        condition_of(entry.replace(world=entry.world.replace(pairs=NoPairs())))
