"""Alignment with exactly Gaussian outputs, where the whitened optimum is Gaussian already."""

from __future__ import annotations

import time
from dataclasses import replace

import sympy as sp

from theory.assumptions import Gaussian
from theory.claim import Claim
from theory.derive.conditions import optimum_condition
from theory.derive.lemmas import SUBSET
from theory.derive.spectral.operator import spectrum
from theory.derive.spectral.solve import derive_spectral
from theory.derive.undecided import undecided
from theory.errors import BudgetExceeded, UnsupportedCondition
from theory.notation import latents
from theory.objectives import AlignmentWhitening
from theory.verdict import Outcome, Verdict


def derive_gaussian(claim: Claim) -> Verdict:
    """Derive the optima among maps of the law N(0, I).

    Such maps are whitened. Where every whitened optimum is linear in standard Gaussian latents, all
    of them have the law N(0, I), and they are the optima of the smaller set. Elsewhere *undecided*.
    """
    start = time.perf_counter()
    whitened = claim.but(objective=AlignmentWhitening())
    try:
        linear = isinstance(claim.world.prior, Gaussian) and _linear(whitened)
        if linear:
            verdict = derive_spectral(whitened)
            if verdict.outcome is Outcome.IDENTIFIED:
                return replace(verdict, trusted=(*verdict.trusted, SUBSET), certificate={})
        optimum_condition(claim.world, claim.objective, claim.encoder)
    except (UnsupportedCondition, BudgetExceeded) as error:
        return undecided(claim, str(error), start)
    return undecided(claim, "the whitened optimum is not Gaussian", start)


def _linear(claim: Claim) -> bool:
    """Whether the whitened optimum is unique and holds linear functions of the latents only."""
    top = spectrum(claim)
    z = latents(claim.dim)
    modes = [mode.function for level in top.kept for mode in level.modes]
    return top.unique and all(sp.Poly(f, *z).is_linear and f.free_symbols for f in modes)
