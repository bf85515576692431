"""What every exact problem offers: nodes, the loss above its lower bound, and its linearisation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

LatentMap = Callable[[Tensor], Tensor]
"""A map h of the latents, ``(N, d) -> (N, m)``, rows apart; float64."""


@dataclass(frozen=True, slots=True)
class Linearisation:
    """The optimum condition near a map that satisfies it, nuisance parameters held fixed.

    Fields:
        defect: from a map h to ``(rows,)``, zero exactly where h satisfies the condition at the
            nodes; its squared norm is twice the loss gap to leading order, or stands for it.
        nuisance: ``(rows, q)``, the derivative of the defect in learned parameters.
    """

    defect: Callable[[LatentMap], Tensor]
    nuisance: Tensor


class PopulationProblem(Protocol):
    """A population loss of h on quadrature nodes, with learned parameters minimised out."""

    @property
    def nodes(self) -> Tensor:
        """Latents, ``(N, d)``."""
        ...

    @property
    def weights(self) -> Tensor:
        """Their probabilities, ``(N,)``."""
        ...

    def gap(self, h: LatentMap) -> float:
        """The loss of h above a lower bound of all losses; 0 exactly where the bound is attained."""
        ...

    def linearise(self, h: LatentMap) -> Linearisation:
        """The condition near h."""
        ...
