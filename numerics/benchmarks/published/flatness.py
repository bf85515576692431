"""How little loss a bent map costs when the classifier adapts to it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from sith.numerics.benchmarks.published.labels import LAYERS, LabelWorld
from sith.numerics.losses import cross_entropy
from sith.numerics.measure import linear_r2
from sith.numerics.mixings import leaky_relu_mixing
from sith.numerics.training.loop import seed_generators
from sith.numerics.worlds import sample_uniform_sphere

ITERATIONS = 60


def bent_losses(
    world: LabelWorld, shares: Sequence[float], *, rows: int = 4096, seed: int = 0
) -> tuple[tuple[float, float], ...]:
    """Return, for each share t, the linear R² and the loss gap of h = (1 − t) z + t g(z).

    g is the mixing of the tables, scaled to the spread of z. The rows of the classifier are fitted
    to h on as many other samples, a convex problem, so that no encoder and no schedule is involved.
    The gap is taken to the fit for h = z, which has the same error of estimation.

    Arguments:
        world: with labels that are classes.
        shares: each in [0, 1].
        rows: samples to fit on, and again to evaluate on.
        seed: of world, mixing and samples.
    """
    (vectors,) = (
        sample_uniform_sphere((world.classes,), world.dim, g)
        for g in seed_generators((seed,), "classes")
    )
    mixing = leaky_relu_mixing(seed_generators((seed,), "mixing"), world.dim, layers=LAYERS)
    z, labels = world.sample(vectors, 2 * rows, seed_generators((seed,), "bent")[0])
    z = z.double().unsqueeze(0)
    x = mixing(z)
    x = (x - x.mean(1, keepdim=True)) * z.std() / x.std()
    found = []
    straight = _least_loss(z, labels.unsqueeze(0), vectors, rows)
    for share in shares:
        h = (1 - share) * z + share * x
        loss = _least_loss(h, labels.unsqueeze(0), vectors, rows)
        found.append((float(linear_r2(z[0], h[0])), loss - straight))
    return tuple(found)


def _least_loss(h: Tensor, labels: Tensor, vectors: Tensor, rows: int) -> float:
    """Fit the classifier by L-BFGS on the first `rows` samples; its loss on the others."""
    w = torch.zeros_like(vectors.double().unsqueeze(0), requires_grad=True)
    solver = torch.optim.LBFGS([w], max_iter=ITERATIONS, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        solver.zero_grad()
        loss = cross_entropy(h[:, :rows], labels[:, :rows], w).sum()
        loss.backward()
        return loss

    solver.step(closure)
    with torch.no_grad():
        return float(cross_entropy(h[:, rows:], labels[:, rows:], w))
