"""Every registered theorem: derived at its points, documented in order, audited assumption by one."""

from __future__ import annotations

import doctest
import inspect
import re
from dataclasses import replace
from functools import cache

import pytest

from sith import (
    THEOREMS,
    AbstractGroup,
    Agreement,
    Assumption,
    Claim,
    Evidence,
    Outcome,
    Relation,
    Role,
    SithError,
    Theorem,
    Verdict,
    derive,
    theorem,
)

HEADINGS = (
    "Setting",
    "Assumptions",
    "Objective",
    "Claim",
    "Proof idea",
    "Source",
    "Scope",
    "Example",
)
# Their optimal maps are known near the identity; no lemma excludes maps far from it.
NEAR_THE_IDENTITY = {
    "brady_2023_compositional",
    "buchholz_2023_interventions",
    "daunhawer_2023_multimodal",
    "hyvarinen_2016_tcl",
    "hyvarinen_2017_pcl",
    "hyvarinen_2019_gcl",
    "khemakhem_2020_icebeem",
    "khemakhem_2020_ivae",
    "lachapelle_2023_additive",
    "lyu_2022_latent_correlation",
    "rajendran_2024_concepts",
    "vonkugelgen_2021_content_style",
    "vonkugelgen_2021_invertible",
    "yang_2022_volume_preserving",
    "yao_2024_multiview",
    "zheng_2022_sparsity",
}
POINTS = [
    pytest.param(t.slug, k, id=f"{t.slug}-{'-'.join(map(str, point.values()))}")
    for t in THEOREMS
    for k, point in enumerate(t.points)
]


@cache
def claim_at(slug: str, k: int) -> Claim:
    entry = theorem(slug)
    return entry.at(**entry.points[k])


@cache
def verdict_at(slug: str, k: int) -> Verdict:
    claim = claim_at(slug, k)
    return derive(claim, degree=3 if claim.dim <= 3 else 2)


def audited() -> list[object]:
    """One parameter set per theorem, point and assumption."""
    return [
        pytest.param(
            t.slug,
            k,
            a.name,
            id=f"{t.slug}-{k}-{a.name}",
        )
        for t in THEOREMS
        for k in range(len(t.points))
        for a in claim_at(t.slug, k).assumptions
    ]


def assumption(claim: Claim, name: str) -> Assumption:
    return next(a for a in claim.assumptions if a.name == name)


def weakened(claim: Claim, name: str) -> Claim | SithError:
    """The claim without an assumption, or the error that says why there is none."""
    try:
        return assumption(claim, name).weaken(claim)
    except SithError as error:
        return error


def audited_verdict(claim: Claim, degree: int) -> Verdict | SithError:
    """The verdict on a weakened claim, or the error that refuses it."""
    try:
        return derive(claim, degree=degree)
    except SithError as error:
        return error


def sections(entry: Theorem) -> dict[str, str]:
    """The docstring of the theorem's module, by heading."""
    module = inspect.getmodule(entry.claim_at)
    assert module is not None
    parts = re.split(
        r"^([A-Z][a-z ]+):", inspect.cleandoc(module.__doc__ or ""), flags=re.MULTILINE
    )
    return dict(zip(parts[1::2], (p.strip() for p in parts[2::2]), strict=True))


@pytest.mark.parametrize(("slug", "k"), POINTS)
def test_the_derived_group_agrees(slug: str, k: int) -> None:
    verdict = verdict_at(slug, k)
    near = slug in NEAR_THE_IDENTITY
    expected = (Agreement.AGREES, Agreement.LOCALLY) if near else (Agreement.AGREES,)
    assert verdict.agreement in expected, str(verdict)
    assert verdict.exit_status == 0
    assert verdict.outcome is not Outcome.MIS_SPECIFIED
    assert not verdict.escape or verdict.outcome is Outcome.NOT_IDENTIFIED
    if verdict.relation is Relation.EQUALITY:
        # A stated equality is settled no further than the set of optimal maps is.
        local = verdict.outcome is Outcome.LOCALLY
        assert local is (verdict.agreement is Agreement.LOCALLY), str(verdict)
        assert verdict.outcome is not Outcome.UNDECIDED
    assert verdict.trusted
    assert verdict.claim == slug


