"""Several views: what they share, which objectives accept them, and what they refuse."""

from __future__ import annotations

import random

import pytest

from sith import (
    AlignmentMaxEntropy,
    Box,
    Claim,
    Encoder,
    Field,
    InfoNCE,
    InputError,
    LatentCorrelation,
    Map,
    MissingAssumption,
    NoPairs,
    SharedBlock,
    SithError,
    Sphere,
    StyleRedrawn,
    Uniform,
    World,
    check_field,
    check_map,
    derive,
    theorem,
)
from tests.helpers.claims import condition_of


def three() -> Claim:
    return theorem("lyu_2022_latent_correlation").at(4)


def test_the_content_is_what_all_views_see() -> None:
    assert SharedBlock(((0, 1, 2), (0, 1, 3))).content == (0, 1)
    assert SharedBlock(((2, 0, 1), (1, 2), (3, 2))).content == (2,)


def test_partners_keep_the_content_and_draw_the_rest() -> None:
    pairs, space, rng = SharedBlock(((0, 2), (2, 1))), Box(3), random.Random(0)
    z = space.rational_point(rng)
    partner = pairs.rational_partner(space, z, rng)
    assert partner[2] == z[2]
    assert partner[0] != z[0]
    assert partner[1] != z[1]


@pytest.mark.parametrize(
    "make",
    [
        lambda: SharedBlock(((0, 1),)),
        lambda: SharedBlock(((0, 1), ())),
        lambda: SharedBlock(((0, 0), (0, 1))),
        lambda: SharedBlock(((0,), (1,))),
        lambda: World(Box(2), Uniform(), SharedBlock(((0, 1), (0, 2)))),
        lambda: World(Sphere(3), Uniform(), SharedBlock(((0, 1), (0, 2)))),
        lambda: SharedBlock(((0, 1), (0, 2))).log_conditional((), ()),
        lambda: theorem("yao_2024_multiview").at(3, views="1-2-3"),
        lambda: theorem("daunhawer_2023_multimodal").at(3, content=2),
        lambda: theorem("lyu_2022_latent_correlation").at(3, shared=2),
    ],
)
def test_bad_views_are_refused_in_one_line(make: object) -> None:
    with pytest.raises(InputError) as caught:
        make()  # type: ignore[operator]
    assert "\n" not in str(caught.value)


def test_a_field_that_sees_a_private_latent_is_not_free() -> None:
    condition = condition_of(three())
    z = condition.z
    assert check_field(condition, Field(z, (z[1] ** 2, z[0] * z[1])), {}).holds
    assert not check_field(condition, Field(z, (z[2], z[0])), {}).holds


def test_whitening_leaves_maps_that_the_entropy_forbids() -> None:
    correlation = condition_of(three())
    x, y = correlation.z[:2]
    bend = Map((x, y), (x + x**3, y))
    assert check_map(correlation, bend).holds
    entropy = condition_of(
        three().replace(objective=AlignmentMaxEntropy(), encoder=Encoder(Box(2)))
    )
    assert not check_map(entropy, bend).holds
    assert entropy.relaxed != correlation.relaxed


def test_two_views_with_one_mixing_have_no_other_view_to_eliminate() -> None:
    claim = three()
    one = claim.replace(world=claim.world.replace(pairs=StyleRedrawn((0, 1))))
    assert len(condition_of(claim).lemmas) == len(condition_of(one).lemmas) + 1
    assert derive(one, degree=2).group == derive(claim, degree=2).group


@pytest.mark.parametrize("objective", [AlignmentMaxEntropy(), LatentCorrelation()], ids=str)
def test_worlds_without_shared_content_are_refused(
    objective: AlignmentMaxEntropy | LatentCorrelation,
) -> None:
    claim = three().replace(objective=objective)
    with pytest.raises(MissingAssumption):
        condition_of(claim.replace(world=claim.world.replace(pairs=NoPairs())))


def test_views_have_no_density_for_a_contrastive_loss() -> None:
    with pytest.raises(SithError):
        condition_of(three().replace(objective=InfoNCE(), encoder=Encoder(Box(4))))


def test_a_shared_coordinate_too_many_is_refused() -> None:
    claim = three()
    wider = SharedBlock(((0, 1, 2), (0, 1, 2, 3)))
    with pytest.raises(InputError, match="content"):
        condition_of(claim.replace(world=claim.world.replace(pairs=wider)))
