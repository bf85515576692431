"""InfoNCE with the critics of the theory: inner product, power of a distance, learned metric."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, Protocol

import torch
from torch import Tensor

from sith.numerics.losses.power_sum import power_sum
from sith.numerics.losses.row_logsumexp import logsumexp, row_logsumexp

_BLOCK = 2**20


class Critic(Protocol):
    """A symmetric score s(u, v) of embeddings; larger is more alike."""

    @property
    def bilinear(self) -> bool:
        """Whether `features` is available."""
        ...

    def paired(self, u: Tensor, v: Tensor) -> Tensor:
        """s(u_i, v_i), shape ``(S, B)``, of two ``(S, B, m)``."""
        ...

    def scores(self, u: Tensor, v: Tensor) -> Tensor:
        """s(u_i, v_j), shape ``(S, A, B)``, of ``(S, A, m)`` and ``(S, B, m)``."""
        ...

    def features(self, u: Tensor, v: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """a, b, r with s(u_i, v_j) = <a_i, b_j> + r_i; r has shape ``(S, A)``."""
        ...


@dataclass(frozen=True, slots=True)
class InnerProduct:
    """s(u, v) = <u, v> / temperature."""

    temperature: float = 1.0

    def __post_init__(self) -> None:
        _require_positive("temperature", self.temperature)

    @property
    def bilinear(self) -> bool:
        """Always."""
        return True

    def paired(self, u: Tensor, v: Tensor) -> Tensor:
        """Scores of pairs."""
        return (u * v).sum(-1) / self.temperature

    def scores(self, u: Tensor, v: Tensor) -> Tensor:
        """Scores of all combinations."""
        return torch.bmm(u / self.temperature, v.mT)

    def features(self, u: Tensor, v: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The embeddings themselves, scaled."""
        return u / self.temperature, v, u.new_zeros(u.shape[:2])


