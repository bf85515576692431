"""Errata: the published statement fails as stored, the corrected one is derived."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
import sympy as sp

from sith import (
    ERRATA,
    Agreement,
    Classes,
    Encoder,
    Erratum,
    Evidence,
    InfoNCE,
    InnerProduct,
    Map,
    Obstruction,
    Outcome,
    RealSpace,
    Relation,
    UnknownName,
    check_erratum,
    derive,
    erratum,
    rational_unit_vectors,
    theorem,
)
from sith.theory.fold import Fold, tent

DIET, TEMPERATURE = "reizinger_2025_diet_unit_rows", "zaliaduonis_2026_temperature"
every = pytest.mark.parametrize("entry", ERRATA, ids=lambda e: e.slug)


@every
def test_the_published_claim_does_not_stand(entry: Erratum) -> None:
    verdict = derive(entry.published, degree=2)
    assert not verdict.agrees
    assert verdict.exit_status in (1, 2)
    mis_specified = verdict.outcome is Outcome.MIS_SPECIFIED
    assert mis_specified or verdict.agreement is Agreement.DISAGREES


@every
def test_the_corrected_claim_does(entry: Erratum) -> None:
    verdict = derive(entry.corrected, degree=2)
    assert verdict.agrees, str(verdict)
    assert verdict.outcome in (Outcome.IDENTIFIED, Outcome.LOCALLY)


@every
def test_a_registered_theorem_states_the_correction(entry: Erratum) -> None:
    stated = theorem(entry.theorem).at(**entry.parameters)
    ours = entry.corrected
    kept = ("world", "objective", "encoder", "group", "relation")
    assert [getattr(stated, k) for k in kept] == [getattr(ours, k) for k in kept]


@every
def test_the_counterexample_is_exact(entry: Erratum) -> None:
    answer = check_erratum(entry)
    assert answer.holds, answer.reason
    assert "\n" not in answer.reason


@every
def test_the_corrected_claim_has_no_such_counterexample(entry: Erratum) -> None:
    assert not check_erratum(replace(entry, published=entry.corrected)).holds


@every
def test_the_record_is_complete(entry: Erratum) -> None:
    assert entry.slug.startswith(f"{entry.source.key.split('_')[0]}_{entry.source.year}")
    assert entry.source.evidence is not Evidence.RECALLED
    assert entry.says and entry.shown and entry.title and entry.not_proved
    assert erratum(entry.slug) is entry


def test_slugs_are_sorted_and_unique() -> None:
    slugs = [e.slug for e in ERRATA]
    assert slugs == sorted(set(slugs))
    with pytest.raises(UnknownName, match="no erratum"):
        erratum("none")


# Two to one.

TWO_TO_ONE = "vonkugelgen_2021_two_to_one"


def test_a_fold_that_keeps_no_uniform_law_or_is_injective_is_rejected() -> None:
    entry = erratum(TWO_TO_ONE)
    found = entry.counterexample
    assert isinstance(found, Fold)
    a, b = found.symbols
    once = tuple(e.subs(b, b / 2) for e in found.image)
    squeezed = tuple(e.subs(a, a**2) for e in found.image)
    one_branch = found.branches[:1] * 2
    for changed, reason in (
        (replace(found, image=once), "no preimage"),
        (replace(found, image=squeezed), "no preimage"),
        (replace(found, branches=one_branch), "may be injective"),
        (replace(found, branches=found.branches[:1]), "density of the image is 1/2"),
        (replace(found, branches=tuple((x, y + 1) for x, y in found.branches)), "leaves the box"),
    ):
        answer = check_erratum(replace(entry, counterexample=changed))
        assert not answer.holds
        assert reason in answer.reason
    assert tent().check().holds and not tent().smooth and found.smooth


def test_a_fold_is_no_counterexample_where_the_encoder_is_injective_or_the_claim_contains() -> None:
    entry = erratum(TWO_TO_ONE)
    contains = entry.published.replace(relation=Relation.CONTAINS)
    for claim, reason in ((contains, "says nothing"), (entry.corrected, "do not hold")):
        answer = check_erratum(replace(entry, published=claim))
        assert not answer.holds
        assert reason in answer.reason
    assert derive(contains, degree=2).agreement is not Agreement.AGREES


@pytest.mark.parametrize(
    "slug", ["vonkugelgen_2021_content_style", "daunhawer_2023_multimodal", "yao_2024_multiview"]
)
def test_without_injectivity_every_content_theorem_has_the_fold(slug: str) -> None:
    for point in theorem(slug).points:
        values = dict(point)
        claim = theorem(slug).at(values.pop("dim"), **values)
        verdict = derive(claim.replace(encoder=Encoder(claim.encoder.output)), degree=1)
        if claim.encoder.output.dim == 1:
            # A smooth map that keeps the uniform law is monotone; the tent is only continuous.
            assert verdict.agreement is Agreement.LOCALLY, str(verdict)
            continue
        assert verdict.agreement is Agreement.DISAGREES, str(verdict)
        assert "not injective" in verdict.reason


# What the checker rejects.


def test_a_rotation_is_no_counterexample() -> None:
    turn = Map.linear(sp.Matrix([[3, -4], [4, 3]]) / 5)
    answer = check_erratum(replace(erratum(DIET), counterexample=turn))
    assert not answer.holds
    assert "in the published group" in answer.reason


def test_a_stretch_along_other_axes_is_not_optimal() -> None:
    stretch = Map.linear(sp.diag(sp.Rational(3, 4), sp.Rational(4, 3)))
    answer = check_erratum(replace(erratum(DIET), counterexample=stretch))
    assert not answer.holds
    assert "not optimal" in answer.reason


def test_the_published_assumptions_must_hold_at_the_point() -> None:
    entry = erratum(DIET)
    # The same rectangle with its sides along the axes: (v⊙v, v) has rank 3.
    corners = tuple(
        (sp.Rational(3 * a, 5), sp.Rational(4 * b, 5)) for a in (1, -1) for b in (1, -1)
    )
    claim = entry.published
    plain = claim.replace(world=claim.world.replace(pairs=Classes(corners, sp.Integer(3))))
    stretch = Map.linear(sp.diag(sp.Rational(3, 4), sp.Rational(4, 3)))
    answer = check_erratum(replace(entry, published=plain, counterexample=stretch))
    assert not answer.holds
    assert "rank 3" in answer.reason


def test_a_changed_obstruction_is_rejected() -> None:
    entry = erratum(TEMPERATURE)
    found = entry.counterexample
    assert isinstance(found, Obstruction)
    for changed in (replace(found, value=sp.Integer(1)), replace(found, rows=(0, 1, 2, 2))):
        assert not check_erratum(replace(entry, counterexample=changed)).holds


# The figures of the errata.


@cache
def free_fields(dim: int, classes: int) -> int:
    claim = theorem("reizinger_2025_diet").at(dim, case="C3", classes=sp.Integer(classes))
    return derive(claim, degree=1).dimension_by_degree[1]


@pytest.mark.parametrize(
    ("dim", "classes", "extra"),
    [(2, 3, 2), (2, 4, 1), (2, 5, 0), (2, 6, 0), (3, 6, 3), (3, 8, 1), (3, 9, 0)],
)
def test_every_class_below_the_count_leaves_one_more_field(
    dim: int, classes: int, extra: int
) -> None:
    count = dim * (dim + 3) // 2
    assert extra == max(0, count - classes)
    assert free_fields(dim, classes) == dim * (dim - 1) // 2 + extra
    vectors = Classes(rational_unit_vectors(classes, dim), sp.Integer(1))
    assert vectors.free_quadrics == extra


def test_2d_classes_meet_the_published_assumption_and_leave_a_field() -> None:
    entry = erratum(DIET)
    claim = theorem("reizinger_2025_diet").at(2, case="C3", classes=sp.Integer(4))
    assert entry.assumptions_met(claim).holds
    assert not derive(claim, degree=1).agrees


def test_free_quadrics_do_not_depend_on_the_axes() -> None:
    turn = sp.Matrix([[5, -12], [12, 5]]) / 13
    for count in (3, 4, 5):
        vectors = rational_unit_vectors(count, 2)
        turned = tuple(tuple(turn * sp.Matrix(v)) for v in vectors)
        one, other = (Classes(v, sp.Integer(1)) for v in (vectors, turned))
        assert one.free_quadrics == other.free_quadrics == 5 - count


def test_a_constant_map_beats_every_rotation_at_the_stated_temperature() -> None:
    claim = erratum(TEMPERATURE).published
    kappa, b = claim.world.pairs.concentration, 1 / claim.objective.temperature
    # Infinitely many negatives: −b E[h·h̃] + log E[e^{b h·h⁻}], 0 for a constant map.
    rotation = sp.log(sp.sinh(b) / b) - b * (sp.coth(kappa) - 1 / kappa)
    assert rotation > 0
    assert sp.log(sp.sinh(kappa) / kappa) - kappa * (sp.coth(kappa) - 1 / kappa) < 0


def test_a_free_length_restores_attainability() -> None:
    claim = erratum(TEMPERATURE).published
    free = claim.replace(encoder=replace(claim.encoder, output=RealSpace(3)))
    assert derive(free, degree=1).outcome is not Outcome.MIS_SPECIFIED
    assert derive(claim.replace(objective=InfoNCE(InnerProduct(), 1)), degree=1).exit_status == 2
