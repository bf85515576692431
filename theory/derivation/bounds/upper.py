"""Upper bounds: groups that are proved to hold every optimal map, with the proof and its extent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sympy as sp

from sith.theory.assumptions import Mixing
from sith.theory.claim import Claim
from sith.theory.derivation.bounds.pattern import vanishing_slopes
from sith.theory.derivation.bounds.rearrangement import monotone, rearranged, reflections
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.fields.finite import GROEBNER_OUTPUTS, linear_solutions
from sith.theory.derivation.lemmas.affine_maps import AffineMaps
from sith.theory.derivation.lemmas.confinement import BOX_SYMMETRIES, REARRANGEMENT, bounding
from sith.theory.derivation.lemmas.rigidity import rigid_lemmas
from sith.theory.derivation.lemmas.trusted import settling_lemmas
from sith.theory.errors import BudgetExceeded, InputError, SithError
from sith.theory.groups import (
    AbstractGroup,
    AbstractMatrixGroup,
    Affine,
    BlockwiseDiffeomorphisms,
    BoxSymmetries,
    ComponentwiseDiffeomorphisms,
    ContentKeeping,
    Field,
    Linear,
    MeasurePreserving,
    Shifted,
    Unimodular,
    blocks_from_links,
)
from sith.theory.objectives import AlignmentMaxEntropy, LawMatching, Reconstruction
from sith.theory.verdict import Extent, Lemma


@dataclass(frozen=True, slots=True)
class Bounded:
    """Every optimal map in `extent` lies in `group`, by `by`, trusting `lemmas`."""

    group: AbstractGroup
    extent: Extent
    by: str
    lemmas: tuple[Lemma, ...] = ()


def bounds_by_lemma(claim: Claim, condition: Condition, law: sp.Expr) -> tuple[Bounded, ...]:
    """Return the bounds that named lemmas, or the condition itself, give for all maps."""
    found = [
        Bounded(s.group, s.extent, s.lemma.name, (s.lemma,))
        for s in settling_lemmas(claim, condition)
    ]
    for lemmas, group in rigid_lemmas(claim, condition):
        names = " and ".join(lemma.name for lemma in lemmas)
        found.append(Bounded(group, Extent.ALL_MAPS, names, lemmas))
    found += list(_by_condition(claim, condition, law, found))
    return (*found, *confined(claim, condition, found))


def _by_condition(
    claim: Claim, condition: Condition, law: sp.Expr, found: Sequence[Bounded]
) -> Iterator[Bounded]:
    """The condition that a law is kept is the definition of its measure-preserving maps."""
    dim = len(condition.image)
    if condition.space.constraints(condition.z):
        return
    if dim == 1:
        yield from _on_the_line(claim, condition, law, found)
        return
    terms = [t.objective for t in getattr(claim.objective, "terms", ())] or [claim.objective]
    if any(isinstance(t, LawMatching) for t in terms):
        yield Bounded(MeasurePreserving(dim, law), Extent.ALL_MAPS, "the condition itself")
    elif isinstance(claim.objective, Reconstruction):
        if claim.world.mixing is Mixing.VOLUME_PRESERVING:
            yield Bounded(MeasurePreserving(dim), Extent.ALL_MAPS, "the condition itself")
    elif isinstance(claim.objective, AlignmentMaxEntropy):
        for bound in found:
            yield Bounded(
                MeasurePreserving(dim, law),
                bound.extent,
                f"{bound.by} and the law of the outputs",
                bound.lemmas,
            )


def _on_the_line(
    claim: Claim, condition: Condition, law: sp.Expr, found: Sequence[Bounded]
) -> Iterator[Bounded]:
    """A continuous injective map of the line that keeps a law is one of two monotone maps."""
    if rearranged(claim, condition, law):
        for lemma in monotone(claim, condition):
            whole = ComponentwiseDiffeomorphisms(1)
            yield Bounded(whole, Extent.ALL_MAPS, lemma.name, (lemma,))
    compared = isinstance(claim.objective, AlignmentMaxEntropy)
    known = found if compared else (Bounded(Affine(1), Extent.ALL_MAPS, ""),)
    for bound in known:
        case = bounding(claim, condition, bound.group, bound.extent)
        for lemma in REARRANGEMENT.cited(case):
            by = f"{bound.by} and {lemma.name}" if compared else lemma.name
            for group in reflections(condition, law):
                yield Bounded(group, bound.extent, by, (*bound.lemmas, lemma))


def confined(claim: Claim, condition: Condition, found: Sequence[Bounded]) -> Iterator[Bounded]:
    """Affine maps of determinant ±1 that take the box into itself are its symmetries."""
    for bound in found:
        case = bounding(claim, condition, bound.group, bound.extent)
        for lemma in BOX_SYMMETRIES.cited(case):
            by = f"{bound.by} and {lemma.name}"
            group = BoxSymmetries(bound.group.dim)
            yield Bounded(group, bound.extent, by, (*bound.lemmas, lemma))


def confined_near(
    claim: Claim, condition: Condition, span: Sequence[Field], reason: str
) -> tuple[Bounded, ...]:
    """Return the symmetries of the box as a bound near the identity, from all smooth fields.

    Affine fields of divergence 0 move by affine maps of determinant 1, of which only symmetries of
    the box take it into itself.
    """
    if not span:
        return ()
    try:
        traces = [field.linear_parts()[0].trace() for field in span]
    except InputError:
        return ()
    if any(t != 0 for t in traces):
        return ()
    dim = len(condition.image)
    unimodular = Shifted(Unimodular(Linear(dim)))
    case = bounding(claim, condition, unimodular, Extent.SMOOTH)
    return tuple(
        Bounded(BoxSymmetries(dim), Extent.SMOOTH, f"{reason} and {lemma.name}", (lemma,))
        for lemma in BOX_SYMMETRIES.cited(case)
    )


def bounds_by_basis(
    claim: Claim,
    condition: Condition,
    groups: Sequence[AbstractGroup],
    kernels: Sequence[AffineMaps] = (),
) -> tuple[tuple[Bounded, ...], str]:
    """Return which of `groups` holds all linear solutions, by Gröbner bases, and a note if given up.

    For a linear class of mixing and encoder these are all maps. With a kernel of differences in
    `kernels` all maps are affine, and the affine solutions are bounded in place of the linear ones.
    """
    if len(condition.image) > GROEBNER_OUTPUTS:
        return (), ""
    restricted = bool(kernels) or condition.linear_only or claim.world.mixing.restricts_jacobian
    whole = bool(kernels) or condition.linear_only
    extent = Extent.ALL_MAPS if whole else Extent.LINEAR_MAPS
    lemmas = tuple(x for k in kernels for x in k.lemmas)
    prefix = f"{kernels[0].lemmas[0].name} and " if kernels else ""
    for group in groups:
        matrices = group.linear_part()
        if not matrices:
            continue
        solutions = (
            kernels[0].linear_solutions(condition) if kernels else linear_solutions(condition)
        )
        fixed = solutions.shift if kernels and isinstance(group, AbstractMatrixGroup) else ()
        try:
            answer = solutions.lie_in(matrices[0], real=restricted, zero=fixed)
        except BudgetExceeded as error:
            return (), str(error)
        if answer.holds:
            bound = Bounded(group, extent, f"{prefix}Gröbner bases: {answer.reason}", lemmas)
            return (bound, *confined(claim, condition, (bound,))), ""
    return (), ""


def bounds_by_kernel(
    claim: Claim, condition: Condition, kernels: Sequence[AffineMaps]
) -> tuple[Bounded, ...]:
    """Return the affine group that a kernel of differences leaves, for all maps."""
    found = [Bounded(k.bound, Extent.ALL_MAPS, k.lemmas[0].name, k.lemmas) for k in kernels]
    return (*found, *confined(claim, condition, found))


def bounds_by_pattern(condition: Condition) -> tuple[Bounded, ...]:
    """Return function spaces that hold every smooth free field, by derivatives of the condition."""
    if len(condition.image) != len(condition.z) or len(condition.image) < 2:
        return ()
    try:
        zero = vanishing_slopes(condition)
    except SithError:
        return ()
    dim = len(condition.image)
    links = [(i, j) for i in range(dim) for j in range(dim) if (i, j) not in zero]
    by = "derivatives of the linearised condition at random points"
    found = []
    blocks = blocks_from_links(dim, links)
    if len(blocks) == dim:
        found.append(Bounded(ComponentwiseDiffeomorphisms(dim), Extent.SMOOTH, by))
    elif len(blocks) > 1:
        found.append(Bounded(BlockwiseDiffeomorphisms(blocks), Extent.SMOOTH, by))
    for k in range(1, dim):
        if all((i, j) in zero for i in range(k) for j in range(k, dim)):
            found.append(Bounded(ContentKeeping(dim, k), Extent.SMOOTH, by))
    return tuple(found)
