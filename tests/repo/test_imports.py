"""The import direction of the project, read from the syntax tree of every module.

verdict errors notation obstruction source exact <- assumptions groups <- objectives <- claim
    <- derive | errata | predictions | theorems | witnesses
verdict errors notation obstruction source exact <- assumptions groups masked <- objectives <- claim
    <- derive | errata | theorems | witnesses
theory <- numerics <- examples <- tests, book
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# A part of theory may import parts of a smaller number and itself; parts of the same number in
# SIBLINGS may import each other.
LAYERS = {
    "errors": 0,
    "exact": 0,
    "notation": 0,
    "obstruction": 0,
    "source": 0,
    "verdict": 0,
    "assumptions": 1,
    "groups": 1,
    "masked": 1,
    "objectives": 2,
    "claim": 3,
    "erratum": 4,
    "prediction": 1,
    "witness": 4,
    "derive": 5,
    "errata": 5,
    "predictions": 5,
    "theorems": 5,
    "witnesses": 5,
}
SIBLINGS = {0, 1}
THEORY_LIBRARIES = {"flint", "numpy", "sympy"}  # numpy for arrays of integers
ABOVE = {
    "theory": {"numerics", "examples", "tests", "book"},
    "numerics": {"examples", "tests", "book"},
    "examples": {"tests", "book"},
    "tests": {"book"},
    "book": {"tests"},
}
# Modules that are public although they are not packages: entry points of commands.
PUBLIC_MODULES = {
    "numerics.audit_registry",
    "numerics.benchmarks.derive_cost",
    "numerics.benchmarks.loss_cost",
    "numerics.benchmarks.metric_cost",
    "numerics.benchmarks.refutations",
    "numerics.benchmarks.calibration",
    "numerics.benchmarks.kept_rows",
    "numerics.benchmarks.peer_rows",
    "numerics.benchmarks.peers",
    "numerics.benchmarks.published.__main__",
    "numerics.benchmarks.registry_check",
    "numerics.benchmarks.sweep_cost",
    "numerics.benchmarks.verdict_cost",
    "numerics.cli",
    "numerics.strategies",
    "numerics.studies.gaussian_experiments",
    "numerics.studies.gaussian_claims",
    "numerics.studies.gaussian_runs",
    "numerics.studies.platonic_spans",
    "numerics.studies.reweighted_sam",
    "numerics.studies.sterile_dichotomy",
    "numerics.testing",
}
# These may also import from a module directly under a package, such as theory.errors, but from no
# module inside a sub-package. Examples and pages import what a user would: exported names.
MODULE_READERS = {"numerics", "tests"}


def module_name(path: Path) -> str:
    """theory/groups/orthogonal.py -> theory.groups.orthogonal; __init__ keeps its name."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def code_cells(page: str) -> str:
    """The code of a page's cells; lines of magic commands are left out."""
    cells = re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)
    lines = "\n".join(cells).splitlines()
    return "\n".join(line for line in lines if not line.startswith((":", "%", "!")))


def project() -> dict[str, str]:
    """The source of every module, and the cells of every page of the book, by dotted name."""
    sources = {
        module_name(path): path.read_text()
        for folder in ABOVE
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "_build" not in path.parts
    }
    for page in sorted((ROOT / "book").rglob("*.md")):
        if "_build" not in page.parts:
            sources[module_name(page)] = code_cells(page.read_text())
    return sources


