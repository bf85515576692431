"""The training loop: optimum reached, seeds apart, divergence contained, schedule validated."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
import torch
from torch import Tensor

from sith.numerics.benchmarks.verdict_cost import Cost, held_out_r2, measure, summarise
from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.training.loop import seed_generators, train
from sith.numerics.training.result import Divergence, StopReason
from sith.numerics.training.settings import TrainSettings

BATCH, DIM = 64, 3
SPEC = EncoderSpec("linear")


def problem(seeds: list[int], steps: int = 200, **options: object) -> dict[str, object]:
    """Linear regression onto twice the input: the optimum has loss zero."""
    generators = seed_generators(seeds, "batches")
    first = torch.stack([torch.randn((BATCH, DIM), generator=g) for g in generators])

    def draw(count: int) -> tuple[Tensor, ...]:
        parts = [torch.randn((count, BATCH, DIM), generator=g) for g in generators]
        return (torch.stack(parts, dim=1),)

    def loss(encode: Callable[[Tensor], Tensor], batch: tuple[Tensor, ...], _: object) -> Tensor:
        return (encode(batch[0]) - 2 * batch[0]).square().mean((1, 2))

    encoder = build_encoder(SPEC, DIM, first, seed_generators(seeds, "weights"))
    settings = TrainSettings(steps=steps, learning_rate=0.1, warmup=5, weight_decay=0.0)
    return {"draw": draw, "loss": loss, "encoder": encoder, "settings": settings, **options}


def test_the_optimum_is_reached_and_the_arguments_are_left_alone() -> None:
    arguments = problem([0, 1])
    encoder = arguments["encoder"]
    assert isinstance(encoder, Encoder)
    before = {name: value.clone() for name, value in encoder.state.items()}
    result = train(**arguments)  # type: ignore[arg-type]
    assert result.losses.shape == (200, 2)
    assert float(result.losses[-1].max()) < 1e-4 < float(result.losses[0].min())
    assert (result.steps, result.reason, result.diverged) == (200, StopReason.HORIZON, ())
    assert not any(value.requires_grad for value in result.encoder.state.values())
    assert all(torch.equal(encoder.state[name], before[name]) for name in before)


def test_a_seed_alone_trains_as_it_does_among_others() -> None:
    together = train(**problem([0, 3, 5], steps=40))  # type: ignore[arg-type]
    alone = train(**problem([3], steps=40))  # type: ignore[arg-type]
    torch.testing.assert_close(together.losses[:, 1], alone.losses[:, 0], rtol=1e-3, atol=1e-6)


def test_matches_torch_adamw() -> None:
    arguments = problem([0], steps=30)
    encoder, draw = arguments["encoder"], arguments["draw"]
    assert isinstance(encoder, Encoder) and callable(draw)
    settings = TrainSettings(
        30, learning_rate=0.05, warmup=3, weight_decay=0.3, clip=float("inf"), draw_ahead=30
    )
    ours = train(**{**problem([0]), "settings": settings})  # type: ignore[arg-type]
    weights = {name: value.clone().requires_grad_() for name, value in encoder.trainable().items()}
    reference = torch.optim.AdamW(
        [
            {"params": [weights["output.weight"]], "weight_decay": 0.3},
            {"params": [weights["output.bias"]], "weight_decay": 0.0},
        ],
        betas=settings.betas,
        eps=settings.epsilon,
    )
    for step, x in enumerate(draw(30)[0]):
        for group in reference.param_groups:
            group["lr"] = settings.rate(step)
        reference.zero_grad()
        (encoder.with_state(weights)(x) - 2 * x).square().mean().backward()
        reference.step()
    for name, value in weights.items():
        torch.testing.assert_close(ours.encoder.state[name], value.detach(), rtol=1e-4, atol=1e-5)


def test_a_diverged_seed_is_frozen_and_spoils_no_other() -> None:
    healthy = train(**problem([0, 1, 2], steps=60))  # type: ignore[arg-type]
    arguments = problem([0, 1, 2], steps=60)
    plain, calls = arguments["loss"], []
    assert callable(plain)

    def loss(encode: object, batch: tuple[Tensor, ...], extras: object) -> Tensor:
        calls.append(0)
        values: Tensor = plain(encode, batch, extras)
        poison = torch.tensor([1.0, torch.nan if len(calls) > 10 else 1.0, 1.0])
        return values * poison

    result = train(**{**arguments, "loss": loss})  # type: ignore[arg-type]
    assert result.diverged == (Divergence(seed=1, step=10),)
    assert bool(result.losses[10:, 1].isnan().all())
    assert bool(result.losses[:10].isfinite().all())
    assert bool(result.encoder.state["output.weight"].isfinite().all())
    torch.testing.assert_close(result.losses[:, [0, 2]], healthy.losses[:, [0, 2]])


def test_training_ends_when_every_seed_has_diverged() -> None:
    arguments = problem([0, 1], loss=lambda encode, batch, _: encode(batch[0]).sum((1, 2)) / 0)
    result = train(**arguments)  # type: ignore[arg-type]
    assert result.reason is StopReason.DIVERGED
    assert result.steps == 50
    assert len(result.diverged) == 2


def test_clipping_is_per_seed() -> None:
    scale = torch.tensor([1.0, 1e6])
    plain = problem([0, 1])["loss"]
    assert callable(plain)
    scaled = problem([0, 1], loss=lambda *a: scale * plain(*a))
    result = train(**scaled)  # type: ignore[arg-type]
    assert float(result.losses[-1, 0]) < 1e-3


def test_extra_parameters_are_trained() -> None:
    target = torch.tensor([[1.0, -2.0], [3.0, 0.5]])

    def loss(_: object, __: object, extras: Mapping[str, Tensor]) -> Tensor:
        return (extras["metric"] - target).square().sum(1)

    arguments = problem([0, 1], steps=300, loss=loss, extras={"metric": torch.zeros(2, 2)})
    result = train(**arguments)  # type: ignore[arg-type]
    torch.testing.assert_close(result.extras["metric"], target, atol=1e-2, rtol=0)


def test_the_hooks_are_called_on_time() -> None:
    seen: list[int] = []
    asked: list[int] = []

    def stop(step: int, encoder: Encoder, _: object) -> bool:
        asked.append(step)
        return bool(encoder(torch.zeros(2, 1, DIM)).isfinite().all()) and step >= 100

    arguments = problem([0, 1], stop=stop, progress=lambda step, losses: seen.append(step))
    result = train(**arguments)  # type: ignore[arg-type]
    assert (seen, asked) == ([50, 100], [50, 100])
    assert (result.steps, result.reason) == (100, StopReason.HOOK)


def test_an_interrupt_leaves_the_encoder_as_it_was() -> None:
    def progress(step: int, losses: Tensor) -> None:
        raise KeyboardInterrupt

    arguments = problem([0], progress=progress)
    encoder = arguments["encoder"]
    assert isinstance(encoder, Encoder)
    before = encoder.state["output.weight"].clone()
    with pytest.raises(KeyboardInterrupt):
        train(**arguments)  # type: ignore[arg-type]
    assert torch.equal(encoder.state["output.weight"], before)
    assert not encoder.state["output.weight"].requires_grad


def test_the_schedule_warms_up_and_decays() -> None:
    settings = TrainSettings(steps=100, learning_rate=1.0, warmup=9, final_fraction=0.1)
    rates = [settings.rate(step) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[9] == pytest.approx(1.0)
    assert rates[9:] == sorted(rates[9:], reverse=True)
    assert 0.1 < rates[-1] < 0.11


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": 0},
        {"learning_rate": 0.0},
        {"learning_rate": float("nan")},
        {"warmup": 100},
        {"final_fraction": 1.5},
        {"weight_decay": -1.0},
        {"betas": (0.9, 1.0)},
        {"epsilon": 0.0},
        {"clip": 0.0},
        {"draw_ahead": 0},
        {"check_every": 0},
    ],
)
def test_settings_are_validated(wrong: dict[str, object]) -> None:
    (name,) = wrong
    with pytest.raises(ValueError, match=rf"{name} = .*; allowed: .*; "):
        TrainSettings(**{"steps": 100, **wrong})  # type: ignore[arg-type]


def test_generators_depend_on_seed_and_purpose_only() -> None:
    def first(seeds: list[int], purpose: str) -> list[float]:
        return [float(torch.rand(1, generator=g)) for g in seed_generators(seeds, purpose)]

    assert first([3], "a") == first([0, 3], "a")[1:]
    assert len({*first([0, 1, 2], "a"), *first([0, 1, 2], "b")}) == 6
    for seeds in ([], [1, 1], [-1]):
        with pytest.raises(ValueError, match="allowed"):
            seed_generators(seeds, "a")


def test_infonce_recovers_the_sphere_up_to_an_affine_map() -> None:
    cost = measure(dim=3, seed=0, level=0.95)
    assert cost.reached and cost.steps < 300
    assert cost.r2_observations < 0.95 <= cost.r2


def test_held_out_r2_is_not_the_in_sample_one() -> None:
    # 30 embeddings of pure noise and 40 samples: in-sample about 0.75, held out not above zero.
    h, z = (torch.randn((1, 80, m), generator=torch.Generator().manual_seed(m)) for m in (30, 2))
    assert float(held_out_r2(h, z)) < 0
    assert float(held_out_r2(torch.cat((h[..., :3], 3 * z + 1), -1), z)) > 0.999


def test_a_seed_that_never_arrives_counts_as_infinite() -> None:
    fast = Cost(4, 0, True, 2.0, 1.0, 200, 0.99, 0.7)
    never = Cost(4, 1, False, 3.0, 1.0, 400, 0.9, 0.7)
    assert summarise(4, 0.98, [fast, fast, never])["median_cpu_seconds"] == 2.0
    lost = summarise(4, 0.98, [fast, never, never])
    assert lost["median_cpu_seconds"] is None and lost["target_met"] is False


def test_extra_parameters_are_validated() -> None:
    for extra in (torch.zeros(3, 2), torch.zeros((2, 2), dtype=torch.float64)):
        with pytest.raises(ValueError, match=r"extras\['w'\] .*; allowed: .*; "):
            train(**problem([0, 1], extras={"w": extra}))  # type: ignore[arg-type]


def test_a_loss_of_the_wrong_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="loss has shape"):
        train(**problem([0, 1], loss=lambda encode, batch, _: encode(batch[0]).mean()))  # type: ignore[arg-type]
