"""Every small change of a module's code: one mutant for each place and each operator."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
ARITHMETIC: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add, ast.Sub),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult, ast.Add),
    ast.BitOr: (ast.BitAnd,),
    ast.BitAnd: (ast.BitOr,),
}
FUNCTIONS = {"any": "all", "all": "any", "min": "max", "max": "min"}
"""Functions that stand for each other."""

STEP = "_step_of_work"
"""The function that counts steps where a module is run under a limit; no mutant changes its calls."""

Path = tuple[tuple[str, int | None], ...]
"""How a node is reached: fields, and places in lists."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: the operator, where it is, what was there, and what is there now."""

    operator: str
    line: int
    place: str
    before: str
    after: str
    path: Path
    new: ast.AST

    def changed(self, module: ast.Module) -> ast.Module:
        """Return the top-level statement with the change, or the whole module.

        A function or a class can be defined anew among the other names of the module; any other
        statement needs all of it. What is unchanged is shared.
        """
        whole = _replaced(module, self.path, self.new)
        place = self.path[0][1]
        statement = whole.body[place if place is not None else 0]
        defined = isinstance(statement, ast.FunctionDef | ast.ClassDef)
        return ast.fix_missing_locations(ast.Module([statement], []) if defined else whole)

    def __str__(self) -> str:
        """The function, the statement and the change; without the line, which moves."""
        return f"{self.place}: {self.before} -> {self.after}"


def mutants(module: ast.Module) -> Iterator[Mutant]:
    """Return every mutant of a module, in the order of its lines.

    Left alone are docstrings, annotations, decorators, imports and wording: f-strings, the texts that
    are raised, and texts at the top of the module.
    """
    for path, node in _places(module, ()):
        for operator, new in _changes(node, path, module):
            line, place = _where(module, path)
            yield Mutant(operator, line, place, _text(node), _text(new), path, new)


def _where(module: ast.Module, path: Path) -> tuple[int, str]:
    """Return the line of the innermost statement, and the names and statement around a node."""
    node: ast.AST = module
    names, statement = [], node
    for name, k in path:
        node = getattr(node, name) if k is None else getattr(node, name)[k]
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(node.name)
        statement = node if isinstance(node, ast.stmt) else statement
    line = getattr(statement, "lineno", 0)
    return line, f"{'.'.join(names)}: {_text(statement)}"


def _places(node: ast.AST, path: Path) -> Iterator[tuple[Path, ast.AST]]:
    """Return the nodes that may change, and how each is reached."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "ctx"):
            continue
        many = value if isinstance(value, list) else [value]
        for k, child in enumerate(many):
            if not isinstance(child, ast.AST) or _left_alone(child):
                continue
            step = (*path, (name, k if isinstance(value, list) else None))
            yield step, child
            yield from _places(child, step)


def _left_alone(node: ast.AST) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.JoinedStr):
        return True
    if not isinstance(node, ast.Expr):
        return False
    counts = isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == STEP
    return counts or isinstance(node.value, ast.Constant)


def _changes(node: ast.AST, path: Path, tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.stmt):
        yield from _statement(node)
    elif isinstance(node, ast.Compare):
        for k, op in enumerate(node.ops):
            for other in COMPARISONS[type(op)]:
                yield "comparison", _with(node, ops=[*node.ops[:k], other(), *node.ops[k + 1 :]])
    elif isinstance(node, ast.BinOp):
        for operator in ARITHMETIC[type(node.op)]:
            yield "arithmetic", _with(node, op=operator())
    elif isinstance(node, ast.BoolOp):
        yield "boolean", _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        for k in range(len(node.values)):
            left = [*node.values[:k], *node.values[k + 1 :]]
            yield "operand dropped", left[0] if len(left) == 1 else _with(node, values=left)
    elif isinstance(node, ast.UnaryOp):
        yield "sign or not dropped", node.operand
    elif isinstance(node, ast.Constant):
        if not _wording(path, tree):
            yield from (("constant", ast.Constant(c)) for c in _constants(node.value))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id in FUNCTIONS:
            yield "function", _with(node, func=ast.Name(FUNCTIONS[node.func.id], ast.Load()))
    elif isinstance(node, ast.IfExp):
        yield from _conditions(node, "test")
    elif isinstance(node, ast.comprehension):
        for k, test in enumerate(node.ifs):
            for other in _instead(test):
                yield "condition", _with(node, ifs=[*node.ifs[:k], other, *node.ifs[k + 1 :]])


def _statement(node: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.If | ast.While):
        yield from _conditions(node, "test")
    if isinstance(node, ast.AugAssign):
        for operator in ARITHMETIC[type(node.op)]:
            yield "arithmetic", _with(node, op=operator())
    if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Pass):
        yield "statement deleted", ast.Pass()


def _conditions(node: ast.AST, name: str) -> Iterator[tuple[str, ast.AST]]:
    for other in _instead(getattr(node, name)):
        yield "condition", _with(node, **{name: other})


def _instead(test: ast.expr) -> list[ast.expr]:
    """Return what stands for a condition; its opposite only where no other operator makes it."""
    single = isinstance(test, ast.Compare) and len(test.ops) == 1
    made = isinstance(test, ast.UnaryOp) or (single and len(COMPARISONS[type(test.ops[0])]) == 1)  # type: ignore[attr-defined]
    opposite = [] if made else [ast.UnaryOp(ast.Not(), test)]
    return [*opposite, ast.Constant(True), ast.Constant(False)]


def _constants(value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    if isinstance(value, str):
        return [value + "x"]
    return []


def _wording(path: Path, tree: ast.Module) -> bool:
    """Whether a constant is said to a reader and read by no code."""
    node: ast.AST = tree
    inside: list[ast.AST] = []
    for name, k in path:
        node = getattr(node, name) if k is None else getattr(node, name)[k]
        inside.append(node)
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return False
    raised = any(isinstance(n, ast.Raise) for n in inside)
    top = isinstance(inside[0], ast.Assign | ast.AugAssign)
    return raised or top


def _with(node: ast.AST, **changes: Any) -> ast.AST:
    new = copy.copy(node)
    for name, value in changes.items():
        setattr(new, name, value)
    return new


def _replaced(tree: ast.Module, path: Path, new: ast.AST) -> ast.Module:
    """Return the tree with another node at a place; what is off the path is shared."""
    (name, k), *rest = path

    def put(node: ast.AST, name: str, k: int | None, rest: list[Any]) -> ast.AST:
        child = getattr(node, name) if k is None else getattr(node, name)[k]
        made = put(child, *rest[0], rest[1:]) if rest else new
        if k is None:
            return _with(node, **{name: made})
        many = list(getattr(node, name))
        many[k] = made
        return _with(node, **{name: many})

    out = put(tree, name, k, rest)
    assert isinstance(out, ast.Module)
    return out


def _text(node: ast.AST) -> str:
    """Return the first line of a node's code."""
    if isinstance(node, ast.comprehension):
        return f"for … if {', '.join(map(ast.unparse, node.ifs))}"
    return ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).splitlines()[0]
