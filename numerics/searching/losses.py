"""The stages that compare population losses: families of maps, and free tables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import torch
from scipy.optimize import minimize_scalar
from torch import Tensor

from numerics.exact.tabular import (
    TabularProblem,
    default_points,
    minimise_rows,
    tabular_optimum,
    tabular_problem,
)
from numerics.groups import residual
from numerics.searching.families import families, family_named
from numerics.searching.family import Family
from numerics.searching.members import best_member
from numerics.searching.points import Point
from numerics.searching.witness import Counterexample, Kind
from theory import Agreement, Claim, InputError, Membership, Relation, UnsupportedCondition

OUTSIDE = 0.02
"""A map whose residual to the stated group is above this is outside it: members leave 1e-12."""
ATTAINED = 1e-9
"""A loss within this of the lower bound attains it: quadrature nodes are a world of their own."""
MARGIN = 1e-6
"""A loss is lower if it is so by more than this and than ten times the quadrature's error."""
GRID = 17
DENOMINATORS = (1, 2, 3, 4, 5, 8, 10, 20, 100)
"""The parameter of a found map is rounded to the first of these that leaves it a witness."""
ROWS = 400


@dataclass(frozen=True, slots=True)
class Setting:
    """A claim's population loss with what maps are compared with.

    Fields:
        problem: the loss on quadrature nodes.
        best: the lowest loss of a member of the stated group.
        bound: a lower bound of all losses.
        error: of losses, from twice the nodes a coordinate.
    """

    problem: TabularProblem
    best: float
    bound: float
    error: float

    @property
    def margin(self) -> float:
        """By how much a loss must be lower than a member's to count."""
        return max(MARGIN, 10 * self.error)


def setting_of(claim: Claim, points: int | None = None) -> Setting:
    """Return the setting of a claim; raises `UnsupportedCondition` where it has no such loss."""
    if getattr(claim.objective, "negatives", 0):
        raise UnsupportedCondition(f"no loss on nodes for '{claim.objective}' with M negatives")
    try:
        problem = tabular_problem(claim, points)
    except InputError as refused:
        raise UnsupportedCondition(str(refused)) from refused
    best = best_member(problem)
    finer = problem.finer() if problem.finer else problem
    error = abs(loss_of(problem, problem.base) - loss_of(finer, finer.base))
    bound = problem.loss.lower_bound(problem.world, problem.output.dim)
    return Setting(problem, best, bound, error)


def loss_of(problem: TabularProblem, table: Tensor) -> float:
    """Return the loss of a table, the critic's learned parameters minimised out."""
    width = problem.loss.learned(table.shape[1])
    learned = table.new_zeros(1, width)
    if width:
        learned = minimise_rows(lambda x: problem.losses(table[None], x), learned).points
    return float(problem.losses(table[None], learned)[0])


def distance(problem: TabularProblem, table: Tensor) -> float:
    """Return the residual of base(z) ↦ h(z) to the stated group, on nodes drawn by weight."""
    generator = torch.Generator().manual_seed(0)
    rows = torch.multinomial(problem.world.weights, ROWS, replacement=True, generator=generator)
    return float(residual(problem.group, problem.base[rows], table[rows]).value)


def refute_by_families(claim: Claim, point: Point) -> tuple[Counterexample, ...]:
    """Return a map of a family that is better than every member of the group, or as good as any.

    A map outside the group that attains the lower bound of all losses is a minimiser; one with a
    lower loss than the best member shows that no member is. Raises `UnsupportedCondition` where
    the claim has no population loss on nodes.
    """
    setting = setting_of(claim)
    found = []
    # Against "every member is optimal" only a loss below those of all members speaks.
    kinds = _LOSS_KINDS[:1] if claim.relation is Relation.CONTAINS else _LOSS_KINDS
    for member in families(setting.problem.output):
        t, loss = _best(setting.problem, member)
        if loss is not math.inf and _refutes(setting, member, t, kinds):
            found.append((loss, member, t))
    if not found:
        return ()
    loss, member, t = min(found, key=lambda item: item[0])
    near = _rounded(setting, member, t, kinds)
    table = member.change(setting.problem.base, float(near))
    shown = f"{member.name}: {member.text}, t = {near}"
    data = {"family": member.name, "t": str(near)}
    return (_witness(claim, point, setting, table, shown, data),)


def refute_by_table(claim: Claim, point: Point) -> tuple[Counterexample, ...]:
    """Return a free table with a lower loss than the group's members, confirmed on finer nodes."""
    if claim.relation is Relation.CONTAINS:
        return ()
    setting = setting_of(claim)
    report = tabular_optimum(claim, starts=10, iterations=300)
    if report.passed is not Agreement.DISAGREES:
        return ()
    lower = setting.best - report.loss
    if lower <= setting.margin and abs(report.loss - setting.bound) > ATTAINED:
        return ()
    error = max(setting.error, report.base_error)
    return (table_witness(claim, point, replace(setting, error=error), report.table),)


_LOSS_KINDS = (Kind.LOWER_LOSS, Kind.EQUAL_LOSS)


def table_refutes(setting: Setting, table: Tensor, kinds: tuple[Kind, ...] = _LOSS_KINDS) -> bool:
    """Whether a table is outside the group and better than its members, or at the lower bound."""
    return any(_judged(kind, setting, table).holds for kind in kinds)


def table_witness(claim: Claim, point: Point, setting: Setting, table: Tensor) -> Counterexample:
    """Return a table of representations as a witness; `check_loss` re-checks it."""
    shown = f"a free map, tabulated at {len(table)} points"
    data = {"table": [[float(x) for x in row] for row in table]}
    return _witness(claim, point, setting, table, shown, data)


