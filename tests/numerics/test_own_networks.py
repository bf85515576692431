"""Networks and mixings of a user's own: what they are asked, and that they are what is trained."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from examples.own_network import build, observe
from sith import (
    Agreement,
    Budget,
    Claim,
    InputError,
    SignFlips,
    TrainedReport,
    UnsupportedCondition,
    derive,
    theorem,
)
from sith.numerics.cli import main
from sith.numerics.experiments import Experiment, OwnParts, injectivity, set_up, with_own
from sith.numerics.runs.measured import trained_check
from sith.numerics.runs.trained_verdict import unless_proved
from sith.theory import Box, Mixing, RealSpace, Sphere

TINY = Budget("tiny", 2, 30, 64, 16, 2048)
SPHERE: Claim = theorem("zimmermann_2021_vmf").at(3)
BOX: Claim = theorem("daunhawer_2023_multimodal").at()
LINEAR: Claim = theorem("comon_1994_linear_ica").at(2)
SEEDS = (0, 1)


def made(claim: Claim, encoder: Any = None, mixing: Any = None) -> Experiment:
    return with_own(set_up(claim, TINY, SEEDS, "cpu"), OwnParts.of(encoder, mixing), SEEDS, "cpu")


def net(*layers: nn.Module) -> Callable[[int, int], nn.Module]:
    """A factory of a network that ends in the given layers."""
    return lambda inputs, outputs: nn.Sequential(nn.Linear(inputs, outputs), *layers)


class Apply(nn.Module):
    """A layer of any function."""

    def __init__(self, function: Callable[[Tensor], Any]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Any:
        return self.function(x)


def branching(x: Tensor) -> Tensor:
    return x if float(x.detach().abs().max()) < 1e9 else 0 * x


def test_seeds_have_networks_of_their_own_and_the_same_alone() -> None:
    both = made(SPHERE, build).encoder
    experiment = set_up(SPHERE, TINY, (1,), "cpu")
    alone = with_own(experiment, OwnParts.of(build, None), (1,), "cpu").encoder
    for name, value in both.trainable().items():
        assert torch.equal(value[1:], alone.state[name])
    assert not torch.equal(*both.state["own.0.weight"])
    assert both.output_dim == 3
    x = torch.randn(2, 5, both.state["whiten.mean"].shape[-1])
    assert torch.allclose(both(x).norm(dim=-1), torch.ones(2, 5), atol=1e-6)


def test_the_batches_are_those_without_it() -> None:
    plain, own = set_up(SPHERE, TINY, SEEDS, "cpu"), made(SPHERE, build)
    assert all(torch.equal(a, b) for a, b in zip(plain.draw(2), own.draw(2), strict=True))


def test_a_module_that_vmap_cannot_batch_takes_one_seed_after_the_other() -> None:
    encoder = made(SPHERE, net(Apply(branching))).encoder
    together = made(SPHERE, net()).encoder
    assert "one seed after the other" in str(encoder.spec)
    assert "all seeds at once" in str(together.spec)
    x = torch.randn(2, 5, encoder.state["whiten.mean"].shape[-1])
    assert torch.allclose(encoder(x), together(x), atol=1e-6)


def test_dropout_is_off_and_buffers_are_kept() -> None:
    encoder = made(SPHERE, net(nn.Dropout(0.5), nn.BatchNorm1d(3))).encoder
    assert {k for k in encoder.state if k.startswith("fixed.")} == {
        "fixed.2.running_mean",
        "fixed.2.running_var",
        "fixed.2.num_batches_tracked",
    }
    assert not any(k.startswith("fixed.") for k in encoder.trainable())
    assert encoder.to(torch.float64).state["fixed.2.num_batches_tracked"].dtype == torch.int64


def test_a_lazy_layer_and_a_seed() -> None:
    given = []

    def lazy(inputs: int, outputs: int, seed: int) -> nn.Module:
        given.append((inputs, seed))
        return nn.LazyLinear(outputs)

    made(SPHERE, lazy)
    assert [seed for _, seed in given] == [0, 1]


@pytest.mark.parametrize(
    ("encoder", "fault"),
    [
        (net(nn.Linear(3, 2)), r"gives \(256, 2\)"),
        (net(Apply(lambda x: x.sum())), r"gives \(\)"),
        (net(Apply(lambda x: (x, x))), "gives tuple"),
        (net(Apply(lambda x: x / 0)), "NaN or infinite"),
        (net(Apply(lambda x: x.detach())), "do not depend on its parameters"),
        (net(Apply(lambda x: x.float())), "float32 for float64"),
        (net(Apply(lambda x: x @ torch.eye(3))), "new_tensor"),
        (net(Apply(lambda x: x.to("meta"))), "on meta"),
        (net(Apply(lambda x: x - x.mean(0))), "other rows"),
        (net(Apply(lambda x: x + torch.rand_like(x))), "on chance"),
        (lambda inputs, outputs: Apply(lambda x: x[:, :outputs]), "no trained parameters"),
        (lambda inputs, outputs: 3, "returns a int"),
        (lambda inputs: nn.Linear(inputs, 3), "fails: TypeError"),
        (lambda inputs, outputs: sys.exit(4), "fails: SystemExit"),
        (
            lambda inputs, outputs, seed: nn.Sequential(
                nn.Linear(inputs, 4 + seed), nn.Linear(4 + seed, outputs)
            ),
            "different shapes",
        ),
        (nn.Linear(3, 3), "built already"),
        (
            lambda inputs, outputs: nn.Sequential(
                nn.Linear(inputs, 3, dtype=torch.complex64), Apply(lambda x: x.real)
            ),
            "complex",
        ),
    ],
)
def test_what_is_no_network_is_refused_in_one_line(encoder: Any, fault: str) -> None:
    with pytest.raises(InputError, match=fault) as caught:
        made(SPHERE, encoder)
    assert "\n" not in str(caught.value)


def test_a_claim_of_linear_encoders_takes_linear_networks_alone() -> None:
    with pytest.raises(InputError, match="is not linear"):
        made(LINEAR, build)
    made(LINEAR, net(nn.Linear(2, 2)))
    zero = nn.init.zeros_
    late = net(Apply(torch.tanh), nn.Linear(2, 2))

    def affine_at_the_start(inputs: int, outputs: int) -> nn.Module:
        module = late(inputs, outputs)
        zero(module[2].weight)  # type: ignore[index,arg-type]
        return module

    with pytest.raises(InputError, match="is not linear"):
        made(LINEAR, affine_at_the_start)


def test_a_sigmoid_into_a_box_is_not_applied_twice() -> None:
    with pytest.raises(InputError, match="leave its last sigmoid out"):
        made(BOX, net(nn.Sigmoid()))
    made(BOX, net())


def test_a_likelihood_takes_no_network_that_may_fold() -> None:
    with pytest.raises(UnsupportedCondition, match="one-to-one"):
        made(theorem("klindt_2021_slowvae").at(), build)
    with pytest.raises(UnsupportedCondition, match="as many observations as latents"):
        made(LINEAR, mixing=lambda z: torch.cat((z, z), -1))


def test_a_mixing_is_the_same_for_all_seeds_and_the_network_fits_it() -> None:
    experiment = made(SPHERE, mixing=observe)
    z = experiment.latents[:, :4]
    x = experiment.mixing(z)
    assert x.dtype == z.dtype
    assert torch.allclose(x[1], observe(z[1].double()).float())
    assert experiment.encoder(x).shape == (2, 4, 3)


WEIGHT = torch.tensor([[1.0, 0.5, 0.0], [0.0, 1.0, 0.5], [0.5, 0.0, 1.0], [1.0, 1.0, 1.0]])


def test_modules_and_constants_of_single_precision_are_mixings_too() -> None:
    made(SPHERE, mixing=nn.Sequential(nn.Linear(3, 4), nn.LeakyReLU(0.5)))
    made(SPHERE, mixing=lambda z: z @ WEIGHT.T)


@pytest.mark.parametrize(
    ("mixing", "fault"),
    [
        (torch.ones_like, "is constant"),
        (lambda z: z / 0, "NaN or infinite"),
        (lambda z: z.detach(), "no derivative"),
        (lambda z: z.sum(), r"gives \(\)"),
        (lambda z: z.numpy(), "no derivative|gives ndarray"),
        (lambda z: z.T, "gives"),
        (lambda z: z @ torch.eye(4), "fails on"),
        (lambda z: z + torch.rand_like(z), "on chance"),
        (lambda z: z - z.mean(0), "other latents"),
        (torch.abs, "not injective"),
        (lambda z: z[:, :1], "not injective"),
        (lambda z: torch.cat((z[:, :1], z[:, 1:] ** 2), -1), "not injective"),
        (nn.Linear, "is a class"),
    ],
)
def test_what_is_no_mixing_is_refused_in_one_line(mixing: Any, fault: str) -> None:
    with pytest.raises(InputError, match=fault) as caught:
        made(SPHERE, mixing=mixing)
    assert "\n" not in str(caught.value)


def test_injectivity_is_asked_on_the_space_alone() -> None:
    """z/|z| is injective on the sphere, and has a Jacobian of rank d − 1 off it."""
    z = nn.functional.normalize(torch.randn(2, 64, 3, dtype=torch.float64), dim=-1)
    radial = nn.functional.normalize
    assert injectivity(lambda v: radial(v, dim=-1), Sphere(3), z).passed
    assert not injectivity(lambda v: radial(v, dim=-1), RealSpace(3), z).passed
    assert not injectivity(torch.abs, Sphere(3), z).passed
    inside = 0.1 + 0.9 * torch.rand(2, 64, 3, dtype=torch.float64)
    assert injectivity(torch.square, Box(3), inside).passed
    assert not injectivity(torch.square, Box(3), 2 * inside - 1).passed


def test_the_class_of_the_mixing_is_kept() -> None:
    linear = SPHERE.replace(world=replace(SPHERE.world, mixing=Mixing.LINEAR))
    with pytest.raises(InputError, match="is not linear"):
        made(linear, mixing=observe)
    made(linear, mixing=lambda z: z @ WEIGHT.T)


FILE = """
from torch import nn
def build(inputs, outputs):
    return nn.Linear(inputs, outputs + 1)
