"""The exact check of spectral objectives: explicit maps on Gauss nodes, against the eigenproblem."""

from __future__ import annotations

import random

from sith.numerics.exact.candidates import Candidate, candidates
from sith.numerics.exact.decide import decide
from sith.numerics.exact.problem import LatentMap
from sith.numerics.exact.report import TOLERANCE, ExactReport, Tried
from sith.numerics.exact.spectra import TopModes
from sith.numerics.exact.spectral_problem import SpectralProblem, spectral_problem
from sith.numerics.exact.trials import SAME, Setting, try_maps
from sith.numerics.lowering.lower import lower_map
from sith.theory import (
    Agreement,
    Claim,
    Orthogonal,
    contained,
    latents,
)


def stated_map(claim: Claim, modes: TopModes) -> LatentMap:
    """Return the functions that the stated group acts on: stated, the latents, or the top modes.

    Without stated functions they are the latents with mean 0 and variance 1 where these are as many
    as the outputs, and the top modes otherwise.
    """
    standardised = getattr(claim.world.pairs, "standardised", None)
    stated = claim.base
    if not stated and standardised is not None and claim.encoder.output.dim == claim.dim:
        stated = tuple(standardised(latents(claim.dim)))
    return lower_map(stated, latents(claim.dim)) if stated else modes.optimum


def check_spectral(claim: Claim, rng: random.Random) -> ExactReport:
    """Try members of the stated group after the stated functions, and maps outside it.

    Among the maps outside is the one that trades its last mode for the first that is not kept. Where
    a mode is dropped the features do not span R^k, and maps outside O(k) that agree with a rotation
    on them are left out if the group holds O(k).
    """
    problem = spectral_problem(claim)
    modes = problem.modes
    base = stated_map(claim, modes)
    details = {
        "nodes": len(problem.nodes),
        "eigenvalues kept": ", ".join(f"{v:.4g}" for v in modes.values),
        "next": modes.following,
    }
    base_gap = problem.gap(base)
    if base_gap > TOLERANCE:
        reason = f"the stated functions are no optimum: gap {base_gap:.3g}"
        tried = (Tried("stated functions", base_gap, optimal=False),)
        return ExactReport(claim.name, Agreement.DISAGREES, tried, (), TOLERANCE, reason, details)
    setting = Setting(problem, base, lambda values: values)
    drawn = candidates(claim.encoder.output, rng)
    if min(modes.scales) == 0 and contained(Orthogonal(claim.group.dim), claim.group).holds:
        drawn = tuple(c for c in drawn if not _rotates(c, base, problem))
    inside, outside, left_out = try_maps(claim, setting, drawn, rng)
    details["left out"] = f"{left_out} maps"
    if modes.scales[-1] > 0:
        traded = problem.gap(modes.traded)
        outside += (Tried("the next mode for the last", traded, traded <= TOLERANCE),)
    passed, reason = decide(claim, inside, outside, None)
    return ExactReport(claim.name, passed, inside, outside, TOLERANCE, reason, details)


def _rotates(candidate: Candidate, base: LatentMap, problem: SpectralProblem) -> bool:
    """Whether a map agrees with a rotation on the features of all nodes: equal inner products."""
    before = base(problem.nodes)
    after = lower_map(candidate.map.expressions, candidate.map.symbols)(before)
    if problem.objective.shifts:
        before, after = (v - problem.weights @ v for v in (before, after))
    return float((before @ before.T - after @ after.T).abs().max()) < SAME
