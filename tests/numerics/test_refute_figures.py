"""Figures refute no true claim: coarse nodes, wide error bars, clocks, mis-specified claims."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from fractions import Fraction
from importlib import import_module

import pytest
import sympy as sp
import torch

from sith import (
    Agreement,
    Box,
    Claim,
    Counterexample,
    Encoder,
    Euclidean,
    ExponentialNorm,
    Gaussian,
    InfoNCE,
    InnerProduct,
    Likelihood,
    Membership,
    NegativeNorm,
    NoPairs,
    Orthogonal,
    Outcome,
    RealSpace,
    SignedPermutations,
    Sphere,
    Trivial,
    Uniform,
    UnsupportedCondition,
    VonMisesFisher,
    World,
    check,
    derive,
    exact_check,
    refute,
    tabular_optimum,
)
from sith.numerics.searching import (
    CandidateOnly,
    Finding,
    Kind,
    Point,
    Stage,
    families,
    search,
    stages,
)
from sith.numerics.searching.checks import CHECKS
from sith.numerics.searching.judging import family_by_sampling, judged, judged_twice
from sith.numerics.searching.likelihoods import check_density, refute_by_density
from sith.numerics.searching.losses import refute_by_families, refute_by_table, table_witness
from sith.numerics.searching.setting import loss_of, setting_of
from sith.numerics.searching.witness import CHECKED_BY
from sith.numerics.searching.work import Work


def box_pairs(dim: int, rate: int) -> Claim:
    """True: the shifted distance is kept by E(d) alone."""
    world = World(Box(dim), Uniform(), ExponentialNorm(rate, 2))
    critic = InfoNCE(NegativeNorm(2), sp.Rational(1, rate))
    return Claim("box", world, critic, Encoder(RealSpace(dim)), Euclidean(dim))


def circle(kappa: sp.Rational, beta: sp.Rational) -> Claim:
    world = World(Sphere(2), Uniform(), VonMisesFisher(kappa))
    critic = InfoNCE(InnerProduct(), 1 / beta)
    return Claim("circle", world, critic, Encoder(Sphere(2)), Orthogonal(2))


PEAKED = box_pairs(1, 2000)
MISMATCHED = circle(sp.Integer(10), sp.Integer(12))


def test_peaked_pairs_on_coarse_nodes_refute_nothing() -> None:
    setting = setting_of(box_pairs(2, 10_000))
    assert not setting.resolved
    table = torch.rand(setting.problem.base.shape, dtype=torch.float64)
    answer = judged(Kind.EQUAL_LOSS, setting, table)
    assert not answer.holds
    assert "undecided" in answer.reason
    for probe in (refute_by_families, refute_by_table):
        with pytest.raises(UnsupportedCondition, match="too peaked"):
            probe(box_pairs(2, 10_000), Point())
    claim = box_pairs(2, 10_000)
    assert exact_check(claim).passed is Agreement.UNDECIDED
    assert "too peaked" in exact_check(claim).reason
    assert tabular_optimum(claim, starts=3, iterations=50).passed is not Agreement.DISAGREES


def test_a_flat_loss_refutes_nothing() -> None:
    claim = circle(sp.Rational(1, 100_000), sp.Rational(1, 100_000))
    with pytest.raises(UnsupportedCondition, match="flat up to rounding"):
        refute_by_families(claim, Point())
    assert "flat up to rounding" in exact_check(claim).reason
    weak = circle(sp.Rational(1, 100), sp.Rational(1, 100))
    assert refute_by_families(weak, Point()) == ()
    assert exact_check(weak).passed is Agreement.AGREES


def test_tolerances_are_shares_of_the_scale() -> None:
    """A wrong group is still seen where the whole loss is 1e-5."""
    weak = circle(sp.Rational(1, 100), sp.Rational(1, 100)).replace(group=SignedPermutations(2))
    (found,) = refute_by_families(weak, Point())
    assert found.kind is Kind.EQUAL_LOSS
    assert exact_check(weak).passed is Agreement.DISAGREES


def test_an_error_bar_wider_than_the_effect_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = circle(sp.Integer(2), sp.Integer(5))
    setting = setting_of(claim)
    member = next(f for f in families(setting.problem.output) if "to the pole" in f.name)
    table = member.change(setting.problem.base, 2 / 3)
    near = replace(setting, best=setting.best - 0.04)
    answer = judged_twice(Kind.LOWER_LOSS, setting, table, near, table)
    assert not answer.holds
    assert "undecided" in answer.reason
    assert judged_twice(Kind.LOWER_LOSS, setting, table, setting, table).holds
    name = "sith.numerics.searching.judging.monte_carlo_difference"
    monkeypatch.setattr(name, lambda *_: (-0.05, 0.05))
    sampled = family_by_sampling(Kind.LOWER_LOSS, claim, member, 2 / 3)
    assert not sampled.holds
    assert sampled.reason.startswith("undecided")
    # A bar of a third of the effect was enough once, and is not.
    effect = setting.best - loss_of(setting.problem, table)
    monkeypatch.setattr(name, lambda *_: (-0.05, effect / 9))
    assert "undecided" in family_by_sampling(Kind.LOWER_LOSS, claim, member, 2 / 3).reason
    monkeypatch.setattr(name, lambda *_: (0.05, 0.001))
    assert "quadrature gives" in family_by_sampling(Kind.LOWER_LOSS, claim, member, 2 / 3).reason


def test_a_mis_specified_claim_is_not_searched_but_taken_over() -> None:
    report = refute(MISMATCHED)
    assert report.finding is Finding.MIS_SPECIFIED
    assert (report.refuted, report.exit_status, report.tried) == (False, 2, ())
    assert report.witness[0].kind is Kind.OBSTRUCTION
    assert report.witness[0].check(MISMATCHED).holds
    assert "mis-specified" in str(report).splitlines()[0]
    checked = check(MISMATCHED, seeds=2)
    assert checked.derived.outcome is Outcome.MIS_SPECIFIED
    assert checked.to_dict()["verdict"] == "mis-specified"
    assert (checked.outcome, checked.exit_status) == (Agreement.UNDECIDED, 2)


def test_work_is_charged_beforehand_and_never_overspent() -> None:
    account = Work(10)
    assert account.charge(7)
    assert not account.charge(4)
    assert (account.spent, account.left) == (7, 3)
    stage = Stage("costly", lambda *_: (), price=lambda _: 11)
    found, attempt = search(PEAKED, stage, dim=None, fixed={}, cases=1, work=10, seed=0)
    assert found == ()
    assert (attempt.cases, attempt.work) == (0, 0)
    assert "stopped by the budget of work" in attempt.result


def test_a_clock_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def said() -> dict[str, object]:
        data = refute(circle(sp.Integer(2), sp.Integer(2))).to_dict()
        for row in (data, *data["tried"]):
            del row["seconds"]
        return data

    idle = said()
    ticks = itertools.count(step=1000.0)
    monkeypatch.setattr(time, "perf_counter", lambda: next(ticks))
    assert said() == idle


def test_figures_against_a_proof_decide_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A numerical witness that passes its own checks, where the derivation proves the claim."""
    claim = circle(sp.Integer(2), sp.Integer(2))
    assert derive(claim).agreement is Agreement.AGREES
    parts = {"shown": "a map", "equal": "", "differs": "", "data": {}}

    def planted(of: Claim, point: Point, *, exact: bool = False) -> tuple[Counterexample, ...]:
        kind = Kind.EQUAL_LOSS
        return (Counterexample.found(of, point, kind=kind, exact=exact, **parts),)

    monkeypatch.setitem(CHECKED_BY, Kind.EQUAL_LOSS, lambda *_: Membership(True, "equal"))
    module = import_module("sith.numerics.searching.stages")
    monkeypatch.setattr(module, "refute_by_families", planted)
    report = refute(claim)
    assert (report.finding, report.exit_status) == (Finding.UNDECIDED, 3)
    assert "the derivation proves the claim" in str(report)
    assert refute(claim.replace(group=Trivial(2))).refuted


