"""The verdict on losses that constant outputs attain: collapse is an optimum."""

from __future__ import annotations

import random
import time

import sympy as sp

from sith.theory.assumptions import Family, Property, inside, properties
from sith.theory.claim import Claim
from sith.theory.derivation.undecided import undecided
from sith.theory.errors import SithError
from sith.theory.groups import Map
from sith.theory.notation import latents
from sith.theory.objectives import Alignment, SelfDistillation
from sith.theory.verdict import (
    Agreement,
    Extent,
    Kind,
    Lower,
    Outcome,
    Relation,
    Scope,
    Upper,
    Verdict,
)


def collapsed_verdict(claim: Claim, start: float) -> tuple[Verdict, ...]:
    """Return *not identified* with constant maps as optima, which are substituted into the loss.

    Where the encoder is injective, or linear with a loss other than alignment, constants are not
    in its class or were not looked at: *undecided*.
    """
    objective: Alignment | SelfDistillation = claim.objective  # type: ignore[assignment]
    if claim.encoder.invertible:
        reason = "constant outputs are optimal, and no injective encoder has them"
        return (undecided(claim, reason, start),)
    if Property.FULL_SUPPORT not in properties(claim.world):
        reason = "constant outputs are optimal; others may be, as the pairs have no full support"
        return (undecided(claim, reason, start),)
    left = objective.at_constant(sp.symbols(f"c1:{claim.encoder.output.dim + 1}", real=True))
    if any(x != 0 for x in left):
        return (undecided(claim, f"constant outputs leave {left}", start),)
    value, shown = _constant(claim)
    agreement, reason = _compared(claim, value, only=objective.only_constant)
    upper = (
        (Upper("constant maps", Extent.ALL_MAPS, "h(z) = h(z̃) for almost all pairs of points"),)
        if objective.only_constant
        else ()
    )
    return (
        Verdict(
            claim=claim.name,
            outcome=Outcome.NOT_IDENTIFIED,
            agreement=agreement,
            group="constant maps",
            group_latex="",
            stated=str(claim.group),
            relation=claim.relation,
            dimension_by_degree={},
            scope=Scope(
                dimension=claim.dim,
                degrees=(),
                fields="no field computed",
                components="constant maps",
            ),
            lower=(Lower(Kind.MAP, shown, "put into the loss, which is then minimal"),),
            upper=upper,
            missing=() if upper else ("an upper bound: the optimal maps besides constant ones",),
            escape=shown if agreement is Agreement.DISAGREES else "",
            reason=reason,
            condition_latex=rf"h(z)=c\text{{ is optimal for }}{objective.latex}",
            seconds=time.perf_counter() - start,
        ),
    )


def _constant(claim: Claim) -> tuple[tuple[sp.Expr, ...], str]:
    """Return one constant map of the encoder's class, and all of them in words."""
    count, output = claim.encoder.output.dim, claim.encoder.output
    point = (sp.Integer(1), *(sp.Integer(0),) * (count - 1))
    if claim.encoder.family is Family.LINEAR:
        point = (sp.Integer(0),) * count
        if not inside(output, point):
            raise SithError(f"the constant h = 0 is not in the {output}")
        return point, "h = 0"
    if not inside(output, point):
        point = output.rational_point(random.Random(0))
    return point, f"h = ({', '.join(map(str, point))}), a constant"


def _compared(claim: Claim, value: tuple[sp.Expr, ...], *, only: bool) -> tuple[Agreement, str]:
    collapse = "constant outputs are optimal: the loss holds nothing against collapse"
    if claim.relation is Relation.CONTAINS:
        if only:
            # h = z attains the minimum at no pair of points that differ.
            return Agreement.DISAGREES, f"too large a group is stated: {collapse}, and no others"
        return Agreement.UNDECIDED, collapse
    square = len(value) == claim.dim
    try:
        inside = square and claim.group.contains(Map(latents(claim.dim), value)).holds
    except (SithError, sp.PolynomialError, ValueError, NotImplementedError):
        return Agreement.UNDECIDED, collapse
    if not square or inside:
        return Agreement.UNDECIDED, collapse
    return Agreement.DISAGREES, f"too small a group is stated: {collapse}"
