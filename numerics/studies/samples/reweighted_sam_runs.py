"""Fixed points of SAM with weights, on samples and on populations: what is measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from scipy.optimize import brentq
from scipy.stats import wishart
from torch import Tensor

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Measurement, Result, Settings
from sith.numerics.training.sharpness import Gradient, ascended, sam_step
from sith.theory import prediction

PREDICTION = prediction("reweighted_sam")

DIMENSION, NOISE, ROWS = 20, 0.5, 100_000

POINTS = ((0.0, 0.2), (0.0, 0.1), (0.4, 0.05), (0.7, 0.1), (0.7, 0.02))
"""a and ε."""

FRACTIONS = (0.3, 0.7)
"""Radii, over the distance between the optima of the two losses."""

METHODS = ("plain", "sam", "low", "high")

NARROW, NARROW_POINT = (0.8, 1.2), (0.7, 0.1)
"""Radii over the one at which the span of width 1 leaves e_1."""

RATE, BEFORE, RISE, LIMIT = 0.1, 500, 300, 4000


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
    if settings["part"] == "narrow":
        return _narrow(float(settings["fraction"]))
    a, share = float(settings["a"]), float(settings["share"])
    radii = torch.tensor([0.0, _radius(a, share, 0.7)] + [_radius(a, share, f) for f in FRACTIONS])
    if settings["part"] == "population":
        plain, weighted = (torch.from_numpy(c)[None] for c in _population(a, share))
    else:
        seeds = range(int(settings["seed"]), int(settings["seed"]) + int(settings["count"]))
        both = np.array([sampled_covariances(a, share, seed) for seed in seeds])
        plain, weighted = torch.from_numpy(both[:, 0]), torch.from_numpy(both[:, 1])
    descent = plain[:, None].expand(-1, len(METHODS), -1, -1).contiguous()
    ascent = torch.stack([plain, plain, weighted, weighted], 1)
    generator = torch.Generator().manual_seed(int(settings.get("seed", 0)))
    shape = (len(plain), 1, DIMENSION, 2)
    start = 0.3 * torch.randn(shape, generator=generator, dtype=torch.float64)
    end, residual = _trained(
        start.expand(-1, len(METHODS), -1, -1), descent, ascent, radii.double()
    )
    # The direction of the span whose part in the plane of e_1 and e_2 is e_2.
    off = (end[..., 2:, :] @ torch.linalg.inv(end[..., :2, :]))[..., 1]
    misses = off.square().sum(-1)
    found: dict[str, object] = {m: misses[:, i].tolist() for i, m in enumerate(METHODS)}
    found["residual"] = float(residual[:, [0, 2, 3]].max())
    if settings["part"] == "population":
        lengths = torch.linalg.svdvals(end[0, 2:])
        found["lengths"] = lengths.tolist()
    return found


def _gradient(covariance: Tensor) -> Gradient:
    return lambda w: 2 * (w @ (w.mT @ w) - covariance @ w)


def _trained(
    start: Tensor, plain: Tensor, weighted: Tensor, radii: Tensor
) -> tuple[Tensor, Tensor]:
    """SAM from plain descent, the radius raised from 0; weights and the norm of the last gradient."""
    descent, ascent = _gradient(plain), _gradient(weighted)
    weights, residual = start, torch.zeros(())
    for step in range(LIMIT):
        rising = min(1.0, max(0.0, (step - BEFORE) / RISE))
        weights = sam_step(weights, descent, ascent, rising * radii, RATE)
        if rising == 1 and step % 100 == 99:
            last = descent(ascended(weights, ascent(weights), radii))
            residual = torch.linalg.matrix_norm(last)
            still = residual[..., [0, 2, 3]] if residual.shape[-1] == len(METHODS) else residual
            if float(still.max()) < 1e-9:
                break
    return weights, residual


def _population(a: float, share: float) -> tuple[np.ndarray, np.ndarray]:
    out = np.zeros((2, DIMENSION, DIMENSION))
    out[0, 0, 0], out[0, 1, 1] = 1 - share, value("signal", a, share)
    out[1, 0, 0], out[1, 1, 1] = 0.5, value("weighted", a, share)
    return out[0], out[1]


def sampled_covariances(
    a: float, share: float, seed: int, rows: int = ROWS
) -> tuple[np.ndarray, np.ndarray]:
    """Return C and C_w of a sample of `rows` pairs, drawn from their exact law, each ``(D, D)``.

    Given the signs S of the examples of one kind, noise Ξ of both views enters by SᵀΞ and ΞᵀΞ: with
    S = QLᵀ they are L H and HᵀH plus a Wishart matrix, where H = QᵀΞ is standard normal.
    """
    rng = np.random.default_rng([seed, round(1e4 * share), round(10 * a), 31])
    scarce = int(rng.binomial(rows, share))
    many = rows - scarce
    agree = float(2 * rng.binomial(many, 0.5) - many)
    kinds = (
        (many, np.array([[many, agree], [agree, many]]), ((0, 1.0), (1, a)), 1 - share),
        (scarce, np.array([[float(scarce)]]), ((1, 1.0),), share),
    )
    plain, weighted = np.zeros((2, DIMENSION, DIMENSION))
    for count, gram, places, probability in kinds:
        place = np.zeros((DIMENSION, len(gram)))
        for column, (axis, scale) in enumerate(places):
            place[axis, column] = scale
        seen = place @ np.linalg.cholesky(gram)
        h = rng.normal(size=(len(gram), 2 * DIMENSION))
        noise = h.T @ h + wishart.rvs(count - len(gram), np.eye(2 * DIMENSION), random_state=rng)
        one, two = np.hsplit(h, 2)
        cross = seen @ seen.T + NOISE * (seen @ two + (seen @ one).T)
        cross = (cross + NOISE**2 * noise[:DIMENSION, DIMENSION:]) / rows
        plain += (cross + cross.T) / 2
        weighted += (cross + cross.T) / (4 * probability)
    return plain, weighted


def _narrow(fraction: float) -> Result:
    """Squared sine to e_1 of an encoder of width 1, in the population."""
    plain, weighted = (torch.from_numpy(c)[None] for c in _population(*NARROW_POINT))
    start = 0.3 * torch.randn(
        (1, DIMENSION, 1), generator=torch.Generator().manual_seed(0), dtype=torch.float64
    )
    radius = fraction * value("leaves", *NARROW_POINT)
    end, residual = _trained(start, plain, weighted, torch.tensor([radius], dtype=torch.float64))
    squares = end[0, :, 0].square()
    return {"sine": float(squares[1:].sum() / squares.sum()), "residual": float(residual.max())}


def value(name: str, a: float, share: float, **more: float) -> float:
    """Return a formula of the prediction at amplitude a and share ε, in doubles."""
    numbers = {"epsilon": share, "sigma": NOISE, "D": DIMENSION, "N": ROWS, **more}
    return float(
        evaluate(
            PREDICTION.formula(name).subs("a", 0) if a == 0 else PREDICTION.formula(name),
            a=a,
            **numbers,
        )
    )


def _column(name: str, a: float, time: float, start: float) -> float:
    """The length w of a column that started at s: the root of w (1 + 2t (w² − goal)) = s."""
    goal = _goal(name, a)

    def excess(w: float) -> float:
        return w * (1 + 2 * time * (w**2 - goal)) - start

    return float(brentq(excess, *_bracket(goal, time, start)))


def _goal(name: str, a: float) -> float:
    """The square length of the column at the optimum of L_w."""
    return 0.5 if name == "common" else (1 + a**2) / 2


def _bracket(goal: float, time: float, start: float) -> tuple[float, float]:
    return max(0.0, goal - 1 / (2 * time)) ** 0.5, max(start, goal**0.5) + 1e-9


def lengths_of(a: float, share: float, time: float) -> tuple[float, float]:
    """Of both columns after an implicit Euler step of L_w of size t from W*."""
    m = (1 - share) * a**2 + share
    return (
        _column("common", a, time, (1 - share) ** 0.5),
        _column("rare", a, time, m**0.5),
    )


def _starts(a: float, share: float) -> np.ndarray:
    return np.sqrt([1 - share, (1 - share) * a**2 + share])


def _radius(a: float, share: float, fraction: float) -> float:
    ends = np.sqrt([0.5, (1 + a**2) / 2])
    return fraction * float(np.linalg.norm(ends - _starts(a, share)))


def time_of(a: float, share: float, fraction: float) -> float:
    """The step t = ρ/‖G‖ whose length is the radius; it rises with the radius."""
    own = _radius(a, share, fraction)

    def excess(log: float) -> float:
        moved = np.array(lengths_of(a, share, float(np.exp(log)))) - _starts(a, share)
        return float(np.linalg.norm(moved)) - own

    return float(np.exp(brentq(excess, -12.0, 12.0)))


def mix_of(a: float, share: float, fraction: float) -> float:
    """Return the weight that the rare column's direction gets at a fraction of the radius."""
    time = time_of(a, share, fraction)
    q, w = (1 + a**2) / 2, lengths_of(a, share, time)[1]
    return 2 * time * q / (1 + 2 * time * w**2)


def predicted(method: str, a: float, share: float) -> float:
    """Return the predicted miss of a method."""
    mix = {"low": FRACTIONS[0], "high": FRACTIONS[1]}.get(method)
    return value("miss", a, share, kappa=0.0 if mix is None else mix_of(a, share, mix))


def misses_of(found: Sequence[Measurement], method: str) -> np.ndarray:
    """Return the misses of a method over all samples."""
    return np.array([v for m in found for v in m.result[method]])
