"""Everything that takes a device runs on a pretend accelerator, which is strict about devices."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
import torch

from sith.numerics.experiments import set_up
from sith.numerics.training.budget import Budget
from sith.numerics.training.loop import seed_generators, train
from sith.numerics.training.settings import TrainSettings
from sith.numerics.worlds import WorldSampler
from sith.theory import THEOREMS, SithError
from tests.helpers.pretend_device import DEVICE, REASON, pretend
from tests.numerics.test_losses_contract import LOSSES, NAMES, views
from tests.numerics.test_mixings import BUILDERS

pytestmark = pytest.mark.skipif(bool(REASON), reason=REASON or "the pretend device works here")

BUDGET = Budget("tiny", seeds=2, steps_per_dim=2, batch=32, width=8, held_out=64)
SEEDS = (0, 1)

EVERY_KIND = (
    "zimmermann_2021_vmf",
    "haochen_2021_spectral",
    "balestriero_2022_closed_form",
    "hyvarinen_2016_tcl",
)
"""One for each kind of set-up that is quick; the others are run with the slow tests."""


def trained(slug: str, device: str) -> dict[str, torch.Tensor]:
    """Set a theorem's experiment up and take two steps: losses, gap and representation on the CPU.

    The loop hands its losses over on the CPU; all else stays where it was made.
    """
    claim = next(t for t in THEOREMS if t.slug == slug).at()
    experiment = set_up(claim, BUDGET, SEEDS, device)
    settings = TrainSettings(steps=2, warmup=1, draw_ahead=2)
    done = train(
        experiment.draw, experiment.loss, experiment.encoder, settings, extras=experiment.extras
    )
    gap, scale = experiment.loss_gap(done.encoder, done.extras)
    found = {
        "losses": done.losses,
        "gap": gap,
        "scale": scale,
        "h": experiment.represent(done.encoder),
        "z": experiment.base_latents(),
    }
    places = {name: value.device.type for name, value in found.items() if name != "losses"}
    assert set(places.values()) == {torch.device(device).type}, places
    return {name: value.cpu() for name, value in found.items()}


def same_on_both(slug: str) -> None:
    """Equal numbers: the pretend generator draws what the CPU's does."""
    try:
        here = trained(slug, "cpu")
    except SithError as error:
        pytest.skip(f"not trained: {error}")
    with pretend():
        there = trained(slug, DEVICE)
    for name, value in here.items():
        torch.testing.assert_close(
            there[name], value, rtol=1e-4, atol=1e-5, equal_nan=True, msg=name
        )


@pytest.mark.parametrize("slug", EVERY_KIND)
def test_an_experiment_runs_on_the_device(slug: str) -> None:
    same_on_both(slug)


@pytest.mark.slow
@pytest.mark.parametrize("slug", [t.slug for t in THEOREMS if t.slug not in EVERY_KIND])
def test_every_other_experiment_runs_on_the_device(slug: str) -> None:
    same_on_both(slug)


# Losses, mixings, samplers and the exact check.


