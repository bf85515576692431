"""What the study of projectors measures: linear maps on Hermite modes, and networks."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import torch
from numpy.polynomial.hermite_e import hermegauss, hermevander
from torch import Tensor

from sith.numerics.encoders.build import build_encoder
from sith.numerics.encoders.spec import EncoderSpec
from sith.numerics.losses import whitened_alignment, whitening_penalty
from sith.numerics.measure import embedding_spectrum, linear_r2
from sith.numerics.mixings import spiral_mixing
from sith.numerics.studies.frame.parts import gradient_flow, minimum
from sith.numerics.training.loop import Batch, Encode, seed_generators, train
from sith.numerics.training.settings import TrainSettings

ROWS = 4096
"""Rows at which a representation is scored; half of them fit the probe."""

TURN = 0.4
"""Radians per unit of norm of the spiral: far from linear, and undone by a small network."""

BATCH = 512
PENALTY = 0.1

Powers = tuple[tuple[int, ...], ...]


@lru_cache(maxsize=16)
def powers_of(dim: int, degree: int) -> Powers:
    """Return the powers of all Hermite products of total degree 1 to `degree`; latents first."""
    every = itertools.product(range(degree + 1), repeat=dim)
    kept = (n for n in every if 1 <= sum(n) <= degree)
    return tuple(sorted(kept, key=lambda n: (sum(n), tuple(-x for x in n))))


def features(z: np.ndarray, powers: Powers) -> np.ndarray:
    """Return the orthonormal Hermite products of latents ``(N, d)``: ``(N, D)``."""
    top = max(map(max, powers))
    scale = np.sqrt([math.factorial(n) for n in range(top + 1)])
    one = hermevander(z, top) / scale
    columns = [np.prod([one[:, i, n] for i, n in enumerate(own)], axis=0) for own in powers]
    return np.stack(columns, axis=1)


def operator_of(rates: Sequence[float], powers: Powers) -> np.ndarray:
    """Return E[φ(z) φ(z̃)ᵀ] of Ornstein–Uhlenbeck pairs, ``(D, D)``.

    By quadrature over z and the noise of each coordinate: the eigenvalues of the pairs enter
    nowhere. It is exact where twice the largest degree is below twice the nodes.
    """
    top = max(map(max, powers))
    nodes, weights = hermegauss(top + 2)
    weights = np.outer(weights, weights).ravel() / weights.sum() ** 2
    z, noise = (a.ravel() for a in np.meshgrid(nodes, nodes, indexing="ij"))
    scale = np.sqrt([math.factorial(n) for n in range(top + 1)])
    lines = []
    for rate in rates:
        partner = rate * z + math.sqrt(1 - rate**2) * noise
        one, two = (hermevander(x, top) / scale for x in (z, partner))
        lines.append(one.T @ (weights[:, None] * two))
    index = np.array(powers)
    out: np.ndarray = np.prod(
        [line[np.ix_(index[:, i], index[:, i])] for i, line in enumerate(lines)], axis=0
    )
    return out


def fitted(operator: np.ndarray, start: np.ndarray, projector: np.ndarray) -> np.ndarray:
    """Minimise −2 tr M T Mᵀ + ‖M Mᵀ‖², M = W B, over B ``(p, D)`` by L-BFGS, W fixed.

    Steps are combinations of gradients Wᵀ(…), as under gradient flow.
    """
    target, fixed = torch.from_numpy(operator), torch.from_numpy(projector)

    def loss(flat: Tensor) -> Tensor:
        outer = fixed @ flat.view(start.shape)
        gram = outer @ outer.mT
        return gram.square().sum() - 2 * (outer @ target @ outer.mT).trace()

    found: np.ndarray = minimum(loss, start.ravel(), steps=5000).at.numpy().reshape(start.shape)
    return found


def shares(weights: np.ndarray, dim: int) -> np.ndarray:
    """Return the population R² of each latent from the outputs of ``(m, D)``: ``(d,)``."""
    rows = np.linalg.qr(weights.T)[0]
    found: np.ndarray = (rows[:dim] ** 2).sum(1)
    return found


def outputs_run(
    rng: np.random.Generator, rates: Sequence[float], degree: int, outputs: int, starts: int
) -> dict[str, list[float] | list[list[float]]]:
    """Train free maps from Hermite modes to m outputs from Gaussian starts; score samples."""
    dim = len(rates)
    powers = powers_of(dim, degree)
    operator = operator_of(rates, powers)
    directions, scores, whitened, plain, gaps = [], [], [], [], []
    best = -float((np.sort(np.diag(operator))[::-1][:outputs] ** 2).sum())
    for _ in range(starts):
        start = 0.3 * rng.normal(size=(outputs, len(powers)))
        weights = fitted(operator, start, np.eye(outputs))
        gram = weights @ weights.T
        loss = float((gram**2).sum() - 2 * np.trace(weights @ operator @ weights.T))
        z = rng.normal(size=(ROWS, dim))
        hermite = features(z, powers)
        h = hermite @ weights.T
        white = hermite @ np.linalg.qr(weights.T)[0]
        directions.append(shares(weights, dim).tolist())
        scores.append(float(linear_r2(z, h)))
        whitened.append(1 - float(linear_r2(white, z)))
        plain.append(1 - float(linear_r2(h, z)))
        gaps.append((loss - best) / -best)
    return {
        "shares": directions,
        "r2": scores,
        "nonlinear": whitened,
        "nonlinear_plain": plain,
        "gap": gaps,
    }


def fixed_run(
    rng: np.random.Generator, rate: float, sizes: tuple[int, int, int], starts: int
) -> dict[str, list[float]]:
    """Train backbones of p outputs under fixed projectors of rank k on degree two.

    Arguments:
        sizes: d, p, k.
    """
    dim, width, rank = sizes
    powers = powers_of(dim, 2)
    operator = operator_of((rate,) * dim, powers)
    out: dict[str, list[float]] = {n: [] for n in ("start", "backbone", "projector", "drift")}
    for _ in range(starts):
        projector = rng.normal(size=(rank, width))
        start = rng.normal(size=(width, len(powers)))
        end = fitted(operator, start, projector)
        blind = np.eye(width) - np.linalg.pinv(projector) @ projector
        out["start"].append(float(shares(start, dim).mean()))
        out["backbone"].append(float(shares(end, dim).mean()))
        out["projector"].append(float(shares(projector @ end, dim).mean()))
        out["drift"].append(float(np.abs(blind @ (end - start)).max()))
    return out


def trained_run(
    rng: np.random.Generator, rate: float, sizes: tuple[int, int, int], scale: float
) -> dict[str, float | list[float]]:
    """Flow of projector and backbone together from weights of a scale; what the backbone holds."""
    dim, width, rank = sizes
    powers = powers_of(dim, 2)
    operator = operator_of((rate,) * dim, powers)
    cut = rank * width

    def velocity(flat: np.ndarray) -> np.ndarray:
        outer, inner = flat[:cut].reshape(rank, width), flat[cut:].reshape(width, -1)
        product = outer @ inner
        slope = 4 * (product @ product.T @ product - product @ operator)
        return -np.concatenate(((slope @ inner.T).ravel(), (outer.T @ slope).ravel()))

    start = scale * rng.normal(size=cut + width * len(powers)) / math.sqrt(width)
    # Two layers leave 0 after a time of order 1/scale², and settle at a rate of order ρ − ρ².
    last = 100.0 / (rate - rate**2) + 10.0 / (rate * scale**2)
    end = gradient_flow(velocity, start, [last], tolerance=1e-10)[-1]

    def kept(flat: np.ndarray) -> np.ndarray:
        outer, inner = flat[:cut].reshape(rank, width), flat[cut:].reshape(width, -1)
        difference: np.ndarray = outer.T @ outer - inner @ inner.T
        return difference

    outer, inner = end[:cut].reshape(rank, width), end[cut:].reshape(width, -1)
    z = rng.normal(size=(ROWS, dim))
    hermite = features(z, powers)
    spectrum = embedding_spectrum(hermite @ inner.T)
    return {
        "kept": float(np.abs(kept(end) - kept(start)).max()),
        "variances": np.linalg.eigvalsh(inner @ inner.T)[::-1].tolist(),
        "participation": float(spectrum.participation),
        "projector": float(linear_r2(z, hermite @ inner.T @ outer.T)),
        "backbone": float(shares(inner, dim).mean()),
        "start": float(shares(start[cut:].reshape(width, -1), dim).mean()),
    }


def time_run(
    rng: np.random.Generator, rates: Sequence[float], outputs: int, scale: float, last: float
) -> dict[str, list[float] | list[list[float]]]:
    """Flow of ‖W Γ Wᵀ − I‖² for linear encoders; when each mode has half of its final square.

    From a random start, not an aligned one. `lengths` are those of the start: column j without
    its part in the columns of larger rates.
    """
    matrix = np.diag(rates)
    start = scale * rng.normal(size=(outputs, len(rates)))

    def velocity(w: np.ndarray) -> np.ndarray:
        out: np.ndarray = -4 * (w @ matrix @ w.T - np.eye(outputs)) @ w @ matrix
        return out

    times = np.linspace(0.0, last, 2001)
    states = gradient_flow(velocity, start, times.tolist())
    strengths = np.array(rates) * (states**2).sum(1)
    halves = [float(times[np.argmax(strengths[:, j] >= 0.5)]) for j in range(outputs)]
    return {
        "halves": halves,
        "lengths": np.abs(np.diag(np.linalg.qr(start)[1]))[:outputs].tolist(),
        "shares": shares(states[-1], len(rates)).tolist(),
        "times": times[::40].tolist(),
        "strengths": strengths[::40].T.tolist(),
    }


def nearest_optimum(
    rates: Sequence[float], z: np.ndarray, partners: np.ndarray, white: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return optimal outputs at both ends of pairs, the modes of a tie chosen nearest to `white`.

    On the rows of a trained encoder they have nearly its sampling error, so that a difference of
    losses shows a gap well below it.

    Arguments:
        z, partners: latents ``(N, d)``.
        white: outputs at z, ``(N, m)``, whitened.
    """
    count = white.shape[1]
    powers = powers_of(len(rates), 4)
    values = np.prod(np.array(rates) ** np.array(powers), axis=1)
    last = np.sort(values)[::-1][count - 1]
    above = tuple(n for n, v in zip(powers, values, strict=True) if v > last * (1 + 1e-9))
    tied = tuple(n for n, v in zip(powers, values, strict=True) if abs(v / last - 1) <= 1e-9)
    chosen = np.linalg.svd(white.T @ features(z, tied))[2][: count - len(above)].T

    def outputs(x: np.ndarray) -> np.ndarray:
        free = features(x, tied) @ chosen
        return np.hstack([features(x, above), free]) if above else free

    return outputs(z), outputs(partners)