@pytest.mark.parametrize("entry", THEOREMS, ids=lambda t: t.slug)
def test_points_parameters_and_group(entry: Theorem) -> None:
    assert len(entry.points) >= 3
    assert len({tuple(p.items()) for p in entry.points}) == len(entry.points)
    assert len({p["dim"] for p in entry.points}) >= 2
    names = {p.name for p in entry.parameters}
    assert all(set(p) - {"dim"} <= names for p in entry.points)
    for k in range(len(entry.points)):
        claim = claim_at(entry.slug, k)
        assert isinstance(claim.group, AbstractGroup)
        assert claim.name == entry.slug
        assert claim.source is entry.source
        assert claim.assumptions
        assert len({a.name for a in claim.assumptions}) == len(claim.assumptions)
    assert entry.at().dim == entry.default_dim


@pytest.mark.parametrize("entry", THEOREMS, ids=lambda t: t.slug)
def test_the_docstring_has_its_headings_in_order(entry: Theorem) -> None:
    found = sections(entry)
    assert tuple(found) == HEADINGS
    assert all(found.values())
    assert len(found["Proof idea"].splitlines()) <= 5
    bold = set(re.findall(r"\*\*(.+?)\*\*", found["Claim"]))
    relations = {claim_at(entry.slug, k).relation for k in range(len(entry.points))}
    assert bold == {r.value for r in relations} <= {r.value for r in Relation}
    assert entry.source.key in found["Source"]


@pytest.mark.parametrize("entry", THEOREMS, ids=lambda t: t.slug)
def test_the_example_runs(entry: Theorem) -> None:
    module = inspect.getmodule(entry.claim_at)
    assert module is not None
    text = module.__doc__ or ""
    example = doctest.DocTestParser().get_doctest(text, {}, entry.slug, None, None)
    assert example.examples
    said: list[str] = []
    results = doctest.DocTestRunner(verbose=False).run(example, out=said.append)
    assert results.failed == 0, "".join(said)
    assert results.attempted >= 2


@pytest.mark.parametrize("entry", THEOREMS, ids=lambda t: t.slug)
def test_the_source_is_stated(entry: Theorem) -> None:
    source = entry.source
    assert source.key
    assert source.authors
    assert source.title
    assert source.evidence in Evidence
    assert source.evidence is not Evidence.RECALLED or not re.search(r"\d", source.statement)
    assert str(source.year) in source.key
    assert entry.slug.startswith(source.key.split("_")[0])
    assert entry.statement
    assert entry.statement.count("$") % 2 == 0


def test_slugs_are_sorted_and_unique() -> None:
    slugs = [t.slug for t in THEOREMS]
    assert slugs == sorted(set(slugs))
    assert all(theorem(s).slug == s for s in slugs)


@pytest.mark.parametrize(("slug", "k", "name"), audited())
def test_an_assumption_can_be_dropped(slug: str, k: int, name: str) -> None:
    claim = claim_at(slug, k)
    part = assumption(claim, name)
    assert part.statement
    assert part.weakening
    weak = weakened(claim, name)
    if isinstance(weak, SithError):
        assert "\n" not in str(weak)
        return
    assert weak != claim, "the weakening changes nothing"
    assert weak.replace(assumptions=()) != claim.replace(assumptions=())
    verdict = audited_verdict(weak, degree=2 if claim.dim <= 3 else 1)
    if isinstance(verdict, SithError):
        assert "\n" not in str(verdict)
        return
    assert part.role is not Role.NECESSARY or not verdict.agrees, str(verdict)


def test_a_special_case_says_so_in_its_title() -> None:
    special = [t for t in THEOREMS if t.special]
    assert special
    assert all(t.title.endswith(f"(special case: {t.special})") for t in special)
    assert all("special case" not in t.title for t in THEOREMS if not t.special)
    plain = replace(special[0], special="")
    assert replace(plain, title="T", special="S").title == "T (special case: S)"