@dataclass(frozen=True, slots=True)
class PowerDistance:
    """s(u, v) = -||u - v||_p^alpha / temperature, p >= 1, alpha > 0.

    For p = 2 distances come from a matrix product, which loses digits for points much closer to
    each other than to the origin.  For other p they are summed coordinate by coordinate.  Except
    for (p, alpha) = (2, 2), a batch with more than 2^20 scores is worked in blocks of rows that
    are computed again going back, so memory is bounded by the block, not by ``B x B x m``.
    """

    p: float = 2.0
    alpha: float = 2.0
    temperature: float = 1.0

    def __post_init__(self) -> None:
        _require_positive("temperature", self.temperature)
        _require_positive("alpha", self.alpha)
        if not 1 <= self.p < math.inf:
            raise ValueError(f"p = {self.p}; allowed: 1 <= p < infinity; use a norm")

    @property
    def bilinear(self) -> bool:
        """Only the squared Euclidean distance."""
        return self.p == 2 and self.alpha == 2

    def paired(self, u: Tensor, v: Tensor) -> Tensor:
        """Scores of pairs."""
        return self._from_power((u - v).abs().pow(self.p).sum(-1))

    def scores(self, u: Tensor, v: Tensor) -> Tensor:
        """Scores of all combinations."""
        if self.p == 2:
            squares = u.square().sum(-1).unsqueeze(2) + v.square().sum(-1).unsqueeze(1)
            return self._from_power(torch.baddbmm(squares, u, v.mT, alpha=-2))
        return self._from_power(power_sum(u, v, self.p))

    def features(self, u: Tensor, v: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """2<u, v> - |v|^2 as one inner product, and -|u|^2 apart."""
        one = u.new_ones((*u.shape[:2], 1))
        squares = v.square().sum(-1, keepdim=True)
        a = torch.cat((2 / self.temperature * u, one), -1)
        b = torch.cat((v, squares / -self.temperature), -1)
        return a, b, u.square().sum(-1) / -self.temperature

    def _from_power(self, power: Tensor) -> Tensor:
        """The score, given ||u - v||_p^p."""
        if self.alpha == self.p:
            return power / -self.temperature
        # The derivative of a power below 1 is infinite at zero; the floor keeps it finite.
        floor = torch.finfo(power.dtype).eps ** 2
        return power.clamp_min(floor).pow(self.alpha / self.p) / -self.temperature


@dataclass(frozen=True, slots=True)
class DiagonalMetric:
    """s(u, v) = -sum_k exp(log_weights_k) (u_k - v_k)^2, with learned weights per seed.

    Fields:
        log_weights: ``(S, m)``, the logarithms of the diagonal of the metric.
    """

    log_weights: Tensor

    @property
    def bilinear(self) -> bool:
        """Always."""
        return True

    def paired(self, u: Tensor, v: Tensor) -> Tensor:
        """Scores of pairs."""
        return -(self.log_weights.exp().unsqueeze(1) * (u - v).square()).sum(-1)

    def scores(self, u: Tensor, v: Tensor) -> Tensor:
        """Scores of all combinations."""
        a, b, r = self.features(u, v)
        return torch.bmm(a, b.mT) + r.unsqueeze(2)

    def features(self, u: Tensor, v: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """2 u^T W v - v^T W v as one inner product, and -u^T W u apart."""
        weights = self.log_weights.exp().unsqueeze(1)
        one = u.new_ones((*u.shape[:2], 1))
        b = torch.cat((v, -(weights * v.square()).sum(-1, keepdim=True)), -1)
        return torch.cat((2 * weights * u, one), -1), b, -(weights * u.square()).sum(-1)


def infonce(
    h_a: Tensor,
    h_b: Tensor,
    critic: Critic,
    *,
    negatives: Literal["in-batch"] | Tensor = "in-batch",
    convention: Literal["sum", "mean"] = "sum",
    symmetric: bool = False,
) -> Tensor:
    """InfoNCE per seed: mean_i of -s(a_i, b_i) + log sum_j exp s(a_i, b_j).

    "in-batch": j runs over the whole batch of positives, the anchor's own included, as in the
    original loss: B terms, of which B - 1 are negatives.  With a tensor of negatives n_j: the
    anchor's positive and the M negatives, M + 1 terms.

    Convention "sum" is the cross-entropy of finding the positive.  Convention "mean" takes
    log mean exp in place of log sum exp, that is, subtracts the log of the number of terms; as
    their number grows it tends to the population loss
    E[-s(z, z~)] + E_z log E_{z'} exp s(z, z'), with a bias of order 1/terms for bounded scores.

    Arguments:
        h_a: embeddings of anchors, ``(S, B, m)``, B >= 2.
        h_b: embeddings of positives, same shape.
        critic: the score.
        negatives: "in-batch" or embeddings ``(S, M, m)``, shared by all anchors of a seed.
        convention: "sum" or "mean".
        symmetric: average with the loss that swaps the roles of h_a and h_b; "in-batch" only.

    Returns:
        ``(S,)``.

    Raises:
        ValueError: shapes or options do not fit.

    Source: van den Oord et al. (2018); population limit: Wang and Isola (2020).
    """
    if h_a.ndim != 3 or h_a.shape != h_b.shape or h_a.shape[1] < 2:
        raise ValueError(
            f"shapes {tuple(h_a.shape)} and {tuple(h_b.shape)}; allowed: equal (S, B >= 2, m); "
            "row i of the second is the positive of row i of the first"
        )
    if convention not in ("sum", "mean"):
        raise ValueError(f"convention = {convention!r}; allowed: 'sum', 'mean'; choose one")
    own = critic.paired(h_a, h_b)
    if isinstance(negatives, Tensor):
        if symmetric:
            raise ValueError("symmetric = True; allowed: False with a tensor of negatives; drop it")
        spread = torch.logaddexp(own, _row_spread(critic, h_a, negatives))
        terms = negatives.shape[1] + 1
    elif negatives == "in-batch":
        spread = _row_spread(critic, h_a, h_b)
        if symmetric:
            spread = (spread + _row_spread(critic, h_b, h_a)) / 2
        terms = h_b.shape[1]
    else:
        raise ValueError(f"negatives = {negatives!r}; allowed: 'in-batch' or a tensor; give one")
    loss = (spread - own).mean(-1)
    return loss if convention == "sum" else loss - math.log(terms)


def _row_spread(critic: Critic, u: Tensor, v: Tensor) -> Tensor:
    """log sum_j exp s(u_i, v_j), shape ``(S, A)``."""
    if critic.bilinear:
        a, b, r = critic.features(u, v)
        return row_logsumexp(a, b) + r
    rows = max(1, _BLOCK * (32 if u.is_cuda else 1) // (u.shape[0] * v.shape[1]))
    if rows >= u.shape[1] or not torch.is_grad_enabled():
        parts = [_block_spread(critic, part, v) for part in u.split(rows, dim=1)]
        return torch.cat(parts, dim=1)
    # Imported here: it is slow to import and only large batches need it.
    from torch.utils.checkpoint import checkpoint

    parts = [
        checkpoint(_block_spread, critic, part, v, use_reentrant=False, preserve_rng_state=False)
        for part in u.split(rows, dim=1)
    ]
    return torch.cat(parts, dim=1)


def _block_spread(critic: Critic, u: Tensor, v: Tensor) -> Tensor:
    return logsumexp(critic.scores(u, v))


def _require_positive(name: str, value: float) -> None:
    if not 0 < value < math.inf:
        raise ValueError(f"{name} = {value}; allowed: finite and > 0; use for example 1.0")
