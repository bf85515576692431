"""Minimisers of penalised losses on lines and random graphs: what is measured."""

from __future__ import annotations

import numpy as np
import torch
from numpy.polynomial.hermite_e import hermegauss, hermevander
from scipy.special import factorial
from torch import Tensor

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Result, Settings
from sith.numerics.studies.frame.parts import minimum
from sith.theory import prediction

PREDICTION = prediction("interplay")

CORRELATION = 0.8

KERNEL = (0.2, 1.0, 0.5, 0.5, 0.25)
"""Eigenvalues κ_k of the Hermite modes 1 to 5: this architecture likes the even mode 2."""

BETAS = (0.5, 0.9)

FACTORS = (0.3, 0.7, 0.9, 0.96, 0.98, 1.02, 1.04, 1.1, 1.5, 2.5, 6.0, 9.0, 15.0, 30.0, 60.0)
"""λ over the predicted crossing of modes 1 and 2."""

NODES, OUTPUTS = 7, 2
"""Of the random graphs."""


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
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
    penalty = float(settings["factor"]) * crossing_of(beta)
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


def crossing_of(beta: float) -> float:
    """Return the predicted penalty at which modes 1 and 2 change places."""
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


def lengths(beta: float, penalty: float) -> np.ndarray:
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
