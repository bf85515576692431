"""Alignment with exactly Gaussian outputs, where the whitened optimum is Gaussian already."""

from __future__ import annotations

import time
from dataclasses import replace

import sympy as sp

from sith.theory.assumptions import Gaussian
from sith.theory.claim import Claim
from sith.theory.derivation.conditions import optimum_condition
from sith.theory.derivation.lemmas.record import Problem, Subset
from sith.theory.derivation.lemmas.spectral import SUBSET
from sith.theory.derivation.spectral.operator import spectrum
from sith.theory.derivation.spectral.solve import derive_spectral
from sith.theory.derivation.undecided import undecided
from sith.theory.errors import BudgetExceeded, UnsupportedCondition
from sith.theory.notation import latents
from sith.theory.objectives import AlignmentWhitening
from sith.theory.verdict import Membership, Outcome, Verdict


def derive_gaussian(claim: Claim) -> Verdict:
    """Derive the optima among maps of the law N(0, I).

    Such maps are whitened. Where every whitened optimum is linear in standard Gaussian latents, all
    of them have the law N(0, I), and they are the optima of the smaller set. Elsewhere *undecided*.
    """
    start = time.perf_counter()
    whitened = claim.replace(objective=AlignmentWhitening())
    try:
        if isinstance(claim.world.prior, Gaussian):
            problem = Problem(claim.world, claim.objective, claim.encoder)
            smaller = SUBSET.cited(Subset(problem, _linear(whitened)))
            verdict = derive_spectral(whitened)
            if smaller and verdict.outcome is Outcome.IDENTIFIED:
                return replace(verdict, trusted=(*verdict.trusted, *smaller), certificate={})
        optimum_condition(claim.world, claim.objective, claim.encoder)
    except (UnsupportedCondition, BudgetExceeded) as error:
        return undecided(claim, error, start)
    return undecided(claim, "the whitened optimum is not Gaussian", start)


def _linear(claim: Claim) -> Membership:
    """Say whether the whitened optimum is unique and holds linear functions of the latents only."""
    top = spectrum(claim)
    z = latents(claim.dim)
    modes = [mode.function for level in top.kept for mode in level.modes]
    linear = all(sp.Poly(f, *z).is_linear and f.free_symbols for f in modes)
    if not top.unique:
        return Membership(False, "the top eigenspace is not unique")
    return Membership(linear, "the top modes, each compared with a linear function")
