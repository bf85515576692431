"""Verdicts: what is said of claims that stand, fall, are mis-specified, or are out of reach."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import pytest
import sympy as sp

from sith import (
    Agreement,
    AnisotropicSphere,
    Box,
    Claim,
    Encoder,
    ExpressionCritic,
    Extent,
    Family,
    FloatInSymbolicField,
    InfoNCE,
    InnerProduct,
    InputError,
    LearnedDiagonal,
    Linear,
    Membership,
    MissingAssumption,
    Mixing,
    NegativeNorm,
    Orthogonal,
    Outcome,
    PairLogDensity,
    RealSpace,
    Relation,
    SignedPermutations,
    SithError,
    Sphere,
    Trivial,
    Uniform,
    UnknownName,
    Verdict,
    VonMisesFisher,
    World,
    as_rational,
    derive,
    pair,
    theorem,
)

Z, ZT = pair(2)


def vmf(kappa: object = 2, temperature: object = sp.Rational(1, 2), **changes: object) -> Claim:
    claim = Claim(
        "claim",
        World(Sphere(2), Uniform(), VonMisesFisher(kappa)),
        InfoNCE(InnerProduct(), temperature),
        Encoder(Sphere(2)),
        Orthogonal(2),
    )
    return claim.replace(**changes)


def test_a_claim_that_stands() -> None:
    verdict = derive(vmf(), degree=2)
    assert verdict.outcome is Outcome.IDENTIFIED
    assert verdict.agrees
    assert verdict.exit_status == 0
    assert verdict.group == verdict.stated == "O(2)"
    assert verdict.dimension_by_degree == {1: 1, 2: 1}
    assert verdict.scope.components == "all maps, by L-sphere-iso; 2 connected components"
    assert next(x.extent for x in verdict.upper if x.group == "O(2)") is Extent.ALL_MAPS
    assert any("ξ" in x.element for x in verdict.lower)
    assert verdict.missing == ()
    assert not verdict.escape
    assert "all smooth fields" in verdict.scope.fields
    assert verdict.scope.not_shown == ()


def test_a_group_stated_too_small_names_what_escapes() -> None:
    verdict = derive(vmf(group=SignedPermutations(2)), degree=1)
    # The outcome speaks of the optimal maps, whatever group is stated.
    assert verdict.outcome is Outcome.IDENTIFIED
    assert verdict.group == "O(2)"
    assert verdict.agreement is Agreement.DISAGREES
    assert verdict.exit_status == 1
    assert verdict.reason.startswith("too small a group is stated")
    assert verdict.escape


def test_a_group_stated_too_large_names_what_is_not_free() -> None:
    verdict = derive(vmf(group=Linear(2)), degree=1)
    assert verdict.outcome is Outcome.IDENTIFIED
    assert verdict.exit_status == 1
    assert verdict.agreement is Agreement.DISAGREES
    assert verdict.reason.startswith("too large a group is stated")
    assert "the optimal maps are contained in GL(2), a stronger result" in verdict.reason
    assert derive(vmf(group=Linear(2), relation=Relation.CONTAINED), degree=1).agrees


@pytest.mark.parametrize(
    ("group", "relation", "agrees"),
    [
        (Linear(2), Relation.CONTAINED, True),
        (Linear(2), Relation.CONTAINS, False),
        (SignedPermutations(2), Relation.CONTAINED, False),
        (SignedPermutations(2), Relation.CONTAINS, True),
        (Orthogonal(2), Relation.CONTAINED, True),
        (Orthogonal(2), Relation.CONTAINS, True),
    ],
)
def test_relations(group: Linear, relation: Relation, agrees: bool) -> None:
    assert derive(vmf(group=group, relation=relation), degree=1).agrees is agrees


@pytest.mark.parametrize(("kappa", "tau"), [(2, 1), (1, 2), (10, sp.Rational(1, 20))])
def test_a_temperature_that_does_not_match_is_mis_specified(kappa: int, tau: object) -> None:
    verdict = derive(vmf(kappa, tau))
    assert verdict.outcome is Outcome.MIS_SPECIFIED
    assert verdict.exit_status == 2
    assert not verdict.agrees
    assert "\n" not in verdict.reason
    assert f"κτ = {kappa * tau}" in verdict.reason
    assert f"τ = 1/κ = {sp.Rational(1, kappa)}" in verdict.reason
    assert verdict.dimension_by_degree == {}


def test_a_critic_that_cannot_express_the_pairs_names_one_that_can() -> None:
    world = World(Sphere(2), Uniform(), AnisotropicSphere((1, 2)))
    verdict = derive(vmf(world=world))
    assert verdict.outcome is Outcome.MIS_SPECIFIED
    assert "LearnedDiagonal()" in verdict.reason
    cured = vmf(world=world, objective=InfoNCE(LearnedDiagonal()), group=SignedPermutations(2))
    assert derive(cured, degree=1).agrees


def transcendental(score: sp.Expr) -> Claim:
    return Claim(
        "claim",
        World(Box(2), Uniform(), PairLogDensity(score, Z, ZT)),
        InfoNCE(ExpressionCritic(score, Z, ZT)),
        Encoder(RealSpace(2)),
        Trivial(2),
    )


@pytest.mark.parametrize(
    ("score", "named"),
    [
        (sp.exp(sp.sin(Z[0] * ZT[0])) + Z[1] * ZT[1], r"sin(z1*zt1)"),
        (sp.cos(Z[0] - ZT[0]) + Z[1] * ZT[1], "(z1 - zt1)"),
        (sp.sqrt(2) * Z[0] * ZT[0] + Z[1] * ZT[1], "sqrt(2)"),
    ],
)
def test_what_the_engine_cannot_treat_is_undecided_and_named(score: sp.Expr, named: str) -> None:
    verdict = derive(transcendental(score), degree=1)
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.agreement is Agreement.UNDECIDED
    assert verdict.exit_status == 3
    assert named in verdict.reason
    assert not verdict.agrees
    assert "\n" not in verdict.reason


def test_an_irrational_scale_is_undecided_with_its_reason() -> None:
    claim = theorem("zimmermann_2021_lp").at(2, p=sp.Rational(3, 2), rate=1)
    verdict = derive(claim.replace(objective=InfoNCE(NegativeNorm(sp.Rational(3, 2)), 2)))
    assert verdict.outcome is Outcome.UNDECIDED
    assert "2**(2/3)" in verdict.reason


def test_a_budget_is_named_with_its_estimate() -> None:
    verdict = derive(theorem("zimmermann_2021_vmf"), max_unknowns=11)
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.exit_status == 3
    assert "48 unknowns" in verdict.reason
    assert "--degree" in verdict.reason


@pytest.mark.parametrize(
    "make",
    [
        lambda: vmf(group=None),
        lambda: vmf(group=Orthogonal),
        lambda: vmf(group=Orthogonal(3)),
        lambda: vmf(world="sphere"),
        lambda: vmf(encoder="network"),
        lambda: derive(vmf(), dim=3),
        lambda: derive(vmf(), kappa=3),
        lambda: derive(vmf(), degree=0),
        lambda: derive(vmf(), degree=9),
        lambda: derive(vmf(), degree=True),
        lambda: derive(vmf(), degree=2.0),
        lambda: derive(theorem("zimmermann_2021_vmf"), dim=1),
        lambda: derive(theorem("zimmermann_2021_vmf"), dim=2.0),
        lambda: derive(theorem("zimmermann_2021_vmf"), kappa=0),
        lambda: derive(theorem("zimmermann_2021_vmf"), kappa="many"),
        lambda: derive(theorem("zimmermann_2021_vmf"), tau=1),
        lambda: derive(theorem("zimmermann_2021_lp"), p=0),
        lambda: derive(theorem("rusak_2025_aninfonce"), ties="some"),
        lambda: derive(theorem("vonkugelgen_2021_content_style"), content=3),
        lambda: derive(vmf(encoder=Encoder(Sphere(2), Family.LINEAR))),
        lambda: derive(vmf(world=vmf().world.replace(mixing=Mixing.ARBITRARY))),
        lambda: theorem("zimmerman_2021"),
        lambda: as_rational("1/0"),
    ],
)
def test_input_errors_are_one_line(make: object) -> None:
    with pytest.raises(InputError) as caught:
        make()  # type: ignore[operator]
    assert str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kappa", [0.5, float("nan"), sp.Float(2)])
def test_floats_are_refused(kappa: object) -> None:
    with pytest.raises(FloatInSymbolicField):
        derive(theorem("zimmermann_2021_vmf"), kappa=kappa)


def test_the_nearest_slug_is_suggested() -> None:
    with pytest.raises(UnknownName, match="did you mean 'zimmermann_2021_vmf'"):
        theorem("zimmermann_2021_vfm")


def test_a_missing_assumption_names_its_cure() -> None:
    with pytest.raises(MissingAssumption, match="INJECTIVE") as caught:
        derive(vmf(world=vmf().world.replace(mixing=Mixing.ARBITRARY)))
    assert isinstance(caught.value, SithError)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("1/2", sp.Rational(1, 2)),
        ("C4", "C4"),
        ("-2/4", sp.Rational(-1, 2)),
        ("x/y", "x/y"),
    ],
)
def test_values_of_the_command_line(text: str, value: object) -> None:
    assert as_rational(text) == value


def test_a_membership_is_not_a_truth_value() -> None:
    answer = Membership(True, "because")
    with pytest.raises(TypeError, match=r"\.holds"):
        bool(answer)
    with pytest.raises(TypeError):
        assert not answer


@cache
def stands() -> Verdict:
    return derive(vmf(), degree=1)


def verdict_of(outcome: Outcome, agreement: Agreement) -> Verdict:
    return replace(stands(), outcome=outcome, agreement=agreement)


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("agreement", list(Agreement))
def test_exit_statuses(outcome: Outcome, agreement: Agreement) -> None:
    status = verdict_of(outcome, agreement).exit_status
    if outcome is Outcome.MIS_SPECIFIED:
        assert status == 2
    elif agreement is Agreement.UNDECIDED:
        assert status == 3
    else:
        # A claim may be settled where the set of optimal maps is not: F ⊆ S is enough for some.
        assert status == (1 if agreement is Agreement.DISAGREES else 0)


def test_every_outcome_has_help() -> None:
    assert len({o.help for o in Outcome}) == len(Outcome)


def test_a_verdict_is_plain_data_and_readable() -> None:
    verdict = derive(theorem("zimmermann_2021_vmf"), dim=3, degree=2)
    data = json.loads(json.dumps(verdict.to_dict()))
    assert {
        "verdict",
        "group",
        "dimension_by_degree",
        "stated",
        "agrees",
        "trusted",
        "scope",
        "seconds",
    } <= set(data)
    assert data["dimension_by_degree"] == {"1": 3, "2": 3}
    assert any("L-sphere-iso" in lemma for lemma in data["trusted"])
    text = str(verdict)
    assert text.startswith("zimmermann_2021_vmf: identified")
    for lemma in verdict.trusted:
        assert lemma.name in text
    json.dumps(verdict.certificate)
    assert [d["degree"] for d in verdict.certificate["degrees"]] == [1, 2]
    assert len(verdict.certificate["degrees"][1]["fields"]) == 3
