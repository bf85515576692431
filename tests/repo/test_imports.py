"""The import direction of the project, read from the syntax tree of every module.

cards dispatch errors exactness notation notebook obstruction source verdict verdict_parts <- assumptions
    claim_words groups masked parameter_values prediction_entry <- objectives <- claim
    <- erratum_entry | open_entry | witness <- derivation | errata | predictions | theorems | witnesses
    <- open_problems
theory <- numerics <- sith <- examples <- tests, book

The two layers are imported as `sith.theory` and `sith.numerics`, wherever their folders lie. Here
they are called by their folders: theory.groups is the module sith.theory.groups.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# A part of theory may import parts of a smaller number and itself; parts of the same number in
# SIBLINGS may import each other. No two files may: tests/repo/test_circles.py.
LAYERS = {
    "cards": 0,
    "dispatch": 0,
    "errors": 0,
    "exactness": 0,
    "notation": 0,
    "notebook": 0,
    "obstruction": 0,
    "source": 0,
    "verdict": 0,
    "verdict_parts": 0,
    "assumptions": 1,
    "claim_words": 1,
    "groups": 1,
    "masked": 1,
    "parameter_values": 1,
    "objectives": 2,
    "claim": 3,
    "erratum_entry": 4,
    "fold": 2,
    "open_entry": 4,
    "prediction_entry": 1,
    "witness": 4,
    "derivation": 5,
    "errata": 5,
    "open_problems": 6,
    "predictions": 5,
    "theorems": 5,
    "witnesses": 5,
}
SIBLINGS = {0, 1}
THEORY_LIBRARIES = {"flint", "numpy", "sympy"}  # numpy for arrays of integers
ABOVE = {
    "theory": {"numerics", "sith", "examples", "tests", "book"},
    "numerics": {"sith", "examples", "tests", "book"},
    "sith": {"examples", "tests", "book"},
    "examples": {"tests", "book"},
    "tests": {"book"},
    "book": {"tests"},
}
LAYER_FOLDERS = {"theory", "numerics"}
# Modules that are public although they are not packages: entry points of commands, and parts of the
# engine whose own tests look inside.
PUBLIC_MODULES = {
    "numerics.audit_registry",
    "numerics.benchmarks.calibration",
    "numerics.benchmarks.compare_peers",
    "numerics.benchmarks.derive_cost",
    "numerics.benchmarks.gpu.__main__",
    "numerics.benchmarks.kept_rows",
    "numerics.benchmarks.loss_cost",
    "numerics.benchmarks.metric_cost",
    "numerics.benchmarks.peer_rows",
    "numerics.benchmarks.peers",
    "numerics.benchmarks.published.__main__",
    "numerics.benchmarks.refutations",
    "numerics.benchmarks.registry_check",
    "numerics.benchmarks.startup_cost",
    "numerics.benchmarks.sweep_cost",
    "numerics.benchmarks.sweep_kills",
    "numerics.benchmarks.verdict_cost",
    "numerics.cli",
    "numerics.studies.platonic.platonic_spans",
    "numerics.studies.platonic.sterile_dichotomy",
    "numerics.studies.samples.gaussian_claims",
    "numerics.studies.samples.gaussian_experiments",
    "numerics.studies.samples.gaussian_runs",
    "numerics.studies.samples.reweighted_sam_runs",
    "sith.strategies",
    "sith.testing",
    "numerics.exact.check",
    "numerics.exact.decide",
    "numerics.exact.report",
    "theory.derivation.bounds.solving",
    "theory.derivation.certificates.completeness",
    "theory.derivation.certificates.group_tests",
    "theory.derivation.engine",
    "theory.derivation.equation",
    "theory.derivation.fields.polynomials",
    "theory.derivation.lemmas.definite",
    "theory.derivation.lemmas.difference_kernel",
    "theory.derivation.lemmas.truncated",
    "theory.derivation.verification.not_checked",
    "theory.derivation.verification.proof_kernel",
}
# These may also import from a module directly under a package, such as theory.errors, but from no
# module inside a sub-package. Examples and pages import what a user would: exported names.
MODULE_READERS = {"numerics", "sith", "tests"}
# Folders of numerics that hand out nothing by themselves: they are read module by module.
READ_BY_MODULE = {
    "numerics.claims",
    "numerics.cli",
    "numerics.encoders",
    "numerics.lowering",
    "numerics.runs",
    "numerics.searching",
    "numerics.studies.frame",
    "numerics.training",
    "numerics.verbs",
}


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
    """Yield (line, module imported from, name imported), the name empty for `import a.b`.

    A layer comes without the package's name; a layer that is imported without it, as `import
    theory`, comes with a question mark before it.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, folder_of(alias.name), "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            package = module.split(".")[: -node.level]
            origin = ".".join([*package, *([node.module] if node.module else [])])
            yield from ((node.lineno, origin, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if node.module == "sith" and alias.name in LAYER_FOLDERS:
                    yield node.lineno, alias.name, ""
                else:
                    yield node.lineno, folder_of(node.module or ""), alias.name


def folder_of(origin: str) -> str:
    """sith.theory.groups -> theory.groups; theory.groups, which is no module, -> ?theory.groups."""
    if origin.partition(".")[0] in LAYER_FOLDERS:
        return f"?{origin}"
    inner = origin.removeprefix("sith.")
    return inner if inner.partition(".")[0] in LAYER_FOLDERS else origin


def is_package(name: str, sources: Mapping[str, str]) -> bool:
    """Whether the project has a package of this dotted name."""
    return f"{name}.__init__" in sources


@cache
def reexported(source: str) -> frozenset[str]:
    """The names that a package file imports, also those for type checkers alone."""
    body = ast.parse(source).body
    lazy = [inner for node in body if is_type_checking(node) for inner in ast.walk(node)]
    return frozenset(
        alias.asname or alias.name
        for node in [*body, *lazy]
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    )


def exports(package: str, name: str, sources: Mapping[str, str]) -> bool:
    """Whether a package re-exports a name, or has a public sub-package of that name."""
    inner = is_package(f"{package}.{name}", sources)
    return inner or name in reexported(sources[f"{package}.__init__"])


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
        beside = origin in READ_BY_MODULE and f"{origin}.{name}" in sources
        hidden = name and not beside and not exports(origin, name, sources)
        return f"{origin} does not export {name}" if hidden else ""
    direct = origin.count(".") == 1 or origin.rpartition(".")[0] in READ_BY_MODULE
    if folder in MODULE_READERS and origin in sources and direct:
        return f"{origin}.{name} is private" if name.startswith("_") else ""
    return f"{origin} is not public"


def violations(sources: Mapping[str, str]) -> list[str]:
    """Every import against the direction, as `module:line: what is wrong`."""
    found = []
    for module, source in sources.items():
        folder = module.partition(".")[0]
        for line, origin, name in imports(module, source):
            top = origin.partition(".")[0]
            if top.startswith("?"):
                fault = f"{origin[1:]} is no module: write sith.{origin[1:]}"
            elif top in ABOVE[folder]:
                fault = f"{folder} imports {top}"
            elif folder == "theory":
                fault = theory_fault(module, origin, name)
            elif top in {*LAYER_FOLDERS, "sith"} and top != folder:
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

    A re-export may be lazy, so that a command starts without sympy or torch: a block
    `if TYPE_CHECKING:` of imports, a private table of constants or the names of one, and the hooks
    `__getattr__` and `__dir__`.
    """

    def allowed(node: ast.stmt) -> bool:
        match node:
            case ast.ImportFrom():
                return all(alias.name != "*" for alias in node.names)
            case ast.Assign(targets=[ast.Name(id="__all__")]):
                return ast.unparse(node.value) == "list(_HOME)"
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
    program = (
        "import sys\nfrom sith import theory\nfor name in theory.__all__: getattr(theory, name)\n"
        "print(*{'torch', 'scipy', 'sith.numerics'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


PLANTED = {
    "theory.__init__": "from sith.theory.groups import O as O\n",
    "theory.groups.__init__": "from sith.theory.groups.o import O as O\n",
    "theory.groups.o": "class O: ...\n",
    "theory.derivation.__init__": "from sith.theory.derivation.inner import derive as derive\n",
    "theory.derivation.inner": "def derive(): ...\n",
    "theory.errors": "class E: ...\n",
    "numerics.__init__": "",
    "numerics.training.__init__": "",
    "numerics.training.loop": "def step(): ...\n",
    "numerics.exact.__init__": "",
    "numerics.exact.inner": "def f(): ...\n",
    "sith.__init__": "if TYPE_CHECKING:\n    from sith.theory import O as O\n",
}


@pytest.mark.parametrize(
    ("module", "source", "fault"),
    [
        ("theory.groups.p", "import torch", "theory imports torch"),
        ("theory.groups.p", "import scipy.linalg as sl", "theory imports scipy"),
        ("theory.groups.p", "def f():\n    from sith.numerics import x", "theory imports numerics"),
        ("theory.groups.p", "from sith import O", "theory imports sith"),
        ("theory.groups.p", "from theory.errors import E", "write sith.theory.errors"),
        ("tests.t", "import numerics", "write sith.numerics"),
        (
            "theory.groups.p",
            "from sith.theory.objectives.a import A",
            "theory.groups imports theory.objectives",
        ),
        (
            "theory.groups.p",
            "from ..objectives import A",
            "theory.groups imports theory.objectives",
        ),
        ("theory.errors", "from sith.theory import groups", "theory.errors imports theory.groups"),
        (
            "theory.derivation.p",
            "import sith.theory.theorems.t",
            "theory.derivation imports theory.theorems",
        ),
        (
            "theory.derivation.p",
            "from sith.theory import witnesses",
            "theory.derivation imports theory.witnesses",
        ),
        (
            "theory.theorems.t",
            "from sith.theory.derivation import derive",
            "theory.theorems imports theory.derivation",
        ),
        ("theory.odd", "from sith.theory.groups import O", "theory.odd is in no layer"),
        ("theory.groups.p", "from sith.theory import odd", "theory.odd is in no layer"),
        (
            "numerics.p",
            "from sith.theory.derivation.inner import derive",
            "theory.derivation.inner is not public",
        ),
        (
            "numerics.p",
            "import sith.theory.derivation.inner",
            "theory.derivation.inner is not public",
        ),
        ("numerics.p", "from sith.theory import hidden", "theory does not export hidden"),
        ("numerics.p", "import tests.helpers", "numerics imports tests"),
        ("numerics.p", "from sith import O", "numerics imports sith"),
        ("numerics.p", "from sith.theory.errors import _e", "theory.errors._e is private"),
        ("examples.e", "from sith import hidden", "sith does not export hidden"),
        ("examples.e", "from sith.theory.errors import E", "theory.errors is not public"),
        ("examples.e", "from sith.theory.groups.o import O", "theory.groups.o is not public"),
        (
            "tests.t",
            "from sith.theory.derivation import inner",
            "theory.derivation does not export inner",
        ),
        (
            "tests.t",
            "from sith.numerics.exact.inner import f",
            "numerics.exact.inner is not public",
        ),
        (
            "book.b",
            "from sith.numerics.training.loop import step",
            "numerics.training.loop is not public",
        ),
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
        ("theory.derivation.p", "import math\nimport flint\nfrom sith.theory.groups import O"),
        (
            "numerics.p",
            "import torch\nfrom sith.theory import O\nfrom sith.theory.derivation import derive",
        ),
        ("numerics.p", "from sith.numerics.q import f\nfrom sith.theory.errors import E"),
        ("tests.t", "from sith.numerics.training.loop import step"),
        ("tests.t", "from sith.numerics.training import loop"),
        (
            "tests.t",
            (
                "from sith import O, theory\nfrom sith.theory.groups import O\n"
                "from sith.numerics.cli import main"
            ),
        ),
    ],
)
def test_a_permitted_import_is_not_reported(module: str, source: str) -> None:
    assert violations(PLANTED | {module: source}) == []


def test_lazy_reexports_are_reexports() -> None:
    source = """
from importlib import import_module
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from sith.numerics.slow import train as train
_HOME = {"train": "sith.numerics.slow"}
__all__ = list(_HOME)
def __getattr__(name: str) -> object:
    return getattr(import_module(_HOME[name]), name)
"""
    assert more_than_reexports(source) == []
    planted = PLANTED | {"numerics.__init__": source, "tests.t": "from sith.numerics import train"}
    assert violations(planted) == []


@pytest.mark.parametrize(
    "extra",
    [
        "x = 1",
        "_x = f()",
        "__all__ = f()",
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
    page = "# Title\n\n```{code-cell} ipython3\n:tags: [hide]\n%time\nimport sith.theory.x\n```\n"
    assert code_cells(page) == "import sith.theory.x"
