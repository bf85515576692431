"""Classes as positives: trained networks, ranks of quadrics and optima of linear maps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy as sp
import torch
from scipy.optimize import minimize

from sith.numerics.losses import cross_entropy
from sith.numerics.lowering.formulas import evaluate
from sith.numerics.measure import linear_r2
from sith.numerics.runs.design import Design, train_design
from sith.numerics.studies.frame.finding import Measurement, Result, Settings
from sith.numerics.studies.frame.readings import values_of
from sith.numerics.training.loop import seed_generators
from sith.numerics.worlds import sample_uniform_sphere
from sith.theory import Classes, prediction, rational_unit_vectors, theorem

PREDICTION = prediction("diet_classes")

DIM = 3

KAPPA = 3.0

SHORT = 3 / 5
"""x of the rectangle (±x, ±√(1 − x²)); the erratum has the same one."""

STRETCHES = (0.4, 1.0, 16 / 9)
"""a of the optima near which training starts; 1 is orthogonal."""

NODES = 48
"""Angles on the circle: p(z|c) is band-limited to rounding, so sums are integrals."""

NEAR = 0.02
"""Largest loss above the optimum, in nats, of a network that counts."""

REACHED = 1e-9
"""Largest loss above the optimum, in nats, of a run of L-BFGS that counts."""


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
    if settings["part"] == "seen":
        return _seen(int(settings["classes"]), int(settings["group"]), int(settings["steps"]))
    if settings["part"] == "quadrics":
        return _quadrics(int(settings["dim"]), int(settings["classes"]), int(settings["seed"]))
    rng = np.random.default_rng([int(settings["seed"]), int(settings["classes"]), 5])
    vectors = _circle_classes(int(settings["classes"]))
    if settings["part"] == "random":
        return _descend(vectors, rng.normal(size=(NODES, 2)), rng.normal(size=vectors.shape))
    stretch = float(settings["stretch"])
    root = np.sqrt(
        [stretch, float(evaluate(PREDICTION.formula("second_square"), **point_of(stretch)))]
    )
    outputs = KAPPA * _angles() / root
    noise = 0.01
    return _descend(
        vectors,
        outputs + noise * rng.normal(size=outputs.shape),
        vectors * root + noise * rng.normal(size=vectors.shape),
    )


def point_of(stretch: float) -> dict[str, float]:
    """Return where a formula of the family is evaluated."""
    return {"a": stretch, "x": SHORT}


def _seen(classes: int, group: int, steps: int) -> Result:
    """Train on |C| classes; R² of the latents in V and outside, from what the head sees of h."""
    claim = theorem("reizinger_2025_supervised").at(dim=DIM, classes=classes)
    seeds = tuple(range(4 * group, 4 * group + 4))
    design = Design(steps=steps, batch=512, width=64, held_out=512)
    run = train_design(claim, design, seeds)
    gap, _ = run.experiment.loss_gap(run.encoder, run.extras)
    draws = [
        sample_uniform_sphere((4096,), DIM, g, dtype=torch.float64)
        for g in seed_generators(seeds, "uniform")
    ]
    z = torch.stack(draws)
    with torch.no_grad():
        h = run.encoder.to(torch.float64)(run.experiment.mixing(z.float()).double())
    rank = min(classes - 1, DIM)
    rows = run.extras["rows"].double()
    head = torch.linalg.svd(rows - rows.mean(1, keepdim=True)).Vh[:, :rank]
    seen = h @ head.mT
    pairs = claim.world.pairs
    assert isinstance(pairs, Classes)
    vectors = np.array([[float(x) for x in v] for v in pairs.vectors])
    basis = np.linalg.svd(vectors[1:] - vectors[0])[2]
    inside, outside = (z.numpy() @ b.T for b in (basis[:rank], basis[rank:]))
    found = {
        "gap": gap.tolist(),
        "inside": np.asarray(linear_r2(inside, seen.numpy())).tolist(),
    }
    if rank < DIM:
        found["outside"] = np.asarray(linear_r2(outside, seen.numpy())).tolist()
        found["outside_all"] = np.asarray(linear_r2(outside, h.numpy())).tolist()
    return found


def _quadrics(dim: int, classes: int, seed: int) -> Result:
    """Exact ranks: quadrics besides the unit sphere, and the condition as published."""
    vectors = rational_unit_vectors(classes + dim + 1, dim, seed)[dim + 1 :]
    published = sp.Matrix([[*(x * x for x in v), *v] for v in vectors]).rank()
    return {"free": Classes(vectors, 1).free_quadrics, "published": float(published == 2 * dim)}


def _circle_classes(classes: int) -> np.ndarray:
    """The rectangle, and further classes on the circle off it."""
    tall = math.sqrt(1 - SHORT**2)
    corners = [(a * SHORT, b * tall) for a in (1, -1) for b in (1, -1)]
    more = [(5 / 13, -12 / 13), (-15 / 17, 8 / 17)]
    return np.array([*corners, *more][:classes])


def _angles() -> np.ndarray:
    at = 2 * np.pi * np.arange(NODES) / NODES
    return np.stack([np.cos(at), np.sin(at)], axis=1)


def _descend(vectors: np.ndarray, outputs: np.ndarray, rows: np.ndarray) -> Result:
    """Minimise the population cross-entropy over h on the nodes, free, and over unit rows."""
    z, count = _angles(), len(vectors)
    joint = np.exp(KAPPA * z @ vectors.T)
    joint /= joint.sum(0) * count
    posterior = joint / joint.sum(1, keepdims=True)
    least = -float((joint * np.log(posterior)).sum())
    weights = torch.from_numpy(joint)
    labels = torch.arange(count)

    def value(flat: np.ndarray) -> tuple[float, np.ndarray]:
        leaf = torch.from_numpy(flat).requires_grad_(True)
        h, w = leaf[: 2 * NODES].view(NODES, 2), leaf[2 * NODES :].view(count, 2)
        # One seed per node and label, so that the library's loss gives every term.
        terms = cross_entropy(
            h.repeat_interleave(count, 0)[:, None],
            labels.repeat(NODES)[:, None],
            w.expand(NODES * count, count, 2),
            unit_rows=True,
        )
        loss = (terms.view(NODES, count) * weights).sum()
        (gradient,) = torch.autograd.grad(loss, leaf)
        return float(loss.detach()), gradient.numpy()

    start = np.concatenate([outputs.ravel(), rows.ravel()])
    options = {"maxiter": 3000, "maxfun": 6000, "ftol": 1e-16, "gtol": 1e-9, "maxcor": 30}
    end = minimize(value, start, jac=True, method="L-BFGS-B", options=options)
    h = end.x[: 2 * NODES].reshape(NODES, 2)
    linear, *_ = np.linalg.lstsq(z, h, rcond=None)
    lengths = np.linalg.svd(linear, compute_uv=False)
    # h = κ Q M^{−T} z, and Q does not change the lengths of the rows 1/√a and 1/√b.
    first, second = KAPPA / np.linalg.norm(linear, axis=1)
    return {
        "gap": float(end.fun) - least,
        "ratio": float(lengths[0] / lengths[1]),
        "stretch": float(first / second),
        "off_family": float(abs(first**2 * SHORT**2 + second**2 * (1 - SHORT**2) - 1)),
        "nonlinear": float(np.abs(z @ linear - h).max() / KAPPA),
    }


def flat_of(measurements: Sequence[Measurement], name: str, classes: int) -> list[float]:
    """Of the networks that are near the optimum."""
    gaps, values = entries_of(measurements, "gap", classes), entries_of(measurements, name, classes)
    return [v for v, g in zip(values, gaps, strict=True) if g < NEAR]


def entries_of(measurements: Sequence[Measurement], name: str, classes: int) -> list[float]:
    """Return one number of every network that was trained on so many classes."""
    return [
        float(x)
        for m in measurements
        if m.settings["part"] == "seen" and m.settings["classes"] == classes
        for x in m.result[name]
    ]


def counts_of(measurements: Sequence[Measurement]) -> list[int]:
    """Return the numbers of classes on which networks were trained."""
    return sorted(
        {int(m.settings["classes"]) for m in measurements if m.settings["part"] == "seen"}
    )


def seen_count(classes: int) -> int:
    """Return the predicted number of latents that are seen."""
    return int(evaluate(PREDICTION.formula("seen"), C=classes, d=DIM))


def ended_of(measurements: Sequence[Measurement], name: str, **where: Any) -> list[float]:
    """Of the runs that ended at the optimum."""
    gaps, values = values_of(measurements, "gap", **where), values_of(measurements, name, **where)
    return [v for v, g in zip(values, gaps, strict=True) if g < REACHED]
