"""Known exceptions in the parameter space of theorems, each derived on the equation and beside it."""

import pytest
import sympy as sp

from examples.own_losses import Decoupled
from sith import (
    Box,
    Claim,
    Encoder,
    Euclidean,
    ExpressionCritic,
    InfoNCE,
    PairLogDensity,
    Parameter,
    RealSpace,
    Theorem,
    Uniform,
    World,
    classify,
    latents,
    pair,
    theorem,
)
from sith.theory import UNPUBLISHED, InputError, Outcome
from sith.theory.derivation.classification import candidates
from tests.theory.test_classify import differences, free_sphere


def closeness(*, positive):
    """InfoNCE with −(z − z̃)ᵀS(z − z̃) in the world and in the critic, S unknown."""

    def claim_at(dim, s11, s12, s22):
        if positive and s11 * s22 <= s12**2:
            raise InputError("S is not positive definite")
        matrix = sp.Matrix([[s11, s12], [s12, s22]])

        def form(a, b):
            step = sp.Matrix(a) - sp.Matrix(b)
            return sp.expand(-(step.T * matrix * step)[0])

        z, zt = pair(dim)
        u, v = latents(dim, "u"), latents(dim, "v")
        return Claim(
            name="closeness",
            world=World(Box(dim), Uniform(), PairLogDensity(form(z, zt), z, zt)),
            objective=InfoNCE(ExpressionCritic(form(u, v), u, v)),
            encoder=Encoder(RealSpace(dim)),
            group=Euclidean(dim),
        )

    entries = (("s11", 2), ("s12", 1), ("s22", 3))
    return Theorem(
        slug="closeness",
        title="S is unknown",
        statement="S is unknown",
        source=UNPUBLISHED,
        claim_at=claim_at,
        default_dim=2,
        parameters=tuple(Parameter(n, sp.Integer(x), "entry of S") for n, x in entries),
    )


def test_the_sphere_in_four_dimensions():
    assert set(candidates(free_sphere(4), degree=1)) == differences(4)


def test_equal_entries_are_the_exception():
    report = classify(free_sphere(2), degree=1)
    assert [a.verdict.group for a in report.generic] == ["signed permutations B(2)"] * 2
    (only,) = report.exceptions
    assert only.condition == "l1 - l2 = 0"
    assert only.on.verdict.group == "O(2)"
    assert {side.verdict.group for side in only.beside} == {"signed permutations B(2)"}
    assert {p["l1"] > p["l2"] for p in (side.point for side in only.beside)} == {True, False}
    assert not only.parts_regions
    assert report.exit_status == 0


def test_the_temperature_of_the_sphere():
    report = classify(theorem("zimmermann_2021_vmf"), dim=2, degree=1, numbers=True)
    assert {a.verdict.outcome for a in report.generic} == {Outcome.MIS_SPECIFIED}
    (only,) = report.exceptions
    assert only.condition == "concentration*temperature - 1 = 0"
    assert only.on.verdict.group == "O(2)"
    assert {side.verdict.outcome for side in only.beside} == {Outcome.MIS_SPECIFIED}
    assert set(report.not_stated) == {"temperature = 0", "concentration = 0"}


def test_a_number_that_a_loss_of_ones_own_refuses_late_is_not_stated():
    """It accepts every temperature when it is made, and none but a positive one when it is derived."""
    circle = theorem("zimmermann_2021_vmf").at(2)
    report = classify(circle.replace(objective=Decoupled()), degree=1, numbers=True)
    assert [e.condition for e in report.exceptions] == ["concentration*temperature - 1 = 0"]
    assert "temperature = 0" in report.not_stated


@pytest.mark.slow
def test_a_positive_matrix_has_no_exception_up_to_conjugacy():
    report = classify(closeness(positive=True), ("s11", "s12"), degree=1)
    assert report.exceptions == ()
    assert "3*s11 - s12**2 = 0" in report.not_stated
    assert len({a.verdict.group for a in report.generic}) == 2
    assert len(report.regions) == 1


def test_a_singular_matrix_is_a_candidate():
    s11, s12, s22 = sp.symbols("s11 s12 s22", real=True)
    assert candidates(closeness(positive=False), degree=1) == (s11 * s22 - s12**2,)


@pytest.mark.slow
def test_the_exponent_of_a_metric_is_tested_at_listed_values():
    report = classify(theorem("zimmermann_2021_lp"), ("p",), dim=2, degree=1)
    (tested,) = report.tested
    assert tested.parameter == "p"
    assert 2 in tested.values and sp.Rational(3, 2) in tested.values
    assert [a.point["p"] for a in tested.exceptional] == [2]
    assert tested.exceptional[0].verdict.group == "E(2)"
    assert [e["condition"] for e in report.to_dict()["exceptions"]] == ["p = 2"]


def test_the_rank_of_the_natural_parameters():
    names = ("parameters2_1", "parameters2_2")
    report = classify(theorem("khemakhem_2020_ivae"), names, dim=2, degree=1, statistics="mean")
    (only,) = report.exceptions
    assert only.condition == "2*parameters2_1 - 3*parameters2_2 = 0"
    assert only.on.verdict.outcome is Outcome.NOT_IDENTIFIED
    assert {side.verdict.group for side in only.beside} == {"Aff(2)"}


@pytest.mark.slow
def test_order_one_against_order_two_statistics():
    report = classify(theorem("khemakhem_2020_ivae"), ("statistics",), dim=2, degree=1)
    (tested,) = report.tested
    groups = {a.point["statistics"]: a.verdict.group for a in tested.answers}
    assert groups["mean"] == "Aff(2)"
    assert groups["variance"] == "generalised permutations (2)"
    assert tested.exceptional == ()
