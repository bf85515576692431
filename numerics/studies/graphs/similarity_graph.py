"""Losses of a similarity graph: the optimum of Eckart and Young, and labels as a graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from scipy.linalg import subspace_angles
from torch import Tensor

from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.losses import (
    SimilarityGraph,
    graph_barlow_twins,
    graph_spectral_contrastive,
    graph_vicreg,
    similarity_graph,
)
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.measure import interval
from sith.numerics.studies.frame.finding import (
    Finding,
    Measurement,
    Result,
    Settings,
    bounded,
    within,
)
from sith.numerics.studies.frame.parts import GraphLoss, descend
from sith.numerics.studies.frame.readings import values_of
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.numerics.training.loop import Batch, Encode, TrainSettings, seed_generators, train
from sith.theory import prediction

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREDICTION = prediction("similarity_graph")

BETA = 0.5
OUTPUTS = 3
SMALL = 1e-4
LOSSES: dict[str, GraphLoss] = {
    "spectral": graph_spectral_contrastive,
    "vicreg": lambda h, g: graph_vicreg(h, g, beta=BETA),
    "barlow": graph_barlow_twins,
}
NAMES = {"spectral": "spectral contrastive", "vicreg": "VICReg-type", "barlow": "Barlow Twins"}


def _plan(budget: str) -> list[Settings]:
    seeds = {"smoke": 6, "ci": 20, "full": 100}[budget]
    trained = {"smoke": 1, "ci": 4, "full": 10}[budget]
    own: list[Settings] = []
    for loss in LOSSES:
        own += [{"part": "free", "loss": loss, "seed": s} for s in range(seeds)]
        own += [{"part": "linear", "loss": loss, "seed": s} for s in range(seeds)]
    for part, loss in (("white", "barlow"), ("unequal", "vicreg")):
        own += [{"part": part, "loss": loss, "seed": s} for s in range(seeds)]
    own += [
        {"part": "mlp", "loss": loss, "seed": s}
        for loss in ("spectral", "vicreg")
        for s in range(trained)
    ]
    return own


def _measure(settings: Settings) -> Result:
    part, loss, seed = str(settings["part"]), str(settings["loss"]), int(settings["seed"])
    # The same data for all losses.
    rng = np.random.default_rng([seed, 11])
    if part == "free":
        return _free(loss, rng)
    inputs, labels = _labelled(rng)
    # Sums within a class, or means: with means every sample has the same degree.
    means = loss == "vicreg" and part != "unequal"
    shared = labels / labels.sum(0) if means else labels
    graph = similarity_graph(shared @ labels.T, weights="uniform")
    if part == "mlp":
        return _trained(loss, inputs, labels, graph, seed)
    if part == "white":
        inputs = np.linalg.qr(inputs)[0] * np.sqrt(len(inputs))
    return _linear(loss, inputs, labels, graph, rng)


def _labelled(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """60 samples of three classes of unequal size: a constant and five unequal, mixed features."""
    kind = np.repeat(np.arange(3), (12, 20, 28))
    means = rng.normal(size=(3, 5))
    features = means[kind] + rng.normal(size=(60, 5))
    mixed = features @ (
        np.diag([3.0, 2.0, 1.0, 0.6, 0.3]) @ np.linalg.qr(rng.normal(size=(5, 5)))[0]
    )
    return np.column_stack([np.ones(60), mixed]), np.eye(3)[kind]


def _random_graph(rng: np.random.Generator) -> SimilarityGraph:
    """Twelve random points in the plane, joined by a Gaussian of their distance."""
    points = rng.normal(size=(12, 2))
    squares = ((points[:, None] - points) ** 2).sum(-1)
    return similarity_graph(np.exp(-squares))


def _free(loss: str, rng: np.random.Generator) -> Result:
    """One embedding for each node of a random graph."""
    graph = _random_graph(rng)
    top, best = _optimum(loss, graph)
    start = rng.normal(size=(graph.size, OUTPUTS))
    found, value = descend(LOSSES[loss], graph, np.eye(graph.size), start)
    rows = graph.weights.sqrt().numpy()[:, None] * found
    return {"gap": value - best, "angle": _angle(rows, top)}


def _optimum(loss: str, graph: SimilarityGraph) -> tuple[np.ndarray, float]:
    """The leading eigenspace of the loss's operator and the least value, by closed forms."""
    values, vectors = np.linalg.eigh(graph.operator().numpy())
    top = vectors[:, ::-1][:, :OUTPUTS]
    if loss == "barlow":
        return top, 0.0
    modes = evaluate(
        PREDICTION.formula(f"{loss}_mode"), sigma=values[::-1][:OUTPUTS].clip(0), beta=BETA
    )
    return top, float(modes.sum())


