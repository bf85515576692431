"""The kernel of pointwise mutual information: what contrastive tables share between modalities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

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
from sith.numerics.studies.frame.finding import (
    Finding,
    Measurement,
    Result,
    Settings,
    bounded,
    within,
)
from sith.numerics.studies.frame.readings import values_of
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.theory import prediction

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREDICTION = prediction("platonic_kernel")

FITS = (8, 3, 2)
"""Weights a, b, e with a e > b²: some constant makes the kernel positive definite."""

MISFITS = (4, 4, 1)
"""Weights with a e < b²: no constant does."""

OUTPUTS = 4
LOSSES: dict[str, TabularLoss] = {
    "infonce": Contrastive(lambda _: InnerProduct()),
    "spectral": SpectralContrastive(),
}
MODALITIES = ("plain", "relabelled", "mixed", "merged")
INTACT = MODALITIES[:3]


def _plan(budget: str) -> list[Settings]:
    seeds = {"smoke": 3, "ci": 10, "full": 50}[budget]
    rows = [("infonce", m, FITS) for m in MODALITIES]
    rows += [("spectral", m, FITS) for m in INTACT]
    rows += [("infonce", "plain", MISFITS), ("spectral", "plain", MISFITS)]
    return [
        {"loss": loss, "modality": modality, "weights": list(weights), "seed": seed}
        for loss, modality, weights in rows
        for seed in range(seeds)
    ]


def ring(weights: Sequence[int]) -> np.ndarray:
    """Return the joint law of four events on a ring, ``(4, 4)``."""
    a, b, e = weights
    table = np.array([[(a, b, e, b)[(j - i) % 4] for j in range(4)] for i in range(4)], dtype=float)
    joint: np.ndarray = table / table.sum()
    return joint


def _measure(settings: Settings) -> Result:
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


def _formula(name: str, weights: Sequence[int] = FITS) -> float:
    a, b, e = weights
    return float(evaluate(PREDICTION.formula(name), a=a, b=b, e=e))


def predicted_kernel() -> np.ndarray:
    """Return log P/(p p) of the ring `FITS`, ``(4, 4)``."""
    row = [_formula(n) for n in ("own", "near", "far", "near")]
    return np.array([[row[(j - i) % 4] for j in range(4)] for i in range(4)])


def merged_kernel() -> np.ndarray:
    """Return the kernel of the ring whose first two events look alike, at the four events."""
    own, near = _formula("own"), _formula("near")
    pair, rest = _formula("merged"), _formula("merged_to_rest")
    table = np.array([[pair, rest, rest], [rest, own, near], [rest, near, own]])
    at = [0, 0, 1, 2]
    lifted: np.ndarray = table[np.ix_(at, at)]
    return lifted


def centred(kernel: np.ndarray) -> np.ndarray:
    """Return HKH with H = I − 11ᵀ/n, in which an additive constant is gone."""
    found: np.ndarray = kernel - kernel.mean(0) - kernel.mean(1)[:, None] + kernel.mean()
    return found


def similarity(one: np.ndarray, two: np.ndarray) -> float:
    """Return the alignment of two centred kernels, from −1 to 1."""
    x, y = centred(one), centred(two)
    return float((x * y).sum() / (np.linalg.norm(x) * np.linalg.norm(y)))


def _kernels(
    measurements: Sequence[Measurement], loss: str, modalities: Sequence[str]
) -> list[np.ndarray]:
    return [
        np.array(m.result["kernel"])
        for m in measurements
        if m.settings["loss"] == loss
        and m.settings["modality"] in modalities
        and tuple(m.settings["weights"]) == FITS
    ]


PRECISE = "tables are minimised to a gradient of about 1e-9, in float64"


def _compare(measurements: Sequence[Measurement]) -> list[Finding]:
    kernel, lossy = predicted_kernel(), merged_kernel()
    intact = _kernels(measurements, "infonce", INTACT)
    merged = _kernels(measurements, "infonce", ("merged",))
    spectral = _kernels(measurements, "spectral", INTACT)
    constants = [float((k - kernel).mean()) for k in intact]
    misfits = {"weights": list(MISFITS)}
    negative = _formula("spectral_last", MISFITS)
    kept = 1 + 2 * _formula("spectral_eigenvalue", MISFITS) ** 2
    return [
        within(
            "InfoNCE: largest distance of the centred kernels of three modalities from the predicted",
            0.0,
            max(float(np.abs(centred(k) - centred(kernel)).max()) for k in intact),
            1e-4,
            PRECISE,
        ),
        within(
            "InfoNCE: largest departure of kernel − log-ratio from a constant",
            0.0,
            max(float(np.ptp(k - kernel)) for k in intact),
            1e-4,
            PRECISE,
        ),
        within(
            "InfoNCE: how far the least constant c lies below the threshold c*",
            0.0,
            max(0.0, _formula("constant") - min(constants)),
            1e-4,
            f"kernels of vectors are positive semi-definite; {PRECISE}",
        ),
        bounded(
            "InfoNCE: distance of the constants c from their mean over runs, in nats",
            [abs(c - float(np.mean(constants))) for c in constants],
            "the loss is blind to c, so that the start decides; a fixed c would leave at most 1e-4",
            least=1e-2,
        ),
        within(
            "spectral contrastive: largest distance of the kernels from the ratio, no constant",
            0.0,
            max(float(np.abs(k - np.exp(kernel)).max()) for k in spectral),
            1e-4,
            PRECISE,
        ),
        within(
            "two merged events: largest distance of the centred kernels from the predicted",
            0.0,
            max(float(np.abs(centred(k) - centred(lossy)).max()) for k in merged),
            1e-4,
            PRECISE,
        ),
        within(
            "two merged events: alignment with the centred kernel of the others",
            similarity(lossy, kernel),
            float(np.mean([similarity(k, kernel) for k in merged])),
            1e-4,
            PRECISE,
        ),
        bounded(
            "no constant helps: loss of InfoNCE above the mutual information's bound, in nats",
            values_of(measurements, "gap", loss="infonce", **misfits),
            "a e < b²: no encoder attains the optimum; attained ones are below 1e-9",
            least=1e-4,
        ),
        within(
            "no constant helps: loss of the spectral contrastive loss",
            -kept,
            float(np.mean(values_of(measurements, "loss", loss="spectral", **misfits))),
            1e-6,
            f"the eigenvalue {negative:.3g} is dropped, the others are kept; {PRECISE}",
        ),
    ]


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    kernel, lossy = predicted_kernel(), merged_kernel()
    found = {m: _kernels(measurements, "infonce", (m,))[0] for m in MODALITIES}
    ratio = _kernels(measurements, "spectral", ("mixed",))[0]
    panels = (
        ("log-ratio, predicted", centred(kernel)),
        ("InfoNCE, relabelled events", centred(found["relabelled"])),
        ("InfoNCE, mixed observations", centred(found["mixed"])),
        ("spectral, mixed observations", centred(ratio)),
        ("two events merged, predicted", centred(lossy)),
        ("InfoNCE, two events merged", centred(found["merged"])),
    )
    figure = Figure(figsize=(10.5, 6), layout="constrained")
    axes = figure.subplots(2, 4)
    limit = max(float(np.abs(k).max()) for _, k in panels)
    for axis, (title, values) in zip(axes.flat, panels, strict=False):
        shown = axis.imshow(values, vmin=-limit, vmax=limit, cmap="RdBu_r")
        axis.set_title(title, fontsize=9)
        axis.set(xticks=range(4), yticks=range(4), xlabel="event", ylabel="event")
    last, gone = axes.flat[6], axes.flat[7]
    constants = [
        [float((k - kernel).mean()) for k in _kernels(measurements, "infonce", (m,))]
        for m in INTACT
    ]
    for i, own in enumerate(constants):
        last.plot([i] * len(own), own, "o", mfc="none", color=f"C{i}")
    last.axhline(_formula("constant"), color="k", ls="--", label="threshold c*")
    last.set_xticks(range(len(INTACT)), INTACT, fontsize=8)
    last.set(ylabel="constant c (nats)", title="")
    last.set_title("InfoNCE: c of every run", fontsize=9)
    last.legend(frameon=False, fontsize=8)
    gone.axis("off")
    figure.colorbar(
        shown, ax=gone, fraction=0.5, location="left", label="centred kernel (nats; ratio: no unit)"
    )
    return figure


def _moved(kernel: list[list[float]]) -> list[list[float]]:
    return [
        [x + (0.01 if i == j == 0 else 0.0) for j, x in enumerate(row)]
        for i, row in enumerate(kernel)
    ]


STUDY = Study(
    name="platonic_kernel",
    title=PREDICTION.title,
    direction=Direction.PLATONIC,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=_compare,
    figure=_figure,
    contradictions={
        "a modality has another kernel": changed(
            "kernel", _moved, loss="infonce", modality="mixed"
        ),
        "one constant for all runs": changed(
            "kernel", lambda _: (predicted_kernel() + 1).tolist(), loss="infonce"
        ),
        "a constant below the threshold": changed(
            "kernel", lambda _: predicted_kernel().tolist(), modality="relabelled", loss="infonce"
        ),
        "the spectral kernel is another": changed("kernel", _moved, loss="spectral"),
        "a lossy modality keeps the kernel": changed(
            "kernel", lambda _: predicted_kernel().tolist(), modality="merged"
        ),
        "every ring has an encoder": changed("gap", lambda _: 0.0, weights=list(MISFITS)),
        "nothing is dropped": changed("loss", lambda x: x - 0.01, weights=list(MISFITS)),
    },
)
