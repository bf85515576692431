"""The words of a verdict: over which maps it speaks, which components are known, and their number."""

from __future__ import annotations

from dataclasses import dataclass

from sith.theory.claim import Claim
from sith.theory.derivation.bounds.findings import Findings, within
from sith.theory.derivation.bounds.kept import left_open
from sith.theory.derivation.bounds.learned import undetermined
from sith.theory.derivation.bounds.rearrangement import monotone
from sith.theory.derivation.lemmas.difference_kernel import KERNEL_OF_DIFFERENCES, read_kernels
from sith.theory.verdict import (
    RELABELLED,
    Agreement,
    Extent,
    Lemma,
    Method,
    Outcome,
    Relation,
    Upper,
)


@dataclass(frozen=True, slots=True)
class Components:
    """Which maps beyond the identity component are known: text, number (0: not counted), lemmas."""

    text: str
    count: int
    lemmas: tuple[Lemma, ...]
    not_shown: tuple[str, ...]


def components_of(found: Findings) -> Components:
    """Return what is known of maps far from the identity, in words."""
    whole = found.whole
    if found.outcome is Outcome.IDENTIFIED and whole:
        best = min(whole, key=lambda b: len(b.lemmas))
        text, lemmas = f"all maps, by {best.by}", best.lemmas
    elif found.outcome is Outcome.IDENTIFIED:
        solved = "all maps, being linear: the linear solutions were solved for"
        if found.mirror:
            by = monotone(found.claim, found.condition)
            return Components(f"all maps, by {by[0].name}; 2 elements", 2, by, ())
        text, lemmas = solved, ()
        if found.kernels:
            lemmas = found.kernels[0].lemmas
            text = f"all maps, by {lemmas[0].name}: the affine solutions were solved for"
    else:
        linear = [b for b in found.upper if b.extent is Extent.LINEAR_MAPS]
        note = f"; all linear maps, by {linear[0].by}" if linear else ""
        text = f"the identity component, and the finite maps that were found{note}"
        text += f"; {found.note}" if found.note else ""
        metric = found.complete.method is Method.METRIC
        lemmas = KERNEL_OF_DIFFERENCES.cited(read_kernels(found.condition)) if metric else ()
        return Components(
            text, 0, lemmas, ("further components: no bound on maps far from the identity",)
        )
    alone = not found.groups or found.groups[-1].elements() == "1 element"
    if found.further and alone and not found.span and found.condition.linear_only:
        # All linear solutions were solved for: the identity and the maps that were found.
        count = len(found.maps) + 1
        return Components(f"{text}; {count} elements", count, lemmas, ())
    if not found.groups or found.further:
        return Components(text, 0, lemmas, ())
    count, size = found.groups[-1].component_count(), found.groups[-1].elements()
    if size:
        return Components(f"{text}; {size}", count, lemmas, ())
    if count:
        return Components(f"{text}; {count} connected components", count, lemmas, ())
    return Components(text, 0, lemmas, ())


def group_name(found: Findings) -> str:
    """Return the derived group's name; free maps outside a named group are counted beside it."""
    further = found.further
    if found.mirror and not found.fields:
        return f"the identity and {found.mirror[0]}"
    if found.groups:
        name = str(found.groups[-1])
        if not further:
            return name
        left = len(further) - 1
        more = f" and {left} more map{'s' if left > 1 else ''}" if left else ""
        return f"{name}, with {further[0]}{more}"
    if left_open(found.condition):
        return "not determined"
    if found.families:
        return "a function space without a name"
    dimension = len(found.fields) if found.fields or not found.span else len(found.span)
    return f"an algebra of dimension {dimension} without a name"


def named_by(claim: Claim, found: Findings, said: Agreement) -> str:
    """Return the derived group's name; the stated group's own name where only that one fits.

    Where no group of the catalogue fits and the stated group was shown to be the derived one, over
    all maps or near the identity, the claim's own name for it is better than none.
    """
    unnamed = not found.groups and not found.families and not found.mirror and not found.stray
    equal = claim.relation is Relation.EQUALITY
    if not (unnamed and equal and said in (Agreement.AGREES, Agreement.LOCALLY)):
        return group_name(found)
    near = "" if said is Agreement.AGREES else ", near the identity"
    return f"{claim.group} (the stated group{near})"


def upper_of(found: Findings) -> tuple[Upper, ...]:
    """Return the upper bounds as they are printed."""
    listed = [Upper(str(b.group), b.extent, b.by) for b in found.upper]
    if found.complete.complete and not found.condition.incomplete and not found.stray:
        span = f"the span of {len(found.span)} polynomial fields"
        listed.append(Upper(span, Extent.SMOOTH, found.complete.reason))
    elif not found.stray and not undetermined(found.condition):
        top = found.solutions[-1]
        span = f"the span of {len(found.span)} fields"
        by = f"rank {top.rank} of {top.unknowns} unknowns at degree ≤ {top.degree}"
        listed.append(Upper(span, Extent.POLYNOMIAL, by))
    name = group_name(found)
    if found.outcome is Outcome.IDENTIFIED:
        best = min(found.whole, key=lambda b: len(b.lemmas)).by if found.whole else _solved(found)
        listed.insert(0, Upper(name, Extent.ALL_MAPS, best))
    elif found.outcome is Outcome.LOCALLY:
        by = found.complete.reason if found.complete.complete else _near(found)
        listed.insert(0, Upper(name, Extent.SMOOTH, by))
    if found.mirror:
        by = monotone(found.claim, found.condition)[0].name
        listed.append(Upper("the two rearrangements", Extent.ALL_MAPS, by))
    return tuple(dict.fromkeys(listed))


def _solved(found: Findings) -> str:
    """Return the proof where all linear, or affine, solutions are listed."""
    if found.kernels:
        return f"{found.kernels[0].lemmas[0].name} and all affine solutions"
    return "all solutions"


def _near(found: Findings) -> str:
    """Return the proof by which the optimal maps near the identity lie in the derived group."""
    near = (Extent.ALL_MAPS, Extent.INVERTIBLE, Extent.SMOOTH)
    inside = [b.by for b in found.upper if b.extent in near and within(b, found.groups)]
    return inside[0] if inside else "the bounds below"


def fields_text(found: Findings) -> str:
    """Say of which fields the verdict speaks, and why it does not speak of all of them."""
    complete, solutions = found.complete, found.solutions
    degree = solutions[-1].degree
    if complete.complete:
        return (
            f"{complete.method.fields}: the polynomial fields of degree ≤ {degree} are all of them, "
            f"by {complete.reason}"
        )
    if found.outcome is Outcome.LOCALLY and found.groups:
        return (
            f"polynomial fields of degree ≤ {degree}; all smooth fields are those of "
            f"{found.groups[-1]}, by {_near(found)}"
        )
    growing = len(solutions) > 1 and solutions[-1].dimension > solutions[-2].dimension
    trend = (
        "the dimension still grows at the top degree"
        if growing
        else "the dimension is constant at the top"
    )
    return (
        f"polynomial fields of degree ≤ {degree}; {trend}; that they are all smooth fields is not "
        f"shown ({complete.reason})"
    )


def unseen_fields(found: Findings) -> tuple[str, ...]:
    """Say what no bound speaks of: the order of learned outputs, and fields not looked at."""
    order = (RELABELLED,) if found.condition.relabelled else ()
    settled = found.outcome in (Outcome.IDENTIFIED, Outcome.LOCALLY)
    if found.complete.complete or settled:
        return order
    degree = found.solutions[-1].degree
    return (*order, f"fields of degree > {degree} and non-polynomial fields")
