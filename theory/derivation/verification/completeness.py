"""The checker's view of completeness: bounds on the dimension of all smooth fields, recomputed.

It shares no code with `completeness_elimination` and `completeness_prolongation`: coefficients are
derived along ε, fields are put in as truncated Taylor series, and ranks are taken over the
rationals, so that the bound itself is re-checked and not a count modulo a prime.
"""

from __future__ import annotations

from sith.theory.derivation.certificates.completeness import Bound
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.verification.elimination import check_elimination
from sith.theory.derivation.verification.prolongation import check_prolongation
from sith.theory.derivation.verification.slopes import MAX_SYSTEM
from sith.theory.verdict import Membership, Method


def check_bound(condition: Condition, bound: Bound, dimension: int, gauge: int) -> Membership:
    """Say whether a stored bound holds and equals the number of polynomial fields.

    `gauge` is the checker's own count of parameter changes that move no field.
    """
    if bound.unknowns > MAX_SYSTEM:
        return Membership(False, f"a system of {bound.unknowns} unknowns is not re-checked")
    if not bound.points:
        return Membership(False, "the bound has no point")
    if bound.gauge != gauge:
        return Membership(False, f"{gauge} parameter changes move no field, not {bound.gauge}")
    unused = (bound.order, bound.type_order)
    if bound.method is Method.PROLONGATION:
        unused = (bound.anchors, bound.special)
    if any(unused):
        return Membership(False, f"numbers that {bound.method.value} does not use are not 0")
    if bound.method is Method.ELIMINATION:
        answer, unknowns, rank, loose = check_elimination(condition, bound)
    elif bound.method is Method.PROLONGATION:
        answer, unknowns, rank, loose = check_prolongation(condition, bound)
    else:
        return Membership(False, f"'{bound.method.value}' is no method that bounds a dimension")
    if not answer.holds:
        return answer
    for what, found, stored in (
        ("unknowns", unknowns, bound.unknowns),
        ("rank", rank, bound.rank),
        ("loose values", loose, bound.loose),
        ("bound", unknowns - rank - gauge - loose, bound.dimension),
    ):
        if found != stored:
            return Membership(False, f"the system has {what} {found}, not {stored}")
    if bound.dimension != dimension:
        return Membership(
            False,
            f"all fields have at most {bound.dimension} dimensions, and {dimension} are known",
        )
    return Membership(True, f"{dimension} dimensions for all smooth fields, by {bound.words()}")
