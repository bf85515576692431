"""The verb `derive`: from a claim to the group that its optimum leaves free, and a verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sympy as sp

from theory.claim import Claim, Statement, Theorem
from theory.derive.attainable import Fit, attainable
from theory.derive.certificates import evidence
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
from theory.derive.completeness import completeness
from theory.derive.components import Components, How, components
from theory.derive.conditions import optimum_condition
from theory.derive.confirm import first_order_only
from theory.derive.count import check_count, check_independent
from theory.derive.equation import Condition
from theory.derive.infinitesimal import MAX_UNKNOWNS, Solution, require_budget, solve
from theory.derive.recognise import along_base, recognise
from theory.derive.scope_words import FUNCTION_SPACE, RELABELLED, fields_words, higher_words
from theory.derive.spectral import derive_spectral
from theory.derive.undecided import undecided
from theory.errors import BudgetExceeded, InputError, UnsupportedCondition
from theory.groups import AbstractGroup, MeasurePreserving, keeps_a_block
from theory.notation import latents
from theory.objectives import Likelihood, Reconstruction, SlicedNormality, SpectralObjective
from theory.obstruction import Obstruction
from theory.verdict import (
    NOT_EXAMINED,
    Agreement,
    Membership,
    Outcome,
    Relation,
    Scope,
    Verdict,
)

MAX_DEGREE = 8
"""Largest degree that may be asked for."""

UNSETTLED = Components(How.NONE, "none")


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
    if isinstance(claim.objective, SpectralObjective):
        return derive_spectral(claim)
    if claim.base:
        return undecided(
            claim,
            "stated functions are for the spectral objectives",
            start,
            f"nothing was computed up to degree {top}",
        )
    try:
        condition = optimum_condition(claim.world, claim.objective, claim.encoder)
        fit = attainable(claim.world, claim.objective, claim.encoder, condition)
    except UnsupportedCondition as error:
        return undecided(claim, str(error), start, f"nothing was computed up to degree {top}")
    condition = fit.condition
    if fit.fit is Fit.UNKNOWN:
        return undecided(claim, fit.reason, start, f"nothing was computed up to degree {top}")
    if fit.fit is Fit.RULED_OUT:
        return _verdict(
            claim,
            condition,
            top,
            start,
            Outcome.MIS_SPECIFIED,
            agreement=Agreement.UNDECIDED,
            reason=fit.reason,
            obstruction=fit.obstruction,
        )
    try:
        require_budget(condition, top, max_unknowns)
        solutions = [
            _solve(condition, k, max_unknowns=max_unknowns, announce=announce)
            for k in range(1, top + 1)
        ]
        return _conclude(claim, condition, solutions, start)
    except (UnsupportedCondition, BudgetExceeded) as error:
        return undecided(claim, str(error), start, f"nothing was computed up to degree {top}")


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
        # The catalogue lists fields of the group for polynomial densities only.
        smooth = log_density.is_polynomial(*log_density.free_symbols)
        groups = (MeasurePreserving(claim.dim, log_density),) if smooth else ()
    else:
        groups = recognise(condition, log_density, fields, top.degree)
        groups = tuple(g for g in groups if all(g.in_algebra(f).holds for f in law))
    probes = free_probes(condition, groups)
    compared = compare(claim, condition, groups, (*fields, *law), probes, top.degree)
    whole = len(kept) == len(condition.z) and not keeps_a_block(len(names), mixing(fields))
    witness, reason = escape(claim, condition, compared)
    if law or (growing and whole and len(names) > 1):
        outcome = Outcome.NOT_IDENTIFIED
        reason = reason or FUNCTION_SPACE
        outside = [f for f in (*fields, *law) if not claim.group.in_algebra(f).holds]
        witness = witness or extra(outside or (*fields, *law))
    elif not compared.forth.holds:
        outcome = Outcome.NOT_IDENTIFIED
    else:
        outcome = Outcome.UNDECIDED if condition.incomplete else Outcome.IDENTIFIED
    agreement = compared.agreement
    doubt = first_order_only(claim, condition, groups, fields)
    if doubt:
        outcome, witness, reason = Outcome.UNDECIDED, "", doubt
        agreement = agreement if agreement is Agreement.AGREES else Agreement.UNDECIDED
    settled = components(claim, condition, groups, str(probes[0]) if groups and probes else "")
    return _verdict(
        claim,
        condition,
        top.degree,
        start,
        outcome,
        **common,
        group=groups[-1] if groups else None,
        agreement=agreement,
        escape=witness,
        reason=reason,
        settled=settled,
    )


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
    settled: Components = UNSETTLED,
    obstruction: tuple[Obstruction, ...] = (),
) -> Verdict:
    dims = dims or {}
    complete, bounds = (
        completeness(condition, solutions[-1].dimension, solutions[-1].gauge)
        if solutions
        else (NOT_EXAMINED, ())
    )
    unnamed = f"an algebra of dimension {dims[max(dims)]} without a name" if dims else ""
    lower = claim.relation is Relation.CONTAINS
    beyond = not (complete.complete or settled.all_maps or growing) and bool(dims)
    higher = (higher_words(degree),) if beyond else ()
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
            fields=fields_words(degree, complete, growing=growing) if dims else "no field computed",
            components=settled.text,
            component_count=settled.count,
            primes=solutions[-1].primes if solutions else (),
            equations=solutions[-1].equations if solutions else 0,
            unknowns=solutions[-1].unknowns if solutions else 0,
            not_shown=(
                *higher,
                *([condition.relaxed] if condition.relaxed else []),
                *([condition.incomplete] if condition.incomplete and lower else []),
                *([RELABELLED] if condition.relabelled else []),
                *settled.not_shown,
            ),
            complete=complete,
        ),
        trusted=(*condition.lemmas, *settled.lemmas),
        escape=escape,
        reason=reason,
        condition_latex=condition.latex,
        seconds=time.perf_counter() - start,
        certificate=evidence(claim, condition, solutions, group, bounds, obstruction),
    )
