"""Residuals of groups: members leave nothing, planted non-members leave much."""

from __future__ import annotations

import json
import math
import random
from functools import cache

import numpy as np
import pytest
import sympy as sp
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sith import (
    AbstractGroup,
    Affine,
    BlockOrthogonal,
    BlockwiseDiffeomorphisms,
    ComponentwiseDiffeomorphisms,
    ContentKeeping,
    Euclidean,
    GeneralisedPermutations,
    InputError,
    Linear,
    Map,
    MeasurePreserving,
    Orthogonal,
    Permutations,
    Shifted,
    SignedPermutations,
    Translations,
    Trivial,
    contained,
    named_groups,
)
from sith.numerics.groups import residual
from tests.helpers import tolerances

FORM = sp.ImmutableMatrix([[2, 1, 0], [1, 3, 0], [0, 0, 1]])
BLOCKS = ((0, 2), (1,))
GAUSSIAN = -sp.Add(*(x**2 for x in MeasurePreserving(2).coordinates)) / 2
GROUPS: tuple[AbstractGroup, ...] = (
    *named_groups(3),
    Orthogonal(3, FORM),
    Euclidean(3, FORM),
    BlockOrthogonal(BLOCKS),
    Shifted(Orthogonal(3)),
    Shifted(BlockOrthogonal(BLOCKS)),
    BlockwiseDiffeomorphisms(BLOCKS),
)
TURN = np.array(
    [[math.sqrt(0.5), -math.sqrt(0.5), 0], [math.sqrt(0.5), math.sqrt(0.5), 0], [0, 0, 1]]
)
SHEAR = np.array([[1.0, 1, 0], [0, 1, 0], [0, 0, 1]])


@cache
def latents(seed: int = 0, dim: int = 3) -> np.ndarray:
    """Independent coordinates of one law: neither the mean nor a rotation is hidden by symmetry."""
    return np.random.default_rng(seed).uniform(-1, 2, (2000, dim))


def image(member: Map, z: np.ndarray) -> np.ndarray:
    function = sp.lambdify(member.symbols, member.expressions, "numpy")
    return np.stack(np.broadcast_arrays(*function(*z.T)), axis=1).astype(np.float64)


def tolerance(group: AbstractGroup) -> float:
    match group:
        case ComponentwiseDiffeomorphisms():
            return tolerances.RANK_FIT.value
        case BlockwiseDiffeomorphisms():
            return tolerances.DISTORTED_BLOCK.value
    return tolerances.ROUNDING.value


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_sampled_members_leave_nothing(group: AbstractGroup) -> None:
    for seed in range(1 if group == GROUPS[-1] else 3):
        found = residual(group, latents(), image(group.sample(random.Random(seed)), latents()))
        assert 0 <= found.value <= tolerance(group), found


@given(st.sampled_from(GROUPS[:-1]), st.integers(0, 2**32 - 1))
def test_members_leave_nothing_on_any_draw(group: AbstractGroup, seed: int) -> None:
    z = np.random.default_rng(seed).uniform(-1, 2, (2000, 3))
    found = residual(group, z, image(group.sample(random.Random(seed)), z))
    assert 0 <= found.value <= tolerance(group), found


def test_members_of_a_smaller_group_leave_nothing_in_a_larger_one() -> None:
    pairs = 0
    for small in named_groups(2):
        y = image(small.sample(random.Random(1)), latents(dim=2))
        for large in named_groups(2):
            if contained(small, large).holds:
                found = residual(large, latents(dim=2), y)
                assert found.value <= tolerance(large), (small, large, found)
                pairs += 1
    assert pairs > 30