def _linear(
    loss: str,
    inputs: np.ndarray,
    labels: np.ndarray,
    graph: SimilarityGraph,
    rng: np.random.Generator,
) -> Result:
    """A linear encoder under labels, against least squares and against the class sums."""
    scale = SMALL if loss == "barlow" else 0.1
    start = scale * rng.normal(size=(inputs.shape[1], OUTPUTS))
    found, value = descend(LOSSES[loss], graph, inputs, start)
    frame = np.linalg.qr(inputs)[0]
    fitted, sums = frame @ frame.T @ labels, inputs @ inputs.T @ labels
    seen = frame.T @ graph.operator(BETA if loss == "vicreg" else None).numpy() @ frame
    top = frame @ np.linalg.eigh(seen)[1][:, -OUTPUTS:]
    return {
        "loss": value,
        "operator": _angle(found, top),
        "least_squares": _angle(found, fitted),
        "class_sums": _angle(found, sums),
        "between": _angle(fitted, sums if loss == "barlow" else top),
    }


def _angle(one: np.ndarray, two: np.ndarray) -> float:
    """The largest principal angle between two column spaces, in degrees."""
    return float(np.rad2deg(subspace_angles(one, two).max()))


def _trained(
    loss: str, inputs: np.ndarray, labels: np.ndarray, graph: SimilarityGraph, seed: int
) -> Result:
    """An MLP on the 60 samples, all in every step."""
    x = torch.from_numpy(inputs[None, :, 1:]).float()
    spec = EncoderSpec("mlp", width=64, blocks=1)
    encoder = build_encoder(spec, OUTPUTS, x, seed_generators((seed,), "graph encoder"))

    def draw(steps: int) -> Batch:
        return (x.expand(steps, *x.shape),)

    single = graph.to(torch.float32)

    def objective(encode: Encode, batch: Batch, extras: Mapping[str, Tensor]) -> Tensor:
        del extras
        return LOSSES[loss](encode(batch[0]), single)

    settings = TrainSettings(steps=1500, learning_rate=1e-2, weight_decay=0.0)
    end = train(draw, objective, encoder, settings)
    with torch.no_grad():
        h = end.encoder.to(torch.float64)(x.double())
        gap = float(LOSSES[loss](h, graph)[0]) - _optimum(loss, graph)[1]
    return {"gap": gap, "angle": _angle(h[0].numpy(), labels)}


def _compare(measurements: Sequence[Measurement]) -> list[Finding]:
    findings = []
    for loss in ("spectral", "vicreg"):
        findings += [
            within(
                f"{NAMES[loss]}, free embeddings: largest loss above Eckart and Young",
                0.0,
                max(values_of(measurements, "gap", part="free", loss=loss)),
                1e-8,
                "L-BFGS in double precision, losses of order 1",
            ),
            within(
                f"{NAMES[loss]}, free embeddings: largest angle to the top eigenspace, degrees",
                0.0,
                max(values_of(measurements, "angle", part="free", loss=loss)),
                0.1,
                "a gap of 1e-8 at an eigengap of 0.01 is an angle of 0.06 degrees",
            ),
            within(
                f"{NAMES[loss]}, labels, linear: largest angle to least squares, degrees",
                0.0,
                max(values_of(measurements, "least_squares", part="linear", loss=loss)),
                0.1,
                "as for free embeddings",
            ),
            within(
                f"{NAMES[loss]}, labels, MLP: largest loss above Eckart and Young",
                0.0,
                max(values_of(measurements, "gap", part="mlp", loss=loss)),
                1e-2,
                "1,500 steps of AdamW in single precision; losses of order 1",
            ),
            within(
                f"{NAMES[loss]}, labels, MLP: largest angle to the labels, degrees",
                0.0,
                max(values_of(measurements, "angle", part="mlp", loss=loss)),
                5.0,
                "a gap of 1e-2 is an angle of up to 6 degrees",
            ),
        ]
    findings += [
        within(
            "VICReg-type, G = YYᵀ of unequal classes, linear: largest angle to its operator's "
            "top space, degrees",
            0.0,
            max(values_of(measurements, "operator", part="unequal")),
            0.1,
            "as for free embeddings",
        ),
        within(
            "VICReg-type, G = YYᵀ of unequal classes, linear: its angle to least squares less the "
            "predicted one, degrees",
            0.0,
            _shift(measurements, part="unequal"),
            0.1,
            "as for free embeddings",
            "the predicted angle is "
            f"{interval(values_of(measurements, 'between', part='unequal'))} degrees",
        ),
    ]
    return [*findings, *_barlow(measurements)]


def _shift(measurements: Sequence[Measurement], **where: str) -> float:
    """The largest difference of the measured and the predicted angle to least squares."""
    found = values_of(measurements, "least_squares", **where)
    expected = values_of(measurements, "between", **where)
    return float(np.abs(np.subtract(found, expected)).max())


