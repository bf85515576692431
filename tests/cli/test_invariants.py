"""`sith invariants`: its JSON, its exit status, and its faults."""

import json

import pytest

from sith import invariants, theorem
from sith.numerics.claims.new_claim import TEMPLATE
from sith.numerics.cli import main

VMF = "zimmermann_2021_vmf"


def answer(capsys, *arguments):
    status = main(["invariants", *arguments, "--json"])
    out, err = capsys.readouterr()
    return status, json.loads(out), err


def test_the_json_is_the_report(capsys):
    status, data, err = answer(capsys, VMF, "--dim", "2", "--points", "2", "--degree", "2")
    expected = invariants(theorem(VMF), 2, 2, dim=2).to_dict()
    assert status == 0
    assert data["basis"] == data["generators"] == ["w1*z1 + w2*z2"]
    assert {k: v for k, v in data.items() if k != "seconds"} == {
        k: v for k, v in expected.items() if k != "seconds"
    }
    assert err.splitlines() == ["1 point: 5 monomials", "2 points: 13 monomials"]


def test_for_a_reader(capsys):
    arguments = ["zimmermann_2021_lp", "--dim", "2", "--set", "p=4", "--degree", "4", "--quiet"]
    assert main(["invariants", *arguments]) == 0
    out, err = capsys.readouterr()
    assert "* (w1 - z1)**4 + (w2 - z2)**4" in out
    assert "\n    ((w1 - z1)**2 + (w2 - z2)**2)**2" in out
    assert err == ""


def test_nothing_is_said_as_such(capsys):
    assert main(["invariants", "reizinger_2025_diet", "--quiet"]) == 0
    assert "constants only" in capsys.readouterr().out


def test_a_wrong_claim_of_ones_own(capsys, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(TEMPLATE.replace("NAME", "mine"), encoding="utf-8")
    status, data, _ = answer(capsys, f"{path}:CLAIM")
    assert (status, data["agreement"]) == (0, "agrees")
    wrong = (
        "\n\nfrom theory import Trivial\nWRONG = CLAIM.replace(group=Trivial(CLAIM.group.dim))\n"
    )
    path.write_text(path.read_text(encoding="utf-8") + wrong, encoding="utf-8")
    status, wrong_data, err = answer(capsys, f"{path}:WRONG", "--quiet")
    assert (status, wrong_data["agreement"]) == (1, "disagrees")
    assert wrong_data["basis"] == data["basis"]
    assert "differ" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([VMF, "--degree", "40"], "9366819 monomials"),
        ([VMF, "--max-monomials", "5"], "allowed: at most 5"),
    ],
)
def test_undecided_is_status_3_with_the_reason(capsys, arguments, said):
    status, data, _ = answer(capsys, *arguments)
    assert (status, data["basis"]) == (3, None)
    assert said in data["reason"]


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([VMF, "--points", "4"], "an integer from 1 to 3"),
        ([VMF, "--degree", "0"], "an integer ≥ 1"),
        ([VMF, "--max-monomials", "0"], "--max-monomials"),
        ([VMF, "--set", "points=2"], "has no parameter 'points'"),
        (["zimmerman_2021_vmf"], "did you mean 'zimmermann_2021_vmf'"),
    ],
)
def test_a_fault_is_one_line(capsys, arguments, said, as_json):
    assert main(["invariants", *arguments, *(["--json"] if as_json else [])]) == 2
    out, err = capsys.readouterr()
    assert len(err.splitlines()) == 1
    assert said in err
    assert (json.loads(out).keys() == {"error"}) if as_json else out == ""
