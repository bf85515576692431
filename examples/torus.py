"""Angles: latents on a torus, a product of circles; and a space of one's own.

sith derive examples/torus.py:TORUS
sith check examples/torus.py:TORUS
"""

from random import Random

from sympy import Expr

from sith import (
    AbstractSpace,
    AlgebraicSpace,
    BlockOrthogonal,
    Claim,
    DirectProduct,
    Encoder,
    ExpressionCritic,
    InfoNCE,
    Orthogonal,
    PairLogDensity,
    Sphere,
    Uniform,
    Verdict,
    World,
    derive,
    latents,
    pair,
    torus,
)

z, zt = pair(4)
u, v = latents(4, "u"), latents(4, "v")


def angles(a: tuple[Expr, ...], b: tuple[Expr, ...], first: int, second: int) -> Expr:
    """κ₁ cos(α − α̃) + κ₂ cos(β − β̃), the angles by their cosines and sines."""
    return first * (a[0] * b[0] + a[1] * b[1]) + second * (a[2] * b[2] + a[3] * b[3])


def on(space: AbstractSpace, first: int, second: int) -> Claim:
    """Two angles, each with a von Mises law around that of the anchor."""
    return Claim(
        name="torus",
        world=World(space, Uniform(), PairLogDensity(angles(z, zt, first, second), z, zt)),
        objective=InfoNCE(ExpressionCritic(angles(u, v, first, second), u, v)),
        encoder=Encoder(space),
        group=BlockOrthogonal(((0, 1), (2, 3))),
    )


TORUS = on(torus(2), 2, 2)
UNEQUAL = on(torus(2), 1, 2)  # the swap of the angles is not optimal: disagrees
RIGHT = UNEQUAL.replace(group=DirectProduct((Orthogonal(2), Orthogonal(2))))


def ellipse_point(rng: Random) -> tuple[Expr, Expr]:
    """Draw a rational point of z1² + 4 z2² = 1."""
    x, y = Sphere(2).rational_point(rng)
    return x, y / 2


Z = latents(2)
ELLIPSE = AlgebraicSpace((Z[0] ** 2 + 4 * Z[1] ** 2 - 1,), Z, ellipse_point, name="ellipse")
"""A space of one's own: its equations, and rational points, each of which is verified."""


def main() -> tuple[Verdict, ...]:
    """Return the verdicts for equal and for unequal concentrations."""
    return derive(TORUS), derive(UNEQUAL), derive(RIGHT)


if __name__ == "__main__":
    print(*main(), sep="\n\n")
