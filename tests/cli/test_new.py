"""`sith new` writes a file that works, and never writes over another."""

import ast
import json

import pytest

from sith import InputError
from sith.numerics.claims.new_claim import TEMPLATE, write_claim_file
from sith.numerics.cli import main


def test_the_file_is_a_claim_that_derives(tmp_path, capsys):
    assert main(["new", "mine", "--out", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == str(tmp_path / "mine.py")
    assert told["next"][1] == f"sith derive {tmp_path / 'mine.py'}:CLAIM"
    assert main(["derive", told["claim"], "--json", "--quiet"]) == 0
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["claim"] == "mine"
    assert verdict["verdict"] == "identified"
    assert verdict["agrees"]
    assert verdict["dimension_by_degree"] == {"1": 3, "2": 3, "3": 3}


def test_a_wrong_group_is_found_with_the_field_that_escapes(tmp_path, capsys):
    path = write_claim_file("mine", tmp_path).path
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Euclidean(2, form=S)", "Euclidean(2)"), encoding="utf-8")
    assert main(["derive", f"{path}:CLAIM", "--degree", "2", "--json"]) == 1
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["agreement"] == "disagrees"
    assert verdict["escape"].startswith(("ξ = (", "(z1, z2) ↦ ("))
    assert verdict["reason"].startswith("too small a group is stated")


def test_a_wrong_temperature_rescales_the_latents(tmp_path, capsys):
    """τ = 4 makes the representation twice as large; τ = 2 scales it by √2."""
    path = write_claim_file("mine", tmp_path).path
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("temperature=1", "temperature=4"), encoding="utf-8")
    assert main(["derive", f"{path}:CLAIM", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["agrees"]
    path.write_text(text.replace("temperature=1", "temperature=2"), encoding="utf-8")
    assert main(["derive", f"{path}:CLAIM", "--json"]) == 0
    out = json.loads(capsys.readouterr().out)
    assert out["agrees"] and "sqrt(2)" in out["base"]


def test_a_wrong_temperature_on_the_sphere_is_mis_specified(tmp_path, capsys):
    path = tmp_path / "sphere.py"
    path.write_text(
        "from sith import *\n"
        "CLAIM = Claim('sphere', World(Sphere(2), Uniform(), VonMisesFisher(1)),\n"
        "              InfoNCE(InnerProduct(), 2), Encoder(Sphere(2)), Orthogonal(2))\n",
        encoding="utf-8",
    )
    assert main(["derive", f"{path}:CLAIM", "--json"]) == 2
    out, err = capsys.readouterr()
    assert json.loads(out)["verdict"] == "mis-specified"
    assert len(err.splitlines()) == 1
    assert "sphere is mis-specified: " in err


def test_an_existing_file_is_kept(tmp_path, capsys):
    path = tmp_path / "mine.py"
    path.write_text("# precious\n")
    assert main(["new", "mine", "--out", str(tmp_path)]) == 2
    assert path.read_text() == "# precious\n"
    assert "not overwritten" in capsys.readouterr().err


def test_a_missing_folder_is_made(tmp_path):
    assert write_claim_file("mine", tmp_path / "a" / "b").path.is_file()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("my-claim", "not a Python identifier"),
        ("1st", "not a Python identifier"),
        ("", "not a Python identifier"),
        ("../up", "not a Python identifier"),
        ("mine.py", "for example `sith new mine`"),
        ("class", "is a Python keyword"),
        ("sith", "would hide the module"),
        ("random", "would hide the module"),
    ],
)
def test_a_bad_name_is_refused(tmp_path, name, said):
    with pytest.raises(InputError, match=said):
        write_claim_file(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(InputError, match="is not a folder"):
        write_claim_file("mine", tmp_path / "taken")


def test_the_template_uses_public_names_only():
    modules = {n.module for n in ast.walk(ast.parse(TEMPLATE)) if isinstance(n, ast.ImportFrom)}
    assert modules == {"sympy", "sith"}
