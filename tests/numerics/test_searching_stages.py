"""The stages for single objectives: their witnesses are re-checked, and tampered ones rejected."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

from sith import (
    Atoms,
    Box,
    Claim,
    CloseClassifier,
    Counterexample,
    Gaussian,
    InputError,
    Likelihood,
    LinearlyCorrelated,
    Map,
    Marginal,
    NoPairs,
    Orthogonal,
    Outcome,
    PairLogDensity,
    Product,
    RealSpace,
    Relation,
    ReversibleDiffusion,
    SlicedNormality,
    Statement,
    Theorem,
    Trivial,
    Uniform,
    World,
    certificate_data,
    cross_covariance,
    derive,
    exact_check,
    latents,
    load_statement,
    map_data,
    pair,
    refute,
    verify_certificate,
)
from sith.numerics.searching import Kind
from sith.testing import falls

FOLDER = Path(__file__).parents[1] / "quality" / "falsehoods"


def planted(name: str, which: str = "FALSE") -> Theorem:
    found = load_statement(f"{FOLDER / name}.py:{which}")
    assert isinstance(found, Theorem)
    return found


def witness_of(statement: Statement, dim: int | None = None, **fixed: Any) -> Counterexample:
    (witness,) = refute(statement, dim, **fixed).witness
    return witness


def tampered(witness: Counterexample, **changes: object) -> Counterexample:
    return replace(witness, data={**witness.data, **changes})


# Laws with equal projections


@pytest.mark.parametrize(("dim", "count"), [(2, 4), (3, 5)])
def test_a_law_with_normal_projections_is_found_for_any_directions(dim: int, count: int) -> None:
    false = planted("sigreg_fixed_directions")
    witness = witness_of(false, dim, directions=sp.Integer(count))
    assert witness.kind is Kind.LAW
    assert witness.check(false).holds
    assert 0.005 < witness.numbers["total variation"] < 0.5


def test_laws_that_are_off_are_rejected() -> None:
    false = planted("sigreg_fixed_directions")
    witness = witness_of(false, 2, directions=sp.Integer(2))
    x, y = latents(2)
    for factor, words in [
        (sp.Integer(0), "N(0, I)"),
        (x * y / 10, "moment"),
        (x / 10, "moment"),
        (1000 * y * (y - x), "positive"),
        (y / (1 + x**2), "polynomial"),
    ]:
        answer = tampered(witness, factor=map_data(Map((x, y), (factor,)))).check(false)
        assert not answer.holds
        assert words in answer.reason
    assert not tampered(witness, factor={}).check(false).holds
    more = replace(witness, parameters={"directions": "3"})
    assert not more.check(false).holds
    everywhere = false.at(2, directions=sp.Integer(2)).replace(objective=SlicedNormality())
    assert not replace(witness, parameters={}).check(everywhere).holds


def test_no_law_is_shown_against_a_claim_that_may_hold_it() -> None:
    false = planted("sigreg_fixed_directions").at(2, directions=sp.Integer(2))
    assert refute(false.replace(group=Orthogonal(2))).refuted
    weaker = false.replace(relation=Relation.CONTAINS)
    assert not refute(weaker).refuted


def test_finitely_many_directions_are_undecided_and_all_are_a_law() -> None:
    false, true = planted("sigreg_fixed_directions"), planted("sigreg_fixed_directions", "TRUE")
    verdict = derive(false, 2)
    assert verdict.outcome is Outcome.UNDECIDED
    assert "do not fix the law" in verdict.reason
    assert "not checked" in exact_check(false.at(2)).reason
    assert derive(true, 2).agrees
    with pytest.raises(InputError, match="direction"):
        SlicedNormality(((0, 0),))


def test_a_stage_that_does_not_apply_is_left_out() -> None:
    tried = {attempt.method for attempt in refute(planted("sigreg_fixed_directions")).tried}
    assert "laws with equal projections" in tried
    assert not tried & {"folds", "selections", "permuted clusters", "whitened subspaces"}


# Permuted clusters


def test_close_models_are_found_for_any_divergence_and_more_labels() -> None:
    false = planted("close_classifiers")
    small = {"kl": sp.Rational(1, 300), "classes": sp.Integer(5), "norm": sp.Integer(60)}
    witness = witness_of(false, 3, **small)
    assert witness.kind is Kind.NEARLY_EQUAL
    assert witness.check(false).holds
    assert witness.numbers["kl"] <= 1 / 300
    assert witness.numbers["residual"] > 0.1
    low = refute(false, 2, kl=sp.Rational(1, 1000), norm=sp.Integer(2))
    assert not low.refuted


def test_models_that_are_off_are_rejected() -> None:
    false = planted("close_classifiers")
    point = {"kl": sp.Rational(1, 1000), "classes": sp.Integer(4), "norm": sp.Integer(10)}
    witness = witness_of(false, 2, **point)
    latents = [[str(x) for x in p] for p in false.at(2, **point).world.prior.points]
    labels = [[str(10 * sp.Rational(x)) for x in p] for p in latents]
    for changes, words in [
        ({"images": latents, "rows": labels}, "1 − R²"),
        ({"rows": labels}, "more than 1/1000"),
        ({"images": [["1", "0"]] * 4}, "one representation"),
        ({"images": [["0.5", "0"]] * 4}, "cannot be checked"),
        ({"rows": labels[:3]}, "4 rows"),
    ]:
        answer = tampered(witness, **changes).check(false)
        assert not answer.holds
        assert words in answer.reason
    less = replace(witness, parameters={**witness.parameters, "norm": "9"})
    assert not less.check(false).holds


def test_equal_classifiers_are_linear_and_atoms_have_no_density() -> None:
    true, false = planted("close_classifiers", "TRUE"), planted("close_classifiers")
    assert derive(true, 2).agrees
    assert derive(false, 2).outcome is Outcome.UNDECIDED
    atoms = true.at(2).world
    assert "density" in derive(true.at(2).replace(objective=SlicedNormality())).reason
    with pytest.raises(InputError, match="atoms"):
        atoms.replace(space=RealSpace(3), pairs=NoPairs())
    with pytest.raises(InputError, match="different"):
        Atoms(((1, 0), (1, 0)))
    with pytest.raises(InputError, match="≥ 0"):
        CloseClassifier(sp.Integer(-1))


# Whitened subspaces


def test_two_solutions_of_barlow_twins_differ_also_with_irrational_whitening() -> None:
    false = planted("barlow_twins_solutions")
    witness = witness_of(false, 3, outputs=sp.Integer(2))
    assert witness.kind is Kind.SECOND_SOLUTION
    assert witness.check(false).holds
    z, zt = pair(3)
    a = sp.Rational(1, 3)
    form = sum((y**2 - x * y for x, y in zip(z, zt, strict=True)), a * zt[0] * zt[1])
    form -= a * (z[0] * zt[1] + z[1] * zt[0]) / 5
    claim = false.at(3)
    mixed = claim.replace(world=claim.world.replace(pairs=PairLogDensity(-form, z, zt)))
    moments = cross_covariance(mixed.world)
    assert not moments.is_diagonal()
    assert falls(mixed).check(mixed).holds


def test_solutions_that_are_off_are_rejected() -> None:
    false = planted("barlow_twins_solutions")
    witness = witness_of(false, 3, outputs=sp.Integer(2))
    rotated = [["3/5", "4/5", "0"], ["-4/5", "3/5", "0"]]
    for changes, words in [
        ({"second": rotated}, "one row space"),
        ({"second": [["1", "0", "0"], ["0", "0", "2"]]}, "≠ I"),
        ({"second": [["1", "0", "0"], ["3/5", "4/5", "0"]]}, "≠ I"),
        ({"first": [["1", "0", "0"]]}, "2 rows"),
        ({"first": [["1", "0", "x"], ["0", "1", "0"]]}, "cannot be checked"),
    ]:
        answer = tampered(witness, **changes).check(false)
        assert not answer.holds
        assert words in answer.reason
    mixed = tampered(witness, second=[["3/5", "0", "4/5"], ["0", "1", "0"]])
    assert mixed.check(false).holds


def test_square_solutions_are_orthogonal_and_others_undecided() -> None:
    false, true = planted("barlow_twins_solutions"), planted("barlow_twins_solutions", "TRUE")
    verdict = derive(true, 2)
    assert verdict.agrees
    assert verify_certificate(certificate_data(verdict, true.name, {}), true.at(2)).valid
    assert not derive(true.at(3).replace(group=Trivial(3))).agrees
    for dim, words in [(3, "subspaces"), (2, "rank ≤ 2")]:
        verdict = derive(false, dim, outputs=sp.Integer({3: 2, 2: 3}[dim]))
        assert verdict.outcome is Outcome.UNDECIDED
        assert words in verdict.reason
    claim = true.at(2)
    assert (
        "cross-covariance"
        in derive(claim.replace(world=claim.world.replace(pairs=NoPairs()))).reason
    )
    z, zt = pair(2)
    odd = PairLogDensity(-(zt[0] ** 2) - zt[1] ** 2 + zt[0] * z[1] - zt[1] * z[0], z, zt)
    assert "symmetric" in derive(claim.replace(world=claim.world.replace(pairs=odd))).reason


# Operators

MIXTURE = {
    "separation": sp.Rational(13, 20),
    "width": sp.Rational(11, 20),
    "correlation": sp.Rational(1, 2),
}


def test_a_world_that_is_not_gaussian_has_a_linear_optimum() -> None:
    """The mixture ±.65 + .55 N at μ = 1/2 of tests/numerics/test_operators.py."""
    false = planted("only_gaussian_latents")
    witness = witness_of(false, 2, **MIXTURE)
    assert witness.kind is Kind.LINEAR_OPTIMUM
    assert witness.numbers["eigenvalue"] == pytest.approx(0.5, abs=1e-8)
    assert witness.numbers["kurtosis"] == pytest.approx(2.549, abs=5e-4)
    assert 0.1948 < witness.numbers["next"] < 0.45
    answer = witness.check(false)
    assert answer.holds
    assert "Monte Carlo" in answer.reason


def test_drifts_that_are_off_are_rejected() -> None:
    false = planted("only_gaussian_latents")
    witness = witness_of(false, 2, **MIXTURE)
    mean = witness.data["mean"]
    for changes, words in [
        ({"mean": [1.01 * m for m in mean]}, "not that of the finer grid"),
        ({"mean": [0.5 * x for x in witness.data["nodes"]]}, "not that of the finer grid"),
        ({"mean": mean[1:]}, "no table"),
        ({"nodes": witness.data["nodes"][::-1]}, "no table"),
        ({"mean": "x"}, "lists of numbers"),
    ]:
        answer = tampered(witness, **changes).check(false)
        assert not answer.holds
        assert words in answer.reason
    other = replace(witness, parameters={**witness.parameters, "correlation": "2/5"})
    assert not other.check(false).holds


def test_of_the_diffusions_only_the_gaussian_one_is_linear() -> None:
    true = planted("only_gaussian_latents", "TRUE")
    claim = true.at(2)
    for law, linear in [(Marginal.NORMAL, True), (Marginal.QUARTIC, False)]:
        at = Product((law, law))
        never = replace(true, parameters=(), claim_at=lambda _, p=at: prior_of(claim, p))
        report = refute(never, 2)
        assert report.refuted is linear
        assert all(w.check(never).holds for w in report.witness)
    for prior in (Product((Marginal.LOGISTIC,) * 2), Product((Marginal.NORMAL, Marginal.UNIFORM))):
        never = replace(true, parameters=(), claim_at=lambda _, p=prior: prior_of(claim, p))
        assert "could not be treated" in refute(never, 2).tried[-1].result


def prior_of(claim: Claim, prior: Product) -> Claim:
    return claim.replace(world=claim.world.replace(prior=prior))


def test_worlds_of_operators_are_undecided_elsewhere_and_need_their_parts() -> None:
    false, true = planted("only_gaussian_latents"), planted("only_gaussian_latents", "TRUE")
    world = false.at(2).world
    assert derive(false, 2).outcome is derive(true, 2).outcome is Outcome.UNDECIDED
    law = false.at(2).replace(objective=Likelihood())
    assert "no density" in derive(law).reason
    with pytest.raises(InputError, match=r"(?i)stationary"):
        world.replace(prior=Gaussian())
    with pytest.raises(InputError, match=r"(?i)stationary"):
        world.replace(pairs=NoPairs())
    with pytest.raises(InputError, match="0 < μ < 1"):
        LinearlyCorrelated(1, 1, 1)
    with pytest.raises(InputError, match="RealSpace"):
        World(Box(2), Uniform(), ReversibleDiffusion())
    diffusion = true.at(2).replace(
        objective=Likelihood(), world=World(RealSpace(2), Gaussian(), ReversibleDiffusion())
    )
    verdict = derive(diffusion)
    data = certificate_data(verdict, diffusion.name, {})
    assert verify_certificate(data, diffusion).valid


@pytest.mark.parametrize(
    ("name", "point"),
    [
        ("sigreg_fixed_directions", {}),
        ("close_classifiers", {"classes": "4", "norm": "10"}),
        ("barlow_twins_solutions", {"root": "1/4"}),
        ("only_gaussian_latents", {"law": "quartic"}),
    ],
)
def test_a_witness_under_the_name_of_the_true_neighbour_is_rejected(
    name: str, point: dict[str, str]
) -> None:
    true = planted(name, "TRUE")
    witness = replace(witness_of(planted(name)), claim=true.name, parameters=point)
    assert not witness.check(true).holds
