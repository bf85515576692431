"""What the optimum of each Platonic run spans, and what two of them share: derived, not measured."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sith.numerics.lowering.formulas import evaluate
from sith.numerics.studies.samples.gaussian_claims import RATE, claim_of, stand_in
from sith.theory import AlignmentWhitening, SpectralObjective, prediction, spectrum

PREDICTION = prediction("platonic")

ISOMETRIC = ("infonce", "spectral", "vicreg", "barlow", "sigreg")
"""Objectives whose derived group is orthogonal, up to scale, shift and a constant output."""

LINEAR = ("supervised", "instances", "byol")
"""Objectives whose derived group is GL(2); for BYOL it is that of the flow, see "self_prediction"."""

BROKEN = ("unequal rates", "folded mixing", "few outputs")
"""Broken assumptions whose optimum is derived: isotropy, an injective mixing, enough outputs."""

MISFIT = "wrong critic"


@lru_cache(maxsize=64)
def kept_functions(name: str) -> tuple[frozenset[str], frozenset[str], int]:
    """Return what the optimum of a run spans: functions, and how many of a tied set beside them.

    From the derived spectrum for spectral objectives; the latents themselves for the others, whose
    derivation has them as its base. Under a fold only functions that are even in z_1 remain. The
    constant is left out.
    """
    own = claim_of(stand_in(name))
    if not isinstance(own.objective, SpectralObjective):
        return frozenset({"z1", "z2"}), frozenset(), 0
    if name == "folded mixing":
        wide = spectrum(claim_of("spectral").replace(objective=AlignmentWhitening()))
        levels = [*wide.above, *([wide.at] if wide.at else [])]
        even = [[str(f.function) for f in x.modes if _even(f.function)] for x in levels]
        first, tied = even[0], even[1]
        return frozenset(first), frozenset(tied), 2 - len(first)
    cut = spectrum(own)
    if cut.at is None:
        return frozenset(str(f.function) for x in cut.above for f in x.modes), frozenset(), 0
    full = [str(f.function) for x in cut.above for f in x.modes]
    last = [str(f.function) for f in cut.at.modes]
    if cut.taken == cut.at.multiplicity:
        return frozenset(full + last) - {"1"}, frozenset(), 0
    return frozenset(full) - {"1"}, frozenset(last), cut.taken


def _even(function: Any) -> bool:
    z = next((s for s in function.free_symbols if str(s) == "z1"), None)
    return z is None or bool((function - function.subs(z, -z)).expand() == 0)


def predicted_overlap(one: str, two: str) -> tuple[int, int, int] | None:
    """Return (m, k, k'): shared functions and those of each run; None where a tie leaves it open."""
    first, second = kept_functions(one), kept_functions(two)
    sizes = len(first[0]) + first[2], len(second[0]) + second[2]
    shared = len(first[0] & second[0])
    for (full, tied, count), (other, other_tied, _) in ((first, second), (second, first)):
        if not tied or not tied & (other | other_tied):
            continue
        if not tied <= other or other & full:
            return None
        shared += count
    return shared, *sizes


def fold_cost() -> float:
    """Return the loss above the injective optimum under a fold, over its scale.

    2 (ρ − ρ²) over the scale of the loss, 5/2 of the rise 2 d (ρ − ρ²).
    """
    rise = float(
        evaluate(PREDICTION.formula("eigenvalue"), rho=RATE)
        - evaluate(PREDICTION.formula("next_eigenvalue"), rho=RATE)
    )
    return 2 * rise / (2.5 * 2 * 2 * rise)
