"""The finite world of images on a ring, and the trainings of the study `encoder_class`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp
import torch
from scipy.optimize import brentq
from torch import Tensor

from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.encoder import Encoder
from sith.numerics.encoders.ring import ring_features
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.losses import SimilarityGraph, graph_spectral_contrastive, similarity_graph
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.parts import gradient_flow
from sith.numerics.training.loop import Batch, Encode, seed_generators, train
from sith.numerics.training.settings import TrainSettings
from sith.theory import prediction

PREDICTION = prediction("encoder_class")

FIRST = 500
"""First seed of the tied networks: the bounds on what they keep were set with seeds 0 to 15."""

PIXELS, LAMPS, SHARPNESS = 12, 4, 3
"""n, N and r of the prediction."""

WORLDS: Mapping[str, tuple[int, float]] = {"slow position": (3, 0.6), "slow light": (6, 0.85)}
"""Moves m and correlation ρ: λ_1 > ρ in the first, λ_1 < ρ² in the second."""

_BUMP = {sp.Symbol("r", positive=True): SHARPNESS, sp.Symbol("k", positive=True): 1}
THRESHOLD = float(PREDICTION.formula("threshold").subs(_BUMP))

CLASSES: Mapping[str, EncoderSpec] = {
    "linear": EncoderSpec("linear"),
    "mlp": EncoderSpec("mlp", 32, 1),
    "convolution": EncoderSpec("ring", 8, 2),
    "pooled convolution": EncoderSpec("ring", 16, 1, pooled=True),
    "pooled linear": EncoderSpec("ring", 1, 0, pooled=True),
}

_ALL = ("position", "brightness", "brightness²")
HAS: Mapping[str, tuple[str, ...]] = {
    "linear": _ALL[:2],
    "mlp": _ALL,
    "convolution": _ALL,
    "pooled convolution": _ALL[1:],
    "pooled linear": _ALL[1:2],
}
"""Eigenfunctions that a class has, of those with the largest eigenvalues."""


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """All images, the graph of pairs, and orthonormal eigenfunctions.

    Fields:
        images: ``(P, n)`` float64, P = n (N + 1).
        graph: edges are the joint probabilities of pairs.
        functions: by name, orthonormal under the weights, ``(P, .)``.
    """

    images: Tensor
    graph: SimilarityGraph
    functions: Mapping[str, Tensor]


def multiplier(moves: int, frequency: int = 1) -> float:
    """λ_k of the position."""
    return float(evaluate(PREDICTION.formula("multiplier"), k=frequency, n=PIXELS, m=moves))


@lru_cache(maxsize=64)
def world(moves: int, rho: float, light: float) -> World:
    """The world with m moves, correlation ρ and brightness c, from probabilities of pairs alone.

    Eigenvalues enter nowhere: shifts are counted, and lamps are switched one by one.
    """
    turn = np.zeros((PIXELS, PIXELS))
    for shift in range(-moves, moves + 1):
        share = math.comb(2 * moves, moves + shift) / 4**moves
        turn += share * np.roll(np.eye(PIXELS), shift, axis=1) / PIXELS
    lit = ((1 + rho) / 2, (1 - rho) / 2)
    lamps = np.zeros((LAMPS + 1, LAMPS + 1))
    for on in range(LAMPS + 1):
        stay = np.polynomial.polynomial.polypow([lit[1], lit[0]], on)
        come = np.polynomial.polynomial.polypow([lit[0], lit[1]], LAMPS - on)
        lamps[on] = math.comb(LAMPS, on) / 2**LAMPS * np.convolve(stay, come)
    graph = similarity_graph(torch.from_numpy(np.kron(turn, lamps)))
    beta = (2 * np.arange(LAMPS + 1) - LAMPS) / math.sqrt(LAMPS)
    pixel = np.arange(PIXELS)
    bump = np.cos(np.pi * pixel / PIXELS) ** (2 * SHARPNESS)
    u, level = np.repeat(pixel, LAMPS + 1), np.tile(beta, PIXELS)
    images = np.stack([np.roll(bump, s) for s in pixel])[u] + light * level[:, None]
    angle = 2 * np.pi * u / PIXELS
    second = level**2 - 1
    second /= math.sqrt(float((graph.weights.numpy() * second**2).sum()))
    functions = {
        "position": np.sqrt(2) * np.stack([np.cos(angle), np.sin(angle)], 1),
        "brightness": level[:, None],
        "brightness²": second[:, None],
    }
    return World(
        torch.from_numpy(images), graph, {k: torch.from_numpy(v) for k, v in functions.items()}
    )


def centred(h: Tensor, own: World) -> Tensor:
    """Embeddings ``(S, P, m)`` minus their mean under the weights."""
    return h - (own.graph.weights[:, None] * h).sum(1, keepdim=True)


def shares(h: Tensor, own: World) -> list[dict[str, float]]:
    """Per seed the part of the whitened outputs in each set of functions; of sum at most 1."""
    root = own.graph.weights.sqrt()[:, None]
    found = []
    for one in centred(h, own):
        left, singular, _ = torch.linalg.svd(root * one, full_matrices=False)
        basis = left[:, singular > 1e-2 * singular[0]]
        found.append(
            {
                name: float((basis.mT @ (root * values)).square().sum() / basis.shape[1])
                for name, values in own.functions.items()
            }
        )
    return found


def fit(encoder: Encoder, own: World, settings: TrainSettings) -> Encoder:
    """Train on the population loss of the world, all images in every step."""
    images = own.images.expand(encoder.seeds, -1, -1)

    def draw(steps: int) -> Batch:
        return (images.expand(steps, -1, -1, -1),)

    def loss(encode: Encode, batch: Batch, _extras: Mapping[str, Tensor]) -> Tensor:
        return graph_spectral_contrastive(centred(encode(batch[0]), own), own.graph)

    torch.set_num_threads(1)
    return train(draw, loss, encoder, settings).encoder


def outcome(encoder: Encoder, own: World) -> dict[str, list[Any]]:
    """Loss and shares of every seed."""
    with torch.no_grad():
        h = encoder(own.images.expand(encoder.seeds, -1, -1))
        losses = graph_spectral_contrastive(centred(h, own), own.graph)
    parts = shares(h, own)
    return {"loss": losses.tolist()} | {k: [p[k] for p in parts] for k in own.functions}


def kept(name: str, kind: str) -> tuple[dict[str, float], float]:
    """Predicted shares and loss of two outputs: the largest eigenvalues that the class has."""
    moves, rho = WORLDS[name]
    eigenvalues = [("position", multiplier(moves))] * 2
    eigenvalues += [("brightness", rho), ("brightness²", rho**2)]
    own = sorted((e for e in eigenvalues if e[0] in HAS[kind]), key=lambda e: -e[1])[:2]
    values = [*(value for _, value in own), 0.0][:2]
    loss = evaluate(PREDICTION.formula("class_loss"), lambda_1=values[0], lambda_2=values[1])
    parts = [function for function, _ in own]
    return {f: parts.count(f) / len(parts) for f, _ in eigenvalues}, float(loss)


def selection(name: str, kind: str, seeds: int, steps: int) -> dict[str, Any]:
    """Two outputs of a class, trained by Adam."""
    own = world(*WORLDS[name], 0.25)
    start = range(seeds)
    images = own.images.expand(seeds, -1, -1)
    encoder = build_encoder(
        CLASSES[kind], 2, images, seed_generators(start, f"encoder_class {kind}")
    )
    settings = TrainSettings(steps, learning_rate=1e-2, weight_decay=0.0)
    return outcome(fit(encoder, own, settings), own)


MOVES = 3
"""Of the world with ties, where ρ = λ_1."""


def tied(factor: float) -> World:
    """λ_1 = ρ, with the brightness at a factor times c*."""
    return world(MOVES, multiplier(MOVES), factor * THRESHOLD)


def mixture(factor: float, scale: float, seed: int) -> dict[str, float]:
    """One linear output by gradient flow: the share of β beside that of the closed form."""
    own = tied(factor)
    start = scale * np.random.default_rng([seed, 29]).normal(size=PIXELS) / math.sqrt(PIXELS)
    x = centred(own.images[None], own)[0]
    cross = (x.mT @ own.graph.edges @ x).numpy()
    moment = (x.mT @ (own.graph.weights[:, None] * x)).numpy()

    def velocity(w: np.ndarray) -> np.ndarray:
        out: np.ndarray = 4 * (cross @ w - (w @ moment @ w) * (moment @ w))
        return out

    end = gradient_flow(velocity, start, [400.0], tolerance=1e-10)[-1]
    h = (x @ torch.from_numpy(end))[None, :, None]
    loss = float(graph_spectral_contrastive(h, own.graph)[0])
    part = shares(h, own)[0]["brightness"]
    return {
        "share": part,
        "excess": loss + multiplier(MOVES) ** 2,
        "predicted": closed_share(own, start, factor),
    }


def closed_share(own: World, start: np.ndarray, factor: float) -> float:
    """The share of β from the start of the flow, by the formulas."""
    light = factor * THRESHOLD
    slow = float(evaluate(PREDICTION.formula("variance_brightness"), n=PIXELS, c=light))
    s_1 = float(evaluate(PREDICTION.formula("variance_position").subs(_BUMP), n=PIXELS))
    first = own.graph.weights.numpy() * (own.images.numpy() @ start)
    b_0 = float((first @ own.functions["brightness"].numpy())[0])
    b_1 = float(np.linalg.norm(first @ own.functions["position"].numpy()))
    known = {"b_0": abs(b_0), "b_1": b_1, "s_0": slow, "s_1": s_1, "lambda": multiplier(MOVES)}
    balance = PREDICTION.formula("balance")
    end = brentq(lambda tau: float(evaluate(balance, tau=tau, **known)), -200.0, 200.0, xtol=1e-14)
    return float(evaluate(PREDICTION.formula("share"), tau=end, **known))


NETWORKS: Mapping[str, EncoderSpec] = {
    f"mlp {width} × {blocks}": EncoderSpec("mlp", width, blocks)
    for width in (16, 64)
    for blocks in (0, 1, 2)
} | {f"convolution {blocks}": EncoderSpec("ring", 16, blocks) for blocks in (1, 2, 3)}
"""Residual blocks or convolutions; the names are those of the figure."""

SMALL = 1e-6
"""Scale of the output layer at the start."""


def network(name: str, factor: float, seeds: range) -> tuple[Encoder, World]:
    """One output, from a small output layer, without whitening."""
    own = tied(factor)
    images = own.images.expand(len(seeds), -1, -1)
    encoder = build_encoder(
        NETWORKS[name], 1, images, seed_generators(seeds, f"encoder_class {name}")
    )
    state = {"output.weight": SMALL * encoder.state["output.weight"]}
    if NETWORKS[name].kind == "mlp":
        plain = torch.eye(PIXELS, dtype=torch.float64)
        state["whiten.matrix"] = plain.expand(len(seeds), -1, -1)
    return encoder.with_state(state), own


def features(encoder: Encoder, own: World) -> Tensor:
    """What the output layer reads at the start, ``(S, P, width)``; blocks of an mlp start at 0."""
    images = own.images.expand(encoder.seeds, -1, -1)
    if encoder.spec.kind == "ring":
        return ring_features(encoder.state, images, encoder.spec.pooled)
    white = torch.bmm(images - encoder.state["whiten.mean"], encoder.state["whiten.matrix"])
    return torch.baddbmm(encoder.state["input.bias"], white, encoder.state["input.weight"])


def growth(encoder: Encoder, own: World) -> Tensor:
    """Largest growth rates at the start, over 4, of functions of β alone and of frequency 1.

    They are eigenvalues of kernel times pairs. The kernel is averaged over the seeds first, and
    then is that of each seed: ``(1 + S, 2)``. Shifts keep the kernel of a convolution, and that of
    an mlp on average; the blocks are averages over shifts.
    """
    root = own.graph.weights.sqrt()[:, None]
    read = root * centred(features(encoder, own), own)
    kernels = read @ read.mT
    kernels = torch.cat([kernels.mean(0, keepdim=True), kernels])
    values, vectors = torch.linalg.eigh(own.graph.operator())
    half = (vectors * values.clamp_min(0).sqrt()) @ vectors.mT
    both = half @ kernels @ half
    angle = 2 * math.pi * torch.arange(PIXELS, dtype=torch.float64) / PIXELS
    waves = torch.stack([torch.ones_like(angle), angle.cos(), angle.sin()])
    waves = waves / waves.norm(dim=1, keepdim=True)
    levels = torch.eye(LAMPS + 1, dtype=torch.float64)
    still, even, odd = (
        basis.mT @ both @ basis for basis in (torch.kron(w[:, None], levels) for w in waves)
    )
    tops = [torch.linalg.eigvalsh(block)[:, -1] for block in (still, (even + odd) / 2)]
    return torch.stack(tops, 1)


@lru_cache(maxsize=16)
def kernel_threshold(name: str, draws: int = 100) -> float:
    """c at which both growth rates are equal, over c*, from `draws` seeds that are not trained."""

    def excess(factor: float) -> float:
        light, position = growth(*network(name, factor, range(1000, 1000 + draws)))[0]
        return float((light / position).log())

    return float(brentq(excess, 0.2, 3.0, xtol=1e-4))


def tie(name: str, factor: float, seeds: int, steps: int) -> dict[str, Any]:
    """Train at a factor times the network's own threshold by gradient descent."""
    threshold = kernel_threshold(name)
    encoder, own = network(name, factor * threshold, range(FIRST, FIRST + seeds))
    rates = growth(encoder, own)
    fastest = float(rates[0].max())
    settings = TrainSettings(
        steps,
        learning_rate=0.1 / fastest,
        weight_decay=0.0,
        optimiser="sgd",
        clip=float("inf"),
    )
    found = outcome(fit(encoder, own, settings), own)
    excess = [x + multiplier(MOVES) ** 2 for x in found["loss"]]
    ratios = (rates[1:, 0] / rates[1:, 1]).tolist()
    return {
        "share": found["brightness"],
        "excess": excess,
        "ratio": ratios,
        "threshold": threshold,
    }
