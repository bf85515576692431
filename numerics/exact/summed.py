"""The population problem of a sum of losses that have a common minimiser: the sum of their gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from sith.numerics.exact.equality import relative_defect
from sith.numerics.exact.problem import LatentMap, Linearisation, PopulationProblem


@dataclass(frozen=True, slots=True)
class SummedProblem:
    """Gaps and defects of the terms side by side.

    Fields:
        terms: problems on the same latents; the nodes are those of the first.
        factors: their weights, positive.
        outputs: the number of outputs of h.
        by_loss_alone: whether a defect has the accuracy of the nodes alone, as in some term.
    """

    terms: Sequence[PopulationProblem]
    factors: Sequence[float]
    outputs: int
    by_loss_alone: bool

    @property
    def nodes(self) -> Tensor:
        """Latents."""
        return self.terms[0].nodes

    @property
    def weights(self) -> Tensor:
        """Their probabilities."""
        return self.terms[0].weights

    def gap(self, h: LatentMap) -> float:
        """The weighted sum of the gaps; 0 exactly where every term is at its bound."""
        return sum(c * p.gap(h) for c, p in zip(self.factors, self.terms, strict=True))

    def own_defect(self, h: LatentMap) -> float:
        """The largest relative defect of the terms."""
        return max(relative_defect(p, self.outputs, h) for p in self.terms)

    def linearise(self, h: LatentMap) -> Linearisation:
        """The defects of the terms, one after another."""
        parts = [p.linearise(h) for p in self.terms]
        return Linearisation(
            lambda other: torch.cat([p.defect(other) for p in parts]),
            torch.block_diag(*(p.nuisance for p in parts)),
        )
