"""Fields and maps as verdicts print them, read back without running any text as code."""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping

import sympy as sp

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
FUNCTIONS = {
    "exp": sp.exp,
    "log": sp.log,
    "sqrt": sp.sqrt,
    "Abs": sp.Abs,
    "sin": sp.sin,
    "cos": sp.cos,
}


class Unreadable(ValueError):
    """Printed text that is no list of expressions in the given symbols."""


def expressions(text: str, symbols: Mapping[str, sp.Symbol]) -> tuple[sp.Expr, ...]:
    """Return the expressions in text such as "(-z2, z1)"."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise Unreadable(text) from error
    items = tree.elts if isinstance(tree, ast.Tuple) else [tree]
    return tuple(_value(item, symbols) for item in items)


def _value(node: ast.expr, symbols: Mapping[str, sp.Symbol]) -> sp.Expr:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return sp.Integer(node.value)
    if isinstance(node, ast.Name) and node.id in symbols:
        return symbols[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, symbols)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](_value(node.left, symbols), _value(node.right, symbols))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
        return FUNCTIONS[node.func.id](*(_value(a, symbols) for a in node.args))
    raise Unreadable(ast.dump(node))