def constant(z):
    return 0 * z
three = 3
"""


@pytest.mark.parametrize(
    ("option", "text", "fault"),
    [
        ("--encoder", "nowhere.py:build", "does not exist"),
        ("--encoder", "own.py:biuld", "did you mean 'build'?"),
        ("--encoder", "own.py", "write path/to/file.py:NAME"),
        ("--encoder", "own.py:three", "of type int"),
        ("--encoder", "own.py:build", "gives (2048, 4)"),
        ("--mixing", "own.py:constant", "is constant"),
    ],
)
def test_the_command_line_says_it_in_one_line(
    option: str,
    text: str,
    fault: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text(FILE)
    assert main(["check", "zimmermann_2021_vmf", option, text, "--quiet"]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert fault in line


CIRCLE: Claim = theorem("zimmermann_2021_vmf").at(2)
SHORT = Budget("short", 2, 100, 128, 16, 2048)


def test_a_network_of_ones_own_is_trained_and_named() -> None:
    found, run = trained_check(CIRCLE, SHORT, SEEDS, own=OwnParts.of(build, observe))
    assert found.metrics["procrustes_r2"].mean > 0.95, str(found)
    assert "build" in found.network
    assert "observe" in found.mixing
    assert "no proof" in found.mixing
    assert "own.0.weight" in run.encoder.state
    assert found.to_dict()["network"] == found.network


def test_a_network_that_cannot_invert_the_mixing_is_no_counterexample() -> None:
    def bent(z: Tensor) -> Tensor:
        return z + 0.45 * torch.sin(2 * z) * z.new_tensor([1.0, -1.0])

    found, _ = trained_check(CIRCLE, SHORT, SEEDS, own=OwnParts.of(net(), bent))
    assert found.outcome is Agreement.UNDECIDED, str(found)
    assert "not reached" in found.reason


def test_figures_on_a_network_of_ones_own_contradict_no_proof() -> None:
    proved = derive(CIRCLE, degree=1)
    report = TrainedReport(Agreement.DISAGREES, "far", {}, {}, "", SEEDS, 1, 0.0)
    assert unless_proved(report, proved).outcome is Agreement.UNDECIDED
    wrong = derive(CIRCLE.replace(group=SignFlips(2)), degree=1)
    assert unless_proved(report, wrong) is report
