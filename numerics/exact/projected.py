"""The population loss after a linear projector: the projector is minimised out at every map."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from scipy.optimize import minimize
from torch import Tensor

from sith.numerics.exact.problem import LatentMap, Linearisation, PopulationProblem

ATTAINED = 1e-13
"""A gap up to this needs no better projector."""
STEPS = 4
"""Iterations of BFGS from the best linear fit; what is left after them is an upper bound of the gap. The
fit is exact for affine maps, the only ones whose gap can be zero where the optimal p∘f are affine."""


@dataclass(frozen=True, slots=True)
class ProjectedProblem:
    """min over W, b of the loss of W h + b, on the nodes of the loss's own problem.

    Fields:
        inner: the problem of the loss.
        target: ``(N, k)``, values at the nodes of a map that is optimal for the loss.
        shift: whether b is learned.
    """

    inner: PopulationProblem
    target: Tensor
    shift: bool

    @property
    def nodes(self) -> Tensor:
        """Latents, ``(N, d)``."""
        return self.inner.nodes

    @property
    def weights(self) -> Tensor:
        """Their probabilities, ``(N,)``."""
        return self.inner.weights

    def gap(self, h: LatentMap) -> float:
        """The loss above its lower bound at the best projector that is found."""
        return self.inner.gap(self._after(h, self._best(h)))

    def linearise(self, h: LatentMap) -> Linearisation:
        """The condition near h at its projector, whose derivatives are nuisances."""
        best = self._best(h)
        start = self.inner.linearise(self._after(h, best))

        def defect(other: LatentMap) -> Tensor:
            return start.defect(self._after(other, best))

        slopes = torch.func.jacfwd(lambda w: start.defect(self._after(h, w)))(best)
        own = slopes.reshape(slopes.shape[0], -1)
        return Linearisation(defect, torch.cat((start.nuisance, own), 1))

    def _after(self, h: LatentMap, matrix: Tensor) -> LatentMap:
        """z ↦ W h(z) + b, for ``(k, m)`` or, with a shift, ``(k, m + 1)``."""

        def through(z: Tensor) -> Tensor:
            found: Tensor = self._padded(h(z)) @ matrix.T
            return found

        return through

    def _padded(self, values: Tensor) -> Tensor:
        return torch.cat((values, torch.ones_like(values[:, :1])), 1) if self.shift else values

    def _best(self, h: LatentMap) -> Tensor:
        """The projector of the lowest loss that a descent from the best fit of the latents finds."""
        values = self._padded(h(self.nodes))
        fit = torch.linalg.lstsq(values, self.target, driver="gelsd")
        start: Tensor = fit.solution.T.contiguous()
        if not self.inner.gap(self._after(h, start)) > ATTAINED:
            return start
        shape = start.shape

        def loss(flat: object) -> float:
            gap = self.inner.gap(self._after(h, torch.as_tensor(flat).reshape(shape)))
            return gap if math.isfinite(gap) else math.inf

        found = minimize(loss, start.flatten().numpy(), method="BFGS", options={"maxiter": STEPS})
        return torch.as_tensor(found.x, dtype=torch.float64).reshape(shape)
