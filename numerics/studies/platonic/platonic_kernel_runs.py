"""Kernels of tables that are minimised in several modalities: what is measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from sith.numerics.exact.tabular import (
    Contrastive,
    FiniteWorld,
    SpectralContrastive,
    TabularLoss,
    minimise_rows,
)
from sith.numerics.losses import InnerProduct
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Measurement, Result, Settings
from sith.theory import prediction

PREDICTION = prediction("platonic_kernel")

FITS = (8, 3, 2)
"""Weights a, b, e with a e > b²: some constant makes the kernel positive definite."""

OUTPUTS = 4

LOSSES: dict[str, TabularLoss] = {
    "infonce": Contrastive(lambda _: InnerProduct()),
    "spectral": SpectralContrastive(),
}

MODALITIES = ("plain", "relabelled", "mixed", "merged")

INTACT = MODALITIES[:3]


def ring(weights: Sequence[int]) -> np.ndarray:
    """Return the joint law of four events on a ring, ``(4, 4)``."""
    a, b, e = weights
    table = np.array([[(a, b, e, b)[(j - i) % 4] for j in range(4)] for i in range(4)], dtype=float)
    joint: np.ndarray = table / table.sum()
    return joint


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
    rng = np.random.default_rng([int(settings["seed"]), MODALITIES.index(settings["modality"])])
    joint = ring(settings["weights"])
    # Row i of `events` is the observation of event i.
    events = np.eye(4)
    if settings["modality"] == "relabelled":
        events = events[rng.permutation(4)]
    elif settings["modality"] == "mixed":
        events = rng.normal(size=(4, 4))
    elif settings["modality"] == "merged":
        events = events[[0, 0, 2, 3]]
    weights = torch.from_numpy(joint.sum(1))
    world = FiniteWorld(torch.eye(4, dtype=torch.float64), torch.from_numpy(joint), weights)
    observed, own = torch.from_numpy(events), LOSSES[settings["loss"]]

    def table(flat: Tensor) -> Tensor:
        return observed @ flat.reshape(len(flat), 4, OUTPUTS)

    def objective(flat: Tensor) -> Tensor:
        return own.value(table(flat), world, flat[:, :0])

    start = torch.from_numpy(rng.normal(size=(1, 4 * OUTPUTS)))
    found = minimise_rows(objective, start, iterations=4000, tolerance=1e-11)
    h = table(found.points)[0]
    bound = own.lower_bound(world, OUTPUTS)
    return {
        "kernel": (h @ h.T).tolist(),
        "gap": float(found.losses[0]) - bound,
        "loss": float(found.losses[0]),
        "gradient": float(found.gradients[0]),
    }


def formula(name: str, weights: Sequence[int] = FITS) -> float:
    """Return a formula of the prediction for the weights of a ring."""
    a, b, e = weights
    return float(evaluate(PREDICTION.formula(name), a=a, b=b, e=e))


def predicted_kernel() -> np.ndarray:
    """Return log P/(p p) of the ring `FITS`, ``(4, 4)``."""
    row = [formula(n) for n in ("own", "near", "far", "near")]
    return np.array([[row[(j - i) % 4] for j in range(4)] for i in range(4)])


def merged_kernel() -> np.ndarray:
    """Return the kernel of the ring whose first two events look alike, at the four events."""
    own, near = formula("own"), formula("near")
    pair, rest = formula("merged"), formula("merged_to_rest")
    table = np.array([[pair, rest, rest], [rest, own, near], [rest, near, own]])
    at = [0, 0, 1, 2]
    lifted: np.ndarray = table[np.ix_(at, at)]
    return lifted


def centred(kernel: np.ndarray) -> np.ndarray:
    """Return HKH with H = I − 11ᵀ/n, in which an additive constant is gone."""
    found: np.ndarray = kernel - kernel.mean(0) - kernel.mean(1)[:, None] + kernel.mean()
    return found


def kernels(
    measurements: Sequence[Measurement], loss: str, modalities: Sequence[str]
) -> list[np.ndarray]:
    """Return the kernels of the runs of a loss in some modalities."""
    return [
        np.array(m.result["kernel"])
        for m in measurements
        if m.settings["loss"] == loss
        and m.settings["modality"] in modalities
        and tuple(m.settings["weights"]) == FITS
    ]