def imports(module: str, source: str) -> Iterator[tuple[int, str, str]]:
    """Yield (line, module imported from, name imported), the name empty for `import a.b`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                package = module.split(".")[: -node.level]
                origin = ".".join([*package, *([origin] if origin else [])])
            yield from ((node.lineno, origin, alias.name) for alias in node.names)


def is_package(name: str, sources: Mapping[str, str]) -> bool:
    """Whether the project has a package of this dotted name."""
    return f"{name}.__init__" in sources


def exports(package: str, sources: Mapping[str, str]) -> set[str]:
    """The names that a package re-exports, and its public sub-packages."""
    init = f"{package}.__init__"
    body = ast.parse(sources[init]).body
    lazy = [inner for node in body if is_type_checking(node) for inner in ast.walk(node)]
    names = {
        alias.asname or alias.name
        for node in [*body, *lazy]
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    inner = {name.removesuffix(".__init__") for name in sources if name.startswith(f"{package}.")}
    return names | {name.rpartition(".")[2] for name in inner if is_package(name, sources)}


def theory_fault(module: str, origin: str, name: str) -> str:
    """What is wrong with an import in theory; empty if nothing is."""
    top, _, rest = origin.partition(".")
    if top != "theory":
        known = top in sys.stdlib_module_names or top in THEORY_LIBRARIES
        return "" if known else f"theory imports {top}"
    mine = module.split(".")[1]
    if mine == "__init__":
        return ""
    other = rest.partition(".")[0] or name
    for part in (mine, other):
        if part not in LAYERS:
            return f"theory.{part} is in no layer"
    below = LAYERS[other] < LAYERS[mine]
    beside = LAYERS[other] == LAYERS[mine] and LAYERS[mine] in SIBLINGS
    return "" if below or beside or mine == other else f"theory.{mine} imports theory.{other}"


def public_fault(folder: str, origin: str, name: str, sources: Mapping[str, str]) -> str:
    """What is wrong with an import of theory or numerics from outside; empty if nothing is."""
    if origin in PUBLIC_MODULES or f"{origin}.{name}" in PUBLIC_MODULES:
        return ""
    if is_package(origin, sources):
        hidden = name and name not in exports(origin, sources)
        return f"{origin} does not export {name}" if hidden else ""
    if folder in MODULE_READERS and origin in sources and origin.count(".") == 1:
        return f"{origin}.{name} is private" if name.startswith("_") else ""
    return f"{origin} is not public"


def violations(sources: Mapping[str, str]) -> list[str]:
    """Every import against the direction, as `module:line: what is wrong`."""
    found = []
    for module, source in sources.items():
        folder = module.partition(".")[0]
        for line, origin, name in imports(module, source):
            top = origin.partition(".")[0]
            if top in ABOVE[folder]:
                fault = f"{folder} imports {top}"
            elif folder == "theory":
                fault = theory_fault(module, origin, name)
            elif top in {"theory", "numerics"} and top != folder:
                fault = public_fault(folder, origin, name, sources)
            else:
                fault = ""
            if fault:
                found.append(f"{module}:{line}: {fault}")
    return found


def is_type_checking(node: ast.stmt) -> bool:
    """Whether this is the block `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def more_than_reexports(source: str) -> list[int]:
    """The lines of an `__init__.py` that are neither its docstring nor a re-export.

    A re-export may be lazy, so that a command starts without torch: a block `if TYPE_CHECKING:`
    of imports, a private table of constants, and the hooks `__getattr__` and `__dir__`.
    """

    def allowed(node: ast.stmt) -> bool:
        match node:
            case ast.ImportFrom():
                return all(alias.name != "*" for alias in node.names)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                table = isinstance(node.value, ast.List | ast.Tuple | ast.Dict)
                calls = any(isinstance(part, ast.Call) for part in ast.walk(node))
                return name.startswith("_") and table and not calls
            case ast.If():
                imports_only = all(isinstance(inner, ast.ImportFrom) for inner in node.body)
                return is_type_checking(node) and imports_only and not node.orelse
            case ast.FunctionDef():
                return node.name in {"__getattr__", "__dir__"}
        return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)

    return [node.lineno for node in ast.parse(source).body if not allowed(node)]


def test_every_import_follows_the_direction() -> None:
    assert violations(project()) == []


def test_package_files_hold_only_reexports() -> None:
    found = {
        module: lines
        for module, source in project().items()
        if module.startswith(("theory.", "numerics."))
        and module.endswith(".__init__")
        and (lines := more_than_reexports(source))
    }
    assert found == {}


def test_theory_loads_no_numerical_library() -> None:
    program = "import sys, theory; print(*{'torch', 'scipy', 'numerics'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


PLANTED = {
    "theory.__init__": "from theory.groups import O as O\n",
    "theory.groups.__init__": "from theory.groups.o import O as O\n",
    "theory.groups.o": "class O: ...\n",
    "theory.derive.__init__": "from theory.derive.inner import derive as derive\n",
    "theory.derive.inner": "def derive(): ...\n",
    "theory.errors": "class E: ...\n",
    "numerics.__init__": "",
    "numerics.train": "def step(): ...\n",
}


@pytest.mark.parametrize(
    ("module", "source", "fault"),
    [
        ("theory.groups.p", "import torch", "theory imports torch"),
        ("theory.groups.p", "import scipy.linalg as sl", "theory imports scipy"),
        ("theory.groups.p", "def f():\n    from numerics import x", "theory imports numerics"),
        ("theory.groups.p", "from theory.objectives.a import A", "theory.groups imports theory.ob"),
        (
            "theory.groups.p",
            "from ..objectives import A",
            "theory.groups imports theory.objectives",
        ),
        ("theory.errors", "from theory import groups", "theory.errors imports theory.groups"),
        ("theory.derive.p", "import theory.theorems.t", "theory.derive imports theory.theorems"),
        ("theory.derive.p", "from theory import witnesses", "theory.derive imports theory.witness"),
        (
            "theory.theorems.t",
            "from theory.derive import derive",
            "theory.theorems imports theory.d",
        ),
        ("theory.odd", "from theory.groups import O", "theory.odd is in no layer"),
        ("theory.groups.p", "from theory import odd", "theory.odd is in no layer"),
        (
            "numerics.p",
            "from theory.derive.inner import derive",
            "theory.derive.inner is not public",
        ),
        ("numerics.p", "import theory.derive.inner", "theory.derive.inner is not public"),
        ("numerics.p", "from theory import hidden", "theory does not export hidden"),
        ("numerics.p", "import tests.helpers", "numerics imports tests"),
        ("numerics.p", "from theory.errors import _e", "theory.errors._e is private"),
        ("examples.e", "from theory.errors import E", "theory.errors is not public"),
        ("examples.e", "from theory.groups.o import O", "theory.groups.o is not public"),
        ("tests.t", "from theory.derive import inner", "theory.derive does not export inner"),
        ("book.b", "from numerics.train import step", "numerics.train is not public"),
    ],
)
def test_a_planted_import_is_found(module: str, source: str, fault: str) -> None:
    found = violations(PLANTED | {module: source})
    assert len(found) == 1
    assert found[0].startswith(module)
    assert fault in found[0]


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("theory.derive.p", "import math\nimport flint\nfrom theory.groups import O"),
        ("numerics.p", "import torch\nfrom theory import O\nfrom theory.derive import derive"),
        ("numerics.p", "from numerics.q import f\nfrom theory.errors import E"),
        ("tests.t", "from numerics.train import step"),
        ("tests.t", "import theory\nfrom theory.groups import O\nfrom numerics.cli import main"),
    ],
)
def test_a_permitted_import_is_not_reported(module: str, source: str) -> None:
    assert violations(PLANTED | {module: source}) == []


def test_lazy_reexports_are_reexports() -> None:
    source = """
from importlib import import_module
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from numerics.slow import train as train
_HOMES = {"train": "numerics.slow"}
def __getattr__(name: str) -> object:
    return getattr(import_module(_HOMES[name]), name)
"""
    assert more_than_reexports(source) == []
    planted = PLANTED | {"numerics.__init__": source, "tests.t": "from numerics import train"}
    assert violations(planted) == []


@pytest.mark.parametrize(
    "extra",
    [
        "x = 1",
        "_x = f()",
        "import math",
        "def f(): ...",
        "from a import *",
        "if TYPE_CHECKING:\n    x = 1",
        "if DEBUG:\n    from a import c",
    ],
)
def test_code_in_a_package_file_is_found(extra: str) -> None:
    assert more_than_reexports(f'"""Text."""\nfrom a import b as b\n{extra}\n') == [3]


def test_the_cells_of_a_page_are_read() -> None:
    page = "# Title\n\n```{code-cell} ipython3\n:tags: [hide]\n%time\nimport theory.x\n```\n"
    assert code_cells(page) == "import theory.x"
