"""The verdict of a derivation that gave up: never "none", always with the reason."""

from __future__ import annotations

import time

from sith.theory.claim import Claim
from sith.theory.errors import SithError
from sith.theory.verdict import Agreement, Outcome, Scope, Verdict

OTHERWISE = "change what the reason names, or state the optimum as equations with StatedOptimum"
"""The next step where an error names none."""


def undecided(
    claim: Claim, reason: str | SithError, start: float, fields: str = "nothing was computed"
) -> Verdict:
    """Return the verdict that was not reached, why, and the next step to take.

    `start` is the clock when work began. The step is the cure of an error, where it names one.
    """
    step = (reason.cure if isinstance(reason, SithError) else "") or OTHERWISE
    return Verdict(
        claim=claim.name,
        outcome=Outcome.UNDECIDED,
        agreement=Agreement.UNDECIDED,
        group="",
        group_latex="",
        stated=str(claim.group),
        relation=claim.relation,
        dimension_by_degree={},
        scope=Scope(
            dimension=claim.dim,
            degrees=(),
            fields=fields,
            components="none",
        ),
        trusted=getattr(claim.objective, "trusted", ()),
        missing=(f"a lower and an upper bound, of which none was computed; next step: {step}",),
        reason=str(reason),
        seconds=time.perf_counter() - start,
    )
