"""The exact check of spectral objectives: explicit maps on Gauss nodes, against the eigenproblem."""

from __future__ import annotations

import random
from dataclasses import replace

from sith.numerics.exact.candidates import Candidate, candidates
from sith.numerics.exact.decide import decide
from sith.numerics.exact.equality import CLEAR, SAME, relative_defect
from sith.numerics.exact.problem import LatentMap
from sith.numerics.exact.report import SMALL, TOLERANCE, ExactReport
from sith.numerics.exact.spectra import TopModes
from sith.numerics.exact.spectral_problem import SpectralProblem, spectral_problem
from sith.numerics.exact.trials import EQUAL, Setting, try_maps
from sith.numerics.lowering.lower import lower_map
from sith.theory import (
    Agreement,
    Claim,
    Orthogonal,
    UnsupportedCondition,
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
    outputs = claim.encoder.output.dim
    tolerance, zero = TOLERANCE * problem.size, _zero(problem)
    details["least relative difference seen"] = CLEAR * zero
    if CLEAR * zero > SMALL:
        raise UnsupportedCondition(
            f"the eigenvalues {modes.values[-1]:.10g} and {modes.below:.10g} are too near to tell "
            "their eigenfunctions apart in floating point"
        )
    setting = Setting(problem, base, lambda values: values, tolerance, zero, CLEAR * zero)
    own = setting.tried("stated functions", lambda values: values, outputs)
    if not own.optimal:
        unclear = f"a share of {relative_defect(problem, outputs, base):.1g} of it"
        reason = f"the stated functions are no optimum: gap {own.gap:.3g}"
        passed = Agreement.DISAGREES if own.clear else Agreement.UNDECIDED
        reason = reason if own.clear else f"the stated functions are off the optimum by {unclear}"
        return ExactReport(claim.name, passed, (own,), (), tolerance, reason, details)
    drawn = candidates(claim.encoder.output, rng)
    if min(modes.scales) == 0 and contained(Orthogonal(claim.group.dim), claim.group).holds:
        drawn = tuple(c for c in drawn if not _rotates(c, base, problem))
    inside, outside, left_out = try_maps(claim, setting, drawn, rng)
    details["left out"] = f"{left_out} maps"
    if modes.scales[-1] > 0:
        trade = replace(setting, base=modes.traded)
        outside += (trade.tried("the next mode for the last", lambda values: values, outputs),)
    passed, reason = decide(claim, inside, outside, None)
    return ExactReport(claim.name, passed, inside, outside, tolerance, reason, details)


def _zero(problem: SpectralProblem) -> float:
    """The share of the optimum's kernel that counts as none: rounding turns eigenvectors by its share
    of the distance to the next eigenvalue."""
    modes = problem.modes
    kept = [v for v, mu in zip(modes.values, modes.scales, strict=True) if mu > 0]
    turned = modes.rounding / (kept[-1] - modes.below) if kept and modes.rounding else 0.0
    return max(SAME, turned)


def _rotates(candidate: Candidate, base: LatentMap, problem: SpectralProblem) -> bool:
    """Whether a map agrees with a rotation on the features of all nodes: equal inner products."""
    before = base(problem.nodes)
    after = lower_map(candidate.map.expressions, candidate.map.symbols)(before)
    if problem.objective.shifts:
        before, after = (v - problem.weights @ v for v in (before, after))
    products = before @ before.T
    away = float((products - after @ after.T).abs().max())
    return away < EQUAL * float(products.abs().max())
