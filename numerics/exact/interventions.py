"""Population loss of the likelihood over interventional environments, with the best structural model.

The rows of the structural matrices are shared by all environments but those of their targets, and each
has a closed form: a regression of h_i on the earlier outputs over the environments that share it. What is
left above the entropies of the environments is the sum of the divergences of the model's laws.
Source: Squires, Seigal, Bhate and Uhler (2023).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.exact.law import jacobian
from sith.numerics.exact.problem import LatentMap, Linearisation
from sith.numerics.exact.quadrature import gaussian
from sith.theory import Claim, UnsupportedCondition
from sith.theory.assumptions import LinearInterventions


@dataclass(frozen=True, slots=True)
class Interventions:
    """Nodes of every environment, equally likely, one after another.

    Fields:
        nodes: ``(K n, d)``, the latents.
        weights: ``(K n,)``, sum 1.
        log_density: ``(K n,)``, the log-density of each node's own environment.
        targets: of the environments after the first; None stands for the observational one.
        soft: whether a target keeps its parents in the model.
    """

    nodes: Tensor
    weights: Tensor
    log_density: Tensor
    targets: tuple[int | None, ...]
    soft: bool

    def gap(self, h: LatentMap) -> float:
        """E over environments of KL(law of h(z) ‖ best model), ≥ 0."""
        values, volume = self._mapped(h)
        if not bool(values.isfinite().all() and volume.isfinite().all()):
            return math.inf
        return float(-(self.weights * self._excess(values, volume, self._fitted(values))).sum())

    def own_defect(self, h: LatentMap) -> float:
        """The root mean square of the residual of the log-densities."""
        found = float(torch.linalg.vector_norm(self.linearise(h).defect(h)))
        return found if math.isfinite(found) else 1.0

    def linearise(self, h: LatentMap) -> Linearisation:
        """Rows √w (log p̂_k(h(z)) + log|det J_h| − log p_k(z)), with the model of h and its slopes."""
        values, volume = self._mapped(h)
        usable = bool(values.isfinite().all() and volume.isfinite().all())
        model = self._fitted(values) if usable else self._fitted(self.nodes)
        root = self.weights.sqrt()

        def defect(other: LatentMap) -> Tensor:
            return root * self._excess(*self._mapped(other), model)

        slopes = torch.autograd.functional.jacobian(
            lambda m: root * self._excess(values.detach(), volume.detach(), m), model
        ).reshape(len(root), -1)
        return Linearisation(defect, self._shared(slopes, model))

    def _mapped(self, h: LatentMap) -> tuple[Tensor, Tensor]:
        """h at the nodes, and log|det J_h|."""
        slopes = jacobian(lambda z: h(z) + 0 * z.sum(1, keepdim=True), self.nodes)
        return h(self.nodes), torch.linalg.slogdet(slopes).logabsdet

    def _fitted(self, values: Tensor) -> Tensor:
        """The best matrices B̂_k, ``(K, d, d)``, for second moments of the outputs."""
        count, d = len(self.targets), values.shape[1]
        blocks = values.reshape(count, -1, d)
        weights = self.weights.reshape(count, -1) * count
        moments = torch.einsum("kn,kni,knj->kij", weights, blocks, blocks)
        model = values.new_zeros(count, d, d)
        for i in range(d):
            shared = [k for k, t in enumerate(self.targets) if t != i]
            model[shared, i, : i + 1] = _row(moments[shared].mean(0)[: i + 1, : i + 1])
            for k, target in enumerate(self.targets):
                if target == i and self.soft:
                    model[k, i, : i + 1] = _row(moments[k][: i + 1, : i + 1])
                elif target == i:
                    model[k, i, i] = moments[k, i, i].rsqrt()
        return model

    def _shared(self, slopes: Tensor, model: Tensor) -> Tensor:
        """Slopes in the entries that are learned: those of a shared row are added over environments."""
        count, d = model.shape[0], model.shape[1]
        table = slopes.reshape(len(slopes), count, d, d)
        columns = []
        for i in range(d):
            shared = [k for k, t in enumerate(self.targets) if t != i]
            columns += [table[:, shared, i, j].sum(1) for j in range(i + 1)]
            for k, target in enumerate(self.targets):
                if target == i:
                    columns += [table[:, k, i, j] for j in (range(i + 1) if self.soft else (i,))]
        return torch.stack(columns, 1)

    def _excess(self, values: Tensor, volume: Tensor, model: Tensor) -> Tensor:
        """log p̂_k(h(z)) + log|det J_h| − log p_k(z) at every node."""
        count, d = len(self.targets), values.shape[1]
        blocks = values.reshape(count, -1, d)
        noise = torch.einsum("kij,knj->kni", model, blocks)
        logs = model.diagonal(dim1=1, dim2=2).abs().log().sum(1)
        found = logs[:, None] - noise.square().sum(2) / 2 - d * math.log(2 * math.pi) / 2
        return found.reshape(-1) + volume - self.log_density


def _row(moments: Tensor) -> Tensor:
    """The row b, b_i > 0, of the largest log b_i − b M bᵀ/2: the last row of the inverse Cholesky factor."""
    inverse = torch.linalg.inv(moments)
    row: Tensor = inverse[-1] / inverse[-1, -1].sqrt()
    return row


def interventions(claim: Claim, count: int) -> Interventions:
    """The problem of a claim on `count` nodes a coordinate and environment.

    Raises:
        UnsupportedCondition: pairs that are no interventions.
    """
    pairs = claim.world.pairs
    if not isinstance(pairs, LinearInterventions):
        raise UnsupportedCondition(f"pairs '{pairs}'", allowed="LinearInterventions")
    rule = gaussian(claim.dim, count)
    nodes, logs = [], []
    for matrix in pairs.matrices:
        b = torch.tensor([[float(x) for x in row] for row in matrix.tolist()], dtype=torch.float64)
        nodes.append(torch.linalg.solve(b, rule.nodes.T).T)
        base = -rule.nodes.square().sum(1) / 2 - claim.dim * math.log(2 * math.pi) / 2
        logs.append(base + b.diagonal().log().sum())
    weights = rule.weights.repeat(len(nodes)) / len(nodes)
    soft = bool(getattr(claim.objective, "soft", False))
    return Interventions(torch.cat(nodes), weights, torch.cat(logs), (None, *pairs.targets), soft)