PLANTED = [
    (Trivial(3), lambda z: z + 0.5),
    (Trivial(3), lambda z: z[:, [1, 0, 2]]),
    (Translations(3), lambda z: z[:, [1, 0, 2]]),
    (Translations(3), lambda z: 2 * z),
    (Permutations(3), lambda z: z * [1, -1, 1]),
    (Permutations(3), lambda z: z + 0.5),
    (SignedPermutations(3), lambda z: 2 * z),
    (SignedPermutations(3), lambda z: z @ TURN),
    (Shifted(SignedPermutations(3)), lambda z: z @ TURN + 1),
    (GeneralisedPermutations(3), lambda z: z @ TURN),
    (GeneralisedPermutations(3), lambda z: z + 2),
    # A fault in a coordinate of small scale is not hidden by one of large scale.
    (GeneralisedPermutations(3), lambda z: np.stack((1e4 * z[:, 0], z[:, 1], z[:, 2] ** 2), 1)),
    (Shifted(GeneralisedPermutations(3)), lambda z: z**3),
    (Orthogonal(3), lambda z: z @ SHEAR),
    (Orthogonal(3), lambda z: 2 * z),
    (Orthogonal(3), lambda z: z + 1),
    (Orthogonal(3, FORM), lambda z: z @ TURN),
    (Euclidean(3), lambda z: z @ SHEAR + 1),
    (Euclidean(3), lambda z: 2 * z),
    (Euclidean(3, FORM), lambda z: z @ TURN),
    (BlockOrthogonal(BLOCKS), lambda z: z @ TURN),
    (BlockOrthogonal(BLOCKS), lambda z: z + 1),
    (Linear(3), lambda z: z + 5),
    (Linear(3), lambda z: np.tanh(2 * z)),
    (Affine(3), lambda z: np.tanh(2 * z)),
    (Affine(3), lambda z: z * [1, 1, 0]),
    (
        Affine(3),
        lambda z: 1e4 * z[:, [0, 0, 1]] + np.stack((z[:, 2] ** 2, 0 * z[:, 2], z[:, 2]), 1),
    ),
    (ComponentwiseDiffeomorphisms(3), lambda z: z @ TURN),
    (ComponentwiseDiffeomorphisms(3), lambda z: z**2),
    (ComponentwiseDiffeomorphisms(3), lambda z: z[:, [0, 0, 1]]),
    (ComponentwiseDiffeomorphisms(3), lambda z: z * [1, 0, 1]),
    # Content (0, 2) takes in style (1), and the other way round.
    (BlockwiseDiffeomorphisms(BLOCKS), lambda z: z + 0.7 * z[:, [1, 1, 1]] * [1, 0, 0]),
    (BlockwiseDiffeomorphisms(BLOCKS), lambda z: z + 0.7 * z[:, [0, 0, 0]] * [0, 1, 0]),
    (BlockwiseDiffeomorphisms(BLOCKS), lambda z: np.where([True, False, True], z, np.abs(z))),
    (BlockwiseDiffeomorphisms(BLOCKS), lambda z: z[:, [0, 1, 0]]),
]


@pytest.mark.parametrize(
    ("group", "planted"), PLANTED, ids=lambda v: None if callable(v) else str(v)[:40]
)
def test_planted_non_members_leave_much(group: AbstractGroup, planted: object) -> None:
    found = residual(group, latents(), planted(latents()))  # type: ignore[operator]
    assert tolerances.SEPARATION.value < found.value <= 1, found


def test_independent_representations_leave_everything() -> None:
    for group in GROUPS:
        found = residual(group, latents(), latents(seed=1))
        assert found.value > 0.9, found


def test_collapsed_representations_are_no_member() -> None:
    for group in GROUPS:
        found = residual(group, latents(), np.full_like(latents(), 0.1))
        assert found.value == pytest.approx(1), (group, found)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_the_value_does_not_depend_on_the_member(seed: int) -> None:
    """Where the group fixes no scale, and where it is an isometry of the variance."""
    z = latents()
    y = np.tanh(z @ SHEAR) + 0.2 * latents(seed=1)
    for group in (
        Affine(3),
        ComponentwiseDiffeomorphisms(3),
        Euclidean(3),
        Euclidean(3, FORM),
        Linear(3),
        Orthogonal(3),
        Orthogonal(3, FORM),
        Shifted(GeneralisedPermutations(3)),
    ):
        before = residual(group, z, y).value
        after = residual(group, z, image(group.sample(random.Random(seed)), y)).value
        assert after == pytest.approx(before, abs=tolerances.INVARIANCE.value), group


def test_the_labels_of_outputs_are_free_for_block_orthogonal_maps() -> None:
    z = latents()
    group = BlockOrthogonal(BLOCKS)
    y = image(group.sample(random.Random(0)), z)
    for order in ([0, 1, 2], [1, 0, 2], [2, 0, 1]):
        assert residual(group, z, y[:, order]).value <= tolerances.ROUNDING.value


