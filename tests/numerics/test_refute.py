"""The search: points, witnesses as data, tampering, and what it does when it finds nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy as sp
from hypothesis import given

from sith import (
    Claim,
    Counterexample,
    InputError,
    Mixing,
    Orthogonal,
    Parameter,
    Quantifier,
    Range,
    SignedPermutations,
    Theorem,
    Trivial,
    UnknownName,
    read_counterexample,
    refute,
    theorem,
)
from sith.numerics.searching import Kind, Point, points
from sith.testing import falls, stands

VMF = theorem("zimmermann_2021_vmf")
WRONG = VMF.at(2).replace(group=SignedPermutations(2))
HALF = sp.Rational(1, 2)
RANGED = Theorem(
    slug="ranged",
    title="",
    statement="",
    source=VMF.source,
    claim_at=lambda dim, kappa, word: VMF.at(dim, kappa=kappa),
    parameters=(
        Parameter("kappa", sp.Integer(3), "κ", ranges=(Range(HALF, sp.Integer(9)),)),
        Parameter("word", "a", "a word", ("a", "b")),
    ),
    dims=(2, 3),
)


@given(points(RANGED))
def test_points_lie_in_the_ranges(point: Point) -> None:
    assert point.dim in (2, 3)
    assert HALF <= point.parameters["kappa"] <= 9
    assert point.parameters["word"] in ("a", "b")
    assert point.claim(RANGED).dim == point.dim


def test_held_parameters_stay() -> None:
    report = refute(WRONG_THEOREM, kappa=sp.Rational(7, 2))
    assert report.witness[0].parameters["kappa"] == "7/2"
    assert refute(WRONG_THEOREM, 3).witness[0].dim == 3


WRONG_THEOREM = replace(
    RANGED,
    claim_at=lambda dim, kappa, word: VMF.at(dim, kappa=kappa).replace(group=Trivial(dim)),
)


def test_plain_integers_are_parameters_too() -> None:
    wrong = replace(
        VMF, claim_at=lambda dim, kappa: VMF.at(dim, kappa=kappa).replace(group=Trivial(dim))
    )
    witness = refute(wrong, 2, kappa=5).witness[0]
    assert (witness.kind, witness.parameters) == (Kind.FREE_MAP, {"kappa": "5"})
    assert witness.check(wrong).holds
    with pytest.raises(InputError, match="a fraction or a word"):
        Point(2, {"kappa": 2.5}).texts()


def test_values_outside_a_range_are_refused() -> None:
    with pytest.raises(InputError, match="1/2 to 9"):
        RANGED.at(2, kappa=sp.Integer(10))
    with pytest.raises(InputError, match="a, b"):
        RANGED.at(2, word="c")
    with pytest.raises(InputError, match="low ≤ high"):
        Range(sp.Integer(2), sp.Integer(1))
    with pytest.raises(UnknownName):
        refute(RANGED, mu=1)
    with pytest.raises(InputError, match="smoke"):
        refute(VMF, budget="endless")


def test_a_wrong_claim_falls_and_a_right_one_stands() -> None:
    assert falls(WRONG).kind is Kind.FREE_MAP
    assert stands(VMF, 2).agrees
    with pytest.raises(AssertionError, match="disagree"):
        stands(WRONG)
    with pytest.raises(AssertionError, match="no witness found"):
        falls(VMF.at(2))


def test_a_statement_that_never_holds_is_refuted_by_a_point_where_it_does() -> None:
    never = replace(RANGED, quantifier=Quantifier.NONE)
    report = refute(never)
    assert report.witness[0].kind is Kind.STANDS
    assert report.witness[0].check(never).holds
    nowhere = replace(WRONG_THEOREM, quantifier=Quantifier.NONE)
    report = refute(nowhere)
    assert not report.refuted
    assert report.exit_status == 3


def test_a_fold_refutes_any_mixing() -> None:
    claim = VMF.at(3)
    weak = claim.replace(world=claim.world.replace(mixing=Mixing.ARBITRARY))
    witness = falls(weak)
    assert witness.kind is Kind.FOLD
    assert not witness.check(claim).holds


def tampered(witness: Counterexample, **changes: object) -> Counterexample:
    return replace(witness, data={**witness.data, **changes})


def test_tampered_witnesses_are_rejected() -> None:
    witness = falls(WRONG)
    assert not witness.check(WRONG.replace(name="another")).holds
    outputs = [[[["1", [1, 0]]], [["1", [0, 0]]]], [[["2", [0, 1]]], [["1", [0, 0]]]]]
    assert not tampered(witness, map={"inputs": 2, "outputs": outputs}).check(WRONG).holds
    assert not tampered(witness, map={}).check(WRONG).holds
    assert not replace(witness, kind=Kind.NOT_FREE).check(WRONG).holds
    claim = WRONG.replace(world=WRONG.world.replace(mixing=Mixing.ARBITRARY))
    fold = falls(claim)
    moved = [["3/5", "4/5"], ["3/5", "-4/5"]]
    assert not tampered(fold, latents=moved).check(claim).holds
    off = [["3/5", "1/5"], ["-3/5", "1/5"]]
    assert not tampered(fold, latents=off).check(claim).holds


@pytest.mark.parametrize(
    "change",
    [
        {"format": "x"},
        {"kind": "nothing"},
        {"dim": "2"},
        {"exact": 1},
        {"parameters": []},
        {"shown": 3},
    ],
)
def test_malformed_witnesses_are_refused(change: dict[str, object]) -> None:
    data = falls(WRONG).to_dict()
    assert read_counterexample(data).to_dict() == data
    with pytest.raises(InputError):
        read_counterexample({**data, **change})


def test_an_undecided_derivation_is_no_standing_claim() -> None:
    claim: Claim = VMF.at(2).replace(
        group=Orthogonal(2), objective=theorem("zimmermann_2021_lp").at(2).objective
    )
    assert refute(claim).exit_status == 3
