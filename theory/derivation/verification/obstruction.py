"""The checker of obstructions: recomputes the law and the matrix, and re-does the argument.

It shares no code with the kernel test: densities are evaluated by substitution, the critic's kind
is found by identities and not by derivatives, and one formula gives every entry of a matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import singledispatch

import sympy as sp
from flint import fmpq, fmpq_mat

from sith.theory.assumptions import AbstractSpace, Box, Property, RealSpace, Sphere, properties
from sith.theory.claim import Claim
from sith.theory.derivation.verification.critic_kinds import Critic, kinds_of
from sith.theory.errors import UnsupportedCondition
from sith.theory.notation import pair
from sith.theory.objectives import BinaryNCE, DynamicsModel, InfoNCE, standard_objective
from sith.theory.obstruction import Obstacle, Obstruction, Point
from sith.theory.verdict import Membership

Ratio = Callable[[Point, Point], sp.Rational]


def check_obstruction(obstruction: Obstruction, claim: Claim) -> Membership:
    """Say whether the points of an obstruction exclude every map h from the claim's condition."""
    objective = standard_objective(claim.objective, claim.encoder.output.dim)
    claim = claim.replace(objective=objective)
    if not isinstance(objective, InfoNCE | BinaryNCE):
        return Membership(False, f"no such argument is known for {objective}")
    if Property.FULL_SUPPORT not in properties(claim.world):
        return Membership(False, "the condition need not hold at the points: no full support")
    points = obstruction.points
    for point in points:
        if not _inside(claim.world.space, point):
            return Membership(False, f"{tuple(map(str, point))} is not in the {claim.world.space}")
    if len(set(points)) != len(points):
        return Membership(False, "a point is repeated")
    ratio = _ratio(claim, corrected=isinstance(objective.critic, DynamicsModel))
    kinds = kinds_of(objective, claim.encoder.output.dim)
    if obstruction.obstacle in (Obstacle.CYCLE, Obstacle.ASYMMETRY, Obstacle.NEGATIVE):
        return _pointwise(obstruction, claim, ratio, kinds)
    return _of_matrix(obstruction, claim, ratio, kinds)


@singledispatch
def _inside(space: AbstractSpace, point: Point) -> bool:  # noqa: ARG001
    """Say whether a point lies in a space; raises where no function is registered for its type."""
    raise UnsupportedCondition(f"the points of {space} are not known to the checker")


@_inside.register
def _on_the_sphere(space: Sphere, point: Point) -> bool:  # noqa: ARG001
    return bool(sum(x * x for x in point) == 1)


@_inside.register
def _in_the_box(space: Box, point: Point) -> bool:  # noqa: ARG001
    return all(0 < x < 1 for x in point)


@_inside.register
def _in_real_space(space: RealSpace, point: Point) -> bool:  # noqa: ARG001
    return True


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


def _pointwise(
    obstruction: Obstruction, claim: Claim, t: Ratio, kinds: Sequence[Critic]
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
    obstruction: Obstruction, claim: Claim, t: Ratio, kinds: Sequence[Critic]
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
    obstruction: Obstruction, claim: Claim, t: Ratio, kind: Critic, i: int, j: int
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
