"""The kernel test: exact reasons why no map h, smooth or not, attains the optimum condition.

The condition is s(h(z), h(z̃))/τ = t(z, z̃) + c(z) with t = log p(z̃|z) − log p(z̃) known. A critic that
is symmetric, an inner product or a squared distance turns it into a statement about the matrix of
t at finitely many points: symmetry, rank at most the number m of outputs, and positivity. Every
violation is strict, so it persists nearby: for t continuous it also excludes measurable h that
solve the condition for almost all pairs (Lusin's theorem: such h is continuous, and the condition
holds everywhere, on sets of latents of almost full measure).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb

import sympy as sp
from flint import fmpq, fmpq_mat

from sith.theory.assumptions import (
    AbstractSpace,
    Box,
    Encoder,
    RealSpace,
    Sphere,
    World,
    rational_unit_vectors,
)
from sith.theory.assumptions.law import MOST_MONOMIALS, monomial_bound
from sith.theory.derivation.fields.evaluate import Pole, compile_exact, to_flint
from sith.theory.errors import UnsupportedCondition
from sith.theory.notation import latents, pair
from sith.theory.objectives import (
    AbstractCritic,
    BinaryNCE,
    DynamicsModel,
    ExpressionCritic,
    InfoNCE,
    InnerProduct,
    LearnedDiagonal,
    NegativeNorm,
)
from sith.theory.obstruction import Obstacle, Obstruction, Point

DRAWS = 6
"""Sets of points that are tried; the last ones have large denominators."""

MAX_MINORS = 5000
"""Minors of more rows than the critic has dimensions are tried up to this number."""

Table = list[list[fmpq]]
Log = Callable[[Point, Point], fmpq]


@dataclass(frozen=True, slots=True)
class Form:
    """What is known of a critic, up to a change of coordinates of the representation.

    With `distance`, s(u, u) = 0. Where the rank is not 0, s is a form times `sign`: an inner product
    of vectors of at most `rank` dimensions, or −1 times a squared distance of such vectors, whose
    k-th root is taken (`power` k). `definite` says that the form, or the distance, is positive.
    `unit` says that the form is `scale` times that of R^m, so that unit outputs are unit vectors.
    """

    distance: bool
    rank: int
    definite: bool
    sign: int = 1
    unit: bool = False
    scale: sp.Rational = sp.Integer(1)
    power: int = 1


def kernel_test(
    world: World, objective: InfoNCE | BinaryNCE, encoder: Encoder
) -> tuple[Obstruction, ...]:
    """Return an obstruction, or () where none was found, which shows nothing.

    Raises `UnsupportedCondition` where log p(z̃|z) − log p(z̃) has no exact rational value at
    rational points, or the critic is of a kind that the test does not know.
    """
    form = critic_form(objective.critic, encoder.output.dim)
    log = target_of(world, objective.critic)
    for points in _draws(world.space, form.rank + 2):
        for found in _obstructions(form, log, points, objective.temperature, encoder):
            return (found,)
    return ()


def _obstructions(
    form: Form, log: Log, points: Sequence[Point], tau: sp.Rational, encoder: Encoder
) -> Iterator[Obstruction]:
    try:
        t = [[log(a, b) for b in points] for a in points]
    except Pole:
        return
    unit = form.unit and isinstance(encoder.output, Sphere)
    # A distance vanishes at equal points and unit vectors have square 1: both fix c(z).
    yield from _asymmetric(t, points) if form.distance or unit else _cycles(t, points)
    if form.distance and form.definite:
        yield from _negative(form, t, points)
    if not form.rank:
        return
    if unit:
        matrix = unit_gram(form, t, to_flint((tau,))[0])
        yield from _minors(form, matrix, points, reference=False)
    elif form.distance:
        yield from _minors(form, centred(form, t), points, reference=True)
    else:
        yield from _minors(form, bordered(form, t), points, reference=True)


def critic_form(critic: AbstractCritic, outputs: int) -> Form:
    """Return what is known of a critic on representations of `outputs` coordinates."""
    if isinstance(critic, InnerProduct):
        return Form(distance=False, rank=outputs, definite=True, unit=True)
    if isinstance(critic, LearnedDiagonal):
        return Form(distance=True, rank=outputs, definite=True)
    if isinstance(critic, NegativeNorm):
        power = 2 / critic.alpha
        if critic.p == 2 and isinstance(power, sp.Integer):
            return Form(
                distance=True,
                rank=outputs,
                definite=True,
                unit=True,
                power=int(power),
            )
        return Form(distance=True, rank=0, definite=True)
    if isinstance(critic, DynamicsModel) and not critic.learned:
        u, v = latents(outputs, "u"), latents(outputs, "v")
        return _quadratic_form(ExpressionCritic(critic.score(u, v), u, v), outputs)
    if isinstance(critic, ExpressionCritic) and len(critic.u) == outputs:
        if monomial_bound(critic.expression) > MOST_MONOMIALS:
            raise UnsupportedCondition(f"a critic of more than {MOST_MONOMIALS} monomials")
        return _quadratic_form(critic, outputs)
    raise UnsupportedCondition(f"the kernel test does not know the critic {critic}")


def _quadratic_form(critic: ExpressionCritic, outputs: int) -> Form:
    """Recognise uᵀSv and −(u−v)ᵀS(u−v) with S symmetric, and other symmetric critics."""
    u, v = latents(outputs, "u"), latents(outputs, "v")
    score = critic.score(u, v)
    if sp.expand(score - critic.score(v, u)) != 0:
        raise UnsupportedCondition(f"the critic {critic} is not symmetric")
    at_equal = sp.expand(critic.score(u, u))
    table = sp.Matrix(outputs, outputs, lambda i, j: sp.diff(score, u[i], v[j]))
    gap = sp.Matrix([a - b for a, b in zip(u, v, strict=True)])
    bilinear = (sp.Matrix([u]) * table * sp.Matrix(v))[0]
    squared = -(gap.T * table * gap)[0] / 2
    rational = all(isinstance(x, sp.Rational) for x in table)
    for distance, model in ((False, bilinear), (True, squared)):
        if rational and sp.expand(score - model) == 0:
            form = table / 2 if distance else table
            first = next((x for x in form if x != 0), sp.Integer(1))
            sign = 1 if form.trace() >= 0 else -1
            same = form == first * sp.eye(outputs)
            return Form(
                distance=distance,
                rank=form.rank(),
                definite=_semidefinite(sign * form),
                sign=sign,
                unit=same,
                scale=first,
            )
    if at_equal == 0:
        return Form(distance=True, rank=0, definite=False)
    return Form(distance=False, rank=0, definite=False)


def _semidefinite(form: sp.Matrix) -> bool:
    sizes = range(1, form.rows + 1)
    parts = (list(p) for k in sizes for p in combinations(range(form.rows), k))
    return all(form.extract(p, p).det() >= 0 for p in parts)


def target_of(world: World, critic: AbstractCritic) -> Log:
    """Return t(z, z̃), which the score is up to c(z), as a function of rational points."""
    # A model of the dynamics comes with a correction that absorbs the partner's log-density.
    corrected = isinstance(critic, DynamicsModel)
    z, zt = pair(world.dim)
    ratio = world.pairs.log_conditional(z, zt)
    if not corrected:
        ratio -= world.prior.log_density(zt)
    if ratio.has(sp.sign):
        raise UnsupportedCondition(f"{ratio} may jump, and the test needs a continuous log-density")
    value = compile_exact(ratio, (*z, *zt))
    return lambda a, b: value([*to_flint(a), *to_flint(b)])


# Points.


def _draws(space: AbstractSpace, count: int) -> Iterator[tuple[Point, ...]]:
    """Yield sets of points of a space: of small numbers first, then in general position."""
    rng = random.Random(5)
    for k in range(DRAWS):
        small = k < DRAWS - 2
        if small and isinstance(space, Sphere):
            drawn = rational_unit_vectors(count + 2 * k, space.dim, seed=k)[2 * k :]
        elif small and isinstance(space, Box | RealSpace):
            drawn = tuple(_small_point(space, rng) for _ in range(count))
        else:
            drawn = tuple(space.rational_point(rng) for _ in range(count))
        if len(set(drawn)) == count:
            yield drawn


def _small_point(space: Box | RealSpace, rng: random.Random) -> Point:
    if isinstance(space, Box):
        return tuple(sp.Rational(rng.randrange(1, 8), 8) for _ in range(space.dim))
    return tuple(sp.Integer(rng.randrange(-3, 4)) for _ in range(space.dim))


# What cannot be.


def _cycles(t: Table, points: Sequence[Point]) -> Iterator[Obstruction]:
    for corners in combinations(range(len(points)), 3):
        around = [*pairwise((*corners, corners[0]))]
        value = sum((t[i][j] - t[j][i] for i, j in around), fmpq(0))
        if value != 0:
            yield Obstruction(Obstacle.CYCLE, tuple(points[i] for i in corners), _rational(value))


def _asymmetric(t: Table, points: Sequence[Point]) -> Iterator[Obstruction]:
    for i, j in combinations(range(len(points)), 2):
        value = (t[i][i] - t[i][j]) - (t[j][j] - t[j][i])
        if value != 0:
            yield Obstruction(Obstacle.ASYMMETRY, (points[i], points[j]), _rational(value))


def _negative(form: Form, t: Table, points: Sequence[Point]) -> Iterator[Obstruction]:
    for i, j in combinations(range(len(points)), 2):
        value = form.sign * (t[i][i] - t[i][j])
        if value < 0:
            yield Obstruction(Obstacle.NEGATIVE, (points[i], points[j]), _rational(value))


def unit_gram(form: Form, t: Table, tau: fmpq) -> Table:
    """Return the Gram matrix of unit vectors: 1 − τE/s, or 1 − D/2 for a squared distance D."""
    scale = fmpq(int(form.scale.p), int(form.scale.q))
    n = range(len(t))
    if form.distance:
        return [[1 - ((t[i][i] - t[i][j]) * tau / scale) ** form.power / 2 for j in n] for i in n]
    return [[1 - (t[i][i] - t[i][j]) * tau / scale for j in n] for i in n]


def centred(form: Form, t: Table) -> Table:
    """Return the Gram matrix of h(z_i) − h(z_0), from squared distances up to a factor."""
    n = range(len(t))
    d = [[(form.sign * (t[i][i] - t[i][j])) ** form.power for j in n] for i in n]
    return [[(d[i][0] + d[j][0] - d[i][j]) / 2 for j in n[1:]] for i in n[1:]]


def bordered(form: Form, t: Table) -> Table:
    """Return the products of h(z_i) − h(z_0) with h(z_0), then with h(z_j) − h(z_0).

    The symmetry of the critic gives c(z) up to a constant, and the constant is only in the square
    of h(z_0), which is left out: so every entry is known, up to one factor.
    """
    n = range(len(t))
    g = [[form.sign * (t[i][j] + t[0][i] - t[i][0]) for j in n] for i in n]
    return [
        [g[i][0] - g[0][0], *(g[i][j] - g[i][0] - g[0][j] + g[0][0] for j in n[1:])] for i in n[1:]
    ]


def _minors(
    form: Form, matrix: Table, points: Sequence[Point], *, reference: bool
) -> Iterator[Obstruction]:
    """Yield negative principal minors, then minors of more rows than there are dimensions."""
    shift = len(matrix[0]) - len(matrix)
    size = len(matrix)
    # Leading minors decide positivity in general position; those of two rows are the plainest.
    parts = [*combinations(range(size), 2), *(tuple(range(k)) for k in range(1, size + 1))]
    found: list[tuple[Obstacle, tuple[int, ...], tuple[int, ...]]] = []
    if form.definite:
        found += [(Obstacle.MINOR, p, tuple(i + shift for i in p)) for p in parts]
    width = len(matrix[0])
    few = comb(size, form.rank + 1) * comb(width, form.rank + 1) <= MAX_MINORS
    for rows in combinations(range(size), form.rank + 1) if few else ():
        found += [
            (Obstacle.RANK, rows, columns)
            for columns in combinations(range(len(matrix[0])), form.rank + 1)
        ]
    for obstacle, rows, columns in found:
        part = [[matrix[i][j] for j in columns] for i in rows]
        value = fmpq_mat(part).det()
        if value < 0 or (obstacle is Obstacle.RANK and value != 0):
            # Row i belongs to point i + 1 where point 0 is the reference.
            first = int(reference)
            at = (tuple(i + first for i in rows), tuple(j + first - shift for j in columns))
            used = sorted({*at[0], *at[1], *range(first)})
            yield Obstruction(
                obstacle,
                tuple(points[i] for i in used),
                _rational(value),
                tuple(tuple(_rational(x) for x in row) for row in part),
                tuple(used.index(i) for i in at[0]),
                tuple(used.index(i) for i in at[1]),
                reference,
            )


def _rational(value: fmpq) -> sp.Rational:
    return sp.Rational(int(value.p), int(value.q))
