"""The covariance operator of deep networks, linear nodes and trained layers: what is measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.frame.finding import Result, Settings
from sith.numerics.studies.frame.parts import gradient_flow
from sith.theory import prediction

PREDICTION = prediction("covariance_operator")

POLARITY = 0.8
"""E[child | parent] = 0.8 · parent, on every edge; all variables are ±1."""

WIDTHS = (1, 10)

OUTPUTS = 3

STEPS, EVERY, RATE = 300, 15, 0.05


@dataclass(frozen=True, slots=True)
class Tree:
    """A root, two latents, four latents, eight leaves, with every configuration listed.

    Fields:
        leaves: ``(256, 8)``, every pattern.
        given_root: ``(2, 256)``, law of the leaves given the root.
        middle: ``(2, 256)``, E[z | leaves] · P(leaves) for the two upper latents.
        low: ``(4, 256)``, the same for the four lower latents.
    """

    leaves: Tensor
    given_root: Tensor
    middle: Tensor
    low: Tensor


@cache
def _tree() -> Tree:
    bits = ((torch.arange(256).unsqueeze(1) >> torch.arange(8)) & 1) * 2 - 1
    leaves = bits.double()
    hidden = ((torch.arange(128).unsqueeze(1) >> torch.arange(7)) & 1) * 2 - 1
    z = hidden.double()

    def edge(child: Tensor, parent: Tensor) -> Tensor:
        return (1 + POLARITY * child * parent) / 2

    law = torch.full((128,), 0.5, dtype=torch.float64)
    for node in range(1, 7):
        law = law * edge(z[:, node], z[:, (node - 1) // 2])
    joint = law.unsqueeze(1).expand(128, 256)
    for leaf in range(8):
        joint = joint * edge(leaves[:, leaf].unsqueeze(0), z[:, 3 + leaf // 2].unsqueeze(1))
    given = torch.stack([joint[z[:, 0] == side].sum(0) * 2 for side in (-1, 1)])
    return Tree(leaves, given, z[:, 1:3].T @ joint, z[:, 3:7].T @ joint)


def measure(settings: Settings) -> Result:
    """Return the result of one measurement; `settings` names its part."""
    seed = int(settings["seed"])
    generator = torch.Generator().manual_seed(2000 + seed)
    if settings["part"] == "gradient":
        return _gradient(_weights(5, generator))
    if settings["part"] == "node":
        return _node(np.random.default_rng([seed, 3]))
    return _train(_weights(int(settings["width"]), generator))


def _weights(width: int, generator: torch.Generator) -> list[Tensor]:
    """One tensor per layer, unit norm per node: lower nodes, upper nodes, outputs."""
    shapes = ((4, width, 2), (2, width, 2 * width), (OUTPUTS, 2 * width))
    drawn = [torch.randn(s, generator=generator, dtype=torch.float64) for s in shapes]
    return [_unit(w).requires_grad_() for w in drawn]


def _unit(weights: Tensor) -> Tensor:
    """The weights with the incoming ones of each node at norm 1, as batch normalisation has."""
    unit: Tensor = weights / weights.norm(dim=-1, keepdim=True).clamp_min(1e-12)
    return unit


def _network(weights: Sequence[Tensor], x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Lower and upper hidden nodes, ``(N, latents, width)``, and outputs; each sees its subtree."""
    lower = torch.einsum("gwi,ngi->ngw", weights[0], x.view(-1, 4, 2)).relu()
    upper = torch.einsum("gwi,ngi->ngw", weights[1], lower.reshape(len(x), 2, -1)).relu()
    return lower, upper, upper.flatten(1) @ weights[2].T


def _pair_loss(outputs: Tensor, given: Tensor) -> Tensor:
    """½ E|f − f₊|² − ½ E|f − f₋|², summed over all pairs of patterns."""
    distance = (outputs.unsqueeze(0) - outputs.unsqueeze(1)).square().sum(-1)
    positive = torch.einsum("ra,rb,ab->", given, given, distance) / 2
    law = given.mean(0)
    return (positive - law @ distance @ law) / 2


