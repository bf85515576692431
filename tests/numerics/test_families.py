"""The library of maps: every map stays in its space, and those that keep the law do keep it."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from sith import AbstractSpace, Box, RealSpace, Sphere
from sith.numerics.searching import Family, families, family_named

COUNT = 40_000
SPACES = (Sphere(2), Sphere(3), Sphere(4), RealSpace(2), RealSpace(3), Box(2), Box(3))
ALL = [(space, member) for space in SPACES for member in families(space)]
KEEPING = [(space, member) for space, member in ALL if member.preserves]
GRID = {str(space): [m.name for m in families(space)] for space in SPACES}


def drawn(space: AbstractSpace, count: int = COUNT) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    shape = (count, space.dim)
    if isinstance(space, Box):
        return torch.rand(shape, generator=generator, dtype=torch.float64)
    normal = torch.randn(shape, generator=generator, dtype=torch.float64)
    return normal / normal.norm(dim=1, keepdim=True) if isinstance(space, Sphere) else normal


def inside(space: AbstractSpace, y: Tensor) -> bool:
    if not bool(y.isfinite().all()):
        return False
    if isinstance(space, Sphere):
        return float((y.norm(dim=1) - 1).abs().max()) < 1e-9
    return not isinstance(space, Box) or bool(((y >= 0) & (y <= 1)).all())


def law_distance(y: Tensor, reference: Tensor) -> float:
    """The largest difference of means of waves, in standard errors."""
    generator = torch.Generator().manual_seed(1)
    waves = 2 * torch.randn(y.shape[1], 40, generator=generator, dtype=torch.float64)
    one, two = ((v @ waves).cos() + (v @ waves).sin() for v in (y, reference))
    spread = ((one.var(0) + two.var(0)) / len(y)).sqrt()
    return float(((one.mean(0) - two.mean(0)) / spread).abs().max())


@given(st.sampled_from(range(len(ALL))), st.floats(0, 1))
@settings(max_examples=150, deadline=None)
def test_every_map_stays_in_its_space(index: int, where: float) -> None:
    space, member = ALL[index]
    t = member.low + where * (member.high - member.low)
    y = drawn(space, 200)
    moved = member.change(y, t)
    assert moved.shape == y.shape
    assert inside(space, moved), (member.name, t)


@pytest.mark.parametrize(("space", "member"), KEEPING, ids=lambda x: getattr(x, "name", str(x)))
def test_maps_that_keep_the_law_keep_it(space: AbstractSpace, member: Family) -> None:
    fresh = drawn(space, 2 * COUNT)
    for where in (0.3, 1.0):
        t = member.low + where * (member.high - member.low)
        assert law_distance(member.change(fresh[:COUNT], t), fresh[COUNT:]) < 5


def test_maps_that_do_not_keep_the_law_are_told_apart() -> None:
    for space, name in (
        (Box(2), "power of coordinate 1"),
        (Box(2), "triangular map of 1 along 2"),
        (Box(2), "cosine of 2 in 1"),
        (RealSpace(2), "triangular map of 1 along 2"),
        (RealSpace(2), "radial stretch"),
        (Sphere(3), "collapse towards axis 1"),
    ):
        (member,) = family_named(space, name)
        assert not member.preserves
        fresh = drawn(space, 2 * COUNT)
        assert law_distance(member.change(fresh[:COUNT], 0.7), fresh[COUNT:]) > 10, name


@pytest.mark.parametrize("space", SPACES, ids=str)
def test_names_are_unique_and_found_again(space: AbstractSpace) -> None:
    names = GRID[str(space)]
    assert len(set(names)) == len(names)
    assert all(len(family_named(space, name)) == 1 for name in names)
    assert family_named(space, "no such family") == ()


@given(st.floats(0.01, 1))
def test_the_darmois_map_depends_on_the_mixture_alone_and_mixes(t: float) -> None:
    """u_1 is a function of y_1 + t·y_2: points with one mixture have one u_1."""
    (member,) = family_named(Box(2), "Darmois map of 1 along 2")
    y = drawn(Box(2), 500) * 0.5
    shift = torch.stack((y[:, 0] + t * 0.2, y[:, 1] - 0.2), 1)
    kept = (shift >= 0).all(1) & (shift <= 1).all(1)
    one, two = member.change(y[kept], t), member.change(shift[kept], t)
    assert torch.allclose(one[:, 0], two[:, 0], atol=1e-9)
    assert bool((one[:, 1] > two[:, 1]).all())


def test_the_spiral_of_the_square_keeps_its_rim() -> None:
    (member,) = family_named(Box(2), "spiral of 1 and 2")
    rim = torch.tensor([[0.0, 0.3], [1.0, 0.5], [0.9, 0.95]], dtype=torch.float64)
    assert torch.allclose(member.change(rim, 2.0), rim)
    centre = torch.tensor([[0.6, 0.5]], dtype=torch.float64)
    angle = 2.0 * (1 - 2 * 0.1)
    expected = torch.tensor([[0.5 + 0.1 * math.cos(angle), 0.5 + 0.1 * math.sin(angle)]])
    assert torch.allclose(member.change(centre, 2.0), expected.double())


def test_a_full_swap_is_the_transposition() -> None:
    for space in (Sphere(3), RealSpace(3), Box(3)):
        (member,) = family_named(space, "swap of 1 and 3")
        y = drawn(space, 20)
        assert torch.allclose(member.change(y, 1.0), y[:, [2, 1, 0]])
        assert torch.allclose(member.change(y, 0.0), y)
