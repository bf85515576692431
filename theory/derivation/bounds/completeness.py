"""Are the polynomial fields all smooth fields? Two exact ways to bound the dimension of them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from sith.theory.derivation.bounds.check import check_field
from sith.theory.derivation.bounds.elimination import eliminate
from sith.theory.derivation.bounds.learned import undetermined
from sith.theory.derivation.bounds.prolongation import prolong
from sith.theory.derivation.certificates.completeness import Bound, NotShown
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.infinitesimal import solve
from sith.theory.derivation.fields.linearise import LinearEquation, linearise
from sith.theory.derivation.lemmas.difference_kernel import KERNEL_OF_DIFFERENCES, difference_kernel
from sith.theory.errors import BudgetExceeded, UnsupportedCondition
from sith.theory.verdict import Completeness, Method

WAYS: tuple[Callable[[Condition, tuple[LinearEquation, ...], int, int], Bound], ...] = (
    eliminate,
    prolong,
)
"""Tried in this order; the first that reaches the dimension of the polynomial fields is kept."""


PART_DEGREES = (1, 2)
"""Degrees at which the solutions of a part of the equations are sought."""


def completeness(
    condition: Condition, dimension: int, gauge: int
) -> tuple[Completeness, tuple[Bound, ...]]:
    """Say whether `dimension` polynomial fields are all free fields, with the bound that shows it.

    `dimension` counts independent polynomial fields that are free, `gauge` the changes of learned
    parameters that move no field. Polynomial fields are free fields, so their number is a lower
    bound; where an upper bound on the dimension of all continuous (or smooth) free fields equals
    it, there is no other field. The second part is empty where nothing was shown.
    """
    other = undetermined(condition)
    if other:
        return Completeness(False, Method.NONE, dimension, other), ()
    if condition.linear_only:
        reason = "the linear class of mixing and encoder"
        return Completeness(True, Method.LINEAR, dimension, reason), ()
    reasons = []
    for found in _bounds(condition, dimension, gauge):
        if isinstance(found, NotShown):
            reasons.append(str(found))
        elif found.dimension == dimension:
            return Completeness(True, found.method, dimension, found.words()), (found,)
        else:
            reasons.append(
                f"{found.words()} leaves room for {found.dimension} dimensions, "
                f"and {dimension} are known"
            )
    try:
        difference_kernel(condition)
    except NotShown as error:
        reasons.append(str(error))
    else:
        reason = (
            f"{KERNEL_OF_DIFFERENCES.name}: at coinciding points the kernel is a metric, of which free "
            "fields are Killing fields, which are affine"
        )
        return Completeness(True, Method.METRIC, dimension, reason), ()
    part = _by_part(condition)
    if part:
        return Completeness(True, Method.PART, dimension, part), ()
    return Completeness(False, Method.NONE, dimension, "; ".join(reasons)), ()


def _by_part(condition: Condition) -> str:
    """Say how the equations without derivatives alone leave only polynomial fields; "" if not shown.

    If all continuous fields that solve a part of the equations are polynomial of degree ≤ k, so are
    those that solve all of them, and the linear system of degree k counts them.
    """
    plain = tuple(e for e in condition.equations if not (e.volume or e.gram or e.decoder))
    if not plain or len(plain) == len(condition.equations):
        return ""
    part = replace(condition, equations=plain)
    try:
        equations = linearise(part)
        for degree in PART_DEGREES:
            solution = solve(part, degree, accept=lambda f, c: check_field(part, f, c).holds)
            bound = eliminate(part, equations, solution.dimension, solution.gauge)
            if bound.dimension == solution.dimension:
                return (
                    f"{bound.words()} of the equations without derivatives, whose solutions are "
                    f"{solution.dimension} polynomial fields of degree ≤ {degree}"
                )
    except (NotShown, UnsupportedCondition, BudgetExceeded):
        return ""
    return ""


def _bounds(condition: Condition, dimension: int, gauge: int) -> Iterator[Bound | NotShown]:
    equations = linearise(condition)
    for way in WAYS:
        try:
            yield way(condition, equations, dimension, gauge)
        except NotShown as reason:
            yield reason
        except UnsupportedCondition as error:
            yield NotShown(str(error))