def check_loss(witness: Counterexample, claim: Claim) -> Membership:
    """Re-check a map or table with a lower or an equal loss, on other nodes and by another method.

    A family's map is evaluated on about 1.5 times the nodes a coordinate and by Monte Carlo with
    the world's exact sampler; a table on its own nodes and, carried over, on twice as many.
    """
    from numerics.searching.second import monte_carlo_difference

    if witness.kind is Kind.EQUAL_LOSS and claim.relation is Relation.CONTAINS:
        return Membership(False, "another minimiser does not contradict that members are optimal")
    setting = setting_of(claim)
    problem = setting.problem
    if "table" in witness.data:
        return _check_table(witness, setting)
    known = family_named(problem.output, str(witness.data.get("family")))
    if not known:
        return Membership(False, f"no family '{witness.data.get('family')}'")
    t = float(Fraction(str(witness.data.get("t"))))
    count = default_points(claim)
    other = setting_of(claim, count + max(2, count // 2))
    answer = _judged(witness.kind, other, known[0].change(other.problem.base, t))
    if not answer.holds:
        return answer
    base, spread = monte_carlo_difference(claim, known[0], t)
    quadrature = loss_of(other.problem, known[0].change(other.problem.base, t)) - loss_of(
        other.problem, other.problem.base
    )
    if abs(base - quadrature) > 5 * spread + 10 * other.error:
        return Membership(
            False, f"quadrature gives {quadrature:.4g}, Monte Carlo {base:.4g} ± {spread:.2g}"
        )
    return Membership(True, f"{answer.reason}; Monte Carlo {base:.4g} ± {spread:.2g}")


def _check_table(witness: Counterexample, setting: Setting) -> Membership:
    rows = witness.data["table"]
    problem = setting.problem
    table = torch.tensor(rows, dtype=torch.float64)
    if tuple(table.shape) != tuple(problem.base.shape):
        return Membership(False, f"a table of shape {tuple(table.shape)}")
    if not bool(table.isfinite().all()) or not _in_output(problem, table):
        return Membership(False, "a value of the table is not in the output space")
    answer = _judged(witness.kind, setting, table)
    if not answer.holds or problem.finer is None:
        return answer
    finer = problem.finer()
    nearest = torch.cdist(finer.world.nodes, problem.world.nodes).argmin(1)
    carried = loss_of(finer, table[nearest])
    return Membership(
        True, f"{answer.reason}; constant around the nodes, on twice as many: {carried:.4g}"
    )


def _in_output(problem: TabularProblem, table: Tensor) -> bool:
    return bool((problem.table(problem.free(table)) - table).abs().max() < 1e-9)


def _judged(kind: Kind, setting: Setting, table: Tensor) -> Membership:
    loss, away = loss_of(setting.problem, table), distance(setting.problem, table)
    if away < OUTSIDE:
        return Membership(False, f"residual {away:.2g} to {setting.problem.group}: a member")
    if kind is Kind.EQUAL_LOSS:
        equal = abs(loss - setting.bound) <= ATTAINED
        return Membership(equal, f"loss {loss:.6g}, lower bound {setting.bound:.6g}")
    lower = setting.best - loss
    return Membership(
        lower > setting.margin,
        f"lower than every member by {lower:.4g}, margin {setting.margin:.1g}",
    )


def _best(problem: TabularProblem, member: Family) -> tuple[float, float]:
    """Return the parameter with the lowest loss, and that loss."""

    def loss(t: float) -> float:
        value = loss_of(problem, member.change(problem.base, t))
        return value if math.isfinite(value) else math.inf

    step = (member.high - member.low) / (GRID - 1)
    grid = [member.low + k * step for k in range(GRID)]
    start = min(grid, key=loss)
    bounds = (max(member.low, start - step), min(member.high, start + step))
    refined = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-4})
    best = min((float(refined.x), start), key=loss)
    return best, loss(best)


def _refutes(setting: Setting, member: Family, t: float, kinds: tuple[Kind, ...]) -> bool:
    return table_refutes(setting, member.change(setting.problem.base, t), kinds)


def _rounded(setting: Setting, member: Family, t: float, kinds: tuple[Kind, ...]) -> Fraction:
    """Return the simplest fraction near t that is still a witness."""
    for denominator in DENOMINATORS:
        near = Fraction(round(t * denominator), denominator)
        inside = member.low <= near <= member.high
        if inside and _refutes(setting, member, float(near), kinds):
            return near
    return Fraction(t).limit_denominator(10**9)


def _equal(kind: Kind, claim: Claim, lower: float) -> str:
    if kind is Kind.LOWER_LOSS:
        return f"the population loss is lower than that of every member of {claim.group} by {lower:.3g}"
    return "the population loss attains its lower bound"


def _witness(
    claim: Claim,
    point: Point,
    setting: Setting,
    table: Tensor,
    shown: str,
    data: Mapping[str, Any],
) -> Counterexample:
    loss, away = loss_of(setting.problem, table), distance(setting.problem, table)
    lower = setting.best - loss
    kind = Kind.LOWER_LOSS if lower > setting.margin else Kind.EQUAL_LOSS
    return Counterexample.found(
        claim,
        point,
        kind=kind,
        shown=shown,
        equal=_equal(kind, claim, lower),
        differs=f"residual {away:.3g} to {claim.group}",
        exact=False,
        data=data,
        numbers={
            "loss": loss,
            "best member": setting.best,
            "residual": away,
            "error": setting.error,
        },
    )
