"""Pairs that keep coordinates, selections of coordinates, and obstructions as witnesses."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from sith import (
    Box,
    Claim,
    LogDensity,
    PartlyKeptSphere,
    Relation,
    Sphere,
    StyleRedrawn,
    Uniform,
    UnsupportedCondition,
    World,
    audit,
    latents,
    theorem,
)
from sith.numerics.exact.tabular import frozen_height, kept_world
from sith.numerics.searching import Kind
from sith.numerics.verbs import Needed, weakened
from sith.numerics.worlds import WorldSampler

CONTENT = theorem("vonkugelgen_2021_content_style")


def test_the_sampler_keeps_what_is_kept_and_has_the_mean_of_the_nodes() -> None:
    world = World(Sphere(3), Uniform(), PartlyKeptSphere(3, (0,)))
    z, partner = WorldSampler(world, torch.float64).pairs(50_000, torch.Generator().manual_seed(0))
    assert torch.equal(z[:, 0], partner[:, 0])
    assert (torch.linalg.vector_norm(partner, dim=1) - 1).abs().max() < 1e-12
    nodes = frozen_height(16, 3.0)
    expected = float((nodes.joint * (nodes.nodes @ nodes.nodes.T)).sum())
    assert float((z * partner).sum(1).mean()) == pytest.approx(expected, abs=0.005)


def test_a_box_keeps_its_nodes() -> None:
    world = kept_world(World(Box(2), Uniform(), StyleRedrawn((0,))), 4)
    off = world.nodes[:, None, 0] != world.nodes[None, :, 0]
    assert float(world.joint[off].abs().max()) == 0
    assert float(world.joint.sum()) == pytest.approx(1)
    assert torch.allclose(world.weights, world.negatives)


def test_a_tilted_prior_keeps_the_conditional() -> None:
    z, pairs = latents(3), PartlyKeptSphere(3, (0,))
    even = kept_world(World(Sphere(3), Uniform(), pairs), 6)
    tilted = kept_world(World(Sphere(3), LogDensity(2 * z[1], z), pairs), 6)
    for world in (even, tilted):
        assert torch.allclose(world.joint.sum(1), world.weights)
        assert float(world.joint.sum()) == pytest.approx(1)
    first, second = (w.joint / w.weights[:, None] for w in (even, tilted))
    assert torch.allclose(first, second)
    assert float((tilted.weights * tilted.nodes[:, 1]).sum()) > 0.3
    assert abs(float((even.weights * even.nodes[:, 1]).sum())) < 1e-12


def test_other_kept_worlds_are_refused() -> None:
    z = latents(2)
    for world in (
        World(Sphere(4), Uniform(), PartlyKeptSphere(3, (0,))),
        World(Box(2), LogDensity(z[0], z), StyleRedrawn((0,))),
    ):
        with pytest.raises(UnsupportedCondition):
            kept_world(world, 4)


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("vonkugelgen_2021_content_style", "style_redrawn"),
        ("vonkugelgen_2021_content_style", "known_content_dimension"),
        ("daunhawer_2023_multimodal", "nothing_else_shared"),
        ("daunhawer_2023_multimodal", "known_content_dimension"),
        ("lyu_2022_latent_correlation", "nothing_else_shared"),
    ],
)
def test_selections_refute_the_weakened_claim_only(slug: str, name: str) -> None:
    entry = theorem(slug)
    row = next(r for r in audit(entry).assumptions if r.name == name)
    (witness,) = row.witness
    assert (row.outcome, witness.kind) == (Needed.NEEDED, Kind.SELECTION)
    claim = weakened(entry.at(), name)
    assert witness.check(claim).holds
    assert not witness.check(entry.at().replace(name=claim.name)).holds


@pytest.mark.parametrize(
    "views",
    [[], [[0, 1], [0, 1]], [[0, 1]], [[0, 0]], [[0]], [[0, 3]], [["0", 1]], "01"],
)
def test_tampered_selections_are_rejected(views: object) -> None:
    (witness,) = audit(CONTENT).assumptions[0].witness
    claim = weakened(CONTENT.at(), "style_redrawn")
    assert not replace(witness, data={"views": views}).check(claim).holds


def test_a_selection_must_be_aligned_where_the_stated_maps_have_a_finite_loss() -> None:
    (witness,) = audit(CONTENT).assumptions[0].witness
    claim = weakened(CONTENT.at(), "style_redrawn")
    narrow: Claim = claim.replace(world=claim.world.replace(pairs=StyleRedrawn((0, 1))))
    assert not replace(witness, data={"views": [[0, 2]]}).check(narrow).holds


def test_an_obstruction_shows_the_bound_alone() -> None:
    entry = theorem("matthes_2023_unified")
    whole = entry.at()
    alone = tuple(a for a in whole.assumptions if a.name == "matched_temperature")
    (row,) = audit(whole.replace(assumptions=alone)).assumptions
    (witness,) = row.witness
    assert (row.outcome, witness.kind) == (Needed.BOUND, Kind.OBSTRUCTION)
    assert "only that the bound" in row.notice
    claim = weakened(entry.at(), "matched_temperature")
    assert witness.check(claim).holds
    assert not witness.check(entry.at().replace(name=claim.name)).holds
    assert not replace(witness, data={}).check(claim).holds
    assert not replace(witness, data={"certificate": {}}).check(claim).holds


def test_an_equal_loss_says_nothing_against_optimal_members() -> None:
    claim = theorem("zimmermann_2021_vmf").at(2)
    kept = claim.replace(relation=Relation.CONTAINS)
    from sith import Counterexample

    witness = Counterexample(
        claim.name,
        0,
        {},
        Kind.EQUAL_LOSS,
        "",
        "",
        "",
        False,
        {"family": "winding 2 times", "t": "0"},
    )
    assert "does not contradict" in witness.check(kept).reason
