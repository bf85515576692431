"""Whether a map's loss speaks against a claim: at two resolutions, the error a share of the effect."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from sith.numerics.exact.tabular import default_points, polish_table
from sith.numerics.searching.family import Family
from sith.numerics.searching.second import monte_carlo_difference
from sith.numerics.searching.setting import (
    OUTSIDE,
    SMALL,
    Setting,
    distance,
    in_output,
    loss_of,
    more_points,
    setting_of,
)
from sith.numerics.searching.witness import Kind
from sith.theory import Claim, Membership, Relation

KINDS = (Kind.LOWER_LOSS, Kind.EQUAL_LOSS)
BAR = 3
"""Standard errors of an error bar: a Monte Carlo loss is farther from the true one once in 370 draws."""


def kinds_against(claim: Claim) -> tuple[Kind, ...]:
    """Against "every member is optimal" only a loss below those of all members speaks."""
    return KINDS[:1] if claim.relation is Relation.CONTAINS else KINDS


def judged(kind: Kind, setting: Setting, table: Tensor) -> Membership:
    """Say whether a table is outside the group and better than its members, or at the bound."""
    if not in_output(setting.problem, table):
        return Membership(False, f"a value is not in the output space {setting.problem.output}")
    away = distance(setting.problem, table)
    if away < OUTSIDE:
        return Membership(False, f"residual {away:.2g} to {setting.problem.group}: a member")
    loss = loss_of(setting.problem, table)
    if kind is Kind.EQUAL_LOSS:
        if not setting.resolved:
            return Membership(False, f"undecided: the bound has the error {setting.error:.2g}")
        equal = abs(loss - setting.bound) <= setting.attained
        return Membership(equal, f"loss {loss:.6g}, lower bound {setting.bound:.6g}")
    lower = setting.best - loss
    return Membership(
        lower > setting.margin,
        f"lower than every member by {lower:.4g}, margin {setting.margin:.1g}",
    )


def refutes(setting: Setting, table: Tensor, kinds: tuple[Kind, ...] = KINDS) -> bool:
    """Whether a table speaks against the claim on these nodes."""
    return any(judged(kind, setting, table).holds for kind in kinds)


def judged_twice(
    kind: Kind, first: Setting, table: Tensor, second: Setting, again: Tensor
) -> Membership:
    """Say whether two resolutions agree: both speak against the claim, and the effect is clear."""
    for setting, values in ((first, table), (second, again)):
        answer = judged(kind, setting, values)
        if not answer.holds:
            return answer
    if kind is Kind.EQUAL_LOSS:
        return answer
    effect, other = (s.best - loss_of(s.problem, v) for s, v in ((first, table), (second, again)))
    error = abs(effect - other)
    if error > SMALL * other:
        return Membership(
            False, f"undecided: lower than every member by {other:.3g} with the error {error:.2g}"
        )
    return Membership(True, f"lower than every member by {other:.4g} ± {error:.1g}")


def family_on_more_nodes(
    kind: Kind, claim: Claim, first: Setting, member: Family, t: float
) -> Membership:
    """Judge a family's map on the first nodes and on half as many again a coordinate.

    A lower loss whose error is too large a share of it is judged once more, on the second nodes and
    on twice the first: the error is of the coarser of two resolutions, and the same share decides.
    """
    second = setting_of(claim, more_points(claim))
    one, two = (member.change(s.problem.base, t) for s in (first, second))
    answer = judged_twice(kind, first, one, second, two)
    coarse = kind is Kind.LOWER_LOSS and judged(kind, second, two).holds
    if answer.holds or not coarse or not judged(kind, first, one).holds:
        return answer
    third = setting_of(claim, 2 * default_points(claim))
    return judged_twice(kind, second, two, third, member.change(third.problem.base, t))


def family_by_sampling(kind: Kind, claim: Claim, member: Family, t: float) -> Membership:
    """Compare the map's loss, less the base map's, by quadrature and by Monte Carlo.

    The effect is what the witness claims: how much lower than the best member's the loss is, or for
    an equal loss the scale, which a map that is not free may cost. The error bar, `BAR` standard
    errors, may be at most `SMALL` of the effect, as the nodes' own error may be, and the two methods
    may differ by both together. So a map with no effect at all passes only where the sampled loss is
    wrong by 1 − 2·`SMALL` of the effect, nine standard errors.
    """
    setting = setting_of(claim, more_points(claim))
    problem = setting.problem
    base = loss_of(problem, problem.base)
    change = loss_of(problem, member.change(problem.base, t)) - base
    equal = kind is Kind.EQUAL_LOSS
    effect = setting.scale if equal else setting.best - base - change
    sampled, spread = monte_carlo_difference(claim, member, t, SMALL * effect)
    figures = f"Monte Carlo {sampled:.4g} ± {spread:.2g}"
    if not BAR * spread <= SMALL * effect:
        return Membership(False, f"undecided: {figures}, effect {effect:.2g}")
    slack = setting.attained if equal else SMALL * effect
    if abs(sampled - change) > BAR * spread + slack:
        return Membership(False, f"quadrature gives {change:.4g}, {figures}")
    return Membership(True, figures)


def table_on_more_nodes(kind: Kind, claim: Claim, first: Setting, table: Tensor) -> Membership:
    """Carry a table to twice the nodes a coordinate, minimise from there, and judge it again."""
    if first.problem.finer is None:
        return judged(kind, first, table)
    second = setting_of(claim, 2 * default_points(claim))
    problem = second.problem
    nearest = torch.cdist(problem.world.nodes, first.problem.world.nodes).argmin(1)
    again = polish_table(problem, table[nearest])
    answer = judged_twice(kind, first, table, second, again)
    return replace(answer, reason=f"{answer.reason}; carried to twice the nodes and minimised")
