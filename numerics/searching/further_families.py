"""Further families: Darmois maps, spirals, triangular maps, swaps of coordinates and eigenfunctions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations, permutations

from sith.numerics.searching import transports
from sith.numerics.searching.family import Family, at


def more_of_the_sphere(dim: int) -> Iterator[Family]:
    """Yield further families of the sphere: see `transports`."""
    for i, j in combinations(range(dim), 2):
        change = at(lambda y, t, i, j: transports.unit(transports.swapped(y, t, i, j)), i, j)
        yield Family(f"swap of {i + 1} and {j + 1}", "the swap of weight t, over ‖·‖", change, 0, 1)
    power = "sign(y)|y|^(e^t) in every coordinate, over ‖·‖"
    yield Family("power of every coordinate", power, transports.unit_power, -2, 2)
    for i in range(dim):
        change = at(transports.completed, i)
        yield Family(f"completion of axis {i + 1}", "(√(1 − ‖t·rest‖²), t·rest)", change, 0, 1)
    for i, j in permutations(range(dim), 2):
        change = at(transports.uneven_turn, i, j)
        text = f"the angle φ of (y{i + 1}, y{j + 1}) turned by t cos φ"
        yield Family(f"uneven turn of ({i + 1}, {j + 1})", text, change, -0.5, 0.5)
    for i in range(dim - 1 if dim == 3 else 0):
        j, k = (n for n in range(dim) if n != i)
        change = at(transports.axis_spiral, i, j, k)
        text = f"rotation of (y{j + 1}, y{k + 1}) by the angle t·y{i + 1}"
        yield Family(f"twist about axis {i + 1}", text, change, 0, math.pi, preserves=True)


def more_of_the_whole_space(dim: int) -> Iterator[Family]:
    """Yield further families of R^m: see `transports`."""
    yield Family("radial stretch", "(1 + ‖y‖²)^t·y", transports.radial_power, -0.4, 1)
    for i, j in combinations(range(dim), 2):
        names = f"{i + 1} and {j + 1}"
        spiral, swap = at(transports.plane_spiral, i, j), at(transports.swapped, i, j)
        angle = "rotation by the angle t·log(1 + ‖(y_i, y_j)‖²)"
        yield Family(f"spiral of {names}", angle, spiral, 0, math.pi, preserves=True)
        yield Family(f"swap of {names}", "the swap of weight t", swap, 0, 1)
    for i, j in permutations(range(dim), 2):
        names, square = f"{i + 1} along {j + 1}", f"y{i + 1} + t (y{j + 1}² − 1)"
        triangular = at(transports.triangular_square, i, j)
        gaussian = at(transports.gaussian_darmois, i, j)
        yield Family(f"triangular map of {names}", square, triangular, -1, 1)
        yield Family(
            f"Darmois map of {names}", "Φ⁻¹ ∘ Darmois(t) ∘ Φ", gaussian, 0, 1, preserves=True
        )


def more_of_the_box(dim: int) -> Iterator[Family]:
    """Yield further families of the box: see `transports`."""
    for i in range(dim):
        shift = at(transports.shifted_modulo, i)
        yield Family(
            f"shift of {i + 1}",
            f"y{i + 1} + t modulo 1",
            shift,
            0,
            0.5,
            preserves=True,
            continuous=False,
        )
    for i, j in combinations(range(dim), 2):
        names = f"{i + 1} and {j + 1}"
        spiral, swap = at(transports.disc_spiral, i, j), at(transports.swapped, i, j)
        angle = "rotation by the angle t (1 − 2r) about the centre, r < 1/2"
        yield Family(f"spiral of {names}", angle, spiral, 0, 2 * math.pi, preserves=True)
        yield Family(f"swap of {names}", "the swap of weight t", swap, 0, 1)
    for i, j in permutations(range(dim), 2):
        names = f"{i + 1} along {j + 1}"
        power, cosine = at(transports.triangular_power, i, j), at(transports.cosine_swap, i, j)
        mixed = f"y{i + 1} + t·y{j + 1} by Darmois' construction"
        exponent, wave = f"y{i + 1}^e^(t (2y{j + 1} − 1))", f"(1 − cos 2πy{j + 1})/2 of weight t"
        change = at(transports.darmois, i, j)
        yield Family(f"triangular map of {names}", exponent, power, -1, 1)
        yield Family(f"cosine of {j + 1} in {i + 1}", wave, cosine, 0, 1)
        yield Family(f"Darmois map of {names}", mixed, change, 0, 1, preserves=True)
