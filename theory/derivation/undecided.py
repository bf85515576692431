"""The verdict of a derivation that gave up: never "none", always with the reason."""

from __future__ import annotations

import time

from sith.theory.claim import Claim
from sith.theory.verdict import Agreement, Outcome, Scope, Verdict


def undecided(
    claim: Claim, reason: str, start: float, fields: str = "nothing was computed"
) -> Verdict:
    """Return the verdict that was not reached, and why; `start` is the clock when work began."""
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
        reason=reason,
        seconds=time.perf_counter() - start,
    )
