"""Encoders on a ring of pixels: what turning the image does, and what they refuse."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.ring import ring_features
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.training.loop import seed_generators


def images(pixels: int = 8) -> Tensor:
    draws = [torch.randn((20, pixels), generator=g) + 1 for g in seed_generators(range(2), "x")]
    return torch.stack(draws).double()


def build(spec: EncoderSpec, x: Tensor) -> Encoder:
    return build_encoder(spec, 3, x, seed_generators(range(2), "weights"))


@pytest.mark.parametrize("blocks", [0, 1, 3])
def test_pooled_features_do_not_see_a_turn_and_flattened_ones_do(blocks: int) -> None:
    x = images()
    pooled = build(EncoderSpec("ring", 5, blocks, pooled=True), x)
    flat = build(EncoderSpec("ring", 5, blocks), x)
    for shift in (1, 3):
        turned = x.roll(shift, -1)
        torch.testing.assert_close(pooled(turned), pooled(x), rtol=0, atol=1e-12)
        assert float((flat(turned) - flat(x)).abs().max()) > 0.1


def test_flattened_features_turn_with_the_image() -> None:
    x = images()
    state = build(EncoderSpec("ring", 5, 2), x).state
    features = ring_features(state, x, pooled=False).view(2, 20, 8, 5)
    turned = ring_features(state, x.roll(3, -1), pooled=False).view(2, 20, 8, 5)
    torch.testing.assert_close(turned, features.roll(3, 2))


def test_it_is_the_circular_convolution_of_torch_and_zero_padding_is_not() -> None:
    x = images()
    state = build(EncoderSpec("ring", 5, 1), x).state
    own = ring_features(state, x, pooled=False).view(2, 20, 8, 5)
    white = (x - state["whiten.mean"]) * state["whiten.matrix"]
    for seed in range(2):
        kernel = state["conv0.weight"][seed].T[:, None, :]
        circular = F.pad(white[seed][:, None], (1, 1), mode="circular")
        expected = F.gelu(F.conv1d(circular, kernel)).mT
        torch.testing.assert_close(own[seed], expected)
        zeros = F.gelu(F.conv1d(white[seed][:, None], kernel, padding=1)).mT
        assert float((own[seed] - zeros).abs().max()) > 0.1


def test_without_convolutions_only_the_mean_brightness_is_left_to_a_pooled_encoder() -> None:
    x = images()
    encoder = build(EncoderSpec("ring", 5, 0, pooled=True), x)
    shuffled = x[..., torch.tensor([3, 1, 0, 2, 7, 6, 5, 4])]
    torch.testing.assert_close(encoder(shuffled), encoder(x))


def test_unfit_inputs_are_refused_in_one_line() -> None:
    for wrong in (images(2), images() * 0, images() * float("nan")):
        with pytest.raises(ValueError, match="allowed"):
            build(EncoderSpec("ring", 5, 1), wrong)
