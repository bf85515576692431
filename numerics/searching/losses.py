"""The stages that compare population losses: families of maps, and free tables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from itertools import islice
from typing import Any

import torch
from scipy.optimize import minimize_scalar
from torch import Tensor

from sith.numerics.exact.tabular import tabular_optimum
from sith.numerics.searching.families import families, family_named
from sith.numerics.searching.family import Family
from sith.numerics.searching.judging import (
    KINDS,
    family_by_sampling,
    family_on_more_nodes,
    judged,
    kinds_against,
    refutes,
    table_on_more_nodes,
)
from sith.numerics.searching.points import Point
from sith.numerics.searching.report import CandidateOnly
from sith.numerics.searching.setting import (
    Setting,
    distance,
    loss_of,
    require_resolved,
    setting_of,
)
from sith.numerics.searching.witness import Counterexample, Kind
from sith.theory import Agreement, Claim, Membership, Relation

GRID = 17
APART = 5
"""Of the grid's points that are as good as the best one every fifth is tried, the second the first."""
REFINED = 40
"""So many evaluations at most refine the best parameter of the grid, to half the digits of a loss."""
DENOMINATORS = (1, 2, 3, 4, 5, 8, 10, 20, 100)
"""The parameter of a found map is rounded to the first of these that leaves it a witness."""
STARTS, STEPS = 10, 300
"""Of free tables."""


def refute_by_families(claim: Claim, point: Point) -> tuple[Counterexample, ...]:
    """Return a map of a family that is better than every member of the group, or as good as any.

    A map outside the group that attains the lower bound of all losses is a minimiser; one with a
    lower loss than the best member shows that no member is. Raises `UnsupportedCondition` where
    the claim has no population loss on nodes, and `CandidateOnly` where more nodes do not confirm
    what was found.
    """
    setting = setting_of(claim)
    kinds = kinds_against(claim)
    found = []
    for member in families(setting.problem.output):
        tried = ((t, loss) for t, loss in _lowest(setting, member) if loss is not math.inf)
        against = ((t, loss) for t, loss in tried if _refutes(setting, member, t, kinds))
        found += [(loss, member, t) for t, loss in islice(against, 1)]
    if not found:
        if Kind.EQUAL_LOSS in kinds:
            require_resolved(setting)
        return ()
    _, member, t = min(found, key=lambda item: item[0])
    near = _rounded(setting, member, t, kinds)
    table = member.change(setting.problem.base, float(near))
    shown = f"{member.name}: {member.text}, t = {near}"
    data = {"family": member.name, "t": str(near)}
    witness = _witness(claim, point, setting, table, shown, data)
    answer = family_on_more_nodes(witness.kind, claim, setting, member, float(near))
    if not answer.holds:
        raise CandidateOnly(f"{shown}: {answer.reason}")
    return (witness,)


def refute_by_table(claim: Claim, point: Point) -> tuple[Counterexample, ...]:
    """Return a free table with a lower loss than the group's members, confirmed on finer nodes."""
    if claim.relation is Relation.CONTAINS:
        return ()
    setting = setting_of(claim)
    if setting.best - setting.bound <= setting.margin:
        # No loss is lower than a member's by the margin: only an equal one could be a witness.
        require_resolved(setting)
    report = tabular_optimum(claim, starts=STARTS, iterations=STEPS)
    if report.passed is not Agreement.DISAGREES or not refutes(setting, report.table):
        return ()
    witness = table_witness(claim, point, setting, report.table)
    answer = table_on_more_nodes(witness.kind, claim, setting, report.table)
    if not answer.holds:
        raise CandidateOnly(f"{witness.shown}: {answer.reason}")
    return (witness,)


def table_witness(claim: Claim, point: Point, setting: Setting, table: Tensor) -> Counterexample:
    """Return a table of representations as a witness; `check_loss` re-checks it."""
    shown = f"a free map, tabulated at {len(table)} points"
    data = {"table": [[float(x) for x in row] for row in table]}
    return _witness(claim, point, setting, table, shown, data)