def _barlow(measurements: Sequence[Measurement]) -> list[Finding]:
    linear = {
        name: values_of(measurements, name, part="linear", loss="barlow")
        for name in ("least_squares", "class_sums", "loss")
    }
    small = f"a start of scale {SMALL} leaves about that much outside the span, in radians"
    return [
        within(
            "Barlow Twins, free embeddings: largest loss",
            0.0,
            max(values_of(measurements, "gap", part="free", loss="barlow")),
            1e-8,
            "L-BFGS in double precision",
        ),
        bounded(
            "Barlow Twins, free embeddings: angle to the top eigenspace, degrees",
            values_of(measurements, "angle", part="free", loss="barlow"),
            "the optimum does not fix the span: the interval lies above 10 degrees",
            least=10.0,
        ),
        within(
            "Barlow Twins, labels, linear: largest loss",
            0.0,
            max(linear["loss"]),
            1e-8,
            "L-BFGS in double precision",
        ),
        within(
            "Barlow Twins, labels, linear: largest angle to the class sums, degrees",
            0.0,
            max(linear["class_sums"]),
            1.0,
            small,
        ),
        within(
            "Barlow Twins, labels, linear: its angle to least squares less the predicted one, degrees",
            0.0,
            _shift(measurements, part="linear", loss="barlow"),
            1.0,
            small,
        ),
        bounded(
            "Barlow Twins, labels, linear: angle to least squares, degrees",
            linear["least_squares"],
            "the two spans differ in these data: the interval lies above 10 degrees",
            least=10.0,
        ),
        within(
            "Barlow Twins, labels, linear, whitened inputs: largest angle to least squares, degrees",
            0.0,
            max(values_of(measurements, "least_squares", part="white")),
            1.0,
            small,
        ),
    ]


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    floor = 1e-7
    worst = max(values_of(measurements, "gap", part="free"))
    for k, loss in enumerate(LOSSES):
        angles = np.maximum(values_of(measurements, "angle", part="free", loss=loss), floor)
        left.plot([k] * len(angles), angles, ".", color="C3", alpha=0.5)
    left.set(
        yscale="log",
        ylabel="angle to the top eigenspace (degrees)",
        title=f"random graph, free embeddings,\nall within {worst:.0e} of the least loss",
        xlim=(-0.5, 2.5),
    )
    left.set_xticks(range(3), ["spectral", "VICReg-type", "Barlow"], fontsize=8)
    rows = [("linear", "spectral"), ("linear", "vicreg"), ("unequal", "vicreg")]
    rows += [("linear", "barlow"), ("white", "barlow")]
    for k, (part, loss) in enumerate(rows):
        angles = values_of(measurements, "least_squares", part=part, loss=loss)
        right.plot([k] * len(angles), np.maximum(angles, floor), ".", color="C3", alpha=0.5)
        if (part, loss) in (("unequal", "vicreg"), ("linear", "barlow")):
            label = "" if part == "unequal" else "predicted, not zero"
            expected = values_of(measurements, "between", part=part, loss=loss)
            right.plot([k + 0.2] * len(expected), expected, "k_", label=label)
    right.set(
        yscale="log",
        ylabel="angle to least squares (degrees)",
        title="labels as the graph, linear encoder,\nthree classes of unequal size",
        xlim=(-0.5, 4.6),
    )
    names = ["spectral\nYYᵀ", "VICReg-type\nregular", "VICReg-type\nYYᵀ", "Barlow\nYYᵀ"]
    right.set_xticks(range(5), [*names, "Barlow\nwhitened"], fontsize=8)
    right.legend(frameon=False, loc="center left")
    return figure


STUDY = Study(
    name="similarity_graph",
    title=PREDICTION.title,
    direction=Direction.GRAPHS,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=_compare,
    figure=_figure,
    contradictions={
        "free embeddings stay above the optimum": changed("gap", lambda x: x + 1e-3, part="free"),
        "free embeddings span something else": changed("angle", lambda _: 9.0, part="free"),
        "linear encoders miss least squares": changed(
            "least_squares", lambda x: x + 2.0, part="linear"
        ),
        "Barlow Twins finds least squares": changed("least_squares", lambda _: 1e-3, part="linear"),
        "Barlow Twins leaves the class sums": changed("class_sums", lambda _: 5.0, part="linear"),
        "linear Barlow Twins stays above zero": changed("loss", lambda _: 1e-3, part="linear"),
        "unequal classes leave the operator": changed("operator", lambda _: 5.0, part="unequal"),
        "unequal classes do not matter": changed("least_squares", lambda _: 0.01, part="unequal"),
        "whitening does not help": changed("least_squares", lambda _: 20.0, part="white"),
        "the MLP stays above the optimum": changed("gap", lambda _: 0.1, part="mlp"),
        "the MLP mixes the classes": changed("angle", lambda _: 30.0, part="mlp"),
    },
)
