"""Hygiene of the repository, read from the files that git holds or would hold."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ("sith", "theory", "numerics")
# Text turned into code, and formats that run code when they are read.
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "sympify", "parse_expr"}
FORBIDDEN_ATTRIBUTES = {"sympify", "parse_expr", "allow_pickle"}
FORBIDDEN_DOTTED = {"torch.load", "torch.save"}
FORBIDDEN_MODULES = {"pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
# The patterns are split so that this file does not match itself.
MACHINE_PATH = re.compile(r"(?<![\w.~])/(?:" + r"work|root|opt|home/\w+|Users/\w+)/")
REGISTRY_HOST = re.compile(r"(?:pypi|pythonhosted)" + r"\.org|registry\.npmjs|download\.pytorch")
VENDORED = {"book/_static/tex-svg.js", "book/_static/tex-svg.LICENSE.txt"}
LARGEST = 300_000  # bytes, of a file that is not vendored


def tracked() -> list[Path]:
    """The files that git holds, or would hold after `git add .`."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for line in listed.splitlines() if (path := ROOT / line).is_file()]


def library(*folders: str) -> Iterator[tuple[str, str]]:
    """Path and source of each module in these packages."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text()


def floats(source: str) -> list[int]:
    """The lines with a float or complex literal."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
    ]


def unsafe(source: str) -> list[int]:
    """The lines that turn text into code, or read or write pickles."""

    tree = ast.parse(source)
    # Tensors of a user's own file are read by torch's restricted reader, which builds nothing else.
    restricted = {
        id(node.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and any(k.arg == "weights_only" and ast.unparse(k.value) == "True" for k in node.keywords)
    }

    def bad(node: ast.AST) -> bool:
        if id(node) in restricted:
            return False
        match node:
            case ast.Call(func=ast.Name(id=name)):
                return name in FORBIDDEN_CALLS
            case ast.Attribute():
                return node.attr in FORBIDDEN_ATTRIBUTES or ast.unparse(node) in FORBIDDEN_DOTTED
            case ast.Import(names=names):
                return any(alias.name.partition(".")[0] in FORBIDDEN_MODULES for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                taken = {f"{module}.{alias.name}" for alias in names} & FORBIDDEN_DOTTED
                named = {alias.name for alias in names} & FORBIDDEN_ATTRIBUTES
                return module.partition(".")[0] in FORBIDDEN_MODULES or bool(taken | named)
        return False

    return [node.lineno for node in ast.walk(tree) if bad(node)]


def prints(source: str) -> list[int]:
    """The lines that call the built-in print."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
    ]


def places(rule: Callable[[str], list[int]], *folders: str) -> list[str]:
    """Where a rule is broken in these packages, as `path:line`."""
    return [f"{path}:{line}" for path, source in library(*folders) for line in rule(source)]


def test_theory_has_no_float_literals() -> None:
    assert places(floats, "theory") == []


def test_no_text_becomes_code_and_nothing_is_pickled() -> None:
    assert places(unsafe, *LIBRARY) == []


def test_the_library_does_not_print() -> None:
    assert places(prints, *LIBRARY) == []


@pytest.mark.parametrize(
    ("rule", "source", "lines"),
    [
        (floats, '"""0.5 in a docstring."""\nx = 1\ny = 0.5\n', [3]),
        (unsafe, "eval('1')", [1]),
        (unsafe, "import sympy as sp\nsp.sympify('x')", [2]),
        (unsafe, "from sympy import sympify", [1]),
        (unsafe, "from sympy.parsing.sympy_parser import parse_expr", [1]),
        (unsafe, "import pickle", [1]),
        (unsafe, "import torch\ntorch.load('w')", [2]),
        (unsafe, "from torch import load", [1]),
        (unsafe, "import torch\ntorch.load('w', weights_only=True)", []),
        (unsafe, "import torch\ntorch.load('w', weights_only=False)", [2]),
        (unsafe, "import re\nre.compile('x')\nmodel.eval()", []),
        (prints, "print(1)", [1]),
        (prints, "console.print(1)", []),
    ],
)
def test_the_rules_find_planted_faults(
    rule: Callable[[str], list[int]], source: str, lines: list[int]
) -> None:
    assert rule(source) == lines


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY_HOST], ids=["paths", "hosts"])
def test_no_file_names_a_machine(pattern: re.Pattern[str]) -> None:
    found = []
    for path in tracked():
        name = str(path.relative_to(ROOT))
        if name in VENDORED:
            continue
        text = path.read_text(errors="ignore")
        found += [
            f"{name}:{number}"
            for number, line in enumerate(text.splitlines(), start=1)
            if pattern.search(line)
        ]
    assert found == []


def test_the_patterns_find_planted_names() -> None:
    path = "/" + "opt/tool/bin"
    assert MACHINE_PATH.search(f"run {path}")
    assert not MACHINE_PATH.search("see book/work/page.md and ~/opt/x")
    assert REGISTRY_HOST.search("https://" + "pypi" + ".org/simple")


def test_nothing_generated_is_held() -> None:
    generated = {".ipynb", ".pkl", ".pickle", ".pt", ".pth", ".pyc"}
    assert [str(path) for path in tracked() if path.suffix in generated] == []


def test_files_are_small() -> None:
    large = {
        name: path.stat().st_size
        for path in tracked()
        if (name := str(path.relative_to(ROOT))) not in VENDORED and path.stat().st_size > LARGEST
    }
    assert large == {}


def test_every_folder_with_modules_is_a_package() -> None:
    """Each folder states what it hands out."""
    missing = {
        str(path.parent.relative_to(ROOT))
        for folder in LIBRARY
        for path in (ROOT / folder).rglob("*.py")
        if not (path.parent / "__init__.py").exists()
    }
    assert missing == set()


def test_packages_are_typed_and_complete() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for package in LIBRARY:
        assert (ROOT / package / "py.typed").exists()
    # torchvision and torchaudio bring a second build of torch.
    needed = " ".join(project["project"]["dependencies"])
    assert "torchvision" not in needed
    assert "torchaudio" not in needed


def test_the_citation_file_names_the_version_and_the_licence() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (cited["version"], cited["license"]) == (project["version"], project["license"])
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
