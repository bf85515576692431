"""The tabular optimum: the lowest population loss over maps that are free at every point."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from itertools import permutations

import torch
from torch import Tensor

from sith.numerics.exact.tabular.problem import TabularProblem, tabular_problem
from sith.numerics.exact.tabular.report import TabularReport
from sith.numerics.exact.tabular.search import ROUNDING, Search, base_loss, search
from sith.numerics.exact.tabular.starts import KINDS, first_tables
from sith.numerics.groups import residual
from sith.numerics.training.memory import MemoryShort, out_of_memory
from sith.theory import Agreement, Claim, InputError, Relation
from sith.theory.groups import AbstractGroup, named_groups

OUTSIDE = 0.1
"""A table whose residual is at least this is outside a group, as for trained encoders."""
FLAT = 1e-5
"""A table counts as a minimiser below this gradient norm, over the loss's scale where below 1."""
RESOLVED = 0.02
"""Points picture a world if doubling them moves the bound by at most this share of it."""
SMALL = 0.2
"""An effect counts where its error is at most this share of it."""
EQUAL = 1e-11
"""A table is as good as the base map up to this share of the scale, a share of 3e-6 of the
log-densities: converged tables that are free agree to 1e-14, and one farther off may be nearly free."""
FLATTEST = 1e-4
"""Losses whose rounding is a larger share of their scale than this decide nothing."""
ROUGH = 4.0
"""Above this jump the table is not a continuous map at this resolution."""
MASS = 0.999
"""Residuals are taken on the points that carry this share of the probability."""


def tabular_optimum(
    claim: Claim | TabularProblem,
    *,
    points: int | None = None,
    starts: int = 16,
    seed: int = 0,
    device: str = "cpu",
    iterations: int = 600,
) -> TabularReport:
    """Minimise the exact population loss over free tables, from many starts at once.

    Each start goes by L-BFGS and ends with a few damped Newton steps (`polish_rows`).
    Every quadrature node, or point of a finite world, has a free vector; the quadrature's weights
    make the loss exact on the nodes. A map that is constant on cells around the nodes has nearly
    that loss, and continuous maps come as near as one likes, so a table with a lower loss than the
    base map's shows that the base map is not an optimum among continuous encoders either.

    The verdict: *disagrees* if a start is lower than the base map by clearly more than the
    quadrature error, which is estimated on twice the points a coordinate, or if a start is as good
    as the base map and outside the stated group, on points that picture the pairs; *agrees* if no
    start did either; *undecided* if the finer points do not confirm what was found, if the error is
    no small part of the effect, or if the map outside the group jumps between neighbouring points. *Agrees* is not a proof: a lower minimum may have been missed. A claim that
    the indeterminacy *contains* the stated group allows optima outside it.

    Arguments:
        claim: of InfoNCE on S¹, S², a box or R^d with d ≤ 3 (see `tabular_problem`), or a problem.
        points: nodes a coordinate; a problem has its own.
        starts: at least 1.
        seed: of the starts.
        device: "auto", "cpu", "cuda" or "cuda:N"; float64 everywhere.
        iterations: L-BFGS steps of a start at most.

    Raises:
        InputError: the claim has no tabular problem, a value is out of range, or (`MemoryShort`)
            memory runs out with the starts one at a time.
    """
    try:
        return _optimum(claim, points, starts, seed, device, iterations)
    except (RuntimeError, MemoryError) as error:
        if not out_of_memory(error):
            raise
        raise MemoryShort(
            f"out of memory in a search of {starts} starts",
            cure="take fewer points, fewer starts or a smaller dimension",
        ) from error