def check_loss(witness: Counterexample, claim: Claim) -> Membership:
    """Re-check a map or table with a lower or an equal loss, on other nodes and by another method.

    A family's map is evaluated on about 1.5 times the nodes a coordinate and by Monte Carlo with
    the world's exact sampler; a table on its own nodes and, carried over and minimised again, on
    twice as many. An error that is not small beside the effect decides nothing.
    """
    if witness.kind not in kinds_against(claim):
        return Membership(False, "another minimiser does not contradict that members are optimal")
    setting = setting_of(claim)
    if "table" in witness.data:
        return _check_table(witness, claim, setting)
    known = family_named(setting.problem.output, str(witness.data.get("family")))
    if not known:
        return Membership(False, f"no family '{witness.data.get('family')}'")
    t = float(Fraction(str(witness.data.get("t"))))
    answer = family_on_more_nodes(witness.kind, claim, setting, known[0], t)
    if not answer.holds:
        return answer
    sampled = family_by_sampling(witness.kind, claim, known[0], t)
    return Membership(sampled.holds, f"{answer.reason}; {sampled.reason}")


def _check_table(witness: Counterexample, claim: Claim, setting: Setting) -> Membership:
    problem = setting.problem
    table = torch.tensor(witness.data["table"], dtype=torch.float64)
    if tuple(table.shape) != tuple(problem.base.shape):
        return Membership(False, f"a table of shape {tuple(table.shape)}")
    answer = judged(witness.kind, setting, table)
    if not answer.holds:
        return answer
    return table_on_more_nodes(witness.kind, claim, setting, table)


def _lowest(setting: Setting, member: Family) -> list[tuple[float, float]]:
    """Return the parameter of the lowest loss and further ones to try, each with its loss.

    The best one may be a member of the group, or too near it to be told apart: rounding chooses it
    where the whole family is free. So those of the grid that are below the best member of the group
    follow, and a few that are as good.
    """

    def loss(t: float) -> float:
        value = loss_of(setting.problem, member.change(setting.problem.base, t))
        return value if math.isfinite(value) else math.inf

    step = (member.high - member.low) / (GRID - 1)
    grid = {t: loss(t) for t in (member.low + k * step for k in range(GRID))}
    start = min(grid, key=grid.__getitem__)
    bounds = (max(member.low, start - step), min(member.high, start + step))
    options = {"xatol": 1e-9, "maxiter": REFINED}
    refined = minimize_scalar(loss, bounds=bounds, method="bounded", options=options)
    best = min((float(refined.x), start), key=loss)
    least = loss(best)
    below = [t for t in grid if grid[t] < setting.best - setting.margin]
    tied = [t for t, value in grid.items() if value - least <= setting.attained]
    further = (*sorted(below, key=grid.__getitem__), *tied[1::APART])
    return [(best, least), *((t, grid[t]) for t in further)]


def _refutes(setting: Setting, member: Family, t: float, kinds: tuple[Kind, ...]) -> bool:
    return refutes(setting, member.change(setting.problem.base, t), kinds)


def _rounded(setting: Setting, member: Family, t: float, kinds: tuple[Kind, ...]) -> Fraction:
    """Return the simplest fraction near t that is still a witness, with most of its effect."""
    gain = setting.best - loss_of(setting.problem, member.change(setting.problem.base, t))
    least = 0.75 * gain if gain > setting.margin else -math.inf
    for denominator in DENOMINATORS:
        near = Fraction(round(t * denominator), denominator)
        inside = member.low <= near <= member.high
        if not inside or not _refutes(setting, member, float(near), kinds):
            continue
        kept = setting.best - loss_of(
            setting.problem, member.change(setting.problem.base, float(near))
        )
        if kept >= least:
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
    kind = KINDS[0] if lower > setting.margin else KINDS[1]
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
