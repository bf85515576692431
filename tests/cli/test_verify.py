"""`sith verify`: exit status, JSON, and one line for every file that is no certificate."""

import json

import pytest

from sith.numerics.claims.new_claim import TEMPLATE
from sith.numerics.cli import main

VMF = "zimmermann_2021_vmf"
LP = "zimmermann_2021_lp"
SETTINGS = ["--dim", "2", "--degree", "2", "--set", "kappa=5/2", "--quiet"]


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("certificates") / "c.json"
    assert main(["derive", VMF, *SETTINGS, "--certificate", str(path)]) == 0
    return path.read_text(encoding="utf-8")


@pytest.fixture
def path(text, tmp_path):
    found = tmp_path / "c.json"
    found.write_text(text, encoding="utf-8")
    return found


@pytest.fixture
def mine(tmp_path):
    claim = tmp_path / "mine.py"
    claim.write_text(TEMPLATE.replace("NAME", "mine"), encoding="utf-8")
    certificate = tmp_path / "mine.json"
    arguments = ["--degree", "1", "--quiet", "--certificate", str(certificate)]
    assert main(["derive", f"{claim}:CLAIM", *arguments]) == 0
    return claim, certificate


def answer(capsys, *arguments):
    capsys.readouterr()
    status = main(["verify", *map(str, arguments), "--json"])
    out, err = capsys.readouterr()
    return status, json.loads(out), err


def test_a_certificate_is_valid(capsys, path):
    status, data, err = answer(capsys, path)
    assert (status, err) == (0, "")
    assert data["valid"] is True
    assert data["reason"].startswith("identified: O(2)")
    assert data["claim"] == data["argument"] == VMF
    assert any("L-gibbs" in lemma for lemma in data["trusted"])
    assert data["checked"] and data["not_checked"]


def test_the_report_for_a_reader(capsys, path):
    assert main(["verify", str(path)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"certificate of {VMF}: valid\n")
    assert "re-checked      degree 2: 1 independent fields" in out
    assert "not re-checked" in out
    assert err == ""


def test_only_permitted_lemmas_may_be_trusted(capsys, path):
    _, data, _ = answer(capsys, path)
    names = [text.split(":")[0] for text in data["trusted"]]
    assert len(names) == 2
    assert answer(capsys, path, "--permit", ",".join(names))[0] == 0
    capsys.readouterr()
    assert main(["verify", str(path), "--permit", names[0]]) == 1
    out = capsys.readouterr().out
    assert "not valid" in out
    assert f"it trusts {names[1]}; permitted: {names[0]}" in out
    assert main(["verify", str(path), "--permit", ""]) == 1
    assert f"it trusts {', '.join(names)}; permitted: none" in capsys.readouterr().out


def test_a_lemma_that_does_not_exist_is_not_permitted(capsys, path):
    status, data, err = answer(capsys, path, "--permit", "L-gibs")
    assert status == 2
    assert "no lemma is called 'L-gibs'" in data["error"] and "L-gibbs" in data["error"]
    assert len(err.splitlines()) == 1


def test_layout_and_order_do_not_matter(capsys, path):
    data = json.loads(path.read_text())
    path.write_text(json.dumps(dict(reversed(data.items())), separators=(",", ":")))
    assert answer(capsys, path)[0] == 0


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("parameters", {"kappa": "3"}, "parameters have changed"),
        ("parameters", {"kappa": "-3"}, "concentration"),
        ("stated", "O(3)", "the claim states 'O(2)'"),
        ("group", "GL(2)", "'group' does not follow from the fields"),
        ("dimension_by_degree", {"1": 1, "2": 2}, "dimensions"),
        ("argument", LP, "no parameter 'kappa'"),
        ("scope", None, ""),
    ],
)
def test_a_changed_file_is_not_valid(capsys, path, key, value, said):
    data = json.loads(path.read_text())
    data[key] = value if value is not None else {**data["scope"], "fields": "all smooth fields"}
    path.write_text(json.dumps(data))
    status, found, err = answer(capsys, path)
    assert (status, err) == (1, "")
    assert found["valid"] is False
    assert found["reason"]
    assert said in found["reason"]


