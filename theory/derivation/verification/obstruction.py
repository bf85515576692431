"""The checker of obstructions: recomputes the law and the matrix, and re-does the argument.

It shares no code with the kernel test: densities are evaluated by substitution, the critic's kind
is found by identities and not by derivatives, and one formula gives every entry of a matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import sympy as sp
from flint import fmpq, fmpq_mat

from sith.theory.assumptions import Box, Property, RealSpace, Sphere, properties
from sith.theory.claim import Claim
from sith.theory.errors import UnsupportedCondition
from sith.theory.notation import latents, pair
from sith.theory.objectives import (
    BinaryNCE,
    DynamicsModel,
    InfoNCE,
    InnerProduct,
    LearnedDiagonal,
    NegativeNorm,
)
from sith.theory.obstruction import Obstacle, Obstruction, Point
from sith.theory.verdict import Membership

Ratio = Callable[[Point, Point], sp.Rational]


@dataclass(frozen=True, slots=True)
class _Critic:
    """What a critic is: `product` for an inner product, else a distance; `bound` for its rank."""

    product: bool
    bound: int
    positive: bool
    factor: sp.Rational = sp.Integer(1)
    root: int = 1
    round: bool = False


def check_obstruction(obstruction: Obstruction, claim: Claim) -> Membership:
    """Say whether the points of an obstruction exclude every map h from the claim's condition."""
    objective = claim.objective
    if not isinstance(objective, InfoNCE | BinaryNCE):
        return Membership(False, f"no such argument is known for {objective}")
    if Property.FULL_SUPPORT not in properties(claim.world):
        return Membership(False, "the condition need not hold at the points: no full support")
    points = obstruction.points
    for point in points:
        if not _inside(claim, point):
            return Membership(False, f"{tuple(map(str, point))} is not in the {claim.world.space}")
    if len(set(points)) != len(points):
        return Membership(False, "a point is repeated")
    ratio = _ratio(claim, corrected=isinstance(objective.critic, DynamicsModel))
    kinds = _kinds(objective, claim.encoder.output.dim)
    if obstruction.obstacle in (Obstacle.CYCLE, Obstacle.ASYMMETRY, Obstacle.NEGATIVE):
        return _pointwise(obstruction, claim, ratio, kinds)
    return _of_matrix(obstruction, claim, ratio, kinds)


def _inside(claim: Claim, point: Point) -> bool:
    space = claim.world.space
    if isinstance(space, Sphere):
        return bool(sum(x * x for x in point) == 1)
    if isinstance(space, Box):
        return all(0 < x < 1 for x in point)
    if isinstance(space, RealSpace):
        return True
    raise UnsupportedCondition(f"the points of {space} are not known to the checker")


def _ratio(claim: Claim, *, corrected: bool) -> Ratio:
    z, zt = pair(claim.dim)
    world = claim.world
    value = world.pairs.log_conditional(z, zt)
    if not corrected:  # a correction holds log p(z̃)
        value -= world.prior.log_density(zt)
    if value.atoms(sp.sign, sp.floor, sp.Piecewise):
        raise UnsupportedCondition(f"{value} may jump")

    def at(one: Point, other: Point) -> sp.Rational:
        table = dict(zip((*z, *zt), (*one, *other), strict=True))
        number = value.subs(table, simultaneous=True)
        if not isinstance(number, sp.Rational):
            raise UnsupportedCondition(f"{number} is not rational")
        return number

    return at


def _kinds(objective: InfoNCE | BinaryNCE, m: int) -> tuple[_Critic, ...]:
    """Return what the critic is shown to be: nothing for a critic that fits no known kind."""
    critic = objective.critic
    if isinstance(critic, InnerProduct):
        return (_Critic(True, m, True, round=True),)
    if isinstance(critic, LearnedDiagonal):
        return (_Critic(False, m, True),)
    if isinstance(critic, NegativeNorm):
        root = 2 / critic.alpha
        whole = critic.p == 2 and root == int(root)
        return (
            _Critic(False, m if whole else 0, True, root=int(root) if whole else 1, round=whole),
        )
    if critic.parameters(m):
        return ()
    u, v = latents(m, "u"), latents(m, "v")
    score = critic.score(u, v)
    if sp.expand(score - critic.score(v, u)) != 0:
        return ()
    axes = [tuple(sp.Integer(int(i == j)) for j in range(m)) for i in range(m)]
    zero = (sp.Integer(0),) * m
    gaps = [a - b for a, b in zip(u, v, strict=True)]
    at_axes = [[critic.score(a, b) for b in axes] for a in axes]
    far = [
        [critic.score(tuple(x + y for x, y in zip(a, b, strict=True)), zero) for b in axes]
        for a in axes
    ]
    near = [critic.score(a, zero) for a in axes]
    polar = [[(far[i][j] - near[i] - near[j]) / 2 for j in range(m)] for i in range(m)]
    for is_product, table, one, two in ((True, at_axes, u, v), (False, polar, gaps, gaps)):
        terms = product(range(m), repeat=2)
        model = sp.Add(*(table[i][j] * one[i] * two[j] for i, j in terms))
        if not all(isinstance(x, sp.Rational) for row in table for x in row):
            continue
        if sp.expand(score - model) == 0:
            # A distance critic is −(u−v)ᵀS(u−v), and its table is −S.
            form = sp.Matrix(table) if is_product else -sp.Matrix(table)
            scalar = form == form[0, 0] * sp.eye(m)
            turned = form if form.trace() >= 0 else -form
            return (
                _Critic(
                    is_product,
                    form.rank(),
                    _no_negative_eigenvalue(turned),
                    factor=form[0, 0] if scalar else sp.Integer(1 if turned == form else -1),
                    round=scalar,
                ),
            )
    return (_Critic(sp.expand(critic.score(u, u)) != 0, 0, False),)


