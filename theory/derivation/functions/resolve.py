"""The group that a question is about: given, or confirmed by the derivation of a claim."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from sith.theory.assumptions import AbstractSpace, RealSpace
from sith.theory.claim import Claim, Statement, Theorem
from sith.theory.derivation.bounds.attainable import attainable
from sith.theory.derivation.certificates import read_group
from sith.theory.derivation.conditions import optimum_condition
from sith.theory.derivation.engine import derive
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.functions.form import Form
from sith.theory.derivation.functions.subject import FIELD_DEGREE, Subject
from sith.theory.errors import InputError, UnsupportedCondition
from sith.theory.groups import AbstractGroup
from sith.theory.notation import latents
from sith.theory.objectives import SpectralObjective
from sith.theory.verdict import Agreement, Outcome, Relation, Verdict

WITHIN = (
    "the stated group contains the derived one: what it leaves unchanged is identified, and more "
    "may be"
)


def resolve(
    subject: AbstractGroup | Statement,
    *,
    dim: int | None = None,
    space: AbstractSpace | None = None,
    **parameters: Any,
) -> Subject:
    """Return the group to ask about: the one given, or the one that a claim's derivation confirms.

    Raises `UnsupportedCondition` where the derivation is undecided or names no group, and
    `InputError` where the claim is mis-specified.
    """
    if isinstance(subject, AbstractGroup):
        if parameters or dim not in (None, subject.dim):
            raise InputError(
                f"the group {subject} acts on R^{subject.dim} and has no parameters",
                cure="give dim and parameters with a theorem",
            )
        chosen = RealSpace(subject.dim) if space is None else space
        if chosen.dim != subject.dim:
            raise InputError(f"the group acts on R^{subject.dim}, the space lies in R^{chosen.dim}")
        return _subject(subject, chosen, tuple(range(subject.dim)), ())
    if not isinstance(subject, Claim | Theorem):
        raise InputError(
            f"{subject!r} is neither a group nor a claim", allowed="a group, a Claim or a Theorem"
        )
    if space is not None:
        raise InputError("a claim brings its own latent space", cure="leave `space` out")
    return _of_claim(subject, dim, parameters)


def _of_claim(statement: Statement, dim: int | None, parameters: dict[str, Any]) -> Subject:
    claim = statement.at(dim, **parameters)
    verdict = derive(statement, dim, **parameters)
    if verdict.outcome is Outcome.MIS_SPECIFIED:
        raise InputError(f"the claim '{claim.name}' is mis-specified: {verdict.reason}")
    if verdict.agreement is Agreement.UNDECIDED:
        why = verdict.reason or "; ".join(verdict.missing)
        raise UnsupportedCondition(f"the derivation of '{claim.name}' is undecided: {why}")
    if isinstance(claim.objective, SpectralObjective):
        return _of_spectral(claim, verdict)
    condition = attainable(
        claim.world,
        claim.objective,
        claim.encoder,
        optimum_condition(claim.world, claim.objective, claim.encoder),
    ).condition
    agreement = verdict.agreement
    notes: tuple[str, ...]
    if verdict.agrees and claim.relation is not Relation.CONTAINS:
        group = claim.group
        notes = () if claim.relation is Relation.EQUALITY else (WITHIN,)
    else:
        group, verdict = _derived(claim, condition, verdict)
        notes = (f"the derived group is used; the claim states {claim.group}",)
    scaled = [b for b, x in zip(condition.base, condition.base_coordinates, strict=True) if b != x]
    if scaled:
        notes += (f"relative to the solution h = {condition.base}",)
    notes += tuple(f"not shown of the group: {item}" for item in verdict.scope.not_shown)
    kept = tuple(condition.z.index(x) for x in condition.base_coordinates)
    return replace(
        _subject(group, claim.world.space, kept, notes),
        trusted=tuple(map(str, verdict.trusted)),
        claim=claim.name,
        agreement=agreement,
    )


def _of_spectral(claim: Claim, verdict: Verdict) -> Subject:
    """Return the group of a spectral claim; it has to act on the latents themselves."""
    z = latents(claim.dim)
    standardised = getattr(claim.world.pairs, "standardised", None)
    own = claim.base or (standardised(z) if standardised and claim.group.dim == claim.dim else ())
    inside = claim.relation is not Relation.CONTAINS or verdict.group == verdict.stated
    settled = verdict.agrees and verdict.outcome is Outcome.IDENTIFIED and inside
    if own != z or not settled:
        raise UnsupportedCondition(
            f"the group of '{claim.name}' acts on {', '.join(map(str, own)) or 'eigenfunctions'}, "
            "and is not confirmed as a group of the latents",
            cure="ask about a claim whose derivation identifies the latents, h = g(z)",
        )
    group = claim.group
    notes: tuple[str, ...] = (WITHIN,) if claim.relation is Relation.CONTAINED else ()
    notes += tuple(f"not shown of the group: {item}" for item in verdict.scope.not_shown)
    return replace(
        _subject(group, claim.world.space, tuple(range(claim.dim)), notes),
        trusted=tuple(map(str, verdict.trusted)),
        claim=claim.name,
        agreement=verdict.agreement,
    )


def _derived(claim: Claim, condition: Condition, verdict: Verdict) -> tuple[AbstractGroup, Verdict]:
    """Return the named group that the derivation confirms by equality, with that verdict."""
    degree = max(verdict.dimension_by_degree, default=FIELD_DEGREE)
    data = verdict.certificate.get("group_data", {})
    if data:
        names = latents(len(condition.image))
        whole = len(condition.base_coordinates) == len(condition.z)
        prior = claim.world.prior.log_density(condition.z) if whole else sp.Integer(0)
        table = dict(zip(condition.base_coordinates, names, strict=True))
        for group in (read_group(data, prior.xreplace(table)),):
            again = derive(claim.replace(group=group, relation=Relation.EQUALITY), degree=degree)
            if again.agrees:
                return group, again
    raise UnsupportedCondition(
        f"the group derived for '{claim.name}' has no confirmed name in the catalogue "
        f"({verdict.group or 'no group'}; stated: {verdict.stated})"
    )


def _subject(
    group: AbstractGroup, space: AbstractSpace, kept: tuple[int, ...], notes: tuple[str, ...]
) -> Subject:
    whole = kept == tuple(range(space.dim))
    bound = whole and bool(space.constraints(latents(space.dim)))
    if bound and not _preserves(group, space):
        bound = False
        notes = (f"the group leaves the {space}: functions are functions of R^{group.dim}", *notes)
    return Subject(group, space, kept, bound, notes)


def _preserves(group: AbstractGroup, space: AbstractSpace) -> bool:
    """Say whether the fields and finite generators keep the equations of the space."""
    z = latents(group.dim)
    form = Form(Subject(group, space, tuple(range(group.dim)), bound=True, scope=()), (z,))
    return all(
        all(form.zero(form.rate(c, field)) for field in group.algebra_basis(FIELD_DEGREE))
        and all(form.zero(form.moved(c, member)) for member in group.finite_generators())
        for c in space.constraints(z)
    )
