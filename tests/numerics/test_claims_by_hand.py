"""Claims whose truth is worked out by hand, and the figures that once spoke against it."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
import sympy as sp
import torch

from sith import (
    AbstractGroup,
    Affine,
    Agreement,
    Box,
    BoxSymmetries,
    Claim,
    ConditionalLikelihood,
    Encoder,
    Euclidean,
    ExponentialFamily,
    ExponentialNorm,
    Gaussian,
    InfoNCE,
    InnerProduct,
    NegativeNorm,
    Orthogonal,
    RealSpace,
    Relation,
    Shifted,
    SignFlips,
    Sphere,
    Trivial,
    Uniform,
    UnsupportedCondition,
    VonMisesFisher,
    World,
    derive,
    exact_check,
    theorem,
)
from sith.numerics.exact.tabular import tabular_problem
from sith.numerics.searching import Point
from sith.numerics.searching.losses import refute_by_families
from sith.numerics.searching.members import best_member
from sith.numerics.verbs.check_report import CheckReport
from sith.theory import latents

R = sp.Rational
audits = import_module("sith.numerics.verbs.audit")


def environments(*parameters: tuple[Any, ...]) -> Claim:
    """Environments move the mean of two latents: Aff(2) where the differences have rank 2."""
    x = latents(2)
    family = ExponentialFamily(((x[0],), (x[1],)), tuple(parameters))
    world = World(RealSpace(2), Gaussian(), family)
    return Claim("means", world, ConditionalLikelihood(), Encoder(RealSpace(2)), Affine(2))


def box(outputs: RealSpace | Box, group: AbstractGroup, **parts: Any) -> Claim:
    """The distance of the latents, one coordinate."""
    world = World(Box(1), Uniform(), ExponentialNorm(10, 2))
    critic = InfoNCE(NegativeNorm(2), R(1, 10))
    return Claim("distance", world, critic, Encoder(outputs), group, **parts)


def content(dim: int, kept: int, group: AbstractGroup, relation: Relation) -> Claim:
    found = theorem("vonkugelgen_2021_content_style").at(dim, content=kept)
    return found.replace(name="content", group=group, relation=relation)


def test_a_nearly_redundant_environment_is_not_a_redundant_one() -> None:
    """Along the second latent the condition moves by 1e-8 of its size, which is not rounding."""
    near = exact_check(environments((0, 0), (1, 0), (1, R(1, 10**8))))
    assert near.passed is Agreement.UNDECIDED, near.reason
    redundant = exact_check(environments((0, 0), (1, 0), (2, 0)))
    assert redundant.passed is Agreement.DISAGREES


def test_a_map_that_equals_a_member_on_flat_representations_is_no_other_optimum() -> None:
    """(h1 + h2/2, h2) is no isometry, and is the identity where h2 = 0."""
    true = exact_check(box(RealSpace(2), Euclidean(2)), degree=1)
    assert true.passed is not Agreement.DISAGREES, true.reason
    small = exact_check(box(RealSpace(2), Shifted(SignFlips(2))), degree=1)
    assert small.passed is Agreement.DISAGREES


def test_a_member_that_leaves_the_output_space_is_not_optimal() -> None:
    large = exact_check(box(Box(1), Euclidean(1)))
    assert large.passed is Agreement.DISAGREES
    assert "takes points out of the unit box" in large.reason
    for group, relation in (
        (BoxSymmetries(1), Relation.EQUALITY),
        (Euclidean(1), Relation.CONTAINED),
    ):
        found = exact_check(box(Box(1), group, relation=relation))
        assert found.passed is not Agreement.DISAGREES, found.reason


def test_content_is_recovered_up_to_maps_that_keep_its_law() -> None:
    """Of one uniform coordinate in (0, 1) these are c and 1 − c, and no other diffeomorphism."""
    curves = theorem("vonkugelgen_2021_content_style").at(2, content=1).group
    answers = {
        (curves, Relation.CONTAINED): Agreement.AGREES,
        (curves, Relation.EQUALITY): Agreement.DISAGREES,
        (BoxSymmetries(1), Relation.EQUALITY): Agreement.AGREES,
        (BoxSymmetries(1), Relation.CONTAINED): Agreement.AGREES,
        (Trivial(1), Relation.EQUALITY): Agreement.DISAGREES,
    }
    for (group, relation), answer in answers.items():
        found = exact_check(content(2, 1, group, relation))
        assert found.passed is answer, (str(group), relation, found.reason)


def test_members_without_finite_values_are_no_best_member() -> None:
    problem = tabular_problem(box(RealSpace(1), Euclidean(1)))
    nowhere = replace(problem, base=torch.full_like(problem.base, torch.nan))
    with pytest.raises(UnsupportedCondition, match="no member"):
        best_member(nowhere)


def sphere() -> Claim:
    world = World(Sphere(2), Uniform(), VonMisesFisher(3))
    critic = InfoNCE(InnerProduct(), R(1, 3))
    return Claim("circle", world, critic, Encoder(Sphere(2)), Orthogonal(2))


def test_figures_against_a_proof_are_a_contradiction_and_decide_nothing() -> None:
    derived, exact = derive(sphere()), exact_check(sphere(), degree=1)
    assert derived.agreement is Agreement.AGREES
    against = replace(exact, passed=Agreement.DISAGREES)
    report = CheckReport("circle", derived, (against,), (), (), "smoke", "cpu", 0.0)
    assert (report.outcome, report.exit_status) == (Agreement.UNDECIDED, 3)
    assert report.contradiction.endswith("the exact check")
    assert report.contradiction in str(report)
    # Over a smaller scope than all maps nothing is proved against a figure.
    near = replace(report, derived=derive(sphere().replace(group=SignFlips(2))))
    assert near.derived.agreement is Agreement.DISAGREES
    assert (near.outcome, near.contradiction) == (Agreement.DISAGREES, "")


def test_a_free_family_is_a_witness_wherever_its_loss_happens_to_be_least() -> None:
    """All rotations are free; that by π is a joint sign flip, a member of the stated group."""
    (found,) = refute_by_families(sphere().replace(group=SignFlips(2)), Point())
    assert found.shown.startswith("rotation of the plane")
    assert refute_by_families(sphere(), Point()) == ()


def test_an_audit_takes_no_figure_against_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = sphere()
    (figure,) = refute_by_families(claim.replace(group=SignFlips(2)), Point())
    monkeypatch.setattr(audits, "_by_stages", lambda _, every, *__: (figure,) * every[0].numerical)
    found, outcome, reason = audits._searched(claim, claim, audits.SEARCH_BUDGETS["smoke"], 0, [])
    assert (found, outcome) == ((), audits.Needed.NO_WITNESS)
    assert "proves" in reason
    false = claim.replace(group=SignFlips(2))
    found, outcome, _ = audits._searched(false, false, audits.SEARCH_BUDGETS["smoke"], 0, [])
    assert (found, outcome) == ((figure,), audits.Needed.NEEDED)
