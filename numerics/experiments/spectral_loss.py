"""The losses of spectral objectives at two views: one registered function an objective.

The exact constraints of the claims are met by whitening.
"""

from __future__ import annotations

from functools import singledispatch

import torch
from torch import Tensor

from sith.numerics.exact import TopModes
from sith.theory import SpectralObjective, UnsupportedCondition
from sith.theory.dispatch import register_call
from sith.theory.objectives import AlignmentWhitening, BarlowTwins, SpectralContrastive, VICReg


@singledispatch
def spectral_loss(
    objective: object,
    a: Tensor,  # noqa: ARG001
    b: Tensor,  # noqa: ARG001
    *,
    exclude_own: bool = True,  # noqa: ARG001
) -> Tensor:
    """The loss of an objective at two views, its exact constraints met by whitening, per seed.

    Barlow Twins is ‖C − I‖² with C the cross-covariance of the whitened views; the spectral
    contrastive loss takes ‖E hhᵀ‖² across views, unbiased with `exclude_own`; VICReg and alignment
    under whitening are E‖h − h̃‖² of whitened views. A seed whose covariance is singular, or not
    finite, gets NaN.

    Arguments:
        objective: of the theory.
        a, b: embeddings, ``(S, B, m)``.
        exclude_own: leave a row's own partner out of products across rows.

    Raises:
        UnsupportedCondition: nothing is registered for the objective.
    """
    raise UnsupportedCondition(
        f"no torch loss for the spectral objective '{objective}'",
        cure=register_call("sith.numerics.experiments.spectral_loss", objective),
    )


@spectral_loss.register
def _(objective: SpectralContrastive, a: Tensor, b: Tensor, *, exclude_own: bool = True) -> Tensor:
    beta, m = float(objective.beta), a.shape[-1]
    own = (a * b).sum(-1)
    squares = ((a.mT @ a) * (b.mT @ b)).sum((1, 2))
    rows = a.shape[1]
    cross = (
        (squares - own.square().sum(-1)) / (rows * (rows - 1)) if exclude_own else squares / rows**2
    )
    lengths = (a.square() + b.square()).sum(-1).mean(-1)
    return beta * (a - b).square().sum(-1).mean(-1) + cross - lengths + m


@spectral_loss.register
def _(objective: BarlowTwins, a: Tensor, b: Tensor, *, exclude_own: bool = True) -> Tensor:  # noqa: ARG001
    a, b = _whitened(objective, a, b)
    eye = torch.eye(a.shape[-1], dtype=a.dtype, device=a.device)
    return (a.mT @ b / a.shape[1] - eye).square().sum((1, 2))


@spectral_loss.register(AlignmentWhitening)
@spectral_loss.register(VICReg)
def _(
    objective: AlignmentWhitening | VICReg,
    a: Tensor,
    b: Tensor,
    *,
    exclude_own: bool = True,  # noqa: ARG001
) -> Tensor:
    a, b = _whitened(objective, a, b)
    return (a - b).square().sum(-1).mean(-1)


def _whitened(objective: SpectralObjective, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    if not objective.constant_mode:
        a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
    white = whitener(a, objective, pooled=torch.cat((a, b), 1))
    return a @ white, b @ white


def whitener(h: Tensor, objective: SpectralObjective, *, pooled: Tensor) -> Tensor:
    """The inverse of the upper Cholesky factor of the moments: rows times it are white, per seed."""
    if not objective.constant_mode:
        pooled = pooled - pooled.mean(1, keepdim=True)
    moments = pooled.mT @ pooled / pooled.shape[1]
    lower, info = torch.linalg.cholesky_ex(moments)
    eye = torch.eye(h.shape[-1], dtype=h.dtype, device=h.device)
    inverse: Tensor = torch.linalg.solve_triangular(lower, eye.expand_as(lower), upper=False).mT
    return torch.where((info == 0)[:, None, None], inverse, torch.nan)


@singledispatch
def loss_scale(objective: object, modes: TopModes) -> float:  # noqa: ARG001
    """Return the rise in the loss if all kept modes are replaced by the next one.

    Raises:
        UnsupportedCondition: nothing is registered for the objective.
    """
    raise UnsupportedCondition(
        f"the scale of the spectral objective '{objective}' is not known",
        cure=register_call("sith.numerics.experiments.loss_scale", objective),
    )


@loss_scale.register
def _(objective: SpectralContrastive, modes: TopModes) -> float:
    kept, beta = _kept(modes), float(objective.beta)
    after = 0.0 if kept < len(modes.scales) else max(1 - beta + beta * modes.following, 0.0)
    return _positive(kept, modes.scales[max(kept - 1, 0)] ** 2 - after**2)


@loss_scale.register
def _(objective: BarlowTwins, modes: TopModes) -> float:  # noqa: ARG001
    return _positive(_kept(modes), (1 - modes.following) ** 2 - (1 - modes.values[-1]) ** 2)


@loss_scale.register(AlignmentWhitening)
@loss_scale.register(VICReg)
def _(objective: AlignmentWhitening | VICReg, modes: TopModes) -> float:  # noqa: ARG001
    return _positive(_kept(modes), 2 * (modes.values[-1] - modes.following))


def _kept(modes: TopModes) -> int:
    return sum(mu > 0 for mu in modes.scales)


def _positive(kept: int, rise: float) -> float:
    return kept * rise if rise > 0 else 1.0
