"""Encoders: whitening, output spaces, the affine start, seeds that do not mix."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.training.loop import seed_generators


def observations(seeds: int, count: int = 400, dim: int = 4) -> Tensor:
    draws = [
        torch.randn((count, dim), generator=g) @ torch.randn((dim, dim), generator=g) + 3.0
        for g in seed_generators(range(seeds), "x")
    ]
    return torch.stack(draws)


def build(spec: EncoderSpec, seeds: int = 3, m: int = 4) -> Encoder:
    return build_encoder(spec, m, observations(seeds), seed_generators(range(seeds), "weights"))


def test_the_calibration_batch_comes_out_white() -> None:
    x = observations(3)
    encoder = build(EncoderSpec("linear"))
    white = torch.bmm(x - encoder.state["whiten.mean"], encoder.state["whiten.matrix"]).double()
    covariance = white.mT @ white / (x.shape[1] - 1)
    torch.testing.assert_close(
        covariance, torch.eye(4, dtype=torch.float64).expand(3, 4, 4), atol=1e-4, rtol=0
    )


def test_a_direction_without_variance_is_dropped() -> None:
    x = observations(1)
    x[..., 0] = 2.0
    encoder = build_encoder(EncoderSpec("linear"), 4, x, seed_generators([0], "weights"))
    assert bool(encoder(x).isfinite().all())
    assert float(encoder.state["whiten.matrix"].abs().max()) < 1e3


@pytest.mark.parametrize("kind", ["linear", "mlp"])
def test_output_spaces(kind: str) -> None:
    x = observations(3)
    sphere = build(EncoderSpec(kind, 16, 2, "sphere", radius=2.5))(x)  # type: ignore[arg-type]
    torch.testing.assert_close(sphere.norm(dim=-1), torch.full((3, 400), 2.5))
    box = build(EncoderSpec(kind, 16, 2, "box"))(x)  # type: ignore[arg-type]
    assert 0 < float(box.min()) < float(box.max()) < 1
    assert build(EncoderSpec(kind, 16, 2, "euclidean"), m=7)(x).shape == (3, 400, 7)  # type: ignore[arg-type]


def test_an_mlp_starts_as_an_affine_map() -> None:
    encoder = build(EncoderSpec("mlp", 16, 2)).to(torch.float64)
    x = observations(3).double()
    middle = encoder((x[:, :200] + x[:, 200:]) / 2)
    torch.testing.assert_close(middle, (encoder(x[:, :200]) + encoder(x[:, 200:])) / 2)


def test_a_seed_alone_has_the_same_weights_and_seeds_do_not_mix() -> None:
    spec = EncoderSpec("mlp", 16, 2)
    x = observations(3)
    together = build(spec)
    alone = build_encoder(spec, 4, x[2:], seed_generators([2], "weights"))
    for name, value in alone.state.items():
        torch.testing.assert_close(together.state[name][2:], value, rtol=1e-5, atol=1e-6)
        if name.endswith(".weight"):
            assert torch.equal(together.state[name][2:], value)
    poisoned = x.clone()
    poisoned[0] = torch.nan
    torch.testing.assert_close(together(poisoned)[1:], together(x)[1:])


def test_float64_and_selection() -> None:
    encoder = build(EncoderSpec("mlp", 16, 1))
    x = observations(3)
    exact = encoder.to(torch.float64)(x.double())
    assert exact.dtype == torch.float64
    torch.testing.assert_close(encoder(x).double(), exact, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(encoder.select([2, 0])(x[[2, 0]]), encoder(x)[[2, 0]])
    assert all(isinstance(value, Tensor) for value in encoder.state.values())


def test_invalid_arguments_name_the_value_and_the_cure() -> None:
    encoder, x = build(EncoderSpec("mlp", 16, 1)), observations(3)
    g = seed_generators(range(3), "weights")
    for call in (
        lambda: EncoderSpec("tree"),  # type: ignore[arg-type]
        lambda: EncoderSpec(output="torus"),  # type: ignore[arg-type]
        lambda: EncoderSpec(width=0),
        lambda: EncoderSpec(blocks=-1),
        lambda: EncoderSpec(radius=0.0),
        lambda: encoder(x[:2]),
        lambda: encoder(x.double()),
        lambda: build_encoder(EncoderSpec(), 0, x, g),
        lambda: build_encoder(EncoderSpec(), 4, x, g[:1]),
        lambda: build_encoder(EncoderSpec(), 4, x[:, :4], g),
        lambda: build_encoder(EncoderSpec(), 4, x * torch.inf, g),
    ):
        with pytest.raises(ValueError, match=r"; allowed: .*; "):
            call()
