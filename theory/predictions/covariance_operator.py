r"""The simple contrastive loss of two equal deep ReLU networks: its gradient is a covariance.

Setting: f is linear in the weights w of one layer on each linear region, f(x) = K(x) w with
K = ∂f/∂w. Positives are two augmentations of one sample, negatives of independent ones.
Loss: L = ½ E|f(x₁) − f(x₊)|² − ½ E|f(x₁) − f(x₋)|².
Prediction: L = −tr Cov₀(E_aug f), and where f is differentiable ∇L = −2 OP w with the positive
semi-definite OP = Cov₀(E_aug K): expectation over augmentations inside, covariance outside.
On a binary tree with independent augmentations below the root, OP of a linear node on two leaves
is (ρ₀ρ₁)² times the matrix of ones; the flow raises its correlation with its latent.
Source: Tian, Yu, Chen, Ganguli (2020), recalled; every formula is derived here.
"""

from __future__ import annotations

import sympy as sp

from sith.theory.prediction_entry import Prediction
from sith.theory.source import Evidence, Source

first, second = sp.symbols("w_1 w_2", real=True)
weights = sp.Matrix([first, second])
top, edge = sp.symbols("rho_0 rho_1", positive=True)
common, contrast, t = sp.symbols("c b t", positive=True)

# Two samples with two augmentations each; K is one row of two numbers.
rows = [
    [sp.Matrix([[sp.Symbol(f"k_{i}{a}{c}", real=True) for c in range(2)]]) for a in range(2)]
    for i in range(2)
]
inner = [(pair[0] + pair[1]) / 2 for pair in rows]
centre = (inner[0] + inner[1]) / 2
operator = sum((m.T * m for m in inner), sp.zeros(2)) / 2 - centre.T * centre


def _square(one: sp.Matrix, two: sp.Matrix) -> sp.Expr:
    return ((one - two) * weights)[0] ** 2


positive = sum(_square(a, b) for pair in rows for a in pair for b in pair) / 8
negative = sum(_square(a, b) for p in rows for q in rows for a in p for b in q) / 16
loss = sp.expand((positive - negative) / 2)
gap = inner[0] - inner[1]

# A linear node w₁x₁ + w₂x₂ on two leaves x of a latent z₁ below the root z₀; all are ±1.
pattern = sp.ones(2) * (top * edge) ** 2
square_correlation = (
    edge**2 * (first + second) ** 2 / (first**2 + second**2 + 2 * edge**2 * first * second)
)
modes = {first: common + contrast, second: common - contrast}
along = square_correlation.subs(modes)
growth = (2 * common * contrast**2 * 2 * edge**2 * (1 - edge**2)) / (
    common**2 * (1 + edge**2) + contrast**2 * (1 - edge**2)
) ** 2
limit = edge * sp.sqrt(2 / (1 + edge**2))

PREDICTION = Prediction(
    name="covariance_operator",
    title="The gradient of the simple contrastive loss is a covariance operator",
    statement=(
        r"$\nabla_{w_l} L = -2\, \mathrm{OP}_l\, w_l$ with "
        r"$\mathrm{OP}_l = \mathrm{Cov}_{x_0}[\mathbb E_{\mathrm{aug}} K_l] \succeq 0$ in every "
        r"layer of a ReLU network, and $L = -\mathrm{tr}\,\mathrm{Cov}_{x_0}[\mathbb E f]$. "
        r"On a binary tree a linear node on two leaves follows the vector of ones, and its "
        r"correlation with its latent rises to $\rho_1\sqrt{2/(1+\rho_1^2)}$."
    ),
    formulas={"node_limit": limit, "node_growth": growth, "leaf": top * edge},
    identities={
        "the loss is minus the variance of the inner mean": loss + ((gap * weights)[0] / 2) ** 2,
        "the gradient, first weight": sp.diff(loss, first) + 2 * (operator * weights)[0],
        "the gradient, second weight": sp.diff(loss, second) + 2 * (operator * weights)[1],
        "with two samples the operator is the square of their difference": sp.expand(
            (operator - gap.T * gap / 4).applyfunc(sp.expand)[0, 1]
        ),
        "the node's flow raises the sum": (pattern * sp.ones(2, 1))[0] - 2 * (top * edge) ** 2,
        "the node's flow keeps the difference": (pattern * sp.Matrix([1, -1]))[0],
        "the slope of the squared correlation": sp.diff(along, common) - growth,
        "its limit": sp.limit(along, contrast, 0) - limit**2,
    },
    conditions=(
        "both branches share the weights, and both carry the gradient",
        "no bias after the layer, and weights off the kinks of the ReLU",
        "the simple loss; other losses weight the pairs",
        "for the node: binary tree, linear node, all below the root redrawn",
    ),
    source=Source(
        key="tian2020dual",
        authors="Tian, Yu, Chen, Ganguli",
        year=2020,
        title="Understanding self-supervised learning with dual deep networks",
        statement="covariance operator of the simple contrastive loss, recalled and derived here",
        evidence=Evidence.DERIVED,
    ),
    not_shown="that ReLU nodes learn the latents, and that width helps, is measured, not proved",
)
