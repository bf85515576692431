"""From exact expressions to torch: the one place where sympy trees become floating-point code."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

import sympy as sp
import torch
from torch import Tensor

from sith.theory.errors import FloatInSymbolicField, InputError, UnsupportedCondition

Value = Tensor | float
Function = Callable[..., Value]


def _sum(*terms: Value) -> Value:
    return reduce(operator.add, terms)


def _product(*factors: Value) -> Value:
    return reduce(operator.mul, factors)


def _power(base: Value, exponent: Value) -> Value:
    if isinstance(exponent, float):
        if exponent == 0.5:
            return torch.sqrt(torch.as_tensor(base))
        if exponent == -1:
            return 1 / base
        if exponent == 2:
            return base * base
        # An integer exponent keeps the sign of a negative base.
        whole = int(exponent) if exponent.is_integer() else exponent
        return torch.pow(torch.as_tensor(base), whole)
    return torch.pow(base, exponent)


def _largest(*values: Value) -> Value:
    return reduce(lambda a, b: _pairwise(torch.maximum, a, b), values)


def _smallest(*values: Value) -> Value:
    return reduce(lambda a, b: _pairwise(torch.minimum, a, b), values)


def _pairwise(function: Callable[[Tensor, Tensor], Tensor], a: Value, b: Value) -> Tensor:
    if isinstance(a, Tensor):
        return function(a, b if isinstance(b, Tensor) else torch.full_like(a, b))
    if isinstance(b, Tensor):
        return function(torch.full_like(b, a), b)
    return function(torch.tensor(a), torch.tensor(b))


TABLE: dict[type[sp.Basic], Function] = {
    sp.Add: _sum,
    sp.Mul: _product,
    sp.Pow: _power,
    sp.exp: torch.exp,
    sp.log: torch.log,
    sp.Abs: torch.abs,
    sp.sign: torch.sign,
    sp.sin: torch.sin,
    sp.cos: torch.cos,
    sp.tan: torch.tan,
    sp.sinh: torch.sinh,
    sp.cosh: torch.cosh,
    sp.tanh: torch.tanh,
    sp.atan: torch.atan,
    sp.erf: torch.erf,
    sp.Max: _largest,
    sp.Min: _smallest,
}
"""What each sympy node becomes; symbols are read from the input, constants are numbers."""


@dataclass(frozen=True, slots=True)
class Step:
    """One operation: `function` of the registers `arguments`."""

    function: Function
    arguments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """Registers: the inputs, then `constants`, then the result of each step."""

    symbols: tuple[sp.Symbol, ...]
    constants: tuple[float, ...]
    steps: tuple[Step, ...]
    outputs: tuple[int, ...]

    def run(self, points: Tensor) -> list[Tensor]:
        """Evaluate at points ``(..., n)``; one tensor ``(...)`` per output."""
        n = len(self.symbols)
        if points.shape[-1:] != (n,):
            raise InputError(
                f"points of shape {tuple(points.shape)}",
                allowed=f"a last axis of {n}, one entry for each of {self.symbols}",
            )
        registers: list[Value] = [*points.unbind(-1), *self.constants]
        for step in self.steps:
            registers.append(step.function(*(registers[i] for i in step.arguments)))
        shape = points.shape[:-1]
        found = (registers[i] for i in self.outputs)
        return [
            x.expand(shape) if isinstance(x, Tensor) else points.new_full(shape, x) for x in found
        ]


@dataclass(frozen=True, slots=True)
class Lowered:
    """A function of points: ``(..., n) -> (...)``, in the dtype and on the device of its input."""

    expression: sp.Expr
    program: Program

    def __call__(self, points: Tensor) -> Tensor:
        """Evaluate the expression; the last axis runs over the symbols."""
        return self.program.run(points)[0]


@dataclass(frozen=True, slots=True)
class LoweredMap:
    """A map of points: ``(..., n) -> (..., m)``, in the dtype and on the device of its input."""

    expressions: tuple[sp.Expr, ...]
    program: Program

    def __call__(self, points: Tensor) -> Tensor:
        """Evaluate the expressions and stack them along the last axis."""
        return torch.stack(self.program.run(points), dim=-1)


def lower(expression: sp.Expr, symbols: Sequence[sp.Symbol]) -> Lowered:
    """Lower one exact expression.

    Arguments:
        expression: built from the nodes of `TABLE`, symbols and exact real constants.
        symbols: what the last axis of the input runs over; distinct.

    Raises:
        UnsupportedCondition: a node that is not in `TABLE`.
        InputError: a float, an unknown symbol, a repeated symbol, or a constant that is not real.
    """
    return Lowered(expression, _compile((expression,), tuple(symbols)))


def lower_map(expressions: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]) -> LoweredMap:
    """Lower several expressions at once, sharing what they have in common; as `lower`."""
    if not expressions:
        raise InputError("no expressions to lower", allowed="at least one")
    return LoweredMap(tuple(expressions), _compile(tuple(expressions), tuple(symbols)))


def _compile(expressions: tuple[sp.Expr, ...], symbols: tuple[sp.Symbol, ...]) -> Program:
    if len(set(symbols)) != len(symbols):
        raise InputError(f"symbols {symbols} repeat", allowed="distinct symbols")
    shared, bodies = sp.cse(expressions, symbols=sp.numbered_symbols(cls=sp.Dummy), order="none")
    constants: list[float] = []
    numbers: dict[sp.Expr, int] = {}
    _collect_constants([*(body for _, body in shared), *bodies], constants, numbers, len(symbols))
    registers: dict[sp.Basic, int] = {s: i for i, s in enumerate(symbols)} | numbers
    steps: list[Step] = []

    def register(node: sp.Basic) -> int:
        known = registers.get(node)
        if known is not None:
            return known
        if isinstance(node, sp.Symbol):
            raise InputError(f"unknown symbol {node}", allowed=", ".join(map(str, symbols)))
        if node.func not in TABLE:
            raise UnsupportedCondition(
                f"{node.func.__name__} in {node} has no counterpart in torch",
                allowed=", ".join(sorted(kind.__name__ for kind in TABLE)),
                cure="write the expression with these functions",
            )
        arguments = tuple(register(child) for child in node.args)
        steps.append(Step(TABLE[node.func], arguments))
        registers[node] = len(symbols) + len(constants) + len(steps) - 1
        return registers[node]

    for name, body in shared:
        registers[name] = register(body)
    outputs = tuple(register(body) for body in bodies)
    return Program(symbols, tuple(constants), tuple(steps), outputs)


def _collect_constants(
    bodies: Sequence[sp.Expr], constants: list[float], numbers: dict[sp.Expr, int], first: int
) -> None:
    """Number the largest subtrees without symbols; their values are rounded from 30 digits."""
    for body in bodies:
        walk = sp.preorder_traversal(body)
        for node in walk:
            if isinstance(node, sp.Float):
                raise FloatInSymbolicField(
                    f"the expression contains the float {node}",
                    cure="write Rational(1, 2) for 0.5",
                )
            if node.free_symbols or not isinstance(node, sp.Expr):
                continue
            if node.has(sp.Float):
                continue
            walk.skip()
            if node not in numbers:
                numbers[node] = first + len(constants)
                constants.append(_number(node))


def _number(node: sp.Expr) -> float:
    value = node.evalf(30)
    if not (value.is_Float or value.is_Rational) or not math.isfinite(float(value)):
        raise InputError(f"the constant {node} is not a finite real number")
    return float(value)