def _optimum(
    claim: Claim | TabularProblem,
    points: int | None,
    starts: int,
    seed: int,
    device: str,
    iterations: int,
) -> TabularReport:
    from sith.numerics.training.device import pick_device

    began = time.perf_counter()
    for name, value in (("starts", starts), ("iterations", iterations)):
        if type(value) is not int or value < 1:
            raise InputError(f"{name} = {value!r}", allowed="an integer ≥ 1")
    if isinstance(claim, TabularProblem):
        if points is not None:
            raise InputError(f"points = {points!r}", cure="a problem has its own points")
        problem = claim
    else:
        problem = tabular_problem(claim, points)
    where = pick_device(device)
    problem = problem.to(where)
    tables, kinds = first_tables(problem, starts, seed)
    own_loss, fitted = base_loss(problem)
    near = torch.tensor([kind == KINDS[0] for kind in kinds], device=tables.device)
    found = search(problem, tables, torch.where(near[:, None], fitted, 0.0), own_loss, iterations)
    report = _report(found, kinds, where)
    return replace(_judged(found, report, iterations), seconds=time.perf_counter() - began)


def _report(found: Search, kinds: tuple[str, ...], device: str) -> TabularReport:
    problem, best, agreeing = found.problem, found.best, found.agreeing
    table = found.tables[best]
    bound = problem.loss.lower_bound(problem.world, table.shape[1])
    base_error = bound_error = 0.0
    if problem.finer is not None:
        finer = problem.finer().to(device)
        base_error = abs(base_loss(finer)[0] - found.base_loss)
        again = finer.loss.lower_bound(finer.world, table.shape[1])
        bound_error = abs(again - bound) if math.isfinite(bound) else 0.0
    groups = {str(g): g for g in (*named_groups(problem.group.dim), problem.group)}
    return TabularReport(
        claim=problem.name,
        passed=Agreement.UNDECIDED,
        reason="",
        loss=float(found.losses[best]),
        base_loss=found.base_loss,
        bound=bound,
        finer_gain=found.gain,
        base_error=base_error,
        bound_error=bound_error,
        points=problem.world.nodes.cpu(),
        table=table.cpu(),
        residuals={name: _residual(problem, group, table) for name, group in groups.items()},
        group=str(problem.group),
        residual=max(_stated(problem, found.tables[k]) for k in agreeing),
        jump=_jump(problem, table),
        kinds=kinds,
        losses=tuple(found.losses.tolist()),
        gradient=float(found.gradients[agreeing].max()),
        lbfgs_gradient=float(found.before[agreeing].max()),
        agreeing=len(agreeing),
        iterations=found.iterations,
        device=device,
        seconds=0.0,
    )


def _judged(found: Search, report: TabularReport, iterations: int) -> TabularReport:
    """The verdict; what speaks against the claim is confirmed on finer points first."""
    if not math.isfinite(report.loss):
        return replace(report, reason="no start has a finite loss")
    if found.least > FLATTEST * found.problem.scale:
        reason = f"the loss is flat up to rounding: its scale is {found.problem.scale:.1g}"
        return replace(report, reason=reason)
    if found.gain > found.least:
        again = _carried(found, found.tables[found.best], iterations)
        gain = found.base_loss - float(found.losses[found.best]) if again is None else again.gain
        report = replace(report, finer_gain=gain)
        clear = report.error <= SMALL * min(report.gain, gain)
        if clear and min(report.gain, gain) > found.least:
            reason = f"a start is lower than the base map by {report.gain:.3g} ± {report.error:.1g}"
            return replace(report, passed=Agreement.DISAGREES, reason=reason)
        reason = (
            f"a start is lower than the base map by {report.gain:.2g}, and the quadrature error "
            f"{report.error:.2g} is not a small part of it: more points are needed"
        )
        return replace(report, reason=reason)
    equal = f"{report.agreeing} of {len(report.losses)} starts reach its loss"
    if found.gain < -found.least:
        reason = "no start did better than the base map, and none reached its loss"
        return replace(report, passed=Agreement.AGREES, reason=reason)
    contains = found.problem.relation is Relation.CONTAINS
    if contains or report.residual < _outside_from(found.problem):
        where = "" if contains else f", all within {report.group}"
        reason = f"no start did better than the base map; {equal}{where}"
        return replace(report, passed=Agreement.AGREES, reason=reason)
    return _outside(found, report, iterations)


