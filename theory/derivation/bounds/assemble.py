"""What is known of the optimal maps of a claim, whatever group it states: both bounds, assembled."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from sith.theory.claim import Claim
from sith.theory.derivation.bounds.completeness import completeness
from sith.theory.derivation.bounds.families import Family
from sith.theory.derivation.bounds.findings import Findings, meets
from sith.theory.derivation.bounds.infinite import free_families
from sith.theory.derivation.bounds.judge import judged
from sith.theory.derivation.bounds.kept import left_open, tangent_fields
from sith.theory.derivation.bounds.lower import (
    free_folds,
    lower_families,
    lower_fields,
    lower_maps,
    lower_words,
    shown_maps,
)
from sith.theory.derivation.bounds.projected import bounds_after_projector
from sith.theory.derivation.bounds.rearrangement import rearranged
from sith.theory.derivation.bounds.recognise import along_base, recognise
from sith.theory.derivation.bounds.symmetries import free_maps
from sith.theory.derivation.bounds.upper import (
    bounds_by_basis,
    bounds_by_kernel,
    bounds_by_lemma,
    bounds_by_pattern,
    confined_near,
)
from sith.theory.derivation.certificates import Solved
from sith.theory.derivation.certificates.completeness import Bound
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.lemmas.affine_maps import AffineMaps, affine_maps_of
from sith.theory.fold import Fold
from sith.theory.groups import Field, Map
from sith.theory.notation import latents
from sith.theory.objectives import Reconstruction
from sith.theory.verdict import Completeness, Lower, Membership, Outcome


def findings(claim: Claim, condition: Condition, solutions: Sequence[Solved]) -> Findings:
    """Assemble what the engine shows of the optimal maps; nothing here reads the stated group."""
    top = solutions[-1]
    law = _law(claim, condition, latents(len(condition.image)))
    complete, numbers = completeness(condition, top.dimension, top.gauge)
    moved = along_base(condition, top.fields)
    if isinstance(moved, Membership):
        return _with_stray(claim, condition, solutions, law, complete, numbers, moved)
    fields = tangent_fields(condition, moved)
    by_lemma = (*bounds_by_lemma(claim, condition, law), *bounds_after_projector(claim))
    finite = complete.complete and not condition.incomplete
    known = (moved, top.degree, fields)
    families, infinite = ((), ()) if finite else free_families(condition, law, *known)
    # With an arbitrary function free the polynomial fields of low degree name no group.
    unnamed = bool(families) or left_open(condition)
    groups = infinite or (() if unnamed else recognise(condition, fields, top.degree, by_lemma))
    kernels: tuple[AffineMaps, ...] = ()
    if not infinite and not any(meets(b, g) for b in by_lemma for g in groups[-1:]):
        kernels = affine_maps_of(claim, condition)
    found = free_maps(condition, fields, groups[-1:], kernels, simple=bool(infinite))
    mirror = rearranged(claim, condition, law)
    confined = confined_near(claim, condition, moved, complete.reason) if finite else ()
    by_pattern = bounds_by_pattern(condition) if infinite or not finite else ()
    upper = [*by_lemma, *by_pattern, *confined]
    note = ""
    if not infinite and not any(meets(b, g) for b in upper for g in groups[-1:]):
        by_basis, note = bounds_by_basis(claim, condition, groups[-1:], kernels)
        upper += by_basis or bounds_by_kernel(claim, condition, kernels)
    folds = free_folds(condition)
    result = Findings(
        claim=claim,
        condition=condition,
        solutions=tuple(solutions),
        law=law,
        span=tuple(moved),
        fields=fields,
        families=families,
        maps=found.maps,
        lower=_lower(condition, fields, families, shown_maps(groups, found.maps), mirror, folds),
        groups=groups,
        upper=tuple(upper),
        complete=complete,
        bounds=numbers,
        note=note,
        mirror=mirror,
        folds=folds,
        kernels=kernels,
    )
    return judged(
        result, infinite=bool(infinite), all_linear=found.all_linear, confined=bool(confined)
    )


def _lower(
    condition: Condition,
    fields: Sequence[Field],
    families: Sequence[Family],
    maps: Sequence[Map],
    mirror: Sequence[str],
    folds: Sequence[Fold],
) -> tuple[Lower, ...]:
    return (
        *lower_fields(condition, fields),
        *lower_families(families),
        *lower_maps(maps),
        *lower_words(mirror, folds),
    )


def _law(claim: Claim, condition: Condition, names: tuple[sp.Symbol, ...]) -> sp.Expr:
    """Return log p in the coordinates of the outputs; 0 where no law of the latents is kept."""
    kept = condition.base_coordinates
    if (
        len(kept) != len(condition.z)
        or isinstance(claim.objective, Reconstruction)
        or condition.over
    ):
        return sp.Integer(0)
    density = claim.world.prior.log_density(condition.z)
    return density.xreplace(dict(zip(kept, names, strict=True)))


def _with_stray(
    claim: Claim,
    condition: Condition,
    solutions: Sequence[Solved],
    law: sp.Expr,
    complete: Completeness,
    numbers: tuple[Bound, ...],
    answer: Membership,
) -> Findings:
    """Free fields leave the coordinates that the base map keeps: content is mixed with style."""
    stray = tuple(f for f in solutions[-1].fields if str(f) == answer.witness)
    return Findings(
        claim=claim,
        condition=condition,
        solutions=tuple(solutions),
        law=law,
        span=(),
        fields=(),
        families=(),
        maps=(),
        lower=tuple(lower_fields(condition, stray)),
        groups=(),
        upper=(),
        complete=complete,
        bounds=numbers,
        stray=stray,
        outcome=Outcome.UNDECIDED,
        missing=(f"which functions of the latents are recovered: {answer.reason}",),
    )