@pytest.mark.parametrize("name", NAMES)
def test_a_loss_runs_forward_and_backward(name: str) -> None:
    loss, _ = LOSSES[name]

    def gradients(device: str) -> tuple[torch.Tensor, ...]:
        a, b = (v.to(device).requires_grad_() for v in views())
        value = loss(a, b)
        value.sum().backward()
        found = (value.detach(), *(x.grad for x in (a, b) if x.grad is not None))
        assert {x.device.type for x in found} == {torch.device(device).type}
        return tuple(x.cpu() for x in found)

    here = gradients("cpu")
    with pretend():
        there = gradients(DEVICE)
    assert len(here) == len(there)
    for one, two in zip(here, there, strict=True):
        torch.testing.assert_close(two, one, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_a_mixing_runs(name: str) -> None:
    z = torch.rand((2, 8, 4), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    here = BUILDERS[name](seed_generators(SEEDS, "mixing"), 4)(z)
    with pretend():
        mixed = BUILDERS[name](seed_generators(SEEDS, "mixing", DEVICE), 4)(z.to(DEVICE))
        assert mixed.device.type == "pretend"
        torch.testing.assert_close(mixed.cpu(), here, rtol=1e-6, atol=1e-6)


def drawn(slug: str, device: str) -> tuple[torch.Tensor, ...]:
    """Pairs of a theorem's world."""
    world = next(t for t in THEOREMS if t.slug == slug).at().world
    (generator,) = seed_generators((0,), "sampler", device)
    found = WorldSampler(world).pairs(32, generator)
    assert {v.device.type for v in found} == {torch.device(device).type}
    return tuple(v.cpu() for v in found)


def sampled_alike(slug: str) -> None:
    try:
        here = drawn(slug, "cpu")
    except SithError as error:
        pytest.skip(f"not sampled in pairs: {error}")
    with pretend():
        there = drawn(slug, DEVICE)
    for one, two in zip(here, there, strict=True):
        torch.testing.assert_close(two, one, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("slug", ["zimmermann_2021_vmf", "zimmermann_2021_lp"])
def test_a_sampler_draws_on_the_device(slug: str) -> None:
    sampled_alike(slug)


@pytest.mark.slow
@pytest.mark.parametrize("slug", [t.slug for t in THEOREMS])
def test_every_sampler_draws_on_the_device(slug: str) -> None:
    sampled_alike(slug)


def test_the_tabular_optimum_runs_on_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    from sith.numerics.exact import tabular_optimum
    from sith.numerics.training import device

    claim = next(t for t in THEOREMS if t.slug == "zimmermann_2021_vmf").at(2)
    small = {"points": 12, "starts": 2, "iterations": 3}
    here = tabular_optimum(claim, **small)
    monkeypatch.setattr(device, "pick_device", lambda name: name)
    with pretend():
        there = tabular_optimum(claim, device=DEVICE, **small)
    assert there.to_dict()["base_loss"] == pytest.approx(here.to_dict()["base_loss"], rel=1e-9)


# Planted faults: each is what an accelerator refuses and a CPU does not.


def test_two_devices_are_refused() -> None:
    with pretend(), pytest.raises(RuntimeError, match="two devices"):
        torch.ones(3, device=DEVICE) + torch.ones(3)


def test_a_number_on_the_cpu_may_take_part() -> None:
    with pretend():
        total = torch.ones(3, device=DEVICE) * torch.tensor(2.0)
        assert total.device.type == "pretend" and total.sum().item() == 6.0


def test_an_index_on_the_device_into_the_cpu_is_refused_and_the_other_way_is_not() -> None:
    with pretend():
        index = torch.tensor([0, 2])
        assert torch.arange(3, device=DEVICE)[index].tolist() == [0, 2]
        with pytest.raises(RuntimeError, match="two devices"):
            torch.arange(3)[index.to(DEVICE)]


def test_a_generator_of_another_device_is_refused() -> None:
    with pretend():
        generator = torch.Generator(device=DEVICE).manual_seed(0)
        assert torch.rand(2, generator=generator, device=DEVICE).device.type == "pretend"
        with pytest.raises(RuntimeError, match="generator"):
            torch.rand(2, generator=generator)
        with pytest.raises(RuntimeError, match="generator"):
            torch.rand(2, generator=torch.Generator(), device=DEVICE)


def test_numpy_is_refused() -> None:
    with pretend():
        tensor = torch.ones(2, device=DEVICE)
        with pytest.raises(TypeError, match="numpy"):
            tensor.numpy()
        with pytest.raises(TypeError, match="numpy"):
            np.asarray(tensor)
        assert tensor.cpu().numpy().tolist() == [1.0, 1.0]


def test_gradients_are_those_of_the_cpu() -> None:
    with pretend():
        x = torch.tensor([1.0, 2.0]).to(DEVICE).requires_grad_()
        (x**2).sum().backward()
        assert x.grad is not None and x.grad.cpu().tolist() == [2.0, 4.0]


def test_an_experiment_that_draws_on_the_cpu_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault of enumerating a graph on the CPU, planted again."""
    pairs = import_module("sith.numerics.experiments.spectral_pairs").DrawnPairs
    right = pairs.enumerated
    monkeypatch.setattr(pairs, "enumerated", lambda *given: tuple(v.cpu() for v in right(*given)))
    with pretend(), pytest.raises((RuntimeError, AssertionError)):
        trained("haochen_2021_spectral", DEVICE)


def test_an_encoder_runs_on_the_device() -> None:
    claim = next(t for t in THEOREMS if t.slug == "zimmermann_2021_vmf").at()
    with pretend():
        experiment = set_up(claim, BUDGET, SEEDS, DEVICE)
        rows = experiment.mixing(experiment.latents.float())
        assert experiment.encoder(rows).device.type == "pretend"