def _no_negative_eigenvalue(form: sp.Matrix) -> bool:
    """Decide by the signs of the characteristic polynomial of a symmetric matrix."""
    n = form.rows
    entries = [[fmpq(int(x.p), int(x.q)) for x in form.row(i)] for i in range(n)]
    coefficients = fmpq_mat(entries).charpoly().coeffs()
    return all(c * (-1) ** (n - k) >= 0 for k, c in enumerate(coefficients))


def _pointwise(
    obstruction: Obstruction, claim: Claim, t: Ratio, kinds: Sequence[_Critic]
) -> Membership:
    obstacle, points = obstruction.obstacle, obstruction.points
    if not kinds:
        return Membership(False, "the critic is not symmetric")
    kind = kinds[0]
    on_sphere = kind.round and isinstance(claim.encoder.output, Sphere)
    unused = (obstruction.matrix, obstruction.rows, obstruction.columns, obstruction.reference)
    if any(unused) or len(points) != (3 if obstacle is Obstacle.CYCLE else 2):
        return Membership(False, f"{len(points)} points are not what this argument needs")
    if obstacle is Obstacle.CYCLE:
        x, y, w = points
        value = t(x, y) + t(y, w) + t(w, x) - t(y, x) - t(w, y) - t(x, w)
        fault = value != 0
    elif obstacle is Obstacle.ASYMMETRY:
        x, y = points
        if kind.product and not on_sphere:
            return Membership(False, "the critic may differ at equal representations")
        value = (t(x, x) - t(x, y)) - (t(y, y) - t(y, x))
        fault = value != 0
    else:
        x, y = points
        if kind.product or not kind.positive:
            return Membership(False, "the critic is not shown to be −1 times a distance")
        value = (t(x, x) - t(x, y)) * sp.sign(kind.factor)
        fault = value < 0
    if value != obstruction.value:
        return Membership(False, f"the value at the points is {value}, not {obstruction.value}")
    if not fault:
        return Membership(False, f"the value {value} contradicts nothing")
    return Membership(True, str(obstruction))


def _of_matrix(
    obstruction: Obstruction, claim: Claim, t: Ratio, kinds: Sequence[_Critic]
) -> Membership:
    if not kinds or not kinds[0].bound:
        return Membership(False, "the critic is no inner product and no squared distance")
    kind = kinds[0]
    rows, columns, stored = obstruction.rows, obstruction.columns, obstruction.matrix
    on_sphere = kind.round and isinstance(claim.encoder.output, Sphere)
    if on_sphere is obstruction.reference:
        return Membership(False, "the matrix is not the one that outputs of this kind have")
    if not rows or len(rows) != len(columns):
        return Membership(False, "the chosen part of the matrix is not square")
    if obstruction.reference and (0 in rows or (0 in columns and not kind.product)):
        return Membership(False, "the reference point has no row of its own")
    entries = []
    for i in rows:
        entries.append([_entry(obstruction, claim, t, kind, i, j) for j in columns])
    found = [[fmpq(int(x.p), int(x.q)) for x in row] for row in entries]
    if tuple(map(tuple, entries)) != stored:
        return Membership(False, "the matrix is not the one that the claim's law gives")
    determinant = fmpq_mat(found).det()
    if determinant != fmpq(int(obstruction.value.p), int(obstruction.value.q)):
        return Membership(False, f"the determinant is {determinant}, not {obstruction.value}")
    if obstruction.obstacle is Obstacle.MINOR:
        if not kind.positive or rows != columns or len(set(rows)) != len(rows):
            return Membership(False, "it is no principal minor of a positive form")
        if determinant >= 0:
            return Membership(False, f"a principal minor may be {determinant}")
    elif len(rows) <= kind.bound or determinant == 0:
        return Membership(False, f"a minor of {len(rows)} rows may be {determinant}")
    return Membership(True, str(obstruction))


def _entry(
    obstruction: Obstruction, claim: Claim, t: Ratio, kind: _Critic, i: int, j: int
) -> sp.Rational:
    """Return the entry that belongs to the points i and j."""
    x, y, origin = obstruction.points[i], obstruction.points[j], obstruction.points[0]
    objective = claim.objective
    tau = objective.temperature if isinstance(objective, InfoNCE | BinaryNCE) else sp.Integer(1)

    def drop(a: Point, b: Point) -> sp.Rational:
        return t(a, a) - t(a, b)

    if not obstruction.reference:
        gap = tau * drop(x, y) / kind.factor
        return 1 - gap if kind.product else 1 - gap**kind.root / 2
    sign = sp.sign(kind.factor)
    if not kind.product:
        squares = [(sign * drop(a, b)) ** kind.root for a, b in ((x, origin), (y, origin), (x, y))]
        return (squares[0] + squares[1] - squares[2]) / 2
    # ⟨h(x) − h(o), h(y)⟩ is t(x, y) − t(o, y) + c(x) − c(o), where c(x) − c(o) = t(o, x) − t(x, o).
    raised = [t(x, b) - t(origin, b) + t(origin, x) - t(x, origin) for b in (y, origin)]
    return sign * (raised[0] - raised[1] if j else raised[0])
