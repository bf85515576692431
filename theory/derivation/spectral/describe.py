"""The words of a spectral verdict: eigenvalues around the cut, features, what is not shown."""

from __future__ import annotations

import sympy as sp

from sith.theory.assumptions import AugmentationGraph, MomentOperator
from sith.theory.claim import Claim
from sith.theory.derivation.lemmas.spectral import spectral_lemmas
from sith.theory.derivation.spectral.modes import Cut, Mode
from sith.theory.derivation.spectral.operator import linear_class, spectral_objective

LISTED = 6
"""Most functions, or levels, that are written out."""


def eigenvalues(top: Cut) -> str:
    """Return the eigenvalues around the cut with multiplicities, and the gap."""
    kept = [str(level) for level in top.kept]
    if len(kept) > LISTED:
        kept = [*kept[:2], "…", *kept[-2:]]
    shown = ", ".join(kept) or "none"
    if not top.unique and top.at is not None:
        return (
            f"eigenvalues kept {shown}, of the last only {top.taken} of {top.at.multiplicity}; "
            "no gap: σ_k = σ_{k+1}"
        )
    if top.below is None or top.gap is None:
        after = "no further mode" if top.below is None else f"next {top.below}"
        return f"eigenvalues kept {shown}; {after}"
    sign = "=" if top.exact and top.below.rational else "≥"
    return f"eigenvalues kept {shown}; next {top.below}; gap σ_k − σ_{{k+1}} {sign} {top.gap}"


def function_class(claim: Claim) -> str:
    """Return the functions among which the optimum is taken."""
    if linear_class(claim):
        return "linear maps of z (linear mixing and encoder)"
    if isinstance(claim.world.pairs, MomentOperator):
        return "the span of the given functions"
    if isinstance(claim.world.pairs, AugmentationGraph):
        return "all functions of a node"
    return "all square-integrable functions of z"


def features(claim: Claim, top: Cut) -> str:
    """Return h₀ written out, where its eigenvalues are rational."""
    if not top.exact:
        return "the top eigenfunctions, of irrational eigenvalues and not written out"
    values = [str(f) for f in base_functions(claim, top)]
    zeros = ["0"] * top.dropped
    if len(values) > LISTED:
        values = [*values[:2], "…", values[-1]]
    return f"({', '.join([*values, *zeros])})"


def base_functions(claim: Claim, top: Cut) -> tuple[sp.Expr, ...]:
    """Return √μ_i φ_i for one choice of a top eigenspace; the dropped outputs are left out."""
    objective = spectral_objective(claim)
    found = [
        sp.expand(sp.sqrt(objective.squared_scale(level.low)) * mode.normalised)
        for level in top.kept
        for mode in (level.modes if level is not top.at else level.modes[: top.taken])
    ]
    return tuple(found)


def components(claim: Claim, top: Cut) -> str:
    """Return which maps are optimal, and by which lemma."""
    objective = spectral_objective(claim)
    k = claim.encoder.output.dim
    shift = " + b" if objective.shifts else ""
    said = f"all maps, by {spectral_lemmas(claim)[0].name}: h = Q h₀{shift}, Q ∈ O({k}), h₀ = {features(claim, top)}"
    if not top.unique:
        said += ", for any choice of the last functions within their eigenspace"
    if top.dropped:
        said += f"; {top.dropped} outputs hold no mode, since μ ≤ 0 for the next"
    pairs = claim.world.pairs
    if isinstance(pairs, AugmentationGraph):
        parts = len(pairs.components())
        if parts > 1:
            said += f"; the graph has {parts} components"
        if parts > 1 and all(level.rational and level.low == 1 for level in top.kept):
            said += " and every feature is a function of the component only"
    return said


def not_shown(claim: Claim) -> tuple[str, ...]:
    """Return what the verdict does not cover."""
    found = [
        "finite samples and training",
        f"the loss in practice: {spectral_objective(claim).idealised}",
    ]
    if isinstance(claim.world.pairs, MomentOperator):
        found.append(
            "functions outside the span of the given ones, whose eigenvalues may be larger"
        )
    return tuple(found)


def name_of(mode: Mode) -> str:
    """Return the normalised function, its mean-free polynomial written out."""
    return str(sp.factor_terms(mode.normalised))