def network_run(
    rates: Sequence[float], width: int, outputs: int, seeds: tuple[int, ...], steps: int
) -> dict[str, list[float]]:
    """Train networks behind a spiral, with a linear projector, on whitened alignment.

    Returns, per seed, R² of the latents from the projector, the backbone and the backbone at its
    start; the share of the whitened variance that is not linear in the latents; and the loss above
    that of the predicted modes on the same rows, over the number of outputs.
    """
    dim = len(rates)
    mixing = spiral_mixing(seed_generators(seeds, "spiral"), dim, TURN)
    rate = torch.tensor(list(rates))
    draws, scored, weights, heads = (
        seed_generators(seeds, f"projector {what}") for what in ("draw", "rows", "weights", "head")
    )

    def pairs(generators: tuple[torch.Generator, ...], count: int) -> tuple[Tensor, Tensor]:
        z, noise = (
            torch.stack([torch.randn(count, dim, generator=g) for g in generators]) for _ in "ab"
        )
        return z, rate * z + (1 - rate.square()).sqrt() * noise

    def draw(count: int) -> Batch:
        def cut(t: Tensor) -> Tensor:
            return mixing(t).view(len(seeds), count, BATCH, dim).transpose(0, 1)

        one, two = pairs(draws, count * BATCH)
        return cut(one), cut(two)

    z, zt = pairs(scored, 4 * ROWS)
    encoder = build_encoder(EncoderSpec("mlp", 48, 2), width, mixing(z[:, :1024]), weights)
    head = torch.stack([torch.randn(width, outputs, generator=g) for g in heads])

    def objective(encode: Encode, batch: Batch, extras: Mapping[str, Tensor]) -> Tensor:
        one, two = (encode(x) @ extras["projector.weight"] for x in batch)
        # Alignment after whitening leaves the scale free; the penalty fixes it and moves no optimum.
        return whitened_alignment(one, two, epsilon=1e-6) + PENALTY * whitening_penalty(one)

    plan = TrainSettings(steps=steps, learning_rate=1e-2, weight_decay=0.0)
    given = {"projector.weight": head / math.sqrt(width)}
    end = train(draw, objective, encoder, plan, extras=given)
    with torch.no_grad():
        backbones = [end.encoder(mixing(t)) for t in (z, zt)]
        one, two = (b.double() @ end.extras["projector.weight"].double() for b in backbones)
        before = encoder(mixing(z))
        centred = one - one.mean(1, keepdim=True)
        root = torch.linalg.cholesky(centred.mT @ centred / (4 * ROWS))
        white = torch.linalg.solve_triangular(root, centred.mT, upper=False).mT
        near = [
            nearest_optimum(rates, *(t[s].double().numpy() for t in (z, zt, white)))
            for s in range(len(seeds))
        ]
        best = [torch.from_numpy(np.stack(rows)) for rows in zip(*near, strict=True)]
        gap = whitened_alignment(one, two) - whitened_alignment(best[0], best[1])
    return {
        "projector": np.asarray(linear_r2(z, one)).tolist(),
        "backbone": np.asarray(linear_r2(z, backbones[0])).tolist(),
        "start": np.asarray(linear_r2(z, before)).tolist(),
        "nonlinear": (1 - np.asarray(linear_r2(white, z))).tolist(),
        "gap": (gap / outputs).tolist(),
    }
