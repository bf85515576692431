"""Verdicts on claims whose answer is known by construction, and tests of that knowledge itself."""

from __future__ import annotations

import random
import runpy
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from itertools import islice
from pathlib import Path

import pytest
import sympy as sp

from sith import Affine, Agreement, Map, Outcome, Relation, Translations, Verdict, derive, latents
from tests.quality.constructed.case import Case, Problem
from tests.quality.constructed.constructions import published
from tests.quality.constructed.contrast import Contrast
from tests.quality.constructed.judge import Judgement, judge
from tests.quality.constructed.kernels import KERNELS
from tests.quality.constructed.listing import CONSTRUCTIONS, cases_of
from tests.quality.constructed.moves import flips, linear, shifts, turn
from tests.quality.constructed.reading import Unreadable, expressions
from tests.quality.constructed.sharing import shared
from tests.quality.constructed.stated import Stated, stated_groups
from tests.quality.constructed.truth import facts
from tests.quality.constructed.writing import claim_file

SEED = 20
CLAIMS = 200
LARGEST = 2
"""Claims are derived at low degree here; `python -m tests.quality.constructed` takes the higher ones."""


def group_named(name: str, dim: int = 2) -> Stated:
    return next(s for s in stated_groups(dim) if str(s.group) == name)


def share(name: str) -> int:
    """How many of the claims are of this construction."""
    each, rest = divmod(CLAIMS, len(CONSTRUCTIONS))
    return each + (list(CONSTRUCTIONS).index(name) < rest)


@pytest.mark.parametrize("name", CONSTRUCTIONS)
def test_no_verdict_contradicts_the_construction(name: str) -> None:
    failures = []
    with shared():
        for case in islice(cases_of(name, SEED), share(name)):
            degree = min(case.degree, LARGEST)
            report = judge(case, derive(case.claim, degree=degree))
            if report.judgement is Judgement.WRONG or report.faults:
                failures.append(
                    claim_file(case.claim, degree, report.says, report.true, *report.faults)
                )
    assert not failures, "\n\n".join(failures)


@pytest.mark.parametrize("name", ["near-degenerate", "likelihood", "unattained"])
def test_what_is_shared_between_claims_changes_no_verdict(name: str) -> None:
    problem = first_problems(name)[0]
    with shared():
        derive(replace(problem.claim, group=Affine(problem.claim.dim)), degree=1)
        together = derive(problem.claim, degree=1).to_dict()
    alone = derive(problem.claim, degree=1).to_dict()
    assert {k: v for k, v in together.items() if k != "seconds"} == {
        k: v for k, v in alone.items() if k != "seconds"
    }


@cache
def first_problems(name: str) -> tuple[Problem, ...]:
    plans = list(CONSTRUCTIONS[name](random.Random(SEED)))
    return tuple(plan.build() for plan in plans[:6])


@pytest.mark.parametrize("name", CONSTRUCTIONS)
def test_the_listed_maps_attain_the_optimum(name: str) -> None:
    for problem in first_problems(name):
        truth = problem.truth
        if truth.attained and truth.group:
            missed = [m.name for m in truth.moves if not truth.attains(m)]
            assert not missed, (problem.claim.name, missed)


@pytest.mark.parametrize(
    "name", ["fusion", "output-box", "likelihood", "pair-likelihood", "spectral"]
)
def test_a_map_that_is_not_optimal_is_recognised(name: str) -> None:
    wrong = linear([[3, 1], [0, 2]]).move()
    planar = [p for p in first_problems(name) if p.claim.group.dim == 2]
    assert planar
    assert not any(p.truth.attains(wrong) for p in planar)


@pytest.mark.parametrize("dim", [2, 3, 4])
def test_two_descriptions_of_each_group_agree(dim: int) -> None:
    trial = [*flips(dim), *shifts(dim), *turn(dim, 0, 1), linear((2 * sp.eye(dim)).tolist())]
    for stated in stated_groups(dim):
        assert all(stated.contains(m) for m in stated.moves), str(stated.group)
        for affine in trial:
            member = Map.linear(sp.Matrix(affine.matrix), tuple(affine.shift))
            said = stated.group.contains(member).holds
            assert stated.contains(affine.move()) is said, (str(stated.group), str(member))


@pytest.mark.parametrize(
    ("kernel", "group", "forth", "back"),
    [
        ("quart", "signed permutations B(2) with shifts", True, True),
        ("quart", "signed permutations B(2)", False, True),
        ("quart", "E(2)", True, False),
        ("near-quart", "signed permutations B(2) with shifts", False, False),
        ("inner", "O(2)", True, True),
        ("inner|quad", "sign flips (2)", False, True),
    ],
)
def test_both_inclusions_are_decided(kernel: str, group: str, forth: bool, back: bool) -> None:
    found = facts(Contrast(KERNELS[kernel]).problem().truth, group_named(group))
    assert (found.forth, found.back) == (forth, back)


class Words(Enum):
    """Agreement words of which one may be unknown to the engine."""

    LOCALLY = "agrees locally"


