"""Sprites and the convolutional encoder: symmetries, gradients, collisions, seeds that do not mix."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.mixings import SpriteMixing, check_injectivity, from_angles
from sith.numerics.training.loop import seed_generators
from sith.numerics.worlds import SpriteWorld


def chart(count: int) -> Tensor:
    u = torch.rand((1, count, 5), generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    return u * torch.tensor([1, 1, 1, 2 * math.pi, 2 * math.pi], dtype=torch.float64)


@pytest.mark.parametrize(("shape", "turn"), [("ellipse", math.pi), ("square", math.pi / 2)])
def test_symmetric_shapes_merge_rotations_and_the_heart_does_not(shape, turn: float) -> None:
    u, moved = chart(8), chart(8)
    moved[..., 3] += turn
    same, heart = SpriteMixing(shape, side=16), SpriteMixing(side=16)
    torch.testing.assert_close(same(from_angles(u)), same(from_angles(moved)))
    assert float((heart(from_angles(u)) - heart(from_angles(moved))).abs().max()) > 0.1


def test_the_heart_has_no_collision_to_first_order_or_between_samples() -> None:
    mixing, u = SpriteMixing(side=12), chart(12)
    report = check_injectivity(lambda v: mixing(from_angles(v)), u, search_steps=0)
    assert report.passed, str(report)
    flat = check_injectivity(lambda v: mixing(from_angles(v * 1.0).mul(0.0)), u, search_steps=0)
    assert not flat.passed


@pytest.mark.parametrize("shape", ["heart", "ellipse", "square"])
def test_images_have_the_gradient_of_their_differences(shape) -> None:
    mixing = SpriteMixing(shape, side=8)
    z = from_angles(chart(2)).requires_grad_()
    assert mixing.images(z).shape == (1, 2, 3, 8, 8)
    assert torch.autograd.gradcheck(mixing, (z,))


def test_latents_and_partners_lie_on_the_latent_space() -> None:
    world, g = SpriteWorld(dtype=torch.float64), torch.Generator().manual_seed(1)
    z = world.latents(2000, g)
    near = world.partners(z, g)
    for points in (z, near):
        assert float(points[:, :3].min()) >= 0 and float(points[:, :3].max()) <= 1
        for circle in (points[:, 3:5], points[:, 5:]):
            torch.testing.assert_close(circle.norm(dim=-1), torch.ones(2000).double())
    paired = (world.isometric(z) - world.isometric(near)).norm(dim=-1).mean()
    independent = (world.isometric(z) - world.isometric(near.roll(1, 0))).norm(dim=-1).mean()
    assert float(paired) < 0.6 * float(independent)


def test_a_convolutional_encoder_keeps_seeds_apart() -> None:
    world = SpriteWorld()
    z = torch.stack([world.latents(32, g) for g in seed_generators([0, 1], "z")])
    x, spec = SpriteMixing(side=16)(z), EncoderSpec("conv", 4, 2, "sphere")
    together = build_encoder(spec, 3, x, seed_generators([0, 1], "w"))
    alone = build_encoder(spec, 3, x[1:], seed_generators([1], "w"))
    h = together(x)
    torch.testing.assert_close(h.norm(dim=-1), torch.ones(2, 32))
    torch.testing.assert_close(h[1:], alone(x[1:]), rtol=1e-4, atol=1e-5)
    assert float((h[0] - h[1]).abs().max()) > 1e-2
    other = x.clone()
    other[0] = 0.5
    torch.testing.assert_close(together(other)[1], h[1])


def test_invalid_arguments_name_the_value_and_the_cure() -> None:
    g, images = seed_generators([0], "w"), torch.rand(1, 4, 3 * 16**2)
    for call in (
        lambda: SpriteMixing("star"),  # type: ignore[arg-type]
        lambda: SpriteMixing(side=2),
        lambda: SpriteMixing(reach=1.0),
        lambda: SpriteMixing(smallest=0.0),
        lambda: SpriteMixing(softness=0.0),
        lambda: SpriteMixing()(torch.zeros(1, 2, 5)),
        lambda: build_encoder(EncoderSpec("conv", 4, 5), 3, images, g),
        lambda: build_encoder(EncoderSpec("conv", 4, 2), 3, images[..., 1:], g),
        lambda: build_encoder(EncoderSpec("conv", 4, 2), 3, images * 0, g),
    ):
        with pytest.raises(ValueError, match=r"; allowed: .*; "):
            call()
