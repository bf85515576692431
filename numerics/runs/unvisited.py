"""Components of the group that no seed landed in, and the exact maps that show them to be optimal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sith.numerics.groups import Answer, Components, Finding, Side, proper_subgroups
from sith.numerics.groups.fitted import Fitted
from sith.numerics.measure.samples import Array
from sith.numerics.runs.report import TrainedReport
from sith.numerics.runs.trained_verdict import told_verdict
from sith.theory import Agreement, Claim, Relation, Verdict
from sith.theory.verdict import Lower


def unvisited(claim: Claim, derived: Verdict, report: TrainedReport) -> tuple[str, ...]:
    """Say, for each component that no seed landed in, which exact map shows it to be optimal.

    Gradient descent picks the component by chance, so seeds that miss one do not speak against the
    claim, and what they leave open is settled where the derivation is positive and its lower bound
    holds an optimal map outside the smaller group. () where the trained report is not undecided for
    this reason alone, or where for some smaller group no such map is known.
    """
    answer = told_verdict(claim, report.findings)
    alone = (report.outcome, report.reason) == answer and answer[0] is Agreement.UNDECIDED
    if not alone or not derived.agreement.positive or derived.base != "z":
        return ()
    known = {s.name: s for s in proper_subgroups(claim.group) if isinstance(s, Components)}
    said = []
    for finding in _open(claim, report.findings):
        if not finding.unvisited or finding.name not in known:
            return ()
        maps = _outside(known[finding.name], derived.lower, claim.dim)
        if not maps:
            return ()
        said.append(
            f"no seed lies outside {finding.name} (chance {finding.chance:.2g} under "
            f"{claim.group}); that maps outside it are optimal is shown exactly: {maps[0]}"
        )
    return tuple(said)


def _open(claim: Claim, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings that leave a claim open; forms alone matter where it is an upper bound."""
    asked = findings if claim.relation is not Relation.CONTAINED else ()
    return tuple(f for f in asked if f.answer is Answer.NOT_TOLD_APART)


def _outside(subgroup: Components, lower: Sequence[Lower], dim: int) -> tuple[str, ...]:
    """The linear maps of a lower bound that lie outside a subgroup."""
    return tuple(
        element.element
        for element in lower
        for matrix in _matrix(element, dim)
        if subgroup.side(Fitted(matrix, matrix, matrix)) is Side.OUTSIDE
    )


def _matrix(element: Lower, dim: int) -> Iterator[Array]:
    """The matrix of an element that is a linear map of the latents, up to a shift."""
    rows = element.data.get("map")
    if not isinstance(rows, list) or len(rows) != dim:
        return
    matrix = np.zeros((dim, dim))
    for i, terms in enumerate(rows):
        for term in terms:
            powers, degree = list(term["powers"]), sum(term["powers"])
            if degree > 1 or len(powers) != dim:
                return
            if degree == 1:
                matrix[i, powers.index(1)] = _number(term["coefficient"])
    yield matrix


def _number(text: str) -> float:
    over, _, under = text.partition("/")
    return float(over) / float(under or "1")
