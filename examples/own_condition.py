"""State a condition of one's own, and read three verdicts: right, wrong, and not treatable.

The pair law is log p(z̃|z) = −(z − z̃)ᵀ S (z − z̃) on a box, and the critic has the same form.

python examples/own_condition.py
"""

from __future__ import annotations

from sympy import Expr, Matrix, Symbol, expand, sin

from sith import (
    Box,
    Claim,
    Encoder,
    Euclidean,
    ExpressionCritic,
    InfoNCE,
    PairLogDensity,
    RealSpace,
    Uniform,
    Verdict,
    World,
    derive,
    latents,
    pair,
)

S = Matrix([[2, 1], [1, 3]])
DEGREES = {"smoke": 2, "ci": 3, "full": 4}

z, zt = pair(2)
u, v = latents(2, "u"), latents(2, "v")


def closeness(a: tuple[Symbol, ...], b: tuple[Symbol, ...]) -> Expr:
    """Return −(a − b)ᵀ S (a − b)."""
    step = Matrix(a) - Matrix(b)
    return expand(-(step.T * S * step)[0])


RIGHT = Claim(
    name="quadratic_pairs",
    world=World(Box(2), Uniform(), PairLogDensity(closeness(z, zt), z, zt)),
    objective=InfoNCE(ExpressionCritic(closeness(u, v), u, v)),
    encoder=Encoder(RealSpace(2)),
    group=Euclidean(2, form=S),
)

# The latents are not identified up to rotations and shifts: the isometries of S escape.
WRONG = RIGHT.replace(name="quadratic_pairs_wrong", group=Euclidean(2))

# A sine of coordinates has no exact value at a rational point, so the engine gives up.
REFUSED = RIGHT.replace(
    name="periodic_pairs",
    world=World(Box(2), Uniform(), PairLogDensity(sin(z[0] * zt[0]), z, zt)),
    objective=InfoNCE(ExpressionCritic(sin(u[0] * v[0]), u, v)),
)


def main(budget: str = "smoke") -> tuple[Verdict, ...]:
    """Return the three verdicts, the right claim first; the budget sets the degree."""
    verdicts = tuple(derive(claim, degree=DEGREES[budget]) for claim in (RIGHT, WRONG, REFUSED))
    for verdict in verdicts:
        print(verdict, end="\n\n")
    return verdicts


if __name__ == "__main__":
    main()
