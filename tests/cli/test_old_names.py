"""Claim files that import the names from before the package was called sith."""

import sys
from pathlib import Path

import sith.theory
from sith import theorem
from sith.numerics import load_statement

FILE = """
from theory import theorem
from theory.claim import Relation
from theory.groups import SignedPermutations

CLAIM = theorem("zimmermann_2021_vmf").at(2).replace(relation=Relation.CONTAINED)
assert Relation.__module__ == "sith.theory.verdict_parts"
"""


def test_a_claim_file_with_the_old_names_loads(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(FILE)
    claim = load_statement(f"{file}:CLAIM")
    assert type(claim) is type(theorem("zimmermann_2021_vmf").at(2))
    assert sith.theory.__spec__ is not None
    assert sith.theory.__spec__.name == "sith.theory"


def test_a_module_of_that_name_beside_the_file_comes_first(tmp_path: Path, monkeypatch) -> None:
    for name in [m for m in sys.modules if m.partition(".")[0] in ("theory", "numerics")]:
        monkeypatch.delitem(sys.modules, name)
    (tmp_path / "numerics.py").write_text("VALUE = 3\n")
    (tmp_path / "mine.py").write_text(
        "import numerics\nfrom sith import theorem\n"
        "assert numerics.VALUE == 3\nCLAIM = theorem('zimmermann_2021_vmf').at(2)\n"
    )
    assert load_statement(f"{tmp_path / 'mine.py'}:CLAIM").dim == 2


def test_but_is_the_old_name_of_replace() -> None:
    claim = theorem("zimmermann_2021_vmf").at(2)
    assert claim.but(name="mine") == claim.replace(name="mine")
    assert claim.world.but(mixing=claim.world.mixing) == claim.world
