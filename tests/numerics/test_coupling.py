"""Coupling encoders: one-to-one, exact log-determinants, and losses that stop at the optimum."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import torch
from torch import Tensor

from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.coupling import coupling_forward, coupling_inverse
from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.log_det import value_and_log_det
from sith.numerics.encoders.spec import EncoderSpec, Output
from sith.numerics.losses import (
    flow_likelihood,
    likelihood,
    standard_normal_log_density,
    value_and_jacobian,
)
from sith.numerics.mixings import smooth_mixing
from sith.numerics.training.loop import Encode, seed_generators, train
from sith.numerics.training.settings import TrainSettings

SEEDS = range(3)


def normal(count: int, dim: int, purpose: str) -> Tensor:
    draws = [torch.randn((count, dim), generator=g) for g in seed_generators(SEEDS, purpose)]
    return torch.stack(draws)


def observations(dim: int) -> Tensor:
    return smooth_mixing(seed_generators(SEEDS, "mixing"), dim)(normal(300, dim, "z"))


def build(dim: int, output: Output = "euclidean") -> Encoder:
    spec = EncoderSpec("coupling", 16, 2, output)
    return build_encoder(spec, dim, observations(dim), seed_generators(SEEDS, "weights"))


def bent(dim: int, output: Output = "euclidean") -> Encoder:
    """A coupling encoder in float64 with random last matrices, as if trained."""
    encoder = build(dim, output).to(torch.float64)
    generator = torch.Generator().manual_seed(0)
    noise = {
        name: 0.1 * torch.randn(value.shape, generator=generator, dtype=value.dtype)
        for name, value in encoder.trainable().items()
        if ".out." in name or name == "output.bias"
    }
    return encoder.with_state(noise)


@pytest.mark.parametrize("output", ["euclidean", "box"])
@pytest.mark.parametrize("dim", [2, 3, 5])
def test_the_inverse_returns_the_observations(dim: int, output: Output) -> None:
    encoder, x = bent(dim, output), observations(dim).double()
    back = coupling_inverse(encoder.spec, encoder.state, encoder(x))
    torch.testing.assert_close(back, x, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("output", ["euclidean", "box"])
@pytest.mark.parametrize("dim", [2, 3, 5])
def test_the_log_determinant_is_that_of_autograd(dim: int, output: Output) -> None:
    encoder, x = bent(dim, output), observations(dim).double()
    y, log_volume = coupling_forward(encoder.spec, encoder.state, x)
    h, jacobian = value_and_jacobian(encoder, x)
    torch.testing.assert_close(y.detach(), h.detach())
    expected = torch.linalg.slogdet(jacobian).logabsdet
    torch.testing.assert_close(log_volume.detach(), expected.detach())
    assert float(expected.detach().std()) > 0.1
    torch.testing.assert_close(
        flow_likelihood(y, log_volume).detach(), likelihood(encoder, x).detach()
    )


def test_the_jacobian_works_through_functional_transforms() -> None:
    encoder = bent(2).select([0])
    x = observations(2)[0, :5].double()
    single = torch.func.jacrev(lambda point: encoder(point.view(1, 1, 2)).view(2))
    _, log_volume = coupling_forward(encoder.spec, encoder.state, x.unsqueeze(0))
    jacobian = torch.func.vmap(single)(x)
    torch.testing.assert_close(torch.linalg.slogdet(jacobian).logabsdet, log_volume[0])


@pytest.mark.parametrize("kind", ["linear", "mlp"])
def test_other_kinds_give_the_same_pair(kind: str) -> None:
    x = observations(3).double()
    spec = EncoderSpec(kind, 8, 1)  # type: ignore[arg-type]
    encoder = build_encoder(spec, 3, x, seed_generators(SEEDS, "weights"))
    y, log_volume = value_and_log_det(encoder, x)
    expected = likelihood(encoder, x)
    torch.testing.assert_close(flow_likelihood(y, log_volume).detach(), expected.detach())


@pytest.mark.parametrize("dim", [2, 3])
def test_it_starts_as_an_affine_map(dim: int) -> None:
    encoder, x = build(dim).to(torch.float64), observations(dim).double()
    middle = encoder((x[:, :150] + x[:, 150:]) / 2)
    torch.testing.assert_close(middle, (encoder(x[:, :150]) + encoder(x[:, 150:])) / 2)
    assert float(coupling_forward(encoder.spec, encoder.state, x)[1].std(dim=1).max()) < 1e-12


def test_a_seed_alone_equals_the_same_seed_among_others() -> None:
    x, spec = observations(3), EncoderSpec("coupling", 16, 2)
    together = build(3)
    alone = build_encoder(spec, 3, x[2:], seed_generators([2], "weights"))
    for name, value in alone.state.items():
        torch.testing.assert_close(together.state[name][2:], value, rtol=1e-5, atol=1e-6)
    full = bent(3)
    for whole, part in zip(
        value_and_log_det(full, x.double()),
        value_and_log_det(full.select([2]), x[2:].double()),
        strict=True,
    ):
        torch.testing.assert_close(whole[2:], part)
    poisoned = x.double()
    poisoned[0] = torch.nan
    torch.testing.assert_close(full(poisoned)[1:], full(x.double())[1:])


def test_a_folded_map_gets_below_the_optimum_of_the_naive_loss() -> None:
    # z1 -> |z1| -> standard normal has the right law of the output but covers it twice, so the
    # change of variables counts the same mass twice: exactly log 2 nats too low in expectation.
    z = normal(4000, 2, "fold").double()
    optimum = likelihood(lambda v: v, z).detach()

    def fold(v: Tensor) -> Tensor:
        # |z1| is half normal: move it to a normal by its distribution function 2Φ(t) - 1.
        first = v[..., :1].abs()
        uniform = torch.special.ndtr(first) * 2 - 1
        return torch.cat((torch.special.ndtri(uniform), v[..., 1:]), dim=-1)

    folded = likelihood(fold, z).detach()
    torch.testing.assert_close(
        folded, optimum - torch.log(torch.tensor(2.0)).double(), atol=0.05, rtol=0
    )


def test_no_nan_far_from_the_data_and_in_the_gradient() -> None:
    encoder = build(2)
    state = {name: value.clone() for name, value in encoder.state.items()}
    for name in encoder.trainable():
        state[name].requires_grad_(True)
    x = 1e3 * observations(2)
    y, log_volume = coupling_forward(encoder.spec, state, x)
    flow_likelihood(y, log_volume).sum().backward()
    assert bool(y.isfinite().all()) and bool(log_volume.isfinite().all())
    for name in encoder.trainable():
        gradient = state[name].grad
        assert gradient is not None and bool(gradient.isfinite().all())


def test_training_reaches_the_optimum_and_does_not_pass_it() -> None:
    mixing = smooth_mixing(seed_generators(SEEDS, "mixing"), 2)
    calibration = mixing(normal(1024, 2, "calibration"))
    spec = EncoderSpec("coupling", width=32, blocks=2)
    encoder = build_encoder(spec, 2, calibration, seed_generators(SEEDS, "weights"))
    generators = seed_generators(SEEDS, "batches")

    def draw(steps: int) -> tuple[Tensor, ...]:
        z = torch.stack([torch.randn((steps * 256, 2), generator=g) for g in generators])
        return (mixing(z).view(3, steps, 256, 2).transpose(0, 1),)

    def loss(encode: Encode, batch: tuple[Tensor, ...], _: Mapping[str, Tensor]) -> Tensor:
        return flow_likelihood(*value_and_log_det(encode, batch[0]))

    result = train(draw, loss, encoder, TrainSettings(200, learning_rate=1e-2))
    z = normal(20000, 2, "held-out").double()
    _, jacobian = value_and_jacobian(mixing, z)
    volume = torch.linalg.slogdet(jacobian).logabsdet.detach()
    # Per sample, so that the noise of the latents cancels and its size is known.
    best = volume - standard_normal_log_density(z)
    with torch.no_grad():
        y, log_volume = value_and_log_det(result.encoder.to(torch.float64), mixing(z))
        excess = -(standard_normal_log_density(y) + log_volume) - best
    gap, error = excess.mean(-1), excess.std(-1) / z.shape[1] ** 0.5
    assert not result.diverged and bool(result.losses.isfinite().all())
    assert float(gap.max()) < 0.02
    assert bool((gap > -4 * error).all())


def test_invalid_arguments_name_the_value_and_the_cure() -> None:
    spec, x = EncoderSpec("coupling", 8, 1), observations(3)
    g = seed_generators(SEEDS, "weights")
    flat = x.clone()
    flat[..., 0] = 2.0
    sphere = EncoderSpec("linear", output="sphere")
    linear = build_encoder(sphere, 3, x, g)
    narrow = build_encoder(EncoderSpec("linear"), 2, x, g)
    for call in (
        lambda: EncoderSpec("coupling", output="sphere"),
        lambda: build_encoder(spec, 2, x, g),
        lambda: build_encoder(spec, 1, x[..., :1], g),
        lambda: build_encoder(spec, 3, flat, g),
        lambda: coupling_forward(sphere, linear.state, x),
        lambda: coupling_inverse(sphere, linear.state, x),
        lambda: value_and_log_det(narrow, x),
        lambda: flow_likelihood(x, x),
    ):
        with pytest.raises(ValueError, match=r"; allowed: .*; "):
            call()
