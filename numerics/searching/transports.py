"""Maps behind the further families of the search: Darmois, spirals, triangular maps, swaps.

All act on coordinates i and j of values ``(N, m)``; those of the box take (0, 1)² to itself.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def replaced(y: Tensor, i: int, value: Tensor) -> Tensor:
    """Return y with coordinate i replaced."""
    parts = [value if k == i else y[:, k] for k in range(y.shape[1])]
    return torch.stack(parts, 1)


def darmois(y: Tensor, t: float, i: int, j: int) -> Tensor:
    """Return (F(x), F(y_j | x)) for x = y_i + t·y_j, 0 ≤ t ≤ 1, where y is uniform on the box.

    F is the distribution function of x, and y_j given x is uniform on an interval: the outputs are
    independent and uniform. Source: Darmois (1951); Hyvärinen and Pajunen (1999).
    """
    if t == 0:
        return y
    x = y[:, i] + t * y[:, j]
    low, high = x.square() / (2 * t), 1 - (1 + t - x).square() / (2 * t)
    first = torch.where(x < t, low, torch.where(x > 1, high, x - t / 2))
    begin, end = ((x - 1) / t).clamp_min(0), (x / t).clamp_max(1)
    second = (y[:, j] - begin) / (end - begin).clamp_min(torch.finfo(y.dtype).tiny)
    return replaced(replaced(y, i, first.clamp(0, 1)), j, second.clamp(0, 1))


def gaussian_darmois(y: Tensor, t: float, i: int, j: int) -> Tensor:
    """Return Φ⁻¹ ∘ Darmois ∘ Φ, which keeps N(0, I)."""
    tiny = torch.finfo(y.dtype).eps
    moved = darmois(torch.special.ndtr(y).clamp(tiny, 1 - tiny), t, i, j).clamp(tiny, 1 - tiny)
    normal = torch.special.ndtri(moved)
    return replaced(replaced(y, i, normal[:, i]), j, normal[:, j])


def disc_spiral(y: Tensor, t: float, i: int, j: int) -> Tensor:
    """Turn the disc in the square by the angle t (1 − 2r) at radius r < 1/2; keep the rest."""
    a, b = y[:, i] - 0.5, y[:, j] - 0.5
    angle = t * (1 - 2 * (a.square() + b.square()).sqrt()).clamp_min(0)
    cosine, sine = angle.cos(), angle.sin()
    turned = replaced(y, i, 0.5 + cosine * a - sine * b)
    return replaced(turned, j, 0.5 + sine * a + cosine * b)


def plane_spiral(y: Tensor, t: float, i: int, j: int) -> Tensor:
    """Rotate (y_i, y_j) by the angle t·log(1 + ‖(y_i, y_j)‖²)."""
    a, b = y[:, i], y[:, j]
    angle = t * torch.log1p(a.square() + b.square())
    cosine, sine = angle.cos(), angle.sin()
    return replaced(replaced(y, i, cosine * a - sine * b), j, sine * a + cosine * b)


def axis_spiral(y: Tensor, t: float, i: int, j: int, k: int) -> Tensor:
    """Rotate (y_j, y_k) by the angle t·y_i."""
    cosine, sine = (t * y[:, i]).cos(), (t * y[:, i]).sin()
    a, b = y[:, j], y[:, k]
    return replaced(replaced(y, j, cosine * a - sine * b), k, sine * a + cosine * b)


def swapped(y: Tensor, t: float, i: int, j: int) -> Tensor:
    """Mix y with its coordinates i and j exchanged, of weight t."""
    other = replaced(replaced(y, i, y[:, j]), j, y[:, i])
    return (1 - t) * y + t * other


def triangular_power(y: Tensor, t: float, i: int, j: int) -> Tensor:
    """Return y_i^(e^{t (2 y_j − 1)}): increasing in y_i, of (0, 1) for every y_j."""
    return replaced(y, i, y[:, i] ** (t * (2 * y[:, j] - 1)).exp())


def triangular_square(y: Tensor, t: float, i: int, j: int) -> Tensor:
    """Return y_i + t (y_j² − 1): triangular, of volume 1."""
    return replaced(y, i, y[:, i] + t * (y[:, j].square() - 1))


def cosine_swap(y: Tensor, t: float, i: int, j: int) -> Tensor:
    """Mix y_i with (1 − cos 2πy_j)/2, the second eigenfunction of y_j without flux, of weight t."""
    return replaced(y, i, (1 - t) * y[:, i] + t * (1 - (2 * math.pi * y[:, j]).cos()) / 2)


def shifted_modulo(y: Tensor, t: float, i: int) -> Tensor:
    """Return y_i + t modulo 1, an exchange of two intervals."""
    return replaced(y, i, torch.remainder(y[:, i] + t, 1))


def radial_power(y: Tensor, t: float) -> Tensor:
    """Return y (1 + ‖y‖²)^t: a stretch of the radius, one-to-one for t > −1/2."""
    return y * (1 + y.square().sum(1, keepdim=True)) ** t


def unit(y: Tensor) -> Tensor:
    """y/‖y‖; the zero vector goes to the first axis."""
    norm = torch.linalg.vector_norm(y, dim=1, keepdim=True)
    first = torch.zeros_like(y)
    first[:, 0] = 1
    return torch.where(norm > 0, y / norm.clamp_min(torch.finfo(y.dtype).tiny), first)


def unit_power(y: Tensor, t: float) -> Tensor:
    """Return sign(y)|y|^{e^t} in every coordinate, on the sphere: towards the axes for t > 0."""
    return unit(y.sign() * y.abs() ** math.exp(t))


def completed(y: Tensor, t: float, i: int) -> Tensor:
    """Return t·rest with coordinate i ≥ 0 completed to the sphere: the rest is all that is left."""
    rest = replaced(t * y, i, torch.zeros_like(y[:, 0]))
    return replaced(rest, i, (1 - rest.square().sum(1)).clamp_min(0).sqrt())


def uneven_turn(y: Tensor, t: float, i: int, j: int) -> Tensor:
    """Turn (y_i, y_j) = r (cos φ, sin φ) by the angle t cos φ, which is 0 where r is."""
    radius = (y[:, i].square() + y[:, j].square()).sqrt()
    angle = t * y[:, i] / radius.clamp_min(torch.finfo(y.dtype).tiny)
    cosine, sine = angle.cos(), angle.sin()
    a, b = y[:, i], y[:, j]
    return replaced(replaced(y, i, cosine * a - sine * b), j, sine * a + cosine * b)
