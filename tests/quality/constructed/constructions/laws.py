"""Laws of single observations: likelihood with linear, rigid and any mixing.

A linear map keeps a law iff log p(Mz) + log|det M| = log p(z); at z = 0 the determinant is ±1, so M keeps
log p. For a polynomial log p each homogeneous part is kept, and the stabiliser of a definite form is
compact; what it is, is read off the forms.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import mpmath
import sympy as sp

from sith import (
    Claim,
    Encoder,
    Family,
    Gaussian,
    Likelihood,
    LogDensity,
    Mixing,
    RealSpace,
    Trivial,
    World,
    latents,
)
from tests.quality.constructed import conditions
from tests.quality.constructed.case import RELATIONS, Plan, Problem
from tests.quality.constructed.constructions.conjugation import oblique
from tests.quality.constructed.moves import Affine, Move, flips, linear, swap, turn
from tests.quality.constructed.truth import Truth

SQUARE = (*flips(2), *swap(2, 0, 1))
ROUND = (*turn(2, 0, 1), *flips(2))


@dataclass(frozen=True, slots=True)
class Law:
    """A law of R², the linear maps that keep it, and why they are all."""

    name: str
    log_density: Callable[[sp.Expr, sp.Expr], sp.Expr]
    moves: tuple[Affine, ...]
    components: int
    why: str


LAWS = (
    Law(
        "quartic",
        lambda x, y: -(x**4) - y**4,
        SQUARE,
        8,
        "an isometry of the norm ‖·‖₄ is a signed permutation",
    ),
    Law(
        "quartic-1-16",
        lambda x, y: -(x**4) - 16 * y**4,
        (*flips(2), *swap(2, 0, 1, 2)),
        8,
        "as ‖·‖₄, in the coordinates (x, 2y)",
    ),
    Law("radial", lambda x, y: -((x**2 + y**2) ** 2), ROUND, 2, "M keeps x² + y²"),
    Law("normal", lambda x, y: -(x**2) - y**2, ROUND, 2, "M keeps x² + y²"),
    Law(
        "mixed",
        lambda x, y: -(x**2) - x**4 - y**2 - 2 * y**4,
        tuple(flips(2)),
        4,
        "M keeps x² + y² and x⁴ + 2y⁴, which grows fastest along y",
    ),
    Law(
        "normal-quartic",
        lambda x, y: -(x**2) - y**4,
        tuple(flips(2)),
        4,
        "M keeps x² and y⁴, each part on its own",
    ),
    Law("one-odd", lambda x, y: x - x**4 - y**4, tuple(flips(2, [1])), 2, "M keeps x and x⁴ + y⁴"),
    Law(
        "both-odd",
        lambda x, y: x + y - x**4 - y**4,
        tuple(swap(2, 0, 1)),
        2,
        "M keeps x + y and x⁴ + y⁴",
    ),
    Law(
        "order-three",
        lambda x, y: x * y * (x - y) - (x**2 - x * y + y**2) ** 2,
        (linear([[0, -1], [-1, 0]]), linear([[0, -1], [1, -1]])),
        6,
        "M permutes the three lines of the cubic, whose product it keeps",
    ),
)


def linear_problem(law: Law, matrix: sp.Matrix | None = None) -> Problem:
    """Return the likelihood of a law with linear mixing, in coordinates y = Az."""
    z = latents(2)
    matrix = sp.eye(2) if matrix is None else matrix
    log_density = sp.expand(law.log_density(*(matrix * sp.Matrix(z))))
    claim = Claim(
        law.name,
        World(RealSpace(2), LogDensity(log_density, z), mixing=Mixing.LINEAR),
        Likelihood(),
        Encoder(RealSpace(2), Family.LINEAR),
        Trivial(2),
    )
    moves = tuple(m.conjugated(matrix, sp.zeros(2, 1)).move() for m in law.moves)
    gap = conditions.law(claim, log_density, only="linear")
    return Problem(claim, Truth(moves, gap, law.why, law.components))


def likelihood(rng: random.Random) -> Iterator[Plan]:
    """Return linear ICA with known laws, straight and in oblique coordinates."""
    for law in LAWS:
        yield Plan("likelihood", lambda law=law: linear_problem(law), 3, RELATIONS)
        matrix = oblique(rng, 2)
        yield Plan("likelihood", lambda law=law, m=matrix: linear_problem(law, m), 2, RELATIONS)


def rigid_problem(centre: Sequence[sp.Expr], law: Law) -> Problem:
    """Return a local isometry as mixing, and a law about another centre."""
    z = latents(2)
    log_density = sp.expand(law.log_density(*(x - c for x, c in zip(z, centre, strict=True))))
    claim = Claim(
        f"{law.name} about {tuple(centre)}",
        World(RealSpace(2), LogDensity(log_density, z), mixing=Mixing.LOCAL_ISOMETRY),
        Likelihood(),
        Encoder(RealSpace(2)),
        Trivial(2),
    )
    moves = tuple(m.conjugated(sp.eye(2), -sp.Matrix(centre)).move() for m in law.moves)
    gap = conditions.law(claim, log_density, only="rigid")
    why = f"Liouville: maps with JᵀJ = I are Euclidean motions; those that keep the law fix its centre. {law.why}"
    return Problem(claim, Truth(moves, gap, why, law.components))


def rigid(rng: random.Random) -> Iterator[Plan]:
    """Return laws symmetric about a centre other than 0."""
    table = {law.name: law for law in LAWS}
    for name in ("quartic", "radial", "mixed", "normal-quartic"):
        centre = rng.choice(((0, 0), (1, 0), (sp.Rational(1, 2), -2)))
        yield Plan(
            "rigid-laws", lambda c=centre, n=name: rigid_problem(c, table[n]), 2, RELATIONS, (2,)
        )


def universal_problem() -> Problem:
    """Return the standard normal law with any encoder: rotations by an angle that depends on ‖z‖."""
    z = latents(2)
    claim = Claim(
        "normal, any encoder",
        World(RealSpace(2), Gaussian()),
        Likelihood(),
        Encoder(RealSpace(2)),
        Trivial(2),
    )

    def swirl(p: Sequence[mpmath.mpf]) -> list[mpmath.mpf]:
        angle = p[0] ** 2 + p[1] ** 2
        c, s = mpmath.cos(angle), mpmath.sin(angle)
        return [c * p[0] - s * p[1], s * p[0] + c * p[1]]

    moves = (*(m.move() for m in ROUND), Move("rotation by the angle ‖z‖²", swirl, True))
    gap = conditions.law(claim, Gaussian().log_density(z))
    why = "the swirl has Jacobian determinant 1 and keeps ‖z‖: F is infinite-dimensional; it holds O(2)"
    return Problem(claim, Truth(moves, gap, why, 0))


def universal(rng: random.Random) -> Iterator[Plan]:
    """Return likelihood without a restriction of the mixing."""
    yield Plan("universal-law", universal_problem, 6, RELATIONS, (2,))
