"""A CLAIM argument becomes a statement, or one line that names the fault and the cure."""

import sys
from pathlib import Path

import pytest

from sith import THEOREMS, InputError, UnknownName, load_statement, theorem
from sith.numerics.claims.new_claim import TEMPLATE
from sith.numerics.claims.parameters import read_parameters

WORKING = TEMPLATE.replace("NAME", "mine")


@pytest.fixture
def write(tmp_path):
    def _write(text, name="mine.py"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return _write


@pytest.mark.parametrize("slug", [t.slug for t in THEOREMS])
def test_a_slug_is_a_registered_theorem(slug):
    assert load_statement(slug) is theorem(slug)


@pytest.mark.parametrize("end", [":CLAIM", "", ":"])
def test_a_file_gives_its_claim(write, end):
    assert load_statement(f"{write(WORKING)}{end}").name == "mine"


def test_a_file_may_state_a_theorem(write):
    path = write("from sith import theorem\nT = theorem('zimmermann_2021_vmf')\n")
    assert load_statement(str(path)) is theorem("zimmermann_2021_vmf")


def test_one_claim_under_two_names_is_one_claim(write):
    assert load_statement(str(write(WORKING + "\nALSO = CLAIM\n"))).name == "mine"


def test_an_edit_is_seen_at_once(write):
    path = write(WORKING)
    load_statement(str(path))
    write(WORKING.replace('name="mine"', 'name="more"'))
    assert load_statement(str(path)).name == "more"


def test_files_beside_it_can_be_imported_and_are_forgotten(tmp_path):
    for folder, label in (("one", "first"), ("two", "second")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "beside_the_claim.py").write_text(f"LABEL = '{label}'\n")
        text = WORKING.replace('name="mine"', "name=LABEL")
        (tmp_path / folder / "c.py").write_text(f"from beside_the_claim import LABEL\n{text}")
    before = list(sys.path)
    names = [
        load_statement(f"{tmp_path / folder / 'c.py'}:CLAIM").name for folder in ("one", "two")
    ]
    assert names == ["first", "second"]
    assert sys.path == before
    assert "beside_the_claim" not in sys.modules
    assert not list(tmp_path.rglob("c*.pyc"))


def test_what_a_failing_file_leaves_behind(write):
    before = set(sys.modules)
    with pytest.raises(InputError):
        load_statement(str(write("1 / 0\n")))
    assert set(sys.modules) == before


FAULTS = {
    "syntax": ("x = (\n", "", ["mine.py:1: SyntaxError", "never closed"]),
    "exception": ("\n\nx = 1 / 0\n", "", ["mine.py:3: ZeroDivisionError: division by zero"]),
    "import": ("import no_such_module_here\n", "", ["ModuleNotFoundError", "put no_such_module"]),
    "name": ("x = unknown\n", "", ["mine.py:1: NameError", "sith new"]),
    "exit": ("raise SystemExit(0)\n", "", ["mine.py:1: SystemExit"]),
    "no group": (
        WORKING.replace("group=Euclidean", "#group=Euc"),
        "",
        ["'group'", "Orthogonal(3)"],
    ),
    "group None": (WORKING.replace("group=Euclidean(2, form=S)", "group=None"), "", ["no group"]),
    "float": (WORKING.replace("temperature=1", "temperature=0.5"), "", ["0.5 is a float"]),
    "nothing": ("x = 1\n", "", ["defines no Claim", "CLAIM = Claim"]),
    "several": (WORKING + "\nB = CLAIM.replace(name='b')\n", "", ["2 claims", "CLAIM, B", ":NAME"]),
    "near": (WORKING, ":CLAIMS", ["no 'CLAIMS'", "did you mean 'CLAIM'"]),
    "world": (WORKING, ":world", ["of type World, not a Claim"]),
    "class": (WORKING, ":Claim", ["the class Claim, not"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_file_is_one_line(write, fault):
    text, end, said = FAULTS[fault]
    with pytest.raises(InputError) as caught:
        load_statement(f"{write(text)}{end}")
    message = str(caught.value)
    assert "\n" not in message
    assert all(part in message for part in said), message


def test_the_line_of_a_group_that_does_not_fit_is_named(write):
    text = WORKING.replace("Euclidean(2, form=S)", "Euclidean(3)")
    line = 1 + text.splitlines().index("CLAIM = Claim(")
    with pytest.raises(InputError, match=rf"mine\.py:{line}: claim 'mine' states a group of R\^3"):
        load_statement(str(write(text)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("zimmerman_2021_vmf", "did you mean 'zimmermann_2021_vmf'"),
        ("", "no theorem has the slug ''"),
        ("absent.py:CLAIM", "does not exist"),
        ("some/folder", "names no Python file"),
        ("notes.txt:CLAIM", "names no Python file"),
    ],
)
def test_what_is_neither_slug_nor_file(text, said):
    with pytest.raises(InputError, match=said.replace("(", r"\(")):
        load_statement(text)


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "dir.py").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        load_statement(f"{tmp_path / 'dir.py'}:CLAIM")


def test_a_file_of_that_name_is_pointed_at(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(WORKING)
    monkeypatch.chdir(Path(tmp_path))
    with pytest.raises(UnknownName, match=r"write mine\.py:CLAIM"):
        load_statement("mine")


def test_parameters_are_exact():
    lp = theorem("zimmermann_2021_lp")
    found = read_parameters(lp, ["p=4", " rate = 5/2 "])
    assert {k: str(v) for k, v in found.items()} == {"p": "4", "rate": "5/2"}
    assert read_parameters(theorem("rusak_2025_aninfonce"), ["ties=pair"]) == {"ties": "pair"}


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (["p=2.5"], "write --set p=5/2"),
        (["p=-.5"], "write --set p=-1/2"),
        (["p=1e999999999"], "not an exact number"),
        (["p=2.5/3"], "not an exact number"),
        (["p=1/0"], "divides by zero"),
        (["p"], "NAME=VALUE"),
        (["=3"], "NAME=VALUE"),
        (["p="], "NAME=VALUE"),
        (["p=1", "p=2"], "given twice"),
        (["rte=3"], "did you mean 'rate'"),
        (["dim=3"], "write --dim VALUE"),
        (["self=3"], "has no parameter 'self'"),
    ],
)
def test_a_bad_parameter_is_named(items, said):
    with pytest.raises(InputError, match=said):
        read_parameters(theorem("zimmermann_2021_lp"), items)
