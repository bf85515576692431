"""Speed: many seeds against one, the share of the matrix rate, and memory of a large InfoNCE step."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from sith.numerics.benchmarks.gpu.live import peak_bytes
from sith.numerics.benchmarks.gpu.size import Size
from sith.numerics.benchmarks.gpu.step import WAYS, Prepared, prepare, seconds_of
from sith.numerics.losses import InnerProduct, infonce
from sith.numerics.training.memory import out_of_memory, release

WIDTH = 64
TEMPERATURE = 0.1
DIM = 10
AIM = 3.0
"""Most times a step of all seeds may cost what a step of one costs."""

SAME = 1e-4
"""Share of the largest entry by which the two InfoNCE may differ: float32 sums of 65,536 terms in two
orders differ by about √65,536 · 2⁻²⁴ = 1.5e-5, and a wrong term by 1."""


def seeds_names(size: Size, device: str) -> tuple[str, ...]:
    """The ways in which a step runs on this device."""
    del size
    return tuple(way for way in WAYS if way != "graph" or torch.device(device).type == "cuda")


def seeds_row(way: str, size: Size, device: str) -> dict[str, Any]:
    """Time a step of one seed and of many, forward, backward and optimiser."""
    seconds = {}
    for count in (1, size.seeds):
        step = prepare(way, count, size.step_batch, WIDTH, device)
        seconds[count] = seconds_of(step, size.timed_steps, device)
        del step
        release()
    return {
        "seeds": size.seeds,
        "one_ms": 1e3 * seconds[1],
        "many_ms": 1e3 * seconds[size.seeds],
        "ratio": seconds[size.seeds] / seconds[1],
        "aim": AIM,
        "met": seconds[size.seeds] <= AIM * seconds[1],
    }


def rate_names(size: Size, device: str) -> tuple[str, ...]:
    """The steps whose share of the matrix rate is measured."""
    del size, device
    return ("many seeds", "one wide encoder")


def rate_row(name: str, size: Size, device: str) -> dict[str, Any]:
    """Operations of a step's matrix products per second, as a share of one large product's rate.

    Both in float32 without TF32, so that the share is of what the step could reach.
    """
    many = name == "many seeds"
    shape = (size.seeds, size.step_batch, WIDTH) if many else (1, size.wide_batch, size.wide)
    step = prepare("eager", *shape, device)
    seconds = seconds_of(step, size.timed_steps, device)
    counted = _operations(step)
    with _full_precision():
        whole = matrix_rate(size.square, device)
    return {
        "step_ms": 1e3 * seconds,
        "gflop_a_step": counted / 1e9,
        "tflop_per_s": counted / seconds / 1e12,
        "matrix_tflop_per_s": whole / 1e12,
        "share": counted / seconds / whole,
    }


def matrix_rate(square: int, device: str, repeats: int = 10) -> float:
    """Return operations per second of a product of two square matrices in float32."""
    a, b = (torch.randn((square, square), device=device) for _ in range(2))
    return 2 * square**3 / seconds_of(lambda: a @ b, repeats, device)


def _operations(step: Prepared) -> int:
    with FlopCounterMode(display=False) as counter:
        step.gradients()
    return int(counter.get_total_flops())


@contextlib.contextmanager
def _full_precision() -> Iterator[None]:
    before = torch.backends.cuda.matmul.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = False
    try:
        yield
    finally:
        torch.backends.cuda.matmul.allow_tf32 = before


def memory_names(size: Size, device: str) -> tuple[str, ...]:
    """One row."""
    del device
    return (f"InfoNCE, batch {size.infonce_batch:,}",)


def memory_row(name: str, size: Size, device: str) -> dict[str, Any]:
    """Peak memory and time of InfoNCE forward and backward, beside the plain evaluation."""
    del name
    generator = torch.Generator(device=device).manual_seed(0)
    shape = (1, size.infonce_batch, DIM)
    first = torch.randn(shape, generator=generator, device=device)
    second = first + 0.5 * torch.randn(shape, generator=generator, device=device)
    a, b = (torch.nn.functional.normalize(v, dim=-1).requires_grad_() for v in (first, second))
    del first, second
    ours = _peak_and_seconds(infonce_in_blocks, a, b, device)
    plain = _peak_and_seconds(plain_infonce, a, b, device)
    both = bool(ours["found"]) and bool(plain["found"])
    pairs = zip(ours["found"], plain["found"], strict=True) if both else ()
    apart = max((_apart(x, y) for x, y in pairs), default=math.nan)
    return {
        "peak_mib": ours["peak_mib"],
        "plain_peak_mib": plain["peak_mib"],
        "step_ms": ours["ms"],
        "plain_step_ms": plain["ms"],
        "memory_ratio": plain["peak_mib"] / ours["peak_mib"] if both else None,
        "apart": apart if both else None,
        "tolerance": SAME,
        "met": apart <= SAME if both else None,
        "note": "" if both else "memory runs out",
    }


def infonce_in_blocks(a: Tensor, b: Tensor) -> Tensor:
    """The library's loss."""
    return infonce(a, b, InnerProduct(TEMPERATURE))


def plain_infonce(a: Tensor, b: Tensor) -> Tensor:
    """The loss as it is written down, with all scores at once."""
    scores = a @ b.mT / TEMPERATURE
    return (scores.logsumexp(-1) - scores.diagonal(dim1=1, dim2=2)).mean(-1)


def _peak_and_seconds(loss: Any, a: Tensor, b: Tensor, device: str) -> dict[str, Any]:
    """Peak, milliseconds, and value with gradients, or nothing where memory runs out."""
    found: list[Tensor] = []

    def once() -> None:
        value = loss(a, b)
        found[:] = [value.detach(), *torch.autograd.grad(value.sum(), (a, b))]

    try:
        peak = peak_bytes(once, device)
        seconds = seconds_of(once, 2, device)
    except (RuntimeError, MemoryError) as error:
        if not out_of_memory(error):
            raise
        # The traceback holds the tensors that did not fit.
        error.__traceback__ = None
        release()
        return {"peak_mib": None, "ms": None, "found": ()}
    return {"peak_mib": peak / 2**20, "ms": 1e3 * seconds, "found": tuple(found)}


def _apart(one: Tensor, other: Tensor) -> float:
    """Largest difference of entries, as a share of the largest entry."""
    return float((one - other).abs().max() / other.abs().max())
