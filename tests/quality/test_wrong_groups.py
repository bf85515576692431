"""A true theorem with a wrong group must not agree: every named neighbour is tried in its place."""

from __future__ import annotations

import pytest

from sith import (
    AbstractGroup,
    BlockwiseDiffeomorphisms,
    Claim,
    Relation,
    contained,
    derive,
    equal,
    named_groups,
    theorem,
)

DEGREE = 2
GROWING = {"hyvarinen_1999_nonidentifiability", "vonkugelgen_2021_content_style"}
POINTS = [
    ("zimmermann_2021_vmf", 2, {}),
    ("zimmermann_2021_lp", 2, {"p": 2}),
    ("zimmermann_2021_lp", 2, {"p": 1}),
    ("rusak_2025_aninfonce", 2, {}),
    ("rusak_2025_aninfonce", 3, {"ties": "pair"}),
    ("reizinger_2025_diet", 2, {"case": "C4", "classes": 3}),
    ("hyvarinen_1999_nonidentifiability", 2, {}),
    ("hyvarinen_1999_nonidentifiability", 2, {"objective": "independence"}),
    ("vonkugelgen_2021_content_style", 3, {"content": 2}),
]


def neighbours(claim: Claim) -> list[AbstractGroup]:
    """The named groups, and all diffeomorphisms, that differ from the stated group."""
    whole = BlockwiseDiffeomorphisms((tuple(range(claim.group.dim)),))
    candidates = (*named_groups(claim.group.dim), whole)
    return [g for g in candidates if not equal(g, claim.group, DEGREE).holds]


@pytest.mark.parametrize(
    ("slug", "dim", "parameters"), POINTS, ids=[f"{s}-{d}-{p}" for s, d, p in POINTS]
)
def test_no_other_group_is_equal(slug: str, dim: int, parameters: dict[str, object]) -> None:
    claim = theorem(slug).at(dim, **parameters)
    degree = DEGREE if slug in GROWING else 1
    assert derive(claim, degree=degree).agrees
    wrong = neighbours(claim)
    assert len(wrong) >= 11
    for group in wrong:
        verdict = derive(claim.replace(group=group, relation=Relation.EQUALITY), degree=degree)
        assert not verdict.agrees, str(verdict)
        assert verdict.exit_status == 1
        assert verdict.reason


def test_contained_and_contains_follow_the_order() -> None:
    claim = theorem("zimmermann_2021_vmf").at(2)
    seen = set()
    for group in neighbours(claim):
        inside = contained(claim.group, group).holds
        around = contained(group, claim.group).holds
        seen |= {(inside, around)}
        for relation, expected in ((Relation.CONTAINED, inside), (Relation.CONTAINS, around)):
            verdict = derive(claim.replace(group=group, relation=relation), degree=1)
            assert verdict.agrees is expected, str(verdict)
    assert seen == {(True, False), (False, True), (False, False)}


@pytest.mark.parametrize("smaller", named_groups(2)[:6], ids=str)
def test_content_is_not_contained_in_a_smaller_group(smaller: AbstractGroup) -> None:
    claim = theorem("vonkugelgen_2021_content_style").at(3, content=2)
    assert claim.relation is Relation.CONTAINED
    assert not derive(claim.replace(group=smaller), degree=DEGREE).agrees


@pytest.mark.parametrize("relation", [Relation.EQUALITY, Relation.CONTAINS], ids=lambda r: r.value)
def test_a_claim_of_containment_is_not_more(relation: Relation) -> None:
    claim = theorem("vonkugelgen_2021_content_style").at(3, content=2)
    assert not derive(claim.replace(relation=relation), degree=DEGREE).agrees


def test_independence_leaves_more_than_the_measure_preserving_maps() -> None:
    claim = theorem("hyvarinen_1999_nonidentifiability").at(2, objective="independence")
    for relation in (Relation.EQUALITY, Relation.CONTAINED):
        assert not derive(claim.replace(relation=relation), degree=DEGREE).agrees
