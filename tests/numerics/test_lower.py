"""Lowered expressions against sympy's exact evaluation at rational points."""

import random

import pytest
import sympy as sp
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sith import FloatInSymbolicField, InputError, UnsupportedCondition
from sith.numerics.lowering.lower import TABLE, lower, lower_map

X = sp.symbols("x0:3", real=True)
RATIONALS = st.fractions(min_value=-2, max_value=2, max_denominator=12).map(
    lambda q: sp.Rational(q.numerator, q.denominator)
)


def _positive(u: sp.Expr) -> sp.Expr:
    return 1 + u**2


UNARY = [
    *(sp.Abs, sp.sign, sp.sin, sp.cos, sp.tanh, sp.atan, sp.erf),
    lambda u: sp.exp(sp.sin(u)),
    lambda u: sp.log(_positive(u)),
    lambda u: sp.sqrt(_positive(u)),
    lambda u: _positive(u) ** sp.Rational(-3, 2),
    lambda u: sp.tanh(u) ** 3,
    lambda u: 1 / _positive(u),
    lambda u: sp.pi * u - sp.E,
]
BINARY = [sp.Add, sp.Mul, sp.Max, sp.Min, lambda u, v: _positive(u) ** sp.tanh(v)]
LEAVES = st.sampled_from(X) | RATIONALS
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(lambda f, u: f(u), st.sampled_from(UNARY), inner)
        | st.builds(lambda f, u, v: f(u, v), st.sampled_from(BINARY), inner, inner)
    ),
    max_leaves=8,
)


def _exact(expression: sp.Expr, point: tuple[sp.Rational, ...]) -> float:
    return float(expression.subs(dict(zip(X, point, strict=True)), simultaneous=True).evalf(30))


def _tensor(points: list[tuple[sp.Rational, ...]]) -> torch.Tensor:
    return torch.tensor([[float(q) for q in p] for p in points], dtype=torch.float64)


@settings(max_examples=60)
@given(EXPRESSIONS, st.lists(st.tuples(RATIONALS, RATIONALS, RATIONALS), min_size=1, max_size=3))
def test_agrees_with_exact_evaluation(expression, points):
    found = lower(expression, X)(_tensor(points))
    # Points are rounded to 53 bits; 1e-9 leaves seven digits for the conditioning of 8 leaves.
    for value, point in zip(found.tolist(), points, strict=True):
        exact = _exact(expression, point)
        if abs(exact) < 1e6 and not expression.has(sp.sign):
            assert value == pytest.approx(exact, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("kind", sorted(TABLE, key=str), ids=lambda kind: kind.__name__)
def test_every_node_of_the_table(kind):
    x, y = X[:2]
    one = {sp.Add: x + y, sp.Mul: x * y, sp.Pow: x**y, sp.Max: sp.Max(x, y), sp.Min: sp.Min(x, y)}
    expression = one.get(kind) if kind in one else kind(x)
    assert expression.func is kind
    rng = random.Random(0)
    points = [tuple(sp.Rational(rng.randrange(1, 40), 20) for _ in X) for _ in range(20)]
    found = lower(expression, X)(_tensor(points))
    assert found.tolist() == pytest.approx([_exact(expression, p) for p in points], rel=1e-12)


def test_negative_bases_keep_their_sign():
    points = torch.tensor([[-1.5], [2.0]], dtype=torch.float64)
    assert lower(X[0] ** 3, X[:1])(points).tolist() == [-3.375, 8]
    assert lower(X[0] ** -2, X[:1])(points).tolist() == pytest.approx([1 / 2.25, 1 / 4])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_shapes_and_dtype_follow_the_input(dtype):
    points = torch.rand(4, 5, 3, dtype=dtype)
    constant = lower(sp.Integer(0), X)(points)
    assert constant.shape == (4, 5) and constant.dtype == dtype
    image = lower_map([X[0] * X[1], sp.pi, X[2]], X)(points)
    assert image.shape == (4, 5, 3) and image.dtype == dtype
    assert torch.equal(image[..., 0], points[..., 0] * points[..., 1])
    assert lower_map([sp.Integer(1)], ())(torch.empty(7, 0, dtype=dtype)).shape == (7, 1)


def test_common_parts_are_computed_once():
    common = sp.exp(X[0] + X[1])
    program = lower_map([sp.sin(common), sp.cos(common), sp.atan(common)], X).program
    assert sum(step.function is torch.exp for step in program.steps) == 1
    assert len(program.steps) == 5


def test_gradients_flow():
    points = torch.tensor([[0.3, -0.7, 1.1]], dtype=torch.float64, requires_grad=True)
    expression = sp.exp(X[0] * X[1]) + sp.tanh(X[2]) * sp.Abs(X[1])
    lower(expression, X)(points).sum().backward()
    at = (sp.Rational(3, 10), sp.Rational(-7, 10), sp.Rational(11, 10))
    assert points.grad[0].tolist() == pytest.approx([_exact(sp.diff(expression, x), at) for x in X])


@pytest.mark.parametrize(
    ("expression", "error", "words"),
    [
        (sp.gamma(X[0]), UnsupportedCondition, "gamma"),
        (sp.Piecewise((X[0], X[0] > 0), (0, True)), UnsupportedCondition, "Piecewise"),
        (X[0] + sp.Symbol("w"), InputError, "unknown symbol w"),
        (X[0] + sp.Float("0.5"), FloatInSymbolicField, "float"),
        (X[0] * sp.I, InputError, "not a finite real"),
        (sp.oo * X[0] + X[1], InputError, "not a finite real"),
    ],
)
def test_what_cannot_be_lowered_is_named(expression, error, words):
    with pytest.raises(error, match=words):
        lower(expression, X)


def test_wrong_shapes_and_symbols_are_refused():
    with pytest.raises(InputError, match="last axis of 3"):
        lower(X[0], X)(torch.zeros(2, 2))
    with pytest.raises(InputError, match="repeat"):
        lower(X[0], (X[0], X[0]))
    with pytest.raises(InputError, match="at least one"):
        lower_map([], X)