def test_a_smooth_map_of_each_block_leaves_nothing() -> None:
    z = latents()
    y = np.stack((z[:, 0] + 0.5 * z[:, 2], np.exp(z[:, 1]), np.tanh(z[:, 2] + z[:, 0] ** 2 / 3)), 1)
    found = residual(BlockwiseDiffeomorphisms(BLOCKS), z, y)
    assert found.value <= tolerances.BLOCK_MEMBER.value, found


KEEPING = ContentKeeping(3, 2)


def test_the_style_outputs_are_free_and_the_content_is_kept() -> None:
    z = latents()
    c, d, s = z.T
    member = np.stack((c + 0.5 * d, np.tanh(d) - 0.2 * c, s + c**2 / 2 + d), 1)
    found = residual(KEEPING, z, member)
    assert found.value <= tolerances.BLOCK_MEMBER.value, found
    strays = {
        "style in a content output": np.stack((c + 0.7 * s, d, s), 1),
        "content lost": np.stack((c, c + 0 * d, s), 1),
        "content folded": np.stack((np.abs(c), d, s), 1),
        "style lost": np.stack((c, d, c + d), 1),
        "style for content": np.stack((c, s, d), 1),
    }
    for name, stray in strays.items():
        assert residual(KEEPING, z, stray).value > tolerances.SEPARATION.value, name


def test_equal_blocks_may_be_swapped() -> None:
    z = latents(dim=4)
    group = BlockwiseDiffeomorphisms(((0, 1), (2, 3)))
    swapped = np.stack(
        (z[:, 2] + z[:, 3] ** 2 / 2, z[:, 3], np.exp(z[:, 1]), z[:, 0] - z[:, 1]), axis=1
    )
    assert residual(group, z, swapped).value <= tolerances.BLOCK_MEMBER.value
    assert residual(group, z, z[:, [0, 2, 1, 3]]).value > tolerances.SEPARATION.value


def test_the_sphere_fixes_the_scale() -> None:
    z = np.random.default_rng(0).standard_normal((2000, 3))
    z /= np.linalg.norm(z, axis=1, keepdims=True)
    assert residual(Orthogonal(3), z, z @ TURN).value <= tolerances.ROUNDING.value
    assert residual(Orthogonal(3), z, 0.5 * z @ TURN).value > tolerances.SEPARATION.value
    assert residual(SignedPermutations(3), z, z @ TURN).value > tolerances.SEPARATION.value


def test_measure_preserving_maps_are_tested_by_their_law() -> None:
    group = MeasurePreserving(2, GAUSSIAN)
    rng = np.random.default_rng(0)
    z, prior = rng.standard_normal((2, 2000, 2))
    twisted = image(group.sample(random.Random(0)), z)
    for reference in (prior, None):
        found = residual(group, z, twisted, reference=reference)
        assert found.value < tolerances.SAME_LAW.value, found
        far = residual(group, z, 1.7 * z, reference=reference)
        assert far.value > 2 * tolerances.SAME_LAW.value, far
        assert "p = 0.002" in far.description
    assert residual(Affine(2), z, twisted).value > tolerances.SEPARATION.value


def test_runs_are_measured_one_by_one_and_failures_are_nan() -> None:
    z = np.stack([latents(), latents(), latents()])
    y = np.stack([latents(), 2 * latents(), latents()])
    y[2, 0, 0] = math.inf
    found = residual(Orthogonal(3), torch.from_numpy(z), torch.from_numpy(y))
    assert found.value[0] == pytest.approx(0)
    assert found.value[1] == residual(Orthogonal(3), latents(), 2 * latents()).value
    assert math.isnan(found.value[2])
    assert "Procrustes" in found.description
    single = residual(Trivial(3), z[2], y[2])
    assert math.isnan(single.value)
    assert isinstance(single.value, float)


def test_a_residual_is_told_in_words_and_data() -> None:
    found = residual(Shifted(SignedPermutations(3)), latents(), latents())
    assert "centring" in str(found)
    assert json.loads(json.dumps(found.to_dict()))["value"] == found.value


def test_unknown_groups_and_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="no residual is known for the group 'O'"):
        residual("O", latents(), latents())  # type: ignore[arg-type]
    with pytest.raises(InputError, match="both 2"):
        residual(Orthogonal(2), latents(), latents())
    with pytest.raises(InputError, match="dimension 3 and representations of dimension 2"):
        residual(Orthogonal(3), latents(), latents()[:, :2])
    with pytest.raises(InputError, match="at least 5"):
        residual(Linear(3), latents()[:8], latents()[:8])
