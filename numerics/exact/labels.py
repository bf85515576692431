"""Population cross-entropy over labels on quadrature nodes: supervised learning and DIET.

The gap is E KL(p(c|z) ‖ softmax_c(β⟨w_c, h(z)⟩)), with W, and β where it is learned, minimised
out; the lower bound is the conditional entropy H(c|z). Instances of one class share their row at
the optimum, so that the labels may stand for classes or for instances.
Source: Reizinger et al. (2025), thms 1C and 2C.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.exact.for_world import for_world
from sith.numerics.exact.newton import minimise
from sith.numerics.exact.problem import LatentMap, Linearisation
from sith.numerics.exact.quadrature import Quadrature
from sith.numerics.lowering.lower import lower
from sith.theory import Claim, UnsupportedCondition, latents
from sith.theory.assumptions import Classes
from sith.theory.objectives import CrossEntropy


@dataclass(frozen=True, slots=True)
class Labels:
    """Cross-entropy of a world with latent classes.

    The learned parameters of the classifier are the products x_c = β w_c, ``(C, m)``.

    Fields:
        quadrature: nodes of the marginal of z, the equal mixture of the classes.
        log_posterior: ``(N, C)``, log p(c|z_i).
        vectors: ``(C, d)``, the class vectors; they only supply a start for unit rows.
        unit_rows: whether ‖w_c‖ = 1.
        beta: the inverse temperature, or None where it is learned.
    """

    quadrature: Quadrature
    log_posterior: Tensor
    vectors: Tensor
    unit_rows: bool
    beta: float | None

    @property
    def nodes(self) -> Tensor:
        """Latents."""
        return self.quadrature.nodes

    @property
    def weights(self) -> Tensor:
        """Their probabilities."""
        return self.quadrature.weights

    @property
    def optimum(self) -> float:
        """H(c|z)."""
        return -float(self.quadrature.mean((self.log_posterior.exp() * self.log_posterior).sum(1)))

    def loss(self, h: LatentMap) -> float:
        """The cross-entropy of h with the best classifier."""
        return self.optimum + self.gap(h)

    def gap(self, h: LatentMap) -> float:
        """The loss less the conditional entropy, ≥ 0."""
        values = h(self.nodes)
        return float(self._divergence(self._log_model(self.products(values), values)))

    def products(self, values: Tensor) -> Tensor:
        """The best β w_c, ``(C, m)``, for representations ``(N, m)``.

        Free rows absorb β, and the problem is convex. Unit rows are found by Newton's method on
        the product of spheres, from the images of the class vectors under the best linear fit
        of z to h: exact where h is linear, a local minimum otherwise.
        """
        if not self.unit_rows:
            zero = torch.zeros(len(self.vectors), values.shape[1], dtype=torch.float64)
            return minimise(lambda x: self._oracle(x, values), zero, retract=self._retract)
        fit = torch.linalg.lstsq(values, self.nodes, driver="gelsd").solution
        rows = self.vectors @ fit.T
        lengths = torch.linalg.vector_norm(rows, dim=1, keepdim=True).clamp_min(1e-9)
        beta = lengths.mean() if self.beta is None else self.beta
        start = beta * rows / lengths
        return minimise(lambda x: self._oracle(x, values), start, retract=self._retract)

    def linearise(self, h: LatentMap) -> Linearisation:
        """Rows √(w_i p(c|z_i)) (log model − log posterior) at the classifier of h."""
        root = (self.weights[:, None] * self.log_posterior.exp()).sqrt()
        values = h(self.nodes)
        products = self.products(values)

        def defect(other: LatentMap) -> Tensor:
            model = self._log_model(products, other(self.nodes))
            return (root * (model - self.log_posterior)).reshape(-1)

        basis = self._tangent(products)
        logits = torch.einsum("ni,cik->nck", values, basis.reshape(*products.shape, -1))
        posterior = self.log_posterior.exp()[:, :, None]
        centred = logits - (posterior * logits).sum(1, keepdim=True)
        return Linearisation(defect, (root[:, :, None] * centred).reshape(root.numel(), -1))

    def _log_model(self, products: Tensor, values: Tensor) -> Tensor:
        return (values @ products.T).log_softmax(1)

    def _divergence(self, log_model: Tensor) -> Tensor:
        terms = self.log_posterior.exp() * (self.log_posterior - log_model)
        return self.quadrature.mean(terms.sum(1))

    def _tangent(self, products: Tensor) -> Tensor:
        """Derivatives of all products in the free parameters, ``(C·m, q)``.

        Free rows: the identity. Unit rows: per row a basis orthogonal to it, scaled by β, and
        last, where β is learned, the derivative in log β.
        """
        count, dim = products.shape
        if not self.unit_rows:
            return torch.eye(count * dim, dtype=torch.float64)
        beta = torch.linalg.vector_norm(products, dim=1)
        normals = torch.linalg.svd(products[:, None], full_matrices=True).Vh[:, 1:]
        blocks = (beta[:, None, None] * normals).mT
        basis = torch.block_diag(*blocks)
        return torch.cat((basis, products.reshape(-1, 1)), 1) if self.beta is None else basis

    def _retract(self, products: Tensor, step: Tensor) -> Tensor:
        """The products after a step in the coordinates of `_tangent`."""
        if not self.unit_rows:
            return products + step.reshape(products.shape)
        beta: Tensor = torch.linalg.vector_norm(products, dim=1, keepdim=True)
        basis = self._tangent(products)
        growth = torch.ones((), dtype=torch.float64)
        if self.beta is None:
            growth, basis, step = step[-1].clamp(-1, 1).exp(), basis[:, :-1], step[:-1]
        moved = products + (basis @ step).reshape(products.shape)
        lengths: Tensor = torch.linalg.vector_norm(moved, dim=1, keepdim=True)
        return growth * beta / lengths * moved

    def _oracle(self, products: Tensor, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Loss, gradient and Hessian of multinomial logistic regression along `_tangent`."""
        log_model = self._log_model(products, values)
        model = log_model.exp()
        slope = (self.weights[:, None] * (model - self.log_posterior.exp())).T @ values
        weighted = (self.weights[:, None] * model)[:, :, None] * values[:, None]
        size = products.numel()
        mixed = (model[:, :, None] * values[:, None]).reshape(-1, size)
        curve = -mixed.T @ (self.weights[:, None] * mixed)
        blocks = torch.einsum("nci,nj->cij", weighted, values)
        curve = curve + torch.block_diag(*blocks)
        basis = self._tangent(products)
        hessian = basis.T @ curve @ basis
        if self.unit_rows:
            hessian = hessian + self._bending(products, slope, basis)
        return self._divergence(log_model), basis.T @ slope.reshape(-1), hessian

    def _bending(self, products: Tensor, slope: Tensor, basis: Tensor) -> Tensor:
        """Second derivatives of β w_c along the sphere and log β, against the gradient."""
        radial = (products * slope).sum(1)
        per_row = products.shape[1] - 1
        diagonal = -radial.repeat_interleave(per_row)
        if self.beta is not None:
            return torch.diag(diagonal)
        bend = torch.diag(torch.cat((diagonal, radial.sum()[None])))
        cross = basis[:, :-1].T @ slope.reshape(-1)
        bend[:-1, -1] = cross
        bend[-1, :-1] = cross
        return bend


def labels(claim: Claim, count: int) -> Labels:
    """Cross-entropy of a claim's world on `count` nodes a coordinate.

    Raises:
        UnsupportedCondition: the objective or the pairs are of another kind, or no quadrature.
    """
    world, objective = claim.world, claim.objective
    if not isinstance(objective, CrossEntropy) or not isinstance(world.pairs, Classes):
        raise UnsupportedCondition(
            f"{objective} with pairs '{world.pairs}'", allowed="CrossEntropy with Classes"
        )
    base = for_world(world, count)
    z = latents(claim.dim)
    classes = range(len(world.pairs.vectors))
    terms = [lower(world.pairs.log_label(z, c), z)(base.nodes) for c in classes]
    logits = torch.stack(terms, -1)
    marginal = (logits.logsumexp(1) + base.reference.log()).softmax(0)
    vectors = torch.tensor(
        [[float(x) for x in v] for v in world.pairs.vectors], dtype=torch.float64
    )
    return Labels(
        Quadrature(base.nodes, marginal, base.reference),
        logits.log_softmax(1),
        vectors,
        objective.unit_rows,
        None if objective.learned_beta else float(objective.inverse_temperature),
    )
