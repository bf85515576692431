"""What `sith` hands out, what of it is loaded when, and that the installed package is whole."""

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import sith
from sith import numerics, theory

ROOT = Path(__file__).resolve().parents[2]
LAYERS = {"sith.theory": ROOT / "theory", "sith.numerics": ROOT / "numerics"}
LIBRARIES = "flint|matplotlib|numpy|scipy|sympy|torch"


def loaded(program: str, *, folder: Path = ROOT) -> set[str]:
    """Which of the libraries a program loads, in a process of its own."""
    end = f"\nimport sys\nsys.stderr.write(' '.join(set({LIBRARIES!r}.split('|')) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program + end],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.split())


def for_readers(file: Path) -> dict[str, str]:
    """The names that a package file imports for type checkers, with the module of each."""
    return {
        alias.asname or alias.name: str(inner.module)
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.If)
        for inner in node.body
        if isinstance(inner, ast.ImportFrom)
        for alias in inner.names
    }


def entries(folder: Path) -> set[str]:
    """The names of the modules and packages of a folder."""
    modules = {path.stem for path in folder.glob("*.py")}
    return modules | {path.parent.name for path in folder.glob("*/__init__.py")}


def test_the_tree_is_what_is_tested() -> None:
    for module, folder in ((sith, "sith"), (theory, "theory"), (numerics, "numerics")):
        assert Path(str(module.__file__)).resolve() == ROOT / folder / "__init__.py"


def test_every_public_name_of_the_layers_is_handed_out() -> None:
    assert set(sith.__all__) == {*theory.__all__, *numerics.__all__}
    assert not set(theory.__all__) & set(numerics.__all__)
    assert len(sith.__all__) == len(set(sith.__all__))


def test_the_table_is_alphabetical() -> None:
    constants = [name for name in sith.__all__ if name.isupper()]
    classes = [name for name in sith.__all__ if name[0].isupper() and not name.isupper()]
    functions = [name for name in sith.__all__ if name[0].islower()]
    for names in (constants, classes, functions):
        assert names == sorted(names)
    assert sith.__all__ == [*constants, *classes, *functions]


def test_type_checkers_read_the_same_names() -> None:
    assert set(for_readers(ROOT / "sith/__init__.py")) == set(sith.__all__)
    for layer, folder in LAYERS.items():
        homes = for_readers(folder / "__init__.py")
        assert homes == sys.modules[layer]._HOME


def test_every_name_is_the_object_of_its_layer() -> None:
    for layer in (theory, numerics):
        for name in layer.__all__:
            assert getattr(sith, name) is getattr(layer, name)
    names: dict[str, object] = {}
    exec("from sith import *", names)  # noqa: S102
    assert set(sith.__all__) <= set(names)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'theorm'"):
        _ = sith.theorm
    assert "theorem" in dir(sith)


@pytest.mark.parametrize("layer", ["sith", "theory", "numerics"])
def test_no_public_name_hides_a_module(layer: str) -> None:
    module = sith if layer == "sith" else getattr(sith, layer)
    beside = entries(ROOT / layer) | ({"theory", "numerics"} if layer == "sith" else set())
    assert not beside & set(module.__all__)


@pytest.mark.parametrize(
    ("program", "allowed"),
    [
        ("import sith, sith.theory, sith.numerics, sith.testing", set()),
        ("from sith.numerics.cli import main\nmain(['--help'])", set()),
        ("from sith.numerics.cli import main\nmain(['derive', '--help'])", set()),
        ("from sith import derive, Claim", {"flint", "sympy", "numpy"}),
        ("from sith import ERRATA, prediction, theorem", {"flint", "sympy", "numpy"}),
        (
            (
                "from sith import theorem\nfrom sith.testing import stands\n"
                "stands(theorem('zimmermann_2021_vmf'), search=False)"
            ),
            {"flint", "sympy", "numpy"},
        ),
    ],
)
def test_only_what_is_needed_is_loaded(program: str, allowed: set[str]) -> None:
    assert loaded(program) <= allowed


def test_what_is_loaded_is_noticed() -> None:
    assert "sympy" in loaded("from sith import Claim")


def test_predictions_are_built_when_asked_for() -> None:
    program = (
        "import sys\nfrom sith import prediction, theorem\nprediction('stepwise')\n"
        "built = [m for m in sys.modules if m.startswith('sith.theory.predictions.')]\n"
        "assert sorted(m.rpartition('.')[2] for m in built) == ['registry', 'stepwise'], built"
    )
    loaded(program)


def packages() -> list[str]:
    """The packages of the tree, by the names that they are installed under."""
    found = ["sith"]
    for layer, folder in LAYERS.items():
        for init in folder.rglob("__init__.py"):
            found.append(".".join([layer, *init.parent.relative_to(folder).parts]))
    return sorted(found)


def test_the_list_of_packages_is_complete() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    assert setuptools["packages"] == packages()
    assert setuptools["package-dir"] == {
        "sith": "sith",
        "sith.theory": "theory",
        "sith.numerics": "numerics",
    }


def test_stored_witnesses_are_installed() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    folder = ROOT / "numerics/searching"
    patterns = setuptools["package-data"]["sith.numerics.searching"]
    installed = {path for pattern in patterns for path in folder.glob(pattern)}
    assert installed == set(folder.rglob("*.json"))


@pytest.mark.parametrize("where", ["parent", "beside"])
def test_it_is_found_from_elsewhere(where: str, tmp_path: Path) -> None:
    """From the folder that holds the checkout, and beside a user's own theory and numerics."""
    folder = ROOT.parent
    if where == "beside":
        folder = tmp_path
        for name in ("theory", "numerics"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "__init__.py").write_text(
                "raise RuntimeError('the wrong package')\n"
            )
    program = "from sith import Claim, derive\nfrom sith.theory.claim import Relation"
    loaded(program, folder=folder)
