"""Embeddings of a similarity graph under several losses: what is measured."""

from __future__ import annotations

from collections.abc import Mapping

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
from sith.numerics.studies.frame.finding import Result, Settings
from sith.numerics.studies.frame.parts import GraphLoss, descend
from sith.numerics.training.loop import Batch, Encode, TrainSettings, seed_generators, train
from sith.theory import prediction

PREDICTION = prediction("similarity_graph")

BETA = 0.5

OUTPUTS = 3

SMALL = 1e-4

LOSSES: dict[str, GraphLoss] = {
    "spectral": graph_spectral_contrastive,
    "vicreg": lambda h, g: graph_vicreg(h, g, beta=BETA),
    "barlow": graph_barlow_twins,
}


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
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
