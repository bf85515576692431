"""Kernels K(a, b) of two points, with the affine maps that keep them up to a function of a.

Each entry says why its list generates *all* maps h with K(h(z), h(z̃)) = K(z, z̃) + c(z):
ISOMETRY  At z̃ = z, c = 0: h keeps a norm's power of z − z̃. Isometries of an open set of a normed
          space are affine (Mankiewicz 1972), with a linear part in a compact group; its identity
          component is that of the norm's symmetries, and the finite rest is read off the form.
METRIC    At z̃ = z, c = 0, and the second order at z̃ = z makes h an isometry of a flat metric,
          hence affine; the orders above select among its linear parts.
PRODUCT   The second order at z̃ = z keeps the form of the quadratic block, so that block's outputs are
          its isometries; what remains is the power of a norm of the other block.
INNER     Differences in z turn K(h, h̃) into a system that makes h̃ affine, h = Mz + b; comparing
          coefficients gives MᵀSM = S and b = 0.
MIXED     Adding the equation with z, z̃ exchanged and taking z̃ = z gives c up to a constant; the
          inner block then has no shift, the difference block is as in PRODUCT.
CUBIC     The third order at z̃ = z is a product of three independent lines that sum to 0; its
          linear symmetries are the six permutations of the lines, a finite set, so h is affine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sympy as sp

from tests.quality.constructed.moves import Affine, flips, linear, shifts, swap, turn

Body = Callable[[Sequence[sp.Expr], Sequence[sp.Expr]], sp.Expr]
R = sp.Rational
NEAR = 1 + R(1, 10**9)


@dataclass(frozen=True, slots=True)
class Kernel:
    """K as a function of two points, generators of the maps that keep it, and why they are all.

    `components` counts the components of that group. `plain`: K is a function of a − b, even.
    `form` is the quadratic form whose group is the true one, where there is one.
    """

    name: str
    dim: int
    body: Body
    moves: tuple[Affine, ...]
    components: int
    why: str
    plain: bool = True
    form: sp.ImmutableMatrix | None = None


def inner(*weights: sp.Expr) -> Body:
    """Return Σ w_i a_i b_i."""
    return lambda a, b: sp.Add(*(w * x * y for w, x, y in zip(weights, a, b, strict=False)))


def power(exponent: int, weights: dict[int, sp.Expr]) -> Body:
    """Return −Σ w_i (a_i − b_i)^exponent over the listed coordinates."""
    return lambda a, b: -sp.Add(*(w * (a[i] - b[i]) ** exponent for i, w in weights.items()))


def radial(*coordinates: int) -> Body:
    """Return −(Σ (a_i − b_i)²)²."""
    return lambda a, b: -(sp.Add(*((a[i] - b[i]) ** 2 for i in coordinates)) ** 2)


def total(*bodies: Body) -> Body:
    """Return the sum of kernels."""
    return lambda a, b: sp.Add(*(body(a, b) for body in bodies))


def three_lines(a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> sp.Expr:
    """Return s_1 s_2 (s_1 + s_2) − (s_1² + s_1s_2 + s_2²)² with s = a − b."""
    s, t = a[0] - b[0], a[1] - b[1]
    return s * t * (s + t) - (s**2 + s * t + t**2) ** 2


ALL = {0: R(1), 1: R(1)}
SQUARE = flips(2) + swap(2, 0, 1)
ROUND = turn(2, 0, 1) + flips(2)
LINES = [linear([[0, 1], [1, 0]]), linear([[0, 1], [-1, -1]])]


def _kernel(
    name: str,
    dim: int,
    body: Body,
    moves: Sequence[Affine],
    components: int,
    why: str,
    **rest: object,
) -> Kernel:
    return Kernel(name, dim, body, tuple(moves), components, why, **rest)  # type: ignore[arg-type]


PLANE = (
    _kernel("quad", 2, power(2, ALL), ROUND + shifts(2), 2, "ISOMETRY"),
    _kernel(
        "quad-1-4",
        2,
        power(2, {0: 1, 1: 4}),
        turn(2, 0, 1, 2) + flips(2) + shifts(2),
        2,
        "ISOMETRY",
        form=sp.ImmutableMatrix([[1, 0], [0, 4]]),
    ),
    _kernel("quart", 2, power(4, ALL), SQUARE + shifts(2), 8, "ISOMETRY"),
    _kernel(
        "quart-1-16",
        2,
        power(4, {0: 1, 1: 16}),
        flips(2) + swap(2, 0, 1, 2) + shifts(2),
        8,
        "ISOMETRY",
    ),
    _kernel(
        "quart-1-2",
        2,
        power(4, {0: 1, 1: 2}),
        flips(2) + swap(2, 0, 1, R(2) ** R(1, 4)) + shifts(2),
        8,
        "ISOMETRY",
    ),
    _kernel("sextic", 2, power(6, ALL), SQUARE + shifts(2), 8, "ISOMETRY"),
    _kernel("inner", 2, inner(1, 1), ROUND, 2, "INNER", plain=False),
    _kernel(
        "inner-indefinite",
        2,
        inner(1, -1),
        [*flips(2), linear([[R(5, 4), R(3, 4)], [R(3, 4), R(5, 4)]], connected=True)],
        4,
        "INNER",
        plain=False,
    ),
    _kernel("radial", 2, radial(0, 1), ROUND + shifts(2), 2, "ISOMETRY"),
    _kernel("three-lines", 2, three_lines, LINES + shifts(2), 6, "CUBIC", plain=False),
)
FUSED = (
    _kernel(
        "quad+quart-all", 2, total(power(2, ALL), power(4, ALL)), SQUARE + shifts(2), 8, "METRIC"
    ),
    _kernel(
        "quad+quart-1-2",
        2,
        total(power(2, ALL), power(4, {0: 1, 1: 2})),
        flips(2) + shifts(2),
        4,
        "METRIC",
    ),
    _kernel(
        "quad+quart-rescaled",
        2,
        total(power(2, {0: 1, 1: 4}), power(4, {0: 1, 1: 16})),
        flips(2) + swap(2, 0, 1, 2) + shifts(2),
        8,
        "METRIC",
    ),
    _kernel(
        "quad|quart",
        2,
        total(power(2, {0: 1}), power(4, {1: 1})),
        flips(2) + shifts(2),
        4,
        "PRODUCT",
    ),
    _kernel(
        "inner|quad",
        2,
        total(inner(1), power(2, {1: 1})),
        flips(2) + shifts(2, [1]),
        4,
        "MIXED",
        plain=False,
    ),
    _kernel(
        "inner|quart",
        2,
        total(inner(1), power(4, {1: 1})),
        flips(2) + shifts(2, [1]),
        4,
        "MIXED",
        plain=False,
    ),
    _kernel(
        "radial+quart", 2, total(radial(0, 1), power(4, ALL)), SQUARE + shifts(2), 8, "ISOMETRY"
    ),
)
ROOM = (
    _kernel(
        "quad2|quart",
        3,
        total(power(2, ALL), power(4, {2: 1})),
        turn(3, 0, 1) + flips(3) + shifts(3),
        4,
        "PRODUCT",
    ),
    _kernel(
        "quad-1-1-4",
        3,
        power(2, {0: 1, 1: 1, 2: 4}),
        turn(3, 0, 1) + turn(3, 1, 2, 2) + flips(3) + shifts(3),
        2,
        "ISOMETRY",
        form=sp.ImmutableMatrix(sp.diag(1, 1, 4)),
    ),
    _kernel(
        "inner2|quad",
        3,
        total(inner(1, 1), power(2, {2: 1})),
        turn(3, 0, 1) + flips(3) + shifts(3, [2]),
        4,
        "MIXED",
        plain=False,
    ),
    _kernel(
        "inner|quad2",
        3,
        total(inner(1), power(2, {1: 1, 2: 1})),
        turn(3, 1, 2) + flips(3) + shifts(3, [1, 2]),
        4,
        "MIXED",
        plain=False,
    ),
)
NEARLY = (
    _kernel(
        "near-quart",
        2,
        power(4, {0: 1, 1: NEAR}),
        flips(2) + swap(2, 0, 1, NEAR ** R(1, 4)) + shifts(2),
        8,
        "ISOMETRY",
    ),
    _kernel(
        "near-quad+quart",
        2,
        total(power(2, ALL), power(4, {0: 1, 1: NEAR})),
        flips(2) + shifts(2),
        4,
        "METRIC",
    ),
    _kernel(
        "near-quad",
        2,
        power(2, {0: 1, 1: NEAR}),
        turn(2, 0, 1, sp.sqrt(NEAR)) + flips(2) + shifts(2),
        2,
        "ISOMETRY",
        form=sp.ImmutableMatrix(sp.diag(1, NEAR)),
    ),
)
KERNELS = {k.name: k for k in (*PLANE, *FUSED, *ROOM, *NEARLY)}
