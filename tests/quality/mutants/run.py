"""Run the battery on mutants of the kernel, each in a process of its own and with a limit of work."""

from __future__ import annotations

import ast
import contextlib
import gc
import io
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

from tests.quality.mutants.battery import Case, differs
from tests.quality.mutants.operators import STEP, Mutant

SPARE = 20
"""A mutant may do so many times the work of the kernel, and `FREE` steps more, on each case."""
FREE = 2000
MEMORY = 4 << 30
"""Bytes of a mutant's process; more ends it."""


class OutOfWork(BaseException):
    """A mutant did much more than the kernel, and is taken for one that does not end."""


@dataclass(slots=True)
class Work:
    """Steps done, and at most to be done: calls of functions and turns of loops."""

    done: int = 0
    limit: int = sys.maxsize

    def step(self) -> None:
        """Count one step."""
        self.done += 1
        if self.done > self.limit:
            raise OutOfWork

    def start(self, limit: int = sys.maxsize) -> None:
        """Count from 0 again."""
        self.done, self.limit = 0, limit


class _Counted(ast.NodeTransformer):
    def _count(self, node: Any) -> Any:
        self.generic_visit(node)
        step = ast.Expr(ast.Call(ast.Name(STEP, ast.Load()), [], []))
        node.body.insert(0, step)
        return node

    visit_FunctionDef = visit_For = visit_While = _count


def counted(source: str) -> ast.Module:
    """Return a module that counts its calls of functions and its turns of loops."""
    module = _Counted().visit(ast.parse(source))
    assert isinstance(module, ast.Module)
    return ast.fix_missing_locations(module)


def loaded(code: CodeType, work: Work, name: str = "mutant") -> dict[str, Any]:
    """Run a module's code and return its names."""
    names: dict[str, Any] = {"__name__": name, STEP: work.step}
    exec(code, names)  # noqa: S102  a file of this repository, but for one change
    return names


def _code(tree: ast.Module) -> CodeType:
    return compile(tree, "<mutant>", "exec")


@dataclass(frozen=True, slots=True)
class Kernel:
    """The module as it is, its names, the counter of its steps, and the steps on each case."""

    module: ast.Module
    names: dict[str, Any]
    work: Work
    steps: dict[str, int]


def kernel_of(module: ast.Module, cases: Sequence[Case]) -> Kernel:
    """Run the kernel as it is on each case; raises where an answer is not the expected one."""
    work, code = Work(), _code(module)
    names = loaded(code, work)
    steps = {}
    with _certificate() as path:
        for case in cases:
            work.start()
            if wrong := differs(names["main"], case, path):
                raise ValueError(f"the kernel as it is: {wrong}")
            steps[case.name] = work.done
        if wrong := _as_a_program(code, work, cases[0], path):
            raise ValueError(wrong)
    return Kernel(module, names, work, steps)


def killed_by(mutant: Mutant, kernel: Kernel, cases: Sequence[Case]) -> str:
    """Return the case whose answer shows a mutant, and how; "" where none does.

    The names of the kernel are changed, so that it is called in a process of its own.
    """
    work, tree = kernel.work, mutant.changed(kernel.module)
    try:
        code, program = _code(tree), len(tree.body) > 1
        if program:
            kernel.names.clear()
        kernel.names.update({"__name__": "mutant", STEP: work.step})
        exec(code, kernel.names)  # noqa: S102  a file of this repository, but for one change
        with _certificate() as path:
            for case in cases:
                work.start(SPARE * kernel.steps[case.name] + FREE)
                if wrong := differs(kernel.names["main"], case, path):
                    return wrong
            work.start()
            valid = next(case for case in cases if not case.status)
            return _as_a_program(code, work, valid, path) if program else ""
    except OutOfWork:
        return f"{case.name}: more than {SPARE} times the work"
    except Exception as error:  # noqa: BLE001  a mutant may raise anything
        return f"it fails: {type(error).__name__}: {error}"


def _as_a_program(code: CodeType, work: Work, case: Case, path: Path) -> str:
    """Run the file as a program on a valid certificate, which must end with status 0."""
    path.write_text(case.text, encoding="utf-8")
    kept, sys.argv = sys.argv, ["proof_kernel.py", str(path)]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            loaded(code, work, "__main__")
    except SystemExit as end:
        return "" if end.code == 0 else f"as a program: status {end.code}"
    finally:
        sys.argv = kept
    return "as a program: no status"


@contextlib.contextmanager
def _certificate() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "certificate.json"


def answers(
    module: ast.Module, chosen: Sequence[Mutant], cases: Sequence[Case]
) -> Iterator[tuple[Mutant, str]]:
    """Return what shows each mutant, "" where nothing does.

    Cases that showed many mutants for little work come first.
    """
    kernel = kernel_of(module, cases)
    hits: Counter[str] = Counter()
    gc.freeze()  # a process copies what it touches
    for mutant in chosen:
        order = sorted(cases, key=lambda c: -(1 + hits[c.name]) / kernel.steps[c.name])
        found = _in_a_process(mutant, kernel, order)
        hits[_case_of(found, cases)] += 1
        yield mutant, found


def _case_of(found: str, cases: Sequence[Case]) -> str:
    return next((case.name for case in cases if found.startswith(f"{case.name}: ")), "")


def _in_a_process(mutant: Mutant, kernel: Kernel, cases: Sequence[Case]) -> str:
    """Return what shows a mutant; where its process ends without an answer, that is what shows it."""
    import resource  # not on every machine

    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            gc.disable()
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            os.write(writer, json.dumps(killed_by(mutant, kernel, cases)[:1000]).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as said:
        text = said.read()
    os.waitpid(child, 0)
    return str(json.loads(text)) if text else "its process ended without an answer"
