"""The von Mises-Fisher distribution on S^{d-1}: density proportional to exp(kappa mu.z)."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from sith.numerics.worlds.sphere import sample_uniform_sphere


def sample_vmf(mu: Tensor, kappa: float, generator: torch.Generator) -> Tensor:
    """One exact draw around each mean direction.

    The cosine w = mu.z has density proportional to exp(kappa w) (1 - w^2)^{(d-3)/2}; it is drawn
    by Wood's rejection and the direction orthogonal to mu is uniform.

    Arguments:
        mu: unit vectors, shape ``(..., d)``, d >= 2, float32 or float64.
        kappa: concentration, finite and >= 0; 0 is the uniform distribution.
        generator: the source of randomness, on the device of mu.

    Returns:
        Unit vectors of the shape, dtype and device of mu.

    Raises:
        ValueError: d < 2, or kappa is negative or not finite.

    Source: Ulrich, Computer generation of distributions on the m-sphere (1984); Wood, Simulation
    of the von Mises Fisher distribution (1994), algorithm VM*.
    """
    d = mu.shape[-1]
    if d < 2:
        raise ValueError(f"mu has {d} coordinates; allowed: >= 2; the sphere S^0 has no vMF law")
    if not (math.isfinite(kappa) and kappa >= 0):
        raise ValueError(f"kappa = {kappa}; allowed: finite and >= 0; use a larger concentration")
    flat = mu.reshape(-1, d)
    below, above = _cosine_gaps(flat.shape[0], d, kappa, generator, mu.device, mu.dtype)
    normal = torch.randn(flat.shape, generator=generator, device=mu.device, dtype=mu.dtype)
    tangent = normal - (normal * flat).sum(-1, keepdim=True) * flat
    length = torch.linalg.vector_norm(tangent, dim=-1, keepdim=True)
    sine = (below * above).sqrt().unsqueeze(-1) / length.clamp_min(torch.finfo(mu.dtype).tiny)
    z: Tensor = flat - below.unsqueeze(-1) * flat + sine * tangent
    return z.reshape(mu.shape)


def _cosine_gaps(
    count: int,
    d: int,
    kappa: float,
    generator: torch.Generator,
    device: torch.device,
    dtype: torch.dtype,
) -> tuple[Tensor, Tensor]:
    """``(1 - w, 1 + w)`` for `count` draws of the cosine w, each of shape ``(count,)``.

    The two gaps are computed apart, so that 1 - w keeps its relative accuracy at large kappa.
    """
    b = (d - 1) / (2 * kappa + math.sqrt(4 * kappa**2 + (d - 1) ** 2))
    mode = (1 - b) / (1 + b)
    offset = kappa * mode + (d - 1) * math.log1p(-(mode**2)) if kappa > 0 else 0.0
    kept_below: list[Tensor] = []
    kept_above: list[Tensor] = []
    missing = count
    while missing > 0:
        # About two thirds or more are accepted, for every kappa and d.
        ask = missing + missing // 2 + 16
        # (1 - u)/2 is Beta((d-1)/2, (d-1)/2) for a coordinate u of a uniform point of S^{d-1}.
        u = sample_uniform_sphere((ask,), d, generator, device, dtype)[:, 0]
        beta = (1 - u) / 2
        scale = 1 - (1 - b) * beta
        below, above = 2 * b * beta / scale, 2 * (1 - beta) / scale
        if kappa > 0:
            w = 1 - below
            level = kappa * w + (d - 1) * torch.log1p(-mode * w) - offset
            log_uniform = torch.rand(ask, generator=generator, device=device, dtype=dtype).log()
            accepted = level >= log_uniform
            below, above = below[accepted], above[accepted]
        kept_below.append(below[:missing])
        kept_above.append(above[:missing])
        missing -= kept_below[-1].shape[0]
    return torch.cat(kept_below), torch.cat(kept_above)
