"""The command line's contracts: JSON keys, exit status, one line for each fault."""

import json
import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from sith import THEOREMS, derive, numerics, theorem
from sith.numerics.claims.new_claim import TEMPLATE
from sith.numerics.claims.readable import formula, readable
from sith.numerics.cli import main
from sith.numerics.cli.app import COMMANDS
from sith.numerics.cli.output import rendered

ROOT = Path(__file__).resolve().parents[2]
VMF = "zimmermann_2021_vmf"
LP = "zimmermann_2021_lp"


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(TEMPLATE.replace("NAME", "mine"), encoding="utf-8")
    return path


def answer(capsys, *arguments):
    """Status, the one JSON object on standard output, and standard error."""
    status = main([*arguments, "--json"])
    out, err = capsys.readouterr()
    return status, json.loads(out), err


# The JSON of each command.


def test_list(capsys):
    status, data, err = answer(capsys, "list")
    assert (status, err) == (0, "")
    assert [t["slug"] for t in data["theorems"]] == [t.slug for t in THEOREMS]
    for entry in data["theorems"]:
        assert entry.keys() >= {"slug", "title", "group", "direction", "source"}
        assert entry["direction"] in {"equality", "contained in", "contains"}


@pytest.mark.parametrize("slug", [t.slug for t in THEOREMS])
def test_show_a_theorem(capsys, slug):
    status, data, _ = answer(capsys, "show", slug)
    assert status == 0
    assert data["slug"] == slug
    assert data["title"] and data["statement"] and data["condition"] and data["source"]
    assert data["group"] == str(theorem(slug).at().group)
    for assumption in data["assumptions"]:
        assert assumption.keys() == {"name", "statement", "role", "weakening"}
    said = [data["statement"], *data["steps"], *(a["statement"] for a in data["assumptions"])]
    assert not {"\\", "$"} & set(formula(data["condition"]) + "".join(map(readable, said)))
    assert [p["name"] for p in data["parameters"]] == [p.name for p in theorem(slug).parameters]


def test_show_at_a_point(capsys):
    _, data, _ = answer(capsys, "show", LP, "--dim", "2", "--set", "p=2", "--set", "rate=1/3")
    assert data["group"] == "E(2)"
    assert data["dimension"] == 2
    assert {p["name"]: p["value"] for p in data["parameters"]} == {"p": "2", "rate": "1/3"}


def test_show_a_claim_of_ones_own(capsys, mine):
    status, data, _ = answer(capsys, "show", f"{mine}:CLAIM")
    assert status == 0
    assert data["slug"] == "mine"
    assert data["source"] == "a claim of the user's own"
    assert data["assumptions"] == []


