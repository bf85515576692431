"""One training run under a design: what each setting changes, and what it leaves alone."""

import pytest
import torch

from sith import Design, InputError, theorem, train_design
from sith.numerics.runs.design import designed, finite_draw
from sith.numerics.training.loop import seed_generators

CLAIM = theorem("zimmermann_2021_vmf").at(2)
SMALL = {"steps": 30, "batch": 64, "held_out": 256, "width": 8}


def test_a_finite_training_set_has_so_many_rows_and_keeps_pairs_together():
    generators = seed_generators((0, 1), "batches")

    def draw(steps):
        z = torch.stack([torch.randn(steps * 8, 3, generator=g) for g in generators])
        shaped = z.view(2, steps, 8, 3).transpose(0, 1)
        return shaped, 2 * shaped

    again = finite_draw(draw, 20, 8, seed_generators((0, 1), "rows"))
    first, second = again(50)
    assert first.shape == (50, 2, 8, 3)
    assert torch.equal(second, 2 * first)
    for seed in range(2):
        rows = torch.unique(first[:, seed].reshape(-1, 3), dim=0)
        assert len(rows) == 20
        assert all(len(torch.unique(step[seed], dim=0)) == 8 for step in first)
    seeds = [set(map(tuple, first[:, s].reshape(-1, 3).tolist())) for s in range(2)]
    assert not seeds[0] & seeds[1]


def test_the_initial_scale_multiplies_the_weights_and_nothing_else():
    plain = designed(CLAIM, Design(**SMALL), (0,)).encoder
    scaled = designed(CLAIM, Design(**SMALL, init_scale=0.25), (0,)).encoder
    for name, value in plain.state.items():
        factor = 0.25 if name.endswith(".weight") else 1.0
        assert torch.allclose(scaled.state[name], factor * value)


def test_an_encoder_class_is_chosen_and_keeps_the_whitening():
    plain = designed(CLAIM, Design(**SMALL), (0,)).encoder
    linear = designed(CLAIM, Design(**SMALL, encoder="linear"), (0,)).encoder
    assert linear.spec.kind == "linear" and linear.spec.output == plain.spec.output
    assert torch.equal(linear.state["whiten.matrix"], plain.state["whiten.matrix"])


def test_an_encoder_of_images_keeps_its_own_scale():
    claim = theorem("zimmermann_2021_vmf").at(3)
    encoder = designed(claim, Design(**SMALL, encoder="ring"), (0,)).encoder
    assert encoder.state["whiten.matrix"].shape == (1, 1, 1)
    assert (encoder.state["whiten.mean"] == encoder.state["whiten.mean"][..., :1]).all()


@pytest.mark.parametrize("optimiser", ["adamw", "sgd"])
def test_both_optimisers_lower_the_loss(optimiser):
    rate = {"adamw": 1e-2, "sgd": 0.3}[optimiser]
    seen = []
    run = train_design(
        CLAIM,
        Design(**{**SMALL, "steps": 150}, optimiser=optimiser, learning_rate=rate),
        (0, 1),
        observe=lambda step, encoder, extras: seen.append(step),
        observe_every=50,
    )
    assert seen == [50, 100, 150]
    assert (run.losses[-20:].mean(0) < run.losses[:5].mean(0) - 0.05).all()


def test_sgd_without_momentum_is_a_step_along_the_gradient():
    from sith.numerics.encoders.build import build_encoder
    from sith.numerics.encoders.spec import EncoderSpec
    from sith.numerics.training.loop import train
    from sith.numerics.training.settings import TrainSettings

    x = torch.randn(1, 32, 2, generator=torch.Generator().manual_seed(0))
    spec = EncoderSpec(kind="linear")
    start = build_encoder(spec, 1, x, seed_generators((0,), "w"))
    settings = TrainSettings(
        steps=1,
        learning_rate=0.1,
        warmup=0,
        weight_decay=0.0,
        betas=(0.0, 0.99),
        clip=float("inf"),
        optimiser="sgd",
    )
    target = x.sum(-1, keepdim=True)

    def loss(encode, batch, extras):
        return (encode(batch[0]) - target).square().mean((1, 2))

    done = train(lambda k: (x.expand(k, -1, -1, -1),), loss, start, settings)
    weight = start.state["output.weight"].clone().requires_grad_(True)
    moved = start.with_state({"output.weight": weight})
    (gradient,) = torch.autograd.grad((moved(x) - target).square().mean((1, 2)).sum(), weight)
    expected = start.state["output.weight"] - 0.1 * gradient
    assert torch.allclose(done.encoder.state["output.weight"], expected, atol=1e-6)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("steps", 1),
        ("batch", 1),
        ("samples", 10),
        ("encoder", "tree"),
        ("init_scale", 0.0),
        ("optimiser", "lion"),
        ("learning_rate", -1.0),
        ("held_out", 1),
    ],
)
def test_a_size_out_of_range_is_refused(field, value):
    with pytest.raises(InputError, match=field):
        Design(**{**SMALL, field: value})
