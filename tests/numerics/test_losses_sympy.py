"""Each torch loss against the sympy population loss of the formal layer, on a finite table."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
import sympy as sp
import torch

from sith import CrossEntropy, InfoNCE, LearnedDiagonal, Likelihood, NegativeNorm, latents
from sith import InnerProduct as SympyInnerProduct
from sith.numerics.losses import (
    Critic,
    DiagonalMetric,
    InnerProduct,
    PowerDistance,
    cross_entropy,
    infonce,
    likelihood,
)

ROWS = [
    [Fraction(1, 2), Fraction(-1, 3)],
    [Fraction(2), Fraction(1, 5)],
    [Fraction(-1), Fraction(3, 4)],
]
OTHER = [
    [Fraction(1, 4), Fraction(0)],
    [Fraction(1), Fraction(1, 2)],
    [Fraction(-3, 2), Fraction(1)],
]
EXACT = 1e-12


def table(rows: list[list[Fraction]]) -> torch.Tensor:
    return torch.tensor([[[float(x) for x in row] for row in rows]], dtype=torch.float64)


def rational(row: list[Fraction]) -> list[sp.Rational]:
    return [sp.Rational(x.numerator, x.denominator) for x in row]


def population(
    objective: InfoNCE | CrossEntropy, scores: list[list[sp.Expr]], hits: list[int]
) -> float:
    """Return the mean of the pointwise loss with the weight on the true slot."""
    total = sp.Integer(0)
    slots = len(scores[0])
    a, s = sp.symbols(f"a1:{slots + 1}"), sp.symbols(f"s1:{slots + 1}")
    loss = objective.pointwise(a, s)
    for row, hit in zip(scores, hits, strict=True):
        weights = {x: sp.Integer(i == hit) for i, x in enumerate(a)}
        total += loss.subs({**weights, **dict(zip(s, row, strict=True))})
    return float((total / len(scores)).evalf(30))


CASES: list[tuple[str, object, Callable[[], Critic], dict[sp.Symbol, sp.Rational]]] = [
    ("inner product", SympyInnerProduct(), lambda: InnerProduct(0.5), {}),
    ("p = 1", NegativeNorm(1), lambda: PowerDistance(1.0, 1.0, 0.5), {}),
    ("p = 2", NegativeNorm(2), lambda: PowerDistance(2.0, 2.0, 0.5), {}),
    ("p = 4", NegativeNorm(4), lambda: PowerDistance(4.0, 4.0, 0.5), {}),
    (
        "learned diagonal",
        LearnedDiagonal(),
        lambda: DiagonalMetric(torch.tensor([[6.0, 1.0]], dtype=torch.float64).log()),
        dict(zip(LearnedDiagonal().parameters(2), (sp.Integer(3), sp.Rational(1, 2)), strict=True)),
    ),
]


@pytest.mark.parametrize(("name", "critic", "build", "values"), CASES, ids=[c[0] for c in CASES])
def test_infonce_is_the_sympy_loss(
    name: str, critic: object, build: Callable[[], Critic], values: dict[sp.Symbol, sp.Rational]
) -> None:
    """τ = 1/2; in torch the learned metric takes the temperature into its weights."""
    objective = InfoNCE(critic, sp.Rational(1, 2))
    scores = [
        [
            objective.critic.score(rational(u), rational(v)).subs(values) / objective.temperature
            for v in OTHER
        ]
        for u in ROWS
    ]
    expected = population(objective, scores, [0, 1, 2])
    found = float(infonce(table(ROWS), table(OTHER), build()))
    assert abs(found - expected) < EXACT, name
    wrong = float(infonce(table(ROWS), table(OTHER).flip(1), build()))
    assert abs(wrong - expected) > 1e-2


@pytest.mark.parametrize("beta", [1, 3])
def test_cross_entropy_is_the_sympy_loss(beta: int) -> None:
    objective = CrossEntropy(sp.Integer(beta))
    labels = [2, 0, 1]
    scores = [
        [beta * sum(x * y for x, y in zip(rational(u), rational(w), strict=True)) for w in OTHER]
        for u in ROWS
    ]
    expected = population(objective, scores, labels)
    found = float(cross_entropy(table(ROWS), torch.tensor([labels]), table(OTHER), beta=beta))
    assert abs(found - expected) < EXACT
    wrong = float(cross_entropy(table(ROWS), torch.tensor([[0, 1, 2]]), table(OTHER), beta=beta))
    assert abs(wrong - expected) > 1e-2


def test_likelihood_is_the_sympy_loss() -> None:
    """f(x) = (x1 + x2³/3, 2 x2) with a Gaussian prior, its Jacobian taken in sympy."""
    x = latents(2)
    image = (x[0] + x[1] ** 3 / 3, 2 * x[1])
    jacobian = sp.Matrix([[sp.diff(e, s) for s in x] for e in image])
    log_density = -sum(e**2 for e in image) / 2
    loss = -(log_density + sp.log(sp.Abs(jacobian.det())))
    points = [dict(zip(x, rational(row), strict=True)) for row in ROWS]
    expected = float(sp.Add(*(loss.subs(p) for p in points)).evalf(30) / len(points))

    def encode(t: torch.Tensor) -> torch.Tensor:
        return torch.stack((t[..., 0] + t[..., 1] ** 3 / 3, 2 * t[..., 1]), dim=-1)

    found = float(likelihood(encode, table(ROWS), lambda h: -h.square().sum(-1) / 2).detach())
    assert abs(found - expected) < EXACT
    assert Likelihood().latex