def test_a_witness_outside_the_box_is_rejected() -> None:
    base = box_pairs(2, 20)
    claim = base.replace(encoder=Encoder(Box(2)), group=Trivial(2))
    setting = setting_of(claim)
    for outside in (setting.problem.base + 0.5, torch.full_like(setting.problem.base, torch.nan)):
        answer = judged(Kind.EQUAL_LOSS, setting, outside)
        assert not answer.holds
        assert "output space" in answer.reason
        witness = table_witness(claim, Point(), setting, setting.problem.base)
        rows = outside.tolist()
        assert not CHECKS[Kind.EQUAL_LOSS](replace(witness, data={"table": rows}), claim).holds
    assert judged(Kind.EQUAL_LOSS, setting, 1 - setting.problem.base).holds


def test_a_likelihood_has_its_loss_on_nodes() -> None:
    world = World(RealSpace(2), Gaussian(), NoPairs())
    claim = Claim("law", world, Likelihood(), Encoder(RealSpace(2)), Orthogonal(2))
    (found,) = refute_by_density(claim, Point())
    assert found.kind is Kind.EQUAL_LOSS
    assert check_density(found, claim).holds
    fold = {"family": "fold of coordinate 1", "t": "1"}
    answer = check_density(replace(found, data=fold), claim)
    assert not answer.holds
    assert "by sampling" in answer.reason
    shear = {"family": "shear of 1 along 2", "t": "1"}
    assert not check_density(replace(found, data=shear), claim).holds
    turned = {"family": "rotation of the plane (1, 2)", "t": str(Fraction(1, 2))}
    assert "a member" in check_density(replace(found, data=turned), claim).reason


def test_what_more_nodes_do_not_confirm_is_a_candidate(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = circle(sp.Integer(2), sp.Integer(2)).replace(group=SignedPermutations(2))
    assert refute_by_families(wrong, Point())
    refuse = judged(Kind.EQUAL_LOSS, setting_of(wrong), setting_of(wrong).problem.base)
    monkeypatch.setattr("sith.numerics.searching.losses.family_on_more_nodes", lambda *_: refuse)
    with pytest.raises(CandidateOnly, match="a member"):
        refute_by_families(wrong, Point())


def test_numerical_stages_are_marked() -> None:
    every = stages(PEAKED, 3, trained=True)
    assert [s.numerical for s in every] == sorted(s.numerical for s in every)
    assert {s.method for s in every if s.numerical} >= {"families of maps", "free tables"}
