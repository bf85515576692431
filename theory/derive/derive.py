"""The verb `derive`: from a claim to the group that its optimum leaves free, and a verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sympy as sp

from theory.claim import Claim, Statement, Theorem
from theory.derive.attainable import Fit, attainable
from theory.derive.certificate import evidence
from theory.derive.check import check_field
from theory.derive.compare import (
    compare,
    escape,
    extra,
    free_law,
    free_probes,
    mixing,
    when_outside,
)
from theory.derive.conditions import optimum_condition
from theory.derive.count import check_count, check_independent
from theory.derive.elements import elements
from theory.derive.equation import Condition
from theory.derive.finite import GROEBNER_OUTPUTS, linear_solutions
from theory.derive.infinitesimal import MAX_UNKNOWNS, Solution, require_budget, solve
from theory.derive.recognise import along_base, recognise
from theory.derive.rigidity import rigid_lemmas
from theory.derive.trusted import settling_lemmas
from theory.errors import BudgetExceeded, InputError, UnsupportedCondition
from theory.groups import (
    AbstractGroup,
    AbstractMatrixGroup,
    MeasurePreserving,
    blocks_from_links,
    contained,
)
from theory.notation import latents
from theory.objectives import Likelihood, Reconstruction, SlicedNormality
from theory.verdict import Agreement, Lemma, Membership, Outcome, Relation, Scope, Verdict

MAX_DEGREE = 8
"""Largest degree that may be asked for."""

RELABELLED = "the order of the outputs: the learned metric may list its values in any order"


def derive(
    statement: Statement,
    dim: int | None = None,
    degree: int | None = None,
    *,
    max_unknowns: int = MAX_UNKNOWNS,
    announce: Callable[[str], None] = lambda _: None,
    **parameters: Any,
) -> Verdict:
    """Compute the indeterminacy group of a claim and compare it with the stated one.

    `dim` and `parameters` choose the point of a theorem; `degree` is the largest degree of the
    polynomial fields (default: the theorem's, else 3). `announce` receives the size of each linear
    system before it is solved. Raises `InputError` for a claim that is not well formed; what the
    engine cannot treat, or what exceeds `max_unknowns`, gives the outcome *undecided*.
    """
    start = time.perf_counter()
    claim = statement.at(dim, **parameters)
    top = _degree(statement, degree)
    try:
        condition = optimum_condition(claim.world, claim.objective, claim.encoder)
        fit = attainable(claim.world, claim.objective, condition)
    except UnsupportedCondition as error:
        return _gave_up(claim, top, str(error), start)
    condition = fit.condition
    if fit.fit is Fit.UNKNOWN:
        return _gave_up(claim, top, fit.reason, start)
    if fit.fit is Fit.RULED_OUT:
        return _verdict(
            claim,
            condition,
            top,
            start,
            Outcome.MIS_SPECIFIED,
            agreement=Agreement.UNDECIDED,
            reason=fit.reason,
        )
    try:
        require_budget(condition, top, max_unknowns)
        solutions = [
            _solve(condition, k, max_unknowns=max_unknowns, announce=announce)
            for k in range(1, top + 1)
        ]
        return _conclude(claim, condition, solutions, start)
    except (UnsupportedCondition, BudgetExceeded) as error:
        return _gave_up(claim, top, str(error), start)


def _degree(statement: Statement, degree: int | None) -> int:
    if degree is None:
        return statement.default_degree if isinstance(statement, Theorem) else 3
    if type(degree) is not int or not 1 <= degree <= MAX_DEGREE:
        raise InputError(f"degree = {degree}", allowed=f"an integer from 1 to {MAX_DEGREE}")
    return degree


def _solve(
    condition: Condition, degree: int, *, max_unknowns: int, announce: Callable[[str], None]
) -> Solution:
    solution = solve(
        condition,
        degree,
        accept=lambda field, change: check_field(condition, field, change).holds,
        max_unknowns=max_unknowns,
        announce=announce,
    )
    for answer in (
        check_independent(condition, solution.fields),
        check_count(condition, solution.monomials, solution.draws, solution.rank),
    ):
        if not answer.holds:
            raise UnsupportedCondition(f"the independent checker disagrees: {answer.reason}")
    return solution


def _conclude(
    claim: Claim, condition: Condition, solutions: Sequence[Solution], start: float
) -> Verdict:
    top = solutions[-1]
    dims = {s.degree: s.dimension for s in solutions}
    growing = len(solutions) > 1 and solutions[-1].dimension > solutions[-2].dimension
    fields = along_base(condition, top.fields)
    common: dict[str, Any] = {"dims": dims, "solutions": solutions, "growing": growing}
    if isinstance(fields, Membership):
        return _verdict(
            claim,
            condition,
            top.degree,
            start,
            Outcome.NOT_IDENTIFIED,
            **common,
            agreement=when_outside(claim),
            escape=fields.witness,
            reason=fields.reason,
        )
    names = latents(len(condition.image))
    kept = condition.base_coordinates
    prior = (
        claim.world.prior.log_density(condition.z)
        if len(kept) == len(condition.z)
        else sp.Integer(0)
    )
    if isinstance(claim.objective, Reconstruction):
        prior = sp.Integer(0)
    log_density = prior.xreplace(dict(zip(kept, names, strict=True)))
    law = free_law(claim, condition)
    groups: tuple[AbstractGroup, ...]
    if law and claim.world.mixing.restricts_jacobian and log_density.free_symbols:
        groups = ()  # functions of p times the Hamiltonian field: no name in the catalogue
    elif law and isinstance(claim.objective, Likelihood | SlicedNormality):
        groups = (MeasurePreserving(claim.dim, log_density),)
    else:
        groups = recognise(condition, log_density, fields, top.degree)
    probes = free_probes(condition, groups)
    compared = compare(claim, condition, groups, (*fields, *law), probes, top.degree)
    whole = (
        len(kept) == len(condition.z) and len(blocks_from_links(len(names), mixing(fields))) == 1
    )
    witness, reason = escape(claim, condition, compared)
    if law or (growing and whole and len(names) > 1):
        outcome = Outcome.NOT_IDENTIFIED
        reason = (
            reason or "the free fields form a function space, and no block of coordinates is kept"
        )
        witness = witness or extra((*fields, *law))
    elif not compared.forth.holds:
        outcome = Outcome.NOT_IDENTIFIED
    else:
        outcome = Outcome.UNDECIDED if condition.incomplete else Outcome.IDENTIFIED
    components, trusted, not_shown = _components(claim, condition, groups)
    if groups and probes:
        not_shown = (*not_shown, f"the group is larger than {groups[-1]}: {probes[0]} is free too")
    elif groups and elements(groups[-1]) and components.startswith(("all maps, ", "all linear ")):
        components = f"{components}; {elements(groups[-1])}"
    return _verdict(
        claim,
        condition,
        top.degree,
        start,
        outcome,
        **common,
        group=groups[-1] if groups else None,
        agreement=compared.agreement,
        escape=witness,
        reason=reason,
        components=components,
        trusted=trusted,
        not_shown=not_shown,
    )


def _components(
    claim: Claim, condition: Condition, groups: Sequence[AbstractGroup]
) -> tuple[str, tuple[Lemma, ...], tuple[str, ...]]:
    """Say which components of the group are settled: by Gröbner bases, by a lemma, or not."""
    if not groups:
        return "identity component only; the algebra has no name in the catalogue", (), ()
    derived = groups[-1]
    settling = settling_lemmas(claim, condition)
    if derived.infinite and not settling:
        return "defined by the condition itself; fields of higher degree are not listed", (), ()
    matrices = _matrix_part(derived)
    rigid = rigid_lemmas(claim, condition)
    affine = any(contained(group, derived).holds for _, group in rigid)
    by_basis = len(condition.image) <= GROEBNER_OUTPUTS and matrices
    if by_basis and (condition.linear_only or not affine):
        restricted = condition.linear_only or claim.world.mixing.restricts_jacobian
        found = linear_solutions(condition).lie_in(matrices[0], real=restricted)
        if found.holds and condition.linear_only:
            return f"all maps, being linear, by Gröbner bases: {found.reason}", (), ()
        if found.holds:
            return (
                f"all linear maps, by Gröbner bases: {found.reason}",
                (),
                ("non-linear maps outside the identity component",),
            )
    for lemma, group in settling:
        inside = contained(group, derived) if not derived.infinite else contained(derived, group)
        if inside.holds:
            return f"all maps, by {lemma.name}", (lemma,), ()
    for lemmas, group in rigid:
        names = " and ".join(lemma.name for lemma in lemmas)
        if contained(group, derived).holds:
            return f"all maps, by {names}", lemmas, ()
        if claim.relation is Relation.CONTAINED and contained(group, claim.group).holds:
            return f"all maps lie in {group}, by {names}", lemmas, ()
    return (
        "identity component, and the finite maps of the named group",
        (),
        ("further components of the group: no lemma of the catalogue applies",),
    )


def _matrix_part(group: AbstractGroup) -> tuple[AbstractMatrixGroup, ...]:
    if isinstance(group, AbstractMatrixGroup):
        return (group,)
    shifted = getattr(group, "shifted", None)
    inner = shifted().group if shifted else getattr(group, "group", None)
    return (inner,) if isinstance(inner, AbstractMatrixGroup) else ()


def _verdict(
    claim: Claim,
    condition: Condition,
    degree: int,
    start: float,
    outcome: Outcome,
    *,
    dims: Mapping[int, int] | None = None,
    solutions: Sequence[Solution] = (),
    growing: bool = False,
    group: AbstractGroup | None = None,
    agreement: Agreement = Agreement.DISAGREES,
    escape: str = "",
    reason: str = "",
    components: str = "none",
    trusted: tuple[Lemma, ...] = (),
    not_shown: tuple[str, ...] = (),
) -> Verdict:
    dims = dims or {}
    trend = (
        "the dimension still grows at the top degree"
        if growing
        else "the dimension is constant at the top"
    )
    unnamed = f"an algebra of dimension {dims[max(dims)]} without a name" if dims else ""
    higher = (
        () if growing or not dims else (f"fields of degree > {degree} and non-polynomial fields",)
    )
    linear = " (linear maps only: linear mixing and encoder)" if condition.linear_only else ""
    return Verdict(
        claim=claim.name,
        outcome=outcome,
        agreement=agreement,
        group=str(group) if group else unnamed,
        group_latex=group.latex if group else "",
        stated=str(claim.group),
        relation=claim.relation,
        dimension_by_degree=dims,
        scope=Scope(
            dimension=claim.dim,
            degrees=tuple(dims),
            fields=f"polynomial fields of degree ≤ {degree}{linear}; {trend}"
            if dims
            else "no field computed",
            components=components,
            primes=solutions[-1].primes if solutions else (),
            equations=solutions[-1].equations if solutions else 0,
            unknowns=solutions[-1].unknowns if solutions else 0,
            not_shown=(
                *(higher if "all maps" not in components else ()),
                *([condition.relaxed] if condition.relaxed else []),
                *([RELABELLED] if condition.relabelled else []),
                *not_shown,
            ),
        ),
        trusted=(*condition.lemmas, *trusted),
        escape=escape,
        reason=reason,
        condition_latex=condition.latex,
        seconds=time.perf_counter() - start,
        certificate=evidence(claim, condition, solutions, group),
    )


def _gave_up(claim: Claim, degree: int, reason: str, start: float) -> Verdict:
    return Verdict(
        claim=claim.name,
        outcome=Outcome.UNDECIDED,
        agreement=Agreement.UNDECIDED,
        group="",
        group_latex="",
        stated=str(claim.group),
        relation=claim.relation,
        dimension_by_degree={},
        scope=Scope(
            dimension=claim.dim,
            degrees=(),
            fields=f"nothing was computed up to degree {degree}",
            components="none",
        ),
        reason=reason,
        seconds=time.perf_counter() - start,
    )
