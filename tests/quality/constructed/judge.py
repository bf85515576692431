"""A verdict of the engine against the truth: right, undecided, local or wrong; and further faults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import mpmath
import sympy as sp

from sith import Verdict, latents
from tests.quality.constructed.case import Case
from tests.quality.constructed.conditions import numerical
from tests.quality.constructed.moves import DIGITS, Move
from tests.quality.constructed.reading import Unreadable, expressions
from tests.quality.constructed.stated import parts, stated_groups


class Judgement(Enum):
    """How a verdict compares with the truth."""

    RIGHT = "right"
    UNDECIDED = "undecided"
    LOCAL = "local"
    CONVENTION = "convention"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Report:
    """The judgement of one verdict, what it says against what is true, and secondary faults."""

    judgement: Judgement
    says: str
    true: str
    faults: tuple[str, ...] = ()


LOCAL_WORDS = ("agrees locally", "contained in locally", "contains locally")


def judge(case: Case, verdict: Verdict) -> Report:
    """Compare outcome and agreement with what is true by construction.

    *agrees locally* speaks of maps near the identity: it is `LOCAL` for a claim that only far maps
    refute, and wrong where the identity components already do. Where only attainability is certain,
    a verdict that decides more is counted apart, as a `CONVENTION`.
    """
    outcome, agreement = verdict.outcome.value, verdict.agreement.value
    says = f"{outcome} / {agreement}"
    faults = secondary(case, verdict)
    if not case.truth.attained:
        word = {"mis-specified": Judgement.RIGHT, "undecided": Judgement.UNDECIDED}
        return Report(
            word.get(outcome, Judgement.WRONG), says, "no map attains the optimum", faults
        )
    if outcome == "mis-specified":
        return Report(Judgement.WRONG, says, "some map attains the optimum", faults)
    found = case.facts()
    true = f"F ⊆ G is {found.forth}, G ⊆ F is {found.back}"
    if case.truth.doubtful:
        word = Judgement.UNDECIDED if outcome == "undecided" else Judgement.CONVENTION
        return Report(word, says, "attained; the group is a convention", faults)
    if agreement in LOCAL_WORDS:
        near = Judgement.LOCAL if found.says_near(case.relation) else Judgement.WRONG
        word = Judgement.RIGHT if found.says(case.relation) else near
        return Report(word, says, true, faults)
    if agreement == "undecided":
        return Report(Judgement.UNDECIDED, says, true, faults)
    expected = "agrees" if found.says(case.relation) else "disagrees"
    word = Judgement.RIGHT if agreement == expected else Judgement.WRONG
    return Report(word, says, true, faults)


def secondary(case: Case, verdict: Verdict) -> tuple[str, ...]:
    """Return faults in what else the verdict prints: escape, named group, number of components."""
    if not case.truth.attained:
        return ()
    return (*_escape(case, verdict), *_named(case, verdict), *_counted(case, verdict))


def _escape(case: Case, verdict: Verdict) -> tuple[str, ...]:
    said_free = verdict.reason.startswith("too small a group is stated")
    said_bound = verdict.reason.startswith("too large a group is stated")
    if not (said_free or said_bound) or case.truth.rebased:
        return ()
    try:
        free = _is_free(case, verdict.escape)
    except Unreadable:
        return ()
    if said_free and not free:
        return (f"printed as free and is not: {verdict.escape}",)
    if said_bound and free:
        return (f"printed as not free and is free: {verdict.escape}",)
    return ()


def _is_free(case: Case, text: str) -> bool:
    """Whether a printed field or map attains the optimum, by substitution."""
    d = case.claim.dim
    z = latents(d)
    names = {str(x): x for x in z}
    if text.startswith("ξ = "):
        field = _coordinates(expressions(text.removeprefix("ξ = "), names), z)
        return _field_is_free(case, field)
    if " ↦ " in text:
        move = Move(text, _coordinates(expressions(text.partition(" ↦ ")[2], names), z))
        return case.truth.attains(move)
    raise Unreadable(text)


def _coordinates(values: tuple[sp.Expr, ...], z: tuple[sp.Symbol, ...]):
    if len(values) != len(z):
        raise Unreadable(f"{len(values)} coordinates for {len(z)}")
    functions = [numerical(v, z) for v in values]
    return lambda p: [f(*p) for f in functions]


def _field_is_free(case: Case, field) -> bool:
    """Whether a field is free: its flow, where it is affine, else z + εξ to first order in ε."""
    sizes = []
    with mpmath.workdps(DIGITS):
        flow = _flow(Move("ξ", field), case.claim.dim)
        if flow:
            return case.truth.attains(flow[0])
        for exponent in (6, 9):
            step = mpmath.mpf(10) ** -exponent
            move = Move(
                "z + εξ", lambda p, s=step: [x + s * y for x, y in zip(p, field(p), strict=True)]
            )
            sizes.append(case.truth.gap(move) / step)
    return bool(sizes[1] < sizes[0] / 100 or sizes[1] < mpmath.mpf(10) ** -15)


def _flow(field: Move, d: int) -> tuple[Move, ...]:
    """Return the flow of an affine field at time 1/3; () for another."""
    try:
        found = parts(field, d)
    except ZeroDivisionError:
        return ()
    if not found:
        return ()
    rows = [[*row, b] for row, b in zip(*found, strict=True)] + [[mpmath.mpf(0)] * (d + 1)]
    exponential = mpmath.expm(mpmath.matrix(rows) / 3)

    def apply(p: Sequence[mpmath.mpf]) -> list[mpmath.mpf]:
        return list(exponential * mpmath.matrix([*p, mpmath.mpf(1)]))[:d]

    return (Move("the flow of ξ", apply),)


def _named(case: Case, verdict: Verdict) -> tuple[str, ...]:
    """Return what is wrong with the named group, among the groups whose generators are listed."""
    if case.truth.rebased or case.truth.doubtful:
        return ()
    for stated in (*case.problem.forms, *stated_groups(case.claim.group.dim)):
        if str(stated.group) != verdict.group:
            continue
        found = Case(case.construction, case.problem, stated, case.relation).facts()
        said = f"the group is named {verdict.group}"
        beyond = any("the group is larger than" in note for note in verdict.scope.not_shown)
        inside = "all maps lie in" in verdict.scope.components
        if verdict.scope.components.startswith("all maps") and not found.forth and not inside:
            return (f"{said} with 'all maps', and F is larger",)
        if not found.near_forth and verdict.scope.complete.complete and not beyond:
            return (f"{said} with all smooth fields, and F is larger near the identity",)
        if not found.back:
            return (f"{said}, and holds maps that are not optimal",)
    return ()


def _counted(case: Case, verdict: Verdict) -> tuple[str, ...]:
    count, true = verdict.scope.component_count, case.truth.components
    if count in (0, true) or not true or not verdict.scope.components.startswith("all maps"):
        return ()
    return (f"{count} components are counted, and F has {true}",)
