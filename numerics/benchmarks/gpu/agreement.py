"""The same inputs on the CPU and on the device: how far apart, and how far apart they may be.

Rounding is the only difference that is allowed. Every case is computed four times: in float64 and in
float32, here and there.

- float64, there against here: at most `WIDE` of the largest entry. Sums of n terms in two orders differ
  by √n · 2⁻⁵³ on average and n · 2⁻⁵³ at most, below 1e-12 for the rows of a case; two more digits are
  for what the case multiplies rounding by (a whitening, a Sinkhorn iteration, fifty steps).
- float32, there against float64: at most `TIMES` what the CPU loses in float32 itself, or
  `TIMES` · √rows · 2⁻²⁴ where that is more. What a case multiplies rounding by is in the CPU's loss
  already; `TIMES` is for the luck of an order. A factor in TF32 has an error of 2⁻¹¹ and is noticed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from sith.numerics.benchmarks.gpu.compared import CASES, Compute, views
from sith.numerics.benchmarks.gpu.size import Size
from sith.numerics.exact import tabular_optimum
from sith.numerics.experiments import set_up
from sith.numerics.training.budget import Budget
from sith.numerics.training.loop import train
from sith.numerics.training.settings import TrainSettings
from sith.theory import theorem

WIDE = 1e-10
TIMES = 10.0
UNIT = 2.0**-24
LEAST = 1e-4

TRAINED, TABULAR = "training", "tabular optimum"
SLUG = "zimmermann_2021_vmf"


def agreement_names(size: Size, device: str) -> tuple[str, ...]:
    """Losses, encoders, a training and the tabular optimum."""
    del size, device
    return (*CASES, TRAINED, TABULAR)


def agreement_row(name: str, size: Size, device: str) -> dict[str, Any]:
    """Compare one case, and say whether the difference is one of rounding."""
    if name == TRAINED:
        return compared(training(size), size.rows, device)
    if name == TABULAR:
        return _tabular(device)
    return compared_case(CASES[name], size.rows, device)


def compared_case(compute: Compute, rows: int, device: str) -> dict[str, Any]:
    """Compare a function of two views in both precisions."""
    a, b = views(rows)

    def found(dtype: torch.dtype, place: str) -> tuple[Tensor, ...]:
        return compute(a.to(place, dtype), b.to(place, dtype))

    return compared(found, rows, device)


def compared(
    found: Callable[[torch.dtype, str], Sequence[Tensor]], rows: int, device: str
) -> dict[str, Any]:
    """Compare what a function returns for a precision and a place."""
    truth = [v.cpu() for v in found(torch.float64, "cpu")]
    wide = _error(found(torch.float64, device), truth)
    here = _error(found(torch.float32, "cpu"), truth)
    there = _error(found(torch.float32, device), truth)
    allowed = TIMES * max(here, math.sqrt(rows) * UNIT)
    return {
        "float64": wide,
        "float64_allowed": WIDE,
        "float32": there,
        "float32_allowed": allowed,
        "float32_on_cpu": here,
        # What is not finite on the CPU either is no measure of what may be lost.
        "met": wide <= WIDE and there <= allowed < math.inf,
    }


def _error(found: Sequence[Tensor], truth: Sequence[Tensor]) -> float:
    """The largest difference of entries, as a share of the largest of their tensor; NaN counts.

    A tensor of zeros, such as a gradient that cancels, is held against `LEAST` of the largest tensor.
    """
    floor = LEAST * max(float(other.abs().max()) for other in truth)
    worst = 0.0
    for one, other in zip(found, truth, strict=True):
        apart = float((one.detach().cpu().double() - other).abs().max())
        apart /= max(float(other.abs().max()), floor)
        worst = max(worst, apart if math.isfinite(apart) else math.inf)
    return worst


def training(size: Size) -> Callable[[torch.dtype, str], Sequence[Tensor]]:
    """Return what trains two seeds for a precision and a place, from weights and batches of the CPU."""
    budget = Budget("agreement", 2, 1, 128, 16, 1024)
    experiment = set_up(theorem(SLUG).at(), budget, (0, 1), "cpu")
    drawn = experiment.draw(size.trained_steps)
    settings = TrainSettings(
        steps=size.trained_steps,
        warmup=1,
        learning_rate=1e-3,
        clip=math.inf,
        draw_ahead=size.trained_steps,
    )

    def trained(dtype: torch.dtype, place: str) -> tuple[Tensor, ...]:
        batches = tuple(v.to(place, dtype if v.is_floating_point() else v.dtype) for v in drawn)
        done = train(
            lambda _: batches,
            experiment.loss,
            experiment.encoder.to(dtype, place),
            settings,
            extras={k: v.to(place, dtype) for k, v in experiment.extras.items()},
        )
        weights = [v for k, v in done.encoder.state.items() if k.endswith(".weight")]
        return (done.losses, *weights)

    return trained


def _tabular(device: str) -> dict[str, Any]:
    """The exact optimum without a network, float64 on both: the loss of the base map."""
    claim = theorem(SLUG).at(2)
    here, there = (
        tabular_optimum(claim, points=12, starts=1, iterations=2, device=place).to_dict()
        for place in ("cpu", device)
    )
    apart = abs(here["base_loss"] - there["base_loss"]) / abs(here["base_loss"])
    return {"float64": apart, "float64_allowed": WIDE, "met": apart <= WIDE}
