"""Levels of a hierarchy in linear encoders and in a ReLU network: what is measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from sith.numerics.losses.spectral_contrastive import spectral_contrastive
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Result, Settings
from sith.theory import prediction

PREDICTION = prediction("clustering")

COARSE, FINE, OWN, NOISE = 1.0, 0.4, 0.1, 0.05

COUNT = 40
"""Directions that tell samples apart."""

INPUTS, OUTPUTS, HIDDEN = COUNT + 2, 20, 64

START = 1e-3

CLUSTERED, LOOSE = 0.2, 0.5
"""A level counts as clustered when its normalised variance first falls below this; the second is
for the network, which soon learns single samples too."""

TIMES = tuple(float(x) for x in np.linspace(0.0, 7.0, 141))

RATE, BATCH, SAMPLES, READ = 0.0025, 256, 2000, 4

LEVELS = ("coarse", "fine")


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
    rng = np.random.default_rng([int(settings["seed"]), 23])
    if settings["part"] == "network":
        return _network(rng)
    return _linear(rng)


def _draw(rng: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Samples without augmentation, and their two labels ±1."""
    labels = rng.choice([-1.0, 1.0], size=(rows, 2))
    own = np.sqrt(OWN) * rng.normal(size=(rows, COUNT))
    return np.hstack([labels * np.sqrt([COARSE, FINE]), own]), labels


def _augmented(rng: np.random.Generator, x: np.ndarray) -> np.ndarray:
    found: np.ndarray = x + np.sqrt(NOISE) * rng.normal(size=x.shape)
    return found


def _variances(y: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Class-distance normalised variance: of the coarse level, and of siblings in the fine one."""

    def pair(one: np.ndarray, two: np.ndarray) -> float:
        distance = np.square(one.mean(0) - two.mean(0)).sum()
        return float((one.var(0).sum() + two.var(0).sum()) / 2 / distance)

    sides = [y[labels[:, 0] == side] for side in (-1, 1)]
    signs = [labels[labels[:, 0] == side, 1] for side in (-1, 1)]
    fine = [pair(x[s < 0], x[s > 0]) for x, s in zip(sides, signs, strict=True)]
    return pair(*sides), float(np.mean(fine))


def _accuracies(y: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Nearest-class-centre accuracy with one sample as each centre, by level, over 50 draws."""
    half = len(y) // 2
    found = []
    for level, given in ((0, None), (1, 1.0)):
        keep = np.full(len(y), True) if given is None else labels[:, 0] == given
        z, truth = y[keep], labels[keep, level]
        centres = [z[truth == side][:50] for side in (-1, 1)]
        z, truth = z[-half // 2 :], truth[-half // 2 :]
        gap = [np.square(z[:, None] - c[None]).sum(-1) for c in centres]
        found.append(float(((gap[0] - gap[1] > 0) == (truth[:, None] > 0)).mean()))
    return found[0], found[1]


def _linear(rng: np.random.Generator) -> Result:
    """SGD on the Barlow-Twins-type loss of `stepwise`, from a random start."""
    weights = START / np.sqrt(OUTPUTS) * rng.normal(size=(OUTPUTS, INPUTS))
    started = np.linalg.norm(weights, axis=0)
    lengths, rows, scores = [], [], []
    test, labels = _draw(rng, SAMPLES)
    test = _augmented(rng, test)
    every = round((TIMES[1] - TIMES[0]) / RATE)
    for step in range(every * (len(TIMES) - 1) + 1):
        if step % every == 0:
            lengths.append(np.linalg.norm(weights, axis=0)[:2])
            rows.append(_variances(test @ weights.T, labels))
            if (step // every) % 10 == 0:
                scores.append(_accuracies(test @ weights.T, labels))
        x, _ = _draw(rng, BATCH)
        one, two = _augmented(rng, x) @ weights.T, _augmented(rng, x)
        cross = (one.T @ two) / BATCH
        weights = weights - RATE * 4 * (cross @ weights.T - np.eye(OUTPUTS)) @ cross
    closed = _closed(started)
    expected = _times(list(zip(*closed, strict=True)))
    found = _times(rows)
    best = max(x[0] for x in scores)
    return {
        **{f"{x} ratio": found[x] / expected[x] for x in LEVELS},
        "lag": found["fine"] - found["coarse"],
        "end": rows[-1][0] - float(closed[0, -1]),
        "lost": best - scores[-1][0],
        "peak": float(np.log(max(x[1] for x in rows) / closed[1].max())),
        "closed": closed[:, ::4].round(5).tolist(),
        "variances": np.array(rows)[::4].T.round(5).tolist(),
        "accuracies": np.array(scores).T.round(4).tolist(),
    }


def _closed(started: np.ndarray) -> np.ndarray:
    """V_c and V_f at the times, ``(2, times)``, from the lengths at the start."""
    values = {
        name: evaluate(PREDICTION.formula("length"), gamma=g, s_0=s, t=np.array(TIMES))
        for name, g, s in zip(
            ("s_1", "s_2", "s_3"),
            (COARSE, FINE, OWN),
            (started[0], started[1], np.sqrt(np.square(started[2:]).mean())),
            strict=True,
        )
    }
    numbers = {"C": COARSE, "F": FINE, "B": OWN, "sigma2": NOISE, "d": COUNT}
    return np.stack(
        [evaluate(PREDICTION.formula(f"{x}_variance"), **values, **numbers) for x in LEVELS]
    )


def _times(
    rows: Sequence[tuple[float, float]], bound: float = CLUSTERED, times: Sequence[float] = TIMES
) -> dict[str, float]:
    """When each level first falls below the bound, in the unit of the times."""
    out = {}
    for level, values in zip(LEVELS, np.array(rows).T, strict=True):
        below = np.flatnonzero(values < bound)
        if not below.size:
            raise ValueError(f"the {level} level does not cluster")
        i = int(below[0])
        out[level] = (
            float(np.interp(-bound, [-values[i - 1], -values[i]], times[i - 1 : i + 1]))
            if i
            else 0.0
        )
    return out


def _network(rng: np.random.Generator) -> Result:
    """SGD on the spectral contrastive loss with one hidden ReLU layer; the unit of time is a step."""
    generator = torch.Generator().manual_seed(int(rng.integers(2**31)))
    one = torch.randn(HIDDEN, INPUTS, generator=generator) / INPUTS**0.5
    two = 0.01 * torch.randn(OUTPUTS, HIDDEN, generator=generator)
    layers = [one.requires_grad_(), two.requires_grad_()]
    test, labels = _draw(rng, SAMPLES)
    inputs = torch.tensor(_augmented(rng, test), dtype=torch.float32)
    rows = []
    for step in range(READ * 100 + 1):
        if step % READ == 0:
            with torch.no_grad():
                y = (inputs @ layers[0].T).relu() @ layers[1].T
            rows.append(_variances(y.double().numpy(), labels))
        x, _ = _draw(rng, BATCH)
        views = [torch.tensor(_augmented(rng, x), dtype=torch.float32) for _ in range(2)]
        coded = [((v @ layers[0].T).relu() @ layers[1].T).unsqueeze(0) for v in views]
        gradients = torch.autograd.grad(spectral_contrastive(*coded).sum(), layers)
        with torch.no_grad():
            for layer, gradient in zip(layers, gradients, strict=True):
                layer.sub_(0.02 * gradient)
    found = _times(rows, LOOSE, [float(READ * i) for i in range(len(rows))])
    return {
        "variances": np.array(rows)[::2].T.round(5).tolist(),
        "lag": found["fine"] - found["coarse"],
    }
