"""The generalised normal law with density proportional to exp(-rate |x|^p), and Gamma variables."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from sith.numerics.worlds.rejection import negative_log_uniform, reject


def sample_generalised_normal(
    shape: tuple[int, ...],
    p: float,
    rate: float,
    generator: torch.Generator,
    device: torch.device,
    dtype: torch.dtype,
) -> Tensor:
    """Independent draws of density proportional to exp(-rate |x|^p), p > 0, rate > 0.

    rate |x|^p has the law Gamma(1/p).
    """
    if p == 2:
        normal = torch.randn(shape, generator=generator, device=device, dtype=dtype)
        return normal / math.sqrt(2 * rate)
    logarithm = log_gamma(math.prod(shape), 1 / p, generator, device, dtype).view(shape)
    size = torch.exp((logarithm - math.log(rate)) / p)
    return torch.where(torch.rand_like(size, generator=generator) < 0.5, -size, size)


def log_gamma(
    count: int,
    shape: float,
    generator: torch.Generator,
    device: torch.device,
    dtype: torch.dtype,
) -> Tensor:
    """Logarithms ``(count,)`` of Gamma(shape, 1) variables, shape > 0.

    The logarithm does not underflow at small shapes.
    Source: Marsaglia and Tsang, A simple method for generating gamma variables (2000); below 1
    by G(shape) = G(shape + 1) U^{1/shape}.
    """
    if shape == 1:
        empty = torch.empty(count, device=device, dtype=dtype)
        return negative_log_uniform(empty, generator).log()
    shapes = torch.full((count,), shape, device=device, dtype=dtype)
    return log_gamma_each(shapes, generator)


def log_gamma_each(shapes: Tensor, generator: torch.Generator) -> Tensor:
    """Logarithms ``(n,)`` of Gamma(shape, 1) variables, one for each entry of `shapes` ``(n,)``.

    As `log_gamma`; the shapes are positive.
    """
    small = shapes < 1
    a = torch.where(small, shapes + 1, shapes) - 1 / 3

    def propose(index: Tensor) -> tuple[Tensor, Tensor]:
        own = a[index]
        x = torch.randn_like(own, generator=generator)
        root = 1 + x / torch.sqrt(9 * own)
        v = root**3
        log_v = 3 * torch.log(root.clamp_min(torch.finfo(own.dtype).tiny))
        level = x * x / 2 + own * (1 - v + log_v)
        accepted = (root > 0) & (level >= -negative_log_uniform(x, generator))
        return (log_v + torch.log(own)).unsqueeze(-1), accepted

    found = reject(shapes.shape[0], propose, shapes.device, "Gamma law").squeeze(-1)
    if bool(small.any()):
        found = found - torch.where(small, negative_log_uniform(found, generator) / shapes, 0.0)
    return found
