"""Alignment of some outputs of an invertible encoder: what stays free, and what is refused."""

from __future__ import annotations

import pytest

from sith import (
    AlignmentMaxEntropy,
    Claim,
    ComponentwiseDiffeomorphisms,
    ContentKeeping,
    Encoder,
    InputError,
    Map,
    MissingAssumption,
    NoPairs,
    Outcome,
    RealSpace,
    SharedBlock,
    Sphere,
    StyleRedrawn,
    UnsupportedCondition,
    check_map,
    contained,
    derive,
    latents,
    theorem,
)
from tests.helpers.claims import condition_of

X, Y = latents(2)


def base() -> Claim:
    return theorem("vonkugelgen_2021_invertible").at(2, content=1)


def test_style_outputs_may_hold_content_and_not_the_reverse() -> None:
    condition = condition_of(base())
    assert check_map(condition, Map((X, Y), (X + X**3, Y + X**2))).holds
    assert not check_map(condition, Map((X, Y), (X + Y, Y))).holds
    assert not check_map(condition, Map((X, Y), (Y, X))).holds


def test_the_outcome_is_identified_because_the_content_is_kept() -> None:
    verdict = derive(base(), degree=3)
    assert verdict.agrees
    assert verdict.outcome is Outcome.IDENTIFIED
    dims = list(verdict.dimension_by_degree.values())
    assert dims[0] < dims[1] < dims[2]


def test_a_smaller_group_is_refused_with_a_map_that_it_misses() -> None:
    verdict = derive(base().replace(group=ComponentwiseDiffeomorphisms(2)), degree=2)
    assert not verdict.agrees
    assert "z1" in verdict.escape
    assert contained(ContentKeeping(3, 1), ContentKeeping(3, 2)).holds is False


def test_content_in_other_places_has_no_name_and_is_not_settled() -> None:
    claim = base()
    last = claim.replace(world=claim.world.replace(pairs=StyleRedrawn((1,))))
    verdict = derive(last, degree=2)
    assert not verdict.agrees
    assert "L-open-support" not in verdict.scope.components


def test_other_worlds_and_encoders_are_refused() -> None:
    claim = base()
    with pytest.raises(MissingAssumption):
        condition_of(claim.replace(world=claim.world.replace(pairs=NoPairs())))
    with pytest.raises(InputError, match="more than one mixing"):
        condition_of(claim.replace(world=claim.world.replace(pairs=SharedBlock(((0,), (0, 1))))))
    with pytest.raises(UnsupportedCondition, match="curved"):
        condition_of(claim.replace(encoder=Encoder(Sphere(2))))
    with pytest.raises(InputError, match="coordinates"):
        condition_of(claim.replace(encoder=Encoder(RealSpace(3)), group=ContentKeeping(3, 1)))


def test_maximal_entropy_asks_for_fewer_outputs() -> None:
    with pytest.raises(InputError, match="content"):
        condition_of(base().replace(objective=AlignmentMaxEntropy()))
