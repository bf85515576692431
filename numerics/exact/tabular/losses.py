"""Population losses of tables of representations, for many tables at once.

A table h gives every point of a finite world a vector. InfoNCE is normalised so that a constant
map has loss 0: with many negatives it is E[−s] + E log E⁻ e^s, the limit of the loss with M
negatives less log(M + 1); with M negatives it is that loss less log(M + 1).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from sith.numerics.exact.enumeration import loss_with_negatives
from sith.numerics.exact.tabular.world import FiniteWorld, same_law
from sith.numerics.losses import Critic, PowerDistance, row_logsumexp
from sith.theory import InputError


class TabularLoss(Protocol):
    """A loss of tables h, ``(S, N, m)``, with q learned parameters for each table."""

    def learned(self, dim: int) -> int:
        """q for representations of `dim` coordinates; they start at 0."""
        ...

    def value(self, h: Tensor, world: FiniteWorld, learned: Tensor) -> Tensor:
        """Losses ``(S,)``; `learned` is ``(S, q)``."""
        ...

    def settled(self, h: Tensor, world: FiniteWorld) -> Tensor:
        """The tables that the losses are about: h itself, or h mapped into its constraint."""
        ...

    def lower_bound(self, world: FiniteWorld, dim: int) -> float:
        """A lower bound of all losses; −inf where none is known."""
        ...


@dataclass(frozen=True, slots=True)
class Contrastive:
    """InfoNCE, with many negatives (`negatives` = 0) or exactly with M ≥ 1 by enumeration.

    Fields:
        critic: from learned parameters ``(S, q)`` to the critic over the temperature.
        negatives: M; 0 stands for the limit of many.
        parameters: from the dimension m to q.
        within_support: negatives of z follow their law restricted to the points that z is paired
            with; for the limit of many only.

    Source: van den Oord et al. (2018), eq. (4); Wang and Isola (2020), thm 1, for the limit.
    """

    critic: Callable[[Tensor], Critic]
    negatives: int = 0
    parameters: Callable[[int], int] = lambda _: 0
    within_support: bool = False

    def __post_init__(self) -> None:
        """Validate M."""
        if self.within_support and self.negatives:
            raise InputError(
                f"{self.negatives} negatives from the support of each pair",
                allowed="0, the limit of many",
            )
        if type(self.negatives) is not int or self.negatives < 0:
            raise InputError(
                f"negatives = {self.negatives!r}", allowed="an integer ≥ 1, or 0 for the limit"
            )

    def learned(self, dim: int) -> int:
        """The critic's parameters."""
        return self.parameters(dim)

    def value(self, h: Tensor, world: FiniteWorld, learned: Tensor) -> Tensor:
        """Σ_i w_i log Σ_j n_j e^{s_ij} − Σ_ij P_ij s_ij, or the enumerated loss less log(M + 1)."""
        critic = self.critic(learned)
        if self.negatives:
            scores = critic.scores(h, h)
            loss = loss_with_negatives(world.joint, scores, self.negatives, world.negatives)
            return loss - math.log(self.negatives + 1)
        offset = world.negatives.log()
        if self.within_support:
            offset = _within_support(world)
        if self.within_support or not critic.bilinear:
            scores = critic.scores(h, h)
            spread = (scores + offset).logsumexp(-1) @ world.weights
            return spread - (world.joint * scores).sum((-2, -1))
        a, b, _ = critic.features(h, h)
        spread = weighted_logsumexp(a, b, offset) @ world.weights
        return spread - (a * (world.joint @ b)).sum((-2, -1))

    def settled(self, h: Tensor, world: FiniteWorld) -> Tensor:  # noqa: ARG002
        """H itself."""
        return h

    def lower_bound(self, world: FiniteWorld, dim: int) -> float:  # noqa: ARG002
        """−I(z; z̃) for the limit; with M negatives −min(I, log(M + 1)), by the same inequality."""
        if self.within_support:
            expected = world.weights[:, None] * _within_support(world).exp()
            ratio = torch.where(world.joint > 0, world.joint / expected, 1.0)
            return -float((world.joint * ratio.log()).sum())
        return (
            -world.information
            if not self.negatives
            else -min(world.information, math.log(self.negatives + 1))
        )


@dataclass(frozen=True, slots=True)
class SpectralContrastive:
    """−2 E h·h̃ + E (h·h')², z' an independent negative.

    Source: HaoChen et al. (2021); its minimum is Eckart and Young's.
    """

    def learned(self, dim: int) -> int:  # noqa: ARG002
        """None."""
        return 0

    def value(self, h: Tensor, world: FiniteWorld, learned: Tensor) -> Tensor:  # noqa: ARG002
        """The square through two m × m moments: no table of scores."""
        anchors = h.mT @ (world.weights[:, None] * h)
        others = h.mT @ (world.negatives[:, None] * h)
        return (anchors * others).sum((-2, -1)) - 2 * (h * (world.joint @ h)).sum((-2, -1))

    def settled(self, h: Tensor, world: FiniteWorld) -> Tensor:  # noqa: ARG002
        """H itself."""
        return h

    def lower_bound(self, world: FiniteWorld, dim: int) -> float:
        """−Σ_{i ≤ m} max(σ_i, 0)² over the top eigenvalues of D^{−1/2} P D^{−1/2}; attained.

        −inf where anchors and negatives have different laws.
        """
        if not same_law(world.weights, world.negatives):
            return -math.inf
        top = torch.linalg.eigvalsh(normalised_pairs(world)).flip(0)[:dim]
        return -float(top.clamp_min(0).square().sum())


