"""The command `study`: its contract, its faults, its figure."""

import json

import pytest

from sith.numerics.cli import main
from sith.numerics.studies import NAMES


def test_without_a_name_the_studies_are_listed(capsys):
    assert main(["study", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [s["name"] for s in data["studies"]] == list(NAMES)
    assert main(["study"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in NAMES)


def test_a_study_has_the_contract_of_its_json_and_draws_a_figure(tmp_path, capsys):
    figure = tmp_path / "f.svg"
    arguments = ["study", "stepwise", "--store", str(tmp_path / "s"), "--figure", str(figure), "-q"]
    assert main([*arguments, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data.keys() >= {"prediction", "measured", "error", "agrees", "seconds", "store"}
    assert data["agrees"] is True and data["measured"].keys() == data["error"].keys()
    assert figure.read_text().startswith("<?xml")
    # What is stored is not measured again.
    assert main([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["measured_seconds"] == data["measured_seconds"]
    assert main(["report", str(tmp_path / "s"), "--html", str(tmp_path / "r.html")]) == 0
    assert "stepwise: agrees" in capsys.readouterr().out
    assert "data:image/png" in (tmp_path / "r.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["study", "nobody"], "study 'nobody'"),
        (["study", "stepwise", "--budget", "huge"], "budget 'huge'"),
        (["study", "stepwise", "--figure", "x.txt"], "--figure x.txt"),
        (["report", "absent"], "absent does not exist"),
    ],
)
def test_a_fault_is_one_line(tmp_path, monkeypatch, capsys, arguments, fault):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    error = capsys.readouterr().err.strip().splitlines()
    assert len(error) == 1 and fault in error[0]