@pytest.mark.parametrize("which", ["theorem", "file"])
def test_show_latex(capsys, mine, which):
    assert main(["show", VMF if which == "theorem" else str(mine), "--latex"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(r"\begin{theorem}[{")
    assert text.count(r"\begin") == text.count(r"\end")
    assert text.count(r"\[") == text.count(r"\]") == 2


def test_derive_is_the_verdict(capsys):
    status, data, err = answer(capsys, "derive", VMF, "--dim", "2", "--degree", "2")
    expected = derive(theorem(VMF), dim=2, degree=2).to_dict()
    assert status == 0
    assert {k: v for k, v in data.items() if k != "seconds"} == {
        k: v for k, v in expected.items() if k != "seconds"
    }
    keys = {"verdict", "group", "dimension_by_degree", "stated", "agrees", "trusted", "scope"}
    assert data.keys() >= keys | {"seconds"}
    assert [line.partition(":")[0] for line in err.splitlines()] == ["degree 1", "degree 2"]


def test_derive_for_a_reader(capsys):
    assert main(["derive", VMF, "--dim", "2", "--degree", "1", "--quiet"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"{VMF}: identified\n")
    assert "derived group   O(2)" in out
    assert "\x1b" not in out
    assert err == ""


def test_a_certificate_names_its_claim(capsys, tmp_path):
    path = tmp_path / "c.json"
    arguments = ["--dim", "2", "--degree", "2", "--set", "kappa=5/2", "--certificate", str(path)]
    status, data, _ = answer(capsys, "derive", VMF, *arguments)
    written = json.loads(path.read_text())
    assert status == 0
    assert written["argument"] == VMF
    assert written["parameters"] == {"kappa": "5/2"}
    assert [d["degree"] for d in written["degrees"]] == [1, 2]
    assert written["scope"] == data["scope"]
    assert [p.name for p in tmp_path.iterdir()] == ["c.json"]


def test_undecided_is_status_3_with_the_reason(capsys):
    status, data, _ = answer(capsys, "derive", LP, "--dim", "2", "--max-unknowns", "5")
    assert (status, data["verdict"], data["agrees"]) == (3, "undecided", False)
    assert "allowed: at most 5" in data["reason"]


def test_a_small_budget_is_undecided(capsys):
    status, data, _ = answer(capsys, "derive", VMF, "--max-unknowns", "2")
    assert (status, data["verdict"]) == (3, "undecided")
    assert data["reason"]


def test_a_density_that_the_engine_refuses_is_undecided(capsys, mine):
    text = mine.read_text(encoding="utf-8")
    mine.write_text(
        text.replace("[0])", "[0] ** 3 * Rational(1, 3) ** (a[0] * b[0]))")
        .replace("Expr, Matrix", "Expr, Matrix, Rational")
        .replace("expand(", "("),
        encoding="utf-8",
    )
    status, data, _ = answer(capsys, "derive", str(mine))
    assert status == 3
    assert data["reason"]


# check, with a stand-in for the trained layers.


@pytest.fixture
def stub(monkeypatch):
    calls = []

    def check(statement, dim=None, *, progress, **options):
        calls.append({"statement": statement, "dim": dim, **options})
        for fraction in (0.0, 0.1, 0.6, 1.0):
            progress("train", fraction)
        data = {
            "verdict": "agrees",
            "derived": {},
            "exact": {},
            "trained": {"r2": {"mean": float("nan"), "low": 0.9, "high": 1.0}},
            "agrees": True,
            "seconds": 1,
        }
        return SimpleNamespace(to_dict=lambda: data, exit_status=stub_status[0])

    stub_status = [0]
    monkeypatch.setitem(vars(numerics), "check", check)
    return SimpleNamespace(calls=calls, status=stub_status)


def test_check_passes_everything_on(capsys, stub, tmp_path):
    options = ["--budget", "ci", "--seeds", "4", "--device", "cpu", "--dim", "2", "--degree", "1"]
    options += ["--set", "p=4", "--save", str(tmp_path / "new")]
    status, data, err = answer(capsys, "check", LP, *options)
    assert status == 0
    assert data.keys() >= {"verdict", "derived", "exact", "trained", "agrees", "seconds"}
    assert data["trained"]["r2"]["mean"] is None
    (given,) = stub.calls
    assert callable(given.pop("finished"))
    assert stub.calls == [
        {
            "statement": theorem(LP),
            "dim": 2,
            "budget": "ci",
            "seeds": 4,
            "device": "cpu",
            "degree": 1,
            "save": tmp_path / "new",
            "encoder": None,
            "mixing": None,
            "p": 4,
        }
    ]
    assert err.splitlines() == ["train: 0%", "train: 60%", "train: 100%"]


@pytest.mark.parametrize("status", [0, 1, 3])
def test_check_returns_the_status_of_the_report(capsys, stub, status):
    stub.status[0] = status
    found, _, err = answer(capsys, "check", VMF, "--quiet")
    assert (found, err) == (status, "")


# Faults: one line, status 2, and with --json an object as well.

FAULTS = [
    (["derive", "zimmerman_2021_vmf"], "did you mean 'zimmermann_2021_vmf'"),
    (["derive", "absent.py:CLAIM"], "does not exist"),
    (["show", VMF, "--dim", "1"], "an integer ≥ 2"),
    (["show", VMF, "--dim", "two"], "--dim"),
    (["derive", VMF, "--degree", "0"], "an integer from 1 to 8"),
    (["derive", VMF, "--degree", "99"], "an integer from 1 to 8"),
    (["derive", VMF, "--max-unknowns", "0"], "--max-unknowns"),
    (["derive", LP, "--set", "p=2.5"], "write --set p=5/2"),
    (["derive", LP, "--set", "q=2"], "allowed: p, rate"),
    (["derive", "rusak_2025_aninfonce", "--set", "ties=many"], "distinct, pair, all"),
    (["show", "vonkugelgen_2021_content_style", "--set", "content=abc"], "content = 'abc'"),
    (["derive", VMF, "--certificate", "absent/c.json"], "does not exist"),
    (["derive", VMF, "--certificate", "."], "is a folder"),
    (["check", VMF, "--budget", "huge"], "smoke, ci, full"),
    (["check", VMF, "--save", "."], "name a folder that does not exist"),
    (["check", VMF, "--device", "cuda:99"], "device 'cuda:99'"),
    (["check", VMF, "--seeds", "1"], "an integer ≥ 2"),
    (["new", "not-a-name"], "not a Python identifier"),
    (["derive"], "Missing argument 'CLAIM'"),
    (["derive", VMF, "--colour"], "--colour"),
    (["lst"], "No such command"),
]


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
@pytest.mark.parametrize(("arguments", "said"), FAULTS, ids=[" ".join(a) for a, _ in FAULTS])
def test_a_fault_is_one_line(capsys, tmp_path, monkeypatch, arguments, said, as_json):
    monkeypatch.chdir(tmp_path)
    assert main([*arguments, *(["--json"] if as_json else [])]) == 2
    out, err = capsys.readouterr()
    assert len(err.splitlines()) == 1
    assert err.startswith("error: ")
    assert said in err
    if as_json:
        assert json.loads(out) == {"error": err.removeprefix("error: ").rstrip("\n")}
    else:
        assert out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_fault_in_the_middle_leaves_the_old_certificate(capsys, tmp_path, monkeypatch):
    path = tmp_path / "c.json"
    path.write_text("old")
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "disk full")))
    assert main(["derive", VMF, "--dim", "2", "--degree", "1", "--certificate", str(path)]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == "error: disk full"
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["c.json"]


def test_an_unexpected_error_is_no_verdict(capsys, monkeypatch):
    def broken():
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("sith.numerics.cli.claims._list", broken)
    status, data, err = answer(capsys, "list")
    assert status == 2
    assert "ZeroDivisionError: planted" in data["error"]
    assert len(err.splitlines()) == 1
    monkeypatch.setenv("SITH_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        main(["list"])


def test_an_interrupt_is_one_line(capsys, monkeypatch):
    def interrupted():
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("sith.numerics.cli.claims._list", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may ignore it
    try:
        assert main(["list", "--json"]) == 130
    finally:
        signal.signal(signal.SIGINT, before)
    out, err = capsys.readouterr()
    assert (json.loads(out), err) == ({"interrupted": True}, "interrupted\n")


def test_what_a_claim_file_prints_is_not_the_answer(capsys, mine):
    mine.write_text(mine.read_text(encoding="utf-8") + "\nprint('hello')\n", encoding="utf-8")
    status, data, err = answer(capsys, "show", str(mine))
    assert (status, data["slug"]) == (0, "mine")
    assert "hello" in err


# Help, version, and the installed command.


def test_help_has_an_example_for_each_command(capsys):
    for name in COMMANDS:
        assert main([name, "--help"]) == 0
        text = capsys.readouterr().out
        assert f"Example: sith {name}" in text
        assert "--json" in text
    assert main([]) == main(["--help"]) == 0
    assert "Exit status" in capsys.readouterr().out


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("sith ")


def test_the_entry_point_is_this_function():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["scripts"]["sith"] == "sith.numerics.cli:main"


def test_brackets_and_long_lines_are_printed_as_they_are(capsys):
    text = "[bold]S = [[2, 1], [1, 3]][/bold] " * 20
    assert rendered(text) == text.rstrip() + "\n"


def run(*command):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_list_loads_neither_torch_nor_plots():
    code = (
        "import sys; from sith.numerics.cli import main; status = main(['list']);"
        "heavy = {'torch', 'matplotlib', 'pandas', 'scipy'} & set(sys.modules);"
        "sys.exit(status or ', '.join(heavy) or 0)"
    )
    done = run(sys.executable, "-c", code)
    assert (done.returncode, done.stderr) == (0, "")
    assert VMF in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
def test_a_reader_that_goes_away_is_no_error():
    command = f"{sys.executable} -m sith.numerics.cli list | head -c 1; echo ${{PIPESTATUS[0]}}"
    done = run("bash", "-c", command)
    assert done.stdout.endswith("0\n")
    assert done.stderr == ""
