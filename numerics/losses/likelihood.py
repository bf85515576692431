"""Negative log-likelihood of a square, invertible encoder by change of variables."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor


def standard_normal_log_density(h: Tensor) -> Tensor:
    """log q of independent standard normals, summed over the last axis: ``(S, B, d) -> (S, B)``."""
    return -0.5 * h.square().sum(-1) - 0.5 * h.shape[-1] * math.log(2 * math.pi)


def likelihood(
    encode: Callable[[Tensor], Tensor],
    x: Tensor,
    log_density: Callable[[Tensor], Tensor] = standard_normal_log_density,
) -> Tensor:
    """mean over samples of -log q(f(x)) - log|det J_f(x)|, per seed.

    The Jacobian costs d backward passes: meant for small d.  A singular Jacobian gives an
    infinite loss.  Nothing here notices a map that is not one-to-one, which can get below the
    loss of the true inverse: train encoders of kind "coupling".

    Arguments:
        encode: f, ``(S, B, d) -> (S, B, d)``; row i of the result depends on row i only.
        x: observations, ``(S, B, d)``.
        log_density: ``(S, B, d) -> (S, B)``, the log density of the latents,
            sum_i log q_i for independent ones.

    Returns:
        ``(S,)``.

    Raises:
        ValueError: the encoder is not square.

    Source: the change-of-variables formula, as in Hyvarinen and Pajunen (1999), Nonlinear
    independent component analysis.
    """
    h, jacobian = value_and_jacobian(encode, x)
    if h.shape != x.shape:
        raise ValueError(
            f"the encoder maps {tuple(x.shape)} to {tuple(h.shape)}; allowed: equal shapes; "
            "the determinant needs as many embedding coordinates as observations"
        )
    log_volume = torch.linalg.slogdet(jacobian).logabsdet
    loss: Tensor = -(log_density(h) + log_volume).mean(-1)
    return loss


def flow_likelihood(
    y: Tensor,
    log_abs_det: Tensor,
    log_density: Callable[[Tensor], Tensor] = standard_normal_log_density,
) -> Tensor:
    """mean over samples of -log q(y) - log|det J|, per seed, from a known log-determinant.

    Arguments:
        y: f(x), ``(S, B, d)``.
        log_abs_det: log|det J_f(x)|, ``(S, B)``, as from `sith.numerics.encoders.log_det.value_and_log_det`.
        log_density: as in `likelihood`.

    Returns:
        ``(S,)``; the true inverse of the mixing has the lowest mean among one-to-one maps.

    Raises:
        ValueError: there is not one log-determinant per sample.
    """
    if log_abs_det.shape != y.shape[:-1]:
        raise ValueError(
            f"log_abs_det has shape {tuple(log_abs_det.shape)}; allowed: {tuple(y.shape[:-1])}; "
            "give one per sample"
        )
    loss: Tensor = -(log_density(y) + log_abs_det).mean(-1)
    return loss


def value_and_jacobian(encode: Callable[[Tensor], Tensor], x: Tensor) -> tuple[Tensor, Tensor]:
    """f(x) and J_f per sample, for f whose row i depends on row i of its argument only.

    The derivative of the sum over samples of one output coordinate holds a row of every sample's
    Jacobian: m backward passes in all.  Both results can be differentiated again in whatever
    parameters f has, unless gradients are switched off.

    Arguments:
        encode: f, ``(S, B, d) -> (S, B, m)``.
        x: points, ``(S, B, d)``.

    Returns:
        f(x), ``(S, B, m)``, and the Jacobians, ``(S, B, m, d)``.
    """
    again = torch.is_grad_enabled()
    with torch.enable_grad():
        point = x if x.requires_grad else x.detach().requires_grad_()
        h = encode(point)
        rows = [
            torch.autograd.grad(
                h[..., k].sum(),
                point,
                retain_graph=True,
                create_graph=again,
                materialize_grads=True,
            )[0]
            for k in range(h.shape[-1])
        ]
    return (h if again else h.detach()), torch.stack(rows, dim=-2)
