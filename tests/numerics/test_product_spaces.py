"""Products of spaces in torch: samplers, output maps, quadrature, and the residual of their groups."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
import torch

from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.exact import space_rule_of
from sith.numerics.groups import residual
from sith.numerics.worlds import grid_dim, onto, uniform_on
from sith.theory import (
    Box,
    BoxSymmetries,
    DirectProduct,
    InputError,
    Orthogonal,
    ProductSpace,
    RealSpace,
    RotationGroup,
    Sphere,
    latents,
)

SPACE = ProductSpace(Box(1), Sphere(2))


def off(points: torch.Tensor) -> float:
    """How far points are off (0, 1) × S¹."""
    length = points[..., 1:].norm(dim=-1)
    outside = (points[..., 0] - 0.5).abs() - 0.5
    return max(float((length - 1).abs().max()), float(outside.max()))


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_points_and_outputs_lie_on_the_space() -> None:
    drawn = uniform_on(SPACE, 4000, generator(), torch.device("cpu"), torch.float64)
    assert off(drawn) < 1e-9
    assert float((drawn.mean(0) - torch.tensor([0.5, 0, 0])).abs().max()) < 0.05
    assert off(onto(SPACE, drawn * 3)) < 1e-9
    assert off(onto(SPACE, torch.zeros(1, 3))) < 1e-9
    assert off(drawn * 2) > 0.5
    spec = EncoderSpec("linear", output="product", spheres=((1, 2),), intervals=(0,))
    observed = torch.randn(1, 64, 5, generator=generator())
    assert off(build_encoder(spec, 3, observed, [generator()])(observed)) < 1e-5


def test_a_rule_integrates_both_factors() -> None:
    rule = space_rule_of(SPACE, 8)
    t, x = rule.nodes[:, 0], rule.nodes[:, 1]
    assert off(rule.nodes) < 1e-9
    assert float(rule.mean(t**2 * x**2)) == pytest.approx(1 / 6)
    assert grid_dim(SPACE) == 2


@pytest.mark.parametrize("space", [ProductSpace(Sphere(2), RealSpace(1)), RotationGroup()])
def test_a_space_without_a_sampler_is_refused(space: object) -> None:
    with pytest.raises(InputError):
        uniform_on(space, 2, generator(), torch.device("cpu"), torch.float64)


def test_the_residual_tells_a_product_from_maps_outside_it() -> None:
    group = DirectProduct((BoxSymmetries(1), Orthogonal(2)))
    z = uniform_on(SPACE, 2000, generator(), torch.device("cpu"), torch.float64).numpy()
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    inside = np.concatenate((1 - z[:, :1], z[:, 1:] @ turn.T), 1)
    mixed = np.concatenate((z[:, 1:2] / 4 + 0.5, z[:, 1:]), 1)
    assert residual(group, z, inside).value < 1e-6
    assert residual(group, z, mixed).value > 0.5


def test_latents_are_named_as_in_theory() -> None:
    assert SPACE.constraints(latents(3)) == (sp.Add(*(x**2 for x in latents(3)[1:])) - 1,)
