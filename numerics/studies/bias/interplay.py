"""Augmentation against architecture: which modes a penalised minimiser keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.polynomial.hermite_e import hermegauss, hermevander
from scipy.special import factorial
from torch import Tensor

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Finding, Measurement, Result, Settings, within
from sith.numerics.studies.frame.parts import minimum
from sith.numerics.studies.frame.readings import values_of
from sith.numerics.studies.frame.study import Direction, Study, changed
from sith.theory import prediction

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PREDICTION = prediction("interplay")

CORRELATION = 0.8
KERNEL = (0.2, 1.0, 0.5, 0.5, 0.25)
"""Eigenvalues κ_k of the Hermite modes 1 to 5: this architecture likes the even mode 2."""

BETAS = (0.5, 0.9)
FACTORS = (0.3, 0.7, 0.9, 0.96, 0.98, 1.02, 1.04, 1.1, 1.5, 2.5, 6.0, 9.0, 15.0, 30.0, 60.0)
"""λ over the predicted crossing of modes 1 and 2."""

NODES, OUTPUTS = 7, 2
"""Of the random graphs."""

GRAPH_PENALTIES = (0.0, 0.02, 0.1)


def _plan(budget: str) -> list[Settings]:
    starts = {"smoke": 2, "ci": 6, "full": 30}[budget]
    hermite = [
        {"part": "hermite", "beta": b, "factor": f, "seed": s}
        for b in BETAS
        for f in FACTORS
        for s in range(starts)
    ]
    graphs = [
        {"part": "graph", "penalty": p, "seed": s}
        for p in GRAPH_PENALTIES
        for s in range(4 * starts)
    ]
    return [*hermite, *graphs]


def _measure(settings: Settings) -> Result:
    rng = np.random.default_rng([int(settings["seed"]), 13])
    return _hermite(settings, rng) if settings["part"] == "hermite" else _graph(settings, rng)


def _pairs() -> tuple[Tensor, Tensor, Tensor]:
    """Normalised Hermite modes 1 to 5 at both ends of a pair, and the weights, by quadrature.

    The partner is ρz + √(1 − ρ²)η at the nodes of z and η: the eigenvalues of the pair enter
    nowhere, and 12 nodes are exact for the degree 10 of the products.
    """
    nodes, weights = hermegauss(12)
    weights = weights / weights.sum()
    z, noise = (a.ravel() for a in np.meshgrid(nodes, nodes, indexing="ij"))
    partner = CORRELATION * z + np.sqrt(1 - CORRELATION**2) * noise
    scale = np.sqrt(factorial(np.arange(1, len(KERNEL) + 1)))
    one, two = (torch.from_numpy(hermevander(x, len(KERNEL))[:, 1:] / scale) for x in (z, partner))
    return one, two, torch.from_numpy(np.outer(weights, weights).ravel())


def _penalised(
    one: Tensor, two: Tensor, weights: Tensor, theta: Tensor, beta: float, penalty: float
) -> Tensor:
    """The loss of ψ = features·θᵀ, θ ``(k, features)``."""
    a, b = one @ theta.mT, two @ theta.mT
    apart = (weights * (a - b).square().sum(1)).sum()
    moments = a.mT @ (weights[:, None] * a)
    white = (moments - torch.eye(len(theta), dtype=a.dtype)).square().sum()
    return beta * apart + white + penalty * theta.square().sum()


def _hermite(settings: Settings, rng: np.random.Generator) -> Result:
    """One output; shares of the modes in it, and its square length."""
    beta = float(settings["beta"])
    penalty = float(settings["factor"]) * _crossing(beta)
    one, two, weights = _pairs()
    root = torch.tensor(KERNEL, dtype=torch.float64).sqrt()
    found = minimum(
        lambda t: _penalised(one * root, two * root, weights, t.view(1, -1), beta, penalty),
        rng.normal(size=len(KERNEL)),
    )
    squares = (root * found.at).square()
    return {
        "squares": squares.tolist(),
        "length": float(squares.sum()),
        "loss": found.loss,
        "gradient": found.gradient,
    }


def _crossing(beta: float) -> float:
    return float(
        evaluate(
            PREDICTION.formula("crossing"),
            beta=beta,
            sigma_i=CORRELATION,
            sigma_j=CORRELATION**2,
            kappa_i=KERNEL[0],
            kappa_j=KERNEL[1],
        )
    )


def _lengths(beta: float, penalty: float) -> np.ndarray:
    """μ of every Hermite mode, negative where it is dropped."""
    modes = np.arange(1, len(KERNEL) + 1)
    return evaluate(
        PREDICTION.formula("length"),
        **{"beta": beta, "lambda": penalty, "sigma": CORRELATION**modes, "kappa": np.array(KERNEL)},
    )


def _graph(settings: Settings, rng: np.random.Generator) -> Result:
    """A random weighted graph and a kernel that shares no modes with it, two outputs."""
    beta, penalty = 0.7, float(settings["penalty"])
    drawn = rng.gamma(0.5, size=(NODES, NODES))
    joint = torch.from_numpy((drawn + drawn.T) / (drawn + drawn.T).sum())
    weights = joint.sum(1)
    feature = rng.normal(size=(NODES, NODES)) + np.eye(NODES)
    table = torch.from_numpy(feature) / np.sqrt(NODES)
    i, j = (x.ravel() for x in np.meshgrid(range(NODES), range(NODES), indexing="ij"))
    found = minimum(
        lambda t: _penalised(
            table[i], table[j], joint.ravel(), t.view(OUTPUTS, NODES), beta, penalty
        ),
        rng.normal(size=OUTPUTS * NODES),
        steps=5000,
    )
    # In L²(weights): functions are columns times √w, so that operators are symmetric matrices.
    root = weights.sqrt()
    values = root[:, None] * (table @ found.at.view(OUTPUTS, NODES).mT)
    pair = joint / (root[:, None] * root)
    kernel = root[:, None] * (table @ table.mT) * root
    identity = torch.eye(NODES, dtype=torch.float64)
    operator = (1 - beta) * identity + beta * pair - penalty / 2 * torch.linalg.inv(kernel)
    eigenvalues, vectors = torch.linalg.eigh(operator)
    top = (vectors * eigenvalues.clamp_min(0))[:, -OUTPUTS:] @ vectors[:, -OUTPUTS:].mT
    plain = torch.linalg.eigh(pair)[1][:, -OUTPUTS:]
    kept = torch.linalg.qr(values)[0]
    predicted = OUTPUTS - float(eigenvalues[-OUTPUTS:].clamp_min(0).square().sum())
    return {
        "distance": float(torch.linalg.norm(values @ values.mT - top)),
        "excess": found.loss - predicted,
        "overlap": float((kept.mT @ plain).square().sum()) / OUTPUTS,
        "gradient": found.gradient,
    }


def _compare(measurements: Sequence[Measurement]) -> list[Finding]:
    findings = []
    for beta in BETAS:
        findings.append(
            within(
                f"λ at which modes 1 and 2 change places, over the predicted one, β = {beta:g}",
                1.0,
                _flip(measurements, beta),
                0.02,
                "the nearest penalties tried are 0.98 and 1.02 of the crossing",
            )
        )
        own = [m for m in measurements if m.settings.get("beta") == beta]
        errors = [
            abs(float(m.result["length"]) - max(0.0, _lengths(beta, _penalty(m)).max()))
            for m in own
        ]
        findings.append(
            within(
                f"square length of the output from μ of the best mode, largest error, β = {beta:g}",
                0.0,
                max(errors),
                1e-6,
                "L-BFGS to a gradient of 1e-10; where the mode vanishes the loss is flat to 4th order",
            )
        )
        losses = [
            abs(float(m.result["loss"]) - 1 + max(0.0, _lengths(beta, _penalty(m)).max()) ** 2)
            for m in own
        ]
        findings.append(
            within(
                f"loss of the minimiser from 1 − μ₊², largest error, β = {beta:g}",
                0.0,
                max(losses),
                1e-8,
                "every start ends in a global minimum; the error is of second order",
            )
        )
    findings.append(
        within(
            "distance of Ψ*Ψ from the top part of T_λ on random graphs, Frobenius, largest",
            0.0,
            max(values_of(measurements, "distance", part="graph")),
            1e-4,
            "L-BFGS to a gradient of 1e-10 or 5,000 steps; eigenvalue gaps down to 3e-4",
        )
    )
    findings.append(
        within(
            "overlap of the learned outputs with the pair's top modes without a penalty",
            1.0,
            min(values_of(measurements, "overlap", part="graph", penalty=0.0)),
            1e-8,
            "of second order in a distance below 1e-4: the kernel does not matter",
        )
    )
    return findings


def _penalty(measurement: Measurement) -> float:
    return float(measurement.settings["factor"]) * _crossing(float(measurement.settings["beta"]))


def _share(measurement: Measurement, mode: int) -> float:
    squares = np.array(measurement.result["squares"])
    return float(squares[mode] / max(squares.sum(), 1e-12))


def _flip(measurements: Sequence[Measurement], beta: float) -> float:
    """The middle between the last penalty that keeps mode 1 and the first that keeps mode 2."""
    own = [m for m in measurements if m.settings.get("beta") == beta]
    keeps = [m.settings["factor"] for m in own if _share(m, 0) > 0.5]
    changes = [m.settings["factor"] for m in own if _share(m, 1) > 0.5]
    if not keeps or not changes:
        return 0.0
    return float(max(keeps) + min(changes)) / 2


def _figure(measurements: Sequence[Measurement]) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, 3.6), layout="constrained")
    for axis, beta in zip(figure.subplots(1, 2), BETAS, strict=True):
        crossing = _crossing(beta)
        factors = np.geomspace(FACTORS[0], FACTORS[-1], 200)
        curves = np.array([_lengths(beta, f * crossing) for f in factors])
        own = [m for m in measurements if m.settings.get("beta") == beta]
        for mode in range(3):
            axis.plot(factors, curves[:, mode], color=f"C{mode}", label=f"μ of mode {mode + 1}")
            points = [(m.settings["factor"], m.result["squares"][mode]) for m in own]
            axis.plot(*zip(*points, strict=True), "o", ms=4, color=f"C{mode}", mfc="none")
        axis.axvline(1, ls="--", color="grey", lw=1)
        axis.set(
            xscale="log",
            xlabel="penalty λ / predicted crossing",
            ylabel="square length of the mode",
            title=f"β = {beta:g}; circles: minimiser",
            ylim=(-0.05, 1),
        )
        axis.legend(frameon=False)
    return figure


STUDY = Study(
    name="interplay",
    title=PREDICTION.title,
    direction=Direction.BIAS,
    prediction=PREDICTION,
    plan=_plan,
    measure=_measure,
    compare=_compare,
    figure=_figure,
    contradictions={
        "mode 1 is always kept": changed(
            "squares", lambda x: [sum(x) + 1, 0, 0, 0, 0], part="hermite"
        ),
        "the penalty shrinks nothing": changed("length", lambda x: x + 0.01, part="hermite"),
        "starts that stay off the minimum": changed("loss", lambda x: x + 1e-4, part="hermite"),
        "other modes on graphs": changed("distance", lambda x: x + 0.1, part="graph"),
        "the kernel matters without a penalty": changed("overlap", lambda _: 0.9, penalty=0.0),
    },
)