def judged(kernel: str, group: str, outcome: Outcome, agreement: Enum) -> Judgement:
    case = Case("test", Contrast(KERNELS[kernel]).problem(), group_named(group), Relation.EQUALITY)
    verdict = replace(derive(case.claim, degree=1), outcome=outcome, agreement=agreement)  # type: ignore[arg-type]
    return judge(case, verdict).judgement


@pytest.mark.parametrize(
    ("group", "outcome", "agreement", "expected"),
    [
        ("O(2)", Outcome.IDENTIFIED, Agreement.AGREES, Judgement.RIGHT),
        ("O(2)", Outcome.IDENTIFIED, Agreement.DISAGREES, Judgement.WRONG),
        ("O(2)", Outcome.MIS_SPECIFIED, Agreement.UNDECIDED, Judgement.WRONG),
        ("O(2)", Outcome.UNDECIDED, Agreement.UNDECIDED, Judgement.UNDECIDED),
        ("O(2)", Outcome.IDENTIFIED, Words.LOCALLY, Judgement.RIGHT),
        ("E(2)", Outcome.IDENTIFIED, Agreement.AGREES, Judgement.WRONG),
        ("E(2)", Outcome.IDENTIFIED, Words.LOCALLY, Judgement.WRONG),
    ],
)
def test_planted_verdicts_are_judged(
    group: str, outcome: Outcome, agreement: Enum, expected: Judgement
) -> None:
    assert judged("inner", group, outcome, agreement) is expected


def test_a_claim_that_only_far_maps_refute_is_counted_apart() -> None:
    stated = str(Translations(2))
    assert judged("quart", stated, Outcome.IDENTIFIED, Words.LOCALLY) is Judgement.LOCAL
    assert judged("quart", stated, Outcome.IDENTIFIED, Agreement.AGREES) is Judgement.WRONG


def free_escape(text: str) -> tuple[str, ...]:
    case = Case(
        "test", Contrast(KERNELS["inner"]).problem(), group_named("O(2)"), Relation.EQUALITY
    )
    verdict: Verdict = replace(
        derive(case.claim, degree=1),
        escape=text,
        reason="too small a group is stated: it is optimal",
    )
    return judge(case, verdict).faults


def test_a_field_that_is_printed_as_free_is_substituted() -> None:
    assert not free_escape("ξ = (-z2, z1)")
    assert not free_escape("(z1, z2) ↦ (z2, z1)")
    assert any("printed as free" in fault for fault in free_escape("ξ = (z2, z1)"))
    assert any("printed as free" in fault for fault in free_escape("(z1, z2) ↦ (z1 + 1, z2)"))


def test_a_field_of_a_published_group_is_known_to_be_free() -> None:
    # Membership in a group says nothing at first order: the flow of the field is looked up.
    euclidean = next(e for e in published.TABLE if e.members == "E(2)")
    case = Case("test", published.problem(euclidean), group_named("E(2)"), Relation.EQUALITY)
    for text, free in (("ξ = (z2, -z1)", True), ("ξ = (z1, z2)", False)):
        verdict = replace(
            derive(case.claim, degree=1), escape=text, reason="too small a group is stated"
        )
        assert any("printed as free" in fault for fault in judge(case, verdict).faults) is not free


def test_a_wrong_name_and_a_wrong_count_are_faults() -> None:
    problem = published.problem(published.TABLE[0])
    case = Case("test", problem, group_named("E(2)"), Relation.EQUALITY)
    verdict = derive(case.claim, degree=2)
    assert not judge(case, verdict).faults
    renamed = replace(verdict, group=str(Translations(2)))
    assert any("named" in fault for fault in judge(case, renamed).faults)
    recounted = replace(verdict, scope=replace(verdict.scope, component_count=4))
    assert any("components" in fault for fault in judge(case, recounted).faults)


def test_printed_expressions_are_read_and_nothing_else() -> None:
    z1, z2 = latents(2)
    names = {"z1": z1, "z2": z2}
    assert expressions("(z1**2/3 - exp(z2), -z1)", names) == (z1**2 / 3 - sp.exp(z2), -z1)
    for text in ("__import__('os')", "(z1.free_symbols, z2)", "z3", "z1 +"):
        with pytest.raises(Unreadable):
            expressions(text, names)


@dataclass(frozen=True, slots=True)
class Written:
    """A claim file on disk, read back."""

    path: Path

    def read(self) -> object:
        return runpy.run_path(str(self.path))["CLAIM"]


@pytest.mark.parametrize("name", ["conjugation", "named-marginals", "spectral", "published"])
def test_a_claim_is_written_as_a_claim_file(name: str, tmp_path: Path) -> None:
    problem = first_problems(name)[0]
    path = tmp_path / "claim.py"
    path.write_text(claim_file(problem.claim, 2, "a comment"))
    plain = replace(problem.claim, assumptions=(), title="")
    assert replace(Written(path).read(), source=plain.source) == plain  # type: ignore[type-var]