def _gradient(weights: list[Tensor]) -> Result:
    """Distance of the gradient from −2 OP w, by layer, and the least eigenvalue of OP."""
    tree = _tree()
    own = torch.autograd.grad(
        _pair_loss(_network(weights, tree.leaves)[2], tree.given_root), weights
    )
    errors, least, steps = [], [], []
    for layer, gradient in enumerate(own):

        def outputs(w: Tensor, layer: int = layer) -> Tensor:
            return _network([*weights[:layer], w, *weights[layer + 1 :]], tree.leaves)[2]

        jacobian = torch.autograd.functional.jacobian(outputs, weights[layer])
        inner = torch.einsum("rn,nop->rop", tree.given_root, jacobian.flatten(2))
        centred = inner - inner.mean(0)
        operator = torch.einsum("rop,roq->pq", centred, centred) / len(inner)
        flat = weights[layer].detach().flatten()
        errors.append(float((gradient.flatten() + 2 * operator @ flat).abs().max()))
        least.append(float(torch.linalg.eigvalsh(operator)[0]))
        steps.append(_difference(outputs, weights[layer].detach(), gradient, tree))
    return {"error": max(errors), "least": min(least), "step": max(steps), "size": _size(own)}


def _size(gradients: Sequence[Tensor]) -> float:
    return min(float(g.abs().max()) for g in gradients)


def _difference(
    outputs: Callable[[Tensor], Tensor], w: Tensor, gradient: Tensor, tree: Tree
) -> float:
    """Distance of the gradient from a central difference, along a fixed direction."""
    direction = torch.linspace(-1, 1, w.numel(), dtype=w.dtype).view_as(w)
    ends = [_pair_loss(outputs(w + s * 1e-6 * direction), tree.given_root) for s in (1, -1)]
    return abs((ends[0] - ends[1]).item() / 2e-6 - (gradient * direction).sum().item())


def _node(rng: np.random.Generator) -> Result:
    """The squared correlation of a linear node with its latent, along the exact flow."""
    start = rng.normal(size=2)
    leaf = float(evaluate(PREDICTION.formula("leaf"), rho_0=POLARITY, rho_1=POLARITY))
    states = gradient_flow(lambda w: 2 * leaf**2 * w.sum() * np.ones(2), start, [0.0, 1.0, 20.0])
    cross = POLARITY**2
    square = cross * states.sum(1) ** 2 / ((states**2).sum(1) + 2 * cross * states.prod(1))
    limit = float(evaluate(PREDICTION.formula("node_limit"), rho_1=POLARITY)) ** 2
    return {"rises": float(np.diff(square).min()), "error": abs(float(square[-1]) - limit)}


def _correlation(nodes: Tensor, latent: Tensor, law: Tensor) -> tuple[float, float]:
    """|correlation| of nodes with their latent: best and mean over nodes, mean over latents."""
    mean = torch.einsum("n,ngw->gw", law, nodes)
    spread = (torch.einsum("n,ngw->gw", law, nodes.square()) - mean.square()).clamp_min(0).sqrt()
    cross = torch.einsum("gn,ngw->gw", latent, nodes)
    found = torch.where(spread > 1e-9, cross / spread.clamp_min(1e-9), torch.zeros_like(cross))
    found = found.abs()
    return float(found.max(1).values.mean()), float(found.mean())


def _train(weights: list[Tensor]) -> Result:
    """Gradient ascent with every node's weights kept at norm 1; correlations by level over the steps."""
    tree = _tree()
    law = tree.given_root.mean(0)
    levels: dict[str, list[tuple[float, float]]] = {"lower": [], "upper": []}
    for step in range(STEPS + 1):
        lower, upper, outputs = _network(weights, tree.leaves)
        if step % EVERY == 0:
            levels["lower"].append(_correlation(lower.detach(), tree.low, law))
            levels["upper"].append(_correlation(upper.detach(), tree.middle, law))
        inner = tree.given_root @ outputs
        loss = -(inner - inner.mean(0)).square().sum() / len(inner)
        gradients = torch.autograd.grad(loss, weights)
        moved = [
            w.detach() - RATE * g / g.norm(dim=-1, keepdim=True).clamp_min(1e-12)
            for w, g in zip(weights, gradients, strict=True)
        ]
        weights = [_unit(w).requires_grad_() for w in moved]
    out: dict[str, float | list[float]] = {}
    for level, pairs in levels.items():
        best, mean = zip(*pairs, strict=True)
        out |= {
            f"{level} best": [round(x, 4) for x in best],
            f"{level} best end": best[-1],
            f"{level} best gain": best[-1] - best[0],
            f"{level} mean gain": mean[-1] - mean[0],
        }
    return out
