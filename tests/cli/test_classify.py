"""`sith classify`: its JSON, its exit status, and its faults."""

import json

import pytest

from sith import classify, theorem
from sith.numerics.cli import main

OU = "klindt_2026_anisotropic"


def test_the_json_is_the_report(capsys):
    status = main(["classify", OU, "--json", "--quiet"])
    out, err = capsys.readouterr()
    data, expected = json.loads(out), classify(theorem(OU)).to_dict()
    assert (status, err) == (0, "")
    assert {k: v for k, v in data.items() if k != "seconds"} == {
        k: v for k, v in expected.items() if k != "seconds"
    }
    assert data["generic"]["group"] == "O(2)"
    for found in data["exceptions"]:
        assert found.keys() >= {"condition", "group", "on", "beside"}


def test_for_a_reader(capsys):
    # One candidate, 20 ρ² = 19, has no rational point: the answer stays open there.
    assert main(["classify", OU, "--over", "rho_min"]) == 3
    out, err = capsys.readouterr()
    assert "exception       400*rho_min - 361 = 0: not identified" in out
    assert "not confirmed   20*rho_min**2 - 19 = 0" in out
    assert "eigenvalues at the cut" in err


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["zimmermann_2021_vmf", "--over", "temperatur"], "did you mean 'temperature'"),
        (["khemakhem_2020_ivae", "--numbers"], "42 unknown parameters"),
        (["zimmermann_2021_vmf", "--set", "numbers=1"], "--numbers"),
    ],
)
def test_a_fault_is_one_line(capsys, arguments, said, as_json):
    assert main(["classify", *arguments, *(["--json"] if as_json else [])]) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert len(err.splitlines()) == 1
    assert (json.loads(out)["error"] in err) if as_json else out == ""