def test_an_undecided_verdict_is_not_valid(capsys, tmp_path):
    path = tmp_path / "c.json"
    arguments = ["--dim", "2", "--max-unknowns", "5", "--quiet", "--certificate", str(path)]
    assert main(["derive", LP, *arguments]) == 3
    status, data, _ = answer(capsys, path)
    assert status == 1
    assert "undecided" in data["reason"] and "allowed: at most 5" in data["reason"]


def test_a_claim_of_ones_own(capsys, mine):
    claim, certificate = mine
    status, data, _ = answer(capsys, certificate)
    assert (status, data["argument"]) == (0, f"{claim}:CLAIM")


def assert_runs_code_and_fails(err, data):
    """One line says that the claim's code is run, and one what is wrong."""
    said, error = err.splitlines()
    assert "is run" in said
    assert error == f"error: {data['error']}"


def test_a_claim_that_moved(capsys, mine, tmp_path):
    claim, certificate = mine
    moved = tmp_path / "moved.py"
    claim.rename(moved)
    status, data, err = answer(capsys, certificate)
    assert status == 2
    assert "does not exist" in data["error"] and "--claim" in data["error"]
    assert_runs_code_and_fails(err, data)
    assert answer(capsys, certificate, "--claim", f"{moved}:CLAIM")[0] == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [("[1, 3]])", "[1, 4]])"), ("group=Euclidean(2, form=S)", "group=Euclidean(2)")],
)
def test_a_claim_that_changed(capsys, mine, old, new):
    claim, certificate = mine
    source = claim.read_text(encoding="utf-8")
    assert old in source
    claim.write_text(source.replace(old, new), encoding="utf-8")
    status, data, err = answer(capsys, certificate)
    assert status == 2
    assert "is not the claim" in data["error"]
    assert_runs_code_and_fails(err, data)


def cut(text):
    return text[: len(text) // 2]


def with_entry(key, value):
    return lambda text: json.dumps({**json.loads(text), key: value})


BAD = {
    "empty": (lambda _: "", "not JSON"),
    "cut off": (cut, "not JSON"),
    "words": (lambda _: "a certificate", "not JSON"),
    "a list": (lambda _: "[]", "the file is []"),
    "a number": (lambda _: "1", "the file is 1"),
    "another object": (lambda _: '{"a": 1}', "not a certificate"),
    "nested": (lambda _: "[" * 100_000, "nested too deeply"),
    "not a number": (lambda t: t.replace('"version": 1', '"version": NaN'), "not JSON"),
    "repeated key": (lambda t: t.replace("{", '{"claim": "x",', 1), "repeats a key"),
    "long number": (lambda t: t.replace('"version": 1', f'"version": {"1" * 5000}'), "not JSON"),
    "version": (with_entry("version", 99), "version 99"),
    "no argument": (with_entry("argument", None), "argument"),
    "claim gone": (with_entry("argument", "no_such_claim"), "cannot be read"),
    "file gone": (with_entry("argument", "gone.py:CLAIM"), "does not exist"),
    "draws": (with_entry("degrees", [{}]), "degrees[0] lacks"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_one_line(capsys, path, kind):
    change, said = BAD[kind]
    path.write_text(change(path.read_text()))
    status, data, err = answer(capsys, path)
    assert status == 2
    assert said in data["error"]
    if kind == "file gone":
        assert_runs_code_and_fails(err, data)
    else:
        assert err == f"error: {data['error']}\n"


def test_bytes_that_are_no_text(capsys, path):
    path.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in answer(capsys, path)[1]["error"]


def test_a_missing_file_and_a_folder(capsys, tmp_path):
    assert "does not exist" in answer(capsys, tmp_path / "absent.json")[1]["error"]
    assert "is a folder" in answer(capsys, tmp_path)[1]["error"]


def test_a_huge_file_is_not_read(capsys, path, monkeypatch):
    monkeypatch.setattr("sith.numerics.claims.certificates.MAX_BYTES", 100)
    status, data, _ = answer(capsys, path)
    assert status == 2
    assert "too large" in data["error"]