def _outside(found: Search, report: TabularReport, iterations: int) -> TabularReport:
    """A table as good as the base map and outside the group: is it flat, continuous, confirmed?

    Of several such tables the one with the smallest jump is looked at.
    """
    problem, least = found.problem, _outside_from(found.problem)
    distances = {k: _stated(problem, found.tables[k]) for k in found.agreeing}
    outside = {k: _jump(problem, found.tables[k]) for k in distances if distances[k] >= least}
    far = min(outside, key=lambda k: outside[k])
    what = f"a start as good as the base map has residual {distances[far]:.2g} to {report.group}"
    if report.bound_error > RESOLVED * problem.scale:
        reason = (
            f"{what}, but twice the points move the bound {report.bound:.4g} by "
            f"{report.bound_error:.2g}: the pairs are too peaked for these points"
        )
        return replace(report, reason=reason)
    if float(found.gradients[far]) > FLAT * min(1.0, problem.scale):
        return replace(report, reason=f"{what}, but has not converged")
    if outside[far] > ROUGH:
        return replace(report, reason=f"{what}, but jumps between neighbouring points")
    zero = max(EQUAL * problem.scale, ROUNDING)
    apart = abs(found.base_loss - float(found.losses[far]))
    if apart > zero:
        reason = f"{what}, but is {apart:.1g} away from its loss: nearly free, or not converged"
        return replace(report, reason=reason)
    again = _carried(found, found.tables[far], iterations)
    if again is not None:
        moved = _stated(again.problem, again.tables[0])
        equal = abs(again.gain) <= max(EQUAL * again.problem.scale, ROUNDING)
        if not equal or moved < _outside_from(again.problem):
            return replace(report, reason=f"{what}, which finer points do not confirm")
    return replace(report, passed=Agreement.DISAGREES, reason=what)


def _carried(found: Search, table: Tensor, iterations: int) -> Search | None:
    """The table on twice the points, each at its nearest point's vector, minimised again."""
    problem = found.problem
    if problem.finer is None:
        return None
    finer = problem.finer().to(str(table.device))
    nearest = torch.cdist(finer.world.nodes, problem.world.nodes).argmin(1)
    own_loss, fitted = base_loss(finer)
    return search(finer, table[nearest][None], fitted[None], own_loss, iterations)


def _stated(problem: TabularProblem, table: Tensor) -> float:
    """Distance to the stated group; learned parameters of the critic leave the order open."""
    dim = table.shape[1]
    orders = permutations(range(dim)) if problem.loss.learned(dim) else [tuple(range(dim))]
    return min(_residual(problem, problem.group, table[:, list(order)]) for order in orders)


def _outside_from(problem: TabularProblem) -> float:
    """The residual from which a table is outside: `OUTSIDE` above what the fit leaves of a member.

    Groups of diffeomorphisms are fitted by smoothing, which on few points leaves a part even of
    the base map.
    """
    return OUTSIDE + _residual(problem, problem.group, problem.base)


def _residual(problem: TabularProblem, group: AbstractGroup, table: Tensor) -> float:
    """Distance of the map base(z) → h(z) to a group, on the points with most of the mass.

    1 where a group has more parameters than those points can fit.
    """
    rows = _bulk(problem.world.weights)
    try:
        return float(residual(group, problem.base[rows], table[rows]).value)
    except InputError:
        return 1.0


def _jump(problem: TabularProblem, table: Tensor) -> float:
    """The largest step to the nearest point, over the base map's largest."""
    rows = _bulk(problem.world.weights)
    nodes, values, base = problem.world.nodes[rows], table[rows], problem.base[rows]
    distances = torch.cdist(nodes, nodes).fill_diagonal_(math.inf)
    nearest = distances.argmin(1)
    step = torch.linalg.vector_norm(values - values[nearest], dim=1).max()
    own = torch.linalg.vector_norm(base - base[nearest], dim=1).max()
    return float(step / own.clamp_min(1e-12))


def _bulk(weights: Tensor) -> Tensor:
    order = weights.argsort(descending=True)
    heavy = weights[order].cumsum(0) < MASS * weights.sum()
    return order[: int(heavy.sum()) + 1].sort().values
