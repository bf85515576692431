"""One training step of one claim as a pure function of flat parameters, and ways to run it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from sith.numerics.encoders.encoder import apply_encoder
from sith.numerics.experiments import set_up
from sith.numerics.training.budget import Budget
from sith.numerics.training.flat_parameters import FlatParameters
from sith.numerics.training.optimiser_state import OptimiserState
from sith.numerics.training.settings import TrainSettings
from sith.theory import InputError, theorem

Step = Callable[[], tuple[Tensor, Tensor]]

SLUG = "zimmermann_2021_vmf"
WARMUP = 3
"""Runs before a graph is captured: the allocator and the libraries have their memory by then."""

HELD_OUT = 2048
WAYS = ("eager", "compiled", "graph")


@dataclass(slots=True)
class Prepared:
    """A step that is ready to run again and again.

    Fields:
        gradients: forward and backward: the losses ``(S,)`` and the gradient ``(S, P)``.
        state: the optimiser's, of which `gradients` reads the parameters.
        static: the tensor that holds the parameters for `gradients`, ``(S, P)``.
    """

    gradients: Step
    state: OptimiserState
    static: Tensor

    def __call__(self) -> None:
        """Take the step with the optimiser."""
        with torch.no_grad():
            self.static.copy_(self.state.flat)
        values, gradient = self.gradients()
        settings = TrainSettings(steps=10**6, learning_rate=1e-3)
        self.state.step(0, settings, values.detach(), gradient)
        # The losses are kept for the report of a training; here they would only grow.
        self.state.history.clear()


def prepare(way: str, seeds: int, batch: int, width: int, device: str) -> Prepared:
    """Return a step on InfoNCE with vMF pairs, for so many seeds at once.

    Arguments:
        way: "eager"; "compiled": `torch.compile` as one graph, with CUDA graphs on CUDA; "graph":
            the plain step captured in a CUDA graph.
        seeds, batch, width: sizes.
        device: where it runs.

    Raises:
        InputError: "graph" on a device that is no GPU.
    """
    if way == "graph" and torch.device(device).type != "cuda":
        raise InputError(f"a CUDA graph on {device}", cure="choose a CUDA device")
    budget = Budget("step", seeds, 1, batch, width, HELD_OUT)
    experiment = set_up(theorem(SLUG).at(), budget, tuple(range(seeds)), device)
    parameters = FlatParameters(experiment.encoder, experiment.extras)
    state = OptimiserState.of(parameters, None)
    fixed = tuple(tensor[0] for tensor in experiment.draw(1))
    static = state.flat.clone().requires_grad_()

    def losses(flat: Tensor) -> Tensor:
        tensors, extra = parameters.unpack(flat)
        encode = partial(apply_encoder, experiment.encoder.spec, tensors)
        return experiment.loss(encode, fixed, extra)

    run = compiled(losses, device) if way == "compiled" else losses

    def gradients() -> tuple[Tensor, Tensor]:
        values = run(static)
        (gradient,) = torch.autograd.grad(values.sum(), static)
        return values, gradient

    return Prepared(captured(gradients) if way == "graph" else gradients, state, static)


def compiled(losses: Callable[[Tensor], Tensor], device: str) -> Callable[[Tensor], Tensor]:
    """Compile a loss as one graph; without a GPU it is traced and not translated."""
    torch._dynamo.reset()
    if torch.device(device).type == "cuda":
        return torch.compile(losses, fullgraph=True, dynamic=False, mode="reduce-overhead")
    return torch.compile(losses, fullgraph=True, dynamic=False, backend="aot_eager")


def captured(gradients: Step) -> Step:
    """Capture forward and backward in a CUDA graph, and return what replays it."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(WARMUP):
            gradients()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        held = gradients()

    def replay() -> tuple[Tensor, Tensor]:
        graph.replay()
        return held

    return replay


def seconds_of(call: Callable[[], object], repeats: int, device: str) -> float:
    """Return the mean wall seconds of a call, after a tenth of the repeats and at least two."""
    for _ in range(max(2, repeats // 10)):
        call()
    wait_for(device)
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    wait_for(device)
    return (time.perf_counter() - start) / repeats


def wait_for(device: str) -> None:
    """Wait until a GPU has done what it was given; a CPU has."""
    if torch.device(device).type == "cuda":
        torch.cuda.synchronize(device)
