"""The kernel of pointwise mutual information: what contrastive tables share between modalities."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sith.numerics.studies.frame.finding import Runs, Settings
from sith.numerics.studies.frame.readings import Number, over_runs, values_of
from sith.numerics.studies.frame.rules import Equals, MeanWithin
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.studies.frame.table import Each, Row, Rows, table
from sith.numerics.studies.platonic.platonic_kernel_figure import draw
from sith.numerics.studies.platonic.platonic_kernel_runs import (
    FITS,
    INTACT,
    MODALITIES,
    PREDICTION,
    centred,
    formula,
    kernels,
    measure,
    merged_kernel,
    predicted_kernel,
)

MISFITS = (4, 4, 1)
"""Weights with a e < b²: no constant does."""


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


def similarity(one: np.ndarray, two: np.ndarray) -> float:
    """Return the alignment of two centred kernels, from −1 to 1."""
    x, y = centred(one), centred(two)
    return float((x * y).sum() / (np.linalg.norm(x) * np.linalg.norm(y)))


PRECISE = "tables are minimised to a gradient of about 1e-9, in float64"


def _of(name: str, modalities: Sequence[str] = INTACT) -> Callable[[Runs], list[np.ndarray]]:
    return lambda runs: kernels(runs, name, modalities)


def _constants(runs: Runs) -> list[float]:
    """The constant c of each run of InfoNCE."""
    return [float((k - predicted_kernel()).mean()) for k in _of("infonce")(runs)]


def _from_their_mean(runs: Runs) -> list[float]:
    constants = _constants(runs)
    return [abs(c - float(np.mean(constants))) for c in constants]


def _from(predicted: np.ndarray, modalities: Sequence[str]) -> Number:
    """The largest distance of the centred kernels of InfoNCE from the predicted one."""
    return lambda runs: max(
        float(np.abs(centred(k) - centred(predicted)).max())
        for k in _of("infonce", modalities)(runs)
    )


def _of_infonce(kernel: np.ndarray) -> Rows:
    return (
        Row(
            "InfoNCE: largest distance of the centred kernels of three modalities from the predicted",
            _from(kernel, INTACT),
            Equals(0.0, 1e-4),
            PRECISE,
        ),
        Row(
            "InfoNCE: largest departure of kernel − log-ratio from a constant",
            lambda runs: max(float(np.ptp(k - kernel)) for k in _of("infonce")(runs)),
            Equals(0.0, 1e-4),
            PRECISE,
        ),
        Row(
            "InfoNCE: how far the least constant c lies below the threshold c*",
            lambda runs: max(0.0, formula("constant") - min(_constants(runs))),
            Equals(0.0, 1e-4),
            f"kernels of vectors are positive semi-definite; {PRECISE}",
        ),
        Row(
            "InfoNCE: distance of the constants c from their mean over runs, in nats",
            _from_their_mean,
            MeanWithin(least=1e-2),
            "the loss is blind to c, so that the start decides; a fixed c would leave at most 1e-4",
        ),
        Row(
            "spectral contrastive: largest distance of the kernels from the ratio, no constant",
            lambda runs: max(
                float(np.abs(k - np.exp(kernel)).max()) for k in _of("spectral")(runs)
            ),
            Equals(0.0, 1e-4),
            PRECISE,
        ),
    )


def _of_merged(kernel: np.ndarray) -> Rows:
    lossy = merged_kernel()
    return (
        Row(
            "two merged events: largest distance of the centred kernels from the predicted",
            _from(lossy, ("merged",)),
            Equals(0.0, 1e-4),
            PRECISE,
        ),
        Row(
            "two merged events: alignment with the centred kernel of the others",
            lambda runs: float(
                np.mean([similarity(k, kernel) for k in _of("infonce", ("merged",))(runs)])
            ),
            Equals(similarity(lossy, kernel), 1e-4),
            PRECISE,
        ),
    )


UNFIT = {"weights": list(MISFITS)}

DROPPED = formula("spectral_last", MISFITS)

LOSS = -(1 + 2 * formula("spectral_eigenvalue", MISFITS) ** 2)

FINDINGS = table(
    Each((predicted_kernel(),), _of_infonce),
    Each((predicted_kernel(),), _of_merged),
    Row(
        "no constant helps: loss of InfoNCE above the mutual information's bound, in nats",
        over_runs("gap", loss="infonce", **UNFIT),
        MeanWithin(least=1e-4),
        "a e < b²: no encoder attains the optimum; attained ones are below 1e-9",
    ),
    Row(
        "no constant helps: loss of the spectral contrastive loss",
        lambda runs: float(np.mean(values_of(runs, "loss", loss="spectral", **UNFIT))),
        Equals(LOSS, 1e-6),
        f"the eigenvalue {DROPPED:.3g} is dropped, the others are kept; {PRECISE}",
    ),
)


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
    measure=measure,
    compare=FINDINGS,
    figure=draw,
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
