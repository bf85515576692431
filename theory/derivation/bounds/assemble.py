"""What is known of the optimal maps of a claim, whatever group it states: both bounds, assembled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from sith.theory.claim import Claim
from sith.theory.derivation.bounds.completeness import completeness
from sith.theory.derivation.bounds.families import (
    Family,
    check_family,
    check_group_families,
    density_families,
    families_of,
    function_times,
    links,
)
from sith.theory.derivation.bounds.kept import left_open, tangent_fields
from sith.theory.derivation.bounds.rearrangement import rearranged
from sith.theory.derivation.bounds.recognise import along_base, mixing, recognise
from sith.theory.derivation.bounds.symmetries import free_maps, solves
from sith.theory.derivation.bounds.table import outcome
from sith.theory.derivation.bounds.upper import (
    Bounded,
    bounds_by_basis,
    bounds_by_kernel,
    bounds_by_lemma,
    bounds_by_pattern,
    confined_near,
)
from sith.theory.derivation.certificates import Solved, terms_data
from sith.theory.derivation.certificates.completeness import Bound
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.lemmas.difference_kernel import DifferenceKernel, kernels_of
from sith.theory.errors import SithError
from sith.theory.fold import Fold, fold_of
from sith.theory.groups import (
    AbstractGroup,
    BlockwiseDiffeomorphisms,
    ComponentwiseDiffeomorphisms,
    ContentKeeping,
    Field,
    Map,
    MeasurePreserving,
    blocks_from_links,
    contained,
    keeps_a_block,
)
from sith.theory.notation import latents
from sith.theory.objectives import Reconstruction
from sith.theory.verdict import Completeness, Extent, Kind, Lower, Membership, Outcome

FOLDED = "it keeps the uniform law: the densities of its two branches add up to 1"


@dataclass(frozen=True, slots=True)
class Findings:
    """Both bounds of the set F of optimal maps, in the coordinates of the base map.

    `span` are the polynomial fields that solve the equations; `fields` those of them that also keep
    what the equations leave out, and are free; `families` and `maps` are free too. `groups` holds the
    derived group, if it has a name, and is empty otherwise. `stray` is a field that depends on a
    coordinate that the base map drops. With a kernel of differences in `kernels` all optimal maps are
    affine. `exact` says that `fields` and `maps` generate all of them.
    """

    claim: Claim
    condition: Condition
    solutions: tuple[Solved, ...]
    law: sp.Expr
    span: tuple[Field, ...]
    fields: tuple[Field, ...]
    families: tuple[Family, ...]
    maps: tuple[Map, ...]
    lower: tuple[Lower, ...]
    groups: tuple[AbstractGroup, ...]
    upper: tuple[Bounded, ...]
    complete: Completeness
    bounds: tuple[Bound, ...]
    stray: tuple[Field, ...]
    outcome: Outcome
    missing: tuple[str, ...]
    note: str = ""
    mirror: tuple[str, ...] = ()
    folds: tuple[Fold, ...] = ()
    kernels: tuple[DifferenceKernel, ...] = ()
    exact: bool = False

    @property
    def further(self) -> tuple[Map, ...]:
        """The free maps that are not in the derived group."""
        if not self.groups:
            return self.maps
        return tuple(m for m in self.maps if not self.groups[-1].contains(m).holds)

    @property
    def whole(self) -> tuple[Bounded, ...]:
        """The bounds over all maps that the derived group attains."""
        return tuple(
            b
            for b in self.upper
            if b.extent is Extent.ALL_MAPS
            and self.groups
            and shown_inside(b.group, self.groups[-1])
        )


def findings(claim: Claim, condition: Condition, solutions: Sequence[Solved]) -> Findings:
    """Assemble what the engine shows of the optimal maps; nothing here reads the stated group."""
    top = solutions[-1]
    names = latents(len(condition.image))
    law = _law(claim, condition, names)
    complete, numbers = completeness(condition, top.dimension, top.gauge)
    moved = along_base(condition, top.fields)
    if isinstance(moved, Membership):
        return _with_stray(claim, condition, solutions, law, complete, numbers, moved)
    fields = tangent_fields(condition, moved)
    by_lemma = bounds_by_lemma(claim, condition, law)
    finite = complete.complete and not condition.incomplete
    families, infinite = ((), ()) if finite else _families(condition, law, moved, top.degree)
    # With an arbitrary function free the polynomial fields of low degree name no group.
    unnamed = bool(families) or left_open(condition)
    groups = infinite or (() if unnamed else recognise(condition, fields, top.degree))
    kernels: tuple[DifferenceKernel, ...] = ()
    if not infinite and not any(_meets(b, g) for b in by_lemma for g in groups[-1:]):
        kernels = kernels_of(condition)
    found = free_maps(condition, fields, groups[-1:], kernels, simple=bool(infinite))
    mirror = rearranged(claim, condition, law)
    upper = list(by_lemma)
    if infinite or not finite:
        upper += bounds_by_pattern(condition)
    confined = confined_near(claim, condition, moved, complete.reason) if finite else ()
    upper += confined
    note = ""
    if not infinite and not any(_meets(b, g) for b in upper for g in groups[-1:]):
        by_basis, note = bounds_by_basis(claim, condition, groups[-1:], kernels)
        upper += by_basis or bounds_by_kernel(claim, condition, kernels)
    lower = (
        *_lower_fields(condition, fields),
        *_lower_families(families),
        *_lower_maps(_shown(groups, found.maps)),
    )
    lower += tuple(
        Lower(Kind.MAP, text, "the distribution function of the output is that of the latent")
        for text in mirror
    )
    folds = _folds(condition)
    lower += tuple(Lower(Kind.MAP, str(f), FOLDED) for f in folds)
    result = Findings(
        claim=claim,
        condition=condition,
        solutions=tuple(solutions),
        law=law,
        span=tuple(moved),
        fields=fields,
        families=families,
        maps=found.maps,
        lower=lower,
        groups=groups,
        upper=tuple(upper),
        complete=complete,
        bounds=numbers,
        stray=(),
        outcome=Outcome.UNDECIDED,
        missing=(),
        note=note,
        mirror=mirror,
        folds=folds,
        kernels=kernels,
    )
    return _judged(
        result, infinite=bool(infinite), all_linear=found.all_linear, confined=bool(confined)
    )


def _folds(condition: Condition) -> tuple[Fold, ...]:
    """Return a map of the outputs that keeps the uniform law and is not injective, where one is free.

    Theorems on this loss speak of smooth encoders, so a fold that is only continuous is left out.
    """
    if not condition.foldable:
        return ()
    fold = fold_of(len(condition.image))
    return (fold,) if fold.smooth and fold.check().holds else ()


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


def _families(
    condition: Condition, law: sp.Expr, fields: Sequence[Field], degree: int
) -> tuple[tuple[Family, ...], tuple[AbstractGroup, ...]]:
    """Return the free families, and the infinite-dimensional group that they make up, if named."""
    dim = len(condition.image)
    named: list[AbstractGroup] = []
    found: list[Family] = []
    for group in _infinite_groups(condition, law, fields):
        if not condition.in_box and _more_fields_than(group, degree, len(fields)):
            continue
        answer = check_group_families(condition, group)
        if not answer.holds:
            continue
        found += families_of(condition, group)
        try:
            generators = group.finite_generators()
        except SithError:
            continue
        if all(solves(condition, g) or _trivially(condition, group, g) for g in generators):
            named.append(group)
    if not found and dim == len(condition.z):
        single = [*density_families(condition, law), *function_times(condition)]
        found = [f for f in single if check_family(condition, f).holds]
    # sorted, not sort: the key reads the list, which is empty while it is sorted in place.
    ordered = sorted(named, key=lambda g: sum(shown_inside(other, g) for other in named))
    return tuple(found), tuple(ordered[-1:])


def _more_fields_than(group: AbstractGroup, degree: int, found: int) -> bool:
    """Whether the group has more polynomial fields of a degree than solve the condition: it is not free."""
    try:
        return group.algebra_dimension(degree) > found
    except SithError:
        return False


def _trivially(condition: Condition, group: AbstractGroup, member: Map) -> bool:
    """Whether a generator of the catalogue is not needed: in a box it is one about another centre."""
    return bool(condition.in_box) and group.contains(member).holds


def _infinite_groups(
    condition: Condition, law: sp.Expr, fields: Sequence[Field]
) -> Iterator[AbstractGroup]:
    dim = len(condition.image)
    flat = not condition.space.constraints(condition.z)
    if not flat or condition.output.constraints(condition.image):
        return
    blocks = blocks_from_links(dim, mixing(fields))
    yield ComponentwiseDiffeomorphisms(dim)
    if 1 < len(blocks) < dim:
        yield BlockwiseDiffeomorphisms(blocks)
    yield from (ContentKeeping(dim, k) for k in range(1, dim))
    if dim > 1:
        yield BlockwiseDiffeomorphisms((tuple(range(dim)),))
        yield MeasurePreserving(dim, law)


def shown_inside(small: AbstractGroup, large: AbstractGroup) -> bool:
    """Whether a group is shown to lie in another; what is not decided is not shown."""
    try:
        return contained(small, large).holds
    except (SithError, sp.PolynomialError):
        return False


def within(bound: Bounded, groups: Sequence[AbstractGroup]) -> bool:
    """Whether a bound lies in the derived group."""
    return bool(groups) and shown_inside(bound.group, groups[-1])


def _near(bound: Bounded, group: AbstractGroup) -> bool:
    """Whether a bound shows that the optimal maps near the identity lie in a group."""
    near = (Extent.ALL_MAPS, Extent.INVERTIBLE, Extent.SMOOTH)
    return bound.extent in near and shown_inside(bound.group, group)


def _meets(bound: Bounded, group: AbstractGroup) -> bool:
    return bound.extent is Extent.ALL_MAPS and shown_inside(bound.group, group)


def _judged(result: Findings, *, infinite: bool, all_linear: bool, confined: bool) -> Findings:
    """Add outcome and missing inclusions, which follow from the bounds alone."""
    condition = result.condition
    dim = len(condition.image)
    affine = condition.linear_only or bool(result.kernels)
    linear = affine and all_linear and result.complete.complete
    whole = bool(result.whole) and not result.further
    whole = whole or linear or (bool(result.mirror) and not result.fields)
    complete = result.complete.complete and not condition.incomplete
    attained = confined or len(result.fields) == len(result.span)
    if infinite:
        group = result.groups[-1]
        local = any(_near(b, group) for b in result.upper)
    else:
        local = complete and attained
        local = local or any(result.groups and _near(b, result.groups[-1]) for b in result.upper)
    free = [*links(result.families), *mixing(result.fields)]
    keeps_all = len(condition.base_coordinates) == len(condition.z)
    space = bool(result.families) and keeps_all and dim > 1 and not keeps_a_block(dim, free)
    if condition.space.constraints(condition.z) and result.families:
        space = True
    found = outcome(whole=whole, local=local, space_of_functions=space)
    missing = [] if found is not Outcome.UNDECIDED else list(_missing(result, complete=complete))
    return replace(result, outcome=found, missing=tuple(missing), exact=linear)


def _missing(result: Findings, *, complete: bool) -> Iterator[str]:
    if result.condition.incomplete:
        yield f"an upper bound: {result.condition.incomplete}"
    elif not complete:
        yield f"an upper bound: {result.complete.reason}"
    if len(result.fields) < len(result.span):
        yield f"whether all fields that solve the equations are free: {result.condition.relaxed or 'outputs are confined'}"


def _lower_fields(condition: Condition, fields: Sequence[Field]) -> Iterator[Lower]:
    how = "substituted into the linearised condition, an identity"
    if condition.in_box:
        how += "; tangent to the faces of the box"
    for f in fields:
        data = polynomial_data("field", _on_latents(condition, f))
        yield Lower(Kind.FIELD, str(f), how, data)


def _lower_families(families: Sequence[Family]) -> Iterator[Lower]:
    how = "substituted with an arbitrary function, an identity"
    yield from (Lower(Kind.FAMILY, str(f), how) for f in families)


def _shown(groups: Sequence[AbstractGroup], maps: Sequence[Map]) -> tuple[Map, ...]:
    """Return the generators of the named group, and the free maps outside it."""
    if not groups:
        return tuple(maps)
    generators = groups[-1].finite_generators() if not groups[-1].infinite else ()
    return (*generators, *(m for m in maps if not groups[-1].contains(m).holds))


def _lower_maps(maps: Sequence[Map]) -> Iterator[Lower]:
    how = "substituted into the condition, an identity"
    for m in maps:
        yield Lower(Kind.MAP, str(m), how, polynomial_data("map", Field(m.symbols, m.expressions)))


def _on_latents(condition: Condition, field: Field) -> Field:
    """Return a field of the outputs as a field along the base map, in the latents."""
    if field.symbols == condition.z and tuple(condition.base) == tuple(condition.z):
        return field
    if field.symbols == condition.z and len(field.symbols) != len(condition.base):
        return field
    table = dict(zip(field.symbols, condition.base, strict=True))
    return Field(condition.z, tuple(sp.expand(e.xreplace(table)) for e in field.expressions))


def polynomial_data(name: str, field: Field) -> dict[str, Any]:
    """Return the polynomials of a field or map as plain data; empty where they are none."""
    try:
        return {name: [terms_data(sp.expand(e), field.symbols) for e in field.expressions]}
    except (SithError, sp.PolynomialError):
        return {}


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
        lower=tuple(_lower_fields(condition, stray)),
        groups=(),
        upper=(),
        complete=complete,
        bounds=numbers,
        stray=stray,
        outcome=Outcome.UNDECIDED,
        missing=(f"which functions of the latents are recovered: {answer.reason}",),
    )
