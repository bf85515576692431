"""An optimum that is stated as equations, with its reason, where there is no loss to differentiate.

sith derive examples/stated_optimum.py:RIGHT
"""

from __future__ import annotations

from sympy import Eq, Function, Symbol, symbols

from sith import (
    Box,
    Claim,
    Encoder,
    Euclidean,
    PairLogDensity,
    RealSpace,
    StatedOptimum,
    Uniform,
    Verdict,
    World,
    derive,
    map_symbols,
    pair,
)

z, zt = pair(2)
h, ht = map_symbols(2)
a, b = symbols("a b", real=True)
c = Function("c")


def weighted(u: tuple[Symbol, ...], v: tuple[Symbol, ...], one: object, two: object) -> object:
    """Return one (u_1 − v_1)² + two (u_2 − v_2)²."""
    return one * (u[0] - v[0]) ** 2 + two * (u[1] - v[1]) ** 2  # type: ignore[operator]


WORLD = World(Box(2), Uniform(), PairLogDensity(-weighted(z, zt, 1, 2), z, zt))

# A learned diagonal metric of the outputs reproduces that of the latents, up to a function of z.
RIGHT = Claim(
    name="learned_metric",
    world=WORLD,
    objective=StatedOptimum(
        equations=(Eq(weighted(h, ht, 1, 1), weighted(z, zt, 1, 1) + c(*z)),),
        unknowns=(c,),
        because="the metric head is trained to convergence and matches squared distances",
    ),
    encoder=Encoder(RealSpace(2)),
    group=Euclidean(2),
)
LEARNED = RIGHT.replace(
    name="learned_weights",
    objective=StatedOptimum(
        equations=(Eq(weighted(h, ht, a, b), weighted(z, zt, 1, 2) + c(*z)),),
        unknowns=(a, b, c),
        because="the two weights are learned with the encoder",
    ),
)


def main() -> tuple[Verdict, ...]:
    """Return the verdicts: right, and refuted by an isometry of the other form."""
    verdicts = derive(RIGHT), derive(LEARNED)
    for verdict in verdicts:
        print(verdict, end="\n\n")
    return verdicts


if __name__ == "__main__":
    main()