@dataclass(frozen=True, slots=True)
class AlignmentWhitening:
    """E‖h − h̃‖² subject to E h = 0 and Cov h = I, in constraint form: every table is whitened.

    Source: VICReg and W-MSE with exact constraints; Balestriero and LeCun (2022).
    """

    def learned(self, dim: int) -> int:  # noqa: ARG002
        """None."""
        return 0

    def value(self, h: Tensor, world: FiniteWorld, learned: Tensor) -> Tensor:  # noqa: ARG002
        """Alignment of the orthonormal columns of √w (h − E h), which stays sound for any table."""
        frame, _ = _frame(h, world)
        return alignment(frame / world.weights.sqrt()[:, None], world)

    def settled(self, h: Tensor, world: FiniteWorld) -> Tensor:
        """(h − E h) C^{−1/2} with C = Cov h."""
        frame, triangle = _frame(h, world)
        left, _, right = torch.linalg.svd(triangle)
        whitened: Tensor = frame @ left @ right / world.weights.sqrt()[:, None]
        return whitened

    def lower_bound(self, world: FiniteWorld, dim: int) -> float:
        """2 Σ_{i ≤ m} (1 − μ_i) over the top eigenvalues apart from the constant's; attained.

        −inf where the two points of a pair have different laws.
        """
        if not same_law(world.weights, world.joint.sum(0)):
            return -math.inf
        top = torch.linalg.eigvalsh(normalised_pairs(world)).flip(0)[1 : dim + 1]
        return 2 * float((1 - top).sum())


@dataclass(frozen=True, slots=True)
class AlignmentUniformity:
    """E‖h − h̃‖² + λ log E e^{−t‖h − h'‖²}, z and z' independent.

    Fields:
        weight: λ > 0.
        sharpness: t > 0.

    Source: Wang and Isola (2020), sec. 4.1, with α = 2.
    """

    weight: float = 1.0
    sharpness: float = 2.0

    def __post_init__(self) -> None:
        """Validate λ and t."""
        for name, value in (("weight λ", self.weight), ("sharpness t", self.sharpness)):
            if not 0 < value < math.inf:
                raise InputError(f"{name} = {value}", allowed="finite and > 0")

    def learned(self, dim: int) -> int:  # noqa: ARG002
        """None."""
        return 0

    def value(self, h: Tensor, world: FiniteWorld, learned: Tensor) -> Tensor:  # noqa: ARG002
        """The potential is a log-partition over all pairs."""
        a, b, r = PowerDistance(2, 2, 1 / self.sharpness).features(h, h)
        rows = weighted_logsumexp(a, b, world.negatives.log()) + r
        uniformity = (rows + world.weights.log()).logsumexp(-1)
        return alignment(h, world) + self.weight * uniformity

    def settled(self, h: Tensor, world: FiniteWorld) -> Tensor:  # noqa: ARG002
        """H itself."""
        return h

    def lower_bound(self, world: FiniteWorld, dim: int) -> float:  # noqa: ARG002
        """Not known."""
        return -math.inf


def _within_support(world: FiniteWorld) -> Tensor:
    """log of the law of negatives restricted to the partners of each anchor, ``(N, N)``."""
    known = world.negatives.log().expand_as(world.joint)
    return known.masked_fill(world.joint <= 0, -math.inf).log_softmax(1)


def weighted_logsumexp(a: Tensor, b: Tensor, offset: Tensor) -> Tensor:
    """log Σ_j e^{⟨a_i, b_j⟩ + offset_j}, ``(S, N)``; large score matrices are not kept."""
    one = torch.ones_like(a[..., :1])
    column = offset[:, None].expand(*b.shape[:-1], 1)
    return row_logsumexp(torch.cat((a, one), -1), torch.cat((b, column), -1))


def alignment(h: Tensor, world: FiniteWorld) -> Tensor:
    """E‖h − h̃‖² over positive pairs, ``(S, N, m) -> (S,)``."""
    degrees = world.weights + world.joint.sum(0)
    together = (h * (world.joint @ h)).sum((-2, -1))
    return h.square().sum(-1) @ degrees - 2 * together


def _frame(h: Tensor, world: FiniteWorld) -> tuple[Tensor, Tensor]:
    """Q and R with √w (h − E h) = QR: columns of Q orthonormal and orthogonal to √w."""
    root = world.weights.sqrt()[:, None]
    constant = root.expand(*h.shape[:-1], 1)
    frame, triangle = torch.linalg.qr(torch.cat((constant, root * h), -1))
    return frame[..., 1:], triangle[..., 1:, 1:]


def normalised_pairs(world: FiniteWorld) -> Tensor:
    """D^{−1/2} (P + Pᵀ)/2 D^{−1/2} with D the law of anchors, ``(N, N)``, symmetric."""
    root = world.weights.rsqrt()
    return (world.joint + world.joint.T) / 2 * root[:, None] * root
