"""Claims whose lower bound the identity does not reach: mis-specified models."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from typing import Any

import torch

from sith.numerics.exact.candidates import candidates
from sith.numerics.exact.monomials import monomial_fields
from sith.numerics.exact.problem import LatentMap
from sith.numerics.exact.report import SMALL, ExactReport, Tried
from sith.numerics.exact.trials import Setting, try_maps
from sith.theory import Agreement, Claim

SLOPE = 1e-6
"""A directional derivative of the loss above this share of its scale is not zero, if its error, from
half the step, is at most `SMALL` of it."""
STEP = 1e-4
EFFECT = "effect"
"""The detail that says how large what speaks against the claim is."""


def check_unattained(
    claim: Claim, setting: Setting, gap: float, details: Mapping[str, Any], rng: random.Random
) -> ExactReport:
    """Look for a map outside the group that beats the identity, else for a slope at the identity.

    Either shows that the identity, a member of every group, is not optimal. Without them the
    check is undecided: the identity may still be the optimum of the mis-specified loss.
    """
    output = claim.encoder.output
    _, outside, _ = try_maps(claim, setting, candidates(output, rng), rng)
    first = torch.zeros(output.dim, dtype=torch.float64)
    first[0] = 1
    constant = setting.problem.gap(lambda z: first.expand(*z.shape[:-1], -1))
    outside = (*outside, Tried("constant map", constant, constant <= setting.tolerance))
    best = min(outside, key=lambda t: t.gap)
    fault = f"the identity does not reach the lower bound (gap {gap:.3g})"
    found = dict(details)
    if best.gap < gap - setting.tolerance:
        passed = Agreement.DISAGREES
        found[EFFECT] = gap - best.gap
        reason = f"{fault}, and {best.name} is better (gap {best.gap:.3g})"
    else:
        fields = monomial_fields(claim.group.dim, 1)
        slope, error = max(_slope(setting, f) for f in fields)
        found["largest slope"], found["error of slope"] = slope, error
        scale = constant if math.isfinite(constant) else 1.0
        if slope > SLOPE * scale and error <= SMALL * slope:
            passed = Agreement.DISAGREES
            reason = f"{fault}, and is not a stationary point of the loss"
        else:
            passed = Agreement.UNDECIDED
            reason = f"{fault}, and no better map was found: the model is mis-specified"
    return ExactReport(claim.name, passed, (), outside, setting.tolerance, reason, found)


def _slope(setting: Setting, field: LatentMap) -> tuple[float, float]:
    """The size of the loss's derivative along a field at the identity, and its error."""

    def difference(step: float) -> float:
        ahead = setting.gap(lambda h: h + step * field(h))
        behind = setting.gap(lambda h: h - step * field(h))
        return (ahead - behind) / (2 * step)

    half, whole = difference(STEP / 2), difference(STEP)
    return abs(half), abs(half - whole)
