"""Objectives whose optimum is not one linearised condition: each with a derivation of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sith.theory.claim import Claim
from sith.theory.derivation.collapsed import collapsed_verdict
from sith.theory.derivation.projected import projected_verdict
from sith.theory.derivation.separating import separating_verdict
from sith.theory.objectives import Alignment, ModelLikelihood, Projected, SelfDistillation
from sith.theory.verdict import Verdict

APART: Mapping[type, Callable[[Claim, float], tuple[Verdict, ...]]] = {
    Alignment: collapsed_verdict,
    ModelLikelihood: separating_verdict,
    Projected: projected_verdict,
    SelfDistillation: collapsed_verdict,
}
"""From an objective's class to its derivation, which takes the clock at its start."""


def verdict_apart(claim: Claim, start: float) -> tuple[Verdict, ...]:
    """Return the verdict of an objective with a derivation of its own, () where the condition decides."""
    derivation = APART.get(type(claim.objective))
    return derivation(claim, start) if derivation else ()
